//! Results as words and pictures: the terminal summary, the one-file page, the drawings.
//!
//! This crate computes no results. Whoever has results fills a [`view::Report`], which is plain text and
//! numbers to draw, and gets back the same bytes for the same view: [`text::summary`] for a terminal,
//! [`html::page`] for one self-contained file. It reads no clock, no file and no network.
//!
//! ```
//! use detente_report::{html, text, view};
//!
//! let report = view::Report {
//!     title: "Freeze for freeze".into(),
//!     verdict: view::Verdict {
//!         answer: view::Answer::Impossible,
//!         headline: "No pause holds if sanctions cannot return".into(),
//!         because: vec!["North Korea gains by testing once relief is paid.".into()],
//!         ..Default::default()
//!     },
//!     ..Default::default()
//! };
//! let words = text::summary(&report, 80, text::Style::Plain);
//! assert!(words.starts_with("IMPOSSIBLE  No pause holds"));
//! assert!(html::page(&report).starts_with("<!DOCTYPE html>"));
//! ```

pub mod html;
pub mod stability;
pub mod svg;
pub mod text;
pub mod view;
pub mod words;
mod wrap;
