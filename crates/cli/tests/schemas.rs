//! The committed schemas are those of the types, and what the program reads and prints is as they say.

mod bundled;
mod program;

use std::path::{Path, PathBuf};

use jsonschema::Validator;
use program::detente;
use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn schema(name: &str) -> Validator {
    let file = root().join(format!("schema/{name}.schema.json"));
    let text = std::fs::read_to_string(file).expect("the schema is there");
    jsonschema::validator_for(&serde_json::from_str(&text).expect("JSON")).expect("a schema")
}

fn faults(schema: &Validator, value: &Value) -> Vec<String> {
    let fault = |error: jsonschema::ValidationError<'_>| format!("{}: {error}", error.instance_path);
    schema.iter_errors(value).map(fault).collect()
}

#[test]
fn the_committed_schemas_are_those_of_the_types() {
    for which in [
        "case",
        "check",
        "report",
        "claims",
        "verify",
        "plan-test",
        "plan-prove",
        "plan-design",
        "gestures",
        "areas",
        "stability",
    ] {
        let run = detente(&root(), &["schema", which]);
        let file = root().join(format!("schema/{which}.schema.json"));
        let committed = std::fs::read_to_string(file).unwrap_or_default();
        assert!(
            String::from_utf8(run.stdout).expect("UTF-8").trim_end() == committed.trim_end(),
            "rewrite it: detente schema {which} > schema/{which}.schema.json"
        );
    }
}

#[test]
fn what_is_printed_is_as_the_schemas_say() {
    let folder = tempfile::tempdir().expect("a folder for the pages");
    let pages = folder.path().join("pages").display().to_string();
    let proof = folder.path().join("proof.json").display().to_string();
    let toy = "cases/korea-toy";
    let calls: [(&str, &[&str], i32); 22] = [
        ("check", &["check", toy], 0),
        ("check", &["check", "cases/korea-2020"], 0),
        ("check", &["check", "cases/bad/several-mistakes.toml"], 1),
        ("check", &["check", "cases/bad/toml-and-meaning.toml"], 1),
        ("report", &["solve", toy], 0),
        ("report", &["solve", toy, "--variant", "no-snapback"], 0),
        ("report", &["solve", toy, "--seconds", "0"], 3),
        ("report", &["solve", "cases/ceasefire"], 0),
        ("report", &["why", toy], 0),
        ("report", &["why", toy, "--variant", "no-snapback"], 0),
        ("report", &["report", toy, "-o", &pages], 0),
        ("claims", &["claims", toy], 0),
        ("claims", &["claims", "cases/ceasefire"], 0),
        ("report", &["solve", toy, "--proof", &proof], 0),
        ("verify", &["verify", &proof], 0),
        ("verify", &["verify", "cases/korea-toy/case.toml"], 1),
        ("plan-test", &["plan", "test", "cases/korea-2020"], 0),
        ("plan-prove", &["plan", "prove", "cases/ceasefire"], 0),
        (
            "plan-design",
            &[
                "plan",
                "design",
                "cases/korea-2020",
                "--deal",
                "graded",
                "--orders",
                "50",
            ],
            0,
        ),
        (
            "gestures",
            &["gestures", "cases/korea-2020", "--deal", "graded"],
            0,
        ),
        ("areas", &["areas", toy], 0),
        ("stability", &["stability", toy], 0),
    ];
    for (which, arguments, code) in calls {
        let run = detente(&root(), &[arguments, &["--json"]].concat());
        let said = String::from_utf8_lossy(&run.stderr).into_owned();
        assert_eq!(run.status.code(), Some(code), "{arguments:?}: {said}");
        let answer: Value = serde_json::from_slice(&run.stdout).expect("JSON alone on standard output");
        assert_eq!(
            faults(&schema(which), &answer),
            Vec::<String>::new(),
            "{arguments:?}"
        );
        // A schema that lets everything pass would say nothing.
        for name in answer.as_object().into_iter().flat_map(|fields| fields.keys()) {
            let mut cut = answer.clone();
            cut[name] = Value::String("of another kind".into());
            let free = [
                "title",
                "no_deal",
                "question",
                "hash",
                "version",
                "command",
                "case",
                "file",
                "schema",
                "case_hash",
                "proof_hash",
                "conflict_hash",
                "concept",
                "refusal",
                "deal",
                "sizes_refused",
                "id",
                "source",
                "today",
            ];
            assert_eq!(
                schema(which).is_valid(&cut),
                free.contains(&name.as_str()),
                "{name}"
            );
        }
    }
}

