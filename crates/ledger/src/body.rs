//! A body of a text: who speaks for it, who its members are, and what its decisions need. A decision needs what the text
//! says, and consensus where it does not say.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::event::{Event, EventKind, Votes};
use crate::text::agreement::{Agreement, Vote};

/// A body as the text names it.
pub(crate) struct Body<'t> {
    pub agreement: &'t Agreement,
    /// As written: its own name, groups, members.
    pub names: &'t [String],
    pub decision: Option<&'t Vote>,
    pub day: Date,
}

impl Body<'_> {
    /// The person that is the body, where the text lets it speak for itself.
    fn itself(&self, name: &str) -> bool {
        let others = self.names.iter().filter(|other| *other != name);
        let only_groups = others
            .clone()
            .all(|other| self.agreement.groups.contains_key(other));
        let person = self.agreement.others.contains_key(name) || others.count() == 0;
        self.names.iter().any(|own| own == name)
            && person
            && only_groups
            && !self.agreement.groups.contains_key(name)
    }

    /// Whether somebody speaks for the whole body.
    pub(crate) fn speaks(&self, author: &str) -> bool {
        let secretary = self.decision.map_or(&[][..], |vote| &vote.secretary);
        self.itself(author) || self.agreement.includes(secretary, author, Some(self.day))
    }

    /// Those who decide together; all parties where the text names nobody.
    pub(crate) fn members(&self) -> Vec<String> {
        let listed = match self.decision {
            Some(vote) if !vote.members.is_empty() => &vote.members,
            _ => self.names,
        };
        let all = if listed.is_empty() {
            self.agreement.parties.keys().cloned().collect()
        } else {
            self.agreement.expand(listed, Some(self.day))
        };
        all.into_iter().filter(|member| !self.itself(member)).collect()
    }

    /// Whether these authors may say this for the body, and why not.
    pub(crate) fn hears(&self, event: &Event, authors: &[String]) -> Result<(), String> {
        if authors.iter().all(|author| self.speaks(author)) {
            return match &event.details().votes {
                Some(votes) if event.kind == EventKind::Vote => self.names_fit(votes),
                _ if event.kind == EventKind::Ballot => {
                    Err("a ballot is cast by each member for itself".to_owned())
                }
                _ => Ok(()),
            };
        }
        let members = self.members();
        let all_members = authors.iter().all(|author| members.contains(author));
        let named = self.names.join(", ");
        match event.kind {
            EventKind::Ballot | EventKind::Opinion if all_members => Ok(()),
            EventKind::Resolve if all_members => self.decided_by(authors, &members),
            EventKind::Vote => Err(format!(
                "counted votes are recorded by the body's secretary or the body itself ({named}); each member casts a \
                 ballot for itself"
            )),
            _ => Err(format!("only {named} speaks here")),
        }
    }

    /// Who is named as having voted must be a member, and no more of them than are counted.
    fn names_fit(&self, votes: &Votes) -> Result<(), String> {
        let members = self.members();
        let vetoes = self.decision.map_or(&[][..], |vote| &vote.vetoes);
        let known = |name: &String| members.is_empty() || members.contains(name) || vetoes.contains(name);
        let named: Vec<&String> = votes.yes_by.iter().chain(&votes.no_by).collect();
        if let Some(stranger) = named.iter().find(|name| !known(name)) {
            return Err(format!("{stranger} is not a member of the body"));
        }
        let different: BTreeSet<&&String> = named.iter().collect();
        if different.len() < named.len() {
            return Err("a member is named twice".to_owned());
        }
        if votes.yes_by.len() > votes.yes as usize || votes.no_by.len() > votes.no as usize {
            return Err("more members are named than votes are counted".to_owned());
        }
        Ok(())
    }

    /// What the text asks for: so many votes, or consensus; consensus where it does not say.
    fn decided_by(&self, authors: &[String], members: &[String]) -> Result<(), String> {
        let weights = BTreeMap::new();
        let weights = self.decision.map_or(&weights, |vote| &vote.weights);
        let weight = |who: &String| u64::from(weights.get(who).copied().unwrap_or(1));
        let said: u64 = authors.iter().map(weight).sum();
        match self.decision {
            Some(vote) if !vote.consensus && vote.yes.is_some() => {
                let needed = u64::from(vote.yes.unwrap_or(0).max(1));
                if said < needed {
                    return Err(format!(
                        "a decision needs {needed} of its votes; {said} signed it"
                    ));
                }
                if vote
                    .quorum
                    .is_some_and(|quorum| (authors.len() as u64) < u64::from(quorum))
                {
                    return Err("a decision needs the quorum of the text".to_owned());
                }
                Ok(())
            }
            _ => match members.iter().find(|member| !authors.contains(member)) {
                Some(member) => Err(format!(
                    "the body decides by consensus, and {member} has not signed the decision"
                )),
                None => Ok(()),
            },
        }
    }
}
