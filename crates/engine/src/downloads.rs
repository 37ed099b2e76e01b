//! Archives for download: where they lie, and for how long.
//!
//! An archive holds files in the clear, so it is kept for as long as somebody may reasonably fetch it and no
//! longer. Its age is read from the file itself, which is stamped with the engine's clock: what a crash left
//! half made grows old in the same way.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::{SignedDuration, Timestamp};

use crate::{Engine, Recovery, RecoveryId, RecoveryPlan};

/// How long an archive can be fetched.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

impl Recovery {
    /// When the archive of a download is removed; none for what is no download or has not ended.
    pub fn archive_expires_at(&self) -> Option<Timestamp> {
        let RecoveryPlan::Download { .. } = self.plan else {
            return None;
        };
        self.ended_at?.checked_add(KEPT).ok()
    }
}

impl Engine {
    /// Where the archive of a download lies.
    pub(crate) fn archive_path(&self, id: RecoveryId) -> PathBuf {
        self.shared.places.downloads.join(format!("{id}.zip"))
    }

    /// Removes the archives that are past their time.
    pub(crate) fn sweep_downloads(&self) -> io::Result<()> {
        let oldest = SystemTime::from(self.shared.clock.now().saturating_sub(KEPT).unwrap_or(Timestamp::MIN));
        let entries = match fs::read_dir(&self.shared.places.downloads) {
            Ok(entries) => entries,
            Err(err) if err.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(err) => return Err(err),
        };
        // One that cannot be removed does not keep the others.
        let mut result = Ok(());
        for entry in entries {
            let path = entry?.path();
            let is_old = fs::metadata(&path).and_then(|found| found.modified()).map(|time| time <= oldest);
            let removed = is_old.and_then(|is_old| if is_old { fs::remove_file(&path) } else { Ok(()) });
            // What is not there any more was just completed, and so got its own name.
            result = result.and(removed.or_else(|err| match err.kind() {
                io::ErrorKind::NotFound => Ok(()),
                _ => Err(err),
            }));
        }
        result
    }
}

/// Stamps an archive with the moment it was made.
pub(crate) fn stamp(path: &Path, now: Timestamp) -> io::Result<()> {
    File::options().append(true).open(path)?.set_modified(SystemTime::from(now))
}
