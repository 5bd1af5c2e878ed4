//! Designing a plan: the orders and numbers of steps compared under several aims at once.
//!
//! There is no single winner. Of all orders that hold, the frontier keeps those that no other order beats in every
//! aim: more expected value at the stated prior, less prior needed, a better worst case for the other side, less
//! exposure, fewer steps. Beside it stands the best order under each aim alone.

use detente_case::{Case, Deal};
use schemars::JsonSchema;
use serde::Serialize;

use super::bridge::{self, Bridged};
use super::model::{IssueIndex, Plan, PlanModel};
use super::orders::{self, MOST_PACKAGES, Order, Package, Quick};
use super::{labels, neighbours};
use detente_base::watch::Watch;

/// What a designer may want.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Aim {
    /// The most expected value to the proposer at the stated prior.
    Value,
    /// The least prior needed.
    LeastPrior,
    /// The most value among orders in which the other side can never end below no deal.
    RegretFree,
    /// The least exposure of the proposer.
    LeastExposure,
    /// The fewest steps.
    Shortest,
}

impl Aim {
    /// All aims.
    pub const ALL: [Self; 5] = [
        Self::Value,
        Self::LeastPrior,
        Self::RegretFree,
        Self::LeastExposure,
        Self::Shortest,
    ];

    /// The aim in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Value => "most expected value",
            Self::LeastPrior => "least trust needed",
            Self::RegretFree => "regret-free for the other side",
            Self::LeastExposure => "least exposure",
            Self::Shortest => "shortest",
        }
    }
}

/// An order with its figures.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Designed {
    /// The steps in words.
    pub order: String,
    /// What the quick test says.
    #[serde(flatten)]
    pub figures: Quick,
    /// The aims under which it is the best.
    pub best_for: Vec<Aim>,
    /// The plan itself.
    #[serde(skip)]
    pub plan: Plan,
}

/// An order that does not hold, with what it lacks.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Nearest {
    /// The steps in words.
    pub order: String,
    /// What each party lacks, on its own scale.
    pub lacks: Vec<neighbours::Lack>,
}

/// Orders by number of steps.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BySteps {
    /// Number of steps.
    pub steps: usize,
    /// Orders with so many.
    pub orders: usize,
    /// How many hold.
    pub hold: usize,
    /// How many of those are regret-free for the other side.
    pub regret_free: usize,
    /// Median break-even prior of those that hold.
    pub median_p_star: Option<f64>,
    /// Median worst case of the hoped-for type, over all; nothing unless exactly one party answers.
    pub median_worst_case: Option<f64>,
}

/// The result of a design.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Design {
    /// The packages.
    pub packages: Vec<String>,
    /// `exhaustive`, `label-setting`, `label-setting, then local search` or `local search`.
    pub method: &'static str,
    /// What bounded the search, in words.
    pub limits: String,
    /// How many orders were tested, or labels made.
    pub tried: u64,
    /// How many of the orders tested in full hold.
    pub hold: usize,
    /// Where a local search met no order that holds, the one that lacks something for the fewest parties.
    pub nearest: Option<Nearest>,
    /// How many orders there are.
    pub orders: Option<u64>,
    /// Whether it was stopped before the end.
    pub stopped: bool,
    /// The table by number of steps; empty for label-setting.
    pub by_steps: Vec<BySteps>,
    /// How many orders lie on the frontier.
    pub frontier_size: usize,
    /// The frontier, by value; at most [`SHOWN`] of it, winners of an aim always among them.
    pub frontier: Vec<Designed>,
    /// What being regret-free for the other side costs the proposer.
    pub cost_of_regret_free: Option<f64>,
}

/// Limits of a design.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most packages of which all orders are tested, itself at most [`MOST_PACKAGES`].
    pub exhaustive: usize,
    /// Limits of the local search beyond.
    pub search: neighbours::Limits,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            exhaustive: MOST_PACKAGES,
            search: neighbours::Limits::default(),
        }
    }
}

/// The most rows of the frontier that are shown.
pub const SHOWN: usize = 24;

