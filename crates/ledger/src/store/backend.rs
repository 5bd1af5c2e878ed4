//! The statements, once; a macro writes them out for both databases.

use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, Row as _};

use super::server::{is_url, postgres_options};
use super::{SCHEMA_VERSION, StoreError};
use crate::log::Entry;
use crate::log::merkle::{Hash, leaf_hash};

/// How many entries are read at once, so that a large ledger is never in memory as a whole.
const PAGE: i64 = 8192;

/// A stored entry.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub seq: i64,
    pub leaf_hash: Hash,
    pub event_id: Option<String>,
    pub bytes: Vec<u8>,
}

/// A database.
pub(super) enum Backend {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// Says which database it is and nothing of how it is reached: that may hold a password.
impl std::fmt::Debug for Backend {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Sqlite(_) => "Sqlite",
            Self::Postgres(_) => "Postgres",
        })
    }
}

fn failed(error: sqlx::Error) -> StoreError {
    StoreError::Database(error.to_string())
}

/// Version 1 kept only bytes; version 2 keeps the leaf hash and the event's id beside them, the id unique.
const VERSION_1: [&str; 3] = [
    "CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS entries (seq BIGINT PRIMARY KEY, bytes BLOB_TYPE NOT NULL)",
    "CREATE TABLE IF NOT EXISTS checkpoints (size BIGINT PRIMARY KEY, note TEXT NOT NULL)",
];
/// Version 3 keeps the state that the entries make, in parts by the number of events up to which each goes.
const VERSION_3: [&str; 1] =
    ["CREATE TABLE IF NOT EXISTS states (upto BIGINT PRIMARY KEY, part BLOB_TYPE NOT NULL)"];
const VERSION_2: [&str; 3] = [
    "ALTER TABLE entries ADD COLUMN leaf_hash BLOB_TYPE",
    "ALTER TABLE entries ADD COLUMN event_id TEXT",
    "CREATE UNIQUE INDEX entries_event_id ON entries (event_id)",
];

impl Backend {
    pub(super) async fn create(place: &str) -> Result<Self, StoreError> {
        if !is_url(place) && std::path::Path::new(place).exists() {
            return Err(StoreError::Exists(place.to_owned()));
        }
        Self::connect(place, true, true).await
    }

    pub(super) async fn open(place: &str, write: bool) -> Result<Self, StoreError> {
        if !is_url(place) && !std::path::Path::new(place).is_file() {
            return Err(StoreError::Absent(place.to_owned()));
        }
        Self::connect(place, false, write).await
    }

    async fn connect(place: &str, create: bool, write: bool) -> Result<Self, StoreError> {
        if is_url(place) {
            // What the parser or the driver says of a URL may repeat a part of it.
            let unreachable = |error: sqlx::Error| {
                let said = error.to_string();
                let secret = place.split_once("://").map_or("", |(_, rest)| rest);
                let secret = secret.rsplit_once('@').map_or("", |(user, _)| user);
                let password = secret.split_once(':').map_or("", |(_, password)| password);
                let hidden = password.is_empty() || !said.contains(password);
                let said = if hidden {
                    said
                } else {
                    said.replace(password, "…")
                };
                StoreError::Database(format!("{}: {said}", super::without_password(place)))
            };
            let options = postgres_options(place).map_err(unreachable)?;
            let pool = PgPoolOptions::new()
                .max_connections(8)
                .connect_with(options)
                .await
                .map_err(unreachable)?;
            return Ok(Self::Postgres(pool));
        }
        let options = SqliteConnectOptions::new()
            .filename(place)
            .busy_timeout(std::time::Duration::from_secs(30));
        let options = if write {
            options
                .create_if_missing(create)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
        } else {
            // Nothing to replay means that a read-only folder is no obstacle.
            let replay = std::path::Path::new(&format!("{place}-wal")).exists();
            options.read_only(true).immutable(!replay)
        };
        let pool = SqlitePoolOptions::new()
            .max_connections(4)
            .connect_with(options)
            .await
            .map_err(failed)?;
        Ok(Self::Sqlite(pool))
    }

