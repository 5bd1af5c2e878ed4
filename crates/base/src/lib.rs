//! What every layer rests on: exact numbers, typed ids, hashes, how work is watched and stopped, and doubles in an order
//! that is compared soon.

pub mod hash;
pub mod ids;
pub mod number;
pub mod ordered;
pub mod watch;
