//! Plans with uncertain types: dated steps somebody proposes, with their own written snapback, tested as they
//! stand and designed anew.
//!
//! A plan sets the level of every issue at every date. Each type of the other side answers with the best of its
//! commit-until behaviours: keep, leave at a date, or breach a set of its obligations from a date on. Beliefs
//! follow Bayes' rule along the history in which nothing is noticed. The plan holds for a type if keeping it is
//! best; the proposer carries on at a date if, at the belief it then has, that is worth at least leaving and
//! reneging. A plan that passes is a perfect Bayesian equilibrium of the declared trigger strategies, with the
//! belief after a noticed breach set to the worst type. Source: our own construction; the parts are those of
//! [`detente_formulas`].

pub mod areas;
pub mod assess;
pub mod behaviour;
pub mod bridge;
pub mod checklist;
pub mod claims;
pub mod coalitions;
pub mod design;
pub mod flows;
pub mod gestures;
pub mod grit;
pub mod known;
pub mod labels;
pub mod model;
pub mod neighbours;
pub mod orders;
pub mod parameters;
pub mod play;
pub mod programme;
pub mod prototype;
pub mod quiet;
pub mod test;
pub mod timing;
pub mod two_sided;
pub mod values;
pub mod window;
pub mod worlds;
