//! Other programs' files, in and out. What does not fit is never dropped in silence: every loss is a finding.

pub mod gmcr;
pub mod rankings;
