//! Certificates of judgements of every kind, within stated limits.

use detente_conflict::{GraphModel, PartyId, StateId};
use detente_proof::stability::{
    Answerers, CERTIFICATE, CERTIFICATE_OF_SINGLES, Certificate, ForesightJudgement, Horizon, Improvement,
    MOST_ANSWERING, MetarationalJudgement, carried, conflict_hash,
};

use super::coalition_witness::coalition_witness;
use super::metarational::Metarational;
use super::simultaneous::simultaneous_witness;
use super::witness::witness;
use super::{Answer, Concept, Foresight, Lens, SimLimits};

/// How much goes into one certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CertificateLimits {
    /// Most judgements of one kind.
    pub judgements: usize,
}

impl Default for CertificateLimits {
    fn default() -> Self {
        Self { judgements: 10_000 }
    }
}

/// A certificate in the making: about some states under some concepts.
pub struct Certifying<'a> {
    model: &'a GraphModel,
    states: &'a [StateId],
    concepts: &'a [Concept],
    limits: CertificateLimits,
    certificate: Certificate,
    left_out: Vec<String>,
}

impl<'a> Certifying<'a> {
    /// Begins an empty certificate.
    #[must_use]
    pub fn new(
        model: &'a GraphModel,
        states: &'a [StateId],
        concepts: &'a [Concept],
        limits: CertificateLimits,
    ) -> Self {
        Self {
            model,
            states,
            concepts,
            limits,
            certificate: Certificate::default(),
            left_out: Vec::new(),
        }
    }

