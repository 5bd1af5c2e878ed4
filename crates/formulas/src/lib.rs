//! Closed forms: a calculator for teaching and for checking the general engine.
//!
//! Every formula is a function from a typed input to a typed answer, with its definition, source and a doc
//! test; [`named`] finds one by the name it has in `cases/literature/theory/vectors.json` and reads and
//! writes JSON under the names of that file. The numbers are floats: nothing here is a proof.

pub mod enforcement;
pub mod gradualism;
pub mod inputs;
pub mod minimax;
pub mod offer;
mod registry;
pub mod starting_small;
pub mod steps;
pub mod supporters;
pub mod trust;
pub mod window;

pub use inputs::FormulaError;
pub use registry::{Formula, answer, formulas, named};
