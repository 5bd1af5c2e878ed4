//! From results to the view.

use std::collections::BTreeMap;

use detente_base::watch::Watch;
use detente_conflict::{GraphModel, Preference, StateId};
use detente_proof::stability::conflict_hash;
use detente_report::stability::{Group, Named, ORDER, SCHEMA, Sets, Special, Stability, StateView};
use detente_stability::{
    Answer, Concept, Lens, LensLimits, SimLimits, StateSet, Trouble, Unknown, judge, judge_by_lens,
    simultaneous,
};

use super::{Arguments, further, narrate, narrate_kinds};
use crate::failure::Failure;

/// The most states of one set that are listed.
const MOST_LISTED: usize = 20_000;
/// Individual stability is listed up to so many states.
const MOST_INDIVIDUAL: usize = 4_096;

/// Analyses and describes. The text says why the work was stopped, if it was.
pub fn build(
    model: &GraphModel,
    arguments: &Arguments,
    asked: &[StateId],
    concept: Option<Concept>,
    warnings: Vec<String>,
    watch: &dyn Watch,
) -> Result<(Stability, Option<String>), Failure> {
    let mut view = head(model, warnings);
    let answer = match plain(model, watch) {
        Ok(answer) => answer,
        Err(Trouble::Stopped) => {
            return Ok((view, Some("stopped before the concepts were judged".to_owned())));
        }
        Err(trouble) => return Err(Failure::Stopped(format!("not judged: {trouble}"))),
    };
    view.sets = sets(model, &answer);
    add_simultaneous(model, &answer, &mut view);
    add_mixed(model, &answer, arguments, &mut view)?;
    add_readings(model, &mut view, watch);
    if model.states().count() > MOST_INDIVIDUAL {
        view.left_out.push(format!(
            "who stays where, party by party: listed up to {MOST_INDIVIDUAL} states; of each set of equilibria at most \
             {MOST_LISTED} states are listed, and all are counted"
        ));
    }
    if !arguments.brief && !arguments.compare {
        view.because = narrate::stories(model, &answer, asked, concept);
        narrate_kinds::add_stories(model, &answer, asked, concept, &mut view);
        further::add_robustness(model, &answer, &mut view, watch);
        further::add_status_quo(model, &answer, concept, &mut view);
        further::add_coalitions(model, &answer, &mut view, watch);
        further::add_foresight(model, &mut view);
        further::add_metarational(model, &mut view, watch);
        further::add_misperception(model, &mut view, watch);
    }
    if let Some(target) = &arguments.inverse {
        further::add_inverse(model, super::state(model, target)?, concept, &mut view);
    }
    describe_states(model, &mut view, asked);
    let stopped = watch
        .should_stop()
        .then(|| "stopped; what had been found is printed above".to_owned());
    Ok((view, stopped))
}

/// The five concepts by the plain definitions.
pub fn plain(model: &GraphModel, watch: &dyn Watch) -> Result<Answer, Trouble> {
    match model.rankings() {
        Some(_) => judge(model, &Concept::ALL, watch),
        None => judge_by_lens(model, &Concept::ALL, Lens::PLAIN, LensLimits::default(), watch),
    }
}

fn head(model: &GraphModel, warnings: Vec<String>) -> Stability {
    let parties = model.parties().iter().map(|party| Named {
        id: party.id.clone(),
        name: party.name.clone(),
    });
    let options = model.issues().iter().map(|issue| Named {
        id: issue.id.clone(),
        name: issue.name.clone(),
    });
    let concepts = Concept::ALL
        .iter()
        .map(|concept| (concept.name().to_owned(), concept.meaning().to_owned()));
    let small = model.states().count() <= MOST_INDIVIDUAL;
    Stability {
        schema: SCHEMA.to_owned(),
        id: model.id().to_owned(),
        title: model.title().to_owned(),
        source: model.source().to_owned(),
        conflict_hash: if small {
            conflict_hash(model)
        } else {
            String::new()
        },
        parties: parties.collect(),
        options: options.collect(),
        state_count: model.states().count(),
        today: model.today().map(|today| model.states().id(today)),
        concepts: concepts.collect(),
        warnings,
        command: format!(
            "detente {}",
            std::env::args().skip(1).collect::<Vec<_>>().join(" ")
        ),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        ..Stability::default()
    }
}

/// The short names of a set, up to the limit.
pub fn ids(model: &GraphModel, set: &StateSet) -> Vec<String> {
    set.iter()
        .take(MOST_LISTED)
        .map(|state| model.states().id(state))
        .collect()
}

/// Adds one set of equilibria.
pub fn put(model: &GraphModel, sets: &mut Sets, key: &str, set: &StateSet) {
    let vectors = set
        .iter()
        .take(MOST_LISTED)
        .map(|state| model.states().vector(state).to_vec());
    sets.equilibria.insert(key.to_owned(), vectors.collect());
    sets.equilibrium_states.insert(key.to_owned(), ids(model, set));
    sets.equilibrium_counts.insert(key.to_owned(), set.len());
}

