//! Judgements and sources as they are shown.

use detente_base::number::format_exact;
use detente_case::{Case, Judgement};

use crate::view;

/// Every judgement of a case.
#[must_use]
pub fn judgements(case: &Case) -> Vec<view::Judgement> {
    case.judgements
        .iter()
        .map(|judgement| shown(case, judgement))
        .collect()
}

fn shown(case: &Case, judgement: &Judgement) -> view::Judgement {
    let number = |value: &Option<_>| value.as_ref().map_or_else(String::new, format_exact);
    let names: Vec<&str> = judgement
        .sources
        .iter()
        .map(|id| case.sources[id.index()].id.as_str())
        .collect();
    view::Judgement {
        what: judgement.label.clone(),
        likely: format_exact(&judgement.likely),
        low: number(&judgement.low),
        high: number(&judgement.high),
        because: judgement.because.clone().unwrap_or_default(),
        source: names.join(", "),
        by: judgement.by.clone().unwrap_or_default(),
    }
}

/// Every source of a case.
#[must_use]
pub fn sources(case: &Case) -> Vec<view::Source> {
    case.sources
        .iter()
        .map(|source| {
            let parts = [
                source.by.as_ref(),
                Some(&source.title),
                source.date.as_ref(),
                source.note.as_ref(),
            ];
            let words: Vec<&str> = parts
                .into_iter()
                .flatten()
                .map(|part| part.trim_end_matches('.'))
                .collect();
            view::Source {
                id: source.id.clone(),
                citation: format!("{}.", words.join(". ")),
                address: source.place.clone().unwrap_or_default(),
            }
        })
        .collect()
}
