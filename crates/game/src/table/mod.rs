//! Explicit stochastic games: the flat table, its file format `dyngame/1`, the rules that stand for long
//! lists, normal-form games played for ever, and the name by which proofs call a game.

mod from_case;
mod game;
mod hash;
mod ids;
mod nfg;
pub mod number;
mod read;
mod rule;
mod schema;
mod write;

pub use from_case::table_of_game;
pub use game::{MOST_PARTIES, MOST_PROFILES, ProfileParts, StateParts, TableGame, TableProblem};
pub use hash::{canonical, content_hash, hash_of};
pub use ids::{Law, Profile, TableParty, TableState};
pub use nfg::read_nfg;
pub use read::{Published, read_dyngame};
pub use rule::{Rule, game_of_rule};
pub use schema::dyngame_schema;
pub use write::write_dyngame;
