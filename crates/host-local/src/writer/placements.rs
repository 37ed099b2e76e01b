//! Where on this machine a path of the snapshot belongs.

use std::collections::{HashMap, HashSet};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::{fs, io};

use engine::{Error, FilePath, Result};

use super::refusal::Refusal;

/// The places, by the path in the snapshot. Both are absolute, without empty names, `.` or `..`, and end
/// without a slash; the root is `/`. Places are free of symbolic links but for their last name.
#[derive(Debug)]
pub(super) struct Placements {
    places: HashMap<Vec<u8>, Vec<u8>>,
}

impl Placements {
    pub(super) fn new(placements: &[(FilePath, PathBuf)]) -> Result<Self> {
        let mut places = HashMap::with_capacity(placements.len());
        let mut taken = HashSet::with_capacity(placements.len());
        for (item, target) in placements {
            check(item.as_bytes()).map_err(|refusal| refusal.into_error(item))?;
            let place = place_of(target)?;
            match places.insert(item.as_bytes().to_vec(), place.clone()) {
                Some(before) if before == place => continue,
                Some(_) => {
                    return Err(Error::invalid(format!("{item} cannot be written to two places at once")));
                }
                None => {}
            }
            if !taken.insert(place) {
                return Err(Error::invalid(format!(
                    "two items would both be written to {}: bring them back one after the other",
                    target.display()
                )));
            }
        }
        Ok(Self { places })
    }

    /// Every place.
    pub(super) fn places(&self) -> impl Iterator<Item = &[u8]> {
        self.places.values().map(Vec::as_slice)
    }

    /// Where the entry belongs, in the same form as a place.
    pub(super) fn locate(&self, entry: &FilePath) -> std::result::Result<Vec<u8>, Refusal> {
        let path = entry.as_bytes();
        check(path)?;
        let mut item = path;
        loop {
            if let Some(place) = self.places.get(item) {
                let below = path.get(item.len()..).unwrap_or_default();
                return Ok(joined(place, below.strip_prefix(b"/").unwrap_or(below)));
            }
            if item == b"/" {
                return Err(Refusal::invalid("it belongs to none of the items that are brought back"));
            }
            item = parent_and_name(item).0;
        }
    }
}

/// A folder and the name in it. The root is in itself, without a name.
pub(super) fn parent_and_name(path: &[u8]) -> (&[u8], &[u8]) {
    match path.iter().rposition(|byte| *byte == b'/') {
        Some(0) => path.split_at(1),
        Some(at) => (&path[..at], &path[at + 1..]),
        None => (b"/", path),
    }
}

/// A path that stays what it is when symbolic links are looked up: all that exists of it is resolved, and
/// the rest follows as it is.
pub(super) fn resolved(path: &Path) -> io::Result<Vec<u8>> {
    let mut existing = path;
    let mut missing: Vec<&[u8]> = Vec::new();
    loop {
        match fs::canonicalize(existing) {
            Ok(base) => {
                let base = base.as_os_str().as_bytes().to_vec();
                return Ok(missing.iter().rev().fold(base, |path, name| joined(&path, name)));
            }
            Err(reason) if reason.kind() == io::ErrorKind::NotFound => {
                let (Some(parent), Some(name)) = (existing.parent(), existing.file_name()) else {
                    return Err(reason);
                };
                missing.push(name.as_bytes());
                existing = parent;
            }
            Err(reason) => return Err(reason),
        }
    }
}

fn place_of(target: &Path) -> Result<Vec<u8>> {
    let unusable =
        |reason: &str| Error::invalid(format!("nothing can be written to {}: {reason}", target.display()));
    if !target.is_absolute() {
        return Err(unusable("it is not an absolute path"));
    }
    let Some(parent) = target.parent() else {
        return Ok(b"/".to_vec());
    };
    let Some(name) = target.file_name() else {
        return Err(unusable("its last name is .."));
    };
    let parent = resolved(parent).map_err(|reason| unusable(&reason.to_string()).with_source(reason))?;
    Ok(joined(&parent, name.as_bytes()))
}

/// Nothing for a path that consists of plain names.
fn check(path: &[u8]) -> std::result::Result<(), Refusal> {
    if path == b"/" {
        return Ok(());
    }
    let Some(names) = path.strip_prefix(b"/") else {
        return Err(Refusal::invalid("its path does not begin with a slash"));
    };
    for name in names.split(|byte| *byte == b'/') {
        match name {
            b"" => return Err(Refusal::invalid("its path holds an empty name")),
            b"." | b".." => return Err(Refusal::invalid("its path holds the name . or ..")),
            name if name.contains(&0) => return Err(Refusal::invalid("its path holds a NUL byte")),
            _ => {}
        }
    }
    Ok(())
}

fn joined(folder: &[u8], below: &[u8]) -> Vec<u8> {
    let mut path = Vec::with_capacity(folder.len() + 1 + below.len());
    path.extend_from_slice(folder);
    if !below.is_empty() {
        if folder != b"/" {
            path.push(b'/');
        }
        path.extend_from_slice(below);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_follow_the_nearest_item() {
        let pairs = [("/", "/all"), ("/a", "/x"), ("/a/b", "/y/z"), ("/whole", "/")];
        let placements =
            Placements::new(&pairs.map(|(item, place)| (FilePath::from_bytes(item), PathBuf::from(place))))
                .unwrap();
        let check = |entry: &str, expected: &str| {
            let found = placements.locate(&FilePath::from_bytes(entry)).unwrap();
            assert_eq!(String::from_utf8_lossy(&found), expected, "for {entry}");
        };
        check("/", "/all");
        check("/other/file", "/all/other/file");
        check("/a", "/x");
        check("/ab", "/all/ab");
        check("/a/c", "/x/c");
        check("/a/b", "/y/z");
        check("/a/b/c/d", "/y/z/c/d");
        check("/whole", "/");
        check("/whole/etc/passwd", "/etc/passwd");
    }

    #[test]
    fn placements_that_contradict_each_other_are_refused() {
        let refused = |pairs: &[(&str, &str)]| {
            let pairs: Vec<_> = pairs
                .iter()
                .map(|(item, place)| (FilePath::from_bytes(*item), PathBuf::from(place)))
                .collect();
            Placements::new(&pairs).is_err()
        };
        assert!(!refused(&[("/a", "/x"), ("/a", "/x")]));
        assert!(refused(&[("/a", "/x"), ("/a", "/y")]));
        assert!(refused(&[("/a", "/x"), ("/b", "/x")]));
        assert!(refused(&[("/a", "/x"), ("/b", "//x/.")]));
        assert!(refused(&[("/a", "x")]));
        assert!(refused(&[("/a", "/x/..")]));
        assert!(refused(&[("/a", "/no-such-folder/../x/y")]));
        assert!(refused(&[("a", "/x")]));
        assert!(refused(&[("/a/../b", "/x")]));
    }
}
