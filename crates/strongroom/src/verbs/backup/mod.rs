//! `strongroom backup`: whatever it takes to have a folder backed up, and the backup itself.

mod ibm;
mod place;
mod storware;

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgMatches, Args as _, Command as Clap, FromArgMatches as _};
use command_table::{Column, Form};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::snapshot;
use super::wait::{Outcome, WaitArgs};
use crate::connect::{ConnectArgs, Target};
use crate::failure::Failure;
use crate::interrupt::Interrupts;
use crate::output::complain;
use crate::print::{self, View};

const ABOUT: &str = "Back a folder up now, setting up whatever that takes";

const LONG: &str = "\
Back a folder up now, setting up whatever that takes.

Looks for what is there already and makes the rest: the machine as a source, a policy that says how often it is backed \
up later and for how long backups are kept, and a protection group with just these folders. It says on standard error \
what it uses and what it makes; --dry-run only says it. Then it starts a run, waits for it, and prints what came of it.

The folders are those of the source, with storware those of the server's machine. Where that is this machine, a DIR \
may be relative; else it has to be absolute.

With ibm the source is this machine unless --source names another, and the policy is that of the group, else the one \
that --policy names, else the only one that there is. Where there is none it makes the policy `daily`: a backup every \
day, each kept 7 days, one of each week 4 weeks, one of each month 12 months.

With storware the folders are one protected entity, and there are no policies. A server of ours makes the entity, and \
keeps its backups for 30 days; a vendor's has to know one of the name that --name gives.

Ctrl-C asks the server to cancel the backup and waits until it has; pressed again it leaves at once.";

const EXAMPLES: &str = "\
Examples:
  strongroom backup ~/Documents
  strongroom backup ~/Documents ~/Pictures --name home --exclude '*.tmp'
  strongroom backup /srv/www --source web1.example --policy weekly --full
  strongroom backup ~/Documents --dry-run
  strongroom backup ~/Documents --no-wait -o json";

/// What `strongroom backup` takes.
#[derive(clap::Args, Clone, Debug)]
struct BackupArgs {
    /// What to back up: folders, or files
    #[arg(value_name = "DIR", required = true)]
    dirs: Vec<PathBuf>,
    /// What the protection group is called, or is to be called; named after DIR unless given
    #[arg(id = "GROUP", long = "name", value_name = "NAME")]
    name: Option<String>,
    /// The policy of a new group, for ibm, by its name or id
    #[arg(id = "POLICY", long = "policy", value_name = "NAME")]
    policy: Option<String>,
    /// The registered machine that has the folders, for ibm, by its name or id
    #[arg(id = "SOURCE", long = "source", value_name = "NAME")]
    source: Option<String>,
    /// Leave out what matches: of a new group a pattern such as '*.tmp', with storware an absolute path
    #[arg(long, value_name = "PATTERN")]
    exclude: Vec<String>,
    /// Read everything, not only what changed since the last backup
    #[arg(long)]
    full: bool,
    /// Where a run goes on already, wait for that one instead of refusing
    #[arg(long, conflicts_with = "full")]
    join: bool,
    /// Say what would be used and what made, and do nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    wait: WaitArgs,
}

/// Something that a backup needs: it was there, or had to be made.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Piece {
    /// Absent in a dry run of what is to be made.
    id: Option<String>,
    name: String,
    is_new: bool,
}

/// What a backup stands on.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Plan {
    source: Option<Piece>,
    policy: Option<Piece>,
    group: Piece,
    paths: Vec<String>,
    excluded: Vec<String>,
}

/// What came of it.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Done {
    /// `planned`, `started`, `succeeded` or `warnings`.
    status: &'static str,
    /// `full` or `incremental`.
    kind: Option<&'static str>,
    run: Option<String>,
    /// What the service calls the snapshot.
    snapshot: Option<String>,
    /// What `strongroom snapshots` calls it.
    short_id: Option<String>,
    files: Option<u64>,
    bytes_read: Option<u64>,
    bytes_stored: Option<u64>,
    started: Option<String>,
    ended: Option<String>,
    took_msecs: Option<u64>,
    warnings: Vec<String>,
}

