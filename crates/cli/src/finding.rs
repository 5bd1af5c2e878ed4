//! One question asked and put into words: what `solve`, `why` and `report` share.

use std::path::Path;

use detente_analysis::claims::{self, Answered, ClaimContext};
use detente_base::watch::Watch;
use detente_case::{Case, Deal, World};
use detente_game::Game;
use detente_plans::assess;
use detente_plans::{design, known, neighbours};
use detente_proof::Proof;
use detente_report::view::{self, Report, Section};
use detente_report::words::{self, Findings};
use detente_verdict::bounds::Stop;
use detente_verdict::flips::{self, Scan};
use detente_verdict::profiles;
use detente_verdict::verdict::{self, Answer, Ground, Limits, Question, Subject, Unanswerable, Verdict};
use detente_verdict::why::{self, Temptation};
use detente_worlds::flips::{Breaks, flips as deal_flips, rate_flips};
use detente_worlds::ranges::Ranges;
use detente_worlds::sturdiness::sturdiness;
use detente_worlds::sturdy::Choice;
use detente_worlds::testing::Known;
use rayon::prelude::*;

use crate::asking::QuestionArguments;
use crate::case_file;
use crate::commands::stability;
use crate::failure::Failure;
use crate::files::write_whole;
use crate::progress::Terminal;

/// What was found.
pub struct Found {
    /// Everything to show.
    pub report: Report,
    /// Proofs with their file names: of the verdict, then of claims.
    pub proofs: Vec<(String, Vec<u8>)>,
    stopped: Option<String>,
}

impl Found {
    /// Exit 3 with a word on stderr when the work was stopped at a limit.
    pub fn ended(self) -> Result<(), Failure> {
        self.stopped.map_or(Ok(()), |why| Err(Failure::Stopped(why)))
    }
}

/// What is asked beside the question itself.
#[derive(Debug, Clone, Default)]
pub struct Beside {
    /// Whether the case's claims are decided.
    pub claims: bool,
    /// How many judgements are moved for each claim that asks the game, to see what it turns on; `None` asks it of no
    /// claim.
    pub turns: Option<usize>,
    /// How far judgements are moved to see what would change the answer; `None` moves none.
    pub flips: Option<flips::Extent>,
    /// Whether that is what was asked, so that stopping before all were tried is said by the exit code.
    pub flips_are_asked: bool,
    /// What a command that repeats the work must say of it.
    pub words: Vec<String>,
    /// Whether the sections on plans and, with claims, on rankings are made.
    pub sections: bool,
    /// Whether rankings are compared with numbers also where that takes long.
    pub compare: bool,
}

impl Beside {
    /// The most seconds to work where nobody says otherwise.
    fn default_seconds(&self) -> u64 {
        if self.claims && self.turns.is_some() {
            900
        } else {
            300
        }
    }
}

