//! All numbers of a case at once: linear forms of a deal, what they survive, and worlds drawn from stated ranges.
//!
//! For fixed discount factors, chances and hazards the value of every node of an automaton is a linear form in its party's
//! payoff judgements, and so is every *slack*: the value of complying less that of one departure. [`forms`] works them
//! out; [`sturdiness`] and [`flips`] read off how far numbers may be wrong before the deal breaks. What is searched for in
//! doubles is claimed from fractions only. Nothing here reads a file, a clock or a source of chance but a seed.

mod blocks;
mod components;
pub mod discovery;
mod exact;
pub mod explore;
pub mod finding_out;
pub mod flips;
mod floats;
pub mod forms;
pub mod importance;
mod mix;
mod number;
mod payoff;
mod plays;
pub mod ranges;
pub mod record;
pub mod sample;
pub mod shares;
pub mod sturdiness;
pub mod sturdy;
pub mod summary;
pub mod table;
pub mod testing;
