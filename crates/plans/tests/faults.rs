//! Plans that came out wrong, as data: reported November 2026.

use std::path::Path;

use detente_base::watch::Unwatched;
use detente_case::{Case, Deal, World, check};
use detente_plans::assess::{self, Assessment};
use detente_plans::claims;
use detente_plans::{bridge, known};

fn text(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../cases/faults/{name}.toml"));
    std::fs::read_to_string(path).unwrap()
}

fn case(name: &str) -> Case {
    check(&text(name)).unwrap_or_else(|wrong| panic!("{name}: {wrong:#?}"))
}

fn assessed(case: &Case, world: &World) -> Vec<Assessment> {
    let deals: Vec<&Deal> = case.deals.iter().collect();
    let (tested, untested) = assess::assess_all(case, &deals, world, &Unwatched);
    assert!(untested.is_empty(), "{untested:?}");
    tested
}

fn of_type(party: &str, kind: &str) -> World {
    World {
        types: [(party.to_owned(), kind.to_owned())].into(),
        ..World::default()
    }
}

/// The case with the sections of types in the other order: every section of a type, with what belongs to it, moves
/// before the one written before it.
fn types_reversed(text: &str) -> String {
    let mut sections: Vec<String> = Vec::new();
    for line in text.lines() {
        match line.starts_with('[') || sections.is_empty() {
            true => sections.push(format!("{line}\n")),
            false => sections.last_mut().unwrap().push_str(&format!("{line}\n")),
        }
    }
    let of_type = |section: &str| section.starts_with("[parties.") && section.contains(".types.");
    let mut place = 0;
    while place + 1 < sections.len() {
        if of_type(&sections[place]) && of_type(&sections[place + 1]) {
            sections.swap(place, place + 1);
            place += 1;
        }
        place += 1;
    }
    sections.concat()
}

#[test]
fn the_order_of_the_types_changes_nothing() {
    let written = text("types-claim-other-party");
    let reversed = types_reversed(&written);
    assert_ne!(written, reversed);
    let (one, other) = (check(&written).unwrap(), check(&reversed).unwrap());
    let (one, other) = (
        assessed(&one, &World::default()),
        assessed(&other, &World::default()),
    );
    for (one, other) in one.iter().zip(&other) {
        assert_eq!(one.test, other.test, "{}", one.deal);
        assert_eq!(one.two_sided.is_some(), other.two_sided.is_some());
    }
}

#[test]
fn a_type_that_is_named_acts_on_plans_also_on_the_proposer() {
    let case = case("types-claim-other-party");
    let unknown = assessed(&case, &World::default());
    let keeper = assessed(&case, &of_type("us", "keeper"));
    let leaver = assessed(&case, &of_type("us", "leaver"));
    // The verdict is about the type of the proposer that is the least willing.
    let signed = |plans: &[Assessment]| {
        plans
            .iter()
            .find(|plan| plan.deal == "as-signed")
            .unwrap()
            .test
            .clone()
    };
    assert_eq!(signed(&unknown).proposer_type.as_deref(), Some("leaver"));
    assert_eq!(signed(&keeper).proposer_type, None);
    assert!(signed(&keeper).value > signed(&leaver).value);
    assert!((signed(&leaver).value - signed(&unknown).value).abs() < 1e-9);
    let hedger = assessed(&case, &of_type("iran", "hedger"));
    assert!(
        hedger
            .iter()
            .flat_map(|plan| &plan.test.answers)
            .all(|of| of.kind != "pragmatist")
    );
}

#[test]
fn a_claim_about_the_types_of_a_party_looks_at_that_party() {
    let case = case("types-claim-other-party");
    let claim = |id: &str| case.claims.iter().find(|claim| claim.id == id).unwrap();
    // With only one type of the party that it names there is nothing to learn, whatever others may be.
    let known = known::case_in_world(&case, &of_type("iran", "pragmatist")).unwrap();
    for id in ["who-iran", "who-iran-2"] {
        assert_eq!(claims::types(&known, claim(id)).holds, None, "{id}");
    }
    // In "relief-first" Iran proposes and the United States answer: their types are not what the claim is about.
    let mut other = claim("who-iran").clone();
    other.deals = claim("who-iran-2").deals[1..].to_vec();
    assert_eq!(claims::types(&case, &other).holds, None);
    other.parties = vec![case.party_ids().next().unwrap()];
    assert!(claims::types(&case, &other).holds.is_some());
}

#[test]
fn regret_compares_the_offers_of_one_party() {
    let case = case("two-proposers");
    let tests: Vec<_> = assessed(&case, &World::default())
        .into_iter()
        .map(|plan| plan.test)
        .collect();
    let regrets = assess::regret(&tests);
    assert_eq!(regrets.len(), 2);
    for regret in &regrets {
        // No deal and the one offer of its own.
        assert_eq!(regret.rows.len(), 2, "{regret:?}");
        assert_eq!(regret.rows[1].largest, 0.0, "{regret:?}");
    }
    assert!((regrets[0].rows[0].largest - 398.0).abs() < 1e-9, "{regrets:?}");
}

#[test]
fn what_cannot_be_undone_cannot_be_taken_back_wherever_the_snapback_sends_it() {
    let case = case("cannot-undo");
    let plans = assessed(&case, &World::default());
    let a = plans[0].exposures.iter().find(|of| of.party == "A").unwrap();
    assert!((a.unrecoverable - 0.25).abs() < 1e-12, "{a:?}");
    let b = plans[0].exposures.iter().find(|of| of.party == "B").unwrap();
    assert_eq!(b.unrecoverable, 0.0);
}

#[test]
fn doing_more_than_agreed_is_no_breach_where_the_others_welcome_it() {
    let case = case("cannot-undo");
    let deal = case.deals.iter().find(|deal| deal.id == "more").unwrap();
    let bridged = bridge::bridge(&case, deal).unwrap();
    assert_eq!(bridged.model.responders(&bridged.plan), Vec::new());
}

#[test]
fn chances_are_said_to_be_left_out() {
    for name in ["w1", "w2"] {
        let plans = assessed(&case(name), &World::default());
        assert!(plans[0].chances_left_out, "{name}");
        assert!(
            plans[0].notes.iter().any(|note| note.contains("government")),
            "{:?}",
            plans[0].notes
        );
    }
    assert!(!assessed(&case("cannot-undo"), &World::default())[0].chances_left_out);
}
