//! Who may ask: API keys and the tokens they are exchanged for.
//!
//! Neither is ever kept as it is: the catalog holds SHA-256 digests. Both are long and random, so a plain
//! digest is as good as a slow one.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{KeyId, TenantId};

/// An API key, without the key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ApiKey {
    /// Its number.
    pub id: KeyId,
    /// For which tenant it speaks.
    pub tenant: TenantId,
    /// What people call it.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Who a valid token speaks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Caller {
    /// By which key.
    pub key: KeyId,
    /// For which tenant.
    pub tenant: TenantId,
}

/// The SHA-256 digest of a key or token.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SecretDigest(pub [u8; 32]);
