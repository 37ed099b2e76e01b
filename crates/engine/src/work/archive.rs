//! Packing files into a ZIP archive for download.
//!
//! Names in the archive are the absolute paths of the snapshot without the leading slash, in their text
//! form: two items never collide, and unpacking shows where everything came from.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::tz::TimeZone;
use zip::write::{FileOptions, ZipWriter};
use zip::{CompressionMethod, DateTime};

use crate::{
    BackupStats, Error, FileSink, Node, NodeContent, Progress, RestoreStats, Result, SinkReport, Wanted,
};

/// Writes one archive. It appears under its name when it is complete, and not before.
pub(super) struct ArchiveSink {
    /// None once it is complete.
    archive: Option<ZipWriter<File>>,
    partial: PathBuf,
    path: PathBuf,
    current: String,
    report: SinkReport,
    progress: Arc<dyn Progress<RestoreStats>>,
}

impl ArchiveSink {
    pub(super) fn create(path: &Path, progress: Arc<dyn Progress<RestoreStats>>) -> Result<Self> {
        let partial = path.with_extension("partial");
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(cannot_write)?;
        }
        let archive = ZipWriter::new(File::create(&partial).map_err(cannot_write)?);
        Ok(Self {
            archive: Some(archive),
            partial,
            path: path.to_owned(),
            current: String::new(),
            report: SinkReport::default(),
            progress,
        })
    }

    fn archive(&mut self) -> Result<&mut ZipWriter<File>> {
        self.archive.as_mut().ok_or_else(|| cannot_write("it is complete"))
    }

    fn done(&mut self) {
        self.report.stats.files_done += 1;
        self.progress.update(&self.report.stats);
    }

    fn warn(&mut self, reason: &str) {
        self.report.stats.files_failed += 1;
        if self.report.warnings.len() < BackupStats::WARNINGS_KEPT {
            self.report.warnings.push(format!("/{}: {reason}", self.current));
        }
        self.progress.update(&self.report.stats);
    }
}

/// What was not completed leaves nothing behind: it is other people's files in the clear.
impl Drop for ArchiveSink {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.partial);
    }
}

impl FileSink for ArchiveSink {
    fn expect(&mut self, entries: u64, bytes: u64) {
        self.report.stats.files_total = entries;
        self.report.stats.bytes_total = bytes;
        self.progress.update(&self.report.stats);
    }

    fn begin(&mut self, node: &Node) -> Result<Wanted> {
        node.path.to_string().trim_start_matches('/').clone_into(&mut self.current);
        let mut options = FileOptions::<()>::default()
            .compression_method(CompressionMethod::Deflated)
            .unix_permissions(node.mode.unwrap_or(0o644) & 0o777);
        if let Some(time) = node.modified_at.and_then(zip_time) {
            options = options.last_modified_time(time);
        }
        let name = self.current.clone();
        match &node.content {
            NodeContent::File { size_bytes, .. } => {
                let options = options.large_file(*size_bytes >= u64::from(u32::MAX));
                self.archive()?.start_file(name, options).map_err(cannot_write)?;
                Ok(Wanted::Content)
            }
            NodeContent::Folder => {
                if !name.is_empty() {
                    self.archive()?.add_directory(name, options).map_err(cannot_write)?;
                }
                self.done();
                Ok(Wanted::Nothing)
            }
            NodeContent::Symlink { target } => {
                let target = String::from_utf8_lossy(target).into_owned();
                self.archive()?.add_symlink(name, target, options).map_err(cannot_write)?;
                self.done();
                Ok(Wanted::Nothing)
            }
            NodeContent::Fifo | NodeContent::Socket | NodeContent::Device { .. } => {
                self.warn("a pipe, socket or device has no place in an archive");
                Ok(Wanted::Nothing)
            }
        }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.archive()?.write_all(bytes).map_err(cannot_write)?;
        self.report.stats.bytes_done += bytes.len() as u64;
        self.progress.update(&self.report.stats);
        Ok(())
    }

    fn finish(&mut self) -> Result<()> {
        self.done();
        Ok(())
    }

    fn fail(&mut self, reason: &str) -> Result<()> {
        // What was written of it must not pass for the file.
        self.archive()?.abort_file().map_err(cannot_write)?;
        self.warn(reason);
        Ok(())
    }

    fn complete(mut self: Box<Self>) -> Result<SinkReport> {
        let Some(archive) = self.archive.take() else {
            return Err(cannot_write("it was completed before"));
        };
        let (partial, path, report) = (self.partial.clone(), self.path.clone(), self.report.clone());
        let file = archive.finish().map_err(cannot_write)?;
        file.sync_all().map_err(cannot_write)?;
        fs::rename(&partial, &path).map_err(cannot_write)?;
        if let Some(folder) = path.parent() {
            File::open(folder).and_then(|folder| folder.sync_all()).map_err(cannot_write)?;
        }
        Ok(report)
    }
}

/// ZIP times are local times without a zone, from 1980 on; they are written in UTC.
fn zip_time(time: jiff::Timestamp) -> Option<DateTime> {
    DateTime::try_from(time.to_zoned(TimeZone::UTC).datetime()).ok()
}

fn cannot_write(err: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::internal("the archive for this download cannot be written", err)
}
