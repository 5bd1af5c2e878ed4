//! What the types do with the plans of the bundled cases: our own computation, each accepted by the checker (`proofs.rs` and
//! `detente plan test --proofs`), November 2026.

use detente_case::{World, check};
use detente_offer::offer::Offer;
use detente_offer::play::Play;
use detente_offer::test_offer::{Reaction, test_offer};

/// Case, plan, party, type, what it does: `keeps`, `refuses`, or the date of its departure.
const EXPECTED: &str = "\
ceasefire truce-first gov gov keeps
ceasefire truce-first mov mov keeps
ceasefire truce-first grt grt keeps
ceasefire captives-first gov gov keeps
ceasefire captives-first mov mov keeps
river pay-first oru oru 0
river pay-first tas tas keeps
tariff-truce phase-one a a keeps
tariff-truce phase-one b b keeps
tariff-truce subsidy-first b b keeps
korea-prototype gestures-only us us 0
korea-prototype exercises-for-moratorium us us keeps
korea-prototype exercises-for-moratorium dprk reformer keeps
korea-prototype exercises-for-moratorium dprk hardliner 0
korea-prototype disarm-first dprk reformer 0
korea-prototype limited-at-once dprk reformer keeps
korea-prototype limited-at-once dprk hardliner 0
korea-prototype relief-first dprk reformer keeps
korea-prototype relief-first dprk hardliner 6
korea-prototype graded us us keeps
korea-prototype graded dprk reformer keeps
korea-prototype graded dprk hardliner 5
korea-2020 freeze-for-freeze dprk reformer keeps
korea-2020 freeze-for-freeze dprk hardliner refuses
korea-2020 relief-first us us 0
korea-2020 relief-first dprk reformer 4
korea-2020 graded us us 4
korea-2020 graded dprk reformer 3
korea-2020 graded dprk hardliner 1
korea-2020 graded rok rok keeps
";

#[test]
fn types_do_with_bundled_plans_what_is_said() {
    let mut wrong = Vec::new();
    let mut loaded: Option<(String, Play)> = None;
    let mut tested = std::collections::HashMap::new();
    for line in EXPECTED.lines() {
        let [name, deal, party, of, does] = line.split(' ').collect::<Vec<_>>()[..] else {
            panic!("{line}");
        };
        if loaded.as_ref().is_none_or(|(known, _)| known != name) {
            let path = format!("{}/../../cases/{name}/case.toml", env!("CARGO_MANIFEST_DIR"));
            let case = check(&std::fs::read_to_string(path).unwrap()).unwrap();
            loaded = Some((name.to_owned(), Play::of_case(&case, &World::default()).unwrap()));
        }
        let play = &loaded.as_ref().unwrap().1;
        let test = tested.entry((name, deal)).or_insert_with(|| {
            let plan = play.case.deals.iter().find(|known| known.id == deal).unwrap();
            let offer = Offer::of_deal(&play.case, plan).unwrap();
            test_offer(play, &offer).unwrap()
        });
        let found = test
            .types
            .iter()
            .find(|one| play.case.party(one.party).id == party && play.kinds(one.party)[one.kind].id == of);
        let said = match &found.unwrap_or_else(|| panic!("{line}")).reaction {
            Reaction::Keeps => "keeps".to_owned(),
            Reaction::Refuses => "refuses".to_owned(),
            Reaction::Departs(departure) => departure.date.to_string(),
        };
        if said != does {
            wrong.push(format!("{line}, but {said}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