    /// Each party at each state under each concept.
    fn each(&self) -> impl Iterator<Item = (PartyId, StateId, Concept)> + use<'a> {
        let (model, states, concepts) = (self.model, self.states, self.concepts);
        states.iter().flat_map(move |state| {
            concepts
                .iter()
                .flat_map(move |concept| model.party_ids().map(move |party| (party, *state, *concept)))
        })
    }

    /// As many as the limit allows; says when there are more.
    fn within<T>(&mut self, kind: &str, all: impl Iterator<Item = T>) -> Vec<T> {
        let mut all = all.peekable();
        let taken: Vec<T> = all.by_ref().take(self.limits.judgements).collect();
        if all.peek().is_some() {
            self.left_out.push(format!(
                "certified {kind}: the first {} judgements; there are more",
                self.limits.judgements
            ));
        }
        taken
    }

    /// Judgements of single parties, preferences read through these lenses.
    pub fn singles(&mut self, lenses: &[Lens]) {
        let model = self.model;
        for lens in lenses {
            let all = self
                .each()
                .map(|(party, state, concept)| witness(model, party, state, concept, *lens));
            let kind = match lens.is_plain() {
                true => "of single parties",
                false => "of single parties by a reading of preferences",
            };
            let taken = self.within(kind, all);
            self.certificate.judgements.extend(taken);
        }
    }

    /// Judgements of single parties, each in its own view, at the states that it thinks of.
    pub fn own_views(&mut self) {
        let model = self.model;
        let views: Vec<(Vec<StateId>, GraphModel)> =
            model.party_ids().map(|party| model.as_seen_by(party)).collect();
        let all = self.each().filter_map(|(party, state, concept)| {
            let (kept, view) = &views[party.index()];
            let own = kept.iter().position(|known| *known == state)?;
            Some(witness(view, party, StateId::at(own), concept, Lens::PLAIN))
        });
        let taken = self.within("in parties' own views", all);
        self.certificate.own_views.extend(taken);
    }

    /// Judgements by simultaneous sanctions on top of what was answered.
    pub fn simultaneous(&mut self, answer: &Answer, limits: SimLimits) {
        let model = self.model;
        let mut too_many = false;
        let all = self.each().filter_map(|(party, state, concept)| {
            let found = simultaneous_witness(model, answer, (party, state), concept, limits);
            too_many |= found.is_none();
            found
        });
        let taken = self.within("by simultaneous sanctions", all);
        if too_many {
            self.left_out
                .push("certified by simultaneous sanctions: not those with too many combinations".to_owned());
        }
        self.certificate.simultaneous.extend(taken);
    }

    /// Judgements of coalitions, as far as the checker follows their opponents' answers.
    pub fn coalitions(&mut self, class: &[Vec<PartyId>], improvement: Improvement, answerers: Answerers) {
        let (model, states, concepts) = (self.model, self.states, self.concepts);
        let followed = |members: &&Vec<PartyId>| {
            let opponents = model.parties().len().saturating_sub(members.len());
            answerers == Answerers::Singles || opponents <= MOST_ANSWERING
        };
        let most = class.len();
        let class: Vec<&Vec<PartyId>> = class.iter().filter(followed).collect();
        if class.len() < most {
            self.left_out.push(format!(
                "certified of coalitions: not those whose more than {MOST_ANSWERING} opponents answer in subsets"
            ));
        }
        let class = &class;
        let all = states.iter().flat_map(|state| {
            concepts.iter().flat_map(move |concept| {
                class.iter().map(move |members| {
                    coalition_witness(model, members, *state, *concept, (improvement, answerers))
                })
            })
        });
        let kind = match improvement {
            Improvement::AllBetter => "of groups whose members are all better off",
            Improvement::NoneWorse => "of groups none of whose members is worse off",
        };
        let taken = self.within(kind, all);
        self.certificate.groups.extend(taken);
    }

    /// Judgements of two parties that look up to so many moves ahead, and as far as it goes.
    pub fn foresight(&mut self, seen: &Foresight, most: usize) {
        let (model, states) = (self.model, self.states);
        let limited = seen
            .stable
            .iter()
            .take(most)
            .enumerate()
            .map(|(place, both)| (Horizon::Moves(place + 1), both));
        let ever = seen.non_myopic.iter().map(|both| (Horizon::NonMyopic, both));
        let all = limited.chain(ever).flat_map(|(horizon, both)| {
            states.iter().flat_map(move |state| {
                model.party_ids().map(move |party| ForesightJudgement {
                    party: model.party(party).id.clone(),
                    state: model.states().id(*state),
                    horizon,
                    stable: both[party.index()].contains(*state),
                })
            })
        });
        let taken = self.within("by foresight", all);
        self.certificate.foresight.extend(taken);
    }

    /// Judgements over 4 and more moves and counter-moves.
    pub fn metarational(&mut self, found: &Metarational, credible: bool) {
        let (model, states) = (self.model, self.states);
        let all = found
            .stable
            .iter()
            .enumerate()
            .skip(3)
            .flat_map(|(place, by_party)| {
                states.iter().flat_map(move |state| {
                    model.party_ids().map(move |party| MetarationalJudgement {
                        party: model.party(party).id.clone(),
                        state: model.states().id(*state),
                        moves: place + 1,
                        credible,
                        stable: by_party[party.index()].contains(*state),
                    })
                })
            });
        let taken = self.within("over longer exchanges", all);
        self.certificate.metarational.extend(taken);
    }

    /// The certificate, and what the limits left out.
    #[must_use]
    pub fn finish(mut self) -> (Certificate, Vec<String>) {
        let singles_alone = self.certificate.count() == self.certificate.judgements.len();
        let schema = if singles_alone {
            CERTIFICATE_OF_SINGLES
        } else {
            CERTIFICATE
        };
        self.certificate.schema = schema.to_owned();
        self.certificate.conflict = conflict_hash(self.model);
        self.certificate.about = carried(self.model);
        (self.certificate, self.left_out)
    }
}

/// Certifies the judgements of every party at some states under some concepts, preferences read through one lens.
#[must_use]
pub fn certify(model: &GraphModel, states: &[StateId], concepts: &[Concept], lens: Lens) -> Certificate {
    let limits = CertificateLimits {
        judgements: usize::MAX,
    };
    let mut certifying = Certifying::new(model, states, concepts, limits);
    certifying.singles(&[lens]);
    certifying.finish().0
}
