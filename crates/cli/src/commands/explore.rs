//! `detente explore`: many worlds drawn from the stated ranges; in which share of them a deal is possible.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use clap::{Args, ValueEnum};
use detente_base::hash::ContentHash;
use detente_base::number::to_float;
use detente_base::watch::Watch;
use detente_case::World;
use detente_game::Game;
use detente_proof::Proof;
use detente_verdict::arena::Arena;
use detente_verdict::verdict::{Limits, Question, Subject};
use detente_worlds::explore::{BLOCK, Explorer, Request, Row, limits, profiles};
use detente_worlds::record::{BlockFile, FORMAT, Input};
use detente_worlds::sample::Distribution;
use detente_worlds::summary::{self, ProfileSummary};
use detente_worlds::table::{self, Columns, GROUP, Line};
use rayon::prelude::*;
use serde::Serialize;

use super::explore_words;
use crate::asking::QuestionArguments;
use crate::case_file::{self, Loaded};
use crate::failure::Failure;
use crate::files::{read_bytes, write_new, write_whole};
use crate::output;
use crate::progress::Terminal;

/// Draw worlds from the stated ranges and say in which share of them a deal is possible.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    question: QuestionArguments,
    /// How many worlds to draw for each profile of types.
    #[arg(long, default_value_t = 1000, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(2..=10_000_000))]
    worlds: u64,
    /// The seed: world j depends on the case, the seed and j alone.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How values lie inside their ranges.
    #[arg(long, value_enum, default_value_t = Shape::Triangular)]
    distribution: Shape,
    /// The most worlds to solve in each block of 64, where no known deal holds [default: 64, in large games 1].
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(0..=64))]
    solves: Option<u64>,
    /// Work on one shard only, such as 2/8; shards are put together by --merge.
    #[arg(long, value_name = "K/N", value_parser = shard)]
    shard: Option<(u64, u64)>,
    /// Put the shards in these folders together instead of working; seed, worlds and the rest are theirs.
    #[arg(long, value_name = "DIR", num_args = 1.., conflicts_with_all = ["worlds", "seed", "distribution", "solves", "shard"])]
    merge: Vec<PathBuf>,
    /// The folder to write to; an exploration that was stopped there is gone on with.
    #[arg(short, long, value_name = "DIR")]
    out: PathBuf,
    /// Print the summary as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Shape {
    Triangular,
    Uniform,
}

fn shard(text: &str) -> Result<(u64, u64), String> {
    let wrong = || format!("`{text}` is not a shard such as 2/8: from 1/n to n/n");
    let (part, of) = text.split_once('/').ok_or_else(wrong)?;
    let (part, of) = (
        part.parse().map_err(|_| wrong())?,
        of.parse().map_err(|_| wrong())?,
    );
    (1..=of).contains(&part).then_some((part, of)).ok_or_else(wrong)
}

fn distribution(name: &str) -> Result<Distribution, Failure> {
    let known = [Distribution::Triangular, Distribution::Uniform];
    let found = known.into_iter().find(|known| known.name() == name);
    found.ok_or_else(|| Failure::BadInput(format!("input.json: unknown distribution `{name}`")))
}

/// What the command prints with `--json` and writes as `summary.json`.
#[derive(Debug, Serialize)]
pub struct Summary {
    /// The hash of the case.
    pub case: String,
    /// The condition asked about.
    pub target: String,
    /// The seed.
    pub seed: u64,
    /// How values lie inside their ranges.
    pub distribution: String,
    /// The most worlds of a block that were solved.
    pub solves: u64,
    /// By profile of types.
    pub profiles: Vec<ProfileSummary>,
}

/// An exploration at work.
struct Work<'a> {
    loaded: &'a Loaded,
    question: &'a Question,
    fully: Limits,
    limits: Limits,
    distribution: Distribution,
    input: Input,
    explorers: Vec<Explorer>,
    out: &'a Path,
}

