//! The path of a deal: from the start to the settlement that is claimed.
//!
//! A node *rests* if everybody stays in its state and it follows itself. Play settles at the node that rests at the end
//! of what everybody complies with. With chances a deal may have to wait: where that play does not lead to the
//! settlement claimed, the shortest way to it on which chance helps counts, and says at which steps it does.

use std::collections::VecDeque;

use super::plan::Plan;
use super::ways::Ways;
use crate::Refusal;
use crate::subject::Subject;

/// The nodes from the start to the settlement, and for each step whether chance makes it.
pub(super) fn to_settlement(
    subject: &Subject,
    plan: &Plan<'_>,
    ways: &Ways,
    settlement: &[String],
) -> Result<(Vec<usize>, Vec<bool>), Refusal> {
    let complied = complied(subject, plan, ways).and_then(|path| {
        claimed(subject, plan, path[path.len() - 1], settlement)?;
        Ok(path)
    });
    match complied {
        Ok(path) => {
            let steps = path.len() - 1;
            Ok((path, vec![false; steps]))
        }
        Err(refusal) if subject.game.has_chances() => {
            helped_by_chance(subject, plan, ways, settlement).ok_or(refusal)
        }
        Err(refusal) => Err(refusal),
    }
}

/// Whether everybody stays at a node and it follows itself.
fn rests(plan: &Plan<'_>, node: usize) -> bool {
    plan.next(node) == node && plan.target(node) == plan.state(node)
}

/// The nodes that follow if everybody complies and no chance intervenes, up to the one that rests.
fn complied(subject: &Subject, plan: &Plan<'_>, ways: &Ways) -> Result<Vec<usize>, Refusal> {
    let mut path = vec![plan.start()];
    let mut seen = vec![false; plan.len()];
    loop {
        let node = path[path.len() - 1];
        let target = plan.target(node);
        if std::mem::replace(&mut seen[node], true) {
            return Err(Refusal::Path(format!(
                "it comes back to node {node} without settling: {}",
                subject.in_words(plan.state(node))
            )));
        }
        if !arrives(plan, ways, node) {
            return Err(Refusal::Path(format!(
                "chance never lets the parties arrive in {}",
                subject.in_words(target)
            )));
        }
        if rests(plan, node) {
            return Ok(path);
        }
        path.push(plan.next(node));
    }
}

/// Whether chance may let the parties arrive where a node leads.
fn arrives(plan: &Plan<'_>, ways: &Ways, node: usize) -> bool {
    let target = plan.target(node);
    ways.from(node).iter().any(|way| way.state == target)
}

/// Whether a node stands in the settlement that is claimed, and that satisfies the target.
fn claimed(subject: &Subject, plan: &Plan<'_>, node: usize, settlement: &[String]) -> Result<(), Refusal> {
    let end = plan.state(node);
    if !subject.game.holds(&subject.condition, end) {
        return Err(Refusal::Path(format!(
            "it settles in {}, which does not satisfy `{}`",
            subject.in_words(end),
            subject.target
        )));
    }
    if subject.levels(end) != settlement {
        return Err(Refusal::Path(format!(
            "it settles in {}, which is not the settlement claimed",
            subject.in_words(end)
        )));
    }
    Ok(())
}

/// The shortest way to the settlement claimed on which chance may help.
fn helped_by_chance(
    subject: &Subject,
    plan: &Plan<'_>,
    ways: &Ways,
    settlement: &[String],
) -> Option<(Vec<usize>, Vec<bool>)> {
    // For each node come to, the one before it and whether chance led on from there.
    let mut before: Vec<Option<(usize, bool)>> = vec![None; plan.len()];
    let start = plan.start();
    let mut waiting = VecDeque::from([start]);
    while let Some(node) = waiting.pop_front() {
        let settles = rests(plan, node) && arrives(plan, ways, node);
        if settles && claimed(subject, plan, node, settlement).is_ok() {
            let (mut path, mut by_chance) = (vec![node], Vec::new());
            while let Some((from, chance)) = before[path[path.len() - 1]] {
                path.push(from);
                by_chance.push(chance);
            }
            path.reverse();
            by_chance.reverse();
            return Some((path, by_chance));
        }
        for way in ways.from(node) {
            if way.follows != start && before[way.follows].is_none() {
                before[way.follows] = Some((node, way.state != plan.target(node)));
                waiting.push_back(way.follows);
            }
        }
    }
    None
}
