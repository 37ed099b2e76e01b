//! The sink: takes entries one after the other, keeps count, and finishes folders at the end.

use std::collections::HashMap;
use std::fs::File;
use std::os::fd::AsFd;
use std::sync::Arc;

use engine::{
    Error, FilePath, FileSink, Kind, Node, NodeContent, Progress, RestoreOptions, RestoreStats, Result,
    SinkReport, Wanted, WriteJob,
};
use rustix::fs::{self, Access, AtFlags, FileType};
use rustix::io::Errno;

use super::attributes::{Attributes, Handle, umask};
use super::content::Content;
use super::entry::{self, Special, TemporaryNames, Trace};
use super::folders::{Folders, Missing, reserved};
use super::guards::Guards;
use super::placements::{Placements, parent_and_name};
use super::refusal::Refusal;
use super::tally::Tally;

/// Writes the files of one job. Dropped before it is complete it leaves whole files and folders of mode
/// 0700, and nothing half written.
pub(crate) struct Writer {
    placements: Placements,
    folders: Folders,
    options: RestoreOptions,
    umask: u32,
    temporary_names: TemporaryNames,
    present: Option<Present>,
    /// Files with several names, by their key in the snapshot: where the first name is, and what it is.
    linked: HashMap<(u64, u64), (Vec<u8>, Trace)>,
    /// Folders whose attributes are set at the end.
    unfinished: Vec<Unfinished>,
    tally: Tally,
}

/// The file that is being written, in the present folder.
struct Present {
    path: FilePath,
    host_path: Vec<u8>,
    temporary: Vec<u8>,
    content: Content,
    attributes: Attributes,
    hard_link: Option<(u64, u64)>,
}

struct Unfinished {
    path: FilePath,
    host_path: Vec<u8>,
    attributes: Attributes,
}

/// What became of an entry at its beginning.
enum Begun {
    /// Its content is to come.
    Content,
    Done,
    Skipped,
}

/// Looks at the places of a job without making anything: what is refused here is refused by
/// [`Writer::open`] too.
pub(crate) fn check(job: &WriteJob) -> Result<()> {
    let guards = Guards::new(&job.forbidden, &job.allowed)?;
    check_places(&guards, &Placements::new(&job.placements)?)
}

fn check_places(guards: &Guards, placements: &Placements) -> Result<()> {
    match placements.places().find(|place| guards.forbid(place)) {
        Some(place) => Err(reserved().into_error(&FilePath::from_bytes(place))),
        None => Ok(()),
    }
}

impl Writer {
    /// Makes the folders above the places and looks whether they can be written.
    pub(crate) fn open(job: WriteJob, progress: Arc<dyn Progress<RestoreStats>>) -> Result<Self> {
        let guards = Guards::new(&job.forbidden, &job.allowed)?;
        let placements = Placements::new(&job.placements)?;
        let mut folders = Folders::new(guards)
            .map_err(|cause| Error::internal("the root of this machine cannot be opened", cause))?;
        // All are looked at before anything is made.
        check_places(folders.guards(), &placements)?;
        for place in placements.places() {
            open_place(&mut folders, place)
                .map_err(|refusal| refusal.into_error(&FilePath::from_bytes(place)))?;
        }
        Ok(Self {
            placements,
            folders,
            options: job.options,
            umask: umask(),
            temporary_names: TemporaryNames::new(),
            present: None,
            linked: HashMap::new(),
            unfinished: Vec::new(),
            tally: Tally::new(job.options.continue_on_error, progress),
        })
    }

    fn start(&mut self, node: &Node) -> Result<Begun, Refusal> {
        let host_path = self.placements.locate(&node.path)?;
        let (parent, name) = parent_and_name(&host_path);
        self.folders.enter(parent, Missing::Make)?;
        let found = if name.is_empty() {
            Some((FileType::Directory, None))
        } else {
            entry::existing(self.folders.here(), name)
                .map_err(|cause| Refusal::system("its place cannot be looked at", cause))?
                .map(|(kind, id)| (kind, Some(id)))
        };
        if self.folders.forbid(name, found.and_then(|(_, id)| id)) {
            return Err(reserved());
        }
        let found = found.map(|(kind, _)| kind);
        if node.content == NodeContent::Folder {
            return self.start_folder(node, &host_path, found);
        }
        match found {
            Some(FileType::Directory) => return Err(Refusal::in_the_way(FileType::Directory)),
            Some(_) if !self.options.overwrite => return Ok(Begun::Skipped),
            _ => {}
        }
        match &node.content {
            NodeContent::File { hard_link, .. } => self.start_file(node, &host_path, *hard_link),
            NodeContent::Symlink { target } => self.make_special(node, name, Special::Symlink { target }),
            NodeContent::Fifo => self.make_special(node, name, Special::Fifo),
            NodeContent::Device { character, number } => {
                self.make_special(node, name, Special::Device { character: *character, number: *number })
            }
            NodeContent::Socket => {
                self.tally
                    .warn(format!("{}: a socket is not brought back; its server makes it anew", node.path));
                Ok(Begun::Skipped)
            }
            NodeContent::Folder => Ok(Begun::Done),
        }
    }