impl Arguments {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        let loaded = case_file::load(&self.question.case)?;
        let question = self.question.question(&loaded.case)?;
        let watch = Terminal::start(self.question.seconds);
        let mut work = Work::new(&self, &loaded, &question)?;
        work.check_memory(self.question.memory)?;
        work.check_folder()?;
        work.check_shards(&self.merge)?;
        work.solve_likely_worlds(&watch)?;
        work.begin()?;
        if !self.merge.is_empty() {
            work.gather(&self.merge)?;
        } else if !work.explore(self.shard.unwrap_or((1, 1)), &watch)? {
            let (done, all) = work.done();
            return Err(Failure::Stopped(format!(
                "stopped: {done} of {all} blocks of worlds are in {}; the same command goes on with them",
                self.out.display()
            )));
        } else if let Some((part, of)) = self.shard.filter(|(_, of)| *of > 1) {
            output::tell(&format!(
                "Shard {part}/{of} is in {0}; put all together with: detente explore CASE --merge DIR… --out DIR",
                self.out.display()
            ));
            return Ok(());
        }
        let summary = work.finish()?;
        if self.json {
            return output::print_json(&summary);
        }
        let cases: Vec<_> = work.explorers.iter().map(Explorer::case).collect();
        output::print_text(&explore_words::summary(&loaded.case, &cases, &summary))
    }
}

impl<'a> Work<'a> {
    fn new(arguments: &'a Arguments, loaded: &'a Loaded, question: &'a Question) -> Result<Self, Failure> {
        let fully = arguments.question.limits();
        let world = arguments.question.world.world(&loaded.case)?;
        let input = match arguments.merge.first() {
            Some(first) => read_input(first)?,
            None => Input {
                format: FORMAT.into(),
                version: env!("CARGO_PKG_VERSION").into(),
                case: ContentHash::of(loaded.text.as_bytes()).to_string(),
                target: question.target.text.clone(),
                criterion: arguments.question.criterion.clone(),
                within: arguments.question.within,
                profiles: profiles(&loaded.case, &world),
                world,
                worlds: arguments.worlds,
                seed: arguments.seed,
                distribution: match arguments.distribution {
                    Shape::Triangular => Distribution::Triangular.name().into(),
                    Shape::Uniform => Distribution::Uniform.name().into(),
                },
                block: BLOCK,
                solves: 0,
            },
        };
        let mut work = Self {
            limits: fully,
            distribution: distribution(&input.distribution)?,
            fully,
            loaded,
            question,
            input,
            explorers: Vec::new(),
            out: &arguments.out,
        };
        work.check_case(&arguments.question)?;
        let large = work.is_large()?;
        work.limits = limits(&fully, large);
        if arguments.merge.is_empty() {
            work.input.solves = arguments.solves.unwrap_or(if large { 1 } else { BLOCK });
        }
        Ok(work)
    }

    /// Whether the input is of the case and question given.
    fn check_case(&self, asked: &QuestionArguments) -> Result<(), Failure> {
        let mut wrong = Vec::new();
        if self.input.case != ContentHash::of(self.loaded.text.as_bytes()).to_string() {
            wrong.push(format!(
                "the shards are of another case than {}",
                self.loaded.path.display()
            ));
        }
        if self.input.target != self.question.target.text {
            wrong.push(format!(
                "the shards ask about `{}`; give it with --target",
                self.input.target
            ));
        }
        if self.input.criterion != asked.criterion || self.input.within != asked.within {
            wrong.push("the shards are asked with another --criterion or --within".to_owned());
        }
        match wrong.is_empty() {
            true => Ok(()),
            false => Err(Failure::BadInput(wrong.join("; "))),
        }
    }

    fn is_large(&self) -> Result<bool, Failure> {
        let world = self.world(0);
        let game = Game::of_case(&self.loaded.case, &world)
            .map_err(|error| Failure::BadInput(format!("{}: {error}", self.loaded.path.display())))?;
        Ok(Arena::new(&game).joint_moves() > self.fully.bounds.joint_moves)
    }

