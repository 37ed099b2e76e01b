//! A first look at the folder: how much there is, and which file is good for the search and the download.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// The sample file should take several chunks to download, and no longer than a moment.
const LARGEST_SAMPLE: u64 = 64 << 20;

/// What a first look finds.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Survey {
    /// Files and links.
    pub(super) files: u64,
    /// Size of all regular files.
    pub(super) bytes: u64,
    /// The largest file that can be read and is no larger than the limit.
    pub(super) sample: Option<PathBuf>,
    sample_bytes: u64,
}

/// Looks at everything below `folder`. What cannot be read is passed over here; the backup tells of it.
pub(super) fn survey(folder: &Path) -> Result<Survey, Failure> {
    let mut survey = Survey::default();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let Ok(metadata) = fs::symlink_metadata(entry.path()) else {
                continue;
            };
            if metadata.is_dir() {
                folders.push(entry.path());
                continue;
            }
            survey.files += 1;
            if !metadata.is_file() {
                continue;
            }
            // A sparse file takes as much as it has blocks.
            survey.bytes += metadata.len().min(metadata.blocks().saturating_mul(512));
            let better = survey.sample.is_none() || metadata.len() > survey.sample_bytes;
            if better && metadata.len() <= LARGEST_SAMPLE && fs::File::open(entry.path()).is_ok() {
                survey.sample = Some(entry.path());
                survey.sample_bytes = metadata.len();
            }
        }
    }
    Ok(survey)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_file_is_the_sample() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("sub")).unwrap();
        fs::write(dir.path().join("small"), "1").unwrap();
        fs::write(dir.path().join("sub/large"), vec![7; 10_000]).unwrap();
        let found = survey(dir.path()).unwrap();
        assert_eq!((found.files, found.sample), (2, Some(dir.path().join("sub/large"))));
        assert!(found.bytes >= 10_001);
    }

    #[test]
    fn an_empty_folder_has_no_sample() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(survey(dir.path()).unwrap(), Survey::default());
    }
}
