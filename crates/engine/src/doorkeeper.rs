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

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    /// For how many seconds each of `failures` failures keeps out whose attempts come as early as they may.
    fn delays(failures: usize) -> Vec<i64> {
        let doorkeeper = Doorkeeper::default();
        let mut now = at(0);
        let mut delays = Vec::new();
        for _ in 0..failures {
            doorkeeper.failed("ada", now);
            let until = doorkeeper.blocked_until("ada", now).unwrap_or(now);
            assert_eq!(doorkeeper.blocked_until("ada", until), None, "at that time the next is looked at");
            delays.push(until.duration_since(now).as_secs());
            now = until;
        }
        delays
    }

    #[test]
    fn each_failure_after_the_fifth_keeps_out_longer() {
        assert_eq!(delays(13), [0, 0, 0, 0, 1, 2, 4, 8, 16, 30, 30, 30, 30]);
    }

    #[test]
    fn who_gets_in_or_rests_begins_anew() {
        let doorkeeper = Doorkeeper::default();
        let fail = |times: usize, now| (0..times).for_each(|_| doorkeeper.failed("ada", now));
        fail(5, at(0));
        assert_eq!(doorkeeper.blocked_until("ada", at(0)), Some(at(1)));
        assert_eq!(doorkeeper.blocked_until("bob", at(0)), None, "others are not kept out");
        doorkeeper.forgive("ada");
        assert_eq!(doorkeeper.blocked_until("ada", at(0)), None);
        fail(4, at(0));
        fail(1, at(3_601));
        assert_eq!(doorkeeper.blocked_until("ada", at(3_601)), None, "an hour ends a row");
        fail(4, at(3_602));
        assert_eq!(doorkeeper.blocked_until("ada", at(3_602)), Some(at(3_603)));
        assert_eq!(doorkeeper.blocked_until("ada", at(3_000)), None, "the clock was set back");
    }

    #[test]
    fn a_flood_of_logins_takes_little_memory_and_frees_nobody() {
        let mut failures = Failures::default();
        let login = |number: usize| key(&number.to_string());
        for _ in 0..9 {
            failures.add(login(0), at(0));
        }
        for number in 1..3 * Failures::MOST {
            failures.add(login(number), at(1));
            assert!(failures.by_login.len() <= Failures::MOST);
        }
        assert_eq!(failures.blocked_until(login(0), at(1)), Some(at(16)));
        let last = login(3 * Failures::MOST);
        failures.add(last, at(5_000));
        assert_eq!(failures.by_login.len(), 1, "rows that are over go first");
    }

    #[tokio::test]
    async fn a_hash_knows_its_password_and_nobody_has_one() {
        let doorkeeper = Doorkeeper::default();
        let hash = doorkeeper.hash("correct horse").await.unwrap();
        assert_ne!(hash, doorkeeper.hash("correct horse").await.unwrap(), "each has its own salt");
        let verify = async |password: &str, hash: Option<&PasswordHash>| {
            let turn = doorkeeper.turn().await?;
            let answer = doorkeeper.verify(turn, password.to_owned(), hash.cloned()).await;
            answer.map(|(right, _)| right)
        };
        assert!(verify("correct horse", Some(&hash)).await.unwrap());
        assert!(!verify("correct horse ", Some(&hash)).await.unwrap());
        assert!(!verify("correct horse", None).await.unwrap());
        let broken = verify("correct horse", Some(&PasswordHash("broken".to_owned()))).await;
        assert_eq!(broken.unwrap_err().kind(), Kind::Internal);
    }

    #[tokio::test]
    async fn an_unknown_login_costs_what_a_known_one_costs() {
        let hash = Doorkeeper::default().hash("correct horse").await.unwrap();
        let costs = |hash: &str| hash.split('$').take(4).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(costs(NOBODYS_HASH), costs(&hash.0));
        assert_eq!(costs(&hash.0), ["", "argon2id", "v=19", "m=19456,t=2,p=1"]);
        let lengths = |hash: &str| hash.split('$').skip(5).map(str::len).collect::<Vec<_>>();
        assert_eq!(lengths(NOBODYS_HASH), lengths(&hash.0));
    }

    #[tokio::test]
    async fn one_hashes_at_a_time_and_few_wait_for_it() {
        let doorkeeper = Doorkeeper::default();
        let turn = doorkeeper.turn().await.unwrap();
        let mut hashing = Box::pin(doorkeeper.hash("correct horse"));
        let patience = std::time::Duration::from_millis(200);
        assert!(tokio::time::timeout(patience, &mut hashing).await.is_err(), "the turn is another's");
        drop(turn);
        hashing.await.unwrap();
        let places: Vec<_> = (0..QUEUE).map(|_| doorkeeper.queue().unwrap()).collect();
        assert_eq!(doorkeeper.queue().unwrap_err().kind(), Kind::Unavailable);
        drop(places);
        assert!(doorkeeper.queue().is_ok());
    }
}
