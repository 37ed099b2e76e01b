//! What a running backup counts, and what stops it: the caller, the store, or a root that is gone. Shared
//! by everything that reads and writes on its behalf; it does no work itself.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use engine::{BackupStats, Error, FilePath, JobControl, Kind, Progress, Result};

/// The figures and the brake of one backup.
pub(crate) struct Watch {
    control: Arc<JobControl>,
    progress: Arc<dyn Progress<BackupStats>>,
    /// Whether every file is new because nothing came before.
    first: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    stats: BackupStats,
    /// What the count that runs ahead has found; the work itself may be further for a while.
    files_counted: u64,
    bytes_counted: u64,
    warnings: Vec<String>,
    /// Why the work must end, apart from the caller's wish.
    stop: Option<Stop>,
}

/// Why the work must end.
#[derive(Clone, Debug)]
enum Stop {
    /// The store cannot be written.
    Store(String),
    /// A root that was there when the work began is gone.
    Root(String),
    /// Something else, of which the failure itself tells.
    Failed,
}

impl Watch {
    pub(crate) fn new(
        control: Arc<JobControl>,
        progress: Arc<dyn Progress<BackupStats>>,
        first: bool,
    ) -> Self {
        Self { control, progress, first, state: Mutex::default() }
    }

    /// Blocks while the work is held; an error once it must end.
    pub(crate) fn checkpoint(&self) -> Result<()> {
        self.control.checkpoint()?;
        match &self.lock().stop {
            Some(stop) => Err(stop.error()),
            None => Ok(()),
        }
    }

    /// Why the work ended before its end, if anything stopped it. Never blocks.
    pub(crate) fn reason(&self) -> Result<()> {
        match &self.lock().stop {
            Some(stop) => Err(stop.error()),
            None if self.control.is_cancelled() => self.control.checkpoint(),
            None => Ok(()),
        }
    }

    /// The work has failed by itself; what goes on beside it is to end.
    pub(crate) fn failed(&self) {
        self.lock().stop.get_or_insert(Stop::Failed);
    }

    /// The store refused a write.
    pub(crate) fn store_failed(&self, reason: &str) {
        self.lock().stop.get_or_insert_with(|| Stop::Store(reason.to_owned()));
    }

    /// A root is gone.
    pub(crate) fn root_failed(&self, reason: String) {
        self.lock().stop.get_or_insert(Stop::Root(reason));
    }

    /// A file of `size` was found by the count that runs ahead.
    pub(crate) fn found(&self, size: u64) {
        self.change(|state| {
            state.files_counted += 1;
            state.bytes_counted += size;
        });
    }

    /// The count that runs ahead is at its end.
    pub(crate) fn found_all(&self) {
        self.change(|stats| stats.stats.all_found = true);
    }

    /// Bytes were read from a file.
    pub(crate) fn read(&self, bytes: u64) {
        self.change(|State { stats, .. }| {
            stats.bytes_read += bytes;
            stats.bytes_done += bytes;
        });
    }

    /// A file is done with, whether it was `kept` or not; `rest` of its size was not read.
    pub(crate) fn done(&self, rest: u64, kept: bool) {
        self.change(|State { stats, .. }| {
            stats.files_done += 1;
            stats.bytes_done += rest;
            stats.files_new += u64::from(self.first && kept);
        });
    }

    /// Bytes were added to the vault.
    pub(crate) fn stored(&self, bytes: u64) {
        self.change(|state| state.stats.bytes_stored += bytes);
    }

    /// A file or folder could not be read.
    pub(crate) fn unreadable(&self, path: Option<&FilePath>, reason: &dyn fmt::Display) {
        self.change(|state| state.stats.files_unreadable += 1);
        match path {
            Some(path) => self.warn(format!("{path}: {reason}")),
            None => self.warn(reason.to_string()),
        }
    }

    /// Something about a file is to be told that did not keep it from being read.
    pub(crate) fn warn(&self, line: String) {
        let mut state = self.lock();
        if state.warnings.len() < BackupStats::WARNINGS_KEPT {
            state.warnings.push(line);
        }
    }

    /// The figures in the end, with the library's count of new and changed files, and the warnings.
    pub(crate) fn finish(&self, files_new: u64, files_changed: u64) -> (BackupStats, Vec<String>) {
        self.change(|State { stats, .. }| {
            stats.files_new = files_new;
            stats.files_changed = files_changed;
            stats.all_found = true;
        });
        let state = self.lock();
        (state.stats, state.warnings.clone())
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.lock();
        let state = &mut *state;
        change(state);
        let stats = &mut state.stats;
        // What is done was there, whether or not the count has come so far.
        stats.files_total = state.files_counted.max(stats.files_done);
        stats.bytes_total = state.bytes_counted.max(stats.bytes_done);
        // Told under the lock, so that the figures arrive in the order in which they grew.
        self.progress.update(stats);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stop {
    fn error(&self) -> Error {
        match self {
            Self::Store(reason) => Error::new(
                Kind::Unavailable,
                "the vault cannot be written: it is full or out of reach; nothing was kept of this attempt",
            )
            .with_source(reason.clone()),
            Self::Root(reason) => Error::invalid(reason.clone()),
            Self::Failed => Error::new(Kind::Internal, "the backup failed"),
        }
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").finish_non_exhaustive()
    }
}
