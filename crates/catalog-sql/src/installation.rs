//! Who this installation is.

use std::hash::{BuildHasher, Hasher, RandomState};

use engine::{Installation, Result};
use jiff::Timestamp;

use crate::database::{Database, commit, fault};

/// The installation's identity; made on first use.
pub(crate) async fn get(database: &Database) -> Result<Installation> {
    let doing = "reading the installation's identity";
    let mut transaction = database.write().await?;
    sqlx::query(
        "INSERT INTO installation (singleton, cluster_id, incarnation_id) VALUES (1, $1, $2) \
         ON CONFLICT (singleton) DO NOTHING",
    )
    .bind(random_cluster_id())
    .bind(Timestamp::now().as_millisecond())
    .execute(&mut *transaction)
    .await
    .map_err(fault(doing))?;
    let (cluster_id, incarnation_id) =
        sqlx::query_as("SELECT cluster_id, incarnation_id FROM installation WHERE singleton = 1")
            .fetch_one(&mut *transaction)
            .await
            .map_err(fault(doing))?;
    commit(transaction).await?;
    Ok(Installation { cluster_id, incarnation_id })
}

/// 16 digits, and below 2^53: a reader that keeps numbers as doubles keeps this one.
fn random_cluster_id() -> i64 {
    const LEAST: i64 = 1_000_000_000_000_000;
    const COUNT: i64 = 8_000_000_000_000_000;
    // The standard library seeds this from the system's randomness; an identity needs no more.
    let random = RandomState::new().build_hasher().finish();
    LEAST + i64::try_from(random >> 1).unwrap_or(0) % COUNT
}