/// One package for each issue that a plan moves, to the level on which the plan ends; several, one a period, where
/// the issue cannot move there at once.
pub fn packages_of(model: &PlanModel, plan: &Plan) -> Vec<Package> {
    let last = |issue: usize| model.level(plan, IssueIndex(issue), plan.dates() as isize);
    (0..model.issues.len())
        .filter(|issue| last(*issue) != model.issues[*issue].today)
        .map(|issue| Package {
            name: model.issues[issue].name.clone(),
            issues: vec![(IssueIndex(issue), last(issue))],
        })
        .flat_map(|package| moves_of(model, &package))
        .collect()
}

/// A package as the moves it takes: one where every issue can go to its level in one period, otherwise as many as
/// the slowest of them needs.
pub fn moves_of(model: &PlanModel, package: &Package) -> Vec<Package> {
    let Some(rules) = &model.rules else {
        return vec![package.clone()];
    };
    let ways: Vec<(IssueIndex, Vec<f64>)> = package
        .issues
        .iter()
        .map(|(issue, to)| {
            let rule = &rules.issues[issue.0];
            let last = rule.levels.saturating_sub(1).max(1) as f64;
            let (from, to_level) = (rule.today.index(), (to * last).round() as usize);
            let up = to_level > from;
            let speed = if up { rule.speed.up } else { rule.speed.down };
            let speed = (speed as usize).max(1);
            let mut way: Vec<f64> = (1..=from.abs_diff(to_level) / speed)
                .map(|hop| {
                    if up {
                        from + hop * speed
                    } else {
                        from - hop * speed
                    }
                })
                .map(|level| level as f64 / last)
                .collect();
            if way.last() != Some(to) {
                way.push(*to);
            }
            (*issue, way)
        })
        .collect();
    let most = ways.iter().map(|(_, way)| way.len()).max().unwrap_or(1);
    let name = |hop: usize| match most {
        1 => package.name.clone(),
        _ => format!("{} ({} of {most})", package.name, hop + 1),
    };
    let at = |way: &(IssueIndex, Vec<f64>), hop: usize| Some((way.0, *way.1.get(hop)?));
    (0..most)
        .map(|hop| Package {
            name: name(hop),
            issues: ways.iter().filter_map(|way| at(way, hop)).collect(),
        })
        .collect()
}

/// The deals of a case, those first whose settlements move most issues; of several with the same settlement the first.
pub fn settlements(case: &Case) -> Vec<(&Deal, Bridged)> {
    let mut found: Vec<(&Deal, Bridged, Vec<Package>)> = Vec::new();
    for deal in &case.deals {
        let Ok(bridged) = bridge::bridge(case, deal) else {
            continue;
        };
        let packages = packages_of(&bridged.model, &bridged.plan);
        if !packages.is_empty() && found.iter().all(|(_, _, other)| *other != packages) {
            found.push((deal, bridged, packages));
        }
    }
    found.sort_by_key(|(_, _, packages)| std::cmp::Reverse(packages.len()));
    found
        .into_iter()
        .map(|(deal, bridged, _)| (deal, bridged))
        .collect()
}

/// Compares the orders of some packages: all of them up to eight; beyond by label-setting, and from what that found, the
/// order of `own` and plain ones by local search where a test takes more than the recursions of one party that answers.
pub fn design(
    model: &PlanModel,
    packages: &[Package],
    own: &Plan,
    limits: Limits,
    watch: &dyn Watch,
) -> Result<Design, String> {
    if packages.is_empty() {
        return Err("there is nothing to put in order: the plan moves no issue".into());
    }
    if packages.len() <= limits.exhaustive.min(MOST_PACKAGES) {
        return exhaustive(model, packages, watch);
    }
    let at_once = Order(vec![((1_u64 << packages.len().min(32)) - 1) as u32]).plan(model, packages);
    match orders::is_quick(model, &at_once) {
        true => by_labels(model, packages, watch),
        false => by_neighbours(model, packages, own, limits.search, watch),
    }
}

fn names(packages: &[Package]) -> Vec<String> {
    packages.iter().map(|package| package.name.clone()).collect()
}

