//! Comparing two folders: everything that a restore must bring back.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::Path;

use indicatif::HumanCount;

/// How two folders compare.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Comparison {
    /// Entries that are equal in kind, content, mode, modification time and link target.
    pub(crate) equal: u64,
    /// What differs, a line each.
    pub(crate) different: Vec<String>,
    /// Originals that cannot be read, so that nothing can be said of them.
    pub(crate) unreadable: u64,
    /// Sockets: they belong to a running process and are not backed up.
    pub(crate) sockets: u64,
}

/// Compares `restored` with `original`, both existing folders.
pub(crate) fn compare(original: &Path, restored: &Path) -> Comparison {
    let mut comparison = Comparison::default();
    comparison.entry(original, restored);
    comparison
}

impl Comparison {
    /// What came of it, in a line.
    pub(super) fn in_words(&self) -> String {
        let outcome = match self.different.len() {
            0 => "equal in content, mode, modification time and links".to_owned(),
            count => format!("{count} differ"),
        };
        let mut notes = vec![format!("{} entries, {outcome}", HumanCount(self.equal))];
        if self.unreadable > 0 {
            notes.push(format!("{} could not be read", self.unreadable));
        }
        if self.sockets > 0 {
            notes.push(format!("{} sockets left out", self.sockets));
        }
        notes.join("; ")
    }

    fn entry(&mut self, original: &Path, restored: &Path) {
        let Ok(left) = fs::symlink_metadata(original) else {
            self.unreadable += 1;
            return;
        };
        if left.file_type().is_socket() {
            self.sockets += 1;
            return;
        }
        let right = match fs::symlink_metadata(restored) {
            Ok(right) => right,
            Err(err) if err.kind() == io::ErrorKind::NotFound => {
                if is_readable(original, &left) {
                    self.differs(original, "was not restored");
                } else {
                    self.unreadable += 1;
                }
                return;
            }
            Err(err) => {
                self.differs(original, &format!("the restored copy cannot be read: {err}"));
                return;
            }
        };
        let difference = if left.file_type() != right.file_type() {
            Some("is of another kind".to_owned())
        } else if left.is_dir() {
            self.folder(original, restored);
            attributes(&left, &right)
        } else if left.is_symlink() {
            match (fs::read_link(original), fs::read_link(restored)) {
                (Ok(left_target), Ok(right_target)) if left_target == right_target => times(&left, &right),
                _ => Some("points elsewhere".to_owned()),
            }
        } else if left.is_file() {
            match same_content(original, restored) {
                Ok(true) => attributes(&left, &right),
                Ok(false) => Some("has another content".to_owned()),
                Err(_) if !is_readable(original, &left) => {
                    self.unreadable += 1;
                    return;
                }
                Err(err) => Some(format!("cannot be compared: {err}")),
            }
        } else {
            attributes(&left, &right)
        };
        match difference {
            None => self.equal += 1,
            Some(difference) => self.differs(original, &difference),
        }
    }

    fn folder(&mut self, original: &Path, restored: &Path) {
        let Ok(left) = names(original) else {
            self.unreadable += 1;
            return;
        };
        let right = names(restored).unwrap_or_default();
        for name in &left {
            self.entry(&original.join(name), &restored.join(name));
        }
        for name in right.difference(&left) {
            self.differs(&original.join(name), "is only in the restored copy");
        }
    }

    fn differs(&mut self, path: &Path, how: &str) {
        self.different.push(format!("{} {how}", path_text::to_text(path.as_os_str().as_bytes())));
    }
}

fn names(folder: &Path) -> io::Result<BTreeSet<OsString>> {
    fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.file_name())).collect()
}

fn is_readable(path: &Path, metadata: &Metadata) -> bool {
    if metadata.is_dir() {
        fs::read_dir(path).is_ok()
    } else {
        !metadata.is_file() || File::open(path).is_ok()
    }
}

fn attributes(left: &Metadata, right: &Metadata) -> Option<String> {
    if left.mode() != right.mode() {
        return Some(format!("has mode {:o} and was {:o}", right.mode() & 0o7777, left.mode() & 0o7777));
    }
    times(left, right)
}

