//! Rules that stand for long lists of joint actions: the families of the published games.
//!
//! - Cournot duopoly: n outputs evenly spaced on [0,6], `u_i = q_i (max(6-q1-q2,0) - 0.6)`.
//! - Risk sharing of two (Kocherlakota): states e = 0..E-1, endowments e/(E-1) and the rest; each may give
//!   away units of 1/((E-1)c); `u = sqrt(consumption)`; next state uniform; one giver at most on the path.
//! - Risk sharing of three: endowments adding up to E-1; gifts to the next and the one after, cyclically.
//! - Steps: state (x, y), each party may hold, go one on or one back; `u = (3y-x, 3x-y)` before the move.

use std::collections::BTreeMap;

use super::game::{MOST_PROFILES, ProfileParts, StateParts};
use super::number::stands_for;
use detente_base::number::Exact;

/// A family of games with its parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Cournot duopoly with this many outputs.
    Cournot {
        /// Outputs of each firm.
        outputs: usize,
    },
    /// Risk sharing of two parties.
    RiskSharing {
        /// Endowment states.
        endowments: usize,
        /// Units a share of 1/(E-1) is cut into.
        cuts: usize,
    },
    /// Risk sharing of three parties.
    RiskSharingOfThree {
        /// One more than the units of endowment.
        endowments: usize,
        /// Units a share of 1/(E-1) is cut into.
        cuts: usize,
    },
    /// The stylised deal of steps.
    Steps {
        /// Steps of each party.
        steps: usize,
    },
}

impl Rule {
    /// Finds the rule that a file's words and parameters stand for.
    ///
    /// # Errors
    /// A sentence that says which rules there are.
    pub fn recognise(text: &str, parties: usize, parameters: &BTreeMap<String, u64>) -> Result<Self, String> {
        let get = |key: &str| parameters.get(key).map(|value| *value as usize);
        let words = text.to_lowercase();
        match (parties, get("n"), get("E"), get("c")) {
            (2, Some(outputs), None, None) if words.contains("q1") || words.contains("cournot") => {
                Ok(Self::Cournot { outputs })
            }
            (2, None, Some(endowments), Some(cuts)) => Ok(Self::RiskSharing { endowments, cuts }),
            (3, None, Some(endowments), Some(cuts)) => Ok(Self::RiskSharingOfThree { endowments, cuts }),
            (2, None, None, None) => match get("K").or_else(|| get("k")) {
                Some(steps) => Ok(Self::Steps { steps }),
                None => Err(unknown()),
            },
            _ => Err(unknown()),
        }
    }
}

fn unknown() -> String {
    "neither `state` nor a known rule is given; known rules are Cournot {n}, risk sharing of two or three \
     players {E, c} and steps {K}"
        .to_owned()
}

/// Lists the states of a rule.
///
/// # Errors
/// When the parameters are out of range or give more than [`MOST_PROFILES`] joint actions.
pub fn game_of_rule(rule: Rule) -> Result<Vec<StateParts>, String> {
    match rule {
        Rule::Cournot { outputs } => cournot(outputs),
        Rule::RiskSharing { endowments, cuts } => risk_sharing(endowments, cuts),
        Rule::RiskSharingOfThree { endowments, cuts } => risk_sharing_of_three(endowments, cuts),
        Rule::Steps { steps } => self::steps(steps),
    }
}

fn refuse_large(profiles: Option<usize>) -> Result<(), String> {
    match profiles {
        Some(count) if count <= MOST_PROFILES => Ok(()),
        _ => Err(format!("the rule gives more than {MOST_PROFILES} joint actions")),
    }
}

fn ratio(numerator: usize, denominator: usize) -> Exact {
    Exact::from_parts((numerator as u64).into(), (denominator as u64).into())
}

fn cournot(outputs: usize) -> Result<Vec<StateParts>, String> {
    if outputs < 2 {
        return Err("Cournot needs at least two outputs".to_owned());
    }
    refuse_large(outputs.checked_mul(outputs))?;
    let cost = ratio(3, 5);
    let payoff = |mine: usize, other: usize| {
        let left = (outputs - 1).saturating_sub(mine + other);
        ratio(6 * mine, outputs - 1) * (ratio(6 * left, outputs - 1) - &cost)
    };
    let mut profiles = Vec::with_capacity(outputs * outputs);
    for second in 0..outputs {
        for first in 0..outputs {
            profiles.push(ProfileParts {
                payoffs: vec![payoff(first, second), payoff(second, first)],
                next: vec![(0, Exact::ONE)],
                on_path: true,
            });
        }
    }
    Ok(vec![StateParts {
        label: "0".to_owned(),
        actions: vec![outputs; 2],
        profiles,
    }])
}

/// The square root of k/units, for every k: exact where it is rational, else the double's fraction.
fn roots(units: usize) -> Result<Vec<Exact>, String> {
    (0..=units)
        .map(|k| {
            let share = ratio(k, units);
            let double = (k as f64 / units as f64).sqrt();
            let root = stands_for(double).ok_or("a square root is not finite")?;
            let near = Exact::simplest_in(&root - ratio(1, 1 << 40), &root + ratio(1, 1 << 40));
            Ok(if &near * &near == share { near } else { root })
        })
        .collect()
}

