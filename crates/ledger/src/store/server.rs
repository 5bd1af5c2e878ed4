//! How a database server is reached: over TLS, unless it is on this machine.

use sqlx::postgres::{PgConnectOptions, PgSslMode};

/// Whether a place is a server's and no file's.
pub(super) fn is_url(place: &str) -> bool {
    place.starts_with("postgres://") || place.starts_with("postgresql://")
}

/// How a server is reached: one that is not on this machine is spoken to over TLS, with its certificate checked unless the
/// URL or the environment asks for less; what may fall back to plain text is refused.
pub(super) fn postgres_options(place: &str) -> Result<PgConnectOptions, sqlx::Error> {
    let options: PgConnectOptions = place.parse()?;
    let host = options.get_host();
    let here = host.starts_with('/') || matches!(host, "localhost" | "127.0.0.1" | "::1" | "[::1]");
    let stated = place.contains("sslmode=") || place.contains("ssl-mode=");
    let stated = stated || std::env::var_os("PGSSLMODE").is_some();
    if here {
        return Ok(options);
    }
    if !stated {
        return Ok(options.ssl_mode(PgSslMode::VerifyFull));
    }
    match options.get_ssl_mode() {
        PgSslMode::Disable | PgSslMode::Allow | PgSslMode::Prefer => {
            let what = "a server on another machine is spoken to over TLS: leave sslmode out, or ask for verify-full, \
                        verify-ca or require";
            Err(sqlx::Error::Configuration(what.into()))
        }
        PgSslMode::Require | PgSslMode::VerifyCa | PgSslMode::VerifyFull => Ok(options),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How a server is reached: its URL, and the mode, or that it is refused.
    #[test]
    fn a_server_elsewhere_is_spoken_to_over_tls() {
        for (place, mode) in [
            ("postgres://book@db.example/deal", Some("VerifyFull")),
            ("postgres://book@10.0.0.7:5432/deal", Some("VerifyFull")),
            ("postgres://book@localhost.example/deal", Some("VerifyFull")),
            (
                "postgres://book@db.example/deal?sslmode=verify-ca",
                Some("VerifyCa"),
            ),
            ("postgres://book@db.example/deal?sslmode=require", Some("Require")),
            ("postgres://book@db.example/deal?sslmode=prefer", None),
            ("postgres://book@db.example/deal?sslmode=allow", None),
            ("postgres://book@db.example/deal?sslmode=disable", None),
            ("postgres://book@127.0.0.1/deal?sslmode=disable", Some("Disable")),
            ("postgres://book@localhost/deal", Some("Prefer")),
        ] {
            let found = postgres_options(place).map(|options| format!("{:?}", options.get_ssl_mode()));
            assert_eq!(found.ok().as_deref(), mode, "{place}");
        }
    }
}
