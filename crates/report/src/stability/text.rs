//! The analysis in words: which states are equilibria, because, unless.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{Robustness, Route, Stability, StepView};

/// The order in which concepts are named, strongest first.
pub const ORDER: [&str; 5] = ["Nash", "SSEQ", "SEQ", "SMR", "GMR"];

/// The analysis as a text for a terminal.
#[must_use]
pub fn text(view: &Stability) -> String {
    let mut out = String::new();
    headline(view, &mut out);
    if let Some(comparison) = &view.comparison {
        out.push_str(&super::comparison_text(comparison));
    }
    because(view, &mut out);
    unless(view, &mut out);
    coalitions(view, &mut out);
    status_quo(view, &mut out);
    inverse(view, &mut out);
    special(view, &mut out);
    foot(view, &mut out);
    out
}

fn label(view: &Stability, id: &str) -> String {
    match view.states.get(id) {
        Some(state) if !state.words.is_empty() && state.words != id => format!("{id} ({})", state.words),
        _ => id.to_owned(),
    }
}

fn labels(view: &Stability, ids: &[String], most: usize) -> String {
    labels_of(view, ids, ids.len(), most)
}

/// The first of so many states.
fn labels_of(view: &Stability, ids: &[String], count: usize, most: usize) -> String {
    let mut shown: Vec<String> = ids.iter().take(most).map(|id| label(view, id)).collect();
    if count > shown.len() {
        shown.push(format!("and {} more", count - shown.len()));
    }
    shown.join("; ")
}

fn headline(view: &Stability, out: &mut String) {
    let groups = &view.sets.groups;
    if groups.is_empty() {
        let judged: Vec<&str> = view.sets.equilibrium_states.keys().map(String::as_str).collect();
        let _ = writeln!(
            out,
            "No state is stable for everybody under {}.",
            judged.join(", ")
        );
    }
    for group in groups {
        let under = match group.concepts.len() == ORDER.len() {
            true => format!("every concept ({})", ORDER.join(", ")),
            false => group.concepts.join(", "),
        };
        let states = labels_of(view, &group.states, group.count, 12);
        let _ = writeln!(out, "Stable under {under}: {states}");
    }
    for (concept, count) in &view.sets.equilibrium_counts {
        let listed = view.sets.equilibrium_states.get(concept).map_or(0, Vec::len);
        if listed < *count {
            let _ = writeln!(out, "  ({concept}: {count} equilibria in all, {listed} listed)");
        }
    }
    for (concept, states) in &view.sets.equilibrium_states {
        let base = concept.strip_suffix("_or_simultaneous");
        let known = base.and_then(|base| view.sets.equilibrium_states.get(base));
        let Some((base, known)) = base.zip(known) else {
            continue;
        };
        let extra: Vec<String> = states
            .iter()
            .filter(|state| !known.contains(state))
            .cloned()
            .collect();
        if !extra.is_empty() {
            let _ = writeln!(
                out,
                "With simultaneous moves also stable ({base}): {}",
                labels(view, &extra, 12)
            );
        }
    }
    let _ = writeln!(
        out,
        "\n{}: {} parties, {} states, rankings only (no numbers are used).",
        if view.title.is_empty() {
            &view.id
        } else {
            &view.title
        },
        view.parties.len(),
        view.state_count
    );
}

fn because(view: &Stability, out: &mut String) {
    if view.because.is_empty() {
        return;
    }
    let _ = writeln!(out, "\nBecause");
    let mut last = None;
    for story in &view.because {
        let head = (&story.state, &story.concept);
        if last != Some(head) {
            let meaning = view.concepts.get(&story.concept).map_or("", String::as_str);
            let _ = writeln!(
                out,
                "  {} under {}: {meaning}",
                label(view, &story.state),
                story.concept
            );
            last = Some(head);
        }
        for sentence in &story.sentences {
            let _ = writeln!(out, "    {sentence}");
        }
    }
}

fn unless(view: &Stability, out: &mut String) {
    let Some(robustness) = &view.robustness else {
        return;
    };
    let _ = writeln!(out, "\nUnless ({} single changes tried)", robustness.tried);
    let strongest = ORDER.iter().find(|concept| {
        robustness
            .ended_by
            .get(**concept)
            .is_some_and(|of| !of.is_empty())
    });
    let Some(strongest) = strongest else {
        let _ = writeln!(out, "  there is no equilibrium to be lost");
        return;
    };
    for concept in [*strongest, "SEQ"]
        .into_iter()
        .take(if *strongest == "SEQ" { 1 } else { 2 })
    {
        for (state, ended_by) in robustness.ended_by.get(concept).into_iter().flatten() {
            let lines = ending(robustness, concept, state);
            let _ = match ended_by {
                0 => writeln!(
                    out,
                    "  {} stays {concept} under every one of them",
                    label(view, state)
                ),
                many => writeln!(
                    out,
                    "  {} stops being {concept} after {many} of them:",
                    label(view, state)
                ),
            };
            for line in lines.iter().take(4) {
                let _ = writeln!(out, "    {line}");
            }
            if lines.len() > 4 {
                let _ = writeln!(out, "    … and {} more (--json lists them)", lines.len() - 4);
            }
        }
    }
}

fn ending(robustness: &Robustness, concept: &str, state: &String) -> Vec<String> {
    let ends = |flip: &&super::Flip| flip.ends.get(concept).is_some_and(|ended| ended.contains(state));
    robustness
        .flips
        .iter()
        .filter(ends)
        .map(|flip| flip.change.clone())
        .collect()
}