fn risk_sharing(endowments: usize, cuts: usize) -> Result<Vec<StateParts>, String> {
    if endowments < 2 || cuts < 1 {
        return Err("risk sharing needs E of at least 2 and c of at least 1".to_owned());
    }
    let units = (endowments - 1)
        .checked_mul(cuts)
        .ok_or("E and c are too large")?;
    refuse_large(
        units
            .checked_mul(units)
            .and_then(|square| square.checked_mul(endowments)),
    )?;
    let root = roots(units)?;
    let uniform: Vec<(usize, Exact)> = (0..endowments).map(|e| (e, ratio(1, endowments))).collect();
    let state = |e: usize| {
        let (mine, other) = (e * cuts, units - e * cuts);
        let mut profiles = Vec::with_capacity((mine + 1) * (other + 1));
        for second in 0..=other {
            for first in 0..=mine {
                let left = mine + second - first;
                profiles.push(ProfileParts {
                    payoffs: vec![root[left].clone(), root[units - left].clone()],
                    next: uniform.clone(),
                    on_path: first == 0 || second == 0,
                });
            }
        }
        StateParts {
            label: e.to_string(),
            actions: vec![mine + 1, other + 1],
            profiles,
        }
    };
    Ok((0..endowments).map(state).collect())
}

fn gifts(endowment: usize, cuts: usize) -> Vec<(usize, usize)> {
    let mut list = Vec::new();
    for k in 0..=endowment {
        for next in 0..=k * cuts {
            for after in 0..=(k * cuts - next) {
                list.push((next, after));
            }
        }
    }
    list
}

fn risk_sharing_of_three(endowments: usize, cuts: usize) -> Result<Vec<StateParts>, String> {
    if endowments < 2 || cuts < 1 {
        return Err("risk sharing needs E of at least 2 and c of at least 1".to_owned());
    }
    let whole = endowments - 1;
    let units = whole
        .checked_mul(cuts)
        .filter(|units| *units <= 400)
        .ok_or("E and c are too large")?;
    let root = roots(units)?;
    let mut states = Vec::new();
    for first in 0..=whole {
        for second in 0..=whole - first {
            states.push([first, second, whole - first - second]);
        }
    }
    let uniform: Vec<(usize, Exact)> = (0..states.len()).map(|s| (s, ratio(1, states.len()))).collect();
    let mut total = Some(0usize);
    let mut parts = Vec::new();
    for endowment in &states {
        let lists: Vec<Vec<(usize, usize)>> = endowment.iter().map(|e| gifts(*e, cuts)).collect();
        let joint = lists
            .iter()
            .try_fold(1usize, |product, list| product.checked_mul(list.len()));
        total = total.zip(joint).map(|(total, joint)| total.saturating_add(joint));
        refuse_large(total)?;
        let mut profiles = Vec::new();
        for third in &lists[2] {
            for second in &lists[1] {
                for first in &lists[0] {
                    profiles.push(share(endowment, cuts, [*first, *second, *third], &root, &uniform));
                }
            }
        }
        let actions = lists.iter().map(Vec::len).collect();
        parts.push(StateParts {
            label: format!("{endowment:?}"),
            actions,
            profiles,
        });
    }
    Ok(parts)
}

fn share(
    endowment: &[usize; 3],
    cuts: usize,
    gifts: [(usize, usize); 3],
    root: &[Exact],
    uniform: &[(usize, Exact)],
) -> ProfileParts {
    let given: Vec<usize> = gifts.iter().map(|(next, after)| next + after).collect();
    let received: Vec<usize> = (0..3)
        .map(|i| gifts[(i + 2) % 3].0 + gifts[(i + 1) % 3].1)
        .collect();
    let receivers = received.iter().filter(|units| **units > 0).count();
    let senders = given.iter().filter(|units| **units > 0).count();
    let payoffs = (0..3)
        .map(|i| root[endowment[i] * cuts + received[i] - given[i]].clone())
        .collect();
    let on_path = receivers <= 1 || (receivers == 2 && senders == 1);
    ProfileParts {
        payoffs,
        next: uniform.to_vec(),
        on_path,
    }
}

fn steps(steps: usize) -> Result<Vec<StateParts>, String> {
    let side = steps
        .checked_add(1)
        .filter(|side| *side <= 1000)
        .ok_or("K is too large")?;
    refuse_large((side * side).checked_mul(9))?;
    let moves = |at: usize| -> Vec<usize> {
        let mut list = vec![at];
        if at < steps {
            list.push(at + 1);
        }
        if at > 0 {
            list.push(at - 1);
        }
        list
    };
    let mut parts = Vec::new();
    for x in 0..side {
        for y in 0..side {
            let (first, second) = (moves(x), moves(y));
            let (x_size, y_size) = (Exact::from(x as u64), Exact::from(y as u64));
            let three = Exact::from(3);
            let payoffs = vec![&three * &y_size - &x_size, &three * &x_size - &y_size];
            let mut profiles = Vec::new();
            for to_y in &second {
                for to_x in &first {
                    profiles.push(ProfileParts {
                        payoffs: payoffs.clone(),
                        next: vec![(to_x * side + to_y, Exact::ONE)],
                        on_path: true,
                    });
                }
            }
            let actions = vec![first.len(), second.len()];
            parts.push(StateParts {
                label: format!("[{x},{y}]"),
                actions,
                profiles,
            });
        }
    }
    Ok(parts)
}
