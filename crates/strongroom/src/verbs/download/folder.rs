//! A folder, file by file.
//!
//! Nothing is written but below the place that was named: folders are made and never found behind links, and links come
//! last, when nothing goes through them any more.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::super::files::{self, Entry};
use super::file::set_look;
use super::{Brought, Source, make_parent, shown, watched};
use crate::bar::{Bar, Progress};
use crate::failure::Failure;
use crate::interrupt::Interrupts;
use crate::output::complain;

/// How many files are fetched at a time.
const AT_A_TIME: usize = 4;

impl Source<'_> {
    pub(super) async fn folder(
        &self,
        path: &str,
        to: &Path,
        interrupts: &mut Interrupts,
    ) -> Result<Brought, Failure> {
        let entries = interrupts.unless(self.below(path)).await?;
        let mut things = Vec::with_capacity(entries.len());
        for entry in entries {
            let place = below(to, path, &entry.path)?;
            things.push((entry, place));
        }
        make_parent(to)?;
        for (_, place) in things.iter().filter(|(entry, _)| entry.is_folder()) {
            make_folder(place)?;
        }
        let files: Vec<_> = things.iter().filter(|(entry, _)| entry.is_file()).collect();
        let total_bytes: u64 = files.iter().filter_map(|(entry, _)| entry.size).sum();
        let (fetched, bytes) = (AtomicU64::new(0), AtomicU64::new(0));
        let seen = AtomicU64::new(0);
        let work = stream::iter(&files)
            .map(|(entry, place)| async {
                let size = self.fetch(&entry.path, Some(entry), place).await?;
                if let Some(size) = size {
                    fetched.fetch_add(1, Ordering::Relaxed);
                    bytes.fetch_add(size, Ordering::Relaxed);
                }
                seen.fetch_add(1, Ordering::Relaxed);
                Ok::<_, Failure>(())
            })
            .buffer_unordered(AT_A_TIME)
            .try_collect::<()>();
        let look = || Progress {
            bytes: Some(self.done.load(Ordering::Relaxed)),
            total_bytes: Some(total_bytes),
            files: Some(seen.load(Ordering::Relaxed)),
            total_files: Some(files.len() as u64),
            ..Progress::default()
        };
        let mut bar = Bar::new();
        let outcome = watched(&mut bar, look, interrupts.unless(work)).await;
        bar.clear();
        outcome?;
        let mut skipped = 0;
        for (entry, place) in &things {
            match (entry.kind.as_str(), &entry.target) {
                ("symlink", Some(target)) => self.link(target, place)?,
                ("file" | "folder", _) => {}
                _ => {
                    complain(format_args!("note: {} is a {} and was left out", entry.path, entry.kind));
                    skipped += 1;
                }
            }
        }
        // Innermost first: what is put into a folder changes its time.
        for (entry, place) in things.iter().rev().filter(|(entry, _)| entry.is_folder()) {
            set_look(place, entry);
        }
        let fetched = fetched.into_inner();
        Ok(Brought {
            path: path.to_owned(),
            to: shown(to),
            files: fetched,
            size: bytes.into_inner(),
            unchanged: files.len() as u64 - fetched,
            skipped,
        })
    }

    async fn below(&self, path: &str) -> Result<Vec<Entry>, Failure> {
        let Some(mut lines) = files::tree(self.target, &self.snapshot.id, path).await? else {
            return Err(files::refused(self.target, "list the files of a snapshot"));
        };
        let mut entries = Vec::new();
        while let Some(line) = lines.next().await? {
            let entry =
                serde_json::from_value(line).map_err(|error| Failure::machine("read the answer", error))?;
            entries.push(entry);
        }
        Ok(entries)
    }

    fn link(&self, target: &str, place: &Path) -> Result<(), Failure> {
        let target = PathBuf::from(OsString::from_vec(path_text::from_text(target)));
        let failed = |error: io::Error| Failure::machine(format!("make the link {}", shown(place)), error);
        match fs::symlink_metadata(place) {
            Ok(there) if there.is_symlink() && fs::read_link(place).is_ok_and(|leads| leads == target) => {
                return Ok(());
            }
            Ok(there) if self.force && !there.is_dir() => fs::remove_file(place).map_err(failed)?,
            Ok(_) => {
                return Err(Failure::Usage(format!(
                    "{} is there already; --force replaces it",
                    shown(place)
                )));
            }
            Err(_) => {}
        }
        symlink(target, place).map_err(failed)
    }
}

/// Where a path of a snapshot goes when a folder of it goes to `to`.
fn below(to: &Path, folder: &str, path: &str) -> Result<PathBuf, Failure> {
    let (folder, path) = (path_text::from_text(folder.trim_end_matches('/')), path_text::from_text(path));
    let rest = path.strip_prefix(folder.as_slice()).filter(|rest| rest.is_empty() || rest.starts_with(b"/"));
    let is_name = |name: &[u8]| !matches!(name, b"" | b"." | b"..") && !name.contains(&0);
    let rest = rest.map(|rest| rest.strip_prefix(b"/").unwrap_or(rest));
    match rest {
        Some([]) => Ok(to.to_owned()),
        Some(rest) if rest.split(|byte| *byte == b'/').all(is_name) => {
            Ok(to.join(OsString::from_vec(rest.to_vec())))
        }
        _ => Err(Failure::Step {
            step: "reading the list",
            reason: format!("{} does not lie in the folder", path_text::to_text(&path)),
        }),
    }
}

/// Makes a folder, or finds it there; what a link leads to is none.
fn make_folder(place: &Path) -> Result<(), Failure> {
    match fs::create_dir(place) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            match fs::symlink_metadata(place).is_ok_and(|there| there.is_dir()) {
                true => Ok(()),
                false => Err(Failure::Usage(format!(
                    "{} is there already and is no folder; a folder is to go there",
                    shown(place)
                ))),
            }
        }
        made => made.map_err(|error| Failure::machine(format!("make the folder {}", shown(place)), error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_goes_elsewhere() {
        let place = |path: &str| below(Path::new("to"), "/a/b", path).ok();
        assert_eq!(place("/a/b"), Some("to".into()));
        assert_eq!(place("/a/b/c/d"), Some("to/c/d".into()));
        assert_eq!(place("/a/b/"), Some("to".into()));
        for path in ["/a/bc", "/a", "/a/b/../c", "/a/b//c", "/a/b/.", "/a/b/c\\x00", "c", ""] {
            assert_eq!(place(path), None, "{path}");
        }
        assert_eq!(below(Path::new("to"), "/", "/a").ok(), Some("to/a".into()));
    }

    #[test]
    fn a_folder_behind_a_link_is_none() {
        let dir = tempfile::tempdir().unwrap();
        symlink(dir.path(), dir.path().join("link")).unwrap();
        assert!(make_folder(&dir.path().join("link")).is_err());
        assert!(make_folder(&dir.path().join("made")).is_ok());
        assert!(make_folder(&dir.path().join("made")).is_ok());
    }
}
