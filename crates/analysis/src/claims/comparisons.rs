//! Claims that compare the case as it stands with its variants and with later dates.

use detente_base::ids::PartyId;
use detente_case::{Claim, ClaimKind, Target, World};
use detente_proof::Proof;
use rayon::prelude::*;

use super::reach::Reach;
use super::{ClaimContext, Decided, Finding, undecidable};

/// A settlement counts as reached all at once when it takes no more periods than this.
const AT_ONCE: usize = 2;

/// A target as the case stands and in the variants of a claim.
struct Compared {
    here: Reach,
    there: Vec<Reach>,
    /// The verdicts in words.
    words: Vec<String>,
    /// All proofs, in the order of the words.
    proofs: Vec<Proof>,
}

impl ClaimContext<'_> {
    /// Asks what all claims will ask of variants and of later dates, side by side, and beside them what they ask of the
    /// case as it stands, one question after the other: these share their ground.
    pub(super) fn ask_ahead(&self) {
        let claims = &self.case.claims;
        let of_claim = |claim: &Claim| {
            let target = self.asked_about(claim);
            let worlds = claim.variants.iter().map(|number| self.variant(*number).0);
            worlds
                .filter_map(|world| Some((world, target.clone()?)))
                .collect::<Vec<_>>()
        };
        let mut variants: Vec<(World, Target)> = Vec::new();
        for (world, target) in claims.iter().flat_map(of_claim) {
            let known = |(other, asked): &(World, Target)| *other == world && asked.text == target.text;
            if !variants.iter().any(known) {
                variants.push((world, target));
            }
        }
        let unless_stopped = |ask: &dyn Fn()| {
            if !self.watch.should_stop() {
                ask();
            }
        };
        // Whether later dates are asked hangs on today, and two questions on one ground must not wait for each other.
        let windows = claims.iter().filter(|claim| claim.kind == ClaimKind::Window);
        for claim in windows.clone() {
            unless_stopped(&|| drop(self.reach(&self.target(claim))));
        }
        // First what must go one after the other, so that nothing long is begun last.
        let as_it_stands = || {
            for claim in claims {
                unless_stopped(&|| match (claim.kind, self.asked_of_the_game(claim)) {
                    (ClaimKind::Series, _) => drop(self.series(claim)),
                    (_, target) => drop(target.map(|target| self.reach(&target))),
                });
            }
        };
        let later = || windows.for_each(|claim| unless_stopped(&|| drop(self.window(claim))));
        let in_variants = || {
            variants.par_iter().for_each(|(world, target)| {
                unless_stopped(&|| drop(self.reach_in(world, target)));
            });
        };
        rayon::join(as_it_stands, || rayon::join(later, in_variants));
    }

    /// Asks for a target here and in each variant; `stands` opens the sentence.
    fn in_variants(&self, claim: &Claim, target: &Target, stands: impl Fn(&Reach) -> String) -> Compared {
        let mut here = self.reach(target);
        let mut words = vec![stands(&here)];
        let mut proofs = std::mem::take(&mut here.proofs);
        let ask = |number: &usize| {
            let (world, name) = self.variant(*number);
            (name, self.reach_in(&world, target))
        };
        let asked: Vec<(String, Reach)> = claim.variants.par_iter().map(ask).collect();
        let mut there = Vec::new();
        for (name, mut reach) in asked {
            words.push(format!("if {name}, {}", reach.in_words()));
            proofs.append(&mut reach.proofs);
            there.push(reach);
        }
        Compared {
            here,
            there,
            words,
            proofs,
        }
    }

    /// The case's or the claim's target, here and in each variant.
    fn target_in_variants(&self, claim: &Claim) -> Compared {
        self.in_variants(claim, &self.target(claim), |here| {
            format!("As the case stands the target is {}", here.in_words())
        })
    }

    pub(super) fn widens(&self, claim: &Claim) -> Decided {
        let (gesture, first, _) = self.gesture(claim);
        let (compared, second, proofs) = self.compared(claim);
        let finding = match (gesture, compared) {
            (Finding::True, Finding::True) => Finding::True,
            (Finding::False, _) | (_, Finding::False) => Finding::False,
            _ => Finding::Undecided,
        };
        (finding, format!("{first} {second}"), proofs)
    }

    /// With the enforcement of the parties of a claim, against the variants without it.
    pub(super) fn coalition(&self, claim: &Claim) -> Decided {
        let other = claim
            .variants
            .iter()
            .find(|number| !self.is_about(claim, **number));
        match other {
            Some(number) => undecidable(&format!(
                "`{}` changes nothing that {} controls",
                self.case.variants[*number].id,
                self.names(&claim.parties)
            )),
            None => self.compared(claim),
        }
    }

    /// Whether a variant changes an issue or a number of one of the parties that a claim names, if it names any.
    fn is_about(&self, claim: &Claim, variant: usize) -> bool {
        let variant = &self.case.variants[variant];
        let moved = variant.moves.iter().map(|(issue, _)| *issue);
        let set = variant
            .fixed
            .iter()
            .chain(&variant.today)
            .map(|(issue, _)| *issue);
        let owners: Vec<PartyId> = moved
            .chain(set)
            .filter_map(|issue| self.case.issue(issue).party)
            .collect();
        let keys = || {
            variant
                .judgements
                .iter()
                .map(|(id, _)| &self.case.judgement(*id).key)
        };
        let about = |party: &PartyId| {
            let id = self.case.party(*party).id.as_str();
            owners.contains(party) || keys().any(|key| key.split('.').any(|part| part == id))
        };
        claim.parties.is_empty() || claim.parties.iter().any(about)
    }

    /// The case as it stands against each variant: the verdict on the target, then the number of settlements.
    pub(super) fn compared(&self, claim: &Claim) -> Decided {
        let Compared {
            here,
            there,
            words,
            proofs,
        } = self.target_in_variants(claim);
        let all = |possible: bool| there.iter().all(|there| there.possible == Some(possible));
        let mut reason = format!("{}.", words.join("; "));
        let holds = match here.possible {
            Some(true) if all(false) => Some(true),
            Some(true) if all(true) => {
                reason += if there.iter().any(|there| there.settlements < here.settlements) {
                    " Fewer settlements were found kept up without it, but the target does not turn on it."
                } else {
                    " The target does not turn on it."
                };
                Some(false)
            }
            Some(true) | None => None,
            Some(false) => Some(false),
        };
        (Finding::of(holds), reason, proofs)
    }

    /// Whether the target is lost in every variant; one variant that keeps it says no.
    pub(super) fn depends_on(&self, claim: &Claim) -> Decided {
        let compared = self.target_in_variants(claim);
        let verdicts: Vec<Option<bool>> = compared.there.iter().map(|there| there.possible).collect();
        let lost = if verdicts.contains(&Some(true)) {
            Some(false)
        } else {
            (!verdicts.contains(&None)).then_some(true)
        };
        let holds = match compared.here.possible {
            Some(true) => lost,
            other => other,
        };
        let reason = format!("{}.", compared.words.join("; "));
        (Finding::of(holds), reason, compared.proofs)
    }

    pub(super) fn all_at_once(&self, claim: &Claim) -> Decided {
        let Some(target) = self.set_exactly(claim) else {
            return undecidable("the step cannot be made");
        };
        let compared = self.in_variants(claim, &target, |here| {
            format!("The maximal settlement is {} as the case stands", here.in_words())
        });
        let holds = compared.here.not_at_once();
        let reason = format!(
            "{}. “At once” means within {AT_ONCE} periods.",
            compared.words.join("; ")
        );
        (Finding::of(holds), reason, compared.proofs)
    }

    pub(super) fn window(&self, claim: &Claim) -> Decided {
        let target = self.target(claim);
        let mut now = self.reach(&target);
        if now.possible != Some(true) {
            return (
                Finding::of(now.possible),
                format!("Today the target is {}.", now.in_words()),
                now.proofs,
            );
        }
        if self
            .case
            .judgements
            .iter()
            .all(|judgement| judgement.grows.is_none())
        {
            return (
                Finding::False,
                "Possible today, and no judgement of the case grows with time, so nothing narrows.".into(),
                now.proofs,
            );
        }
        let dates = self.dates(&target, &mut now.proofs);
        (dates.finding(), dates.in_words(&self.case.period), now.proofs)
    }

    /// Asks for a target at later and later dates, up to the first at which it is impossible.
    fn dates(&self, target: &Target, proofs: &mut Vec<Proof>) -> Dates {
        let mut dates = Dates::default();
        let ask = |later: &u32| {
            let mut world = self.world.clone();
            world.periods_later += later;
            (*later, self.reach_in(&world, target))
        };
        // A few dates at once: those after the first at which it is impossible are not looked at.
        for together in LATER.chunks(LATER_AT_ONCE) {
            let asked: Vec<(u32, Reach)> = together.par_iter().map(ask).collect();
            for (later, mut then) in asked {
                proofs.append(&mut then.proofs);
                match then.possible {
                    Some(true) => dates.possible.push(later),
                    Some(false) => {
                        dates.impossible = Some(later);
                        return dates;
                    }
                    None => dates.undecided.push(later),
                }
            }
        }
        dates
    }
}

