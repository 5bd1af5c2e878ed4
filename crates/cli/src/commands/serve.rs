//! `detente serve`: the board of a running deal, on this machine.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use detente_web::{PublicTier, ServeError, Settings, serve};

use super::ledger::{operator_file, read_key, shown};
use crate::failure::Failure;

/// What to serve and to whom.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The ledger: a file or a postgres:// URL.
    ledger: PathBuf,
    /// Where to listen: a loopback address; others are refused, because the board speaks plain HTTP.
    #[arg(long, default_value = "127.0.0.1:8017", value_name = "ADDRESS:PORT")]
    listen: SocketAddr,
    /// The operator's key; LEDGER.operator.key when left out. Without one the board only shows.
    #[arg(long, value_name = "FILE")]
    operator: Option<PathBuf>,
    /// What those see who have not signed in.
    #[arg(long, value_enum, default_value = "summary")]
    public: Tier,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Tier {
    /// Nothing.
    None,
    /// Headlines and dates, without notes, causes and evidence.
    Summary,
    /// Everything.
    All,
}

impl Arguments {
    /// Serves until Ctrl-C.
    pub fn run(self) -> Result<(), Failure> {
        let path = operator_file(&self.ledger, self.operator.as_ref());
        let operator = if path.exists() {
            Some(read_key(&path)?)
        } else {
            eprintln!(
                "{} is not there: the board only shows, nothing can be recorded",
                path.display()
            );
            None
        };
        let settings = Settings {
            ledger: shown(&self.ledger),
            operator,
            listen: self.listen,
            public: match self.public {
                Tier::None => PublicTier::None,
                Tier::Summary => PublicTier::Summary,
                Tier::All => PublicTier::All,
            },
        };
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Failure::BadCall(format!("the board cannot run: {error}")))?;
        let ready = |address| println!("the board is at http://{address}/  (Ctrl-C ends it)");
        let stop = async {
            // Without a handler there is nothing to wait for but the end of the program.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        let result = runtime.block_on(serve(settings, ready, stop));
        runtime.shutdown_timeout(std::time::Duration::from_secs(1));
        result.map_err(|error| match error {
            ServeError::Store(error) => super::ledger::store_failure(error),
            other => Failure::BadCall(other.to_string()),
        })
    }
}
