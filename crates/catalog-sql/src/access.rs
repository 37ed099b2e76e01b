//! API keys and tokens, by their digests.

use engine::{ApiKey, Caller, Error, KeyId, Result, SecretDigest, TenantId};
use jiff::Timestamp;

use crate::body::{decode, decode_all, micros};
use crate::database::{Database, commit, fault, set_body};

pub(crate) async fn insert_api_key(
    database: &Database,
    tenant: &TenantId,
    name: &str,
    digest: SecretDigest,
    now: Timestamp,
) -> Result<ApiKey> {
    let doing = "keeping an API key";
    let mut transaction = database.write().await?;
    let id =
        sqlx::query_scalar("INSERT INTO api_key (digest, tenant, body) VALUES ($1, $2, '') RETURNING id")
            .bind(digest.0.as_slice())
            .bind(&tenant.0)
            .fetch_one(&mut *transaction)
            .await
            .map_err(fault(doing))?;
    let key = ApiKey { id: KeyId(id), tenant: tenant.clone(), name: name.to_owned(), created_at: now };
    set_body(&mut transaction, "UPDATE api_key SET body = $1 WHERE id = $2", id, &key).await?;
    commit(transaction).await?;
    Ok(key)
}

pub(crate) async fn api_key(database: &Database, digest: SecretDigest) -> Result<Option<ApiKey>> {
    let mut transaction = database.read().await?;
    let body: Option<String> = sqlx::query_scalar("SELECT body FROM api_key WHERE digest = $1")
        .bind(digest.0.as_slice())
        .fetch_optional(&mut *transaction)
        .await
        .map_err(fault("reading an API key"))?;
    body.map(|body| decode(&body)).transpose()
}

pub(crate) async fn api_keys(database: &Database) -> Result<Vec<ApiKey>> {
    let mut transaction = database.read().await?;
    let bodies: Vec<String> = sqlx::query_scalar("SELECT body FROM api_key ORDER BY id")
        .fetch_all(&mut *transaction)
        .await
        .map_err(fault("reading the API keys"))?;
    decode_all(&bodies)
}

pub(crate) async fn insert_token(
    database: &Database,
    key: &ApiKey,
    digest: SecretDigest,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    let doing = "keeping a token";
    let mut transaction = database.write().await?;
    sqlx::query("DELETE FROM token WHERE expires_us < $1")
        .bind(micros(now))
        .execute(&mut *transaction)
        .await
        .map_err(fault(doing))?;
    // From the key's own row, so that a key withdrawn meanwhile gets no token.
    let kept = sqlx::query(
        "INSERT INTO token (digest, key_id, expires_us) \
         SELECT $1, id, $2 FROM api_key WHERE id = $3 AND tenant = $4",
    )
    .bind(digest.0.as_slice())
    .bind(micros(expires_at))
    .bind(key.id.0)
    .bind(&key.tenant.0)
    .execute(&mut *transaction)
    .await
    .map_err(fault(doing))?;
    if kept.rows_affected() == 0 {
        return Err(Error::not_found("API key", key.id));
    }
    commit(transaction).await
}

pub(crate) async fn token(
    database: &Database,
    digest: SecretDigest,
    now: Timestamp,
) -> Result<Option<Caller>> {
    let mut transaction = database.read().await?;
    let found: Option<(i64, String)> = sqlx::query_as(
        "SELECT k.id, k.tenant FROM token t JOIN api_key k ON k.id = t.key_id \
         WHERE t.digest = $1 AND t.expires_us >= $2",
    )
    .bind(digest.0.as_slice())
    .bind(micros(now))
    .fetch_optional(&mut *transaction)
    .await
    .map_err(fault("reading a token"))?;
    Ok(found.map(|(key, tenant)| Caller { key: KeyId(key), tenant: TenantId(tenant) }))
}