    fn blob(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "BLOB",
            Self::Postgres(_) => "BYTEA",
        }
    }

    async fn version(&self) -> Result<i64, StoreError> {
        let Ok(stored) = self.meta("schema_version").await else {
            return Ok(0);
        };
        stored.map_or(Ok(0), |text| {
            text.parse()
                .map_err(|_| StoreError::Database("schema_version is not a number".to_owned()))
        })
    }

    /// Brings the tables to the present version; a ledger of version 2 is read as it is where nothing may be written.
    pub(super) async fn migrate(&self, write: bool) -> Result<(), StoreError> {
        let version = self.version().await?;
        if version > SCHEMA_VERSION {
            return Err(StoreError::TooNew(version));
        }
        if version == 2 && !write {
            return Ok(());
        }
        if version < 1 {
            self.statements(&VERSION_1).await?;
            self.set_meta("schema_version", "1").await?;
        }
        if version < 2 {
            self.statements(&VERSION_2).await?;
            for (seq, bytes) in self.plain_rows().await? {
                let event_id = Entry::from_bytes(&bytes).ok().and_then(|entry| {
                    let event = entry.kind == crate::log::Kind::Event;
                    event
                        .then(|| entry.body.get("id")?.as_str().map(str::to_owned))
                        .flatten()
                });
                self.fill(seq, &leaf_hash(&bytes), event_id).await?;
            }
            self.set_meta("schema_version", "2").await?;
        }
        if version < 3 {
            self.statements(&VERSION_3).await?;
            self.set_meta("schema_version", "3").await?;
        }
        Ok(())
    }

    async fn statements(&self, all: &[&str]) -> Result<(), StoreError> {
        for statement in all {
            self.execute(statement.replace("BLOB_TYPE", self.blob())).await?;
        }
        Ok(())
    }

    /// Closes; SQLite's write-ahead log goes into the file first, where nobody who copies that file can miss it.
    pub(super) async fn close(&self) {
        match self {
            Self::Sqlite(pool) => {
                // It fails for readers, who leave nothing in it, and beside another writer, who will do it.
                let _ = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(pool).await;
                pool.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// Writes a function out for both databases.
macro_rules! on_both {
    ($self:ident, $pool:ident => $body:expr) => {
        match $self {
            Backend::Sqlite($pool) => $body,
            Backend::Postgres($pool) => $body,
        }
    };
}

impl Backend {
    async fn execute(&self, statement: String) -> Result<(), StoreError> {
        on_both!(self, pool => sqlx::query(AssertSqlSafe(statement)).execute(pool).await.map(|_| ()).map_err(failed))
    }

    async fn meta(&self, name: &str) -> Result<Option<String>, StoreError> {
        const STATEMENT: &str = "SELECT value FROM meta WHERE name = $1";
        on_both!(self, pool => {
            let row = sqlx::query(STATEMENT).bind(name).fetch_optional(pool).await.map_err(failed)?;
            row.map(|row| row.try_get(0)).transpose().map_err(failed)
        })
    }

    async fn set_meta(&self, name: &str, value: &str) -> Result<(), StoreError> {
        const STATEMENT: &str = "INSERT INTO meta (name, value) VALUES ($1, $2) \
                                 ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        on_both!(self, pool => {
            sqlx::query(STATEMENT).bind(name).bind(value).execute(pool).await.map(|_| ()).map_err(failed)
        })
    }

    /// What is kept of the state beside its parts.
    pub(super) async fn state(&self) -> Result<Option<String>, StoreError> {
        match self.version().await? {
            3.. => self.meta("state").await,
            _ => Ok(None),
        }
    }

    /// The parts of the kept state, in order.
    pub(super) async fn parts(&self) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
        const STATEMENT: &str = "SELECT upto, part FROM states ORDER BY upto";
        on_both!(self, pool => {
            let rows = sqlx::query(STATEMENT).fetch_all(pool).await.map_err(failed)?;
            rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect::<Result<_, _>>().map_err(failed)
        })
    }

    /// Keeps a state: parts behind those up to `from` are replaced, in one transaction with what names them.
    pub(super) async fn keep(
        &self,
        from: i64,
        parts: &[(usize, Vec<u8>)],
        state: &str,
    ) -> Result<(), StoreError> {
        const GONE: &str = "DELETE FROM states WHERE upto > $1";
        const PART: &str = "INSERT INTO states (upto, part) VALUES ($1, $2)";
        const STATE: &str = "INSERT INTO meta (name, value) VALUES ('state', $1) \
                             ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        on_both!(self, pool => {
            let mut transaction = pool.begin().await.map_err(failed)?;
            sqlx::query(GONE).bind(from).execute(&mut *transaction).await.map_err(failed)?;
            for (upto, part) in parts {
                let upto = i64::try_from(*upto).unwrap_or(i64::MAX);
                let query = sqlx::query(PART).bind(upto).bind(part.clone());
                query.execute(&mut *transaction).await.map_err(failed)?;
            }
            sqlx::query(STATE).bind(state).execute(&mut *transaction).await.map_err(failed)?;
            transaction.commit().await.map_err(failed)
        })
    }

    async fn plain_rows(&self) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
        const STATEMENT: &str = "SELECT seq, bytes FROM entries ORDER BY seq";
        on_both!(self, pool => {
            let rows = sqlx::query(STATEMENT).fetch_all(pool).await.map_err(failed)?;
            rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect::<Result<_, _>>().map_err(failed)
        })
    }

    async fn fill(&self, seq: i64, hash: &Hash, event_id: Option<String>) -> Result<(), StoreError> {
        const STATEMENT: &str = "UPDATE entries SET leaf_hash = $1, event_id = $2 WHERE seq = $3";
        on_both!(self, pool => {
            let query = sqlx::query(STATEMENT).bind(hash.to_vec()).bind(event_id).bind(seq);
            query.execute(pool).await.map(|_| ()).map_err(failed)
        })
    }

    pub(super) async fn size(&self) -> Result<u64, StoreError> {
        const STATEMENT: &str = "SELECT COALESCE(MAX(seq) + 1, 0) FROM entries";
        on_both!(self, pool => {
            let row = sqlx::query(STATEMENT).fetch_one(pool).await.map_err(failed)?;
            row.try_get::<i64, _>(0).map(|size| size as u64).map_err(failed)
        })
    }

    /// The next entries from a place on, at most [`PAGE`]; none when there are no more.
    pub(super) async fn rows(&self, from: u64) -> Result<Vec<Row>, StoreError> {
        match i64::try_from(from) {
            Ok(from) => self.rows_between(from, PAGE).await,
            Err(_) => Ok(Vec::new()),
        }
    }

    async fn rows_between(&self, from: i64, most: i64) -> Result<Vec<Row>, StoreError> {
        const STATEMENT: &str =
            "SELECT seq, leaf_hash, event_id, bytes FROM entries WHERE seq >= $1 ORDER BY seq LIMIT $2";
        on_both!(self, pool => {
            let rows = sqlx::query(STATEMENT).bind(from).bind(most).fetch_all(pool).await.map_err(failed)?;
            let read = rows.into_iter().map(|row| -> Result<Row, sqlx::Error> {
                let hash: Option<Vec<u8>> = row.try_get(1)?;
                Ok(Row {
                    seq: row.try_get(0)?,
                    // A hash of the wrong length is no hash of any bytes and shows as damage.
                    leaf_hash: hash.and_then(|hash| hash.try_into().ok()).unwrap_or([0; 32]),
                    event_id: row.try_get(2)?,
                    bytes: row.try_get(3)?,
                })
            });
            read.collect::<Result<_, _>>().map_err(failed)
        })
    }

    /// The leaf hashes of the first entries, in order.
    pub(super) async fn leaf_hashes(&self, size: i64) -> Result<Vec<Hash>, StoreError> {
        const STATEMENT: &str = "SELECT leaf_hash FROM entries WHERE seq < $1 ORDER BY seq";
        on_both!(self, pool => {
            let rows = sqlx::query(STATEMENT).bind(size).fetch_all(pool).await.map_err(failed)?;
            let read = rows.iter().map(|row| -> Result<Hash, sqlx::Error> {
                let hash: Option<Vec<u8>> = row.try_get(0)?;
                Ok(hash.and_then(|hash| hash.try_into().ok()).unwrap_or([0; 32]))
            });
            read.collect::<Result<_, _>>().map_err(failed)
        })
    }

    /// One entry by its place; an error where its own bytes cannot be read.
    pub(super) async fn row(&self, seq: i64) -> Result<Option<Row>, StoreError> {
        let rows = self.rows_between(seq, 1).await?;
        Ok(rows.into_iter().next().filter(|row| row.seq == seq))
    }

    /// The place of the last entry, by the index where the entries themselves cannot be read.
    pub(super) async fn last_place(&self) -> Result<i64, StoreError> {
        let last = self.last_checkpoint().await.ok().flatten();
        let by_checkpoint = last.map_or(0, |(size, _)| size);
        let by_entries = self.size().await.unwrap_or(0) as i64;
        Ok(by_checkpoint.max(by_entries) - 1)
    }

    /// Copies an SQLite file whole into a new file, beside whoever writes it.
    pub(super) async fn copy_into(&self, file: &str) -> Result<(), StoreError> {
        let Self::Sqlite(pool) = self else {
            return Err(StoreError::Database(
                "only an SQLite file is copied whole".to_owned(),
            ));
        };
        let query = sqlx::query("VACUUM INTO $1").bind(file);
        query.execute(pool).await.map(|_| ()).map_err(failed)
    }

    /// Writes entries and checkpoints into empty tables, in one transaction.
    pub(super) async fn fill_empty(
        &self,
        rows: &[Row],
        checkpoints: &[(i64, String)],
    ) -> Result<(), StoreError> {
        const ENTRY: &str = "INSERT INTO entries (seq, leaf_hash, event_id, bytes) VALUES ($1, $2, $3, $4)";
        const NOTE: &str = "INSERT INTO checkpoints (size, note) VALUES ($1, $2)";
        on_both!(self, pool => {
            let mut transaction = pool.begin().await.map_err(failed)?;
            for row in rows {
                let query = sqlx::query(ENTRY).bind(row.seq).bind(row.leaf_hash.to_vec());
                let query = query.bind(row.event_id.clone()).bind(row.bytes.clone());
                query.execute(&mut *transaction).await.map_err(failed)?;
            }
            for (size, note) in checkpoints {
                let query = sqlx::query(NOTE).bind(size).bind(note);
                query.execute(&mut *transaction).await.map_err(failed)?;
            }
            transaction.commit().await.map_err(failed)
        })
    }

    pub(super) async fn last_checkpoint(&self) -> Result<Option<(i64, String)>, StoreError> {
        Ok(self
            .checkpoints("SELECT size, note FROM checkpoints ORDER BY size DESC LIMIT 1")
            .await?
            .pop())
    }

    pub(super) async fn all_checkpoints(&self) -> Result<Vec<(i64, String)>, StoreError> {
        self.checkpoints("SELECT size, note FROM checkpoints ORDER BY size")
            .await
    }

    async fn checkpoints(&self, statement: &'static str) -> Result<Vec<(i64, String)>, StoreError> {
        on_both!(self, pool => {
            let rows = sqlx::query(statement).fetch_all(pool).await.map_err(failed)?;
            rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect::<Result<_, _>>().map_err(failed)
        })
    }

    /// Whether SQLite finds the file's own structure whole; PostgreSQL checks its pages itself.
    pub(super) async fn structure(&self) -> Result<Vec<String>, StoreError> {
        match self {
            Self::Postgres(_) => Ok(Vec::new()),
            Self::Sqlite(pool) => {
                let rows = sqlx::query("PRAGMA integrity_check")
                    .fetch_all(pool)
                    .await
                    .map_err(failed)?;
                let all: Result<Vec<String>, _> = rows.iter().map(|row| row.try_get(0)).collect();
                let mut wrong: Vec<String> = all
                    .map_err(failed)?
                    .into_iter()
                    .filter(|line| line != "ok")
                    .collect();
                wrong.extend(self.altered_schema(pool).await?);
                Ok(wrong)
            }
        }
    }

    /// Whether the tables are described as this program describes them; their descriptions are bytes too.
    async fn altered_schema(&self, pool: &SqlitePool) -> Result<Vec<String>, StoreError> {
        const EXPECTED: [&str; 5] = [
            "CREATE TABLE checkpoints (size BIGINT PRIMARY KEY, note TEXT NOT NULL)",
            "CREATE TABLE entries (seq BIGINT PRIMARY KEY, bytes BLOB NOT NULL, leaf_hash BLOB, event_id TEXT)",
            "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
            "CREATE UNIQUE INDEX entries_event_id ON entries (event_id)",
            "CREATE TABLE states (upto BIGINT PRIMARY KEY, part BLOB NOT NULL)",
        ];
        let version = self.version().await?;
        let expected = if version == 2 {
            &EXPECTED[..4]
        } else {
            &EXPECTED[..]
        };
        const STATEMENT: &str = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY sql";
        let rows = sqlx::query(STATEMENT).fetch_all(pool).await.map_err(failed)?;
        let found: Result<Vec<String>, _> = rows.iter().map(|row| row.try_get(0)).collect();
        let found = found.map_err(failed)?;
        let mut wrong: Vec<String> = found
            .iter()
            .filter(|sql| !expected.contains(&sql.as_str()))
            .map(|sql| format!("not as this program makes it: {sql}"))
            .collect();
        if found.len() != expected.len() {
            wrong.push(format!(
                "{} tables and indexes instead of {}",
                found.len(),
                expected.len()
            ));
        }
        if version != 2 && version != SCHEMA_VERSION {
            wrong.push("the version of the tables is not stored".to_owned());
        }
        Ok(wrong)
    }

    /// Appends in one transaction; false when the ledger has grown beyond `size` meanwhile.
    pub(super) async fn append(&self, size: u64, rows: &[Row], note: &str) -> Result<bool, StoreError> {
        const SIZE: &str = "SELECT COALESCE(MAX(seq) + 1, 0) FROM entries";
        const ENTRY: &str = "INSERT INTO entries (seq, leaf_hash, event_id, bytes) VALUES ($1, $2, $3, $4)";
        const NOTE: &str = "INSERT INTO checkpoints (size, note) VALUES ($1, $2)";
        macro_rules! insert {
            ($transaction:ident) => {{
                let row = sqlx::query(SIZE)
                    .fetch_one(&mut *$transaction)
                    .await
                    .map_err(failed)?;
                if row.try_get::<i64, _>(0).map_err(failed)? as u64 != size {
                    return Ok(false);
                }
                for row in rows {
                    let query = sqlx::query(ENTRY)
                        .bind(row.seq)
                        .bind(row.leaf_hash.to_vec());
                    let query = query.bind(row.event_id.clone()).bind(row.bytes.clone());
                    query.execute(&mut *$transaction).await.map_err(failed)?;
                }
                let new_size = size as i64 + rows.len() as i64;
                let query = sqlx::query(NOTE).bind(new_size).bind(note);
                query.execute(&mut *$transaction).await.map_err(failed)?;
                $transaction.commit().await.map_err(failed)?;
                Ok(true)
            }};
        }
        match self {
            Self::Sqlite(pool) => {
                // The write lock is taken first, so that what was read is still so when it is written.
                let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?;
                insert!(transaction)
            }
            Self::Postgres(pool) => {
                let mut transaction = pool.begin().await.map_err(failed)?;
                sqlx::query("LOCK TABLE entries IN EXCLUSIVE MODE")
                    .execute(&mut *transaction)
                    .await
                    .map_err(failed)?;
                insert!(transaction)
            }
        }
    }
}
