//! What a test says does not depend on the order of sections, on names, or on a party's scale.

mod cases;

use cases::{Shape, case};
use detente_base::number::Exact;
use detente_case::{World, check};
use detente_offer::offer::Offer;
use detente_offer::outlook::outlook;
use detente_offer::play::Play;
use detente_offer::test_offer::{Reaction, test_offer};

/// By party and type: what it does and its three values, then all break-even chances.
type Said = Vec<(
    String,
    String,
    &'static str,
    Option<u32>,
    [Exact; 3],
    Option<Exact>,
)>;

fn said(text: &str, rename: &[(&str, &str)]) -> Said {
    let case = check(text).unwrap_or_else(|errors| panic!("{errors:?}\n{text}"));
    let play = Play::of_case(&case, &World::default()).unwrap();
    let offer = Offer::of_deal(&play.case, &case.deals[0]).unwrap();
    let test = test_offer(&play, &offer).unwrap();
    let outlook = outlook(&play, &test).unwrap();
    let old = |name: &str| {
        let found = rename.iter().find(|(_, new)| *new == name);
        found.map_or(name, |(old, _)| *old).to_owned()
    };
    let mut said: Said = test
        .types
        .iter()
        .map(|of| {
            let (does, date) = match &of.reaction {
                Reaction::Keeps => ("keeps", None),
                Reaction::Refuses => ("refuses", None),
                Reaction::Departs(departure) if departure.leaves => ("leaves", Some(departure.date)),
                Reaction::Departs(departure) => ("breaches", Some(departure.date)),
            };
            let prospect = outlook
                .prospects
                .iter()
                .find(|one| one.party == of.party && one.kind == of.kind);
            (
                old(&case.party(of.party).id),
                old(&play.kinds(of.party)[of.kind].id),
                does,
                date,
                [of.value.clone(), of.keeping.clone(), of.no_deal.clone()],
                prospect.and_then(|one| one.break_even.clone()),
            )
        })
        .collect();
    said.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
    said
}

/// The sections from last to first, the head of the file first.
fn reversed(text: &str) -> String {
    let mut sections: Vec<String> = Vec::new();
    for line in text.lines() {
        let inner = ["[values.levels]", "[endings.worth]", "[parties.b.types"];
        let opens = line.starts_with('[') && !inner.iter().any(|start| line.starts_with(start));
        if opens {
            sections.push(String::new());
        }
        let section = sections.last_mut().unwrap();
        *section += line;
        section.push('\n');
    }
    let head = sections.remove(0);
    sections.reverse();
    head + &sections.concat()
}

fn shape(seed: u64) -> Shape {
    Shape {
        levels: [&[2, 2], &[3, 2]],
        imperfect: !seed.is_multiple_of(3),
        chance: false,
        types: 2,
        last: 2,
    }
}

#[test]
fn order_and_names_change_nothing() {
    for seed in 0..40u64 {
        let text = case(5_000 + seed, shape(seed));
        let before = said(&text, &[]);
        assert_eq!(before, said(&reversed(&text), &[]), "seed {seed}\n{text}");
        let renamed = text
            .replace("\"a\"", "\"zulu\"")
            .replace("[parties.a]", "[parties.zulu]")
            .replace("i00", "x9")
            .replace("i10", "a0");
        assert_eq!(before, said(&renamed, &[("a", "zulu")]), "seed {seed}\n{text}");
    }
}

#[test]
fn a_party_s_scale_and_shift_change_its_own_values_alone() {
    for seed in 0..40u64 {
        let text = case(6_000 + seed, shape(seed));
        let before = said(&text, &[]);
        // The first party's values three times as large and shifted by two.
        let mut scaled = String::new();
        let mut mine = false;
        for line in text.lines() {
            if line.starts_with('[') && line != "[values.levels]" {
                mine = false;
            }
            mine |= line == "party = \"a\"" && scaled.ends_with("[[values]]\n");
            let number = line.split_once(" = ").filter(|_| mine);
            let value = number.and_then(|(name, value)| Some((name, value.parse::<f64>().ok()?)));
            scaled += &match value {
                Some((name, value)) => format!("{name} = {:.1}\n", 3.0 * value),
                None => format!("{line}\n"),
            };
        }
        scaled += "[[values]]\nparty = \"a\"\nwhen = \"i00 = l0 or i00 != l0\"\nworth = 2\n";
        let after = said(&scaled, &[]);
        for (one, other) in before.iter().zip(&after) {
            assert_eq!(
                (&one.0, &one.1, one.2, one.3),
                (&other.0, &other.1, other.2, other.3),
                "seed {seed}\n{text}"
            );
            assert_eq!(one.5, other.5);
            for (value, scaled) in one.4.iter().zip(&other.4) {
                let expected = match one.0.as_str() {
                    "a" => value * Exact::from(3) + Exact::from(2),
                    _ => value.clone(),
                };
                assert_eq!(expected, *scaled, "seed {seed}");
            }
        }
    }
}
