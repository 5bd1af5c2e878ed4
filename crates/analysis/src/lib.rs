//! Questions that put several answers side by side: the claims of a document, and what the graph model and the repeated
//! game say of the same states.

pub mod claims;
pub mod compare;
mod compare_proofs;