/// Asks the question.
pub fn find(
    arguments: &QuestionArguments,
    verb: &str,
    proof_file: Option<&Path>,
    beside: Beside,
) -> Result<Found, Failure> {
    let loaded = case_file::load(&arguments.case)?;
    let given = arguments.world.given(&loaded.case)?;
    let world = given.world.clone();
    let case = loaded
        .case
        .in_world(&world)
        .map_err(|error| Failure::BadCall(error.to_string()))?;
    let question = arguments.question(&loaded.case)?;
    let limits = arguments.limits();
    let watch = Terminal::start(Some(arguments.seconds.unwrap_or(beside.default_seconds())));
    let game = Game::of_case(&loaded.case, &world)
        .map_err(|error| Failure::BadInput(format!("{}: {error}", loaded.path.display())))?;
    let subject = Subject {
        text: &loaded.text,
        case: &loaded.case,
    };
    let ask = || {
        let ground = Ground::new(&game, &limits, &watch)?;
        let mut answer = verdict::answer(subject, &world, &ground, &question, &limits, &watch);
        let choice = Choice {
            subject,
            case: &case,
            world: &world,
            ground: &ground,
            question: &question,
            limits: &limits,
            most: COMPARED,
            watch: &watch,
        };
        let survives = Survives::of(&choice, arguments.wants_sturdy(), &mut answer);
        let temptations = why::of_answer(&case, &world, &ground, (&question, &answer), &limits, &watch);
        let room = Room {
            subject,
            case: &case,
            world: &world,
            world_in_words: &given.view,
            ground: &ground,
            question: &question,
            limits: &limits,
            watch: &watch,
        };
        let further = room.ask_further(&beside, (&answer, &temptations));
        let by_type = match beside.sections {
            true => Some(room.ask_profiles()?),
            false => None,
        };
        Ok((answer, temptations, further, by_type, survives))
    };
    let plans = || match beside.sections {
        true => plan_sections(&loaded.case, &world, beside.claims, &watch),
        false => Vec::new(),
    };
    // Plans rest on the case alone.
    let (asked, plans) = rayon::join(ask, plans);
    let (answer, temptations, further, by_type, survives) = asked.map_err(unanswerable)?;
    if let Some(file) = proof_file {
        write_proof(&answer.verdict, file)?;
    }
    let excluded = why::excluded(&answer.verdict);
    let command = [vec![arguments.command(verb)], beside.words.clone()]
        .concat()
        .join(" ");
    let shown = proof_file.map(|file| file.display().to_string());
    let findings = Findings {
        case: &case,
        world: &world,
        world_in_words: &given.view,
        game: &game,
        question: &question,
        answer: &answer,
        temptations: &temptations,
        excluded: excluded.as_ref(),
        limits: &limits,
        version: env!("CARGO_PKG_VERSION"),
        command: &command,
        proof_file: shown.as_deref(),
    };
    let mut report = words::report(&findings);
    if let Some(by_type) = &by_type {
        by_type.add_to(&mut report, subject, &findings);
    }
    report.doubts.splice(0..0, survives.doubt);
    report.sturdiness = survives.sturdiness;
    report.sections.extend(survives.frontier);
    let proofs = [proof_of(&answer.verdict), further.proofs].concat();
    report.sections.extend(plans.into_iter().chain(further.compared));
    report.claims = further.claims;
    if let Some(flips) = further.flips {
        report.verdict.unless = words::unless(&flips);
        report.flips = flips;
    }
    report.limits.extend(further.limits);
    let stopped = match answer.bounds {
        Some((_, Stop::Interrupted)) => Some("stopped early; what is shown is partial".to_owned()),
        Some((_, Stop::StageLimit | Stop::WorkLimit)) => {
            Some("a limit was reached; the answer is undecided, not “no deal”".to_owned())
        }
        _ if further.flips_cut && beside.flips_are_asked => {
            Some("stopped before every judgement was tried; those left may change the verdict too".to_owned())
        }
        _ if further.claims_cut => {
            Some("stopped before all was asked of every claim; claims left are undecided".to_owned())
        }
        _ => None,
    };
    Ok(Found {
        report,
        proofs,
        stopped,
    })
}

/// Everything that further questions are asked with.
struct Room<'a> {
    subject: Subject<'a>,
    case: &'a Case,
    world: &'a World,
    world_in_words: &'a view::World,
    ground: &'a Ground<'a>,
    question: &'a Question,
    limits: &'a Limits,
    watch: &'a Terminal,
}

/// The other profiles of types, with what was answered for them.
struct ByType {
    profiles: Vec<profiles::Profile>,
    /// Which of them was asked first.
    here: usize,
    /// The answers for the others, in their order; fewer where time ran out.
    others: Vec<Answer>,
    /// The profiles that were left out, being the least probable.
    left_out: Vec<profiles::Profile>,
    /// Whether the others were asked with less work than the first.
    less_work: bool,
}

