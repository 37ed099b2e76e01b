//! The open database: its two pools, the schema's migration, and what its errors mean.
//!
//! SQLite has one writer. All writes go through one connection, each in a transaction that takes the lock when
//! it begins; reads have connections of their own and see what was committed last.

use std::borrow::Cow;
use std::path::Path;
use std::time::Duration;

use engine::{Error, Kind, Result, TenantId};
use serde::de::DeserializeOwned;
use sqlx::Connection as _;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};

use crate::body::decode_all;
use crate::dialect::{self, Connection, Pool, PoolOptions, Transaction};

/// How many reads go on at once.
const READERS: u32 = 4;
/// How long a call waits for its turn before it gives up.
const TURN: Duration = Duration::from_secs(120);

/// An open database.
#[derive(Clone, Debug)]
pub(crate) struct Database {
    writer: Pool,
    readers: Pool,
}

impl Database {
    /// Opens the file, makes it where it is missing, and brings its schema up to date.
    pub(crate) async fn open(path: &Path) -> Result<Self> {
        dialect::create_file(path).map_err(|error| {
            Error::new(Kind::Unavailable, format!("the catalog {} cannot be opened", path.display()))
                .with_source(error)
        })?;
        let writer = pool_options()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(dialect::connect_options(path))
            .await
            .map_err(fault("opening the catalog"))?;
        migrate(&writer, path).await?;
        let readers = pool_options()
            .max_connections(READERS)
            .connect_with(dialect::read_options(path))
            .await
            .map_err(fault("opening the catalog"))?;
        Ok(Self { writer, readers })
    }

    /// Begins a transaction that writes. Dropped without a commit it leaves nothing.
    pub(crate) async fn write(&self) -> Result<Transaction> {
        self.writer.begin_with(dialect::BEGIN_WRITE).await.map_err(fault("beginning a write"))
    }

    /// Everything of one kind that a tenant has: `select` gives the bodies, with the tenant as `$1`.
    pub(crate) async fn tenants_bodies<T: DeserializeOwned>(
        &self,
        select: &'static str,
        tenant: &TenantId,
        doing: &'static str,
    ) -> Result<Vec<T>> {
        let mut transaction = self.read().await?;
        let bodies: Vec<String> = sqlx::query_scalar(select)
            .bind(&tenant.0)
            .fetch_all(&mut *transaction)
            .await
            .map_err(fault(doing))?;
        decode_all(&bodies)
    }

    /// Begins a transaction that reads; all its reads see the same state.
    pub(crate) async fn read(&self) -> Result<Transaction> {
        self.readers.begin().await.map_err(fault("beginning a read"))
    }

    /// Waits for what goes on and closes every connection.
    pub(crate) async fn close(&self) {
        // The writer last: the last connection to close folds the log into the file.
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// What both pools share.
fn pool_options() -> PoolOptions {
    PoolOptions::new().acquire_timeout(TURN).before_acquire(|connection, _| {
        // After some errors (a full disk is one) SQLite rolls a transaction back by itself, the rollback that
        // follows then fails, and the driver counts the transaction as open for good. Such a connection is
        // replaced, or nothing could be written any more.
        let usable = !connection.is_in_transaction();
        Box::pin(async move { Ok(usable) })
    })
}

async fn migrate(writer: &Pool, path: &Path) -> Result<()> {
    let steps = dialect::MIGRATIONS.iter().map(|(version, name, sql)| {
        let sql = sqlx::SqlSafeStr::into_sql_str(*sql);
        Migration::new(*version, Cow::Borrowed(name), MigrationType::Simple, sql, false)
    });
    Migrator::with_migrations(steps.collect()).run(writer).await.map_err(|error| match error {
        MigrateError::VersionMissing(version) => Error::new(
            Kind::Unsupported,
            format!(
                "the catalog {} was made by a newer version of this program (its schema has step {version}, \
                 this version knows {}); use that version or restore an older catalog",
                path.display(),
                dialect::MIGRATIONS.len(),
            ),
        ),
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
            fault("bringing the catalog's schema up to date")(error)
        }
        error => Error::internal(
            format!("the schema of the catalog {} is not as this program left it", path.display()),
            error,
        ),
    })
}

/// Turns an error of the database into ours; `doing` says what was being done.
pub(crate) fn fault(doing: &'static str) -> impl Fn(sqlx::Error) -> Error {
    move |error| {
        let kind = match &error {
            // Who writes looks first and says in words what is taken. This is for the moment in between.
            sqlx::Error::Database(error) if error.is_unique_violation() => Kind::Conflict,
            sqlx::Error::Database(error) => dialect::kind_of(error.as_ref()),
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => Kind::Unavailable,
            _ => Kind::Internal,
        };
        let message = match kind {
            Kind::Unavailable => format!("the catalog is not available ({doing}): is its disk full?"),
            Kind::Conflict => format!("something of the same name was made at the same time ({doing})"),
            _ => format!("the catalog failed ({doing})"),
        };
        Error::new(kind, message).with_source(error)
    }
}

/// Commits.
pub(crate) async fn commit(transaction: Transaction) -> Result<()> {
    transaction.commit().await.map_err(fault("committing"))
}

/// Replaces the body of a row; `update` is `UPDATE … SET body = $1 WHERE id = $2`.
///
/// A thing's number is part of its body and known only once its row is there, so a new row is inserted with an
/// empty body first, in the same transaction.
pub(crate) async fn set_body<T: serde::Serialize>(
    connection: &mut Connection,
    update: &'static str,
    id: i64,
    value: &T,
) -> Result<()> {
    sqlx::query(update)
        .bind(crate::body::encode(value)?)
        .bind(id)
        .execute(connection)
        .await
        .map_err(fault("keeping a new thing"))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_full_disk_is_unavailable_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(&folder.path().join("catalog.sqlite")).await.unwrap();
        let limit = |pages: u32| {
            let sql = sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"));
            let database = &database;
            async move {
                let mut connection = database.writer.acquire().await.unwrap();
                sqlx::query(sql).execute(&mut *connection).await.unwrap();
            }
        };
        let insert = || async {
            let mut transaction = database.write().await?;
            for name in 0..100 {
                sqlx::query("INSERT INTO policy (tenant, name, modified_us, body) VALUES ('t', $1, 0, $2)")
                    .bind(name.to_string())
                    .bind("x".repeat(10_000))
                    .execute(&mut *transaction)
                    .await
                    .map_err(fault("filling the disk"))?;
            }
            commit(transaction).await
        };
        limit(60).await;
        let error = insert().await.unwrap_err();
        assert_eq!(error.kind(), Kind::Unavailable, "{error}");
        assert!(error.message().contains("is its disk full?"), "{error}");
        let count = || async {
            let mut transaction = database.read().await.unwrap();
            sqlx::query_scalar::<_, i64>("SELECT count(*) FROM policy").fetch_one(&mut *transaction).await
        };
        assert_eq!(count().await.unwrap(), 0);
        // There is room again. (The limit belongs to a connection; whichever is used now, it has room.)
        limit(1_000_000).await;
        insert().await.unwrap();
        assert_eq!(count().await.unwrap(), 100);
    }
}
