//! What differs between databases: types, how a write begins, what an error code means, the index of names.
//!
//! Everything else in this crate is SQL that SQLite and PostgreSQL both understand: `$1` placeholders,
//! `RETURNING`, `ON CONFLICT`, row values, `LIKE … ESCAPE`.

use std::fs::{OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::time::Duration;

use engine::Kind;
use sqlx::error::DatabaseError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};

/// The database.
pub(crate) type Db = sqlx::Sqlite;
/// A pool of connections to it.
pub(crate) type Pool = sqlx::SqlitePool;
/// How a pool is made.
pub(crate) type PoolOptions = sqlx::sqlite::SqlitePoolOptions;
/// A connection.
pub(crate) type Connection = sqlx::SqliteConnection;
/// A transaction.
pub(crate) type Transaction = sqlx::Transaction<'static, Db>;
/// A row of an answer.
pub(crate) type Row = sqlx::sqlite::SqliteRow;

/// Begins a transaction that will write: it takes the write lock at once, so that it can never fail for
/// having read before another one wrote.
pub(crate) const BEGIN_WRITE: &str = "BEGIN IMMEDIATE";

/// The schema, oldest step first. A step is never changed once it was released.
pub(crate) const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "catalog", include_str!("../migrations/0001_catalog.sql")),
    (2, "expiry", include_str!("../migrations/0002_expiry.sql")),
    (3, "schedule", include_str!("../migrations/0003_schedule.sql")),
    (4, "connections", include_str!("../migrations/0004_connections.sql")),
    (5, "tasks", include_str!("../migrations/0005_tasks.sql")),
    (6, "users", include_str!("../migrations/0006_users.sql")),
    (7, "mounts", include_str!("../migrations/0007_mounts.sql")),
];

/// Makes the file where it is missing, readable by its owner alone. SQLite gives the files beside it (`-wal`,
/// `-shm`) the same mode.
pub(crate) fn create_file(path: &Path) -> io::Result<()> {
    OpenOptions::new().append(true).create(true).mode(0o600).open(path)?;
    // Also for a file that somebody made before with a wider mode.
    std::fs::set_permissions(path, Permissions::from_mode(0o600))
}

/// How the file is opened. `FULL` syncs the log at every commit: what was answered with `Ok` survives a power
/// failure.
pub(crate) fn connect_options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(30))
        // A statement of five hundred rows is large, and there are some of every size.
        .statement_cache_capacity(50)
        // 32 MiB: the inner pages of the indexes of a million files.
        .pragma("cache_size", "-32768")
        .pragma("temp_store", "memory")
}

/// The same for connections that only read.
pub(crate) fn read_options(path: &Path) -> SqliteConnectOptions {
    connect_options(path).pragma("query_only", "1")
}

/// What kind of failure an error code of the database means. A violated constraint is not told from others
/// here: who writes checks first and says it in words.
pub(crate) fn kind_of(error: &dyn DatabaseError) -> Kind {
    // The low byte of an extended code is the primary one.
    let primary = error.code().and_then(|code| code.parse::<i32>().ok()).map_or(0, |code| code & 0xff);
    match primary {
        // BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN.
        5 | 6 | 8 | 10 | 13 | 14 => Kind::Unavailable,
        _ => Kind::Internal,
    }
}

/// The condition that narrows `file f` down by the index of names; the placeholder for the expression of
/// [`trigram_expression`] follows it, then `)`.
pub(crate) const NAME_INDEX: &str = " AND f.id IN (SELECT rowid FROM file_name WHERE file_name MATCH ";

/// What the index of names is asked for: every trigram of every literal run. None where no run has three
/// characters: then only reading every name helps.
pub(crate) fn trigram_expression(runs: &[String]) -> Option<String> {
    // More of them narrow nothing down any further.
    const ENOUGH: usize = 24;
    let mut trigrams = Vec::new();
    for run in runs {
        let letters: Vec<char> = run.chars().collect();
        for three in letters.windows(3) {
            let phrase = format!("\"{}\"", three.iter().collect::<String>().replace('"', "\"\""));
            if trigrams.len() < ENOUGH && !trigrams.contains(&phrase) {
                trigrams.push(phrase);
            }
        }
    }
    (!trigrams.is_empty()).then(|| trigrams.join(" AND "))
}
