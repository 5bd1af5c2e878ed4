//! Stable under rankings against self-enforcing with numbers: from the comparison to words, a text and a section.

use std::collections::BTreeMap;
use std::fmt::Write;

use detente_analysis::compare::{ByNumbers, CompareLimits, Compared, Departure, Difference, Reason, Row};
use detente_case::Case;
use detente_conflict::{GraphModel, StateId};
use detente_stability::Concept;
use schemars::JsonSchema;
use serde::Serialize;

use crate::view::{Figure, Section, Table};
use crate::words::short;

/// The most states that a text or a page tells of in one list.
const MOST_TOLD: usize = 20;

/// How many states fall where under one concept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Counts {
    /// Equilibria by rankings that are kept by numbers.
    pub both: usize,
    /// Equilibria by rankings that are not kept.
    pub rankings_only: usize,
    /// Kept by numbers, no equilibrium by rankings.
    pub numbers_only: usize,
    /// No equilibrium by rankings, and not known to be kept.
    pub neither: usize,
    /// Equilibria by rankings of which numbers leave open whether they are kept.
    pub open: usize,
}

/// One difference, in words.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DifferenceView {
    /// The concepts under which it is the same difference.
    pub concepts: Vec<String>,
    /// `sanction-too-weak`, `later-gain`, `chance`, `later-loss` or `cost`.
    pub reason: String,
    /// Whose departure decides.
    pub party: Option<String>,
    /// Where it leads.
    pub leaving_to: Option<String>,
    /// The worth of departing less the worth of staying, on the party's own scale.
    pub gain: Option<f64>,
    /// Why, in a sentence.
    pub sentence: String,
}

/// One state, in words.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ComparedState {
    /// Its short name.
    pub state: String,
    /// What it is.
    pub words: String,
    /// Whether it is today's.
    pub today: bool,
    /// The concepts under which it is an equilibrium.
    pub stable_under: Vec<String>,
    /// Whether numbers keep it; `None` where that is open.
    pub kept: Option<bool>,
    /// Whether the exact checker confirmed that.
    pub proved: bool,
    /// What numbers say, in words.
    pub numbers: String,
    /// The states of a proved deal from today that settles here.
    pub deal: Vec<String>,
    /// Where rankings and numbers differ, and why.
    pub differences: Vec<DifferenceView>,
}

/// The whole comparison.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct Comparison {
    /// What is compared, in words.
    pub meaning: String,
    /// How large it may be, in words.
    pub limit: String,
    /// Where play goes if nothing is agreed.
    pub without_deal: Vec<String>,
    /// For each concept.
    pub counts: BTreeMap<String, Counts>,
    /// How many states were compared.
    pub compared: usize,
    /// How many of them numbers keep.
    pub kept: usize,
    /// Every state of the game, or in large games those that are explained.
    pub states: Vec<ComparedState>,
    /// How many states of the rankings the game leaves out, because no moves lead to them from today.
    pub beyond: usize,
    /// Whether a limit left some states less than fully looked at.
    pub cut_short: bool,
}

/// Puts a comparison into words.
#[must_use]
pub fn comparison(model: &GraphModel, case: &Case, compared: &Compared, limits: CompareLimits) -> Comparison {
    let ranked = compared.rows.iter().map(|row| (row.at, row.state)).collect();
    let speaker = Speaker {
        model,
        case,
        compared,
        ranked,
    };
    let mut counts: BTreeMap<String, Counts> = BTreeMap::new();
    for row in &compared.rows {
        for (concept, stable) in compared.concepts.iter().zip(&row.stable) {
            let of = counts.entry(concept.name().to_owned()).or_default();
            match (*stable, row.numbers.kept()) {
                (true, Some(true)) => of.both += 1,
                (true, Some(false)) => of.rankings_only += 1,
                (true, None) => of.open += 1,
                (false, Some(true)) => of.numbers_only += 1,
                (false, _) => of.neither += 1,
            }
        }
    }
    let explained = compared.rows.iter().filter(|row| row.explained);
    let mut states: Vec<ComparedState> = explained.map(|row| speaker.state(row)).collect();
    states.sort_by_key(|state| !state.today);
    Comparison {
        meaning: "Rankings ask whether somebody moves away, looking a few moves ahead, every sanction as good as any \
                  other. Numbers ask whether staying permanently is part of a plan from which no single departure pays, \
                  with the harshest answers that are self-enforcing themselves."
            .to_owned(),
        limit: format!(
            "compared up to {} states, explained up to {}, proved with up to {} deals and {} questions to the bounds",
            limits.states, limits.explained, limits.deals, limits.deals
        ),
        without_deal: compared.without_deal.iter().map(|state| speaker.id(*state)).collect(),
        counts,
        compared: compared.rows.len(),
        kept: compared.rows.iter().filter(|row| row.numbers.kept() == Some(true)).count(),
        states,
        beyond: compared.beyond,
        cut_short: compared.cut_short,
    }
}

