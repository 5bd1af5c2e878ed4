//! From results to words: what the solver found, said in the analyst's own terms as a [`crate::view::Report`].
//!
//! Nothing is computed here but what sentences need: differences of shown numbers, counts, signs.

mod claims;
mod compared;
mod evidence;
mod flips;
mod moves;
mod numbers;
pub mod plans;
mod profiles;
mod reasons;
mod sturdiness;
mod world;

use detente_base::ids::PartyId;
use detente_base::number::to_float;
use detente_case::{Case, World};
use detente_game::Game;
use detente_verdict::bounds::Stop;
use detente_verdict::deals::Criterion;
use detente_verdict::deals::search::{Extent, WAYS_A_LABEL};
use detente_verdict::fallback::MOST_PHASES;
use detente_verdict::verdict::{Answer, Deal, Limits, Question, Searched, Verdict};
use detente_verdict::why::{Grounds, Temptation};

pub use claims::{claim_limit, claim_proof_files, claims, turns_limit};
pub use evidence::{judgements, sources};
pub use flips::{flips, scan_limit, unless};
pub use moves::{changes_in_words, settlement_in_words, state_in_words};
pub use numbers::{amount, counted, short, signed};
pub use profiles::{Profiles, add_profiles};
pub use sturdiness::{knife_edge, on_knife_edge, sturdiness, sturdy_frontier};
pub use world::world;

use crate::view;

/// Everything a report is made of.
#[derive(Debug)]
pub struct Findings<'a> {
    /// The case as it stands in the world.
    pub case: &'a Case,
    /// The world.
    pub world: &'a World,
    /// The world in words.
    pub world_in_words: &'a view::World,
    /// Its game.
    pub game: &'a Game,
    /// What was asked.
    pub question: &'a Question,
    /// What was answered.
    pub answer: &'a Answer,
    /// The best departures along the deal, or the one that breaks the nearest settlement.
    pub temptations: &'a [Temptation],
    /// Why nothing is left, where that was proved.
    pub excluded: Option<&'a Grounds>,
    /// The limits.
    pub limits: &'a Limits,
    /// The program's version.
    pub version: &'a str,
    /// The command that repeats it.
    pub command: &'a str,
    /// Whether the proof was written to a file, and which.
    pub proof_file: Option<&'a str>,
}

/// The report of one question; claims and flips are added by whoever has them.
#[must_use]
pub fn report(findings: &Findings<'_>) -> view::Report {
    let case = findings.case;
    let asked = format!(
        "Can a self-enforcing deal from today reach “{}”?",
        findings.question.target.text
    );
    let (reasons, doubts) = (reasons::reasons(findings), reasons::doubts(findings));
    view::Report {
        title: case.title.clone(),
        question: case.question.clone().unwrap_or(asked),
        verdict: verdict(findings),
        world: findings.world_in_words.clone(),
        reasons,
        doubts,
        ladder: ladder(findings),
        no_deal: reasons::no_deal(findings),
        payoffs: payoffs(findings),
        other_deals: other_deals(findings),
        judgements: judgements(case),
        sources: sources(case),
        method: method(findings),
        limits: limits(findings),
        hash: case.hash.to_string(),
        version: findings.version.to_owned(),
        command: findings.command.to_owned(),
        ..view::Report::default()
    }
}

fn verdict(findings: &Findings<'_>) -> view::Verdict {
    let (answer, headline) = match &findings.answer.verdict {
        Verdict::Possible { deal, .. } => {
            let headline = match deal.path.len() - 1 {
                _ if deal.by_chance.contains(&true) => {
                    "Play leads there once chance allows it: no party ever gains by breaking it".to_owned()
                }
                0 => "Today's state is already such a settlement: no party gains by leaving it".to_owned(),
                steps => format!(
                    "A {}-step deal holds: no party ever gains by breaking it",
                    numbers::in_words(steps)
                ),
            };
            (view::Answer::Possible, headline)
        }
        Verdict::Impossible { .. } => (
            view::Answer::Impossible,
            "No self-enforcing deal reaches such a settlement".to_owned(),
        ),
        Verdict::Undecided { .. } => (
            view::Answer::Undecided,
            "Whether such a deal holds was not settled within the limits".to_owned(),
        ),
    };
    view::Verdict {
        answer,
        headline,
        losers: losers(findings),
        because: reasons::because(findings),
        unless: Vec::new(),
        rests_on: concept(findings),
    }
}