impl ByType {
    /// Adds the verdict by type to a report.
    fn add_to(&self, report: &mut Report, subject: Subject<'_>, findings: &Findings<'_>) {
        let mut others = self.others.iter();
        let answers: Vec<Option<&Answer>> = (0..self.profiles.len())
            .map(|row| match row == self.here {
                true => Some(findings.answer),
                false => others.next(),
            })
            .collect();
        let verdicts: Vec<Option<&Verdict>> = answers
            .iter()
            .map(|answer| answer.map(|answer| &answer.verdict))
            .collect();
        let every = [self.profiles.as_slice(), &self.left_out].concat();
        let type_proof = profiles::type_proof(subject, &every, &verdicts);
        let by_type = words::Profiles {
            all: &self.profiles,
            answers: &answers,
            here: self.here,
            type_proof: &type_proof,
        };
        words::add_profiles(report, findings, &by_type);
        report.limits.extend(self.less_work.then(|| {
            view::Limit {
                what: "work for each of the other profiles of types".to_owned(),
                value:
                    "one round of harsher answers, a quarter of the search for paths, three stages of bounds"
                        .to_owned(),
                reached: verdicts.iter().enumerate().any(|(row, verdict)| {
                    row != self.here && matches!(verdict, Some(Verdict::Undecided { .. }))
                }),
            }
        }));
        if !self.left_out.is_empty() {
            report.limits.push(view::Limit {
                what: "profiles of types".to_owned(),
                value: format!(
                    "the {} most probable; {} left out",
                    self.profiles.len(),
                    self.left_out.len()
                ),
                reached: true,
            });
        }
    }
}

/// What is asked beside the question, as far as it was asked.
#[derive(Default)]
struct Further {
    /// Rankings beside numbers.
    compared: Option<Section>,
    claims: Vec<view::Claim>,
    /// Proofs of claims with their file names.
    proofs: Vec<(String, Vec<u8>)>,
    /// Whether the watch said stop before all was asked of every claim.
    claims_cut: bool,
    flips: Option<Vec<view::Flip>>,
    /// Whether the watch said stop before every judgement was tried.
    flips_cut: bool,
    limits: Vec<view::Limit>,
}

