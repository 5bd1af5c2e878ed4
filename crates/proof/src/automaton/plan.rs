//! The lists of an automaton, checked for their shape: every number names something that exists and stands where
//! it must.

use detente_base::ids::{PartyId, StateId};

use super::Automaton;
use crate::Refusal;
use crate::subject::Subject;

const NONE: u32 = u32::MAX;

/// An automaton whose numbers fit the game.
pub(super) struct Plan<'a> {
    automaton: &'a Automaton,
    /// For each party, the answer in each state.
    answers: Vec<Vec<u32>>,
    fallback: Vec<u32>,
}

impl<'a> Plan<'a> {
    pub(super) fn of(subject: &Subject, automaton: &'a Automaton) -> Result<Self, Refusal> {
        let nodes = automaton.state.len();
        let parties = subject.game.party_count();
        let wrong = |text: String| Err(Refusal::Field(text));
        if automaton.target.len() != nodes || automaton.next.len() != nodes {
            return wrong("state, target and next: not as many entries in each".into());
        }
        if nodes == 0 || nodes >= NONE as usize {
            return wrong(format!("state: {nodes} nodes"));
        }
        if automaton.answers.len() != parties || automaton.promises.len() != parties {
            return wrong(format!(
                "answers and promises: not one entry for each of {parties} parties"
            ));
        }
        if automaton.start as usize >= nodes {
            return wrong(format!("start: there is no node {}", automaton.start));
        }
        for node in 0..nodes {
            subject.state(automaton.state[node], "state")?;
            let target = subject.state(automaton.target[node], "target")?;
            let next = automaton.next[node] as usize;
            if next >= nodes || automaton.state[next] as usize != target.index() {
                return wrong(format!(
                    "next: node {node} moves to {}, but node {next} does not stand there",
                    subject.in_words(target)
                ));
            }
        }
        if automaton.state[automaton.start as usize] as usize != subject.game.today().index() {
            return wrong("start: the node does not stand in today's state".into());
        }
        let by_state = |pairs: &[[u32; 2]], field: &str| spread(subject, automaton, pairs, field);
        let answers = automaton.answers.iter().enumerate().map(|(party, pairs)| {
            by_state(pairs, &format!("answers to {}", subject.name(PartyId::at(party))))
        });
        Ok(Self {
            automaton,
            answers: answers.collect::<Result<_, _>>()?,
            fallback: by_state(&automaton.fallback, "fallback")?,
        })
    }

    /// How many nodes there are.
    pub(super) fn len(&self) -> usize {
        self.automaton.state.len()
    }

    pub(super) fn start(&self) -> usize {
        self.automaton.start as usize
    }

    pub(super) fn state(&self, node: usize) -> StateId {
        StateId::at(self.automaton.state[node] as usize)
    }

    pub(super) fn target(&self, node: usize) -> StateId {
        StateId::at(self.automaton.target[node] as usize)
    }

    pub(super) fn next(&self, node: usize) -> usize {
        self.automaton.next[node] as usize
    }

    pub(super) fn promises(&self, party: PartyId) -> &[String] {
        &self.automaton.promises[party.index()]
    }

    /// Where play continues after a party departed and a state came about.
    pub(super) fn answer(&self, party: PartyId, state: StateId) -> Option<usize> {
        named(self.answers[party.index()][state.index()])
    }

    /// Where play continues after chance made a state.
    pub(super) fn fallback(&self, state: StateId) -> Option<usize> {
        named(self.fallback[state.index()])
    }
}

fn named(node: u32) -> Option<usize> {
    (node != NONE).then_some(node as usize)
}

/// Pairs of state and node as a list over states.
fn spread(
    subject: &Subject,
    automaton: &Automaton,
    pairs: &[[u32; 2]],
    field: &str,
) -> Result<Vec<u32>, Refusal> {
    let mut list = vec![NONE; subject.game.states()];
    let mut before = None;
    for [number, node] in pairs {
        let state = subject.state(*number, field)?;
        if before.is_some_and(|before| before >= state) {
            return Err(Refusal::Field(format!(
                "{field}: not in increasing order of states"
            )));
        }
        if automaton.state.get(*node as usize) != Some(number) {
            return Err(Refusal::Field(format!(
                "{field}: node {node} is named for {}, but does not stand there",
                subject.in_words(state)
            )));
        }
        before = Some(state);
        list[state.index()] = *node;
    }
    Ok(list)
}