/// Who is worse off with the deal than without, and by how much.
fn losers(findings: &Findings<'_>) -> Vec<view::PartyAmount> {
    let Verdict::Possible { deal, .. } = &findings.answer.verdict else {
        return Vec::new();
    };
    compared::losers(findings, deal)
        .into_iter()
        .map(|(party, loss)| view::PartyAmount {
            party,
            amount: amount(loss),
        })
        .collect()
}

/// "22 judgements, 20 of them with a source".
fn judgements_with_sources(case: &Case) -> String {
    let sourced = case
        .judgements
        .iter()
        .filter(|judgement| !judgement.sources.is_empty());
    match (case.judgements.len(), sourced.count()) {
        (0, _) => "no judgements".to_owned(),
        (1, 0) => "1 judgement, without a source".to_owned(),
        (1, _) => "1 judgement, with a source".to_owned(),
        (all, 0) => format!("{all} judgements, none of them with a source"),
        (all, sourced) if all == sourced => format!("{all} judgements, all of them with a source"),
        (all, sourced) => format!("{all} judgements, {sourced} of them with a source"),
    }
}

/// The solution concept, the horizon and the types: what the answer claims exactly.
fn concept(findings: &Findings<'_>) -> String {
    let case = findings.case;
    let mut words = format!(
        "Asked for: a settlement with {}. Self-enforcing means: at no point, for no party, does one departure pay (pure-strategy subgame-perfect \
         equilibrium, one period is {}). It rests on {}.",
        moves::condition_in_words(case, &findings.question.target.condition),
        case.period,
        judgements_with_sources(case),
    );
    for party in case.party_ids() {
        if let Some(of) = findings.world.type_of(case, party) {
            let party = case.party(party);
            let types = party.types.len();
            words += &format!(
                " {} is taken to be of the type “{}” (one of {types}).",
                party.name,
                party.types[of.index()].name
            );
        }
    }
    words
}

fn ladder(findings: &Findings<'_>) -> Option<view::Ladder> {
    let Verdict::Possible { deal, .. } = &findings.answer.verdict else {
        return None;
    };
    let case = findings.case;
    let lanes = case.party_ids().map(|party| view::Lane {
        party: case.party(party).name.clone(),
        starts: settlement_in_words(case, findings.game, deal.path[0], party),
        settles: settlement_in_words(case, findings.game, deal.path[deal.path.len() - 1], party),
    });
    let steps = deal.path.windows(2).enumerate().map(|(number, pair)| view::Step {
        when: format!("Step {}", number + 1),
        moves: moves::ladder_moves(case, findings.game, pair[0], pair[1], deal.by_chance[number]),
        holds_because: reasons::holds_because(findings, number),
        breaks: String::new(),
        snapback: String::new(),
    });
    let names: Vec<&str> = case.parties.iter().map(|party| party.name.as_str()).collect();
    Some(view::Ladder {
        sentence: format!(
            "From today to the settlement in {}, one period each, with one lane for each of {}.",
            numbers::counted(deal.path.len() - 1, "step", "steps"),
            names.join(", ")
        ),
        lanes: lanes.collect(),
        today: state_in_words(case, findings.game, deal.path[0]),
        steps: steps.collect(),
        settlement: changes_in_words(case, findings.game, deal.path[0], deal.path[deal.path.len() - 1]),
        snapback: reasons::snapback(findings),
    })
}

fn payoffs(findings: &Findings<'_>) -> Vec<view::Payoff> {
    let case = findings.case;
    let deal: Option<&Deal> = match &findings.answer.verdict {
        Verdict::Possible { deal, .. } => Some(deal),
        _ => None,
    };
    case.party_ids()
        .map(|party| {
            let name = &case.party(party).name;
            let no_deal = findings
                .answer
                .no_deal
                .as_ref()
                .map(|values| values[party.index()]);
            let value = deal.map(|deal| to_float(&deal.values[party.index()]));
            let worst = findings.answer.today.get(party.index()).map(|(low, _)| *low);
            view::Payoff {
                party: name.clone(),
                scale: format!("average per period of {}, on its own scale", case.period),
                no_deal: no_deal.map_or_else(|| view::Amount::new("not found", 0.0), amount),
                deal: value.map(amount),
                worst: worst.map(|low| view::Amount::new(format!("at least {}", numbers::short(low)), low)),
                sentence: compared::in_words(findings, party, deal),
            }
        })
        .collect()
}

