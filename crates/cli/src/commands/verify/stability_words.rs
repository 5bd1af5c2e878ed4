//! What a stability certificate shows, in sentences: how many judgements of each kind there are and how they were
//! checked, then for each state, under each way of judging, who stays and who leaves.

use std::collections::HashMap;

use detente_proof::stability::{
    Alone, Answerers, Certificate, GroupJudgement, GroupStanding, Horizon, Improvement, Judgement, Lens,
    SimultaneousStanding, Standing,
};

/// The most sentences about states in one certificate; each kind gets its share of them.
const MOST_SENTENCES: usize = 60;
/// At least so many sentences for each kind.
const LEAST_OF_A_KIND: usize = 8;

/// How many judgements of each kind there are, and how they were checked.
pub fn kinds_in_words(certificate: &Certificate) -> Vec<String> {
    let how = |kind: &str| match kind {
        "by foresight" | "over longer exchanges" => "recomputed from the definition",
        "of groups" | "by simultaneous sanctions" => {
            "what deters stepped through; where nothing deters, everything recomputed"
        }
        _ => "stepped through",
    };
    let counts = certificate.counts().into_iter();
    counts
        .map(|(kind, count)| format!("{count} {kind}: {}", how(kind)))
        .collect()
}

/// What a certificate that holds shows.
pub fn in_words(found: &Alone) -> Vec<String> {
    let certificate = &found.certificate;
    let mut sentences = vec![format!(
        "{} judgements about “{}” ({} states)",
        certificate.count(),
        found.model.title(),
        found.model.states().count()
    )];
    let kinds = kinds_in_words(certificate);
    let share = (MOST_SENTENCES / kinds.len().max(1)).max(LEAST_OF_A_KIND);
    sentences.extend(kinds);
    let (plain, read): (Vec<&Judgement>, Vec<&Judgement>) =
        certificate.judgements.iter().partition(|own| own.lens.is_plain());
    for kind in [
        told(plain.into_iter().map(single)),
        told(read.into_iter().map(single)),
        told(certificate.own_views.iter().map(|own| {
            let claim = single(own);
            let about = format!("{} in its own view", claim.about);
            Claim { about, ..claim }
        })),
        told(certificate.simultaneous.iter().map(|own| Claim {
            about: format!(
                "{} under {} with simultaneous moves",
                own.state,
                own.concept.name()
            ),
            who: own.party.clone(),
            stays: matches!(own.standing, SimultaneousStanding::Stable(_)),
            words: (
                "held by what others would do at once",
                "not held by what others would do at once",
            ),
        })),
        told(certificate.groups.iter().map(group)),
        told(certificate.foresight.iter().map(|own| {
            let how = match own.horizon {
                Horizon::Moves(moves) => format!("L_{moves}"),
                Horizon::NonMyopic => "non-myopic stability".to_owned(),
            };
            Claim::of(format!("{} by {how}", own.state), &own.party, own.stable)
        })),
        told(certificate.metarational.iter().map(|own| {
            let answers = if own.credible {
                "answers that pay"
            } else {
                "any answers"
            };
            let about = format!("{} over {} moves, {answers}", own.state, own.moves);
            Claim::of(about, &own.party, own.stable)
        })),
    ] {
        let more = kind.len().saturating_sub(share);
        sentences.extend(kind.into_iter().take(share));
        if more > 0 {
            sentences.push(format!("… and {more} more such sentences"));
        }
    }
    sentences
}

/// Who stays or leaves, where and under which way of judging.
struct Claim {
    about: String,
    who: String,
    stays: bool,
    /// What is said of those who stay and of those who do not.
    words: (&'static str, &'static str),
}

impl Claim {
    fn of(about: String, who: &str, stays: bool) -> Self {
        Self {
            about,
            who: who.to_owned(),
            stays,
            words: ("stay", "leave"),
        }
    }
}

fn single(own: &Judgement) -> Claim {
    let about = format!("{} under {}{}", own.state, own.concept.name(), reading(own.lens));
    Claim::of(about, &own.party, matches!(own.standing, Standing::Stable(_)))
}

/// How preferences are read, as an addition to the name of a concept; nothing where they are read plainly.
pub fn reading(lens: Lens) -> String {
    let mut words = String::new();
    if let Some(unknown) = lens.unknown {
        words += &format!(", unknown read as ({})", unknown.letter());
    }
    if lens.strong {
        words += ", strong";
    }
    if lens.attitudes {
        words += " by attitudes";
    }
    words
}

fn group(own: &GroupJudgement) -> Claim {
    let gain = match own.improvement {
        Improvement::AllBetter => "all better",
        Improvement::NoneWorse => "none worse",
    };
    let answers = match own.answerers {
        Answerers::Singles => "",
        Answerers::Subsets => ", answered in subsets",
    };
    let about = format!(
        "{} under {}, groups, {gain}{answers}",
        own.state,
        own.concept.name()
    );
    let stays = matches!(own.standing, GroupStanding::Stable(_));
    Claim::of(about, &own.members.join(" with "), stays)
}

/// One sentence for each thing that claims are about, in the order of the first of them.
fn told(claims: impl Iterator<Item = Claim>) -> Vec<String> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut rows: Vec<(String, [Vec<String>; 2], [&'static str; 2])> = Vec::new();
    for claim in claims {
        let place = *places.entry(claim.about.clone()).or_insert(rows.len());
        if place == rows.len() {
            rows.push((
                claim.about,
                [Vec::new(), Vec::new()],
                [claim.words.0, claim.words.1],
            ));
        }
        rows[place].1[usize::from(!claim.stays)].push(claim.who);
    }
    let sentence = |(about, who, words): (String, [Vec<String>; 2], [&'static str; 2])| {
        let parts = who.iter().zip(words).filter(|(who, _)| !who.is_empty());
        let parts: Vec<String> = parts
            .map(|(who, words)| format!("{} {words}", who.join(", ")))
            .collect();
        format!("{about}: {}", parts.join("; "))
    };
    rows.into_iter().map(sentence).collect()
}
