//! `strongroom download`: files and folders of a snapshot, onto this machine.

mod archive;
mod file;
mod folder;

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use clap::{ArgMatches, Args as _, Command as Clap};
use command_table::{Column, Form};
use serde::Serialize;

use super::files::{self, Entry};
use super::snapshot::{self, Snapshot};
use crate::bar::{Bar, Progress};
use crate::connect::{ConnectArgs, Target};
use crate::failure::Failure;
use crate::interrupt::Interrupts;
use crate::output::complain;
use crate::print::{self, Shape, View};

const ABOUT: &str = "Bring files and folders of a snapshot to this machine";

const LONG: &str = "\
Bring files and folders of a snapshot to this machine.

They go into the folder that --to names, or into the present one, under the last part of their path. Several parts come \
at a time. A file is there when all of it is; what was broken off is kept beside it, and the same command goes on from \
there. Files that are there already with the same size and time are not fetched again, and others never replaced \
unless --force says so. Times and permissions are kept, owners are not: `strongroom restore` brings back everything, \
onto the server's machine.

A folder comes file by file where the server can list a snapshot. Of another server, or with --zip, it comes as one ZIP \
file that IBM's API makes. Storware's own server gives no files: it mounts a backup instead.";

const EXAMPLES: &str = "\
Examples:
  strongroom download latest /home/ada/letter.txt
  strongroom download documents:/home/ada/documents --to ~/back
  strongroom download 5f2c9a10 /srv/a /srv/b --to /tmp/back/ -o json
  strongroom download latest /home/ada/documents --zip";

/// How often the bar is drawn.
const LOOK: Duration = Duration::from_millis(100);

#[derive(clap::Args)]
struct DownloadArgs {
    /// Which snapshot: SNAPSHOT or SNAPSHOT:PATH
    #[arg(id = "SNAPSHOT", value_name = "SNAPSHOT[:PATH]")]
    snapshot: String,
    /// What to bring: whole paths, of files or folders
    #[arg(value_name = "PATH")]
    paths: Vec<String>,
    /// The folder to put it into, or for one file its new name
    #[arg(long, value_name = "DIR|FILE", default_value = ".")]
    to: PathBuf,
    /// Replace files that are there
    #[arg(long)]
    force: bool,
    /// Bring a folder as one ZIP file, for ibm
    #[arg(long)]
    zip: bool,
}

/// What came of one path.
#[derive(Serialize)]
pub(super) struct Brought {
    path: String,
    to: String,
    files: u64,
    size: u64,
    /// Files that were there already.
    unchanged: u64,
    /// What cannot be made here: sockets, devices, pipes.
    skipped: u64,
}

const COLUMNS: [Column; 6] = [
    Column { title: "TO", path: "to", form: Form::Plain },
    Column { title: "FILES", path: "files", form: Form::Plain },
    Column { title: "SIZE", path: "size", form: Form::Bytes },
    Column { title: "UNCHANGED", path: "unchanged", form: Form::Plain },
    Column { title: "SKIPPED", path: "skipped", form: Form::Plain },
    Column { title: "PATH", path: "path", form: Form::Plain },
];

/// Where things come from, and how they are put down.
struct Source<'a> {
    target: &'a Target,
    snapshot: &'a Snapshot,
    force: bool,
    /// Bytes that have come.
    done: Arc<AtomicU64>,
}

pub(super) fn command() -> Clap {
    let clap = DownloadArgs::augment_args(Clap::new("download"));
    ConnectArgs::augment_args(clap.args(print::flags("table")))
        .about(ABOUT)
        .long_about(LONG)
        .after_help(EXAMPLES)
}

pub(super) async fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let args: DownloadArgs = files::arguments(matches)?;
    let view = View::of(matches)?;
    let (text, first) = files::place(&args.snapshot, None)?;
    let given = args.paths.iter().map(|path| files::checked(path));
    let paths: Vec<String> = first.map(Ok).into_iter().chain(given).collect::<Result<_, _>>()?;
    if paths.is_empty() {
        return Err(Failure::Usage("say what to bring: strongroom download SNAPSHOT PATH".to_owned()));
    }
    let mut interrupts = Interrupts::listen()?;
    let target = files::arguments::<ConnectArgs>(matches)?.target()?;
    if args.zip && matches!(target, Target::Storware(_)) {
        return Err(Failure::Usage(
            "--zip means nothing for storware, whose API makes no archives".to_owned(),
        ));
    }
    let snapshot = interrupts.unless(snapshot::find(&target, &text)).await?;
    let source = Source { target: &target, snapshot: &snapshot, force: args.force, done: Arc::default() };
    let mut brought = Vec::new();
    for path in &paths {
        let place = Place { to: &args.to, is_one: paths.len() == 1 };
        brought.push(source.bring(path, place, args.zip, &mut interrupts).await?);
    }
    let brought =
        serde_json::to_value(&brought).map_err(|error| Failure::machine("write the report", error))?;
    view.show(&brought, &Shape { list: Some(""), columns: &COLUMNS, schema: None })
}