fn times(left: &Metadata, right: &Metadata) -> Option<String> {
    let (was, is) = ((left.mtime(), left.mtime_nsec()), (right.mtime(), right.mtime_nsec()));
    (was != is).then(|| format!("was modified at {}.{:09} and is at {}.{:09}", was.0, was.1, is.0, is.1))
}

fn same_content(left: &Path, right: &Path) -> io::Result<bool> {
    let (mut left, mut right) = (File::open(left)?, File::open(right)?);
    if left.metadata()?.len() != right.metadata()?.len() {
        return Ok(false);
    }
    let (mut left_block, mut right_block) = (vec![0; 1 << 18], vec![0; 1 << 18]);
    loop {
        let count = left.read(&mut left_block)?;
        if count == 0 {
            return Ok(right.read(&mut right_block)? == 0);
        }
        if right.read_exact(&mut right_block[..count]).is_err() || left_block[..count] != right_block[..count]
        {
            return Ok(false);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::time::{Duration, SystemTime};

    use super::*;

    /// Two equal folders.
    fn twins() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for side in ["a", "b"] {
            let root = dir.path().join(side);
            fs::create_dir_all(root.join("sub")).unwrap();
            fs::write(root.join("sub/file"), "content").unwrap();
            symlink("file", root.join("sub/link")).unwrap();
        }
        let stamp = SystemTime::UNIX_EPOCH + Duration::new(1_700_000_000, 123_456_789);
        for side in ["a", "b"] {
            for path in ["sub/file", "sub", "."] {
                File::open(dir.path().join(side).join(path)).unwrap().set_modified(stamp).unwrap();
            }
        }
        dir
    }

    fn differences(change: impl FnOnce(&Path)) -> Vec<String> {
        let dir = twins();
        // The link's own time cannot be set by the standard library, so it is left out of these cases.
        for side in ["a", "b"] {
            fs::remove_file(dir.path().join(side).join("sub/link")).unwrap();
            let stamp = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
            File::open(dir.path().join(side).join("sub")).unwrap().set_modified(stamp).unwrap();
        }
        change(&dir.path().join("b"));
        let prefix = format!("{}/", dir.path().display());
        let found = compare(&dir.path().join("a"), &dir.path().join("b"));
        found.different.iter().map(|line| line.replace(&prefix, "")).collect()
    }

    #[test]
    fn equal_folders_are_equal() {
        assert_eq!(differences(|_| {}), [""; 0]);
    }

    #[test]
    fn every_kind_of_difference_is_told() {
        let keep_time = |path: &Path, act: &dyn Fn()| {
            let before = fs::metadata(path).unwrap().modified().unwrap();
            act();
            File::open(path).unwrap().set_modified(before).unwrap();
        };
        assert_eq!(
            differences(|root| {
                let file = root.join("sub/file");
                keep_time(&file, &|| fs::write(&file, "CONTENT").unwrap());
            }),
            ["a/sub/file has another content"]
        );
        assert_eq!(
            differences(
                |root| fs::set_permissions(root.join("sub/file"), Permissions::from_mode(0o600)).unwrap()
            ),
            ["a/sub/file has mode 600 and was 644"]
        );
        assert_eq!(
            differences(|root| {
                let stamp = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
                File::open(root.join("sub/file")).unwrap().set_modified(stamp).unwrap();
            }),
            ["a/sub/file was modified at 1700000000.123456789 and is at 1700000000.000000000"]
        );
        assert_eq!(
            differences(|root| {
                let sub = root.join("sub");
                keep_time(&sub, &|| fs::remove_file(sub.join("file")).unwrap());
            }),
            ["a/sub/file was not restored"]
        );
        assert_eq!(
            differences(|root| {
                let sub = root.join("sub");
                keep_time(&sub, &|| fs::write(sub.join("more"), "").unwrap());
            }),
            ["a/sub/more is only in the restored copy"]
        );
    }
}
