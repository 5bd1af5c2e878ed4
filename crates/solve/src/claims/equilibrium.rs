//! Assertions about what is self-enforcing, decided by verdicts on the case and on its variants.

use detente_model::case::{Claim, ClaimKind, Target, World};
use detente_model::game::Game;
use detente_model::ids::{IssueId, Level, PartyId, StateId};
use detente_model::number::{Exact, to_float};
use detente_proof::Proof;

use super::{Court, Decision, Finding};
use crate::deals::Criterion;
use crate::verdict::{Answer, Deal, Limits, Question, Verdict, answer, solve};

/// A settlement counts as reached all at once when it takes no more periods than this.
const AT_ONCE: usize = 2;

/// What one question came to.
struct Reach {
    possible: Option<bool>,
    deal: Option<Deal>,
    proof: Option<Box<Proof>>,
    settlements: usize,
    why: String,
}

impl Reach {
    fn of(answer: Answer) -> Self {
        let settlements = answer.settlements.len();
        match answer.verdict {
            Verdict::Possible { deal, proof, .. } => Self {
                possible: Some(true),
                deal: Some(deal),
                proof: Some(proof),
                settlements,
                why: String::new(),
            },
            Verdict::Impossible { proof } => Self {
                possible: Some(false),
                deal: None,
                proof: Some(proof),
                settlements,
                why: String::new(),
            },
            Verdict::Undecided { why, .. } => Self {
                possible: None,
                deal: None,
                proof: None,
                settlements,
                why,
            },
        }
    }

    fn in_words(&self) -> String {
        match (self.possible, &self.deal) {
            (Some(true), Some(deal)) => format!("possible (in {} steps)", deal.path.len() - 1),
            (Some(true), None) => "possible".into(),
            (Some(false), _) => "impossible".into(),
            (None, _) => format!("undecided ({})", self.why),
        }
    }
}

pub(super) fn decide(court: &Court<'_>, claim: &Claim) -> Decision {
    let (finding, reason, proof) = match claim.kind {
        ClaimKind::Possible => court.possible(claim),
        ClaimKind::RoomToAnswer => court.room_to_answer(claim),
        ClaimKind::Gesture => court.gesture(claim),
        ClaimKind::Widens => court.widens(claim),
        ClaimKind::Exchange => court.exchange(claim),
        ClaimKind::Series => court.series(claim),
        ClaimKind::Enables | ClaimKind::Coalition => court.compared(claim),
        ClaimKind::DependsOn => court.depends_on(claim),
        ClaimKind::AllAtOnceFails => court.all_at_once(claim),
        ClaimKind::LimitedIsBetter => court.limited(claim),
        ClaimKind::QuietIsBetter => court.quiet(claim),
        ClaimKind::Window => court.window(claim),
        ClaimKind::Types | ClaimKind::SmallAreas => (
            Finding::NotDecidable,
            "This kind is decided by the plan engine.".into(),
            None,
        ),
    };
    Decision {
        id: claim.id.clone(),
        finding,
        reason,
        proof,
    }
}

type Decided = (Finding, String, Option<Box<Proof>>);