fn other_deals(findings: &Findings<'_>) -> Vec<view::OtherDeal> {
    let Verdict::Possible { deal, others, .. } = &findings.answer.verdict else {
        return Vec::new();
    };
    let case = findings.case;
    let all: Vec<&Deal> = std::iter::once(deal).chain(others).collect();
    let best_for = |party: PartyId| {
        let best = all
            .iter()
            .map(|deal| to_float(&deal.values[party.index()]))
            .fold(f64::NEG_INFINITY, f64::max);
        move |deal: &Deal| to_float(&deal.values[party.index()]) >= best - 1e-9
    };
    let mut seen = vec![shown_as(findings, deal)];
    let fresh = others.iter().filter(|other| {
        let shown = shown_as(findings, other);
        let fresh = !seen.contains(&shown);
        seen.push(shown);
        fresh
    });
    let shown = fresh.take(OTHERS).enumerate().map(|(number, other)| {
        let fans: Vec<&str> = case
            .party_ids()
            .filter(|party| best_for(*party)(other) && !best_for(*party)(deal))
            .map(|party| case.party(party).name.as_str())
            .collect();
        let (settlement, amounts) = shown_as(findings, other);
        view::OtherDeal {
            name: format!("Deal {}", number + 2),
            settlement: differing(findings, deal, other).unwrap_or(settlement),
            chosen_by: if fans.is_empty() {
                String::new()
            } else {
                format!("best found for {}", fans.join(", "))
            },
            payoffs: case
                .party_ids()
                .zip(amounts)
                .map(|(party, amount)| view::PartyAmount {
                    party: case.party(party).name.clone(),
                    amount,
                })
                .collect(),
        }
    });
    shown.collect()
}

/// How many other deals are shown.
const OTHERS: usize = 6;

/// What a reader sees of a deal: deals that look the same are listed once.
fn shown_as(findings: &Findings<'_>, deal: &Deal) -> (String, Vec<view::Amount>) {
    let last = deal.path[deal.path.len() - 1];
    let settlement = changes_in_words(findings.case, findings.game, deal.path[0], last);
    let amounts = deal.values.iter().map(|value| {
        let rounded = (to_float(value) * 1000.0).round() / 1000.0;
        amount(rounded)
    });
    (settlement, amounts.collect())
}

/// How another deal differs from the one shown, in words.
fn differing(findings: &Findings<'_>, deal: &Deal, other: &Deal) -> Option<String> {
    let (shown, ends) = (deal.path.last()?, other.path.last()?);
    let settlement = if shown == ends {
        "the same settlement".to_owned()
    } else {
        let differs = changes_in_words(findings.case, findings.game, *shown, *ends);
        format!("as the deal shown, but {differs}")
    };
    let steps = other.path.len() - 1;
    Some(format!(
        "{settlement}, in {}",
        numbers::counted(steps, "step", "steps")
    ))
}

fn method(findings: &Findings<'_>) -> Vec<String> {
    let mut words = vec![
        "First what is played without a deal: a move for every state from which no party gains by changing its own \
         move. It is the answer to any breach, so every threat in the deal is one that the parties would carry out."
            .to_owned(),
        "Then paths from today to a settlement on which going along is worth at least as much to every party as its \
         best single departure. All undominated vectors of the parties' values are kept; payoffs of different \
         parties are never added."
            .to_owned(),
    ];
    words.push(match findings.question.criterion {
        Criterion::Nash => {
            "Among undominated deals the one with the largest product of gains over no deal is shown (Nash).".into()
        }
        Criterion::Egalitarian => {
            "Among undominated deals the one with the largest smallest share of what each could gain is shown.".into()
        }
        Criterion::BestFor(party) => {
            let name = &findings.case.party(PartyId::at(party)).name;
            format!("Among undominated deals the best for {name} is shown.")
        }
    });
    if let Some((stages, _)) = findings.answer.bounds {
        words.push(format!(
            "Where no deal was found, bounds around everything a party can be held to or hope for were tightened in {} \
             from the payoff range; a settlement is excluded when staying is worth less than departing at worst.",
            numbers::counted(stages, "stage", "stages")
        ));
    }
    words.push(match &findings.answer.verdict {
        Verdict::Undecided { .. } => "Nothing is claimed: no proof was confirmed.".into(),
        _ => {
            let file = findings.proof_file.map_or_else(String::new, |file| format!(" The proof is in {file}; `detente verify` rechecks it."));
            format!("The claim was rechecked in exact arithmetic by separate code that reads the rules from the text of the case and shares nothing with the search.{file}")
        }
    });
    words
}