/// Every concept of an answer.
pub fn sets(model: &GraphModel, answer: &Answer) -> Sets {
    let mut sets = Sets {
        groups: groups(model, answer),
        ..Sets::default()
    };
    for concept in answer.concepts() {
        if let Some(set) = answer.equilibria(*concept) {
            put(model, &mut sets, concept.name(), &set);
        }
        if model.states().count() > MOST_INDIVIDUAL {
            continue;
        }
        let mut by_party = BTreeMap::new();
        for party in model.party_ids() {
            if let Some(stable) = answer.stable(*concept, party) {
                by_party.insert(model.party(party).id.clone(), ids(model, stable));
            }
        }
        sets.individual_stability
            .insert(concept.name().to_owned(), by_party);
    }
    sets
}

/// The most states of a group that are kept for its heading.
const MOST_IN_HEADING: usize = 12;

/// All equilibria, grouped by the concepts that hold in them: those under most concepts first.
fn groups(model: &GraphModel, answer: &Answer) -> Vec<Group> {
    let by_name = |name: &&'static str| Some((*name, answer.equilibria(Concept::by_name(name)?)?));
    let judged: Vec<(&'static str, StateSet)> = ORDER.iter().filter_map(by_name).collect();
    let mut groups: Vec<Group> = Vec::new();
    let mut place: BTreeMap<Vec<bool>, usize> = BTreeMap::new();
    for state in model.states().iter() {
        let holds: Vec<bool> = judged.iter().map(|(_, set)| set.contains(state)).collect();
        if !holds.contains(&true) {
            continue;
        }
        let place = *place.entry(holds.clone()).or_insert_with(|| {
            let named = judged.iter().zip(&holds).filter(|(_, holds)| **holds);
            groups.push(Group {
                concepts: named.map(|((name, _), _)| (*name).to_owned()).collect(),
                ..Group::default()
            });
            groups.len() - 1
        });
        let group = &mut groups[place];
        group.count += 1;
        if group.states.len() < MOST_IN_HEADING {
            group.states.push(model.states().id(state));
        }
    }
    groups.sort_by_key(|group| {
        let strongest = ORDER
            .iter()
            .position(|name| group.concepts.iter().any(|of| of == name));
        (std::cmp::Reverse(group.concepts.len()), strongest)
    });
    groups
}

/// Each concept together with simultaneous sanctions, and where those alone make everybody stay.
fn add_simultaneous(model: &GraphModel, answer: &Answer, view: &mut Stability) {
    if model.issues().is_empty() || model.moves_by_hand() {
        view.left_out
            .push("simultaneous sanctions: moves by hand cannot be combined".to_owned());
        return;
    }
    if model.states().count() > MOST_INDIVIDUAL {
        view.left_out.push(format!(
            "simultaneous sanctions: computed up to {MOST_INDIVIDUAL} states"
        ));
        return;
    }
    for concept in Concept::ALL {
        let Some(by_party) = simultaneous(model, answer, concept, SimLimits::default()) else {
            let name = concept.name();
            view.left_out.push(format!(
                "simultaneous sanctions on top of {name}: too many combinations"
            ));
            continue;
        };
        let mut alone = StateSet::all(model.states().count());
        by_party.iter().for_each(|set| alone.keep(set));
        let mut either = answer
            .equilibria(concept)
            .unwrap_or_else(|| StateSet::none(alone.universe()));
        either.add(&alone);
        let key = format!("{}_or_simultaneous", concept.name());
        put(model, &mut view.sets, &key, &either);
        let mut rows = BTreeMap::new();
        for (party, sim) in model.party_ids().zip(&by_party) {
            let mut stable = sim.clone();
            if let Some(own) = answer.stable(concept, party) {
                stable.add(own);
            }
            rows.insert(model.party(party).id.clone(), ids(model, &stable));
        }
        view.sets.individual_stability.insert(key, rows);
    }
}

/// By which concept each party thinks, as `--mixed` says; Nash where it says nothing. Empty without `--mixed`.
pub fn mixed(model: &GraphModel, words: &[String]) -> Result<Vec<Concept>, Failure> {
    let one = |word: &String| {
        let pair = word.split_once('=');
        let (party, name) =
            pair.ok_or_else(|| Failure::BadCall(format!("--mixed {word}: write PARTY=CONCEPT")))?;
        let known = model.party_by_id(party);
        let party = known.ok_or_else(|| Failure::BadCall(format!("--mixed {word}: no party \"{party}\"")))?;
        Ok((party, super::concept(name)?))
    };
    let mut by_party = vec![
        Concept::Nash;
        if words.is_empty() {
            0
        } else {
            model.parties().len()
        }
    ];
    for (party, concept) in words.iter().map(one).collect::<Result<Vec<_>, _>>()? {
        by_party[party.index()] = concept;
    }
    Ok(by_party)
}

fn add_mixed(
    model: &GraphModel,
    answer: &Answer,
    arguments: &Arguments,
    view: &mut Stability,
) -> Result<(), Failure> {
    if arguments.mixed.is_empty() {
        return Ok(());
    }
    let by_party = mixed(model, &arguments.mixed)?;
    let mut sets = Sets::default();
    if let Some(set) = answer.mixed(&by_party) {
        put(model, &mut sets, "mixed", &set);
    }
    let words: Vec<String> = model
        .parties()
        .iter()
        .zip(&by_party)
        .map(|(party, concept)| format!("{} thinks {}", party.id, concept.name()))
        .collect();
    let meaning = words.join(", ");
    view.special.insert("mixed".to_owned(), Special { meaning, sets });
    Ok(())
}

fn meaning(unknown: Unknown) -> &'static str {
    match unknown {
        Unknown::A => "eager to move, hard to deter",
        Unknown::B => "what is unknown neither tempts nor deters",
        Unknown::C => "eager to move, easy to deter",
        Unknown::D => "slow to move, easy to deter",
    }
}

