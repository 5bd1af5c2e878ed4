//! `detente status`: what stands, as of a date, as known on a date, and what if.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use detente_ledger::event::Event;
use detente_ledger::moment::{Moment, parse_as_of};
use detente_ledger::status::{Question, Record, Status, status};
use detente_ledger::suppose::suppose;
use detente_ledger::text::Text;
use detente_ledger::text::document::Node;

use super::agreement::{read_events, show_checks};
use crate::failure::Failure;
use crate::output;

/// What to ask.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The agreement's text (TOML), a ledger (file or postgres:// URL), or an exported bundle.
    agreement: PathBuf,
    /// Event files besides what the ledger holds: TOML, JSON, JSON lines, or CSV lists (with an entry of `[feeds]` in the text).
    events: Vec<PathBuf>,
    /// As of this day (its end, in the text's zone) or instant; now when left out.
    #[arg(long, value_name = "DATE")]
    at: Option<String>,
    /// As known on this day or instant; the same as --at when left out.
    #[arg(long, value_name = "DATE")]
    known: Option<String>,
    /// Suppose something: "F1 on 2007-04-10", "not F1", "without E12", "notify X by A on DATE"; may be repeated.
    #[arg(long = "if", value_name = "SUPPOSITION")]
    suppositions: Vec<String>,
    /// Set a field of the text for this question: commitments.F1.grace="30 days"; may be repeated.
    #[arg(long, value_name = "FIELD=VALUE")]
    set: Vec<String>,
    /// Choose a reading of a disputed passage: participant=named; may be repeated.
    #[arg(long, value_name = "READING=OPTION")]
    reading: Vec<String>,
    /// In this party's view.
    #[arg(long, value_name = "PARTY")]
    viewer: Option<String>,
    /// Only these commitments, snapbacks or powers.
    #[arg(long, value_name = "ID")]
    only: Vec<String>,
    /// Which entry of `[feeds]` in the text stands behind CSV lists.
    #[arg(long, value_name = "NAME")]
    feed: Option<String>,
    /// Print everything as JSON.
    #[arg(long)]
    json: bool,
    /// Print the deadlines as an iCalendar feed.
    #[arg(long)]
    ical: bool,
    /// Run the static checks of the text instead (deadlocks, clocks, dispute paths, exposure).
    #[arg(long)]
    checks: bool,
}

impl Arguments {
    /// Answers on stdout.
    pub fn run(self) -> Result<(), Failure> {
        let (text, recorded) = super::ledger::read_deal(&self.agreement)?;
        if self.checks {
            return show_checks(&text, self.json);
        }
        let mut events = recorded;
        events.extend(read_events(&self.events, &text, self.feed.as_deref())?);
        let mut question = self.question(&text)?;
        self.suppose(&text, &mut events, &mut question)?;
        let record = Record::new(events);
        let mut answer =
            status(&text, &record, &question).map_err(|error| Failure::BadCall(error.to_string()))?;
        answer.supposed = self.suppositions.iter().chain(&self.set).cloned().collect();
        self.restrict(&mut answer)?;
        if self.ical {
            let stamp = question.known.timestamp().to_string();
            output::print_exact(&detente_ledger::ical::calendar(&answer, &stamp))
        } else if self.json {
            output::print_json(&answer)
        } else {
            output::print_text(&super::status_words::in_words(&answer))
        }
    }

    fn question(&self, text: &Text) -> Result<Question, Failure> {
        let zone = &text.agreement.zone;
        let moment =
            |words: &str| parse_as_of(words, zone).map_err(|error| Failure::BadCall(error.to_string()));
        let at = match &self.at {
            Some(words) => moment(words)?,
            None => Moment::instant(jiff::Timestamp::now()),
        };
        let mut question = Question::at(at);
        if let Some(words) = &self.known {
            question.known = moment(words)?;
        }
        question.viewer.clone_from(&self.viewer);
        let mut readings = BTreeMap::new();
        for choice in &self.reading {
            let (reading, option) = choice.split_once('=').ok_or_else(|| {
                Failure::BadCall(format!(
                    "--reading {choice}: write READING=OPTION, for example participant=named"
                ))
            })?;
            readings.insert(reading.trim().to_owned(), option.trim().to_owned());
        }
        question.readings = readings;
        Ok(question)
    }

    fn suppose(&self, text: &Text, events: &mut Vec<Event>, question: &mut Question) -> Result<(), Failure> {
        let mut changes: Vec<(String, Node)> = Vec::new();
        for words in self.suppositions.iter().chain(&self.set) {
            suppose(words, &text.agreement, events, &mut changes)
                .map_err(|error| Failure::BadCall(error.to_string()))?;
        }
        question.changes = changes;
        Ok(())
    }

    fn restrict(&self, answer: &mut Status) -> Result<(), Failure> {
        if self.only.is_empty() {
            return Ok(());
        }
        for id in &self.only {
            let known = answer.commitments.iter().any(|own| own.id == *id)
                || answer.snapbacks.iter().any(|own| own.id == *id)
                || answer.powers.iter().any(|own| own.id == *id);
            if !known {
                return Err(Failure::BadCall(format!(
                    "--only {id}: the text has no such item"
                )));
            }
        }
        answer.commitments.retain(|own| self.only.contains(&own.id));
        answer.snapbacks.retain(|own| self.only.contains(&own.id));
        answer.powers.retain(|own| self.only.contains(&own.id));
        Ok(())
    }
}
