//! Whether a deal holds in a world: every slack there, without solving.
//!
//! Values are worked out in doubles with a bound on their error; where that leaves a slack's sign open, its exact form
//! decides. So `true` and `false` are both claims.

use detente_base::number::Exact;
use detente_case::{Case, World};
use detente_game::Game;
use detente_proof::{Body, Proof, verify_in};

use crate::exact::ExactForms;
use crate::floats::Floats;
use crate::forms::{Forms, PartyForms};

impl Forms {
    /// Whether no departure pays in a case with the same rules and other numbers.
    ///
    /// # Errors
    /// A sentence when a slack cannot be worked out exactly.
    pub fn hold_in(&self, case: &Case) -> Result<bool, String> {
        for party in &self.parties {
            if !party.holds_in(case)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl PartyForms {
    fn holds_in(&self, case: &Case) -> Result<bool, String> {
        if !self.payoffs.endings_fit(case) {
            return Err("the chances of endings add to more than 1 in some state".into());
        }
        let rates = self.payoffs.rates(case);
        let values: Vec<f64> = self.payoffs.values(case);
        let found = Floats::values(&self.plays, &self.payoffs, &rates, &values);
        let off = 2.0 * found.error;
        let mut open = Vec::new();
        for departure in &self.plays.departures {
            let slack = found.value(departure.complying) - found.value(departure.departing);
            if slack < -off {
                return Ok(false);
            }
            // What is not a number is open too.
            if slack.partial_cmp(&off) != Some(std::cmp::Ordering::Greater) {
                open.push(*departure);
            }
        }
        if open.is_empty() {
            return Ok(true);
        }
        let mut exact = ExactForms::new(&self.plays, &self.payoffs, self.payoffs.rates(case));
        let values: Vec<Exact> = self.payoffs.values(case);
        for departure in open {
            let complying = exact.of(departure.complying)?.to_vec();
            let departing = exact.of(departure.departing)?;
            let parts = complying.iter().zip(departing).zip(&values);
            let slack = parts.fold(Exact::ZERO, |sum, ((complying, departing), value)| {
                sum + (complying - departing) * value
            });
            if slack < Exact::ZERO {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// A deal that is tried in worlds.
#[derive(Debug)]
pub struct Known {
    forms: Forms,
    proof: Proof,
}

impl Known {
    /// A deal whose proof was checked in a world of the case; `here` is the case as it stands in that world.
    ///
    /// # Errors
    /// As [`Forms::of`]; and for a proof that shows no deal.
    pub fn new(here: &Case, world: &World, game: &Game, proof: &Proof) -> Result<Self, String> {
        let Body::Automaton(automaton) = &proof.body else {
            return Err("the proof shows no deal".into());
        };
        Ok(Self {
            forms: Forms::of(here, world, game, automaton)?,
            proof: proof.clone(),
        })
    }

    /// Its forms.
    #[must_use]
    pub fn forms(&self) -> &Forms {
        &self.forms
    }

    /// The proof of the world in which it was found.
    #[must_use]
    pub fn proof(&self) -> &Proof {
        &self.proof
    }

    /// Whether it holds in a world that differs in numbers alone; `there` is the case as it stands in that world. What cannot
    /// be said counts as not holding. Where chance acts, the numbers also say where play can come to, so the whole proof is
    /// checked.
    #[must_use]
    pub fn holds(&self, there: &Case, world: &World) -> bool {
        match there.chances.is_empty() {
            true => self.forms.hold_in(there).unwrap_or(false),
            false => verify_in(&self.proof, world).is_ok(),
        }
    }
}