/// How preferences are read besides plainly: by the four readings of what is unknown, by strength, by attitudes, where the
/// conflict has them.
pub fn readings(model: &GraphModel) -> Vec<Lens> {
    let any = |test: fn(&Preference) -> bool| model.party_ids().any(|party| test(model.preference(party)));
    let (unknown, strong) = (any(Preference::has_unknown), any(Preference::has_strength));
    let mut lenses: Vec<Lens> = if unknown {
        Unknown::ALL.map(Lens::reading).to_vec()
    } else {
        Vec::new()
    };
    if strong {
        let strongly = lenses
            .iter()
            .map(|lens| lens.strongly())
            .chain([Lens::PLAIN.strongly()]);
        let strongly: Vec<Lens> = strongly.collect();
        lenses.extend(strongly);
    }
    lenses.extend(model.attitudes().map(|_| Lens::ATTITUDES));
    lenses
}

/// What preferences say by each of the readings that the conflict has.
fn add_readings(model: &GraphModel, view: &mut Stability, watch: &dyn Watch) {
    let mut through =
        |lens: Lens| match judge_by_lens(model, &Concept::ALL, lens, LensLimits::default(), watch) {
            Ok(answer) => Some(sets(model, &answer)),
            Err(trouble) => {
                view.left_out.push(format!("readings of preferences: {trouble}"));
                None
            }
        };
    let mut extensions = BTreeMap::new();
    let mut special = BTreeMap::new();
    for lens in readings(model) {
        let Some(sets) = through(lens) else { continue };
        let strong = "only what is much worse deters";
        match (lens.unknown, lens.strong) {
            (Some(unknown), false) => {
                let meaning = meaning(unknown).to_owned();
                extensions.insert(unknown.letter().to_owned(), Special { meaning, sets });
            }
            (Some(unknown), true) => {
                let meaning = format!("{strong}; {}", meaning(unknown));
                special.insert(
                    format!("strong ({})", unknown.letter()),
                    Special { meaning, sets },
                );
            }
            (None, true) => {
                let meaning = strong.to_owned();
                special.insert("strong".to_owned(), Special { meaning, sets });
            }
            (None, false) => {
                let meaning = "each party judges by its attitudes towards the others".to_owned();
                special.insert("attitudes".to_owned(), Special { meaning, sets });
            }
        }
    }
    view.extensions = extensions;
    view.special.extend(special);
}

/// Describes every state that is spoken of (all of them, in a small conflict).
fn describe_states(model: &GraphModel, view: &mut Stability, asked: &[StateId]) {
    let describe = |state: StateId| {
        let members = model.states().members(state);
        let members = if members.len() > 1 { members } else { Vec::new() };
        StateView {
            vector: model.states().vector(state).to_vec(),
            words: model.words(state),
            members: members.into_iter().map(<[u8]>::to_vec).collect(),
        }
    };
    let mut states: Vec<StateId> = match model.states().count() <= MOST_INDIVIDUAL {
        true => model.states().iter().collect(),
        false => {
            let listed = view.sets.equilibrium_states.values().flatten();
            let named = listed.chain(view.sets.groups.iter().flat_map(|group| &group.states));
            named.filter_map(|id| model.states().by_id(id)).collect()
        }
    };
    states.extend(asked.iter().copied().chain(model.today()));
    let described = states
        .into_iter()
        .map(|state| (model.states().id(state), describe(state)));
    view.states = described.collect();
}
