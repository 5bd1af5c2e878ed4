//! Judgements of every other kind in sentences, for the states that were asked for: readings of preferences, own views,
//! simultaneous moves, groups, foresight and longer exchanges.

use detente_conflict::{GraphModel, PartyId, StateId};
use detente_proof::stability::{
    Answerers, GroupDeterrence, GroupJudgement, GroupStanding, Improvement, SimultaneousStanding, Spoilt,
};
use detente_report::stability::{Stability, Story};
use detente_stability::coalition::coalitions;
use detente_stability::metarational::{Exchanges, Round};
use detente_stability::{
    Answer, Concept, Foresight, Lens, SimLimits, coalition_witness, foresight, simultaneous_witness,
};

use super::further::{LONGEST_FORESIGHT, MOST_HORIZONS};
use super::narrate::{first_few, not_tempted, story_by};
use super::view::readings;
use crate::commands::verify::reading;

/// What goes beyond single parties is explained in conflicts of at most so many states.
const MOST_STATES: usize = 4_096;
/// Longer exchanges are explained in conflicts of at most so many states.
const MOST_STATES_OF_EXCHANGES: usize = 256;
/// Rounds of moves and counter-moves that are told.
const ROUNDS: [usize; 2] = [2, 3];

/// Adds the stories of what was asked for.
pub fn add_stories(
    model: &GraphModel,
    answer: &Answer,
    asked: &[StateId],
    concept: Option<Concept>,
    view: &mut Stability,
) {
    let concept = concept.unwrap_or(Concept::Seq);
    if asked.is_empty() {
        return;
    }
    if model.states().count() > MOST_STATES {
        view.left_out.push(format!(
            "explanations beyond single parties: told up to {MOST_STATES} states"
        ));
        return;
    }
    let exchanges = model.states().count() <= MOST_STATES_OF_EXCHANGES;
    if !exchanges {
        view.left_out.push(format!(
            "explanations of longer exchanges: told up to {MOST_STATES_OF_EXCHANGES} states"
        ));
    }
    let seen = foresight(model, LONGEST_FORESIGHT).ok();
    let mut kinds = Kinds { model, concept, view };
    for state in asked {
        kinds.by_readings(*state);
        kinds.own_views(*state);
        kinds.simultaneous(answer, *state);
        kinds.groups(*state);
        if let Some(seen) = &seen {
            kinds.foresight(seen, *state);
        }
    }
    if exchanges {
        for (credible, answers) in [(false, "any answers"), (true, "answers that pay")] {
            kinds.exchanges(asked, credible, answers);
        }
    }
}

struct Kinds<'a> {
    model: &'a GraphModel,
    concept: Concept,
    view: &'a mut Stability,
}

