//! One file: fetched beside its place, and moved there when it is whole.

use std::fs::{self, File, FileTimes, OpenOptions, Permissions};
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::SystemTime;

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncSeekExt as _;

use super::super::{cat, files, files::Entry};
use super::{Source, shown};
use crate::failure::Failure;

/// The longest name that file systems take, in bytes.
const LONGEST_NAME: usize = 255;

impl Source<'_> {
    /// Fetches a file to a place, and gives its size; none when it was there already. What is known of it says when it
    /// is whole, and how its copy looks.
    pub(super) async fn fetch(
        &self,
        path: &str,
        entry: Option<&Entry>,
        to: &Path,
    ) -> Result<Option<u64>, Failure> {
        let size = entry.and_then(|entry| entry.size);
        match fs::symlink_metadata(to) {
            Ok(there) if there.is_dir() => {
                return Err(Failure::Usage(format!("{} is a folder; a file is to go there", shown(to))));
            }
            Ok(there) if entry.is_some_and(|entry| is_same(&there, entry)) => {
                self.done.fetch_add(there.len(), Ordering::Relaxed);
                return Ok(None);
            }
            Ok(_) if !self.force => {
                return Err(Failure::Usage(format!("{} is there already; --force replaces it", shown(to))));
            }
            _ => {}
        }
        let part = self.part(path, to);
        let failed = |error: io::Error| Failure::machine(format!("write {}", shown(&part)), error);
        let mut options = OpenOptions::new();
        let no_links = rustix::fs::OFlags::NOFOLLOW.bits().cast_signed();
        // Until it is whole nobody else reads it, whatever it will be.
        let new = if entry.and_then(mode).is_some() { 0o600 } else { 0o666 };
        options.create(true).write(true).mode(new).custom_flags(no_links);
        let file = options.open(&part).map_err(failed)?;
        let mut have = file.metadata().map_err(failed)?.len();
        if size.is_some_and(|size| have > size) {
            file.set_len(0).map_err(failed)?;
            have = 0;
        }
        let mut file = tokio::fs::File::from_std(file);
        file.seek(io::SeekFrom::Start(have)).await.map_err(failed)?;
        let done = self.done.clone();
        done.fetch_add(have, Ordering::Relaxed);
        let mut last = have;
        let mut download =
            files::content(self.target, self.snapshot, path).from_offset(have).on_progress(move |written| {
                done.fetch_add(written.saturating_sub(last), Ordering::Relaxed);
                last = written;
            });
        if let Some(size) = size {
            download = download.size(size);
        }
        let written = match download.write_to(&mut file).await {
            Ok(written) => written,
            Err(error) => {
                // An empty one would be left where nothing ever came.
                if error.written() == 0 {
                    let _ = fs::remove_file(&part);
                }
                return Err(cat::failed(error));
            }
        };
        let file = file.into_std().await;
        if let Some(at) = entry.and_then(modified) {
            file.set_times(FileTimes::new().set_modified(at)).map_err(failed)?;
        }
        if let Some(mode) = entry.and_then(mode) {
            file.set_permissions(Permissions::from_mode(mode)).map_err(failed)?;
        }
        file.sync_all().map_err(failed)?;
        fs::rename(&part, to).map_err(|error| Failure::machine(format!("write {}", shown(to)), error))?;
        Ok(Some(written))
    }

    /// Where a file is until it is whole. The name tells of which snapshot it is, so that nothing else goes on there.
    fn part(&self, path: &str, to: &Path) -> PathBuf {
        let digest =
            Sha256::new().chain_update(&self.snapshot.id).chain_update([0]).chain_update(path).finalize();
        let suffix = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect::<String>();
        let name = to.file_name().unwrap_or_default();
        let mut part = std::ffi::OsString::from(".");
        if name.as_bytes().len() + suffix.len() + ".".len() + ".".len() + ".part".len() <= LONGEST_NAME {
            part.push(name);
            part.push(".");
        }
        part.push(format!("{suffix}.part"));
        to.with_file_name(part)
    }
}

/// Whether a file is what was fetched before.
fn is_same(there: &fs::Metadata, entry: &Entry) -> bool {
    there.is_file()
        && Some(there.len()) == entry.size
        && modified(entry).is_some_and(|at| there.modified().is_ok_and(|there| there == at))
}

/// The permissions that a file had, without set-uid and the like.
fn mode(entry: &Entry) -> Option<u32> {
    Some(u32::from_str_radix(entry.mode.as_deref()?, 8).ok()? & 0o777)
}

pub(super) fn modified(entry: &Entry) -> Option<SystemTime> {
    entry.modified.as_deref()?.parse::<Timestamp>().ok().map(SystemTime::from)
}

/// Gives a folder the time and the permissions that it had. That it cannot have them is no loss.
pub(super) fn set_look(folder: &Path, entry: &Entry) {
    if let (Some(at), Ok(folder)) = (modified(entry), File::open(folder)) {
        let _ = folder.set_modified(at);
    }
    if let Some(mode) = mode(entry) {
        // Whoever runs this must get into it.
        let _ = fs::set_permissions(folder, Permissions::from_mode(mode | 0o700));
    }
}
