//! Finding what is to be backed up: the files below the roots, without what is left out, in the order that
//! the repository needs. It looks at names and metadata only and reads no content.

use std::collections::HashSet;
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use engine::{BackupJob, Error, FilePath, Result};
use ignore::overrides::{Override, OverrideBuilder};
use ignore::{DirEntry, Walk, WalkBuilder};

/// A plan of what to walk; [`Plan::walk`] carries it out as often as it is wanted.
#[derive(Debug)]
pub(crate) struct Plan {
    /// Sorted; none twice.
    roots: Vec<PlannedRoot>,
}

#[derive(Debug)]
struct PlannedRoot {
    path: PathBuf,
    builder: WalkBuilder,
}

/// A step of a walk.
pub(crate) type Found = std::result::Result<DirEntry, Missed>;

/// Something that could not be looked at.
#[derive(Debug)]
pub(crate) struct Missed {
    /// Where, as far as it is known.
    pub(crate) path: Option<FilePath>,
    /// Why.
    pub(crate) reason: String,
    /// Whether a root itself is meant.
    pub(crate) root: bool,
}

impl Plan {
    /// Checks the roots and what is left out.
    ///
    /// # Errors
    /// [`engine::Kind::Invalid`] when there is no root, one is gone or lies in a forbidden folder, and for
    /// a pattern that is none.
    pub(crate) fn new(job: &BackupJob) -> Result<Self> {
        if job.roots.is_empty() {
            return Err(Error::invalid("there is nothing to back up: no root was given"));
        }
        let forbidden = Arc::new(Forbidden::new(&job.forbidden));
        let patterns = patterns(&job.excluded_patterns)?;

        // A root given twice leaves out what both leave out.
        let mut wanted: Vec<(PathBuf, HashSet<PathBuf>, bool)> = Vec::new();
        for root in &job.roots {
            let path = checked_root(&root.path, &forbidden)?;
            let excluded: HashSet<PathBuf> = root.excluded.iter().map(|path| path.as_path().into()).collect();
            match wanted.iter_mut().find(|(known, ..)| *known == path) {
                Some((_, known, one_file_system)) => {
                    known.retain(|path| excluded.contains(path));
                    *one_file_system &= root.one_file_system;
                }
                None => wanted.push((path, excluded, root.one_file_system)),
            }
        }
        // The order in which a walk visits a tree is that of `Path::cmp`.
        wanted.sort_by(|a, b| a.0.cmp(&b.0));

        let paths: Arc<HashSet<PathBuf>> = Arc::new(wanted.iter().map(|(path, ..)| path.clone()).collect());
        let roots = wanted
            .into_iter()
            .map(|(path, excluded, one_file_system)| {
                let (forbidden, others) = (forbidden.clone(), paths.clone());
                let mut builder = WalkBuilder::new(&path);
                builder
                    .standard_filters(false)
                    .follow_links(false)
                    .same_file_system(one_file_system)
                    .overrides(patterns.clone())
                    .sort_by_file_path(Path::cmp)
                    .filter_entry(move |entry| {
                        // A root below another is walked on its own, with its own rules.
                        entry.depth() == 0
                            || !(excluded.contains(entry.path())
                                || others.contains(entry.path())
                                || forbidden.is(entry))
                    });
                PlannedRoot { path, builder }
            })
            .collect();
        Ok(Self { roots })
    }

    /// The roots' paths.
    pub(crate) fn roots(&self) -> impl Iterator<Item = &Path> {
        self.roots.iter().map(|root| root.path.as_path())
    }

    /// Goes through everything once: a folder before what it holds, and all of it before anything else.
    pub(crate) fn walk(&self) -> Steps {
        let walks = self.roots.iter().map(|root| OneRoot::new(&root.builder)).collect();
        Steps { walks }
    }
}

/// The walks through all roots, merged into one order.
pub(crate) struct Steps {
    walks: Vec<OneRoot>,
}

struct OneRoot {
    walk: Walk,
    next: Option<Found>,
}

impl OneRoot {
    fn new(builder: &WalkBuilder) -> Self {
        let mut walk = builder.build();
        let next = walk.next().map(step);
        Self { walk, next }
    }

    fn take(&mut self) -> Option<Found> {
        let next = self.walk.next().map(step);
        std::mem::replace(&mut self.next, next)
    }
}

impl Iterator for Steps {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        // What was missed comes first: it has no place in the order. Nested roots are few, so that looking
        // at all heads is quicker than keeping them sorted.
        let first =
            self.walks.iter_mut().filter(|walk| walk.next.is_some()).min_by(|a, b| head(a).cmp(&head(b)))?;
        first.take()
    }
}