/// Limits of label-setting over so many packages.
fn label_limits(packages: usize) -> labels::Limits {
    labels::Limits {
        width: 4,
        step: if packages > 10 { 2 } else { packages },
    }
}

impl labels::Limits {
    fn in_words(&self) -> String {
        format!(
            "{} suffixes kept a set of packages, at most {} packages a step, at most {} single moves of each order found",
            self.width,
            self.step,
            labels::MOVES
        )
    }
}

fn by_labels(model: &PlanModel, packages: &[Package], watch: &dyn Watch) -> Result<Design, String> {
    let limits = label_limits(packages.len());
    let found = labels::best_orders(model, packages, limits, watch)?;
    let (frontier, frontier_size) = frontier(model, packages, &found.orders);
    Ok(Design {
        packages: names(packages),
        method: "label-setting",
        limits: limits.in_words(),
        tried: found.labels,
        hold: found.orders.len(),
        orders: None,
        nearest: None,
        stopped: found.stopped,
        by_steps: Vec::new(),
        cost_of_regret_free: cost_of_regret_free(&found.orders),
        frontier,
        frontier_size,
    })
}

fn by_neighbours(
    model: &PlanModel,
    packages: &[Package],
    own: &Plan,
    limits: neighbours::Limits,
    watch: &dyn Watch,
) -> Result<Design, String> {
    let labelled = match packages.len() <= limits.labelled {
        true => Some(label_limits(packages.len())),
        false => None,
    };
    let known = match labelled {
        Some(limits) => labels::best_orders(model, packages, limits, watch)?.orders,
        None => Vec::new(),
    };
    let known: Vec<Order> = known.into_iter().map(|(order, _)| order).collect();
    let found = neighbours::good_orders(model, packages, own, &known, limits, watch)?;
    let (frontier, frontier_size) = frontier(model, packages, &found.orders);
    let labelling = labelled.map(|limits| limits.in_words() + "; ");
    Ok(Design {
        packages: names(packages),
        method: match labelled {
            Some(_) => "label-setting, then local search",
            None => "local search",
        },
        limits: format!(
            "{}at most {} orders tested, {}",
            labelling.unwrap_or_default(),
            limits.orders,
            match found.finished {
                true => "not reached: nothing that was kept has an untested neighbour",
                false => "reached or stopped before every neighbour was tested",
            }
        ),
        tried: found.tested as u64,
        hold: found.hold,
        orders: None,
        nearest: found.nearest.map(|(order, lacks)| Nearest {
            order: order.words(packages),
            lacks,
        }),
        stopped: found.stopped,
        by_steps: Vec::new(),
        cost_of_regret_free: cost_of_regret_free(&found.orders),
        frontier,
        frontier_size,
    })
}

fn exhaustive(model: &PlanModel, packages: &[Package], watch: &dyn Watch) -> Result<Design, String> {
    let tried = orders::all_orders(model, packages, watch, |order, quick| {
        Some((order.clone(), quick.clone()))
    })?;
    let holding: Vec<(Order, Quick)> = tried
        .found
        .iter()
        .filter(|(_, quick)| quick.holds)
        .cloned()
        .collect();
    if tried.found.is_empty() && !tried.stopped {
        return Err("the rules of the case forbid every order of these steps, one step per period".into());
    }
    let (frontier, frontier_size) = frontier(model, packages, &holding);
    Ok(Design {
        packages: names(packages),
        method: "exhaustive",
        limits: "none, every order that the rules allow is tested".into(),
        tried: tried.found.len() as u64,
        hold: holding.len(),
        nearest: None,
        orders: Some(number_of_orders(packages.len())),
        stopped: tried.stopped,
        by_steps: by_steps(&tried.found),
        cost_of_regret_free: cost_of_regret_free(&holding),
        frontier,
        frontier_size,
    })
}

/// The Fubini number.
fn number_of_orders(packages: usize) -> u64 {
    let mut numbers = vec![1_u64];
    for n in 1..=packages {
        let mut choose = 1;
        let mut sum = 0;
        for k in 1..=n {
            choose = choose * (n - k + 1) as u64 / k as u64;
            sum += choose * numbers[n - k];
        }
        numbers.push(sum);
    }
    numbers[packages]
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        even if even % 2 == 0 => Some(0.5 * (values[middle - 1] + values[middle])),
        _ => Some(values[middle]),
    }
}

