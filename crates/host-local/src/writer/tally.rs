//! What is counted and reported while files are written.

use std::collections::HashSet;
use std::sync::Arc;

use engine::{BackupStats, FilePath, Progress, RestoreStats, Result, SinkReport};

use super::attributes::Unset;
use super::refusal::Refusal;

/// Counts entries, tells the progress and decides whether a failure is the end.
pub(super) struct Tally {
    stats: RestoreStats,
    warnings: Vec<String>,
    unset: HashSet<Unset>,
    continue_on_error: bool,
    progress: Arc<dyn Progress<RestoreStats>>,
}

impl Tally {
    pub(super) fn new(continue_on_error: bool, progress: Arc<dyn Progress<RestoreStats>>) -> Self {
        Self {
            stats: RestoreStats::default(),
            warnings: Vec::new(),
            unset: HashSet::new(),
            continue_on_error,
            progress,
        }
    }

    pub(super) fn expect(&mut self, entries: u64, bytes: u64) {
        self.stats.files_total += entries;
        self.stats.bytes_total += bytes;
        self.tell();
    }

    pub(super) fn written(&mut self, bytes: usize) {
        self.stats.bytes_done += bytes as u64;
        self.tell();
    }

    pub(super) fn done(&mut self) {
        self.stats.files_done += 1;
        self.tell();
    }

    pub(super) fn skipped(&mut self) {
        self.stats.files_skipped += 1;
        self.tell();
    }

    /// Counts a failed entry: an error where that ends the work.
    pub(super) fn failed(&mut self, path: &FilePath, refusal: Refusal) -> Result<()> {
        self.stats.files_failed += 1;
        self.warn(refusal.line(path));
        self.tell();
        if self.continue_on_error { Ok(()) } else { Err(refusal.into_error(path)) }
    }

    pub(super) fn warn(&mut self, line: String) {
        if self.warnings.len() < BackupStats::WARNINGS_KEPT {
            self.warnings.push(line);
        }
    }

    /// Warns of attributes that could not be set: of each kind and reason once, since what fails for one
    /// file of a file system fails for all, and would drown everything else.
    pub(super) fn warn_unset(&mut self, path: &FilePath, attributes: Vec<Unset>) {
        for unset in attributes {
            if self.unset.insert(unset.clone()) {
                self.warn(format!("{path}: {unset}; the same may hold for others"));
            }
        }
    }

    pub(super) fn report(&mut self) -> SinkReport {
        SinkReport { stats: self.stats, warnings: std::mem::take(&mut self.warnings) }
    }

    fn tell(&self) {
        self.progress.update(&self.stats);
    }
}
