//! What `solve`, `why`, `report` and `claims` ask in common: the world, the target, the limits.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use detente_case::{Case, Target, World};
use detente_reading::diagnostic::nearest_names;
use detente_report::{view, words};
use detente_verdict::deals::Criterion;
use detente_verdict::flips::Extent;
use detente_verdict::verdict::{Limits, Question};

use crate::failure::Failure;

/// Which world of the case is meant.
#[derive(Debug, Args)]
pub struct WorldArguments {
    /// Apply a variant of the case; may be given several times.
    #[arg(long = "variant", value_name = "NAME")]
    variants: Vec<String>,
    /// Take a judgement to have another value, as KEY=NUMBER; keys are listed by `detente check --judgements`.
    #[arg(long = "set", value_name = "KEY=NUMBER")]
    judgements: Vec<String>,
    /// Take a party to be of a type, as PARTY=TYPE.
    #[arg(long = "type", value_name = "PARTY=TYPE")]
    types: Vec<String>,
    /// Let so many periods pass without a deal first.
    #[arg(long, default_value_t = 0, value_name = "PERIODS")]
    later: u32,
    /// Allow numbers outside their stated ranges; the result says which they are.
    #[arg(long)]
    beyond_range: bool,
}

/// The world that a call names, and what it is in words.
#[derive(Debug, Clone)]
pub struct Given {
    /// The world.
    pub world: World,
    /// The same in words.
    pub view: view::World,
}

impl Given {
    /// A text with the world under its first line, where it is another than the case as written.
    pub fn under_line_one(&self, text: &str) -> String {
        let Some(line) = self.view.line() else {
            return text.to_owned();
        };
        let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
        format!("{first}\n{line}\n{rest}")
    }
}

impl WorldArguments {
    /// The world they name.
    pub fn world(&self, case: &Case) -> Result<World, Failure> {
        self.given(case).map(|given| given.world)
    }

    /// The world they name, with its words.
    pub fn given(&self, case: &Case) -> Result<Given, Failure> {
        let mut faults = Vec::new();
        let world = World {
            variants: self.variants.clone(),
            judgements: pairs(&self.judgements, "--set", "KEY=NUMBER", &mut faults),
            periods_later: self.later,
            types: pairs(&self.types, "--type", "PARTY=TYPE", &mut faults),
        };
        match words::world(case, &world) {
            Ok(view) if faults.is_empty() => {
                faults.extend(self.beyond(&view));
                if faults.is_empty() {
                    return Ok(Given { world, view });
                }
            }
            Ok(_) => {}
            Err(error) => faults.push(error.to_string()),
        }
        Err(Failure::BadCall(faults.join("; ")))
    }

    /// What is wrong with numbers outside their stated ranges.
    fn beyond(&self, view: &view::World) -> Option<String> {
        let outside: Vec<String> = view.outside().map(view::MovedJudgement::in_words).collect();
        (!self.beyond_range && !outside.is_empty())
            .then(|| format!("{}; --beyond-range allows it", outside.join("; ")))
    }

    /// Whether a number outside its stated range is allowed.
    pub fn beyond_range(&self) -> bool {
        self.beyond_range
    }

    /// Whether a world is named at all.
    pub fn names_a_world(&self) -> bool {
        self.later > 0
            || [&self.variants, &self.judgements, &self.types]
                .iter()
                .any(|given| !given.is_empty())
    }

    /// Refuses a world that is named for a file that is not a case.
    pub fn of_no_case(&self, what: &str) -> Result<(), Failure> {
        match self.names_a_world() {
            true => Err(Failure::BadCall(format!(
                "--variant, --set, --type and --later name a world of a case; {what}"
            ))),
            false => Ok(()),
        }
    }

    /// The same as words of a command line.
    pub fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        for (flag, values) in [
            ("--variant", &self.variants),
            ("--set", &self.judgements),
            ("--type", &self.types),
        ] {
            for value in values {
                words.push(flag.to_owned());
                words.push(quoted(value));
            }
        }
        if self.later > 0 {
            words.push(format!("--later {}", self.later));
        }
        if self.beyond_range {
            words.push("--beyond-range".to_owned());
        }
        words
    }
}

/// The values by their keys; texts of another form and keys given twice are faults.
fn pairs(texts: &[String], flag: &str, form: &str, faults: &mut Vec<String>) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for text in texts {
        let Some((key, value)) = text.rsplit_once('=') else {
            faults.push(format!("`{text}` is not of the form {flag} {form}"));
            continue;
        };
        let (key, value) = (key.trim().to_owned(), value.trim().to_owned());
        if let Some(before) = found.insert(key.clone(), value.clone()) {
            faults.push(format!("{flag} {key} is given twice: {before} and {value}"));
        }
    }
    found
}

