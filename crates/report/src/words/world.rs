//! The world that an answer speaks of, in words.

use detente_base::number::format_exact;
use detente_case::{Case, Moved, MovedBy, World, WorldError};

use crate::view;

/// The most judgements that the sentence names one by one, except that all those outside their ranges are named.
const NAMED: usize = 6;

/// A world of a case, which is the one as written.
///
/// # Errors
/// As [`Case::in_world`].
pub fn world(case: &Case, world: &World) -> Result<view::World, WorldError> {
    let moved = case.moved(world)?;
    let variants = world.variants.iter().map(|id| {
        let named = case.variants.iter().find(|variant| &variant.id == id);
        view::WorldVariant {
            id: id.clone(),
            name: named.map_or_else(String::new, |variant| variant.name.clone()),
        }
    });
    let types = case.party_ids().filter_map(|id| {
        let of = world.type_of(case, id)?;
        let party = case.party(id);
        Some(view::TypeTaken {
            party: party.id.clone(),
            party_name: party.name.clone(),
            kind: party.types[of.index()].id.clone(),
            type_name: party.types[of.index()].name.clone(),
            of: party.types.len(),
        })
    });
    let first = |id| world.type_of(case, id).is_none_or(|of| of.index() == 0);
    let unmoved = world.variants.is_empty() && world.periods_later == 0 && moved.is_empty();
    let mut view = view::World {
        sentence: String::new(),
        as_written: unmoved && case.party_ids().all(first),
        variants: variants.collect(),
        periods_later: world.periods_later,
        types: types.collect(),
        judgements: moved.iter().map(|moved| judgement(case, moved)).collect(),
    };
    view.sentence = sentence(&view, unmoved);
    Ok(view)
}

fn judgement(case: &Case, moved: &Moved) -> view::MovedJudgement {
    let judgement = case.judgement(moved.judgement);
    let end = |end: &Option<_>| end.as_ref().map_or_else(String::new, format_exact);
    view::MovedJudgement {
        key: judgement.key.clone(),
        what: judgement.label.clone(),
        value: format_exact(&moved.value),
        written: format_exact(&judgement.likely),
        low: end(&judgement.low),
        high: end(&judgement.high),
        in_range: judgement.in_range(&moved.value),
        by: match &moved.by {
            MovedBy::Set => "set".to_owned(),
            MovedBy::Variant(name) => format!("variant {name}"),
            MovedBy::Time => "time".to_owned(),
        },
    }
}

fn sentence(world: &view::World, unmoved: bool) -> String {
    let mut parts = Vec::new();
    if unmoved {
        parts.push("the case as written".to_owned());
    }
    let variants = world.variants.iter();
    parts.extend(variants.map(|variant| format!("variant “{}” ({})", variant.name, variant.id)));
    match world.periods_later {
        0 => {}
        1 => parts.push("after one period without a deal".to_owned()),
        periods => parts.push(format!("after {periods} periods without a deal")),
    }
    parts.extend(world.types.iter().map(|taken| {
        format!(
            "{} is taken to be of the type “{}” (one of {})",
            taken.party_name, taken.type_name, taken.of
        )
    }));
    let (inside, outside): (Vec<_>, Vec<_>) = world.judgements.iter().partition(|moved| moved.in_range);
    let room = NAMED.saturating_sub(outside.len());
    let named = outside.iter().chain(inside.iter().take(room));
    parts.extend(named.map(|moved| moved.in_words()));
    match inside.len().saturating_sub(room) {
        0 => {}
        1 => parts.push("one more judgement moved inside its stated range".to_owned()),
        more => parts.push(format!("{more} more judgements moved inside their stated ranges")),
    }
    parts.join("; ")
}