fn coalitions(view: &Stability, out: &mut String) {
    let Some(strict) = view.coalitions.first() else {
        return;
    };
    let mut lines = Vec::new();
    for coalition in &strict.coalitions {
        let mut seen = Vec::new();
        for jump in &coalition.jumps {
            if seen.contains(&(&jump.from, &jump.to)) {
                continue;
            }
            seen.push((&jump.from, &jump.to));
            let members = coalition.members.join(" and ");
            let (from, to) = (label(view, &jump.from), label(view, &jump.to));
            lines.push(format!("{members} together leave {from} for {to}"));
        }
    }
    let _ = writeln!(out, "\nTogether ({})", strict.improvement);
    match lines.is_empty() {
        true => {
            let _ = writeln!(
                out,
                "  no group of parties gains by leaving an equilibrium together"
            );
        }
        false => {
            for line in lines.iter().take(12) {
                let _ = writeln!(out, "  {line}");
            }
            if lines.len() > 12 {
                let _ = writeln!(out, "  … and {} more (--json lists them)", lines.len() - 12);
            }
        }
    }
    for (concept, states) in &strict.universally_stable {
        let shown = if states.is_empty() {
            "none".to_owned()
        } else {
            labels(view, states, 12)
        };
        let _ = writeln!(out, "  stable against every group ({concept}): {shown}");
    }
}

fn status_quo(view: &Stability, out: &mut String) {
    let Some(status_quo) = &view.status_quo else {
        return;
    };
    let from = label(view, &status_quo.from);
    let _ = writeln!(
        out,
        "\nFrom today, {from}, to the {} equilibria",
        status_quo.concept
    );
    for (state, route) in &status_quo.routes {
        let _ = writeln!(out, "  {}", label(view, state));
        route_lines(view, route, out);
    }
    if !status_quo.unreachable.is_empty() {
        let _ = writeln!(
            out,
            "  never reached by any moves: {}",
            labels(view, &status_quo.unreachable, 12)
        );
    }
}

fn route_lines(view: &Stability, route: &Route, out: &mut String) {
    let mut line = |name: &str, steps: &Option<Vec<StepView>>| {
        let shown = match steps {
            None => "no".to_owned(),
            Some(steps) if steps.is_empty() => "already there".to_owned(),
            Some(steps) => {
                let step = |step: &StepView| {
                    let once = if step.reversible { "" } else { " for good" };
                    format!("{} {}{once} -> {}", step.by.join("+"), step.words, step.to)
                };
                steps.iter().map(step).collect::<Vec<_>>().join(", then ")
            }
        };
        let _ = writeln!(out, "    {name}: {shown}");
    };
    line("each step paying its mover", &route.by_improvements);
    if route.by_any_move != route.by_improvements {
        line("by any moves", &route.by_any_move);
    }
    if route.by_joint_improvements != route.by_improvements {
        line("moving together", &route.by_joint_improvements);
    }
    if route.through_stable_states != route.by_improvements {
        line("through stable states only", &route.through_stable_states);
    }
    let _ = view;
}

fn inverse(view: &Stability, out: &mut String) {
    let Some(inverse) = &view.inverse else { return };
    let _ = writeln!(
        out,
        "\nWhich rankings make {} an equilibrium",
        label(view, &inverse.target)
    );
    for (concept, parties) in &inverse.concepts {
        for party in parties {
            let now = if party.holds_now {
                "holds now"
            } else {
                "does not hold now"
            };
            let of = format!("{} of {} rankings", party.rankings, party.of);
            let _ = writeln!(out, "  {concept}, {}: {of}; {now}", party.party);
            let _ = writeln!(out, "    {}", party.condition);
            if let Some(change) = party.least_change.as_ref().filter(|change| change.pairs > 0) {
                let lower = labels(view, &change.lower, 8);
                let _ = writeln!(
                    out,
                    "    least change: {} pairs swap, putting {lower} no higher",
                    change.pairs
                );
            }
        }
        if let Some(profiles) = inverse.profiles.get(concept) {
            let _ = writeln!(out, "  {concept}, all parties: {profiles} profiles");
        }
    }
    let _ = writeln!(out, "  Limits: {}.", inverse.limits);
}

fn special(view: &Stability, out: &mut String) {
    for (letter, extension) in &view.extensions {
        let _ = writeln!(
            out,
            "\nUnknown preferences read as ({letter}): {}",
            extension.meaning
        );
        sets_lines(view, &extension.sets.equilibrium_states, out);
    }
    for (name, special) in &view.special {
        let _ = writeln!(out, "\n{name}: {}", special.meaning);
        sets_lines(view, &special.sets.equilibrium_states, out);
    }
}

fn sets_lines(view: &Stability, sets: &BTreeMap<String, Vec<String>>, out: &mut String) {
    for (concept, states) in sets {
        let shown = if states.is_empty() {
            "none".to_owned()
        } else {
            labels(view, states, 12)
        };
        let _ = writeln!(out, "  {concept}: {shown}");
    }
}

fn foot(view: &Stability, out: &mut String) {
    for line in &view.left_out {
        let _ = writeln!(out, "\nLeft out: {line}");
    }
    let _ = writeln!(
        out,
        "\nStable is said of the rankings as given; it predicts nothing. GMR and SMR are permissive: many states \
         pass them."
    );
    if !view.source.is_empty() {
        let _ = writeln!(out, "Source: {}", view.source);
    }
    let _ = writeln!(out, "detente {}. Again: {}", view.version, view.command);
}