    fn world(&self, profile: usize) -> World {
        let mut world = self.input.world.clone();
        if let Some(types) = self.input.profiles.get(profile) {
            world.types = types.clone();
        }
        world
    }

    /// A table of all that is drawn must fit the memory.
    fn check_memory(&self, most: u64) -> Result<(), Failure> {
        let bytes = self.input.worlds * 8 * (self.loaded.case.judgements.len() as u64 + 16);
        match bytes >> 20 > most {
            true => Err(Failure::BadCall(format!(
                "the values of {} worlds need about {} MiB of memory; the limit is {most} MiB (raise it with --memory)",
                self.input.worlds,
                bytes >> 20
            ))),
            false => Ok(()),
        }
    }

    fn request(&self) -> Request<'_> {
        Request {
            subject: Subject {
                text: &self.loaded.text,
                case: &self.loaded.case,
            },
            question: self.question,
            fully: &self.fully,
            limits: &self.limits,
            worlds: self.input.worlds,
            seed: self.input.seed,
            distribution: self.distribution,
            solves: self.input.solves,
        }
    }

    /// Whether the folder is free, or holds the same exploration.
    fn check_folder(&self) -> Result<(), Failure> {
        let file = self.out.join("input.json");
        if file.exists() {
            let there = read_input(self.out)?;
            let differs = there.differs_in(&self.input);
            if !differs.is_empty() {
                return Err(Failure::BadCall(format!(
                    "{}: holds an exploration with another {}; choose another folder",
                    self.out.display(),
                    differs.join(", ")
                )));
            }
        } else if self.out.read_dir().is_ok_and(|mut files| files.next().is_some()) {
            return Err(Failure::BadCall(format!(
                "{}: is not empty and holds no exploration; choose another folder",
                self.out.display()
            )));
        }
        Ok(())
    }

    /// Writes down what is explored.
    fn begin(&self) -> Result<(), Failure> {
        for folder in ["blocks", "deals"] {
            let folder = self.out.join(folder);
            std::fs::create_dir_all(&folder)
                .map_err(|error| Failure::BadCall(format!("{}: {error}", folder.display())))?;
        }
        write_new(&self.out.join("case.toml"), self.loaded.text.as_bytes())?;
        write_new(&self.out.join("input.json"), &self.input.to_bytes())
    }

    fn solve_likely_worlds(&mut self, watch: &Terminal) -> Result<(), Failure> {
        for profile in 0..self.input.profiles.len() {
            let request = self.request();
            let explorer = Explorer::new(&request, self.world(profile), watch).map_err(Failure::BadInput)?;
            if watch.should_stop() {
                return Err(Failure::Stopped(
                    "stopped before the likely world was solved; nothing was explored".into(),
                ));
            }
            self.explorers.push(explorer);
        }
        Ok(())
    }

    /// Profile and number of every block.
    fn blocks(&self) -> Vec<(usize, u64)> {
        let profiles = 0..self.input.profiles.len();
        profiles
            .flat_map(|profile| (0..self.input.blocks()).map(move |block| (profile, block)))
            .collect()
    }

    fn block_path(&self, folder: &Path, (profile, block): (usize, u64)) -> PathBuf {
        folder.join("blocks").join(BlockFile::name(profile, block))
    }

    fn read_block(&self, folder: &Path, at: (usize, u64)) -> Result<BlockFile, Failure> {
        let path = self.block_path(folder, at);
        BlockFile::from_bytes(&read_bytes(&path)?, &self.input, at.0, at.1)
            .map_err(|error| Failure::BadInput(format!("{}: {error}", path.display())))
    }

    /// How many blocks are there, and of how many.
    fn done(&self) -> (usize, usize) {
        let blocks = self.blocks();
        let done = blocks
            .iter()
            .filter(|at| self.block_path(self.out, **at).exists())
            .count();
        (done, blocks.len())
    }

    /// Works on the blocks of a shard that are not there yet; whether all of them are now.
    fn explore(&self, (part, of): (u64, u64), watch: &Terminal) -> Result<bool, Failure> {
        let own: Vec<(usize, u64)> = (0..)
            .zip(self.blocks())
            .filter_map(|(number, at): (u64, _)| (number % of == part - 1).then_some(at))
            .collect();
        let total: u64 = own
            .iter()
            .map(|(_, block)| self.input.worlds_of(*block).count() as u64)
            .sum();
        let explored = AtomicU64::new(0);
        let more = |worlds: u64| {
            let now = explored.fetch_add(worlds, Ordering::Relaxed) + worlds;
            watch.advanced("worlds", now, Some(total));
        };
        let whole: Result<Vec<bool>, Failure> = own
            .par_iter()
            .map(|at| {
                if self.block_path(self.out, *at).exists() {
                    let there = self.read_block(self.out, *at)?;
                    more(there.rows.len() as u64);
                    return Ok(true);
                }
                let quiet = OnlyStopping(watch);
                let done = || more(1);
                let Some(block) = self.explorers[at.0].block(&self.request(), at.1, &quiet, &done) else {
                    return Ok(false);
                };
                for proof in &block.proofs {
                    write_whole(&deal_path(self.out, &proof.hash), &proof.to_bytes())?;
                }
                let file = BlockFile {
                    input: self.input.hash(),
                    profile: at.0,
                    block: at.1,
                    deals: block.proofs.iter().map(|proof| proof.hash.clone()).collect(),
                    rows: block.rows,
                };
                write_whole(&self.block_path(self.out, *at), &file.to_bytes())?;
                Ok(true)
            })
            .collect();
        Ok(whole?.into_iter().all(|whole| whole))
    }

    /// Whether shards are of this exploration, and together all of it.
    fn check_shards(&self, shards: &[PathBuf]) -> Result<(), Failure> {
        if shards.is_empty() {
            return Ok(());
        }
        let mut wrong = Vec::new();
        for shard in shards {
            let differs = read_input(shard)?.differs_in(&self.input);
            if !differs.is_empty() {
                wrong.push(format!(
                    "{}: is a shard of another {}",
                    shard.display(),
                    differs.join(", ")
                ));
            }
        }
        if !wrong.is_empty() {
            return Err(Failure::BadInput(wrong.join("\n")));
        }
        let missing = self
            .blocks()
            .into_iter()
            .filter(|at| self.holder(shards, *at).is_none());
        let missing = missing.count();
        if missing > 0 {
            return Err(Failure::BadInput(format!(
                "{missing} of {} blocks of worlds are in none of these folders; a shard is missing or was stopped",
                self.blocks().len()
            )));
        }
        Ok(())
    }

    /// The first shard that holds a block.
    fn holder<'s>(&self, shards: &'s [PathBuf], at: (usize, u64)) -> Option<&'s PathBuf> {
        shards.iter().find(|shard| self.block_path(shard, at).exists())
    }

    /// Copies the blocks of shards into the folder to write to.
    fn gather(&self, shards: &[PathBuf]) -> Result<(), Failure> {
        for at in self.blocks() {
            let Some(shard) = self.holder(shards, at) else {
                continue;
            };
            let block = self.read_block(shard, at)?;
            for deal in &block.deals {
                let proof = read_deal(shard, deal)?;
                write_new(&deal_path(self.out, deal), &proof.to_bytes())?;
            }
            write_new(&self.block_path(self.out, at), &block.to_bytes())?;
        }
        Ok(())
    }

    /// Sums up all blocks and writes the table and the summary.
    fn finish(&self) -> Result<Summary, Failure> {
        let mut by_profile: Vec<Vec<Row>> = Vec::new();
        for (profile, explorer) in self.explorers.iter().enumerate() {
            let (mut rows, mut proofs) = (Vec::new(), Vec::new());
            for block in 0..self.input.blocks() {
                let file = self.read_block(self.out, (profile, block))?;
                for deal in &file.deals {
                    proofs.push(read_deal(self.out, deal)?);
                }
                rows.extend(file.rows);
            }
            explorer.cover(&self.request(), &mut rows, &proofs);
            by_profile.push(rows);
        }
        for known in self.explorers.iter().flat_map(Explorer::likely) {
            write_new(
                &deal_path(self.out, &known.proof().hash),
                &known.proof().to_bytes(),
            )?;
        }
        let table = self.table(&by_profile).map_err(Failure::Stopped)?;
        write_new(&self.out.join("worlds.parquet"), &table)?;
        let profiles = self.explorers.iter().zip(&self.input.profiles).zip(&by_profile);
        let summary = Summary {
            case: self.input.case.clone(),
            target: self.input.target.clone(),
            seed: self.input.seed,
            distribution: self.input.distribution.clone(),
            solves: self.input.solves,
            profiles: profiles
                .map(|((explorer, types), rows)| summary::summary(explorer, types, rows))
                .collect(),
        };
        let mut text = serde_json::to_string_pretty(&summary)
            .map_err(|error| Failure::BadCall(format!("the summary cannot be written: {error}")))?;
        text.push('\n');
        write_new(&self.out.join("summary.json"), text.as_bytes())?;
        Ok(summary)
    }

    fn table(&self, by_profile: &[Vec<Row>]) -> Result<Vec<u8>, String> {
        let drawn: Vec<Vec<String>> = self
            .explorers
            .iter()
            .map(|explorer| summary::keys(explorer.case(), explorer.sampler().judgements()))
            .collect();
        let all = self
            .loaded
            .case
            .judgements
            .iter()
            .map(|judgement| judgement.key.clone());
        let columns = Columns {
            likely: self
                .explorers
                .iter()
                .map(|explorer| explorer.likely().len())
                .max()
                .unwrap_or(0),
            keys: all
                .filter(|key| drawn.iter().flatten().any(|drawn| drawn == key))
                .collect(),
        };
        let places: Vec<Vec<Option<usize>>> = drawn
            .iter()
            .map(|drawn| {
                columns
                    .keys
                    .iter()
                    .map(|key| drawn.iter().position(|drawn| drawn == key))
                    .collect()
            })
            .collect();
        let groups = by_profile.iter().enumerate().flat_map(|(profile, rows)| {
            let places = &places[profile];
            let sampler = self.explorers[profile].sampler();
            rows.chunks(GROUP).map(move |rows| {
                let mut lines = Vec::with_capacity(rows.len());
                for row in rows {
                    let draw = sampler.draw(row.world);
                    let value = |place: &Option<usize>| place.map(|place| to_float(&draw.values[place]));
                    lines.push(Line {
                        profile,
                        row,
                        values: places.iter().map(value).collect(),
                    });
                }
                lines
            })
        });
        table::write(&columns, groups)
    }
}

