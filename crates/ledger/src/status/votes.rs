//! Votes: whether what was counted adopts a decision by the rule of the text.

use crate::text::agreement::Vote;

/// Whether counted votes adopt a decision, and why (not).
pub(super) fn adopted(rule: &Vote, votes: &crate::event::Votes) -> (bool, String) {
    let weight = |names: &[String], count: u32| {
        if names.is_empty() || rule.weights.is_empty() {
            return u64::from(count);
        }
        let of = |name: &String| u64::from(rule.weights.get(name).copied().unwrap_or(1));
        names.iter().map(of).sum::<u64>()
    };
    let (yes, no) = (weight(&votes.yes_by, votes.yes), weight(&votes.no_by, votes.no));
    let cast = yes.saturating_add(no).saturating_add(u64::from(votes.abstain));
    if let Some(quorum) = rule.quorum
        && cast < u64::from(quorum)
    {
        return (false, format!("{cast} votes; the quorum is {quorum}"));
    }
    if rule.consensus {
        return if no == 0 && yes > 0 {
            (true, "nobody objected".to_owned())
        } else {
            (false, format!("{no} objected; consensus is needed"))
        };
    }
    let needed = u64::from(rule.yes.unwrap_or(1));
    if yes < needed {
        return (false, format!("{yes} yes; {needed} are needed"));
    }
    if let Some(veto) = votes.no_by.iter().find(|name| rule.vetoes.contains(name)) {
        return (false, format!("vetoed by {veto}"));
    }
    (true, format!("{yes} yes of {needed} needed, no veto"))
}
