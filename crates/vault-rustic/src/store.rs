//! A repository's files on a local disk: where each lies, written so that a name only ever stands for
//! complete and durable content, and listed without overlooking anything. It knows the layout of a restic
//! repository and nothing of what the files hold.
//!
//! The library brings a local backend of its own. It is not used because it leaves folders unsynced after a
//! rename and answers a listing that failed with a shorter list, from which a later prune concludes that
//! packs are unused.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use rustic_core::repofile::ALL_FILE_TYPES;
use rustic_core::{BytesList, FileType, Id, ReadBackend, RusticResult, WriteBackend};

use crate::errors::store_error;

/// What the name of a file that is still being written ends with.
const PARTIAL: &str = ".partial";

/// The files of one repository.
#[derive(Debug)]
pub(crate) struct Store {
    folder: PathBuf,
    /// Tells files apart that are being written at the same time.
    next_partial: AtomicU64,
}

impl Store {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder, next_partial: AtomicU64::new(0) }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where a file lies.
    pub(crate) fn path(&self, kind: FileType, id: &Id) -> PathBuf {
        let name = id.to_hex();
        match kind {
            FileType::Config => self.folder.join("config"),
            FileType::Pack => self.folder.join("data").join(&name.as_str()[..2]).join(name.as_str()),
            _ => self.folder.join(kind.dirname()).join(name.as_str()),
        }
    }

    /// All files of a kind with their sizes; an error when any folder or file of them cannot be looked at.
    pub(crate) fn list_strictly(&self, kind: FileType) -> io::Result<Vec<(Id, u64)>> {
        let mut found = Vec::new();
        match kind {
            FileType::Config => {
                let config = self.folder.join("config");
                if config.try_exists()? {
                    found.push((Id::default(), fs::metadata(config)?.len()));
                }
            }
            FileType::Pack => {
                for entry in fs::read_dir(self.folder.join("data"))? {
                    let entry = entry?;
                    if entry.file_type()?.is_dir() {
                        list_folder(&entry.path(), &mut found)?;
                    }
                }
            }
            _ => list_folder(&self.folder.join(kind.dirname()), &mut found)?,
        }
        Ok(found)
    }

    /// Whether the content of a file is what its name says. Every file but `config` and the keys is named
    /// by the SHA-256 of its content.
    pub(crate) fn is_whole(&self, kind: FileType, id: &Id) -> io::Result<bool> {
        let mut file = File::open(self.path(kind, id))?;
        let length = file.metadata()?.len();
        Ok(id.blob_matches_reader(length, &mut file))
    }

    /// Removes a file for good, if it is there.
    pub(crate) fn discard(&self, kind: FileType, id: &Id) -> io::Result<()> {
        let path = self.path(kind, id);
        match fs::remove_file(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
            Ok(()) => path.parent().map_or(Ok(()), sync_folder),
        }
    }

    /// Moves a damaged file out of the repository, to where it hurts nobody and can still be looked at.
    pub(crate) fn quarantine(&self, kind: FileType, id: &Id) -> io::Result<PathBuf> {
        let folder = self.folder.join("quarantine").join(kind.dirname());
        make_private_folder(&folder)?;
        let from = self.path(kind, id);
        let to = folder.join(id.to_hex().as_str());
        fs::rename(&from, &to)?;
        sync_folder(&folder)?;
        if let Some(parent) = from.parent() {
            sync_folder(parent)?;
        }
        Ok(to)
    }

    /// Removes what a process that died while writing left behind. Only for a repository that nobody else
    /// writes to.
    pub(crate) fn remove_partial_files(&self) -> io::Result<()> {
        let mut folders = vec![self.folder.clone()];
        for kind in ALL_FILE_TYPES {
            let folder = self.folder.join(kind.dirname());
            if kind == FileType::Pack {
                for entry in fs::read_dir(&folder)? {
                    folders.push(entry?.path());
                }
            } else {
                folders.push(folder);
            }
        }
        for folder in folders {
            for entry in fs::read_dir(folder)? {
                let entry = entry?;
                if entry.file_name().as_encoded_bytes().ends_with(PARTIAL.as_bytes()) {
                    fs::remove_file(entry.path())?;
                }
            }
        }
        Ok(())
    }

    fn write_file(&self, kind: FileType, id: &Id, content: BytesList) -> io::Result<()> {
        let path = self.path(kind, id);
        let folder = path.parent().unwrap_or(&self.folder);
        let number = self.next_partial.fetch_add(1, Ordering::Relaxed);
        let partial = folder.join(format!("{}.{number}{PARTIAL}", id.to_hex().as_str()));
        let written = write_durably(&partial, content).and_then(|()| fs::rename(&partial, &path));
        if let Err(error) = written {
            // Best effort: what is left over is removed by the next recovery.
            let _ = fs::remove_file(&partial);
            return Err(error);
        }
        if let Err(error) = sync_folder(folder) {
            // Whoever is told that writing failed must not find the file later.
            let _ = fs::remove_file(&path);
            return Err(error);
        }
        Ok(())
    }

    fn read_range(&self, kind: FileType, id: &Id, offset: u32, length: u32) -> io::Result<Vec<u8>> {
        let mut file = File::open(self.path(kind, id))?;
        file.seek(SeekFrom::Start(offset.into()))?;
        let mut content = Vec::new();
        file.take(length.into()).read_to_end(&mut content)?;
        if content.len() as u64 == u64::from(length) {
            Ok(content)
        } else {
            // A pack that is too short is damaged, which is told like one that is missing.
            Err(io::Error::new(io::ErrorKind::NotFound, "the file is too short"))
        }
    }
}