struct Speaker<'a> {
    model: &'a GraphModel,
    case: &'a Case,
    compared: &'a Compared,
    /// The state of the conflict for each compared state of the game.
    ranked: BTreeMap<StateId, StateId>,
}

impl Speaker<'_> {
    /// The state of the conflict that is this state of the game.
    fn ranked(&self, at: StateId) -> Option<StateId> {
        self.ranked.get(&at).copied()
    }

    fn id(&self, at: StateId) -> String {
        self.ranked(at).map_or_else(
            || "a state that is ruled out".to_owned(),
            |state| self.model.states().id(state),
        )
    }

    fn state(&self, row: &Row) -> ComparedState {
        let named = self.compared.concepts.iter().zip(&row.stable);
        ComparedState {
            state: self.model.states().id(row.state),
            words: self.model.words(row.state),
            today: self.model.today() == Some(row.state),
            stable_under: named
                .filter(|(_, stable)| **stable)
                .map(|(concept, _)| concept.name().to_owned())
                .collect(),
            kept: row.numbers.kept(),
            proved: matches!(row.numbers, ByNumbers::Reached(_) | ByNumbers::Excluded),
            numbers: numbers(&row.numbers).to_owned(),
            deal: match &row.numbers {
                ByNumbers::Reached(path) => path.iter().map(|state| self.id(*state)).collect(),
                _ => Vec::new(),
            },
            differences: self.differences(row),
        }
    }

    /// Differences that say the same under several concepts are told once.
    fn differences(&self, row: &Row) -> Vec<DifferenceView> {
        let mut groups: Vec<(&Difference, Vec<Concept>)> = Vec::new();
        for difference in &row.differences {
            let key = |of: &Difference| (of.reason, of.departure.as_ref().map(|d| (d.party, d.to)));
            match groups.iter_mut().find(|(known, _)| key(known) == key(difference)) {
                Some((_, concepts)) => concepts.push(difference.concept),
                None => groups.push((difference, vec![difference.concept])),
            }
        }
        let view = |(difference, concepts): (&Difference, Vec<Concept>)| {
            let departure = difference.departure.as_ref();
            let concepts: Vec<String> = concepts.iter().map(|concept| concept.name().to_owned()).collect();
            DifferenceView {
                reason: word(difference.reason).to_owned(),
                party: departure.map(|departure| self.model.party(departure.party).id.clone()),
                leaving_to: departure.map(|departure| self.id(departure.to)),
                gain: departure.map(|departure| departure.gain),
                sentence: self.sentence(row, difference, &concepts),
                concepts,
            }
        };
        groups.into_iter().map(view).collect()
    }

    fn sentence(&self, row: &Row, difference: &Difference, concepts: &[String]) -> String {
        let Some(departure) = &difference.departure else {
            return format!(
                "Stable by {} but not kept: chance moves it on, which rankings leave out.",
                concepts.join(", ")
            );
        };
        let name = &self.case.party(departure.party).name;
        let change = match self.ranked(departure.to) {
            Some(to) => self.model.change(departure.party, row.state, to),
            None => "goes to a state that the rankings rule out".to_owned(),
        };
        let (to, then) = (self.id(departure.to), self.after(departure));
        let (gain, loss) = (short(departure.gain), short(-departure.gain));
        let of = concepts.join(", ");
        match difference.reason {
            Reason::SanctionTooWeak => format!(
                "Stable by {of} but not kept: {name} gains {gain} if it {change} (to {to}); {then}. {of} count any answer \
                 that leaves it no better off as deterrence enough; by numbers no answer that is itself \
                 self-enforcing takes more than the departure brings."
            ),
            Reason::LaterGain if departure.after.len() > 1 => format!(
                "Stable by {of} but not kept: {name} gains {gain} if it {change} (to {to}), which ranks no higher for it, \
                 but {then}. Rankings stop at the move itself."
            ),
            Reason::LaterGain => format!(
                "Stable by {of} but not kept: {name} gains {gain} if it {change} (to {to}), which ranks no higher for it; \
                 its ranking leaves out what its numbers hold (endings, costs, or a ranking given apart)."
            ),
            Reason::LaterLoss => format!(
                "Kept though not stable by {of}: {name} would rank {to} higher (it {change}), and in the few moves that \
                 rankings look ahead nothing deters it; but {then}, and that lasts: {}. Rankings cannot weigh a gain now \
                 against a loss later.",
                match loss.as_str() {
                    "0" => "departing comes to the same as staying".to_owned(),
                    loss => format!("departing is worth {loss} less than staying"),
                }
            ),
            Reason::Cost => format!(
                "Kept though not stable by {of}: {name} would rank {to} higher (it {change}), but the move costs {} once, \
                 more than it brings. Rankings leave out one-off costs.",
                short(departure.cost)
            ),
            Reason::Chance => String::new(),
        }
    }

    /// What follows a departure.
    fn after(&self, departure: &Departure) -> String {
        match departure.after.as_slice() {
            [only] => format!("then play stays in {}", self.id(*only)),
            [_, rest @ ..] => {
                let shown: Vec<String> = rest.iter().take(4).map(|state| self.id(*state)).collect();
                let more = if rest.len() > 4 { ", …" } else { "" };
                format!("then play goes on to {}{more}", shown.join(", "))
            }
            [] => String::new(),
        }
    }
}

