//! `detente plan design`: the best order and size of steps under several aims at once.

use std::fmt::Write as _;
use std::path::PathBuf;

use detente_case::{Case, Deal};
use detente_plans::behaviour::IssueSet;
use detente_plans::bridge;
use detente_plans::design::{self, Design, Limits};
use detente_plans::known;
use detente_plans::model::{IssueIndex, Plan, PlanModel};
use detente_plans::neighbours;
use detente_plans::orders::Package;
use detente_plans::programme::{BestSizes, SizeQuestion, Sizes};
use detente_report::view;
use schemars::JsonSchema;
use serde::Serialize;

use super::words::{CONCEPT, chance, foot, number};
use crate::asking::WorldArguments;
use crate::case_file;
use crate::failure::Failure;
use crate::output;
use crate::progress::Terminal;

/// Find the best order and number of steps to the settlement of a plan, and the best sizes.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The case: a file, or a folder with case.toml in it.
    case: PathBuf,
    /// The plan whose settlement is to be reached; the one that moves most issues if left out.
    #[arg(long, value_name = "NAME")]
    deal: Option<String>,
    /// Issues that move together as one package, as A+B; may be given several times.
    #[arg(long = "together", value_name = "A+B")]
    together: Vec<String>,
    /// Leave an issue where it is; may be given several times.
    #[arg(long = "without", value_name = "ISSUE")]
    without: Vec<String>,
    /// Also find the best sizes of steps by linear programmes over this many dates.
    #[arg(long, value_name = "DATES")]
    sizes: Option<usize>,
    /// By how much the assumed answer must beat every other, in the programmes.
    #[arg(long, default_value_t = 0.05)]
    margin: f64,
    /// Beyond 8 packages, where orders cannot all be listed: the most orders that are tested.
    #[arg(long, default_value_t = Limits::default().search.orders as u64, value_parser = clap::value_parser!(u64).range(1..))]
    orders: u64,
    /// The most seconds to work.
    #[arg(long, default_value_t = 300)]
    seconds: u64,
    #[command(flatten)]
    world: WorldArguments,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
}

/// A plan with its levels by name.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Sized {
    promised: f64,
    value_when_tested: f64,
    holds: bool,
    p_star: Option<f64>,
    p_seq: Option<f64>,
    answer: String,
    levels: Vec<(String, Vec<f64>)>,
}

/// All that is printed as JSON.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Printed<'a> {
    schema: &'static str,
    case: &'a str,
    case_hash: String,
    /// The world of the case.
    world: &'a view::World,
    deal: &'a str,
    orders: &'a Design,
    sizes: Option<Sized>,
    sizes_refused: Option<String>,
    notes: &'a [String],
    command: String,
}

