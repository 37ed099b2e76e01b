//! API keys, and the tokens they are exchanged for.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};

use crate::{ApiKey, Caller, Engine, Error, Result, SecretDigest, TenantId};

/// How long a token is good for.
const TOKEN_LIFETIME: SignedDuration = SignedDuration::from_hours(1);

/// The most characters of a tenant's id: every tenant has folders that are named after it.
const LONGEST_TENANT: usize = 64;

/// The least number of characters of an API key that somebody brings along.
const SHORTEST_KEY: usize = 20;

/// A key or a token in the clear, on its way to the one who asked for it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The secret itself.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// A password that nobody can guess and anybody can copy by hand: 24 characters, 120 random bits, none
    /// that looks like another.
    ///
    /// # Errors
    /// When the machine has no random bytes.
    pub fn random_password() -> Result<Self> {
        const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
        let mut bytes = [0; 24];
        getrandom::fill(&mut bytes).map_err(|err| Error::internal("no random bytes could be had", err))?;
        Ok(Self(bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect()))
    }

    pub(crate) fn random() -> Result<Self> {
        let mut bytes = [0; 33];
        getrandom::fill(&mut bytes).map_err(|err| Error::internal("no random bytes could be had", err))?;
        Ok(Self(BASE64_URL_SAFE_NO_PAD.encode(bytes)))
    }
}

impl From<String> for Secret {
    fn from(secret: String) -> Self {
        Self(secret)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A new API key, with the key: this is the only time it can be seen.
#[derive(Clone, Debug)]
pub struct NewApiKey {
    /// What is kept of it.
    pub record: ApiKey,
    /// The key.
    pub secret: Secret,
}

/// A token.
#[derive(Clone, Debug)]
pub struct Token {
    /// The token.
    pub secret: Secret,
    /// How long it is good for, counted from now.
    pub lifetime: SignedDuration,
    /// When it runs out.
    pub expires_at: Timestamp,
}

impl Engine {
    /// Makes an API key for a tenant.
    ///
    /// # Errors
    /// [`Kind::Invalid`](crate::Kind::Invalid) for a tenant that no call could name; when the catalog cannot
    /// keep it.
    pub async fn create_api_key(&self, tenant: &TenantId, name: &str) -> Result<NewApiKey> {
        let secret = Secret::random()?;
        let record = self.keep_api_key(tenant, name, &secret).await?;
        Ok(NewApiKey { record, secret })
    }

    /// Takes over an API key that somebody made elsewhere. Taking over the same key again changes nothing.
    ///
    /// # Errors
    /// [`Kind::Invalid`](crate::Kind::Invalid) for a key that is too short to be safe,
    /// [`Kind::Conflict`](crate::Kind::Conflict) for one that is in use for another tenant.
    pub async fn adopt_api_key(&self, tenant: &TenantId, name: &str, key: &str) -> Result<ApiKey> {
        if key.chars().count() < SHORTEST_KEY {
            return Err(Error::invalid(format!("an API key needs at least {SHORTEST_KEY} characters")));
        }
        match self.shared.catalog.api_key(digest(key)).await? {
            Some(known) if known.tenant == *tenant => Ok(known),
            Some(_) => Err(Error::conflict("this API key is in use for another tenant")),
            None => self.keep_api_key(tenant, name, &Secret(key.to_owned())).await,
        }
    }

    /// All API keys, of every tenant.
    ///
    /// # Errors
    /// When the catalog does not answer.
    pub async fn api_keys(&self) -> Result<Vec<ApiKey>> {
        self.shared.catalog.api_keys().await
    }

    /// Exchanges an API key for a token; none when there is no such key.
    ///
    /// # Errors
    /// When the catalog does not answer.
    pub async fn exchange(&self, api_key: &str) -> Result<Option<Token>> {
        let Some(key) = self.shared.catalog.api_key(digest(api_key)).await? else {
            return Ok(None);
        };
        let now = self.shared.clock.now();
        let expires_at = now
            .checked_add(TOKEN_LIFETIME)
            .map_err(|err| Error::internal("the clock is at the end of the calendar", err))?;
        let secret = Secret::random()?;
        self.shared.catalog.insert_token(&key, digest(secret.expose()), now, expires_at).await?;
        Ok(Some(Token { secret, lifetime: TOKEN_LIFETIME, expires_at }))
    }

    /// Who a token speaks for; none when it is unknown or has run out.
    ///
    /// # Errors
    /// When the catalog does not answer.
    pub async fn authenticate(&self, token: &str) -> Result<Option<Caller>> {
        self.shared.catalog.token(digest(token), self.shared.clock.now()).await
    }

    async fn keep_api_key(&self, tenant: &TenantId, name: &str, secret: &Secret) -> Result<ApiKey> {
        check_tenant(tenant)?;
        let now = self.shared.clock.now();
        self.shared.catalog.insert_api_key(tenant, name, digest(secret.expose()), now).await
    }
}

pub(crate) fn digest(secret: &str) -> SecretDigest {
    SecretDigest(Sha256::digest(secret.as_bytes()).into())
}

/// Calls name their tenant in a header, which takes no more than this.
fn check_tenant(tenant: &TenantId) -> Result<()> {
    let can_be_named = tenant.0.bytes().all(|byte| byte.is_ascii_graphic());
    if tenant.0.is_empty() || tenant.0.len() > LONGEST_TENANT || !can_be_named {
        return Err(Error::invalid(format!(
            "{:?} cannot be the id of a tenant: it takes 1 to {LONGEST_TENANT} ASCII characters without spaces",
            tenant.0
        )));
    }
    Ok(())
}
