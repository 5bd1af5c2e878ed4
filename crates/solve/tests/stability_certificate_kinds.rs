//! Certificates of groups, simultaneous sanctions, foresight, longer exchanges and own views: what the judges find, the
//! checker accepts; and whatever is changed in a certificate, the checker accepts it only if the judges find it too.

mod conflicts;

use conflicts::{Recipe, random};
use detente_model::conflict::{GraphModel, Limits, Misperception, PartyId, Preference, StateId, read};
use detente_proof::stability::{
    Answerers, Certificate, GroupStanding, Horizon, Improvement, SimultaneousStanding, Standing,
    check_certificate,
};
use detente_solve::stability::coalition::{CoalitionRules, coalitions, judge_coalitions};
use detente_solve::stability::metarational::{MetarationalLimits, metarational};
use detente_solve::stability::{
    Answer, CertificateLimits, Certifying, Concept, SimLimits, foresight, judge, judge_views, simultaneous,
};
use detente_solve::watch::Unwatched;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::Value;

/// The horizons and the numbers of moves that are certified here.
const MOST_AHEAD: usize = 6;

fn recipe(seed: u64) -> Recipe {
    Recipe {
        parties: 2 + (seed % 3) as usize,
        issues: 4,
        ties: seed.is_multiple_of(2),
        one_way: !seed.is_multiple_of(3),
        rules: seed % 4 == 1,
        levels: false,
        rough: seed % 4 == 3,
    }
}

/// With a party that does not think of a state and gets another's preferences wrong.
fn mistaken(model: GraphModel, seed: u64) -> GraphModel {
    let other = random(recipe(seed), 900_000 + seed);
    let mut ascribed = Vec::new();
    if other.states().count() == model.states().count() {
        ascribed.push((PartyId::at(1), other.preference(PartyId::at(1)).clone()));
    }
    let unseen = vec![StateId::at(1)];
    model.with_misperceptions(vec![Misperception {
        party: PartyId::at(0),
        unseen,
        ascribed,
    }])
}

fn everything(model: &GraphModel, states: &[StateId]) -> Certificate {
    let answer = judge(model, &Concept::ALL, &Unwatched).expect("ranked");
    let class = coalitions(model, 2).expect("few parties");
    let mut certifying = Certifying::new(model, states, &Concept::ALL, CertificateLimits::default());
    if !model.moves_by_hand() {
        certifying.simultaneous(&answer, SimLimits::default());
    }
    for improvement in [Improvement::AllBetter, Improvement::NoneWorse] {
        for answerers in [Answerers::Singles, Answerers::Subsets] {
            certifying.coalitions(&class, improvement, answerers);
        }
    }
    if let Ok(seen) = foresight(model, 512) {
        certifying.foresight(&seen, MOST_AHEAD);
    }
    for credible in [false, true] {
        let found = metarational(model, credible, MetarationalLimits::default(), &Unwatched).expect("small");
        certifying.metarational(&found, credible);
    }
    certifying.own_views();
    let (certificate, left_out) = certifying.finish();
    assert_eq!(left_out, Vec::<String>::new());
    certificate
}

/// What the judges find, for claims about single states.
struct Judges<'a> {
    model: &'a GraphModel,
    answer: Answer,
    views: Answer,
}

impl<'a> Judges<'a> {
    fn of(model: &'a GraphModel) -> Self {
        let answer = judge(model, &Concept::ALL, &Unwatched).expect("ranked");
        let views = judge_views(model, &Concept::ALL, &Unwatched).expect("ranked");
        Self { model, answer, views }
    }

    fn party(&self, id: &str) -> PartyId {
        self.model.party_by_id(id).expect("accepted, so there")
    }

    fn state(&self, id: &str) -> StateId {
        self.model.states().by_id(id).expect("accepted, so there")
    }

