//! What every reader of a text needs: places and diagnostics, a strict reader of JSON, and how other people's text is
//! shown and compared.

pub mod diagnostic;
pub mod foreign;
pub mod json;