fn word(reason: Reason) -> &'static str {
    match reason {
        Reason::SanctionTooWeak => "sanction-too-weak",
        Reason::LaterGain => "later-gain",
        Reason::Chance => "chance",
        Reason::LaterLoss => "later-loss",
        Reason::Cost => "cost",
    }
}

fn numbers(numbers: &ByNumbers) -> &'static str {
    match numbers {
        ByNumbers::Reached(_) => "kept: a deal from today settles here (proved)",
        ByNumbers::Kept => "kept once there, no deal from today found (computed)",
        ByNumbers::Excluded => "not kept: somebody is sure to gain by leaving (proved)",
        ByNumbers::Left => "not kept: somebody is sure to gain by leaving (computed)",
        ByNumbers::Moved => "not kept: chance leads away",
        ByNumbers::Open => "open: not kept by the answers found, not excluded by bounds",
    }
}

/// Whether a state is worth telling of: today, kept, or an equilibrium under more than the permissive concepts.
fn told(state: &ComparedState) -> bool {
    let strict = |concept: &String| ["Nash", "SEQ", "SSEQ"].contains(&concept.as_str());
    state.today || state.kept == Some(true) || state.stable_under.iter().any(strict)
}

fn label(state: &ComparedState) -> String {
    let today = if state.today { ", today" } else { "" };
    format!("{} ({}{today})", state.state, state.words)
}

fn stable_words(state: &ComparedState) -> String {
    match state.stable_under.is_empty() {
        true => "no concept".to_owned(),
        false => state.stable_under.join(", "),
    }
}

fn headline(comparison: &Comparison) -> String {
    let of = |concept: &str| comparison.counts.get(concept).copied().unwrap_or_default();
    let (nash, seq) = (of("Nash"), of("SEQ"));
    format!(
        "Of {} states numbers keep {}; {} of them are Nash and {} SEQ equilibria by rankings, while {} Nash and {} SEQ \
         equilibria are not kept.",
        comparison.compared, comparison.kept, nash.both, seq.both, nash.rankings_only, seq.rankings_only
    )
}