    /// Whether every claim of a certificate is what the judges find; counts them.
    fn agree(&self, certificate: &Certificate) -> Result<usize, String> {
        let mut count = 0;
        let mut same = |found: bool, claimed: bool, what: &dyn std::fmt::Debug| {
            count += 1;
            if found == claimed {
                Ok(())
            } else {
                Err(format!("found {found}: {what:?}"))
            }
        };
        for own in &certificate.own_views {
            let stable = self
                .views
                .stable(own.concept, self.party(&own.party))
                .expect("judged");
            let claimed = matches!(own.standing, Standing::Stable(_));
            same(stable.contains(self.state(&own.state)), claimed, own)?;
        }
        for own in &certificate.simultaneous {
            let by_party =
                simultaneous(self.model, &self.answer, own.concept, SimLimits::default()).expect("few");
            let found = by_party[self.party(&own.party).index()].contains(self.state(&own.state));
            same(
                found,
                matches!(own.standing, SimultaneousStanding::Stable(_)),
                own,
            )?;
        }
        for own in &certificate.groups {
            let members: Vec<PartyId> = own.members.iter().map(|id| self.party(id)).collect();
            let (improvement, answerers) = (own.improvement, own.answerers);
            let rules = CoalitionRules {
                improvement,
                answerers,
                ..CoalitionRules::default()
            };
            let judged =
                judge_coalitions(self.model, &[members], &[own.concept], rules, &Unwatched).expect("small");
            let found = judged[0].stable[0].contains(self.state(&own.state));
            same(found, matches!(own.standing, GroupStanding::Stable(_)), own)?;
        }
        for own in &certificate.foresight {
            let seen = foresight(self.model, 512).expect("two parties");
            let party = self.party(&own.party).index();
            let set = match own.horizon {
                // Beyond where the anticipations repeat the judges name no set of their own.
                Horizon::Moves(moves) if moves > seen.stable.len() => continue,
                Horizon::Moves(moves) => &seen.stable[moves - 1][party],
                Horizon::NonMyopic => &seen.non_myopic.as_ref().expect("repeats")[party],
            };
            same(set.contains(self.state(&own.state)), own.stable, own)?;
        }
        for own in &certificate.metarational {
            let limits = MetarationalLimits {
                moves: own.moves.max(4),
                ..MetarationalLimits::default()
            };
            let found = metarational(self.model, own.credible, limits, &Unwatched).expect("small");
            let mut place = own.moves - 1;
            while place >= found.stable.len() {
                place -= 2;
            }
            let set = &found.stable[place][self.party(&own.party).index()];
            same(set.contains(self.state(&own.state)), own.stable, own)?;
        }
        Ok(count)
    }
}

fn some_states(model: &GraphModel, every: usize) -> Vec<StateId> {
    model.states().iter().step_by(every).collect()
}

#[test]
fn what_the_judges_find_the_checker_accepts() {
    let mut counted = 0;
    for seed in 0..18 {
        let model = mistaken(random(recipe(seed), 71_000 + seed), seed);
        let certificate = everything(&model, &some_states(&model, 3));
        assert_eq!(check_certificate(&model, &certificate), Ok(()), "seed {seed}");
        counted += Judges::of(&model)
            .agree(&certificate)
            .unwrap_or_else(|what| panic!("seed {seed}: {what}"));
    }
    assert!(counted > 5_000, "{counted}");
}

#[test]
fn published_conflicts_are_certified_under_every_kind() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../cases/literature/conflicts");
    let mut certified = 0;
    for entry in std::fs::read_dir(folder).expect("there") {
        let path = entry.expect("readable").path();
        let bytes = std::fs::read(&path).expect("there");
        let Some(model) = read(&bytes, Limits::default())
            .model
            .filter(|model| model.rankings().is_some())
        else {
            continue;
        };
        let certificate = everything(&model, &some_states(&model, 1));
        assert_eq!(
            check_certificate(&model, &certificate),
            Ok(()),
            "{}",
            path.display()
        );
        certified += 1;
    }
    assert!(certified >= 6, "{certified}");
}

/// Puts one thing in place of another, somewhere in a judgement.
fn corrupt(value: &mut Value, words: &[String], rng: &mut ChaCha8Rng) {
    let mut leaves: Vec<&mut Value> = Vec::new();
    gather(value, rng.random_ratio(3, 4), &mut leaves);
    let place = rng.random_range(0..leaves.len());
    let leaf = leaves.swap_remove(place);
    match leaf {
        Value::Bool(flag) => *flag = !*flag,
        Value::Number(_) => *leaf = Value::from(rng.random_range(1..=MOST_AHEAD)),
        Value::Array(all) if all.is_empty() => *leaf = Value::Array(vec![Value::from(words[0].clone())]),
        Value::Array(all) => match rng.random_ratio(1, 2) {
            true => drop(all.remove(rng.random_range(0..all.len()))),
            false => all.push(all[rng.random_range(0..all.len())].clone()),
        },
        _ => *leaf = Value::from(words[rng.random_range(0..words.len())].clone()),
    }
}

