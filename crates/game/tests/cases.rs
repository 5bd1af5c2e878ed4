//! Every bundled case checks clean, is as large as it says, and gives a reason for what it assumes.

use std::path::{Path, PathBuf};

use detente_case::{Case, World, check};
use detente_game::Game;

/// Each bundled case with its parties, its issues, its states, and the least number of deals, variants and claims.
const CASES: [(&str, [usize; 3], [usize; 3]); 5] = [
    ("korea-2020", [5, 15, 73_728], [7, 10, 14]),
    ("korea-toy", [2, 5, 72], [0, 4, 4]),
    ("ceasefire", [3, 8, 384], [2, 4, 7]),
    ("tariff-truce", [3, 7, 432], [2, 4, 7]),
    ("river", [4, 8, 864], [2, 4, 7]),
];

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../cases")
        .join(name)
}

fn bundled(name: &str) -> Case {
    let text = std::fs::read_to_string(folder(name).join("case.toml")).unwrap();
    check(&text).unwrap_or_else(|wrong| panic!("{name}: {wrong:#?}"))
}

#[test]
fn bundled_cases_check_clean_and_have_the_stated_size() {
    for (name, [parties, issues, states], [deals, variants, claims]) in CASES {
        let case = bundled(name);
        let size = [case.parties.len(), case.issues.len(), case.states() as usize];
        assert_eq!(size, [parties, issues, states], "{name}");
        assert!(case.deals.len() >= deals, "{name}: deals");
        assert!(case.variants.len() >= variants, "{name}: variants");
        assert!(case.claims.len() >= claims, "{name}: claims");
    }
}

#[test]
fn bundled_cases_have_their_sources_and_questions_beside_them() {
    for (name, ..) in CASES {
        for file in ["SOURCES.md", "expected.md"] {
            let path = folder(name).join(file);
            assert!(path.is_file(), "{} is missing", path.display());
        }
    }
}

#[test]
fn every_number_has_a_range_a_reason_and_a_source_or_is_called_an_assumption() {
    for (name, ..) in CASES.iter().filter(|(name, ..)| *name != "korea-toy") {
        for judgement in &bundled(name).judgements {
            let key = format!("{name}: {}", judgement.key);
            let reason = judgement.because.as_ref();
            assert!(reason.is_some_and(|reason| reason.len() > 3), "{key}: no reason");
            let grounded = !judgement.sources.is_empty() || judgement.by.as_deref() == Some("assumption");
            assert!(grounded, "{key}: no source, and not called an assumption");
            assert!(
                judgement.low.is_some() && judgement.high.is_some(),
                "{key}: no range"
            );
        }
    }
}

#[test]
fn every_source_of_the_korean_case_is_named_somewhere() {
    let text = std::fs::read_to_string(folder("korea-2020").join("case.toml")).unwrap();
    for source in bundled("korea-2020").sources {
        let mentions = text.matches(&format!("\"{}\"", source.id)).count();
        assert!(mentions > 0, "source {} is never used", source.id);
    }
}

#[test]
fn the_korean_case_decides_every_assertion_of_the_essay() {
    let case = bundled("korea-2020");
    let ids: Vec<&str> = case.claims.iter().map(|claim| claim.id.as_str()).collect();
    let expected: Vec<String> = (1..=14).map(|number| format!("C{number}")).collect();
    assert_eq!(ids, expected);
    assert!(case.claims.iter().all(|claim| claim.paragraph.is_some()));
}

#[test]
fn bundled_cases_make_a_game_in_every_variant() {
    for (name, ..) in CASES {
        let case = bundled(name);
        let worlds = case
            .variants
            .iter()
            .map(|variant| World::default().with_variant(&variant.id));
        for world in worlds.chain([World::default()]) {
            let game = Game::of_case(&case, &world).unwrap();
            assert!(game.states() > 0, "{name}: {:?}", world.variants);
        }
    }
}
