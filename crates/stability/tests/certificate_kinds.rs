//! Certificates of every kind: what the judges find is so by definition, and the checker accepts it; and whatever is
//! changed in a certificate, the checker accepts it only if what it then says is so by definition.

mod conflicts;

use conflicts::definitions::all_true;
use conflicts::{Recipe, random, uncertain};
use detente_base::watch::Unwatched;
use detente_conflict::{GraphModel, Limits, Misperception, PartyId, Preference, StateId, read};
use detente_proof::stability::{
    Answerers, CERTIFICATE, Certificate, GroupStanding, Horizon, Improvement, SimultaneousStanding, Standing,
    Unknown, check_certificate, conflict_hash,
};
use detente_stability::coalition::{CoalitionRules, coalitions, judge_coalitions};
use detente_stability::metarational::{MetarationalLimits, metarational};
use detente_stability::{
    Answer, CertificateLimits, Certifying, Concept, Lens, LensLimits, SimLimits, foresight, judge,
    judge_by_lens, judge_views, simultaneous,
};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::Value;

/// The horizons and the numbers of moves that are certified here.
const MOST_AHEAD: usize = 6;

fn recipe(seed: u64) -> Recipe {
    Recipe {
        levels: false,
        ..Recipe::of_four_issues(seed)
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

/// Every kind of judgement that a certificate holds.
const KINDS: [&str; 6] = [
    "judgements",
    "own_views",
    "simultaneous",
    "groups",
    "foresight",
    "metarational",
];

/// Every way of reading preferences.
fn lenses() -> Vec<Lens> {
    let readings = Unknown::ALL.map(Lens::reading);
    let plain = readings.into_iter().chain([Lens::PLAIN]);
    let both = plain.flat_map(|lens| [lens, lens.strongly()]);
    both.chain([Lens::ATTITUDES]).collect()
}

fn plain(model: &GraphModel) -> Answer {
    let limits = LensLimits::default();
    match model.rankings() {
        Some(_) => judge(model, &Concept::ALL, &Unwatched),
        None => judge_by_lens(model, &Concept::ALL, Lens::PLAIN, limits, &Unwatched),
    }
    .expect("small")
}

/// A random conflict; every third one with unknown and strong preferences and attitudes.
fn drawn(seed: u64, family: u64) -> GraphModel {
    let model = random(recipe(seed), family + seed);
    let model = if seed % 3 == 2 {
        uncertain(model, seed)
    } else {
        model
    };
    mistaken(model, seed)
}

fn everything(model: &GraphModel, states: &[StateId]) -> Certificate {
    let answer = plain(model);
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
        if let Ok(found) = metarational(model, credible, MetarationalLimits::default(), &Unwatched) {
            certifying.metarational(&found, credible);
        }
    }
    certifying.singles(&lenses());
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
        let answer = plain(model);
        let views = judge_views(model, &Concept::ALL, &Unwatched).expect("small");
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
        for lens in lenses() {
            let limits = LensLimits::default();
            let read = judge_by_lens(self.model, &Concept::ALL, lens, limits, &Unwatched).expect("small");
            for own in certificate.judgements.iter().filter(|own| own.lens == lens) {
                let stable = read.stable(own.concept, self.party(&own.party)).expect("judged");
                let claimed = matches!(own.standing, Standing::Stable(_));
                same(stable.contains(self.state(&own.state)), claimed, own)?;
            }
        }
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
        let model = drawn(seed, 71_000);
        let certificate = everything(&model, &some_states(&model, 3));
        assert_eq!(check_certificate(&model, &certificate), Ok(()), "seed {seed}");
        if let Err(what) = all_true(&model, &certificate) {
            panic!("seed {seed}: {what}");
        }
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
    let lenses = lenses();
    for seed in 0..9 {
        let model = drawn(seed, 81_000);
        let honest = serde_json::to_value(everything(&model, &some_states(&model, 4))).expect("serialises");
        let parties = model.parties().iter().map(|party| party.id.clone());
        let states = model.states().iter().map(|state| model.states().id(state));
        let concepts = Concept::ALL.iter().map(|concept| concept.name().to_owned());
        let fixed = ["all-better", "none-worse", "singles", "subsets"].map(str::to_owned);
        let words: Vec<String> = parties.chain(states).chain(concepts).chain(fixed).collect();
        let mut empty = honest.clone();
        for kind in KINDS {
            empty[kind] = Value::Array(Vec::new());
        }
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        for kind in KINDS {
            let all = honest[kind].as_array().cloned().unwrap_or_default();
            for _ in 0..if all.is_empty() { 0 } else { 500 } {
                let mut one = all[rng.random_range(0..all.len())].clone();
                match kind == "judgements" && rng.random_ratio(1, 5) {
                    true => {
                        one["lens"] = serde_json::to_value(lenses[rng.random_range(0..lenses.len())])
                            .expect("serialises")
                    }
                    false => corrupt(&mut one, &words, &mut rng),
                }
                let mut changed = empty.clone();
                changed[kind] = Value::Array(vec![one]);
                match serde_json::from_value::<Certificate>(changed) {
                    Ok(certificate) if check_certificate(&model, &certificate).is_ok() => {
                        accepted += 1;
                        if let Err(what) = all_true(&model, &certificate) {
                            panic!("seed {seed}, {kind}: {what}");
                        }
                    }
                    _ => refused += 1,
                }
            }
        }
    }
    assert!(
        refused > 10_000 && accepted > 500,
        "{refused} refused, {accepted} accepted"
    );
}

/// Every object in a document, by its path.
fn objects(value: &Value, path: String, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            let inside = fields.iter().filter(|(name, _)| *name != "about");
            inside.for_each(|(name, own)| objects(own, format!("{path}/{name}"), found));
            found.push(path);
        }
        Value::Array(all) => {
            let inside = all.iter().enumerate().take(3);
            inside.for_each(|(place, own)| objects(own, format!("{path}/{place}"), found));
        }
        _ => {}
    }
}

