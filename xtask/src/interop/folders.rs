//! The folders that a story protects and restores into.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// What a story protects, and where it puts the copies.
pub(super) struct Folders {
    /// Files to protect.
    pub(super) documents: PathBuf,
    /// Holds an empty folder for each API.
    pub(super) target: PathBuf,
}

/// The folder that the story of each API restores into, below the target.
const COPIES: [&str; 2] = ["ibm", "storware"];

impl Folders {
    /// Makes the folders below `place`, which must not exist.
    pub(super) fn create(place: &Path) -> io::Result<Self> {
        let folders = Self { documents: place.join("documents"), target: place.join("restored") };
        // Sizes on both sides of a block, and names that are awkward in a path, in a URL and in JSON.
        let large: Vec<u8> = (0..300_000_u32).map(|at| (at % 251) as u8).collect();
        let files: [(&str, &[u8]); 6] = [
            ("plain.txt", b"a line of text\n"),
            ("with space, comma & more", b"names are no lists"),
            ("gr\u{fc}\u{df}e-\u{1f512}.txt", b"not only ASCII"),
            ("deep/er/leaf", b"far down"),
            ("empty", b""),
            ("large.bin", &large),
        ];
        for (name, content) in files {
            let path = folders.documents.join(name);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::write(path, content)?;
        }
        for copy in COPIES {
            fs::create_dir_all(folders.target.join(copy))?;
        }
        Ok(folders)
    }

    /// What is wrong with the copies that the stories have left. The stories compare for themselves; this
    /// notices a story that says so without having restored anything.
    pub(super) fn complaints(&self) -> io::Result<Vec<String>> {
        let wanted = contents(&self.documents)?;
        let mut complaints = Vec::new();
        for copy in COPIES {
            let found = contents(&self.target.join(copy).join("documents"))?;
            let names = wanted.keys().chain(found.keys().filter(|name| !wanted.contains_key(*name)));
            let different = names.filter(|name| wanted.get(*name) != found.get(*name));
            complaints.extend(different.map(|name| {
                format!("{copy}/documents/{} below the target is not like the original", name.display())
            }));
        }
        Ok(complaints)
    }
}

/// Every file below a folder, by relative path. Nothing when there is no such folder.
fn contents(folder: &Path) -> io::Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut found = BTreeMap::new();
    let mut queue = vec![PathBuf::new()];
    while let Some(below) = queue.pop() {
        let entries = match fs::read_dir(folder.join(&below)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        for entry in entries {
            let entry = entry?;
            let name = below.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                queue.push(name);
            } else {
                found.insert(name, fs::read(entry.path())?);
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_that_are_missing_short_or_too_many_are_noticed() {
        let place = tempfile::tempdir().unwrap();
        let folders = Folders::create(&place.path().join("x")).unwrap();
        assert_eq!(folders.complaints().unwrap().len(), 12, "nothing was restored yet");
        for copy in COPIES {
            for (name, content) in contents(&folders.documents).unwrap() {
                let path = folders.target.join(copy).join("documents").join(name);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, content).unwrap();
            }
        }
        assert_eq!(folders.complaints().unwrap(), Vec::<String>::new());
        fs::write(folders.target.join("ibm/documents/empty"), "x").unwrap();
        fs::write(folders.target.join("storware/documents/more"), "").unwrap();
        let complaints = folders.complaints().unwrap();
        assert_eq!(complaints.len(), 2, "{complaints:?}");
        assert!(complaints[0].starts_with("ibm/documents/empty "), "{complaints:?}");
        assert!(complaints[1].starts_with("storware/documents/more "), "{complaints:?}");
    }
}
