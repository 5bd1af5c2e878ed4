//! Minimax regret with lotteries: the least `z` such that some lottery on the rows keeps the expected regret in every
//! column at or below `z`. Source: Savage 1951; the programme is solved by `microlp`.

use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};

/// The smallest largest expected regret over all lotteries on the rows of a regret table.
pub fn mixed_minimax(regret: &[Vec<f64>]) -> Result<f64, String> {
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let bound = problem.add_var(1.0, (f64::NEG_INFINITY, f64::INFINITY));
    let chances: Vec<Variable> = regret.iter().map(|_| problem.add_var(0.0, (0.0, 1.0))).collect();
    let all: Vec<(Variable, f64)> = chances.iter().map(|chance| (*chance, 1.0)).collect();
    problem.add_constraint(&all, ComparisonOp::Eq, 1.0);
    for column in 0..regret.first().map_or(0, Vec::len) {
        let mut terms: Vec<(Variable, f64)> = chances
            .iter()
            .zip(regret)
            .map(|(chance, row)| (*chance, row[column]))
            .collect();
        terms.push((bound, -1.0));
        problem.add_constraint(&terms, ComparisonOp::Le, 0.0);
    }
    let solution = problem.solve().map_err(|error| error.to_string())?;
    let solution = solution
        .into_solution()
        .map_err(|_| "the regret programme was interrupted".to_owned())?;
    Ok(solution.objective())
}