impl Kinds<'_> {
    fn id(&self, state: StateId) -> String {
        self.model.states().id(state)
    }

    fn name(&self, party: PartyId) -> String {
        self.model.party(party).name.clone()
    }

    /// What a party does when it goes from one state to another, both it and the goal named as certificates name them.
    fn change(&self, party: &str, from: StateId, to: &str) -> String {
        let found = self.model.party_by_id(party).zip(self.model.states().by_id(to));
        found.map_or(String::new(), |(party, to)| {
            format!(
                "{} {} (to {})",
                self.name(party),
                self.model.change(party, from, to),
                self.id(to)
            )
        })
    }

    fn tell(&mut self, story: Story, meaning: &str) {
        self.view
            .concepts
            .entry(story.concept.clone())
            .or_insert_with(|| meaning.to_owned());
        self.view.because.push(story);
    }

    fn by_readings(&mut self, state: StateId) {
        let concept = self.concept;
        for lens in readings(self.model) {
            let label = format!("{}{}", concept.name(), reading(lens));
            let meaning = match (lens.unknown, lens.strong) {
                (Some(_), _) => "what is unknown is read as stated",
                (None, true) => "only what is much worse deters",
                (None, false) => "each judges by its attitudes",
            };
            for party in self.model.party_ids() {
                let story = story_by(self.model, (party, state), concept, lens, label.clone());
                self.tell(story, meaning);
            }
        }
    }

    fn own_views(&mut self, state: StateId) {
        if self.model.misperceptions().is_empty() {
            return;
        }
        let label = format!("{} in its own view", self.concept.name());
        for party in self.model.party_ids() {
            let (kept, seen) = self.model.as_seen_by(party);
            let story = match kept.iter().position(|known| *known == state) {
                Some(own) => story_by(
                    &seen,
                    (party, StateId::at(own)),
                    self.concept,
                    Lens::PLAIN,
                    label.clone(),
                ),
                None => Story {
                    state: self.id(state),
                    party: self.model.party(party).id.clone(),
                    concept: label.clone(),
                    stable: false,
                    sentences: vec![format!("{} does not think of this state.", self.name(party))],
                },
            };
            self.tell(story, "each party judges the conflict as it sees it");
        }
    }

    fn simultaneous(&mut self, answer: &Answer, state: StateId) {
        if self.model.moves_by_hand() || self.model.issues().is_empty() {
            return;
        }
        for party in self.model.party_ids() {
            let limits = SimLimits::default();
            let found = simultaneous_witness(self.model, answer, (party, state), self.concept, limits);
            let found = found.map(|found| found.standing);
            let said_of_all = matches!(found, Some(SimultaneousStanding::SomebodyStays(_)));
            let story = Story {
                state: self.id(state),
                party: self.model.party(party).id.clone(),
                concept: format!("{} with simultaneous moves", self.concept.name()),
                stable: matches!(found, Some(SimultaneousStanding::Stable(_))),
                sentences: self.at_once(party, state, found),
            };
            self.tell(story, "everybody would leave, and all may do so at once");
            if said_of_all {
                return;
            }
        }
    }

    fn at_once(&self, party: PartyId, state: StateId, found: Option<SimultaneousStanding>) -> Vec<String> {
        match found {
            None => vec![format!("{}: too many combinations to tell.", self.name(party))],
            Some(SimultaneousStanding::SomebodyStays(other)) => {
                let stays = self
                    .model
                    .party_by_id(&other)
                    .map_or(other, |other| self.name(other));
                vec![format!("Not everybody leaves at once here: {stays} stays.")]
            }
            Some(SimultaneousStanding::Unstable(open)) => {
                let change = self.change(&self.model.party(party).id, state, &open);
                vec![format!(
                    "{change}: nothing that others do at the same time spoils it."
                )]
            }
            Some(SimultaneousStanding::Stable(all)) => {
                first_few(all.iter().map(|one| self.spoilt(party, state, one)))
            }
        }
    }

    fn spoilt(&self, party: PartyId, state: StateId, one: &Spoilt) -> String {
        let own = self.change(&self.model.party(party).id, state, &one.leaving_to);
        let others: Vec<String> = one
            .together
            .iter()
            .map(|step| self.change(&step.by, state, &step.to))
            .collect();
        format!(
            "If {own} while {}, that ends at {}: no better for it than {}.",
            others.join(" and "),
            one.lands,
            self.id(state)
        )
    }

    fn groups(&mut self, state: StateId) {
        let Ok(class) = coalitions(self.model, 2) else {
            return;
        };
        let label = format!("{}, groups", self.concept.name());
        for members in class {
            let rules = (Improvement::AllBetter, Answerers::Singles);
            let found = coalition_witness(self.model, &members, state, self.concept, rules);
            let story = Story {
                state: self.id(state),
                party: found.members.join(", "),
                concept: label.clone(),
                stable: matches!(found.standing, GroupStanding::Stable(_)),
                sentences: self.group_sentences(&members, state, &found),
            };
            self.tell(
                story,
                "parties may leave together if that is better for each of them",
            );
        }
    }

    fn group_sentences(&self, members: &[PartyId], state: StateId, found: &GroupJudgement) -> Vec<String> {
        let names: Vec<String> = members.iter().map(|member| self.name(*member)).collect();
        let names = names.join(" and ");
        match &found.standing {
            GroupStanding::Stable(all) if all.is_empty() => {
                vec![format!(
                    "{names} stay: nothing they can do together is better for each of them."
                )]
            }
            GroupStanding::Stable(all) => first_few(all.iter().map(|one| {
                let answer = self.answer(state, one);
                format!("{names} would gain together at {}; but {answer}", one.leaving_to)
            })),
            GroupStanding::Unstable { leaving_to, by } => {
                let mut at = state;
                let mut steps = Vec::new();
                for step in by {
                    steps.push(self.change(&step.by, at, &step.to));
                    at = self.model.states().by_id(&step.to).unwrap_or(at);
                }
                let why = match self.concept {
                    Concept::Nash => "that is better for each of them",
                    concept if concept.credible() => "nothing that the others would do then deters them",
                    _ => "nothing that the others can do then deters them",
                };
                vec![format!(
                    "{names} leave together for {leaving_to}: {}; {why}.",
                    steps.join(", then ")
                )]
            }
        }
    }

    fn answer(&self, state: StateId, one: &GroupDeterrence) -> String {
        let mut at = self.model.states().by_id(&one.leaving_to).unwrap_or(state);
        let mut steps = Vec::new();
        for step in &one.answer {
            let movers: Vec<String> = step
                .by
                .iter()
                .map(|mover| self.change(mover, at, &step.to))
                .collect();
            steps.push(movers.join(" with "));
            at = self.model.states().by_id(&step.to).unwrap_or(at);
        }
        let spoilt = self.model.party_by_id(&one.spoilt);
        let whom = spoilt.map_or_else(|| one.spoilt.clone(), |spoilt| self.name(spoilt));
        let escape = if self.concept.symmetric() {
            ", and nothing they can do from there helps it"
        } else {
            ""
        };
        format!(
            "then {}: no better for {whom} than {}{escape}.",
            steps.join(", then "),
            self.id(state)
        )
    }

    fn foresight(&mut self, seen: &Foresight, state: StateId) {
        for horizon in 2..=seen.stable.len().min(MOST_HORIZONS) {
            for party in self.model.party_ids() {
                let end = seen.ends[horizon][party.index()][state.index()];
                let name = self.name(party);
                let sentence = match end == state {
                    true => format!("{name} stays: it expects nothing better from moving."),
                    false => {
                        format!(
                            "{name} leaves: it expects to end at {}, which it prefers.",
                            self.id(end)
                        )
                    }
                };
                let story = Story {
                    state: self.id(state),
                    party: self.model.party(party).id.clone(),
                    concept: format!("L_{horizon}"),
                    stable: end == state,
                    sentences: vec![sentence],
                };
                self.tell(
                    story,
                    "both look that many moves ahead, each expecting the other's best",
                );
            }
        }
    }

    /// Longer exchanges at the states where somebody is tempted: how each move that tempts is met, round by round.
    fn exchanges(&mut self, asked: &[StateId], credible: bool, answers: &str) {
        let model = self.model;
        let tempting = |party: PartyId, state: StateId| {
            let mut tempting = model.moves_from(party, state);
            tempting.retain(|q| model.preference(party).compare(*q, state).is_better());
            tempting
        };
        let parties = model.party_ids();
        let all: Vec<(PartyId, Exchanges)> = parties
            .filter_map(|party| Some((party, Exchanges::of(model, party, credible).ok()?)))
            .collect();
        let somebody_is = |state: &&StateId| {
            model
                .party_ids()
                .any(|party| !tempting(party, **state).is_empty())
        };
        for state in asked.iter().filter(somebody_is) {
            for rounds in ROUNDS {
                for (party, exchanges) in &all {
                    let moves = tempting(*party, *state).into_iter();
                    let met = moves.map(|q| exchanges.met(*state, q, 2 * rounds - 1));
                    let met: Vec<Vec<Round>> = met.collect();
                    let open = met
                        .iter()
                        .find(|rounds| rounds.iter().any(|(_, answer)| answer.is_none()));
                    let story = Story {
                        state: self.id(*state),
                        party: model.party(*party).id.clone(),
                        concept: format!("{rounds} rounds of {answers}"),
                        stable: open.is_none(),
                        sentences: match open {
                            Some(open) => vec![self.met(*party, open)],
                            None if met.is_empty() => vec![not_tempted(&self.name(*party))],
                            None => first_few(met.iter().map(|rounds| self.met(*party, rounds))),
                        },
                    };
                    self.tell(
                        story,
                        "each thinks through that many rounds of moves and counter-moves",
                    );
                }
            }
        }
    }

    fn met(&self, party: PartyId, rounds: &[Round]) -> String {
        let name = self.name(party);
        let mut told = Vec::new();
        for (place, (at, answer)) in rounds.iter().enumerate() {
            let goes = if place == 0 { "goes to" } else { "could go on to" };
            told.push(match answer {
                Some(z) => format!(
                    "{name} {goes} {}, the others bring it to {}",
                    self.id(*at),
                    self.id(*z)
                ),
                None => format!(
                    "{name} {goes} {}, and nothing the others do from there holds it",
                    self.id(*at)
                ),
            });
        }
        format!("{}.", told.join("; "))
    }
}