fn by_steps(all: &[(Order, Quick)]) -> Vec<BySteps> {
    let longest = all.iter().map(|(_, quick)| quick.steps).max().unwrap_or(0);
    (1..=longest)
        .map(|steps| {
            let of: Vec<&Quick> = all
                .iter()
                .map(|(_, quick)| quick)
                .filter(|quick| quick.steps == steps)
                .collect();
            let hold: Vec<&&Quick> = of.iter().filter(|quick| quick.holds).collect();
            BySteps {
                steps,
                orders: of.len(),
                hold: hold.len(),
                regret_free: hold.iter().filter(|quick| quick.regret_free()).count(),
                median_p_star: median(hold.iter().filter_map(|quick| quick.p_star).collect()),
                median_worst_case: median(of.iter().filter_map(|quick| quick.worst_case()).collect())
                    .filter(|worst| worst.is_finite()),
            }
        })
        .collect()
}

/// Figures of which more is better.
pub(super) fn goods(quick: &Quick) -> Vec<f64> {
    let mut goods = vec![
        quick.value,
        -quick.p_star.unwrap_or(1.0),
        -quick.exposure,
        -(quick.steps as f64),
    ];
    // One figure a party; above no deal a better worst case is no longer an aim.
    goods.extend(quick.worst_cases.iter().map(|worst| worst.min(0.0)));
    goods
}

fn frontier(model: &PlanModel, packages: &[Package], holding: &[(Order, Quick)]) -> (Vec<Designed>, usize) {
    let mut sorted: Vec<&(Order, Quick)> = holding.iter().collect();
    sorted.sort_by(|a, b| b.1.value.total_cmp(&a.1.value).then_with(|| a.0.cmp(&b.0)));
    let mut kept: Vec<(&(Order, Quick), Vec<f64>)> = Vec::new();
    for entry in sorted {
        let figures = goods(&entry.1);
        // Whatever could beat this one has at least its value and so has come before.
        if !kept
            .iter()
            .any(|(_, other)| other.iter().zip(&figures).all(|(a, b)| *a >= *b - 1e-9))
        {
            kept.push((entry, figures));
        }
    }
    let winners: Vec<(Aim, usize)> = Aim::ALL
        .iter()
        .filter_map(|aim| Some((*aim, winner(*aim, &kept)?)))
        .collect();
    let size = kept.len();
    let shown = kept
        .iter()
        .enumerate()
        .filter(|(place, _)| *place < SHOWN || winners.iter().any(|(_, winner)| winner == place))
        .map(|(place, ((order, quick), _))| Designed {
            order: order.words(packages),
            figures: quick.clone(),
            best_for: winners
                .iter()
                .filter(|(_, winner)| *winner == place)
                .map(|(aim, _)| *aim)
                .collect(),
            plan: order.plan(model, packages),
        })
        .collect();
    (shown, size)
}

/// The best of the frontier under one aim; more value decides between equals.
fn winner(aim: Aim, kept: &[(&(Order, Quick), Vec<f64>)]) -> Option<usize> {
    let figure = |goods: &[f64]| match aim {
        Aim::Value | Aim::RegretFree => goods[0],
        Aim::LeastPrior => goods[1],
        Aim::LeastExposure => goods[2],
        Aim::Shortest => goods[3],
    };
    let mut best: Option<usize> = None;
    for (place, (entry, goods)) in kept.iter().enumerate() {
        if aim == Aim::RegretFree && !entry.1.regret_free() {
            continue;
        }
        if best.is_none_or(|best| figure(goods) > figure(&kept[best].1) + 1e-12) {
            best = Some(place);
        }
    }
    best
}

fn cost_of_regret_free(holding: &[(Order, Quick)]) -> Option<f64> {
    let best = |free: bool| {
        let of = holding.iter().filter(|(_, quick)| !free || quick.regret_free());
        of.map(|(_, quick)| quick.value).max_by(f64::total_cmp)
    };
    Some(best(false)? - best(true)?)
}
