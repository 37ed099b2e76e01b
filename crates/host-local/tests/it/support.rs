//! What every test needs: entries to write, and looking at what became of them.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use engine::{
    FilePath, FileSink, Hosts, Node, NodeContent, Progress, RestoreOptions, RestoreStats, Result, SinkReport,
    Wanted, WriteJob,
};
use host_local::LocalHost;
use jiff::Timestamp;
use tempfile::TempDir;

/// An entry and its content.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) node: Node,
    pub(crate) bytes: Vec<u8>,
}

impl Entry {
    pub(crate) fn new(path: impl AsRef<[u8]>, content: NodeContent) -> Self {
        let node = Node {
            path: FilePath::from_bytes(path.as_ref()),
            content,
            mode: None,
            uid: None,
            gid: None,
            modified_at: None,
            accessed_at: None,
            xattrs: Vec::new(),
        };
        Self { node, bytes: Vec::new() }
    }

    pub(crate) fn mode(mut self, mode: u32) -> Self {
        self.node.mode = Some(mode);
        self
    }

    pub(crate) fn owner(mut self, uid: u32, gid: u32) -> Self {
        self.node.uid = Some(uid);
        self.node.gid = Some(gid);
        self
    }

    pub(crate) fn times(mut self, modified: &str, accessed: &str) -> Self {
        self.node.modified_at = Some(time(modified));
        self.node.accessed_at = Some(time(accessed));
        self
    }

    pub(crate) fn xattr(mut self, name: &str, value: &[u8]) -> Self {
        self.node.xattrs.push((name.into(), value.into()));
        self
    }
}

pub(crate) fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn file(path: impl AsRef<[u8]>, bytes: impl AsRef<[u8]>) -> Entry {
    let bytes = bytes.as_ref().to_vec();
    let content = NodeContent::File { size_bytes: bytes.len() as u64, hard_link: None };
    Entry { bytes, ..Entry::new(path, content) }
}

/// One of the names of a file that has several.
pub(crate) fn name_of_many(path: &str, bytes: &str, key: (u64, u64)) -> Entry {
    let content = NodeContent::File { size_bytes: bytes.len() as u64, hard_link: Some(key) };
    Entry { bytes: bytes.into(), ..Entry::new(path, content) }
}

pub(crate) fn folder(path: impl AsRef<[u8]>) -> Entry {
    Entry::new(path, NodeContent::Folder)
}

pub(crate) fn symlink(path: impl AsRef<[u8]>, target: impl AsRef<[u8]>) -> Entry {
    Entry::new(path, NodeContent::Symlink { target: target.as_ref().to_vec() })
}

/// Overwrites, preserves everything and goes on after failures: what an attack would choose.
pub(crate) const EVERYTHING: RestoreOptions =
    RestoreOptions { overwrite: true, preserve_attributes: true, continue_on_error: true };

/// Leaves what is there alone.
pub(crate) const CAREFUL: RestoreOptions = RestoreOptions { overwrite: false, ..EVERYTHING };

/// Writes `/item` of a snapshot to `target` of an empty folder.
pub(crate) struct Scene {
    pub(crate) root: TempDir,
    pub(crate) job: WriteJob,
}

impl Scene {
    pub(crate) fn new(options: RestoreOptions) -> Self {
        let root = TempDir::new().unwrap();
        let job = WriteJob {
            endpoint: "localhost".to_owned(),
            placements: vec![(FilePath::from_bytes("/item"), root.path().join("target"))],
            options,
            forbidden: Vec::new(),
            allowed: Vec::new(),
        };
        Self { root, job }
    }

    /// A path below the folder of the scene.
    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.root.path().join(below)
    }

    pub(crate) fn sink(&self) -> Box<dyn FileSink> {
        LocalHost::new().writer(self.job.clone(), Arc::new(engine::NoProgress)).unwrap()
    }

    /// Writes all entries, as a vault would.
    pub(crate) fn write(&self, entries: &[Entry]) -> SinkReport {
        let mut sink = self.sink();
        feed(&mut sink, entries).unwrap();
        sink.complete().unwrap()
    }
}

/// Gives entries to a sink until it refuses.
pub(crate) fn feed(sink: &mut Box<dyn FileSink>, entries: &[Entry]) -> Result<()> {
    sink.expect(entries.len() as u64, entries.iter().map(|entry| entry.bytes.len() as u64).sum());
    for entry in entries {
        if sink.begin(&entry.node)? == Wanted::Content {
            // In two parts, so that nothing depends on getting it whole.
            let (first, second) = entry.bytes.split_at(entry.bytes.len() / 2);
            sink.write(first)?;
            sink.write(second)?;
            sink.finish()?;
        }
    }
    Ok(())
}

/// The counters that tell how it went: done, skipped, failed.
pub(crate) fn counts(report: &SinkReport) -> (u64, u64, u64) {
    (report.stats.files_done, report.stats.files_skipped, report.stats.files_failed)
}

/// Remembers all progress.
#[derive(Default)]
pub(crate) struct Recorder(pub(crate) Mutex<Vec<RestoreStats>>);

impl Progress<RestoreStats> for Recorder {
    fn update(&self, stats: &RestoreStats) {
        self.0.lock().unwrap().push(*stats);
    }
}

/// A folder with a file outside of any target. The time of change cannot be set by anybody, so it betrays
/// every change of content, mode, owner, times, names or extended attributes.
pub(crate) struct Victim {
    root: TempDir,
    before: String,
}

impl Victim {
    pub(crate) fn new() -> Self {
        let root = TempDir::new().unwrap();
        fs::write(root.path().join("passwd"), "root").unwrap();
        fs::create_dir(root.path().join("etc")).unwrap();
        let mut victim = Self { root, before: String::new() };
        victim.before = victim.state();
        victim
    }

    pub(crate) fn path(&self) -> &Path {
        self.root.path()
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.path().join("passwd")
    }

    #[track_caller]
    pub(crate) fn assert_untouched(&self) {
        assert_eq!(self.state(), self.before);
    }

    /// For when a second name of the file came or went, which counts as a change of the file.
    #[track_caller]
    pub(crate) fn assert_untouched_but_for_its_names(&self) {
        let without_changes = |state: &str| -> Vec<String> {
            state.split_whitespace().filter(|word| !word.contains('.')).map(str::to_owned).collect()
        };
        assert_eq!(without_changes(&self.state()), without_changes(&self.before));
    }

    fn state(&self) -> String {
        ["", "passwd", "etc"]
            .map(|name| {
                let path = self.path().join(name);
                let found = fs::symlink_metadata(&path).unwrap();
                let holds =
                    if found.is_dir() { names(&path).join(" ") } else { fs::read_to_string(&path).unwrap() };
                format!(
                    "{name} {:o} {}:{} {}.{:09} {holds}\n",
                    found.mode(),
                    found.uid(),
                    found.gid(),
                    found.ctime(),
                    found.ctime_nsec()
                )
            })
            .concat()
    }
}

/// What a folder holds, by name.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Whether this process may do anything.
pub(crate) fn is_root() -> bool {
    fs::metadata("/proc/self").unwrap().uid() == 0
}
