//! What every layer rests on: how work is watched and stopped, and numbers in an order that is compared soon.

pub mod ordered;
pub mod watch;
