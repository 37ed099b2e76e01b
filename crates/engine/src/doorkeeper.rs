//! Who lets users in: hashes passwords, one at a time, and makes those wait who fail again and again.
//!
//! A hash takes 19 MiB and a few hundredths of a second on purpose. One at a time is what keeps a crowd of
//! logins from taking all memory; a short queue is what keeps it from taking all connections.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{Error, Kind, PasswordHash, Result, SecretDigest};

/// How many attempts to log in may wait for their turn.
const QUEUE: usize = 64;

/// What a password is held against when nobody has the login: a hash with the costs of all others, of a
/// password that was thrown away. Nothing that it is held against is let in.
const NOBODYS_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$c3Ryb25ncm9vbS1ub2JvZHk\
                            $RdescudvJCsgt3ub+b4dWRWJTmaaJObG5ot7bWpXyzw";

/// Lets users in.
#[derive(Debug)]
pub(crate) struct Doorkeeper {
    turn: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    failures: Mutex<Failures>,
}

/// The right to hash, which only one has at a time.
pub(crate) struct Turn {
    _permit: OwnedSemaphorePermit,
}

impl Default for Doorkeeper {
    fn default() -> Self {
        Self {
            turn: Arc::new(Semaphore::new(1)),
            queue: Arc::new(Semaphore::new(QUEUE)),
            failures: Mutex::default(),
        }
    }
}

impl Doorkeeper {
    /// A place in the queue of those who want in.
    pub(crate) fn queue(&self) -> Result<OwnedSemaphorePermit> {
        Arc::clone(&self.queue).try_acquire_owned().map_err(|_| {
            Error::new(Kind::Unavailable, "too many log in at the same time; try again in a few seconds")
        })
    }

    /// Waits for the turn.
    pub(crate) async fn turn(&self) -> Result<Turn> {
        let permit = Arc::clone(&self.turn).acquire_owned().await;
        permit
            .map(|_permit| Turn { _permit })
            .map_err(|err| Error::internal("nobody lets users in any more", err))
    }

    /// The hash of a new password.
    pub(crate) async fn hash(&self, password: &str) -> Result<PasswordHash> {
        let turn = self.turn().await?;
        let password = password.to_owned();
        let hash = tokio::task::spawn_blocking(move || {
            // The turn goes along: a caller that gives up does not stop the hashing.
            let _turn = turn;
            Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string())
        });
        hash.await
            .map_err(|err| Error::internal("a password could not be hashed", err))?
            .map(PasswordHash)
            .map_err(|err| Error::internal("a password could not be hashed", err))
    }

    /// Whether `password` is the one that was hashed; without a hash the same work for nothing. Gives the turn
    /// back to the one who had it.
    pub(crate) async fn verify(
        &self,
        turn: Turn,
        password: String,
        hash: Option<PasswordHash>,
    ) -> Result<(bool, Turn)> {
        let work = tokio::task::spawn_blocking(move || {
            let kept = hash.as_ref().map_or(NOBODYS_HASH, |hash| hash.0.as_str());
            let answer = Argon2::default().verify_password(password.as_bytes(), kept);
            (hash.is_some(), answer, turn)
        });
        let (known, answer, turn) =
            work.await.map_err(|err| Error::internal("a password could not be verified", err))?;
        match answer {
            Ok(()) => Ok((known, turn)),
            Err(argon2::password_hash::Error::PasswordInvalid) => Ok((false, turn)),
            Err(err) => Err(Error::internal("the hash of a password cannot be understood", err)),
        }
    }

    /// Until when attempts with this login are not looked at, if they are not now.
    pub(crate) fn blocked_until(&self, login: &str, now: Timestamp) -> Option<Timestamp> {
        self.failures().blocked_until(key(login), now)
    }

    /// An attempt failed.
    pub(crate) fn failed(&self, login: &str, now: Timestamp) {
        self.failures().add(key(login), now);
    }

    /// What has failed so far does not count any more.
    pub(crate) fn forgive(&self, login: &str) {
        self.failures().by_login.remove(&key(login));
    }

    fn failures(&self) -> MutexGuard<'_, Failures> {
        // Each change is a single insert or removal: a panic in between leaves nothing half done.
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Attempts in a row that failed, by the digest of the login: some people type their password there.
#[derive(Debug, Default)]
struct Failures {
    by_login: HashMap<[u8; 32], Row>,
}

#[derive(Clone, Copy, Debug)]
struct Row {
    length: u32,
    last: Timestamp,
}

impl Failures {
    /// How many failures in a row are free.
    const FREE: u32 = 5;
    /// The longest delay.
    const LONGEST: SignedDuration = SignedDuration::from_secs(30);
    /// After how long without a failure a row is over.
    const FORGOTTEN: SignedDuration = SignedDuration::from_hours(1);
    /// How many logins are remembered.
    const MOST: usize = 10_000;

    fn blocked_until(&self, login: [u8; 32], now: Timestamp) -> Option<Timestamp> {
        let row = self.by_login.get(&login)?;
        let until = row.last.checked_add(Self::delay(row.length)).unwrap_or(Timestamp::MAX);
        // A clock that was set back does not keep anybody out.
        (row.last <= now && now < until).then_some(until)
    }

    fn add(&mut self, login: [u8; 32], now: Timestamp) {
        if self.by_login.len() >= Self::MOST && !self.by_login.contains_key(&login) {
            self.make_room(now);
        }
        let row = self.by_login.entry(login).or_insert(Row { length: 0, last: now });
        if row.is_over(now) {
            row.length = 0;
        }
        *row = Row { length: row.length.saturating_add(1), last: now };
    }

    /// One second after the fifth failure, twice as long after each further one.
    fn delay(length: u32) -> SignedDuration {
        match length.checked_sub(Self::FREE) {
            None => SignedDuration::ZERO,
            Some(further) => SignedDuration::from_secs(1 << further.min(5)).min(Self::LONGEST),
        }
    }

    fn make_room(&mut self, now: Timestamp) {
        self.by_login.retain(|_, row| !row.is_over(now));
        // Still full: the shortest and oldest rows, which have the least to tell, make room together.
        if self.by_login.len() >= Self::MOST {
            let mut rows: Vec<_> =
                self.by_login.iter().map(|(login, row)| (row.length, row.last, *login)).collect();
            rows.sort_unstable();
            for (_, _, login) in rows.into_iter().take(Self::MOST / 10) {
                self.by_login.remove(&login);
            }
        }
    }
}

impl Row {
    fn is_over(&self, now: Timestamp) -> bool {
        now.duration_since(self.last) > Failures::FORGOTTEN
    }
}

fn key(login: &str) -> [u8; 32] {
    let SecretDigest(digest) = crate::services::digest(login);
    digest
}