    fn start_folder(
        &mut self,
        node: &Node,
        host_path: &[u8],
        found: Option<FileType>,
    ) -> Result<Begun, Refusal> {
        let is_new = match found {
            Some(FileType::Directory) => false,
            Some(other) => return Err(Refusal::in_the_way(other)),
            None => {
                let name = parent_and_name(host_path).1;
                self.folders
                    .make(name)
                    .map_err(|cause| Refusal::system("the folder cannot be made", cause))?
            }
        };
        if !is_new && !self.options.overwrite {
            return Ok(Begun::Skipped);
        }
        self.unfinished.push(Unfinished {
            path: node.path.clone(),
            host_path: host_path.to_vec(),
            attributes: self.attributes(node),
        });
        Ok(Begun::Done)
    }

    fn start_file(
        &mut self,
        node: &Node,
        host_path: &[u8],
        hard_link: Option<(u64, u64)>,
    ) -> Result<Begun, Refusal> {
        let name = parent_and_name(host_path).1;
        if let Some(begun) = hard_link.and_then(|key| self.link(key, name)) {
            return Ok(begun);
        }
        let here = self.folders.here();
        let (temporary, handle) = self
            .temporary_names
            .make(|temporary| entry::make_file(here, temporary))
            .map_err(|cause| Refusal::system("the file cannot be made", cause))?;
        self.folders.note_write();
        self.present = Some(Present {
            path: node.path.clone(),
            host_path: host_path.to_vec(),
            temporary,
            content: Content::of(File::from(handle)),
            attributes: self.attributes(node),
            hard_link,
        });
        Ok(Begun::Content)
    }

    /// Makes `name` another name of a file that was written before. None where there is no such file or it
    /// cannot have another name: then it is written as a file of its own.
    fn link(&mut self, key: (u64, u64), name: &[u8]) -> Option<Begun> {
        let (first, trace) = self.linked.get(&key)?;
        let (folder, first_name) = parent_and_name(first);
        let folder = self.folders.handle(folder).ok()?;
        let here = self.folders.here();
        let (temporary, ()) = self
            .temporary_names
            .make(|temporary| fs::linkat(&folder, first_name, here, temporary, AtFlags::empty()))
            .ok()?;
        let is_same = Trace::under(here, &temporary).is_ok_and(|found| found == *trace);
        let begun = if is_same {
            match entry::commit(here, &temporary, name, self.options.overwrite) {
                Ok(true) => Some(Begun::Done),
                Ok(false) => Some(Begun::Skipped),
                Err(_) => None,
            }
        } else {
            None
        };
        // A rename does nothing at all where both are names of one file.
        entry::remove(here, &temporary);
        self.folders.note_write();
        begun
    }

    fn make_special(&mut self, node: &Node, name: &[u8], special: Special<'_>) -> Result<Begun, Refusal> {
        let attributes = self.attributes(node);
        let here = self.folders.here();
        let (temporary, ()) = match self.temporary_names.make(|temporary| special.make(here, temporary)) {
            Ok(made) => made,
            Err(Errno::PERM) if matches!(special, Special::Device { .. }) => {
                return Err(Refusal::unsupported("only a server that runs as root may make devices"));
            }
            Err(cause) => return Err(Refusal::system("it cannot be made", cause)),
        };
        let handle = special.named(here, &temporary).map_err(|cause| {
            entry::remove(here, &temporary);
            Refusal::system("it cannot be made", cause)
        })?;
        let unset = attributes.apply(Handle::Named(handle.as_fd()));
        let committed = entry::commit(here, &temporary, name, self.options.overwrite);
        self.folders.note_write();
        self.tally.warn_unset(&node.path, unset);
        match committed.map_err(|cause| Refusal::system("it cannot get its name", cause))? {
            true => Ok(Begun::Done),
            false => Ok(Begun::Skipped),
        }
    }

