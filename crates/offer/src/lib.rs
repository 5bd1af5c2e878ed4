//! Tests of offers in the game of a case, under types and imperfect monitoring.
//!
//! An [`offer::Offer`] is a finite automaton everybody can know: dates with the levels asked for, pardons, and what
//! follows a noticed breach. Everybody else follows it, so a type of a party faces a Markov decision problem
//! ([`problem`]): any feasible move, any breach, any time, any return. Its best response is exact ([`respond`]: floats
//! search, rationals confirm), and [`test_offer`] says which types keep the offer, who breaches what and when, why, and what
//! everybody learns on the way. Source: design, section 4.5; the theory is that of Markov decision problems
//! (Blackwell 1965; Puterman 1994, chapter 6).

pub mod enforcers;
pub mod exact;
pub mod no_deal;
pub mod offer;
pub mod outlook;
pub mod play;
pub mod problem;
pub mod proof;
pub mod reasons;
pub mod respond;
pub mod standing;
pub mod test_offer;