/// The comparison as lines of a terminal text.
#[must_use]
pub fn comparison_text(comparison: &Comparison) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "\nRankings against numbers ({})", comparison.limit);
    let _ = writeln!(out, "  {}", headline(comparison));
    let _ = writeln!(out, "  {}", comparison.meaning);
    let _ = writeln!(out, "  Without a deal: {}", comparison.without_deal.join(" -> "));
    let _ = writeln!(
        out,
        "\n  {:<6} {:>5} {:>14} {:>13} {:>8} {:>5}",
        "", "both", "rankings only", "numbers only", "neither", "open"
    );
    for (concept, of) in &comparison.counts {
        let _ = writeln!(
            out,
            "  {concept:<6} {:>5} {:>14} {:>13} {:>8} {:>5}",
            of.both, of.rankings_only, of.numbers_only, of.neither, of.open
        );
    }
    let shown: Vec<&ComparedState> = comparison.states.iter().filter(|state| told(state)).collect();
    for state in shown.iter().take(MOST_TOLD) {
        let _ = writeln!(out, "\n  {}", label(state));
        let _ = writeln!(out, "    by rankings stable under {}", stable_words(state));
        let _ = writeln!(out, "    by numbers {}", state.numbers);
        if !state.deal.is_empty() {
            let _ = writeln!(out, "    deal: {}", state.deal.join(" -> "));
        }
        for difference in &state.differences {
            let _ = writeln!(out, "    {}", difference.sentence);
        }
    }
    if shown.len() > MOST_TOLD {
        let _ = writeln!(
            out,
            "\n  … and {} more states (--json lists all)",
            shown.len() - MOST_TOLD
        );
    }
    if comparison.beyond > 0 {
        let _ = writeln!(
            out,
            "\n  {} states that no moves lead to from today are left out.",
            comparison.beyond
        );
    }
    if comparison.cut_short {
        let _ = writeln!(
            out,
            "\n  A limit was reached: some states are computed only, not proved."
        );
    }
    out
}

/// The comparison as a section of the page.
#[must_use]
pub fn comparison_section(comparison: &Comparison) -> Section {
    let counts = comparison.counts.iter().map(|(concept, of)| {
        let cells = [of.both, of.rankings_only, of.numbers_only, of.neither, of.open];
        std::iter::once(concept.clone())
            .chain(cells.iter().map(ToString::to_string))
            .collect()
    });
    let shown: Vec<&ComparedState> = comparison.states.iter().filter(|state| told(state)).collect();
    let rows = shown.iter().take(MOST_TOLD).map(|state| {
        let why: Vec<&str> = state
            .differences
            .iter()
            .map(|difference| difference.sentence.as_str())
            .collect();
        let why = if why.is_empty() {
            "they agree, or numbers leave it open".to_owned()
        } else {
            why.join(" ")
        };
        vec![label(state), stable_words(state), state.numbers.clone(), why]
    });
    let more = match shown.len().saturating_sub(MOST_TOLD) {
        0 => String::new(),
        more => format!(" {more} more states are told by `detente stability CASE --compare --json`."),
    };
    let columns = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Section {
        id: "rankings-and-numbers".to_owned(),
        title: "Stable by rankings, self-enforcing by numbers".to_owned(),
        sentence: headline(comparison),
        figures: vec![
            Figure {
                title: "How many states".to_owned(),
                sentence: comparison.meaning.clone(),
                chart: None,
                table: Table {
                    caption: format!("States by concept ({})", comparison.limit),
                    columns: columns(&[
                        "Concept",
                        "Both",
                        "Rankings only",
                        "Numbers only",
                        "Neither",
                        "Open",
                    ]),
                    rows: counts.collect(),
                },
            },
            Figure {
                title: "Which states, and why they differ".to_owned(),
                sentence: format!(
                    "Today, every state that numbers keep, and every Nash, SEQ or SSEQ equilibrium; gains are on each party's \
                     own scale.{more}"
                ),
                chart: None,
                table: Table {
                    caption: "State by state".to_owned(),
                    columns: columns(&[
                        "State",
                        "Stable by rankings under",
                        "By numbers",
                        "Why they differ",
                    ]),
                    rows: rows.collect(),
                },
            },
        ],
    }
}
