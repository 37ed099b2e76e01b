//! The index of files: which file was in which snapshots, and what it was there.
//!
//! A *series* is what one group keeps of one object. Within it a file has *versions*: what it was from one
//! snapshot on, up to and without another. A new snapshot writes a version for each file that is new or
//! changed and ends the versions that are over; what stayed the same costs no write.
//!
//! A version shows only through snapshots that exist. That is what makes staging safe: the snapshot's number
//! is given first, versions from that number on are written in small transactions while others write too, and
//! nothing of it shows until one last short transaction adds the snapshot. What a dead or dropped attempt
//! leaves shows nowhere; the next attempt on the series sweeps it before it begins, and sweeping also takes
//! away what forgotten snapshots leave.

mod indexing;
mod pattern;
mod search;
pub(crate) mod series;
mod versions;

pub(crate) use indexing::complete_object;
pub(crate) use search::search;
pub(crate) use versions::versions;

use engine::{Error, FileKind, Result};

/// The `until_snapshot` of a version that is not over, as comparisons need it: past every snapshot.
const NEVER: &str = "9223372036854775807";

/// A kind as the column has it.
fn kind_number(kind: FileKind) -> i64 {
    match kind {
        FileKind::File => 0,
        FileKind::Folder => 1,
        FileKind::Symlink => 2,
        FileKind::Other => 3,
    }
}

/// The kind that a column has.
fn kind_of_number(number: i64) -> Result<FileKind> {
    match number {
        0 => Ok(FileKind::File),
        1 => Ok(FileKind::Folder),
        2 => Ok(FileKind::Symlink),
        3 => Ok(FileKind::Other),
        _ => Err(Error::internal("an entry of the catalog cannot be understood", format!("kind {number}"))),
    }
}
