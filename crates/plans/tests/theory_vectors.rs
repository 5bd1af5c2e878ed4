//! Every vector of `cases/literature/theory/vectors.json`, recomputed through the same door as
//! `detente formula`.

use detente_formulas::{Formula, formulas, named};
use detente_plans::prototype;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

#[derive(Deserialize)]
struct Document {
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    name: String,
    /// As written: the order of supporters is the order of their coalitions.
    inputs: Box<RawValue>,
    outputs: Value,
    consumer_tolerance: f64,
}

/// The closed forms, and those of plans.
fn all() -> impl Iterator<Item = &'static Formula> + Clone {
    formulas().iter().chain(prototype::FORMULAS)
}

fn vectors() -> Vec<Vector> {
    serde_json::from_str::<Document>(VECTORS).unwrap().vectors
}

const VECTORS: &str = include_str!("../../../cases/literature/theory/vectors.json");

fn differs(expected: &Value, got: &Value, tolerance: f64) -> bool {
    match (expected, got) {
        (Value::Number(expected), Value::Number(got)) => {
            let (expected, got) = (expected.as_f64().unwrap(), got.as_f64().unwrap());
            let apart = (expected - got).abs();
            apart.is_nan() || apart > tolerance * expected.abs().max(1.0)
        }
        (Value::Array(expected), Value::Array(got)) => {
            expected.len() != got.len() || expected.iter().zip(got).any(|(e, g)| differs(e, g, tolerance))
        }
        (Value::Object(expected), Value::Object(got)) => {
            expected.len() != got.len()
                || expected
                    .iter()
                    .any(|(key, e)| got.get(key).is_none_or(|g| differs(e, g, tolerance)))
        }
        _ => expected != got,
    }
}

#[test]
fn every_vector_is_reproduced() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 65);
    let mut wrong = Vec::new();
    for vector in vectors {
        let Vector {
            name,
            inputs,
            outputs,
            consumer_tolerance,
        } = vector;
        match named(&name, all()).map(|formula| formula.run(inputs.get())) {
            Some(Ok(answer)) => {
                let answer: Value = serde_json::from_str(&answer).unwrap();
                if differs(&outputs, &answer, consumer_tolerance) {
                    wrong.push(format!("{name}: expected {outputs}, got {answer}"));
                }
            }
            Some(Err(error)) => wrong.push(format!("{name}: {error}")),
            None => wrong.push(format!("{name}: no such formula")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn wrong_inputs_name_the_expected_ones_and_never_panic() {
    for formula in all() {
        for text in ["", "{}", "[]", "null", "{\"nonsense\": 1}", "{\"delta\": 1e999}"] {
            let error = formula.run(text).unwrap_err().to_string();
            for input in formula.inputs {
                assert!(error.contains(input), "{}: {error}", formula.name);
            }
        }
    }
}

/// Every number of every vector is replaced by awkward ones: an answer or an error, but no panic and no hang.
#[test]
fn awkward_numbers_never_panic() {
    fn leaves(value: &mut Value, place: &mut usize, target: usize, new: f64) {
        match value {
            Value::Number(_) => {
                if *place == target {
                    *value = serde_json::json!(new);
                }
                *place += 1;
            }
            Value::Array(list) => list
                .iter_mut()
                .for_each(|entry| leaves(entry, place, target, new)),
            Value::Object(map) => map
                .values_mut()
                .for_each(|entry| leaves(entry, place, target, new)),
            _ => {}
        }
    }
    for Vector { name, inputs, .. } in vectors() {
        let formula = named(&name, all()).unwrap();
        let written: Value = serde_json::from_str(inputs.get()).unwrap();
        for target in 0..16 {
            for new in [0.0, 1.0, -1.0, 0.5, 7.0, 1e9, 1e300, -1e300] {
                let mut inputs = written.clone();
                leaves(&mut inputs, &mut 0, target, new);
                if name == "korea_lp_fixed_response" && target > 1 {
                    continue;
                }
                let _ = formula.run(&inputs.to_string());
            }
        }
    }
}