    /// Gives the present file its attributes and its name; false where the name was taken meanwhile.
    fn finish_present(&mut self, mut present: Present) -> Result<bool, Refusal> {
        let here = self.folders.here();
        if let Err(cause) = present.content.finish() {
            entry::remove(here, &present.temporary);
            return Err(Refusal::system("it cannot be written", cause));
        }
        let unset = present.attributes.apply(Handle::Open(present.content.handle()));
        let name = parent_and_name(&present.host_path).1;
        let committed = entry::commit(here, &present.temporary, name, self.options.overwrite)
            .map_err(|cause| Refusal::system("it cannot get its name", cause))?;
        self.tally.warn_unset(&present.path, unset);
        if committed
            && let Some(key) = present.hard_link
            && let Ok(trace) = Trace::of(present.content.handle())
        {
            self.linked.insert(key, (present.host_path, trace));
        }
        Ok(committed)
    }

    /// Takes the present file back, if there is one.
    fn abandon(&mut self) -> Option<FilePath> {
        let present = self.present.take()?;
        entry::remove(self.folders.here(), &present.temporary);
        Some(present.path)
    }

    /// Folders get their attributes when nothing more happens in them: those inside first.
    fn finish_folders(&mut self) {
        let mut unfinished = std::mem::take(&mut self.unfinished);
        unfinished.sort_by(|a, b| b.host_path.cmp(&a.host_path));
        for folder in unfinished {
            match self.folders.enter(&folder.host_path, Missing::Refuse) {
                Ok(()) if self.folders.forbidden() => self.tally.warn(reserved().line(&folder.path)),
                Ok(()) => {
                    let unset = folder.attributes.apply(Handle::Open(self.folders.here()));
                    self.tally.warn_unset(&folder.path, unset);
                    self.folders.note_write();
                }
                Err(refusal) => self.tally.warn(refusal.line(&folder.path)),
            }
        }
    }

    fn attributes(&self, node: &Node) -> Attributes {
        Attributes::of(node, self.options.preserve_attributes, self.umask)
    }
}

impl FileSink for Writer {
    fn expect(&mut self, entries: u64, bytes: u64) {
        self.tally.expect(entries, bytes);
    }

    fn begin(&mut self, node: &Node) -> Result<Wanted> {
        if let Some(path) = self.abandon() {
            self.tally.failed(&path, Refusal::broken("its content ended before its end"))?;
        }
        match self.start(node) {
            Ok(Begun::Content) => return Ok(Wanted::Content),
            Ok(Begun::Done) => self.tally.done(),
            Ok(Begun::Skipped) => self.tally.skipped(),
            Err(refusal) => self.tally.failed(&node.path, refusal)?,
        }
        Ok(Wanted::Nothing)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        // Without a present file this is the rest of one that failed.
        let Some(present) = &mut self.present else { return Ok(()) };
        match present.content.write(bytes) {
            Ok(()) => self.tally.written(bytes.len()),
            Err(cause) => {
                let refusal = Refusal::system("it cannot be written", cause);
                if let Some(path) = self.abandon() {
                    self.tally.failed(&path, refusal)?;
                }
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<()> {
        let Some(present) = self.present.take() else { return Ok(()) };
        let path = present.path.clone();
        match self.finish_present(present) {
            Ok(true) => self.tally.done(),
            Ok(false) => self.tally.skipped(),
            Err(refusal) => self.tally.failed(&path, refusal)?,
        }
        Ok(())
    }

    fn fail(&mut self, reason: &str) -> Result<()> {
        match self.abandon() {
            Some(path) => self.tally.failed(&path, Refusal::broken(reason)),
            None => Ok(()),
        }
    }

    fn complete(mut self: Box<Self>) -> Result<SinkReport> {
        self.abandon();
        self.finish_folders();
        self.folders.sync().map_err(|cause| {
            let cause = std::io::Error::from(cause);
            Error::new(Kind::Unavailable, format!("what was written cannot be kept on disk: {cause}"))
                .with_source(cause)
        })?;
        Ok(self.tally.report())
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.abandon();
    }
}

/// Makes the folders above a place and looks whether something can be written there.
fn open_place(folders: &mut Folders, place: &[u8]) -> Result<(), Refusal> {
    let (parent, name) = parent_and_name(place);
    folders.enter(parent, Missing::Make)?;
    let unusable = |cause: Errno| Refusal::system("nothing can be written there", cause);
    let found =
        if name.is_empty() { None } else { entry::existing(folders.here(), name).map_err(unusable)? };
    if matches!(found, Some((FileType::Directory, _))) {
        folders.enter(place, Missing::Refuse)?;
    }
    // The rights that count are those of the effective user.
    fs::accessat(folders.here(), ".", Access::WRITE_OK | Access::EXEC_OK, AtFlags::EACCESS).map_err(unusable)
}
