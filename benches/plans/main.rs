//! Speed of the plan engine: all orders of six and eight packages, label-setting up to sixteen, one plan test.
//!
//! `cargo bench -p detente-verdict --bench plans` runs the short part; with `-- --long` also the growth table beyond
//! twelve packages.

use std::time::Instant;

use detente_base::watch::Unwatched;
use detente_plans::model::{IssueIndex, PartyIndex, PlanModel};
use detente_plans::orders::{self, Package};
use detente_plans::{assess, labels, parameters, test};

fn timed<T>(what: &str, run: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = run();
    println!("{what:<60} {:>10.3} ms", start.elapsed().as_secs_f64() * 1e3);
    result
}

fn single_packages(model: &PlanModel) -> Vec<Package> {
    let package = |index: usize| Package {
        name: model.issues[index].name.clone(),
        issues: vec![(IssueIndex(index), 1.0)],
    };
    (0..model.issues.len()).map(package).collect()
}

fn six(model: &PlanModel) -> Vec<Package> {
    let mut packages = single_packages(model);
    let assurance = packages.remove(1);
    packages[0].issues.extend(assurance.issues);
    packages.truncate(6);
    packages
}

/// The Korea prototype with its proposer's issues split into parts until there are `packages` issues.
fn grown(packages: usize) -> PlanModel {
    let mut model = parameters::korea().expect("the bundled parameters").model;
    model.issues.truncate(7);
    while model.issues.len() < packages {
        let dearest = (0..model.issues.len())
            .filter(|index| model.issues[*index].owner == PartyIndex(0))
            .max_by(|a, b| {
                let size = |index: &usize| model.issues[*index].worth[0][0].at(1.0).abs();
                size(a).total_cmp(&size(b))
            })
            .expect("the proposer has issues");
        model.issues[dearest]
            .worth
            .iter_mut()
            .flatten()
            .for_each(|worth| worth.scale(0.5));
        let mut half = model.issues[dearest].clone();
        half.name = format!("{} {}", half.name, model.issues.len());
        model.issues.push(half);
    }
    model.issues.truncate(packages);
    model
}

fn main() {
    let long = std::env::args().any(|argument| argument == "--long");
    let parameters = parameters::korea().expect("the bundled parameters");
    let model = &parameters.model;
    let graded = parameters.plan("graded").expect("a plan of the parameters");
    timed("plan test, graded plan of the Korea prototype", || {
        test::test(model, graded).expect("a sound plan")
    });
    timed("the same with exposure, last step and timed breaches", || {
        (
            assess::exposures(model, graded),
            assess::last_step(model, graded),
            assess::timed_answers(model, graded),
        )
    });
    let count = |packages: &[Package]| {
        let holding = orders::all_orders(model, packages, &Unwatched, |_, quick| quick.holds.then_some(()));
        holding.expect("few enough packages").found.len()
    };
    let held = timed("all 4683 orders of six packages", || count(&six(model)));
    println!("    of which {held} hold");
    let held = timed("all 545,835 orders of eight packages", || {
        count(&single_packages(model))
    });
    println!("    of which {held} hold");
    println!("label-setting, width 4 (steps of at most two packages beyond ten):");
    for packages in [6, 7, 8, 9, 10, 12, 14, 16] {
        if packages > 10 && !long {
            break;
        }
        let grown = grown(packages);
        let step = if packages > 10 { 2 } else { packages };
        let found = timed(&format!("  {packages} packages"), || {
            let limits = labels::Limits { width: 4, step };
            labels::best_orders(&grown, &single_packages(&grown), limits, &Unwatched).expect("one responder")
        });
        let best = found.orders.first().map_or(f64::NAN, |(_, quick)| quick.value);
        println!("    {} labels, best value {best:.4}", found.labels);
    }
}
