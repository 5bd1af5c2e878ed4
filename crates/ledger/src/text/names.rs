//! Every name that a text uses must be one that it introduces.

use super::agreement::{Agreement, Entry, SnapbackStart, When};
use super::document::{Complaint, Node, Value};
use super::fields::{Complaints, nearest};

/// Complains of every person, commitment, stage or date that the text uses but does not introduce.
pub(super) fn check_names(tree: &Node, agreement: &Agreement, complaints: &Complaints) {
    let check = Check {
        tree,
        agreement,
        complaints,
    };
    check.frame();
    check.commitments();
    check.procedures();
}

struct Check<'a> {
    tree: &'a Node,
    agreement: &'a Agreement,
    complaints: &'a Complaints,
}

impl Check<'_> {
    fn frame(&self) {
        if let Entry::Signatures(signers) | Entry::OnAndSigned(_, signers) = &self.agreement.entry {
            self.persons(signers, &["agreement", "signed_by"]);
        }
        for (name, group) in &self.agreement.groups {
            self.persons(&group.members, &["groups", name, "members"]);
        }
        for reading in &self.agreement.readings {
            for option in &reading.options {
                let path = ["readings", &reading.id, "options", &option.id, "held_by"];
                self.persons(&option.held_by, &path);
            }
        }
        for belief in &self.agreement.beliefs {
            self.persons(std::slice::from_ref(&belief.party), &["beliefs", &belief.party]);
            let duties: Vec<String> = belief.vouches.iter().map(|(duty, _)| duty.clone()).collect();
            self.commitment_names(&duties, &["beliefs", &belief.party, "vouches"]);
        }
        for date in &self.agreement.dates {
            self.when(Some(&date.from), &["dates", &date.id, "from"]);
            self.no_circle(&date.id);
        }
        if let Some(sunset) = &self.agreement.sunset {
            self.when(Some(&sunset.on), &["sunset", "on"]);
        }
    }

    /// A date must not be counted from itself, by whatever way round.
    fn no_circle(&self, id: &str) {
        let mut here = id;
        for _ in 0..=self.agreement.dates.len() {
            let date = self.agreement.dates.iter().find(|date| date.id == here);
            match date.map(|date| &date.from) {
                Some(When::Date(next)) => here = next,
                _ => return,
            }
        }
        let place = place_of(self.tree, &["dates", id, "from"]);
        self.complaints.add(Complaint::new(
            place,
            format!("the date `{id}` is counted from itself"),
        ));
    }

    fn commitments(&self) {
        for commitment in &self.agreement.commitments {
            let at = |field| ["commitments", commitment.id.as_str(), field];
            self.persons(&commitment.by, &at("by"));
            self.persons(&commitment.to, &at("to"));
            self.persons(&commitment.verifiers, &at("verifier"));
            self.persons(&commitment.claimed_by, &at("claimed_by"));
            self.persons(&commitment.hold_by, &at("hold_by"));
            self.commitment_names(&commitment.blocks, &at("blocks"));
            for when in &commitment.after {
                self.when(Some(when), &at("after"));
            }
            for when in &commitment.unless {
                self.when(Some(when), &at("unless"));
            }
            self.when(commitment.trigger.as_ref(), &at("trigger"));
            self.when(commitment.opens.as_ref(), &at("opens"));
            self.when(commitment.ends.as_ref(), &at("ends"));
            self.when(Some(&commitment.of), &at("of"));
            if let Some(amount) = &commitment.amount {
                self.commitment_names(&amount.includes, &at("amount"));
            }
            if let Some(other) = &commitment.superseded_by {
                self.commitment_names(std::slice::from_ref(other), &at("superseded_by"));
            }
        }
    }

    fn procedures(&self) {
        for power in &self.agreement.powers {
            let at = |field| ["powers", power.id.as_str(), field];
            let holders: Vec<String> = power
                .holders
                .iter()
                .filter(|holder| *holder != "complainant")
                .cloned()
                .collect();
            self.persons(&holders, &at("holders"));
            self.stages(&power.after_stages, &at("after_stage"));
            self.when(power.from.as_ref(), &at("from"));
            self.when(power.until.as_ref(), &at("until"));
        }
        for dispute in &self.agreement.disputes {
            let at = |field| ["disputes", dispute.id.as_str(), field];
            self.persons(&dispute.opened_by, &at("opened_by"));
            self.commitment_names(&dispute.covers, &at("covers"));
            for stage in &dispute.stages {
                let path = ["disputes", &dispute.id, "stages", &stage.id];
                self.persons(&stage.body, &path);
                self.persons(&stage.refer_by, &path);
                if let Some(vote) = &stage.decision {
                    self.persons(&vote.secretary, &path);
                }
                let known = dispute.stages.iter().map(|stage| stage.id.as_str());
                for before in &stage.after {
                    self.known(before, known.clone(), "stage of this procedure", &path);
                }
            }
        }
        for snapback in &self.agreement.snapbacks {
            let at = |field| ["snapback", snapback.id.as_str(), field];
            self.persons(&snapback.notify_by, &at("notify_by"));
            self.commitment_names(&snapback.reverses, &at("reverses"));
            self.stages(&snapback.after_stages, &at("after_stage"));
            self.when(snapback.sunset.as_ref(), &at("sunset"));
            if let SnapbackStart::Breach(commitments) = &snapback.start {
                self.commitment_names(commitments, &at("on_breach_of"));
            }
            if let Some(vote) = &snapback.decision {
                self.persons(&vote.members, &at("decision"));
                self.persons(&vote.vetoes, &at("decision"));
                self.persons(&vote.secretary, &at("decision"));
            }
        }
    }

    fn when(&self, when: Option<&When>, path: &[&str]) {
        match when {
            Some(When::Performed { commitment, .. }) => {
                self.commitment_names(std::slice::from_ref(commitment), path);
            }
            Some(When::Event(pattern)) => self.persons(&pattern.by, path),
            _ => {}
        }
    }

    fn persons(&self, names: &[String], path: &[&str]) {
        let agreement = self.agreement;
        let known = agreement
            .parties
            .keys()
            .chain(agreement.others.keys())
            .chain(agreement.groups.keys());
        let known: Vec<&str> = known.map(String::as_str).collect();
        for name in names {
            self.known(name, known.iter().copied(), "party, other or group", path);
        }
    }

    fn commitment_names(&self, names: &[String], path: &[&str]) {
        for name in names {
            let known = self
                .agreement
                .commitments
                .iter()
                .map(|commitment| commitment.id.as_str());
            self.known(name, known, "commitment", path);
        }
    }

    fn stages(&self, names: &[String], path: &[&str]) {
        let known: Vec<String> = self
            .agreement
            .disputes
            .iter()
            .flat_map(|dispute| {
                dispute
                    .stages
                    .iter()
                    .map(move |stage| format!("{}.{}", dispute.id, stage.id))
            })
            .collect();
        for name in names {
            self.known(
                name,
                known.iter().map(String::as_str),
                "stage (written procedure.stage)",
                path,
            );
        }
    }

    fn known<'n>(&self, name: &str, known: impl Iterator<Item = &'n str> + Clone, what: &str, path: &[&str]) {
        if known.clone().any(|known| known == name) {
            return;
        }
        let place = place_of(self.tree, path);
        let complaint = Complaint::new(place, format!("`{name}` is not a {what} of this text"));
        self.complaints.add(complaint.hint(nearest(name, known)));
    }
}

/// The place of the deepest part of `path` that exists.
fn place_of(tree: &Node, path: &[&str]) -> std::ops::Range<usize> {
    let mut here = tree;
    for name in path {
        let Value::Table(fields) = &here.value else { break };
        let Some(field) = fields.get(*name) else { break };
        here = &field.node;
    }
    here.place.clone()
}