impl Room<'_> {
    /// Asks rankings, then claims and beside them what would change the answer.
    fn ask_further(&self, beside: &Beside, found: (&Answer, &[Temptation])) -> Further {
        let compared = (beside.sections && beside.claims).then(|| {
            let (ground, limits) = (self.ground, self.limits);
            stability::section(
                self.subject,
                self.world,
                ground,
                limits,
                beside.compare,
                self.watch,
            )
        });
        let scan = || beside.flips.map(|extent| self.scan_flips(extent, found));
        let (mut further, scanned) = rayon::join(|| self.decide_claims(beside, found), scan);
        further.compared = compared.flatten();
        if let Some((flips, limit)) = scanned {
            further.flips_cut = limit.reached && self.watch.should_stop();
            further.flips = Some(flips);
            further.limits.push(limit);
        }
        further
    }

    /// Asks the question for the other profiles of types; in large games with less work each.
    fn ask_profiles(&self) -> Result<ByType, Unanswerable> {
        let mut all = profiles::profiles(self.case, self.world);
        let taken = self.world.explicit(self.case).types;
        let is_here = |profile: &profiles::Profile| profile.types == taken;
        let at = all.iter().position(is_here).unwrap_or(0);
        // The one that was asked is always shown.
        let here = at.min(profiles::MOST_PROFILES - 1);
        all.swap(at, here);
        let left_out = all.split_off(all.len().min(profiles::MOST_PROFILES));
        let mut others = all.clone();
        others.remove(here);
        let limits = Limits {
            descent: self.limits.descent,
            ..self.elsewhere_limits()
        };
        let others = profiles::answers(self.subject, &others, self.question, &limits, self.watch)?;
        Ok(ByType {
            profiles: all,
            here,
            others,
            left_out,
            less_work: self.is_large(),
        })
    }

    /// Whether the game is too large for bounds that list joint moves.
    fn is_large(&self) -> bool {
        self.ground.arena.joint_moves() > self.limits.bounds.joint_moves
    }

    /// Many questions: in large games one deal each will do, with fewer stages of bounds.
    fn claim_limits(&self) -> Limits {
        let mut limits = *self.limits;
        if self.is_large() {
            limits.bounds.stages = 3;
            limits.bounds.rounds = 30;
            limits.deals.deals = 1;
            // Families found from outside take as long as all other questions together.
            limits.descent.rounds = 0;
        }
        limits
    }

    /// Questions about other games, in which nothing can be used again: in large games with less work each, which
    /// leaves more undecided.
    fn elsewhere_limits(&self) -> Limits {
        let mut limits = self.claim_limits();
        if self.is_large() {
            limits.answer_rounds = 1;
            limits.deals.looks /= 4;
            limits.deals.work /= 4;
        }
        limits
    }

    /// Decides the claims of the case, if they are asked for.
    fn decide_claims(&self, beside: &Beside, (answer, temptations): (&Answer, &[Temptation])) -> Further {
        if !beside.claims || self.case.claims.is_empty() {
            return Further::default();
        }
        let (limits, elsewhere) = (self.claim_limits(), self.elsewhere_limits());
        let turns = beside.turns.map(claims::Extent::on);
        let context = ClaimContext {
            subject: self.subject,
            case: self.case,
            world: self.world,
            ground: self.ground,
            limits: &limits,
            elsewhere: &elsewhere,
            answered: &Answered::knowing(self.world, (self.question, &limits), answer, temptations),
            turns,
            watch: self.watch,
        };
        let decisions = claims::decide_all(&context);
        let told = turns.map(|turns| words::turns_limit(&turns, &decisions));
        let claims = words::claims(
            (self.subject.case, self.case),
            (self.world, self.world_in_words),
            &decisions,
        );
        let files = |decision: &claims::Decision| -> Vec<(String, Vec<u8>)> {
            let names = words::claim_proof_files(decision);
            let bytes = decision.proofs.iter().map(Proof::to_bytes);
            names.into_iter().zip(bytes).collect()
        };
        Further {
            claims,
            proofs: decisions.par_iter().flat_map(files).collect(),
            claims_cut: self.watch.should_stop(),
            limits: std::iter::once(words::claim_limit(&elsewhere))
                .chain(told)
                .collect(),
            ..Further::default()
        }
    }

    /// Looks for the judgements that would change the answer; with the limit in words.
    fn scan_flips(
        &self,
        extent: flips::Extent,
        (answer, temptations): (&Answer, &[Temptation]),
    ) -> (Vec<view::Flip>, view::Limit) {
        let breaks = self.breaks(&answer.verdict);
        // What does not break the deal leaves the verdict as it is; without a deal every judgement is tried.
        let candidates = match &breaks {
            Some(breaks) => breaks.judgements(self.case),
            None => flips::candidates(self.case, self.world, temptations),
        };
        let scan = Scan {
            subject: self.subject,
            case: self.case,
            world: self.world,
            question: self.question,
            limits: self.limits,
            extent,
            watch: self.watch,
        };
        let scanned = scan.over(&answer.verdict, &candidates);
        let limit = words::scan_limit(&scan, &scanned, candidates.len());
        (words::flips(self.case, &scanned, breaks.as_ref()), limit)
    }

    /// Where single judgements break the deal of a verdict; `None` without one, or where it cannot be worked out.
    fn breaks(&self, verdict: &Verdict) -> Option<Breaks> {
        let Verdict::Possible { proof, .. } = verdict else {
            return None;
        };
        let game = self.ground.arena.game;
        let known = Known::new(self.case, self.world, game, proof).ok()?;
        let payoffs = deal_flips(known.forms(), game, self.case, Ranges::Stated).ok()?;
        Some(Breaks {
            payoffs,
            rates: rate_flips(&known, self.subject.case, self.case, self.world),
        })
    }
}