fn read_input(folder: &Path) -> Result<Input, Failure> {
    let path = folder.join("input.json");
    Input::from_bytes(&read_bytes(&path)?)
        .map_err(|error| Failure::BadInput(format!("{}: {error}", path.display())))
}

fn deal_path(folder: &Path, hash: &str) -> PathBuf {
    folder.join("deals").join(format!("{hash}.proof.json"))
}

fn read_deal(folder: &Path, hash: &str) -> Result<Proof, Failure> {
    // The name is a hash, whatever a block says.
    if hash.len() != 64 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Failure::BadInput(format!("`{hash}` names no proof of a deal")));
    }
    let path = deal_path(folder, hash);
    let proof = Proof::from_bytes(&read_bytes(&path)?)
        .map_err(|error| Failure::BadInput(format!("{}: {error}", path.display())))?;
    match proof.hash == hash {
        true => Ok(proof),
        false => Err(Failure::BadInput(format!(
            "{}: holds another proof than its name says",
            path.display()
        ))),
    }
}

/// Passes on whether to stop; how far a single world has come is not told.
struct OnlyStopping<'a>(&'a Terminal);

impl Watch for OnlyStopping<'_> {
    fn advanced(&self, _stage: &str, _done: u64, _total: Option<u64>) {}

    fn should_stop(&self) -> bool {
        self.0.should_stop()
    }
}
