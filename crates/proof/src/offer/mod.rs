//! What every type of every party does with an offer, and why nothing gives it more.
//!
//! The offer is a plan of the case, read from the text. A party faces a decision problem while all others follow: a *point* is
//! `[node, state, notices]`. Nodes are `{"date": [date, pardons left]}` (the date after the last one stands for all later ones)
//! and `{"back": levels}`: in a snapback, the levels at which the others aim, period by period, the last ones for good, 0 for the
//! party's own issues. `notices` has, for each issue of a party to the offer in the order of the file, `lag − 1` bits: the
//! breaches of the last periods, the latest lowest. For each point the proof states a *bound*, and where it also names a *choice*
//! (the position moved to, −1 for leaving) the bound is to be exact. With
//!
//! `Q(x, a; U) = −(1−δ)·cost + Σ P(y, x′) [(1−δ) u(y) + δ Σ_e h_e(y) e + δ (1−h(y)) U(x′)]`, and `Q = Σ P U` for leaving,
//!
//! checked is that every choice at every listed point leads to listed points and has `Q ≤ U` (Bellman's inequalities: so nothing
//! gives more than U), and that the named choices lead to points with named choices and have `Q = U` (so they give exactly U:
//! both are contractions). The start must have a named choice. Source: Puterman 1994, theorems 6.2.2 and 6.2.3.
//!
//! A type *keeps* the offer if no named choice at a date to which the named choices lead is forbidden by it; *refuses* it if the
//! value is below that of no deal, in which everybody stays; else *departs*: then a second list shows, with the forbidden choices
//! left out at dates, what keeping it gives at most, which is less. Beliefs are recomputed by Bayes' rule along the history
//! without an alarm, endings aside.

mod check;
mod deal;
mod decision;
mod format;

pub use check::{Checked, CheckedType, verify_offer};
pub use format::{Belief, FORMAT, Node, OfferProof, PointProof, TypeProof};
