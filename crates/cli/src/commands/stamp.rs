//! `detente stamp`: a trusted time stamp on a ledger's state: the question to an authority, and its answer recorded.

use std::path::{Path, PathBuf};

use clap::Args;
use detente_ledger::log::{Checkpoint, Stamped};
use detente_ledger::store::{CheckedStamp, Clock, Store};
use detente_ledger::time_stamp::{Authorities, Token, Vouched, request};

use super::key_file::read_key;
use super::ledger::{operator_file, place_name, run};
use crate::failure::Failure;
use crate::files::{read_bytes, write_new};
use crate::output::{print_json, print_text};

/// What to ask, or what was answered.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("what").required(true).args(["request", "answer"]))]
pub struct Arguments {
    /// The ledger: a file or a postgres:// URL.
    ledger: PathBuf,
    /// Write the question to an authority (RFC 3161, .tsq) about the ledger as it stands; never over another file.
    #[arg(long, value_name = "FILE")]
    request: Option<PathBuf>,
    /// Record an authority's answer (.tsr) to such a question.
    #[arg(long, value_name = "FILE", requires = "authority")]
    answer: Option<PathBuf>,
    /// A certificate (PEM) that is trusted to stand behind the answer.
    #[arg(long, value_name = "FILE")]
    authority: Vec<PathBuf>,
    /// The operator's key; LEDGER.operator.key when left out.
    #[arg(long, value_name = "FILE")]
    operator: Option<PathBuf>,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
}

impl Arguments {
    /// Writes the question or records the answer.
    pub fn run(self) -> Result<(), Failure> {
        match (&self.request, &self.answer) {
            (Some(file), _) => self.ask(file),
            (None, Some(file)) => self.record(file),
            (None, None) => Err(Failure::BadCall("--request or --answer is needed".to_owned())),
        }
    }

    fn ask(&self, file: &Path) -> Result<(), Failure> {
        let store = run(Store::open(&place_name(&self.ledger)?, None))?;
        let checkpoint = store.log().checkpoint();
        let question =
            request(checkpoint.body().as_bytes()).map_err(|error| Failure::BadCall(error.to_string()))?;
        write_new(file, &question)?;
        if self.json {
            return print_json(&serde_json::json!({ "request": file, "entries": checkpoint.size }));
        }
        print_text(&format!(
            "{} asks an authority to stamp the ledger's state of {} entries. Send it and record the answer, for example\n  \
             curl -sS -H 'Content-Type: application/timestamp-query' --data-binary @{} https://AUTHORITY -o answer.tsr\n  \
             detente stamp {} --answer answer.tsr --authority authority.pem",
            file.display(),
            checkpoint.size,
            file.display(),
            self.ledger.display()
        ))
    }

    fn record(&self, file: &Path) -> Result<(), Failure> {
        let refused = |what: &dyn std::fmt::Display| Failure::BadInput(format!("{}: {what}", file.display()));
        let operator = read_key(&operator_file(&self.ledger, self.operator.as_ref()))?;
        let authorities = read_authorities(&self.authority)?;
        let token = Token::from_answer(&read_bytes(file)?).map_err(|error| refused(&error))?;
        let mut store = run(Store::open(&place_name(&self.ledger)?, Some(operator.clone())))?;
        let about = |checkpoint: &Checkpoint| token.is_of(checkpoint.body().as_bytes());
        let Some((note, checkpoint)) = run(store.checkpoint_where(about))? else {
            return Err(refused(&"it is about no state of this ledger"));
        };
        let stamp = token
            .check(checkpoint.body().as_bytes(), &authorities)
            .map_err(|error| refused(&error))?;
        if let Vouched::ByNobody(why) = &stamp.vouched {
            return Err(refused(&format!("nobody who is trusted stands behind it: {why}")));
        }
        let entry = Stamped::entry(store.log().deal(), &note, token.bytes(), &operator)
            .map_err(|error| Failure::BadCall(error.to_string()))?;
        let receipts = run(store.append(&[entry], Clock::read(jiff::Timestamp::now)))?;
        let seq = receipts.first().map_or(0, |receipt| receipt.seq);
        let checked = CheckedStamp {
            seq,
            size: checkpoint.size,
            stamp,
        };
        if self.json {
            print_json(&checked)
        } else {
            print_text(&sentence(&checked))
        }
    }
}

/// The certificates of trusted authorities.
pub fn read_authorities(files: &[PathBuf]) -> Result<Authorities, Failure> {
    let mut authorities = Authorities::none();
    for file in files {
        let text = read_bytes(file)?;
        authorities
            .add_pem(&text)
            .map_err(|what| Failure::BadInput(format!("{}: {what}", file.display())))?;
    }
    Ok(authorities)
}

/// What a time stamp says, for people.
pub fn sentence(checked: &CheckedStamp) -> String {
    let stamp = &checked.stamp;
    let within = stamp.accuracy_microseconds.map_or(String::new(), |micros| {
        let seconds = std::time::Duration::from_micros(micros).as_secs_f64();
        format!(" (within {seconds} s)")
    });
    let behind = match &stamp.vouched {
        Vouched::By(authority) => format!("{authority} stands behind it"),
        Vouched::ByNobody(why) => format!("not vouched for: {why}"),
    };
    format!(
        "entry {}: the first {} entries existed by {}{within}, says {}; {behind}",
        checked.seq, checked.size, stamp.at, stamp.signer
    )
}