/// Every text, number and flag, and every list, unless one looks inside of those.
fn gather<'a>(value: &'a mut Value, inside: bool, leaves: &mut Vec<&'a mut Value>) {
    let listed = value.as_array().is_some_and(|all| !all.is_empty());
    if !(value.is_object() || listed && inside) {
        return leaves.push(value);
    }
    match value {
        Value::Object(fields) => fields.values_mut().for_each(|own| gather(own, inside, leaves)),
        Value::Array(all) => all.iter_mut().for_each(|own| gather(own, inside, leaves)),
        _ => {}
    }
}

#[test]
fn a_changed_certificate_is_accepted_only_if_what_it_says_is_true() {
    let (mut refused, mut accepted) = (0, 0);
    for seed in 0..9 {
        let model = mistaken(random(recipe(seed), 81_000 + seed), seed);
        let judges = Judges::of(&model);
        let honest = serde_json::to_value(everything(&model, &some_states(&model, 4))).expect("serialises");
        let parties = model.parties().iter().map(|party| party.id.clone());
        let states = model.states().iter().map(|state| model.states().id(state));
        let concepts = Concept::ALL.iter().map(|concept| concept.name().to_owned());
        let fixed = ["all-better", "none-worse", "singles", "subsets"].map(str::to_owned);
        let words: Vec<String> = parties.chain(states).chain(concepts).chain(fixed).collect();
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        for kind in ["own_views", "simultaneous", "groups", "foresight", "metarational"] {
            let all = honest[kind].as_array().cloned().unwrap_or_default();
            for _ in 0..if all.is_empty() { 0 } else { 250 } {
                let mut one = all[rng.random_range(0..all.len())].clone();
                corrupt(&mut one, &words, &mut rng);
                let mut changed = honest.clone();
                for other in ["own_views", "simultaneous", "groups", "foresight", "metarational"] {
                    changed.as_object_mut().expect("an object").remove(other);
                }
                changed[kind] = Value::Array(vec![one]);
                match serde_json::from_value::<Certificate>(changed) {
                    Ok(certificate) if check_certificate(&model, &certificate).is_ok() => {
                        accepted += 1;
                        if let Err(what) = judges.agree(&certificate) {
                            panic!("seed {seed}, {kind}: {what}");
                        }
                    }
                    _ => refused += 1,
                }
            }
        }
    }
    assert!(
        refused > 4_000 && accepted > 100,
        "{refused} refused, {accepted} accepted"
    );
}

#[test]
fn a_limit_is_said_and_a_conflict_without_rankings_is_not_looked_ahead_in() {
    let model = random(recipe(2), 5);
    let states = some_states(&model, 1);
    let mut certifying = Certifying::new(
        &model,
        &states,
        &Concept::ALL,
        CertificateLimits { judgements: 10 },
    );
    certifying.own_views();
    let (certificate, left_out) = certifying.finish();
    assert_eq!((certificate.own_views.len(), left_out.len()), (10, 1));
    assert!(left_out[0].contains("the first 10 judgements"), "{left_out:?}");
    let unranked = Preference::Related(detente_model::conflict::Relation::of_ranking(
        model.preference(PartyId::at(0)).ranking().expect("ranked"),
    ));
    let (model, mut certificate) = (model.with_preference(PartyId::at(0), unranked), certificate);
    certificate.conflict = detente_proof::stability::conflict_hash(&model);
    certificate.own_views.clear();
    certificate
        .foresight
        .push(detente_proof::stability::ForesightJudgement {
            party: "p0".to_owned(),
            state: model.states().id(StateId::at(0)),
            horizon: Horizon::Moves(1),
            stable: true,
        });
    assert!(check_certificate(&model, &certificate).is_err());
}