#[test]
fn a_field_that_is_not_known_is_refused_wherever_it_is() {
    let model = drawn(2, 81_000);
    let honest = serde_json::to_value(everything(&model, &some_states(&model, 4))).expect("serialises");
    let mut places = Vec::new();
    objects(&honest, String::new(), &mut places);
    assert!(places.len() > 20, "{places:?}");
    for place in places {
        let mut changed = honest.clone();
        let object = changed.pointer_mut(&place).and_then(Value::as_object_mut);
        object
            .expect("there")
            .insert("unless".to_owned(), Value::Bool(true));
        let read = serde_json::from_value::<Certificate>(changed);
        assert!(read.is_err(), "{place}");
    }
}

/// A has left one option open and taken another for good; B can move only where A has taken it.
const MERGED: &str = r#"{
    "schema": "gmcr-case/1", "id": "merged", "title": "Merged states and a move that cannot be undone",
    "decision_makers": [{ "id": "A" }, { "id": "B" }],
    "options": [
        { "id": "taken", "owner": "A", "moves": "forward_only" },
        { "id": "own", "owner": "A" },
        { "id": "other", "owner": "B" }
    ],
    "states": [
        { "id": "now", "vector": [0, 0, 0], "members": [[0, 0, 0], [1, 0, 0]] },
        { "id": "left", "vector": [0, 1, 0] },
        { "id": "moved", "vector": [1, 0, 1] },
        { "id": "both", "vector": [0, 1, 1] }
    ],
    "preferences": { "A": ["left", "moved", "now", "both"], "B": ["moved", "both", "left", "now"] }
}"#;

#[test]
fn of_a_merged_state_only_the_vectors_that_can_be_left_so_are_combined() {
    let model = read(MERGED.as_bytes(), Limits::default())
        .model
        .expect("no errors");
    let (answer, now) = (plain(&model), StateId::at(0));
    let found = simultaneous(&model, &answer, Concept::Nash, SimLimits::default()).expect("few");
    // A goes to "left" from [0, 0, 0] alone, B to "moved" from [1, 0, 0] alone: never both at once.
    assert!(!found[0].contains(now) && !found[1].contains(now));
    let spoilt = serde_json::json!({
        "party": "A", "state": "now", "concept": "Nash", "standing": { "stable": [
            { "leaving_to": "left", "together": [{ "by": "B", "to": "moved" }], "lands": "both" }
        ] }
    });
    let certificate = Certificate {
        schema: CERTIFICATE.to_owned(),
        conflict: conflict_hash(&model),
        simultaneous: vec![serde_json::from_value(spoilt).expect("reads")],
        ..Certificate::default()
    };
    assert!(check_certificate(&model, &certificate).is_err());
    let honest = everything(&model, &[now]);
    assert_eq!(check_certificate(&model, &honest), Ok(()));
    assert!(all_true(&model, &honest).is_ok());
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
    let unranked = Preference::Related(detente_conflict::Relation::of_ranking(
        model.preference(PartyId::at(0)).ranking().expect("ranked"),
    ));
    let (model, mut certificate) = (model.with_preference(PartyId::at(0), unranked), certificate);
    certificate.conflict = conflict_hash(&model);
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