/// A TOML value as an editor hands it to a schema; dates become texts.
fn as_json(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(value) => value.into(),
        toml::Value::Datetime(date) => date.to_string().into(),
        toml::Value::Array(list) => list.into_iter().map(as_json).collect(),
        toml::Value::Table(table) => table
            .into_iter()
            .map(|(key, value)| (key, as_json(value)))
            .collect(),
    }
}

fn case_as_json(file: &Path) -> Value {
    let text = std::fs::read_to_string(file).expect("the case is there");
    as_json(text.parse::<toml::Table>().map(toml::Value::Table).expect("TOML"))
}

#[test]
fn cases_are_as_their_schema_says_and_those_of_a_wrong_kind_are_not() {
    let schema = schema("case");
    for name in bundled::CASES {
        let case = case_as_json(&root().join("cases").join(name).join("case.toml"));
        assert_eq!(faults(&schema, &case), Vec::<String>::new(), "{name}");
    }
    let mut passed = Vec::new();
    let mut refused = 0;
    for file in std::fs::read_dir(root().join("cases/bad")).expect("the gallery is there") {
        let file = file.expect("an entry").path();
        let text = std::fs::read_to_string(&file).expect("text");
        let name = file
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        // What is not TOML never comes to a schema.
        let read = text.parse::<toml::Table>().map(toml::Value::Table);
        let Some(case) = read
            .ok()
            .filter(|_| file.extension().is_some_and(|end| end == "toml"))
        else {
            continue;
        };
        match schema.is_valid(&as_json(case)) {
            true => passed.push(name),
            false => refused += 1,
        }
    }
    passed.sort();
    assert_eq!(passed, BEYOND_A_SCHEMA, "what a schema can say it says");
    assert!(
        refused >= 44,
        "only {refused} bad files are refused by the schema"
    );
}

/// The bad files that a schema lets pass, because it takes names of the file, sums, a condition that is understood or
/// how a number is written to see what is wrong with them.
const BEYOND_A_SCHEMA: [&str; 36] = [
    "bad-number-exponent",
    "bad-number-fraction",
    "bad-number-hexadecimal",
    "claim-incomplete",
    "claim-parts-unused",
    "condition-behind-escapes",
    "condition-capitals",
    "condition-on-several-lines",
    "condition-parenthesis",
    "condition-too-deep",
    "condition-unfinished",
    "condition-unknown-names",
    "deal-impossible-step",
    "deal-needs-and-steps",
    "deal-out-of-order",
    "deal-rules",
    "endings-above-one",
    "nature-in-a-plan",
    "nature-moves-and-needs",
    "needs-behind-a-circle",
    "needs-circle",
    "needs-never-met",
    "numbers-too-far-apart",
    "priors-not-one",
    "range-empty",
    "range-without-likely",
    "too-many-states",
    "unknown-deal-and-proposer",
    "unknown-issue",
    "unknown-judgement-in-variant",
    "unknown-level-in-values",
    "unknown-level-today",
    "unknown-party",
    "unknown-source",
    "unknown-type",
    "unknown-variant",
];

#[test]
fn each_bundled_case_names_the_schema_in_its_first_line() {
    for entry in std::fs::read_dir(root().join("cases")).expect("the cases are there") {
        let file = entry.expect("an entry").path().join("case.toml");
        let Ok(text) = std::fs::read_to_string(&file) else {
            continue;
        };
        let first = text.lines().next().unwrap_or_default();
        let named = first
            .strip_prefix("#:schema ")
            .map(|path| file.with_file_name(path.trim()));
        assert!(
            named.is_some_and(|schema| schema.is_file()),
            "{}: {first}",
            file.display()
        );
    }
}
