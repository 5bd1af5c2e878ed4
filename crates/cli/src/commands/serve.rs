//! `detente serve`: the board of a running deal; on this machine, or elsewhere with a certificate.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use detente_web::{OpenId, PublicTier, ServeError, Settings, Tls, serve};

use super::key_file::read_key;
use super::ledger::{operator_file, place_name};
use crate::failure::Failure;
use crate::files::read_text;
use crate::output;

/// What to serve and to whom.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The ledger: a file or a postgres:// URL.
    ledger: PathBuf,
    /// Where to listen: a loopback address; others need a certificate, because the board speaks plain HTTP without one.
    #[arg(long, default_value = "127.0.0.1:8017", value_name = "ADDRESS:PORT")]
    listen: SocketAddr,
    /// The operator's key; LEDGER.operator.key when left out. Without one the board only shows.
    #[arg(long, value_name = "FILE")]
    operator: Option<PathBuf>,
    /// What those see who have not signed in.
    #[arg(long, value_enum, default_value = "summary")]
    public: Tier,
    /// The certificate with its chain (PEM): the board speaks TLS alone.
    #[arg(long, value_name = "FILE", requires = "private_key")]
    certificate: Option<PathBuf>,
    /// The certificate's private key (PEM).
    #[arg(long, value_name = "FILE", requires = "certificate")]
    private_key: Option<PathBuf>,
    /// Sign-in with OpenID Connect as this file says (docs/agreements.md); keys that stay at home work all the same.
    #[arg(long, value_name = "FILE")]
    sign_in: Option<PathBuf>,
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
            output::tell(&format!(
                "{} is not there: the board only shows, nothing can be recorded",
                path.display()
            ));
            None
        };
        let tls = self.tls()?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        let openid = self.sign_in.as_deref().map(read_openid).transpose()?;
        let settings = Settings {
            ledger: place_name(&self.ledger)?,
            operator,
            listen: self.listen,
            public: match self.public {
                Tier::None => PublicTier::None,
                Tier::Summary => PublicTier::Summary,
                Tier::All => PublicTier::All,
            },
            tls,
            openid,
        };
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Failure::BadCall(format!("the board cannot run: {error}")))?;
        let ready = |address| {
            // The board serves whether or not anybody reads this.
            let _ = output::print_text(&format!(
                "the board is at {scheme}://{address}/  (Ctrl-C ends it)"
            ));
        };
        let result = runtime.block_on(serve(settings, ready, told_to_end()));
        runtime.shutdown_timeout(std::time::Duration::from_secs(1));
        result.map_err(|error| match error {
            ServeError::Store(error) => super::ledger::store_failure(error),
            other => Failure::BadCall(other.to_string()),
        })
    }

    fn tls(&self) -> Result<Option<Tls>, Failure> {
        let (Some(certificate), Some(private_key)) = (&self.certificate, &self.private_key) else {
            return Ok(None);
        };
        let (chain, key) = (read_text(certificate)?, read_text(private_key)?);
        let tls = Tls::from_pem(chain.as_bytes(), key.as_bytes());
        tls.map(Some)
            .map_err(|why| Failure::BadInput(format!("{}: {why}", certificate.display())))
    }
}

/// Waits for Ctrl-C, or for the signal by which a machine ends its services (SIGTERM).
async fn told_to_end() {
    let interrupted = async {
        // Without a handler there is nothing to wait for but the end of the program.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                () = interrupted => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    interrupted.await;
}

/// Files that the configuration names lie beside it.
fn read_openid(path: &Path) -> Result<OpenId, Failure> {
    let text = read_text(path)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let read = |file: &str| {
        let file = folder.join(file);
        std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))
    };
    OpenId::from_toml(&text, read).map_err(|why| Failure::BadInput(format!("{}: {why}", path.display())))
}
