//! `strongroom restore`: brings a snapshot back, or some of it.

mod ibm;
mod storware;

use clap::{ArgMatches, Args as _, Command as Clap, FromArgMatches as _};
use command_table::{Column, Form};
use jiff::Timestamp;
use reqwest::Url;
use serde::Serialize;
use serde_json::Value;

use super::runs::span;
use super::snapshot::{self, Snapshot};
use super::wait::{Outcome, WaitArgs};
use crate::connect::{ConnectArgs, Target};
use crate::failure::Failure;
use crate::interrupt::Interrupts;
use crate::output::complain;
use crate::print::{self, Shape, View};
use crate::prompt;

/// Restore a snapshot, or some of it, into a folder or to where it was
///
/// It is the server that writes, on the machine that was backed up: DIR is a folder of that machine, and is made where
/// it is missing. Without a PATH everything comes back. What is there already stays as it is unless `--overwrite` is
/// given. SNAPSHOT is what `strongroom snapshots` lists: a short id, the service's own, the beginning of either,
/// `latest`, or the name of a group for its latest.
///
/// With Storware all of a snapshot goes into DIR, and nothing there is replaced: its API has no more.
///
/// Exit codes: 6 when the restore failed, 7 when it ended with warnings, such as files that were in the way.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  strongroom restore latest --to /tmp/restored
  strongroom restore documents /home/ada/letters --to /tmp/restored --dry-run
  strongroom restore 3f2a81c0 /home/ada/thesis.tex --in-place --overwrite --yes
  strongroom restore latest --to /srv/copy --no-wait -o json")]
#[command(group = clap::ArgGroup::new("place").required(true).args(["to", "in_place"]))]
struct Args {
    /// The snapshot: its short id or id, the beginning of one, `latest`, or the name of a group
    #[arg(value_name = "SNAPSHOT", id = "SNAPSHOT")]
    snapshot: String,
    /// Only this file or folder of it, by its whole path; may be given several times
    #[arg(value_name = "PATH", id = "PATH")]
    paths: Vec<String>,
    /// Restore into this folder of the machine that was backed up
    #[arg(long, value_name = "DIR")]
    to: Option<String>,
    /// Restore everything to where it was
    #[arg(long)]
    in_place: bool,
    /// Do not ask before --in-place
    #[arg(long, short = 'y', requires = "in_place")]
    yes: bool,
    /// Replace files that are there already
    #[arg(long)]
    overwrite: bool,
    /// Say what would be written where, and change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    wait: WaitArgs,
    #[command(flatten)]
    connect: ConnectArgs,
}

/// What is to be written where, and what came of it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Restore {
    /// `planned`, `started`, `succeeded` or `warnings`.
    state: &'static str,
    /// The snapshot, as the service calls it.
    snapshot: String,
    /// The same as people call it.
    snapshot_short_id: String,
    /// The moment that it leads back to.
    snapshot_time: String,
    group: Option<String>,
    /// The machine that is written to.
    machine: Option<String>,
    /// The folder that is written to; none means where everything was.
    to: Option<String>,
    /// What is restored.
    paths: Vec<String>,
    /// Whether files that are there are replaced.
    overwrite: bool,
    /// What the service calls the work: a recovery, or a task.
    job: Option<String>,
    /// How many bytes were written, where the service tells.
    bytes: Option<u64>,
    /// How long it took in seconds.
    seconds: Option<u64>,
    /// The same for people.
    took: Option<String>,
    warnings: Vec<String>,
}

/// What came of a restore that was waited for.
struct Ended {
    bytes: Option<u64>,
    begun: Option<Timestamp>,
    ended: Option<Timestamp>,
    outcome: Outcome,
}

pub(super) fn command() -> Clap {
    Args::augment_args(Clap::new("restore")).args(print::flags("table"))
}

pub(super) async fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let args = Args::from_arg_matches(matches).map_err(|error| Failure::Usage(error.to_string()))?;
    let view = View::of(matches)?;
    let is_asked = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let is_table = !matches!(is_asked("output"), Some("json" | "yaml")) && is_asked("query").is_none();
    let target = args.connect.target()?;
    if let Target::Storware(_) = target {
        storware::refuse(&args)?;
    }
    let to = args.to.as_deref().map(|dir| folder(dir, target.url())).transpose()?;
    let paths = args.paths.iter().map(|path| whole(path)).collect::<Result<Vec<_>, _>>()?;
    let mut interrupts = Interrupts::listen()?;
    let snapshot = interrupts.unless(snapshot::find(&target, &args.snapshot)).await?;
    let mut restore = Restore {
        state: "planned",
        snapshot: snapshot.id.clone(),
        snapshot_short_id: snapshot.short_id.clone(),
        snapshot_time: snapshot.time.clone(),
        group: snapshot.group.clone(),
        machine: snapshot.source.clone(),
        to,
        paths: chosen(&paths, &snapshot),
        overwrite: args.overwrite,
        job: None,
        bytes: None,
        seconds: None,
        took: None,
        warnings: Vec::new(),
    };
    complain(restore.in_words(&snapshot, target.url()));
    if args.dry_run {
        return restore.show(&view, is_table);
    }
    if args.in_place && !args.yes {
        confirm(&restore)?;
    }
    let what = format!("The restore of {}", snapshot.short_id);
    let ended = match &target {
        Target::Ibm(client) => {
            let job = interrupts.unless(ibm::begin(client, &restore, &snapshot)).await?;
            restore.job = Some(job.to_string());
            match args.wait.waits() {
                true => Some(ibm::follow(client, job, &mut interrupts, &args.wait, &what).await?),
                false => None,
            }
        }
        Target::Storware(client) => {
            let job = interrupts.unless(storware::begin(client, &restore)).await?;
            restore.job = Some(job.to_string());
            match args.wait.waits() {
                true => {
                    Some(storware::follow(client, job, &snapshot, &mut interrupts, &args.wait, &what).await?)
                }
                false => None,
            }
        }
    };
    let Some(ended) = ended else {
        restore.state = "started";
        return restore.show(&view, is_table);
    };
    restore.state = "succeeded";
    restore.bytes = ended.bytes;
    let took = ended.begun.zip(ended.ended).map(|(begun, ended)| ended.duration_since(begun).as_secs());
    restore.seconds = took.and_then(|took| u64::try_from(took).ok());
    restore.took = restore.seconds.map(span);
    if let Outcome::Warnings(warnings) = &ended.outcome {
        restore.state = "warnings";
        restore.warnings.clone_from(warnings);
    }
    restore.show(&view, is_table)?;
    ended.outcome.settle(&what)
}

