//! The folder that is backed up and the one that everything is written to: checked before anything starts.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use indicatif::BinaryBytes;
use rustix::fs::statvfs;

use super::survey::Survey;
use crate::failure::Failure;

/// The folder to back up, as an absolute path.
pub(super) fn source_folder(dir: &Path) -> Result<PathBuf, Failure> {
    let shown = dir.display();
    let folder = fs::canonicalize(dir).map_err(|err| match err.kind() {
        io::ErrorKind::NotFound => Failure::Usage(format!("there is no folder {shown}")),
        _ => Failure::Usage(format!("the folder {shown} cannot be used: {err}")),
    })?;
    if !folder.is_dir() {
        return Err(Failure::Usage(format!("{shown} is not a folder; name the folder that it lies in")));
    }
    if let Err(err) = fs::read_dir(&folder) {
        return Err(Failure::Usage(format!("the folder {shown} cannot be read: {err}")));
    }
    Ok(folder)
}

/// Where the server's data and the restored copy go.
pub(super) struct Place {
    data_dir: PathBuf,
    /// Whether the folder itself is ours to remove, or only what is in it.
    is_ours: bool,
    keep: bool,
}

impl Place {
    /// A folder that is new or empty and has nothing to do with `source`.
    pub(super) fn prepare(wanted: Option<&Path>, source: &Path) -> Result<Self, Failure> {
        let place = match wanted {
            Some(wanted) => Self::named(wanted, source)?,
            None => Self::temporary(source)?,
        };
        if source.starts_with(&place.data_dir) {
            return Err(Failure::Usage(format!(
                "the data folder {} must not hold the folder that is backed up; choose another with --data-dir",
                place.data_dir.display()
            )));
        }
        Ok(place)
    }

    fn named(wanted: &Path, source: &Path) -> Result<Self, Failure> {
        let cannot =
            |err: io::Error| Failure::machine(format!("use the data folder {}", wanted.display()), err);
        let absolute = std::path::absolute(wanted).map_err(cannot)?;
        // The part that exists decides where a new folder would really lie.
        let existing = absolute.ancestors().find(|path| path.exists()).unwrap_or(Path::new("/"));
        let mut real = fs::canonicalize(existing).map_err(cannot)?;
        if let Ok(rest) = absolute.strip_prefix(existing) {
            real.push(rest);
        }
        refuse_inside(&real, source)?;
        let is_new = !real.exists();
        if !is_new && fs::read_dir(&real).map_err(cannot)?.next().is_some() {
            return Err(Failure::Usage(format!(
                "the data folder {} is not empty; quickstart starts afresh, so name a new one",
                wanted.display()
            )));
        }
        fs::create_dir_all(&real).map_err(cannot)?;
        Ok(Self { data_dir: real, is_ours: is_new, keep: false })
    }

    fn temporary(source: &Path) -> Result<Self, Failure> {
        let parent = fs::canonicalize(std::env::temp_dir())
            .map_err(|err| Failure::machine("find the folder for temporary files", err))?;
        refuse_inside(&parent, source)?;
        let dir = tempfile::Builder::new()
            .prefix("strongroom-quickstart-")
            .tempdir_in(&parent)
            .map_err(|err| Failure::machine(format!("make a folder in {}", parent.display()), err))?;
        Ok(Self { data_dir: dir.keep(), is_ours: true, keep: false })
    }

    pub(super) fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// Refuses to start what cannot be finished: a backup that compresses badly and its restored copy take
    /// twice the size of the folder.
    pub(super) fn check_space(&self, survey: &Survey) -> Result<(), Failure> {
        let volume = statvfs(&self.data_dir)
            .map_err(|err| Failure::machine(format!("look at {}", self.data_dir.display()), err))?;
        let free = volume.f_bavail.saturating_mul(volume.f_frsize);
        let needed = survey.bytes.saturating_mul(2);
        if free < needed {
            return Err(Failure::Usage(format!(
                "{} has {} free, and {} may be needed for the backup and the restored copy; choose a roomier \
                 place with --data-dir, or a smaller folder",
                self.data_dir.display(),
                BinaryBytes(free),
                BinaryBytes(needed)
            )));
        }
        Ok(())
    }

    pub(super) fn keep(&mut self) {
        self.keep = true;
    }

    /// Removes what was written, unless it is to be kept.
    pub(super) fn clean_up(&self) -> Result<(), Failure> {
        if self.keep {
            return Ok(());
        }
        self.remove()
            .or_else(|_| {
                // A restored folder may deny its owner to write in it, as the original does.
                open_up(&self.data_dir);
                self.remove()
            })
            .map_err(|err| Failure::machine(format!("remove {}", self.data_dir.display()), err))
    }

    fn remove(&self) -> io::Result<()> {
        if self.is_ours {
            return fs::remove_dir_all(&self.data_dir);
        }
        for entry in fs::read_dir(&self.data_dir)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                fs::remove_dir_all(entry.path())?;
            } else {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}

fn refuse_inside(data_dir: &Path, source: &Path) -> Result<(), Failure> {
    if data_dir.starts_with(source) {
        return Err(Failure::Usage(format!(
            "the data would go to {}, inside the folder that is backed up, and nothing is written there; choose \
             a place outside with --data-dir",
            data_dir.display()
        )));
    }
    Ok(())
}

fn open_up(folder: &Path) {
    let _ = fs::set_permissions(folder, Permissions::from_mode(0o700));
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            open_up(&entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(result: Result<impl Sized, Failure>) -> String {
        match result {
            Ok(_) => panic!("accepted"),
            Err(failure) => failure.to_string(),
        }
    }

    #[test]
    fn a_source_must_be_a_folder_that_is_there() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        fs::write(&file, "").unwrap();
        assert_eq!(
            refusal(source_folder(&dir.path().join("missing"))),
            format!("there is no folder {}/missing", dir.path().display())
        );
        assert!(refusal(source_folder(&file)).ends_with("is not a folder; name the folder that it lies in"));
        assert!(source_folder(dir.path()).is_ok());
    }

    #[test]
    fn nothing_is_written_into_the_source() {
        let dir = tempfile::tempdir().unwrap();
        let source = fs::canonicalize(dir.path()).unwrap();
        let inside = source.join("new/data");
        assert!(refusal(Place::prepare(Some(&inside), &source)).contains("inside the folder"));
        assert!(!source.join("new").exists());
        let link = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(&source, link.path().join("link")).unwrap();
        let sneaky = link.path().join("link/data");
        assert!(refusal(Place::prepare(Some(&sneaky), &source)).contains("inside the folder"));
    }

    #[test]
    fn a_folder_with_something_in_it_is_left_alone() {
        let (dir, source) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(dir.path().join("precious"), "").unwrap();
        assert!(refusal(Place::prepare(Some(dir.path()), source.path())).contains("is not empty"));
        assert!(dir.path().join("precious").exists());
    }

    #[test]
    fn cleaning_up_removes_what_was_written_and_no_more() {
        let (dir, source) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let place = Place::prepare(Some(dir.path()), source.path()).unwrap();
        fs::create_dir(dir.path().join("sub")).unwrap();
        fs::write(dir.path().join("sub/file"), "").unwrap();
        fs::set_permissions(dir.path().join("sub"), Permissions::from_mode(0o555)).unwrap();
        place.clean_up().unwrap();
        assert!(dir.path().exists());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}