/// What `--to` says.
#[derive(Clone, Copy)]
struct Place<'a> {
    to: &'a Path,
    /// Whether one path is all that is brought: then it may get another name.
    is_one: bool,
}

impl Place<'_> {
    /// Where a file of this name goes.
    fn of_file(self, name: &OsString) -> PathBuf {
        let is_folder = self.to.is_dir() || self.to.as_os_str().as_bytes().ends_with(b"/");
        if is_folder || !self.is_one { self.to.join(name) } else { self.to.to_owned() }
    }

    /// Where a folder of this name goes: the same place, whether it is the first time or the second.
    fn of_folder(self, name: &OsString) -> PathBuf {
        self.to.join(name)
    }
}

impl Source<'_> {
    async fn bring(
        &self,
        path: &str,
        place: Place<'_>,
        zip: bool,
        interrupts: &mut Interrupts,
    ) -> Result<Brought, Failure> {
        self.done.store(0, Ordering::Relaxed);
        let entry = interrupts.unless(files::entry(self.target, &self.snapshot.id, path)).await?;
        let name = name(path, self.snapshot);
        if zip || matches!((&entry, self.target), (None, Target::Ibm(_)) if path.ends_with('/')) {
            let mut name = name;
            name.push(".zip");
            return self.archive(path, entry.as_ref(), &place.of_file(&name), interrupts).await;
        }
        let kept = "what has come is kept; the same command goes on from there";
        let outcome = match &entry {
            Some(entry) if entry.is_folder() => self.folder(path, &place.of_folder(&name), interrupts).await,
            Some(entry) if !entry.is_file() => Err(Failure::Usage(format!(
                "{path} is a {}; only files and folders are brought here",
                entry.kind
            ))),
            None if matches!(self.target, Target::Storware(_)) => {
                Err(files::refused(self.target, "give files of a backup"))
            }
            entry => self.single(path, entry.as_ref(), &place.of_file(&name), interrupts).await,
        };
        let has_begun = self.done.load(Ordering::Relaxed) > 0;
        if outcome.is_err() && has_begun || matches!(outcome, Err(Failure::Interrupted)) {
            complain(format_args!("note: {kept}"));
        }
        outcome
    }

    async fn single(
        &self,
        path: &str,
        entry: Option<&Entry>,
        to: &Path,
        interrupts: &mut Interrupts,
    ) -> Result<Brought, Failure> {
        let mut bar = Bar::new();
        let total = entry.and_then(|entry| entry.size);
        let look = || Progress {
            bytes: Some(self.done.load(Ordering::Relaxed)),
            total_bytes: total,
            ..Progress::default()
        };
        make_parent(to)?;
        let fetched = watched(&mut bar, look, interrupts.unless(self.fetch(path, entry, to))).await;
        bar.clear();
        let fetched = fetched?;
        Ok(Brought {
            path: path.to_owned(),
            to: shown(to),
            files: u64::from(fetched.is_some()),
            size: fetched.unwrap_or(0),
            unchanged: u64::from(fetched.is_none()),
            skipped: 0,
        })
    }
}

/// Works, and shows how far it is meanwhile.
async fn watched<T>(bar: &mut Bar, look: impl Fn() -> Progress, work: impl Future<Output = T>) -> T {
    let mut work = std::pin::pin!(work);
    let mut ticks = tokio::time::interval(LOOK);
    loop {
        tokio::select! {
            biased;
            done = &mut work => return done,
            _ = ticks.tick() => bar.show(&look()),
        }
    }
}

/// What a path is called where it is put. The root of a snapshot has no name but that of the snapshot.
fn name(path: &str, snapshot: &Snapshot) -> OsString {
    let bytes = path_text::from_text(path.trim_end_matches('/'));
    match bytes.rsplit(|byte| *byte == b'/').next() {
        Some(name) if !matches!(name, b"" | b"." | b"..") => OsString::from_vec(name.to_vec()),
        _ => format!("snapshot-{}", snapshot.short_id).into(),
    }
}

/// Makes the folders that lead to a file, as `mkdir -p` does.
fn make_parent(to: &Path) -> Result<(), Failure> {
    match to.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        None => Ok(()),
        Some(parent) => std::fs::create_dir_all(parent)
            .map_err(|error| Failure::machine(format!("make the folder {}", shown(parent)), error)),
    }
}

fn shown(path: &Path) -> String {
    path_text::to_text(path.as_os_str().as_bytes())
}