fn head(walk: &OneRoot) -> Option<&Path> {
    walk.next.as_ref().and_then(|next| next.as_ref().ok()).map(DirEntry::path)
}

fn step(result: std::result::Result<DirEntry, ignore::Error>) -> Found {
    result.map_err(|error| {
        let mut missed = Missed { path: None, reason: String::new(), root: false };
        describe(&error, &mut missed);
        missed
    })
}

fn describe(error: &ignore::Error, missed: &mut Missed) {
    match error {
        ignore::Error::WithPath { path, err } => {
            missed.path = Some(FilePath::from(path.as_path()));
            describe(err, missed);
        }
        ignore::Error::WithDepth { depth, err } => {
            describe(err, missed);
            missed.root = *depth == 0 && is_gone(err);
        }
        ignore::Error::Io(error) => missed.reason = error.to_string(),
        other => missed.reason = other.to_string(),
    }
}

fn is_gone(error: &ignore::Error) -> bool {
    error.io_error().is_some_and(|error| error.kind() == io::ErrorKind::NotFound)
}

/// The folders that are never read, recognised by what they are and not only by name: a bind mount or a
/// linked folder leads to them under other names.
#[derive(Debug)]
struct Forbidden {
    paths: Vec<PathBuf>,
    folders: HashSet<(u64, u64)>,
}

impl Forbidden {
    fn new(paths: &[PathBuf]) -> Self {
        let folders =
            paths.iter().filter_map(|path| fs::metadata(path).ok()).map(|it| identity(&it)).collect();
        let mut paths = paths.to_vec();
        let real: Vec<PathBuf> = paths.iter().filter_map(|path| fs::canonicalize(path).ok()).collect();
        paths.extend(real);
        Self { paths, folders }
    }

    fn is(&self, entry: &DirEntry) -> bool {
        if self.paths.iter().any(|path| path == entry.path()) {
            return true;
        }
        entry.file_type().is_some_and(|kind| kind.is_dir())
            && !self.folders.is_empty()
            && entry.metadata().is_ok_and(|metadata| self.folders.contains(&identity(&metadata)))
    }

    fn holds(&self, path: &Path) -> bool {
        let real = fs::canonicalize(path);
        self.paths.iter().any(|forbidden| {
            path.starts_with(forbidden) || real.as_ref().is_ok_and(|real| real.starts_with(forbidden))
        })
    }
}

fn identity(metadata: &Metadata) -> (u64, u64) {
    (metadata.dev(), metadata.ino())
}

/// The path of a root, without a trailing slash and the like.
fn checked_root(root: &FilePath, forbidden: &Forbidden) -> Result<PathBuf> {
    let path = root.as_path();
    if !path.is_absolute() || path.components().any(|part| part == Component::ParentDir) {
        return Err(Error::invalid(format!("the root {root} is not an absolute path without \"..\"")));
    }
    if root.as_bytes().contains(&0) {
        return Err(Error::invalid(format!("the root {root} is not a path")));
    }
    let path: PathBuf = path.components().collect();
    fs::symlink_metadata(&path)
        .map_err(|error| Error::invalid(format!("the root {root} cannot be read: {error}")))?;
    if forbidden.holds(&path) {
        return Err(Error::invalid(format!("the root {root} lies in a folder of this installation")));
    }
    Ok(path)
}

/// What the patterns leave out.
fn patterns(excluded: &[String]) -> Result<Override> {
    let invalid = |pattern: &str, error: ignore::Error| {
        Error::invalid(format!("the excluded pattern {pattern:?} is not valid: {error}"))
    };
    // Patterns with a slash in them start at the root of the file system.
    let mut builder = OverrideBuilder::new("/");
    for pattern in excluded {
        // In an override, what begins with `!` is left out and everything else would be the only thing
        // wanted. A pattern's own `!` is meant as it stands.
        let escape = if pattern.starts_with('!') { "\\" } else { "" };
        builder.add(&format!("!{escape}{pattern}")).map_err(|error| invalid(pattern, error))?;
    }
    builder.build().map_err(|error| invalid("", error))
}

/// Refuses a pattern that is none.
pub(crate) fn check_pattern(pattern: &str) -> Result<()> {
    patterns(&[pattern.to_owned()]).map(drop)
}

/// A path in the form that a snapshot's list of roots can hold, which is Unicode.
pub(crate) fn printable(path: &Path) -> PathBuf {
    match path.to_str() {
        Some(_) => path.to_path_buf(),
        None => PathBuf::from(FilePath::from_bytes(path.as_os_str().as_bytes()).to_string()),
    }
}