impl Arguments {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        let loaded = case_file::load(&self.case)?;
        let given = self.world.given(&loaded.case)?;
        let case = known::case_in_world(&loaded.case, &given.world).map_err(Failure::BadCall)?;
        let names: Vec<String> = self.deal.iter().cloned().collect();
        let asked = super::deals(&case, &names)?[0];
        let deal = match self.deal {
            Some(_) => asked,
            None => design::settlements(&case)
                .first()
                .map_or(asked, |(deal, _)| *deal),
        };
        let bridged = bridge::bridge(&case, deal).map_err(|faults| Failure::BadInput(faults.join("; ")))?;
        let packages = self.packages(&case, deal, &bridged.model, &bridged.plan)?;
        let watch = Terminal::start(Some(self.seconds));
        let limits = Limits {
            search: neighbours::Limits {
                orders: self.orders.try_into().unwrap_or(usize::MAX),
                ..neighbours::Limits::default()
            },
            ..Limits::default()
        };
        let design = design::design(&bridged.model, &packages, &bridged.plan, limits, &watch)
            .map_err(Failure::BadInput)?;
        let (sizes, refused) = match self.sizes {
            None => (None, None),
            Some(dates) => match self.best_sizes(
                &bridged.model,
                &bridged.plan,
                dates,
                &self.without(&case)?,
                &watch,
            ) {
                Ok(sizes) => (sizes, None),
                Err(reason) => (None, Some(reason)),
            },
        };
        drop(watch);
        let command = self.command();
        let stopped = design.stopped;
        if self.json {
            output::print_json(&Printed {
                schema: "detente plan design v1",
                case: &case.title,
                case_hash: case.hash.to_string(),
                world: &given.view,
                deal: &deal.name,
                orders: &design,
                sizes,
                sizes_refused: refused,
                notes: &bridged.notes,
                command,
            })?;
        } else {
            let mut text = orders_in_words(deal, &design);
            text.push_str(&sizes_in_words(sizes.as_ref(), refused.as_deref()));
            for note in &bridged.notes {
                let _ = writeln!(text, "Note: {note}");
            }
            text.push_str(&foot(CONCEPT, &case.hash.to_string(), &command));
            output::print_text(&given.under_line_one(&text))?;
        }
        match stopped {
            true => Err(Failure::Stopped(
                "stopped before all orders were tested; what is shown is partial".into(),
            )),
            false => Ok(()),
        }
    }

    /// The issues that stay where they are.
    fn without(&self, case: &Case) -> Result<Vec<usize>, Failure> {
        self.without.iter().map(|name| place(case, name)).collect()
    }

    /// The issues that the plan moves, with the levels it ends on, grouped as asked.
    fn packages(
        &self,
        case: &Case,
        deal: &Deal,
        model: &PlanModel,
        plan: &Plan,
    ) -> Result<Vec<Package>, Failure> {
        let without = self.without(case)?;
        let last = |issue: usize| model.level(plan, IssueIndex(issue), deal.periods as isize);
        let moved = |issue: &usize| last(*issue) != model.issues[*issue].today && !without.contains(issue);
        let mut left: Vec<usize> = (0..case.issues.len()).filter(moved).collect();
        let mut packages = Vec::new();
        let package = |issues: &[usize]| Package {
            name: issues
                .iter()
                .map(|issue| case.issues[*issue].name.as_str())
                .collect::<Vec<_>>()
                .join(" & "),
            issues: issues
                .iter()
                .map(|issue| (IssueIndex(*issue), last(*issue)))
                .collect(),
        };
        for group in &self.together {
            let issues: Vec<usize> = group
                .split('+')
                .map(|name| place(case, name))
                .collect::<Result<_, _>>()?;
            let issues: Vec<usize> = issues.into_iter().filter(|issue| left.contains(issue)).collect();
            left.retain(|issue| !issues.contains(issue));
            if !issues.is_empty() {
                packages.extend(design::moves_of(model, &package(&issues)));
            }
        }
        packages.extend(
            left.iter()
                .flat_map(|issue| design::moves_of(model, &package(&[*issue]))),
        );
        Ok(packages)
    }

    fn best_sizes(
        &self,
        model: &PlanModel,
        plan: &Plan,
        dates: usize,
        fixed: &[usize],
        watch: &Terminal,
    ) -> Result<Option<Sized>, String> {
        let [responder] = model.responders(plan)[..] else {
            return Err("sizes need exactly one party that answers".into());
        };
        let sizes = Sizes::without(
            model,
            responder,
            dates,
            IssueSet::of(fixed.iter().copied().map(IssueIndex)),
        )?;
        let prior = model.parties[responder.0].types[0].prior;
        let question = SizeQuestion {
            prior,
            epsilon: self.margin,
            integer: false,
            proposer_carries_on: true,
        };
        let best: BestSizes = sizes.best(&question, watch)?;
        if best.found.is_empty() && best.forbidden > 0 {
            return Err(
                "the best sizes lie between the levels of the case or go against its rules; give the issues more \
                 levels"
                    .into(),
            );
        }
        Ok(best
            .found
            .into_iter()
            .find(|(_, test)| test.holds)
            .map(|(sized, test)| Sized {
                promised: sized.promised,
                value_when_tested: test.value,
                holds: test.holds,
                p_star: test.p_star,
                p_seq: test.p_seq,
                answer: sized.answer.label(model),
                levels: model
                    .issues
                    .iter()
                    .map(|issue| issue.name.clone())
                    .zip(sized.plan.levels)
                    .collect(),
            }))
    }

    fn command(&self) -> String {
        let mut words = vec!["detente plan design".to_owned(), self.case.display().to_string()];
        words.extend(self.deal.iter().map(|deal| format!("--deal {deal}")));
        words.extend(self.together.iter().map(|group| format!("--together {group}")));
        words.extend(self.without.iter().map(|issue| format!("--without {issue}")));
        if self.orders != Limits::default().search.orders as u64 {
            words.push(format!("--orders {}", self.orders));
        }
        words.extend(
            self.sizes
                .iter()
                .map(|dates| format!("--sizes {dates} --margin {}", self.margin)),
        );
        words.extend(self.world.words());
        words.join(" ")
    }
}

