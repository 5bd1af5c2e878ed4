//! Signed deals while they run: the agreement's text, what happened, and what therefore stands.
//!
//! Status is a pure function of (signed text, accepted events, as-of, as-known-at). Silence is not breach, a claim
//! is not performance, UNDETERMINED is a legal answer, and snapback happens only where the text wrote one.

mod body;
pub mod calendar;
pub mod canonical;
pub mod checks;
pub mod draft;
pub mod event;
pub mod ical;
pub mod log;
pub mod moment;
pub mod show;
pub mod status;
#[cfg(feature = "store")]
pub mod store;
pub mod suppose;
pub mod text;
#[cfg(feature = "store")]
pub mod time_stamp;
mod words;