impl ReadBackend for Store {
    fn location(&self) -> String {
        self.folder.display().to_string()
    }

    fn list_with_size(&self, kind: FileType) -> RusticResult<Vec<(Id, u32)>> {
        let list = self
            .list_strictly(kind)
            .map_err(|error| store_error("list", &self.folder.join(kind.dirname()), error))?;
        // The format has no larger files; one that is larger is none of the repository's.
        Ok(list.into_iter().filter_map(|(id, size)| Some((id, u32::try_from(size).ok()?))).collect())
    }

    fn read_full(&self, kind: FileType, id: &Id) -> RusticResult<Bytes> {
        let path = self.path(kind, id);
        let content = fs::read(&path).map_err(|error| store_error("read", &path, error))?;
        Ok(content.into())
    }

    fn read_partial(
        &self,
        kind: FileType,
        id: &Id,
        _cacheable: bool,
        offset: u32,
        length: u32,
    ) -> RusticResult<Bytes> {
        let content = self
            .read_range(kind, id, offset, length)
            .map_err(|error| store_error("read", &self.path(kind, id), error))?;
        Ok(content.into())
    }

    fn warmup_path(&self, kind: FileType, id: &Id) -> String {
        self.path(kind, id).display().to_string()
    }
}

impl WriteBackend for Store {
    fn create(&self) -> RusticResult<()> {
        let data = self.folder.join("data");
        // Other tools keep their locks in `locks`.
        let mut folders: Vec<PathBuf> =
            ["keys", "snapshots", "index", "locks"].iter().map(|name| self.folder.join(name)).collect();
        folders.extend((0..=u8::MAX).map(|first| data.join(format!("{first:02x}"))));
        for folder in folders {
            make_private_folder(&folder).map_err(|error| store_error("make", &folder, error))?;
        }
        for folder in [&data, &self.folder] {
            sync_folder(folder).map_err(|error| store_error("sync", folder, error))?;
        }
        Ok(())
    }

    fn write_bytes(&self, kind: FileType, id: &Id, _cacheable: bool, content: BytesList) -> RusticResult<()> {
        self.write_file(kind, id, content).map_err(|error| store_error("write", &self.path(kind, id), error))
    }

    fn remove(&self, kind: FileType, id: &Id, _cacheable: bool) -> RusticResult<()> {
        let path = self.path(kind, id);
        let removed = fs::remove_file(&path).and_then(|()| match (kind, path.parent()) {
            // An index that came back after a power failure would name packs that are gone.
            (FileType::Index, Some(folder)) => sync_folder(folder),
            _ => Ok(()),
        });
        removed.map_err(|error| store_error("remove", &path, error))
    }
}

/// Makes a folder that only its owner may look into, and those above it.
pub(crate) fn make_private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Makes the names in a folder durable.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Writes a private file and makes its content durable.
fn write_durably(path: &Path, content: BytesList) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    let mut reader = content.reader();
    io::copy(&mut reader, &mut file)?;
    file.flush()?;
    file.sync_all()
}

fn list_folder(folder: &Path, found: &mut Vec<(Id, u64)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        // Files whose name is no id belong to others, or are still being written.
        let id = name.to_str().filter(|name| name.len() == 64).and_then(|name| name.parse().ok());
        let Some(id) = id else { continue };
        let metadata = entry.metadata()?;
        if metadata.is_file() {
            found.push((id, metadata.len()));
        }
    }
    Ok(())
}
