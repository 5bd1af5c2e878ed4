//! Questions of `cases/faults/verdicts.toml`: the answer, what is played without a deal, and the proofs of others.

use std::path::PathBuf;

use detente_base::watch::Unwatched;
use detente_case::{Case, World, check};
use detente_verdict::deals::Criterion;
use detente_verdict::verdict::{Answer, Limits, Question, Subject, Verdict, solve};

#[derive(serde::Deserialize)]
struct Table {
    question: Vec<Row>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    case: String,
    why: String,
    answer: String,
    target: Option<String>,
    judgements: Option<String>,
    witness: Option<String>,
    r#as: Option<String>,
    no_deal: Option<std::collections::BTreeMap<String, f64>>,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../cases/faults")
}

fn word(answer: &Answer) -> &'static str {
    match answer.verdict {
        Verdict::Possible { .. } => "possible",
        Verdict::Impossible { .. } => "impossible",
        Verdict::Undecided { .. } => "undecided",
    }
}

/// The answer to a row's question about a case, and by party id what is played without a deal.
fn ask(row: &Row, name: &str) -> (Case, Answer) {
    let text = std::fs::read_to_string(folder().join(format!("{name}.toml"))).unwrap();
    let case = check(&text).unwrap_or_else(|errors| panic!("{name}: {errors:?}"));
    let target = match &row.target {
        Some(text) => case.target(text).unwrap(),
        None => case.target.clone().unwrap(),
    };
    let question = Question {
        target,
        criterion: Criterion::default(),
    };
    let subject = Subject {
        text: &text,
        case: &case,
    };
    let judgements = row.judgements.as_ref().map(|file| {
        let text = std::fs::read_to_string(folder().join(file)).unwrap();
        serde_json::from_str(&text).unwrap()
    });
    let world = World {
        judgements: judgements.unwrap_or_default(),
        ..World::default()
    };
    let answer = solve(subject, &world, &question, &Limits::default(), &Unwatched).unwrap();
    (case, answer)
}

fn no_deal_of(case: &Case, answer: &Answer, party: &str) -> f64 {
    let at = case.parties.iter().position(|known| known.id == party).unwrap();
    answer.no_deal.as_ref().unwrap()[at]
}

#[test]
fn reported_questions_have_the_right_answers() {
    let text = std::fs::read_to_string(folder().join("verdicts.toml")).unwrap();
    let table: Table = toml::from_str(&text).unwrap();
    assert!(table.question.len() > 10);
    for row in table.question {
        let (case, answer) = ask(&row, &row.case);
        assert_eq!(word(&answer), row.answer, "{}: {}", row.case, row.why);
        for (party, value) in row.no_deal.iter().flatten() {
            let found = no_deal_of(&case, &answer, party);
            assert!((found - value).abs() < 1e-9, "{}: {party} {found}", row.case);
        }
        if let Some(witness) = &row.witness {
            let proof =
                std::fs::read(folder().join("../../crates/proof/tests/proofs").join(witness)).unwrap();
            let verified =
                detente_proof::verify(&proof).unwrap_or_else(|refusal| panic!("{witness}: {refusal}"));
            let claims = matches!(verified.claim, detente_proof::Claim::Possible { .. });
            assert_eq!(claims, row.answer == "possible", "{witness}");
        }
        if let Some(other) = &row.r#as {
            let (other_case, other_answer) = ask(&row, other);
            assert_eq!(word(&other_answer), row.answer, "{other}: {}", row.why);
            if !other.starts_with("scale") {
                for party in &case.parties {
                    let (one, same) = (
                        no_deal_of(&case, &answer, &party.id),
                        no_deal_of(&other_case, &other_answer, &party.id),
                    );
                    assert!((one - same).abs() < 1e-9, "{other}: {} {one} {same}", party.id);
                }
            }
        }
    }
}
