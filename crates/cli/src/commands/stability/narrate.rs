//! Judgements in sentences: who would gain by what, and what the others then can or would do.

use detente_conflict::{Comparison, GraphModel, PartyId, StateId};
use detente_proof::stability::{Judgement, Standing, Step};
use detente_report::stability::Story;
use detente_stability::{Answer, Concept, Lens, witness};

/// The most equilibria that are explained unasked.
const MOST_EXPLAINED: usize = 12;
/// The most tempting moves of one party at one state that are told.
const MOST_MOVES: usize = 5;

/// Strongest first.
const STRENGTH: [Concept; 5] = [
    Concept::Nash,
    Concept::Sseq,
    Concept::Seq,
    Concept::Smr,
    Concept::Gmr,
];

/// Explains today, the equilibria (each under the strongest concept that holds there) and what was asked for.
pub fn stories(
    model: &GraphModel,
    answer: &Answer,
    asked: &[StateId],
    concept: Option<Concept>,
) -> Vec<Story> {
    let mut explained: Vec<(StateId, Concept)> = Vec::new();
    for state in asked {
        explained.push((*state, concept.unwrap_or_else(|| strongest(answer, *state))));
    }
    if asked.is_empty() {
        let order = concept.map_or(STRENGTH.to_vec(), |concept| vec![concept]);
        for concept in order {
            let Some(equilibria) = answer.equilibria(concept) else {
                continue;
            };
            for state in equilibria.iter() {
                let known = explained.iter().any(|(known, _)| *known == state);
                if !known && explained.len() < MOST_EXPLAINED {
                    explained.push((state, concept));
                }
            }
        }
        if let Some(today) = model.today()
            && !explained.iter().any(|(state, _)| *state == today)
        {
            explained.push((today, concept.unwrap_or(Concept::Seq)));
        }
    }
    let mut stories = Vec::new();
    for (state, concept) in explained {
        for party in model.party_ids() {
            stories.push(story(model, party, state, concept));
        }
    }
    stories
}

/// The strongest concept under which a state is an equilibrium; sequential stability where there is none.
fn strongest(answer: &Answer, state: StateId) -> Concept {
    let holds = |concept: &Concept| answer.equilibria(*concept).is_some_and(|set| set.contains(state));
    STRENGTH.into_iter().find(holds).unwrap_or(Concept::Seq)
}

fn story(model: &GraphModel, party: PartyId, state: StateId, concept: Concept) -> Story {
    story_by(
        model,
        (party, state),
        concept,
        Lens::PLAIN,
        concept.name().to_owned(),
    )
}

/// Why a party stays or leaves, preferences read through a lens.
pub fn story_by(
    model: &GraphModel,
    (party, state): (PartyId, StateId),
    concept: Concept,
    lens: Lens,
    label: String,
) -> Story {
    let judgement = witness(model, party, state, concept, lens);
    Story {
        state: judgement.state.clone(),
        party: judgement.party.clone(),
        concept: label,
        stable: matches!(judgement.standing, Standing::Stable(_)),
        sentences: sentences(model, party, state, &judgement),
    }
}

fn sentences(model: &GraphModel, party: PartyId, state: StateId, judgement: &Judgement) -> Vec<String> {
    let name = &model.party(party).name;
    let find = |id: &str| model.states().by_id(id);
    match &judgement.standing {
        Standing::Stable(deterrences) if deterrences.is_empty() => {
            let mut can_move = false;
            model.for_each_move(party, state, |_| can_move = true);
            vec![match can_move {
                true if judgement.lens.attitudes => {
                    format!("{name} stays: no move of its own leads to anything that its attitudes favour.")
                }
                true => not_tempted(name),
                false => format!("{name} stays: it has no move."),
            }]
        }
        Standing::Stable(deterrences) => {
            let told = deterrences.iter().filter_map(|deterrence| {
                let q = find(&deterrence.leaving_to)?;
                let gains = match (
                    judgement.lens.attitudes,
                    model.preference(party).compare(q, state),
                ) {
                    (true, _) => "would act on its attitudes if",
                    (_, Comparison::Unknown) => "might gain if",
                    _ => "would gain if",
                };
                let gains = format!(
                    "{name} {gains} it {} (to {})",
                    model.change(party, state, q),
                    deterrence.leaving_to
                );
                let answer = answer(model, party, state, q, judgement.concept, &deterrence.answer);
                Some(format!("{gains}; but {answer}"))
            });
            first_few(told)
        }
        Standing::Unstable { leaving_to, reached } => {
            let change = find(leaving_to).map_or(String::new(), |q| model.change(party, state, q));
            let why = match (judgement.concept, reached.is_empty()) {
                (Concept::Nash, _) if judgement.lens.attitudes => "its attitudes favour that".to_owned(),
                (Concept::Nash, _) => {
                    match find(leaving_to).map(|q| model.preference(party).compare(q, state)) {
                        Some(Comparison::Unknown) => "that may be better for it".to_owned(),
                        _ => "that is better for it".to_owned(),
                    }
                }
                (_, true) => "nobody answers".to_owned(),
                (concept, false) => {
                    let how = if concept.credible() { "would do" } else { "can do" };
                    format!(
                        "nothing that the others {how} then ({} outcomes) deters it",
                        reached.len()
                    )
                }
            };
            vec![format!("{name} leaves: it {change} (to {leaving_to}); {why}.")]
        }
    }
}

/// The first few sentences about answered moves, and how many more there are.
pub fn first_few(told: impl Iterator<Item = String>) -> Vec<String> {
    let mut told: Vec<String> = told.collect();
    let more = told.len().saturating_sub(MOST_MOVES);
    if more > 0 {
        told.truncate(MOST_MOVES);
        told.push(format!("… and {more} more moves, each answered."));
    }
    told
}

/// That a party has nothing to move for.
pub fn not_tempted(name: &str) -> String {
    format!("{name} stays: no move of its own leads to anything better for it.")
}

/// What the others do, and how it ends for the party.
fn answer(
    model: &GraphModel,
    party: PartyId,
    state: StateId,
    left_to: StateId,
    concept: Concept,
    steps: &[Step],
) -> String {
    let mut at = left_to;
    let mut told = Vec::new();
    let verb = if concept.credible() {
        "gains when it"
    } else {
        "can see to it that it"
    };
    for step in steps {
        let (Some(mover), Some(to)) = (model.party_by_id(&step.by), model.states().by_id(&step.to)) else {
            continue;
        };
        told.push(format!(
            "{} {verb} {} (to {})",
            model.party(mover).name,
            model.change(mover, at, to),
            step.to
        ));
        at = to;
    }
    let ends = match model.preference(party).compare(at, state) {
        Comparison::Equal => "no better",
        Comparison::Worse => "worse",
        Comparison::MuchWorse => "much worse",
        Comparison::Unknown => "perhaps no better",
        _ => "not what it wants",
    };
    let escape = if concept.symmetric() {
        ", and nothing it can do from there helps"
    } else {
        ""
    };
    format!(
        "then {}: {ends} for it than {}{escape}.",
        told.join(", then "),
        model.states().id(state)
    )
}
