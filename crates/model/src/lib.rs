//! From the text of a case to a checked [`case::Case`] and a game; the words, judgements and diagnostics
//! that every other crate speaks. This crate solves nothing and reads no file, clock or network.

pub mod case;
pub mod condition;
pub mod conflict;
pub mod diagnostic;
pub mod foreign;
pub mod game;
pub mod hash;
pub mod ids;
pub mod json;
pub mod number;

pub mod table;