/// The criterion that asks for the deal that survives most.
const STURDY: &str = "sturdy";

/// What is asked of the case.
#[derive(Debug, Args)]
pub struct QuestionArguments {
    /// The case: a file, or a folder with case.toml in it.
    pub case: PathBuf,
    /// The condition a settlement must satisfy; the case's own target if left out.
    #[arg(long, value_name = "CONDITION")]
    pub target: Option<String>,
    /// How to choose among undominated deals: nash, egalitarian, sturdy (what survives most), or a party's name in the case.
    #[arg(long, default_value = "nash")]
    pub criterion: String,
    /// The most steps a deal may take.
    #[arg(long, value_name = "STEPS")]
    pub within: Option<u32>,
    /// The most seconds to work: 300 if left out, 900 where claims are asked what they turn on.
    #[arg(long)]
    pub seconds: Option<u64>,
    /// The most memory for bounds, in MiB.
    #[arg(long, default_value_t = 8192, value_name = "MIB")]
    pub memory: u64,
    /// The world of the case.
    #[command(flatten)]
    pub world: WorldArguments,
}

impl QuestionArguments {
    /// The question they ask.
    pub fn question(&self, case: &Case) -> Result<Question, Failure> {
        Ok(Question {
            target: self.target(case)?,
            criterion: self.criterion(case)?,
        })
    }

    fn target(&self, case: &Case) -> Result<Target, Failure> {
        match (&self.target, &case.target) {
            (Some(text), _) => {
                case.target(text).map_err(|error| Failure::BadCall(format!("--target: {error}")))
            }
            (None, Some(target)) => Ok(target.clone()),
            (None, None) => Err(Failure::BadCall(
                "the case names no target: give one with --target \"condition\", or write target = \"…\" in [case]".into(),
            )),
        }
    }

    fn criterion(&self, case: &Case) -> Result<Criterion, Failure> {
        match self.criterion.as_str() {
            // Which is the sturdiest is chosen among the deals that this leads to.
            "nash" | STURDY => Ok(Criterion::Nash),
            "egalitarian" => Ok(Criterion::Egalitarian),
            name => match case.parties.iter().position(|party| party.id == name) {
                Some(party) => Ok(Criterion::BestFor(party)),
                None => {
                    let names = case.parties.iter().map(|party| party.id.as_str());
                    let hint = nearest_names(name, ["nash", "egalitarian", STURDY].into_iter().chain(names));
                    Err(Failure::BadCall(format!(
                        "--criterion: `{name}` is neither nash, egalitarian, sturdy nor a party{hint}"
                    )))
                }
            },
        }
    }

    /// Whether the deal is asked for that survives most.
    pub fn wants_sturdy(&self) -> bool {
        self.criterion == STURDY
    }

    /// The limits they set.
    pub fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        limits.bounds.memory = self.memory << 20;
        if let Some(steps) = self.within {
            limits.deals.steps = steps;
        }
        limits
    }

    /// The command that repeats it.
    pub fn command(&self, verb: &str) -> String {
        let mut words = vec![
            "detente".to_owned(),
            verb.to_owned(),
            quoted(&self.case.to_string_lossy()),
        ];
        if let Some(target) = &self.target {
            words.push(format!("--target {}", quoted(target)));
        }
        if self.criterion != "nash" {
            words.push(format!("--criterion {}", self.criterion));
        }
        if let Some(within) = self.within {
            words.push(format!("--within {within}"));
        }
        words.extend(self.world.words());
        words.join(" ")
    }
}

/// How far judgements are moved alone to see what would change the answer.
#[derive(Debug, Args)]
pub struct ScanArguments {
    /// The most judgements that are moved alone, those first that weigh most [default: all, in a report 4].
    #[arg(long = "judgements", value_name = "NUMBER")]
    moved: Option<usize>,
    /// Values tried between the present one and each end of its range, the end included [default: 1].
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=1000))]
    points: Option<u32>,
    /// How often a bracket around a change is halved [default: 4, in a report 1].
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(0..=1000))]
    halvings: Option<u32>,
}

impl ScanArguments {
    /// The limits of the scan, where nothing is said those given.
    pub fn extent(&self, given: Extent) -> Extent {
        Extent {
            judgements: self.moved.unwrap_or(given.judgements),
            points: self.points.unwrap_or(given.points),
            halvings: self.halvings.unwrap_or(given.halvings),
        }
    }

    /// What of it a command that repeats the work must say.
    pub fn words(&self) -> Vec<String> {
        let word = |name: &str, value: Option<String>| value.map(|value| format!("--{name} {value}"));
        [
            word("judgements", self.moved.map(|number| number.to_string())),
            word("points", self.points.map(|number| number.to_string())),
            word("halvings", self.halvings.map(|number| number.to_string())),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// A word of a shell command, quoted where it must be.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}