fn limits(findings: &Findings<'_>) -> Vec<view::Limit> {
    let (answer, limits) = (findings.answer, findings.limits);
    let limit = |what: &str, value: String, reached: bool| view::Limit {
        what: what.into(),
        value,
        reached,
    };
    let mut shown = vec![
        limit(
            "states",
            format!("{} in the game", numbers::grouped(answer.states as u64)),
            false,
        ),
        limit(
            "steps of a deal",
            format!("at most {}", limits.deals.steps),
            false,
        ),
        paths_searched(answer.searched, &limits.deals),
        limit(
            "labels in the search for deals",
            format!(
                "at most {} a state, and on onward paths {WAYS_A_LABEL} ways on tried for each",
                limits.deals.labels
            ),
            false,
        ),
        limit(
            "rounds in search of what is played without a deal",
            format!(
                "at most {}, in at most {MOST_PHASES} phases, until {} joint moves were looked at where replies in turn \
                 do not end",
                limits.fallback_rounds,
                numbers::grouped(limits.fallback_looks)
            ),
            false,
        ),
    ];
    shown.push(limit(
        "rounds of harsher answers to breaches",
        format!(
            "at most {}, until {} blocks of states were looked at; in games of more than {} joint moves only where \
             no deal is found without them, first one round that does not count towards them",
            limits.answer_rounds,
            numbers::grouped(limits.answer_looks),
            numbers::grouped(limits.deals.joint_moves)
        ),
        false,
    ));
    shown.push(limit(
        "punishments and settlements that hold each other up",
        format!(
            "at most {} rounds, {} steps a round ({} where paths are many), until {} blocks of states were looked at; \
             two-cycles in games of up to {} joint moves",
            limits.descent.rounds,
            limits.descent.steps,
            limits.descent.steps_of_many,
            numbers::grouped(limits.descent.looks),
            numbers::grouped(limits.descent.joint_moves)
        ),
        false,
    ));
    if let Some((stages, stop)) = answer.bounds {
        shown.push(limit(
            "rounds within a stage of bounds",
            format!("at most {}", limits.bounds.rounds),
            false,
        ));
        shown.push(limit(
            "joint moves up to which bounds tie parties together",
            format!(
                "{}, until {} were looked at",
                numbers::grouped(limits.bounds.joint_moves),
                numbers::grouped(limits.bounds.looks)
            ),
            matches!(stop, Stop::WorkLimit),
        ));
        shown.push(limit(
            "stages of bounds",
            format!("{stages} of at most {}", limits.bounds.stages),
            matches!(stop, Stop::StageLimit | Stop::Interrupted),
        ));
    }
    shown.push(limit(
        "memory for bounds",
        format!("at most {} MiB", limits.bounds.memory >> 20),
        false,
    ));
    shown
}

fn paths_searched(searched: Option<Searched>, limits: &detente_verdict::deals::Limits) -> view::Limit {
    let (value, reached) = match searched {
        None => (
            "none: no fallback was found to answer breaches with".to_owned(),
            true,
        ),
        Some(Searched {
            extent: Extent::AllPaths,
            cut_short,
        }) => {
            let more = if cut_short {
                "; cut short at the limit on labels per state"
            } else {
                ""
            };
            (format!("all paths within the steps{more}"), cut_short)
        }
        Some(Searched {
            extent: Extent::OnwardPaths,
            cut_short,
        }) => {
            let more = if cut_short {
                ", until the limit on work or time was reached"
            } else {
                ""
            };
            let value = format!(
                "to the best {} settlements, paths on which every issue only moves towards its level there, through at \
                 most {} states and {} looks{more}",
                limits.settlements,
                numbers::grouped(limits.states as u64),
                numbers::grouped(limits.work)
            );
            (value, cut_short)
        }
        Some(Searched {
            extent: Extent::BackwardPaths,
            ..
        }) => {
            let value = format!(
                "onward paths to the best {} settlements, then back from all settlements, at most {} labels a state, \
                 until {} states were looked at",
                limits.settlements,
                limits.labels_back,
                numbers::grouped(limits.looks)
            );
            (value, true)
        }
    };
    view::Limit {
        what: "paths searched".into(),
        value,
        reached,
    }
}