impl Done {
    fn planned() -> Self {
        Self { status: "planned", ..Self::default() }
    }

    fn started() -> Self {
        Self { status: "started", ..Self::default() }
    }

    /// From when to when it took place.
    fn between(mut self, started: Option<Timestamp>, ended: Option<Timestamp>) -> Self {
        self.started = started.map(|at| at.to_string());
        self.ended = ended.map(|at| at.to_string());
        let took = started.zip(ended).and_then(|(from, to)| Duration::try_from(to.duration_since(from)).ok());
        self.took_msecs = took.and_then(|took| u64::try_from(took.as_millis()).ok());
        self
    }
}

/// What is printed.
#[derive(Serialize)]
struct Report {
    #[serde(flatten)]
    done: Done,
    #[serde(flatten)]
    plan: Plan,
}

/// What a finished command has to say: what it stands on, what came of it, and how it ended.
struct Ended {
    plan: Plan,
    done: Done,
    outcome: Outcome,
}

const COLUMNS: [Column; 12] = [
    Column { title: "SNAPSHOT", path: "shortId", form: Form::Plain },
    Column { title: "STATUS", path: "status", form: Form::Plain },
    Column { title: "FILES", path: "files", form: Form::Plain },
    Column { title: "READ", path: "bytesRead", form: Form::Bytes },
    Column { title: "STORED", path: "bytesStored", form: Form::Bytes },
    Column { title: "TOOK", path: "tookMsecs", form: Form::Span },
    Column { title: "GROUP", path: "group", form: Form::Plain },
    Column { title: "KIND", path: "kind", form: Form::Plain },
    Column { title: "STARTED", path: "started", form: Form::Time },
    Column { title: "PATHS", path: "paths", form: Form::Plain },
    Column { title: "RUN", path: "run", form: Form::Plain },
    Column { title: "FULL ID", path: "snapshot", form: Form::Plain },
];

pub(super) fn command() -> Clap {
    let clap = BackupArgs::augment_args(Clap::new("backup"));
    ConnectArgs::augment_args(clap.args(print::flags("table")))
        .about(ABOUT)
        .long_about(LONG)
        .after_help(EXAMPLES)
}

pub(super) async fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let read = |error: clap::Error| Failure::machine("read the flags", error);
    let args = BackupArgs::from_arg_matches(matches).map_err(read)?;
    let connect = ConnectArgs::from_arg_matches(matches).map_err(read)?;
    let view = View::of(matches)?;
    let mut interrupts = Interrupts::listen()?;
    let ended = match connect.target()? {
        Target::Ibm(client) => ibm::back_up(&client, &args, &mut interrupts).await?,
        Target::Storware(client) => storware::back_up(&client, &args, &mut interrupts).await?,
    };
    let what = format!("The backup of {}", ended.plan.group.name);
    let short_id = ended.done.snapshot.as_deref().map(snapshot::short);
    let report = Report { done: Done { short_id, ..ended.done }, plan: ended.plan };
    let report = serde_json::to_value(&report).unwrap_or(Value::Null);
    view.show_row(&report, &COLUMNS)?;
    ended.outcome.settle(&what)
}

impl BackupArgs {
    /// Says what is used or made.
    fn tell(&self, what: &str, piece: &Piece, more: &str) {
        let verb = match (self.dry_run, piece.is_new) {
            (false, false) => "uses",
            (false, true) => "made",
            (true, false) => "would use",
            (true, true) => "would make",
        };
        let comma = if more.is_empty() { "" } else { ": " };
        complain(format_args!("{verb} the {what} {}{comma}{more}", piece.name));
    }
}

/// `a, b and c`.
fn list(names: impl IntoIterator<Item = String>) -> String {
    let mut names: Vec<String> = names.into_iter().collect();
    match names.pop() {
        None => String::new(),
        Some(last) if names.is_empty() => last,
        Some(last) => format!("{} and {last}", names.join(", ")),
    }
}
