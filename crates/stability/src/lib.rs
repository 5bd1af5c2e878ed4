//! Which states are stable, from rankings alone: the graph model for conflict resolution.
//!
//! A state s is *stable for a party* under a concept if the party, thinking as the concept says, does not
//! leave it; it is an *equilibrium* if it is stable for every party. The concepts, with `R_i+(s)` the
//! unilateral improvements of party i from s, `R_O(q)` what the opponents can reach from q in a legal sequence
//! of moves (nobody twice in succession) and `R_O+(q)` the same with every step an improvement for whoever
//! takes it, judged from the state it leaves:
//!
//! | concept | s is stable for i if |
//! | --- | --- |
//! | Nash | `R_i+(s)` is empty |
//! | GMR | for every q in `R_i+(s)` some z in `R_O(q)` has `z <=_i s` |
//! | SMR | … and also `w <=_i s` for every w in `R_i(z)` |
//! | SEQ | for every q in `R_i+(s)` some z in `R_O+(q)` has `z <=_i s` |
//! | SSEQ | … and also `w <=_i s` for every w in `R_i(z)` |
//!
//! A tie counts for the sanction and against the improvement. Sources: Nash 1951; Howard 1971 (GMR, SMR);
//! Fraser and Hipel 1979, 1984 (SEQ); Fang, Hipel, Kilgour 1993 (legal sequences); Rêgo and Vieira 2017 (SSEQ).

mod by_lens;
mod certify;
pub mod coalition;
mod coalition_witness;
mod foresight;
pub mod inverse;
mod inverse_count;
pub mod inverse_profiles;
mod judge;
mod listed;
pub mod metarational;
mod misperception;
mod product;
mod reach;
mod reach_all;
pub mod robustness;
mod simultaneous;
mod state_set;
pub mod status_quo;
mod witness;

pub use by_lens::{LensLimits, judge_by_lens};
pub use certify::{CertificateLimits, Certifying, certify};
pub use coalition_witness::coalition_witness;
pub use detente_proof::stability::{Concept, Lens, Unknown};
pub use foresight::{Foresight, foresight};
pub use judge::{Answer, Trouble, judge};
pub use misperception::judge_views;
pub use reach::{Reach, joint_reach};
pub use reach_all::joint_reach_all;
pub use simultaneous::{SimLimits, simultaneous, simultaneous_witness};
pub use state_set::StateSet;
pub use witness::witness;