impl Reach {
    /// Whether a settlement is not reached all at once, by this deal or by any.
    pub(super) fn not_at_once(&self) -> Option<bool> {
        let quick = self
            .deal
            .as_ref()
            .is_some_and(|deal| deal.path.len() <= AT_ONCE + 1);
        self.possible.map(|possible| !(possible && quick))
    }
}

/// The dates that are tried, in periods from today.
pub(super) const LATER: [u32; 7] = [2, 4, 8, 16, 32, 64, 128];

/// How many of them are asked side by side.
const LATER_AT_ONCE: usize = 3;

/// What was found at later dates.
#[derive(Default)]
struct Dates {
    possible: Vec<u32>,
    undecided: Vec<u32>,
    /// The first at which the target is impossible; none after it was tried.
    impossible: Option<u32>,
}

impl Dates {
    /// The window closes if some date is too late.
    fn finding(&self) -> Finding {
        match self.impossible {
            Some(_) => Finding::True,
            None if self.undecided.is_empty() => Finding::False,
            None => Finding::Undecided,
        }
    }

    fn in_words(&self, period: &str) -> String {
        let list = |dates: &[u32]| {
            let dates: Vec<String> = dates.iter().map(u32::to_string).collect();
            dates.join(", ")
        };
        let mut words = vec!["Possible today".to_owned()];
        if !self.possible.is_empty() {
            words.push(format!("still possible after {}", list(&self.possible)));
        }
        if !self.undecided.is_empty() {
            words.push(format!(
                "neither shown nor excluded after {}",
                list(&self.undecided)
            ));
        }
        if let Some(date) = self.impossible {
            words.push(format!("impossible after {date}"));
        }
        format!(
            "{} periods ({period} each) without a deal while the stated drifts go on. Dates between were not tried.",
            words.join(", ")
        )
    }
}
