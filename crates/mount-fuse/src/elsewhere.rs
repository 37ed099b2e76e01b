//! The port on systems where nothing can be mounted.

use std::path::{Path, PathBuf};

use engine::{Error, Kind, MountJob, Mounts, Result, Unmounting};

use crate::Access;

/// Mounts nothing: there is FUSE for Linux only.
#[derive(Debug)]
pub struct FuseMounts;

impl FuseMounts {
    /// Mounts for these users.
    pub fn new(_access: Access) -> Self {
        Self
    }
}

impl Mounts for FuseMounts {
    fn available(&self) -> Result<()> {
        Err(Error::new(Kind::Unsupported, "backups can be mounted on Linux only, through FUSE"))
    }

    fn check(&self, _at: &Path) -> Result<PathBuf> {
        self.available().map(|()| PathBuf::new())
    }

    fn mount(&self, _job: MountJob) -> Result<()> {
        self.available()
    }

    fn unmount(&self, _at: &Path) -> Result<Unmounting> {
        Ok(Unmounting::Complete)
    }

    fn clean(&self, _folder: &Path) -> Result<Vec<PathBuf>> {
        Ok(Vec::new())
    }
}