/// The place of an issue by its short name.
fn place(case: &Case, name: &str) -> Result<usize, Failure> {
    let found = case.issues.iter().position(|issue| issue.id == name);
    found.ok_or_else(|| Failure::BadCall(format!("`{name}` is not an issue of the case")))
}

fn orders_in_words(deal: &Deal, design: &Design) -> String {
    let mut text = String::new();
    let (held, tried) = (design.hold, design.tried);
    let _ = match (design.frontier.first(), &design.nearest) {
        (Some(best), _) if design.method == "label-setting" => writeln!(
            text,
            "Best order found to “{}”: {} ({})",
            deal.name,
            best.order,
            number(best.figures.value)
        ),
        (Some(best), _) => writeln!(
            text,
            "{held} of {tried} orders to “{}” that were tested hold; the most valuable is {} ({})",
            deal.name,
            best.order,
            number(best.figures.value)
        ),
        (None, nearest) => {
            let _ = writeln!(
                text,
                "No order to “{}” holds among {tried} that were tested",
                deal.name
            );
            if let Some(nearest) = nearest {
                let lacks = nearest.lacks.iter().map(lack_in_words).collect::<Vec<_>>();
                let _ = writeln!(text, "Nearest: {}; it lacks {}", nearest.order, lacks.join(", "));
            }
            Ok(())
        }
    };
    let _ = writeln!(
        text,
        "Searched: {}{}; limits: {}",
        design.method,
        if design.stopped { ", stopped early" } else { "" },
        design.limits
    );
    if !design.by_steps.is_empty() {
        let _ = writeln!(
            text,
            "\n  steps  orders    hold  regret-free  median p*  median worst case for the other side"
        );
        for row in &design.by_steps {
            let _ = writeln!(
                text,
                "  {:>5}  {:>6}  {:>6}  {:>11}  {:>9}  {:>12}",
                row.steps,
                row.orders,
                row.hold,
                row.regret_free,
                row.median_p_star
                    .map_or_else(|| "–".to_owned(), |p| format!("{p:.6}")),
                row.median_worst_case.map_or_else(|| "–".to_owned(), number)
            );
        }
    }
    let _ = writeln!(
        text,
        "\nFrontier: {} orders that no other beats in every aim{}",
        design.frontier_size,
        if design.frontier.len() < design.frontier_size {
            " (the most valuable and every aim's best are shown)"
        } else {
            ""
        }
    );
    for order in &design.frontier {
        let aims: Vec<&str> = order.best_for.iter().map(|aim| aim.words()).collect();
        let _ = writeln!(
            text,
            "  value {:>8}  p* {}  worst case {:>8}  exposure {:>6}  {} steps  {}{}",
            number(order.figures.value),
            chance(order.figures.p_star),
            worst_cases(&order.figures.worst_cases),
            number(order.figures.exposure),
            order.figures.steps,
            order.order,
            if aims.is_empty() {
                String::new()
            } else {
                format!("  ← {}", aims.join(", "))
            }
        );
    }
    if let Some(cost) = design.cost_of_regret_free {
        let _ = writeln!(
            text,
            "Being regret-free for the other side costs the proposer {}",
            number(cost)
        );
    }
    text
}

/// The worst case of each party that answers, in the order of the case.
fn worst_cases(values: &[f64]) -> String {
    let values: Vec<String> = values.iter().map(|value| number(*value)).collect();
    values.join(" / ")
}

fn lack_in_words(lack: &neighbours::Lack) -> String {
    format!("{} for {}", number(lack.amount), lack.party)
}

fn sizes_in_words(sizes: Option<&Sized>, refused: Option<&str>) -> String {
    let mut text = String::new();
    if let Some(reason) = refused {
        let _ = writeln!(text, "\nBest sizes: not found, because {reason}");
    }
    if let Some(sized) = sizes {
        let _ = writeln!(
            text,
            "\nBest sizes: worth {} when tested afresh (promised {}), against {}; needs a belief of {}",
            number(sized.value_when_tested),
            number(sized.promised),
            sized.answer,
            chance(sized.p_seq)
        );
        for (issue, levels) in &sized.levels {
            let row: Vec<String> = levels.iter().map(|level| format!("{level:.2}")).collect();
            let _ = writeln!(text, "  {issue}: {}", row.join(" "));
        }
    }
    text
}