impl Court<'_> {
    fn game(&self) -> &Game {
        self.ground.arena.game
    }

    fn target(&self, claim: &Claim) -> Target {
        let given = claim.target.clone().or_else(|| self.case.target.clone());
        given.unwrap_or_else(|| Target {
            text: "true".into(),
            condition: detente_model::condition::Condition::Constant(true),
        })
    }

    fn reach(&self, target: &Target) -> Reach {
        let question = Question {
            target: target.clone(),
            criterion: Criterion::Nash,
        };
        Reach::of(answer(
            self.subject,
            self.world,
            self.ground,
            &question,
            self.limits,
            self.watch,
        ))
    }

    fn reach_in(&self, world: &World, target: &Target) -> Reach {
        let question = Question {
            target: target.clone(),
            criterion: Criterion::Nash,
        };
        match solve(self.subject, world, &question, self.limits, self.watch) {
            Ok(answer) => Reach::of(answer),
            Err(error) => Reach {
                possible: None,
                deal: None,
                proof: None,
                settlements: 0,
                why: error.to_string(),
            },
        }
    }

    fn variant(&self, number: usize) -> (World, String) {
        let variant = &self.case.variants[number];
        (self.world.with_variant(&variant.id), variant.name.clone())
    }

    fn parties(&self, claim: &Claim) -> Vec<PartyId> {
        if claim.parties.is_empty() {
            self.case.party_ids().collect()
        } else {
            claim.parties.clone()
        }
    }

    fn names(&self, parties: &[PartyId]) -> String {
        let names: Vec<&str> = parties
            .iter()
            .map(|party| self.case.party(*party).name.as_str())
            .collect();
        if names.is_empty() {
            "nobody".into()
        } else {
            names.join(", ")
        }
    }

    fn no_deal(&self) -> Option<Vec<f64>> {
        self.ground.no_deal()
    }

    fn possible(&self, claim: &Claim) -> Decided {
        let reach = self.reach(&self.target(claim));
        (
            Finding::of(reach.possible),
            format!("The target is {}.", reach.in_words()),
            reach.proof,
        )
    }

    /// Today with some levels changed.
    fn changed(&self, set: &[(IssueId, Level)]) -> Option<StateId> {
        let game = self.game();
        let level = |issue: IssueId| {
            set.iter()
                .find(|(of, _)| *of == issue)
                .map_or(game.level(game.today(), issue), |(_, level)| *level)
        };
        game.state_with(level)
    }

    /// The condition that a state is exactly this one.
    fn exactly(&self, state: StateId) -> Option<Target> {
        let parts = self.case.issue_ids().map(|issue| {
            let of = self.case.issue(issue);
            format!(
                "{} = {}",
                of.id,
                of.levels[self.game().level(state, issue).index()]
            )
        });
        self.case.target(&parts.collect::<Vec<_>>().join(" and ")).ok()
    }

    fn flow(&self, party: PartyId, state: StateId) -> Exact {
        self.game().flow(party, state)
    }

    fn room_to_answer(&self, claim: &Claim) -> Decided {
        let Some(against) = &claim.against else {
            return undecidable("no path to compare with is given");
        };
        let Some(escalated) = self.nearest(against) else {
            return undecidable("no state satisfies `against`");
        };
        let reach = self.reach(&self.target(claim));
        let Some(deal) = &reach.deal else {
            return (
                Finding::of(reach.possible),
                format!("An answer by restraint is {}.", reach.in_words()),
                reach.proof,
            );
        };
        let parties = self.parties(claim);
        let better = |party: &PartyId| deal.values[party.index()] > self.flow(*party, escalated);
        let worse: Vec<PartyId> = parties.iter().filter(|party| !better(party)).copied().collect();
        let reason = if worse.is_empty() {
            format!(
                "A self-enforcing answer exists ({}), and it is worth more than staying on the path of escalation to {}.",
                reach.in_words(),
                self.names(&parties)
            )
        } else {
            format!(
                "A self-enforcing answer exists ({}), but escalation is worth at least as much to {}.",
                reach.in_words(),
                self.names(&worse)
            )
        };
        (Finding::of(Some(worse.is_empty())), reason, reach.proof)
    }

    fn gesture(&self, claim: &Claim) -> Decided {
        let Some(after) = self.changed(&claim.set) else {
            return undecidable("the step cannot be made");
        };
        let (game, today) = (self.game(), self.game().today());
        let movers: Vec<PartyId> = claim.set.iter().map(|(issue, _)| game.owner(*issue)).collect();
        let mover = movers[0];
        if movers.iter().any(|other| *other != mover)
            || !game
                .own_moves(today, mover)
                .contains(&game.position(after, mover))
        {
            return (
                Finding::False,
                "It is not one party's own step that can be made in one period.".into(),
                None,
            );
        }
        let cost = self.flow(mover, today) - self.flow(mover, after);
        let gainers: Vec<PartyId> = game
            .parties()
            .filter(|party| *party != mover && self.flow(*party, after) > self.flow(*party, today))
            .collect();
        let exposure = self.ground.fallback.as_ref().map(|fallback| {
            let values = &fallback.phases[0].values[mover.index()];
            values[today.index()] - values[after.index()]
        });
        let allowed = to_float(&claim.about_nothing) + 1e-9;
        let cheap = cost <= claim.about_nothing;
        let safe = exposure.map(|exposure| exposure <= allowed);
        let name = &self.case.party(mover).name;
        let exposed = match exposure {
            Some(loss) if loss <= allowed => "and leaves it no worse placed if nothing follows".to_owned(),
            Some(loss) => format!("but leaves it {loss:.3} a period worse placed if nothing follows"),
            None => "and what follows without a deal was not found".to_owned(),
        };
        let reason = format!(
            "It costs {name} {:.3} a period, raises the flow of {}, {exposed}.",
            to_float(&cost),
            self.names(&gainers)
        );
        let holds = if !cheap || gainers.is_empty() {
            Some(false)
        } else {
            safe
        };
        (Finding::of(holds), reason, None)
    }

    fn widens(&self, claim: &Claim) -> Decided {
        let (gesture, first, _) = self.gesture(claim);
        let (compared, second, proof) = self.compared(claim);
        let finding = match (gesture, compared) {
            (Finding::True, Finding::True) => Finding::True,
            (Finding::False, _) | (_, Finding::False) => Finding::False,
            _ => Finding::Undecided,
        };
        (finding, format!("{first} {second}"), proof)
    }

    fn exchange(&self, claim: &Claim) -> Decided {
        let Some(state) = self.changed(&claim.set) else {
            return undecidable("the exchange cannot be made");
        };
        let Some(target) = self.exactly(state) else {
            return undecidable("the exchange cannot be named");
        };
        let reach = self.reach(&target);
        let Some(deal) = &reach.deal else {
            return (
                Finding::of(reach.possible),
                format!("As a settlement by itself the exchange is {}.", reach.in_words()),
                reach.proof,
            );
        };
        let parties = self.parties(claim);
        let no_deal = self.no_deal().unwrap_or_default();
        let gains = |party: &PartyId| to_float(&deal.values[party.index()]) > no_deal[party.index()] + 1e-9;
        let without: Vec<PartyId> = parties.iter().filter(|party| !gains(party)).copied().collect();
        let reason = if without.is_empty() {
            format!(
                "The exchange is self-enforcing ({}) and better than no deal for {}.",
                reach.in_words(),
                self.names(&parties)
            )
        } else {
            format!(
                "The exchange is self-enforcing ({}), but no better than no deal for {}.",
                reach.in_words(),
                self.names(&without)
            )
        };
        (Finding::of(Some(without.is_empty())), reason, reach.proof)
    }

    fn series(&self, claim: &Claim) -> Decided {
        let target = self.target(claim);
        let reach = self.reach(&target);
        let (Some(true), Some(deal)) = (reach.possible, &reach.deal) else {
            return (
                Finding::of(reach.possible),
                format!("By a series of steps the target is {}.", reach.in_words()),
                reach.proof,
            );
        };
        let game = self.game();
        let wanted = game.truth(&target.condition);
        let at_once = game
            .state_ids()
            .filter(|state| wanted[state.index()] && game.can_move(game.today(), *state))
            .count();
        if at_once == 0 {
            let reason = format!(
                "A series of {} self-enforcing steps reaches it, and no single joint step from today can.",
                deal.path.len() - 1
            );
            return (Finding::True, reason, reach.proof);
        }
        let mut one_step = *self.limits;
        one_step.deals.steps = 1;
        let single = self.with_limits(&one_step).reach(&target);
        match single.possible {
            Some(true) => (
                Finding::False,
                "A single exchange already reaches it, so a series is not needed.".into(),
                single.proof,
            ),
            _ => (
                Finding::Undecided,
                format!(
                    "A series of {} steps reaches it; no single exchange was found, but {at_once} one-step settlements were not excluded by proof.",
                    deal.path.len() - 1
                ),
                reach.proof,
            ),
        }
    }

    fn with_limits<'b>(&'b self, limits: &'b Limits) -> Court<'b> {
        Court { limits, ..*self }
    }

    /// The case as it stands against each variant: the verdict on the target, then the number of settlements.
    fn compared(&self, claim: &Claim) -> Decided {
        let target = self.target(claim);
        let here = self.reach(&target);
        let mut words = vec![format!("As the case stands the target is {}", here.in_words())];
        let (mut all_lose, mut none_loses, mut fewer) = (true, true, false);
        for number in &claim.variants {
            let (world, name) = self.variant(*number);
            let there = self.reach_in(&world, &target);
            words.push(format!("if {name}, {}", there.in_words()));
            all_lose &= there.possible == Some(false);
            none_loses &= there.possible == Some(true);
            fewer |= there.settlements < here.settlements;
        }
        let mut reason = format!("{}.", words.join("; "));
        let holds = match here.possible {
            Some(true) if all_lose => Some(true),
            Some(true) if none_loses => {
                reason += if fewer {
                    " Fewer settlements were found kept up without it, but the target does not turn on it."
                } else {
                    " The target does not turn on it."
                };
                Some(false)
            }
            Some(true) => None,
            Some(false) => Some(false),
            None => None,
        };
        (Finding::of(holds), reason, here.proof)
    }

    fn depends_on(&self, claim: &Claim) -> Decided {
        let target = self.target(claim);
        let here = self.reach(&target);
        let mut words = vec![format!("As the case stands the target is {}", here.in_words())];
        let mut lost = Some(true);
        let mut proof = here.proof;
        for number in &claim.variants {
            let (world, name) = self.variant(*number);
            let there = self.reach_in(&world, &target);
            words.push(format!("if {name}, {}", there.in_words()));
            lost = match (lost, there.possible) {
                (_, Some(true)) => Some(false),
                (Some(false), _) => Some(false),
                (_, None) => None,
                (lost, Some(false)) => lost,
            };
            proof = there.proof.or(proof);
        }
        let holds = match here.possible {
            Some(true) => lost,
            Some(false) => Some(false),
            None => None,
        };
        (Finding::of(holds), format!("{}.", words.join("; ")), proof)
    }

    fn all_at_once(&self, claim: &Claim) -> Decided {
        let Some(state) = self.changed(&claim.set) else {
            return undecidable("the step cannot be made");
        };
        let Some(target) = self.exactly(state) else {
            return undecidable("the step cannot be named");
        };
        let here = self.reach(&target);
        let mut words = vec![format!(
            "The maximal settlement is {} as the case stands",
            here.in_words()
        )];
        for number in &claim.variants {
            let (world, name) = self.variant(*number);
            let there = self.reach_in(&world, &target);
            words.push(format!("if {name}, {}", there.in_words()));
        }
        let holds = here.possible.map(|possible| {
            let quick = here
                .deal
                .as_ref()
                .is_some_and(|deal| deal.path.len() <= AT_ONCE + 1);
            !(possible && quick)
        });
        let reason = format!("{}. “At once” means within {AT_ONCE} periods.", words.join("; "));
        (Finding::of(holds), reason, here.proof)
    }

    fn limited(&self, claim: &Claim) -> Decided {
        let reach = self.reach(&self.target(claim));
        let Some(deal) = &reach.deal else {
            return (
                Finding::of(reach.possible),
                format!("A limited settlement is {}.", reach.in_words()),
                reach.proof,
            );
        };
        let end = deal.path[deal.path.len() - 1];
        let today = self.game().today();
        let parties = self.parties(claim);
        let worse: Vec<PartyId> = parties
            .iter()
            .filter(|party| self.flow(**party, end) <= self.flow(**party, today))
            .copied()
            .collect();
        if worse.is_empty() {
            return (
                Finding::True,
                format!(
                    "A limited settlement is {} and better than today for {}.",
                    reach.in_words(),
                    self.names(&parties)
                ),
                reach.proof,
            );
        }
        (
            Finding::Undecided,
            format!(
                "A limited settlement is {}; the one chosen is no better than today's flow for {}. Others were not all compared.",
                reach.in_words(),
                self.names(&worse)
            ),
            reach.proof,
        )
    }

    /// The state satisfying a condition with the fewest changes from today.
    fn nearest(&self, target: &Target) -> Option<StateId> {
        let game = self.game();
        let matching = game
            .state_ids()
            .filter(|state| game.holds(&target.condition, *state));
        matching.min_by_key(|state| (game.changes(game.today(), *state).count(), *state))
    }

    fn quiet(&self, claim: &Claim) -> Decided {
        let Some(against) = &claim.against else {
            return undecidable("no state to compare with is given");
        };
        let (Some(quiet), Some(other)) = (self.nearest(&self.target(claim)), self.nearest(against)) else {
            return undecidable("no state satisfies one of the conditions");
        };
        let parties = self.parties(claim);
        let worse: Vec<PartyId> = parties
            .iter()
            .filter(|party| self.flow(**party, quiet) <= self.flow(**party, other))
            .copied()
            .collect();
        let by_itself = match self.exactly(quiet).map(|target| self.reach(&target).possible) {
            Some(Some(true)) => "It is self-enforcing by itself.",
            Some(Some(false)) => {
                "It is not self-enforcing by itself: something must be exchanged to keep it."
            }
            _ => "Whether it is self-enforcing by itself was not settled.",
        };
        let reason = if worse.is_empty() {
            format!(
                "The quiet state is worth more a period to {} than the other. {by_itself}",
                self.names(&parties)
            )
        } else {
            format!(
                "The quiet state is worth no more a period to {}. {by_itself}",
                self.names(&worse)
            )
        };
        (Finding::of(Some(worse.is_empty())), reason, None)
    }

    fn window(&self, claim: &Claim) -> Decided {
        let target = self.target(claim);
        let now = self.reach(&target);
        if now.possible != Some(true) {
            return (
                Finding::of(now.possible),
                format!("Today the target is {}.", now.in_words()),
                now.proof,
            );
        }
        if self
            .case
            .judgements
            .iter()
            .all(|judgement| judgement.grows.is_none())
        {
            return (
                Finding::Undecided,
                "Possible today; no judgement says how it drifts with time.".into(),
                now.proof,
            );
        }
        let mut open = None;
        for later in [2u32, 4, 8, 16, 32] {
            let mut world = self.world.clone();
            world.periods_later += later;
            let then = self.reach_in(&world, &target);
            match then.possible {
                Some(true) => {}
                Some(false) => {
                    let reason = format!(
                        "Possible today; impossible if {later} periods ({} each) pass without a deal and the stated drifts go on. Dates between were not all tried.",
                        self.case.period
                    );
                    return (Finding::True, reason, then.proof);
                }
                None => open = open.or(Some((later, then.in_words()))),
            }
        }
        match open {
            Some((later, words)) => (
                Finding::Undecided,
                format!(
                    "Possible today; {words} if {later} periods ({} each) pass without a deal and the stated drifts go on, and not excluded at any later date tried, up to 32.",
                    self.case.period
                ),
                now.proof,
            ),
            None => (
                Finding::False,
                "Possible today and, of the dates tried, still possible after 32 periods of the stated drifts."
                    .into(),
                now.proof,
            ),
        }
    }
}

fn undecidable(why: &str) -> Decided {
    (Finding::NotDecidable, format!("Not decidable: {why}."), None)
}
