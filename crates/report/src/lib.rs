//! From results to what people read: view data, words, tables. Nothing is computed here.

pub mod stability;