const COLUMNS: [Column; 9] = [
    Column { title: "SNAPSHOT", path: "snapshotShortId", form: Form::Plain },
    Column { title: "STATE", path: "state", form: Form::Plain },
    Column { title: "WRITTEN", path: "bytes", form: Form::Bytes },
    Column { title: "TOOK", path: "took", form: Form::Plain },
    Column { title: "MACHINE", path: "machine", form: Form::Plain },
    Column { title: "TO", path: "to", form: Form::Plain },
    Column { title: "PATHS", path: "paths", form: Form::Plain },
    Column { title: "JOB", path: "job", form: Form::Plain },
    Column { title: "SNAPSHOT ID", path: "snapshot", form: Form::Plain },
];

impl Restore {
    /// Prints it: one line of a table, and for programs the thing itself.
    fn show(&self, view: &View, is_table: bool) -> Result<(), Failure> {
        let shown = self.json()?;
        if is_table {
            let line = Value::Array(vec![shown]);
            return view.show(&line, &Shape { list: Some(""), columns: &COLUMNS, schema: None });
        }
        view.show(&shown, &Shape { list: None, columns: &[], schema: None })
    }

    fn json(&self) -> Result<Value, Failure> {
        serde_json::to_value(self).map_err(|error| Failure::machine("write the restore down", error))
    }

    /// Which snapshot goes where, and which machine is written to.
    fn in_words(&self, snapshot: &Snapshot, url: &str) -> String {
        let machine = self.machine.as_deref().unwrap_or("the machine that was backed up");
        let here = match is_loopback(url) {
            true => " (this machine)".to_owned(),
            false => format!(" (the machine of {url})"),
        };
        let group = self.group.as_ref().map_or_else(String::new, |group| format!(" of {group:?}"));
        let place = match &self.to {
            Some(to) => format!("into {to}"),
            None => "to where it was".to_owned(),
        };
        let manner = if self.overwrite { "replacing what is there" } else { "leaving what is there" };
        format!(
            "snapshot {}{group}, taken {}: the server writes on {machine}{here}, {place}, {manner}",
            snapshot.short_id,
            snapshot.taken()
        )
    }
}

/// What is restored: what was asked for, else all that the snapshot holds.
fn chosen(paths: &[String], snapshot: &Snapshot) -> Vec<String> {
    match (paths, snapshot.paths.as_slice()) {
        ([], []) => vec!["/".to_owned()],
        ([], all) => all.to_vec(),
        (some, _) => some.to_vec(),
    }
}

/// A path in a snapshot.
fn whole(path: &str) -> Result<String, Failure> {
    if path.starts_with('/') {
        return Ok(path.to_owned());
    }
    Err(Failure::Usage(format!(
        "{path} is not a whole path, as snapshots have them: from the first slash on; `strongroom ls SNAPSHOT` lists them"
    )))
}

/// The folder that is written to, as the server's machine calls it.
fn folder(dir: &str, url: &str) -> Result<String, Failure> {
    if dir.starts_with('/') {
        return Ok(dir.to_owned());
    }
    if !is_loopback(url) {
        return Err(Failure::Usage(format!(
            "--to {dir} is relative, and it is the server at {url} that writes: give the whole path there"
        )));
    }
    let here = std::env::current_dir().map_err(|error| Failure::machine("find the current folder", error))?;
    let whole = std::path::absolute(here.join(dir))
        .map_err(|error| Failure::machine(format!("find {dir}"), error))?;
    Ok(path_text::to_text(std::os::unix::ffi::OsStrExt::as_bytes(whole.as_os_str())))
}

/// Whether a URL leads to this machine.
fn is_loopback(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else { return false };
    match url.host_str().map(|host| host.trim_matches(['[', ']'])) {
        Some("localhost") => true,
        Some(host) => host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback()),
        None => false,
    }
}

/// Asks before something is written where people work.
fn confirm(restore: &Restore) -> Result<(), Failure> {
    if !prompt::is_answered() {
        return Err(Failure::Usage(
            "--in-place writes where people work, and there is nobody to ask: add --yes, or choose a folder with --to"
                .to_owned(),
        ));
    }
    let question = format!("Restore {} in place? Type yes", restore.paths.join(", "));
    match prompt::line(&question, Some("no"))?.as_str() {
        "yes" => Ok(()),
        _ => Err(Failure::Usage("nothing was restored".to_owned())),
    }
}