/// What the proposed plans of the case come to, and which of them cannot be tested in this world.
fn plan_sections(case: &Case, world: &World, with_orders: bool, watch: &Terminal) -> Vec<Section> {
    let deals: Vec<&Deal> = case.deals.iter().collect();
    let (plans, untested) = assess::assess_all(case, &deals, world, watch);
    let tests: Vec<_> = plans.iter().map(|plan| plan.test.clone()).collect();
    let mut sections = words::plans::sections(&plans, &untested, &assess::regret(&tests));
    if with_orders {
        sections.extend(frontier(case, world, watch));
    }
    sections
}

/// The orders of steps to the settlement that moves most, of those that some order of steps reaches: all orders where
/// they are few, otherwise those that a short local search finds.
fn frontier(case: &Case, world: &World, watch: &Terminal) -> Option<Section> {
    /// The most settlements that are tried.
    const SETTLEMENTS: usize = 3;
    let limits = design::Limits {
        exhaustive: 6,
        search: neighbours::Limits {
            orders: 1000,
            // Labels of ten packages take as long as the whole report.
            labelled: 0,
            ..neighbours::Limits::default()
        },
    };
    let here = known::case_in_world(case, world).ok()?;
    let found = design::settlements(&here)
        .into_iter()
        .take(SETTLEMENTS)
        .find_map(|(deal, bridged)| {
            let packages = design::packages_of(&bridged.model, &bridged.plan);
            let found = design::design(&bridged.model, &packages, &bridged.plan, limits, watch).ok()?;
            (!found.frontier.is_empty()).then_some((deal, found))
        });
    found.map(|(deal, found)| words::plans::frontier(&found, &deal.name))
}

/// The most deals of each family of punishments whose sturdiness is compared.
const COMPARED: usize = 8;

/// What the deal of an answer survives, as it is shown.
#[derive(Default)]
struct Survives {
    sturdiness: Option<view::Sturdiness>,
    /// Payoffs against sturdiness, where the sturdiest deal was asked for.
    frontier: Option<Section>,
    /// That the deal stands on a knife edge, and whether a sturdier one is known.
    doubt: Option<view::Reason>,
}

impl Survives {
    /// Works it out; puts the sturdiest deal in the place of the answer's if that is asked for.
    fn of(choice: &Choice<'_>, sturdy: bool, answer: &mut Answer) -> Self {
        let frontier = match sturdy {
            true => choice.choose(answer),
            false => Vec::new(),
        };
        let Verdict::Possible { proof, .. } = &answer.verdict else {
            return Self::default();
        };
        let (case, game) = (choice.case, choice.ground.arena.game);
        let known = Known::new(case, choice.world, game, proof);
        let found = known.and_then(|known| sturdiness(known.forms(), game, case, Ranges::Stated));
        let Ok(found) = found else {
            return Self::default();
        };
        let others = match !sturdy && words::on_knife_edge(&found) {
            true => choice.of_answer(answer),
            false => Vec::new(),
        };
        Self {
            doubt: words::knife_edge(&found, others.first().map(|other| &other.sturdiness)),
            sturdiness: Some(words::sturdiness(case, &found)),
            frontier: (!frontier.is_empty()).then(|| words::sturdy_frontier(case, &frontier)),
        }
    }
}

fn unanswerable(error: Unanswerable) -> Failure {
    match error {
        Unanswerable::Memory(..) => Failure::Stopped(error.to_string()),
        Unanswerable::Game(error) => Failure::BadInput(error.to_string()),
    }
}

fn proof_in(verdict: &Verdict) -> Option<&Proof> {
    match verdict {
        Verdict::Possible { proof, .. } | Verdict::Impossible { proof } => Some(proof),
        Verdict::Undecided { .. } => None,
    }
}

fn proof_of(verdict: &Verdict) -> Vec<(String, Vec<u8>)> {
    let named = |proof: &Proof| ("verdict.proof.json".to_owned(), proof.to_bytes());
    proof_in(verdict).map(named).into_iter().collect()
}

fn write_proof(verdict: &Verdict, file: &Path) -> Result<(), Failure> {
    match proof_in(verdict) {
        Some(proof) => write_whole(file, &proof.to_bytes()),
        None => {
            crate::output::tell("No proof was written: nothing was proved.");
            Ok(())
        }
    }
}
