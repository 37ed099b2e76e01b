//! `strongroom runs`: what ran, what runs, and how it went.

mod change;
pub(super) mod ibm;
pub(super) mod storware;
mod watch;

pub(super) use self::ibm::count;

use std::time::Duration;

use clap::{ArgMatches, Args as _, Command as Clap, FromArgMatches as _};
use command_table::{Column, Form};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::wait;
use crate::connect::{ConnectArgs, Target};
use crate::failure::Failure;
use crate::interrupt::Interrupts;
use crate::print::{self, Shape, View};

/// List the backup runs of all groups, the latest last
///
/// With Storware these are export tasks, the store tasks after them that have not ended well, and backups whose task
/// is forgotten. FILES and SIZE are
/// what there was to back up, STORED what it took after deduplication and compression.
///
/// `--watch` draws a view of what runs, anew each second, with what ended last below it. `q` or Ctrl-C leaves it; the
/// runs go on. Where standard output is no terminal it prints a line for each change instead.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  strongroom runs
  strongroom runs documents --failed --since 30d
  strongroom runs --watch
  strongroom runs --last 1 --query '[0].state' -o json")]
#[command(args_conflicts_with_subcommands = true)]
struct Args {
    /// Only of this protection group or entity, by name or id
    #[arg(value_name = "GROUP", id = "GROUP")]
    group: Option<String>,
    /// Only so many, the latest
    #[arg(long, value_name = "COUNT", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    last: u32,
    /// Only those that failed or were missed
    #[arg(long)]
    failed: bool,
    /// Only those of so long ago at most, such as 12h, 7d or 4w
    #[arg(long, value_name = "DURATION", value_parser = wait::duration)]
    since: Option<Duration>,
    /// Watch what runs, until q or Ctrl-C
    #[arg(long, short = 'w')]
    watch: bool,
    #[command(flatten)]
    connect: ConnectArgs,
}

/// Show one run
///
/// A run goes by its id or the beginning of it, as `strongroom runs -o wide` shows them, or by `latest`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  strongroom runs show latest
  strongroom runs show 17:1771 -o yaml")]
struct ShowArgs {
    /// The run: its id, the beginning of it, or `latest`
    #[arg(value_name = "RUN", id = "RUN")]
    run: String,
    #[command(flatten)]
    connect: ConnectArgs,
}

/// Cancel a run that goes on
///
/// What it has read is found again by the next run; nothing half done can be restored.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  strongroom runs cancel latest
  strongroom runs cancel 17:1771")]
struct CancelArgs {
    /// The run: its id, the beginning of it, or `latest`
    #[arg(value_name = "RUN", id = "RUN")]
    run: String,
    #[command(flatten)]
    connect: ConnectArgs,
}

const COLUMNS: [Column; 12] = [
    Column { title: "TIME", path: "time", form: Form::Time },
    Column { title: "GROUP", path: "group", form: Form::Plain },
    Column { title: "STATE", path: "state", form: Form::Plain },
    Column { title: "FILES", path: "files", form: Form::Plain },
    Column { title: "SIZE", path: "size", form: Form::Bytes },
    Column { title: "STORED", path: "stored", form: Form::Bytes },
    Column { title: "TOOK", path: "took", form: Form::Plain },
    Column { title: "KIND", path: "kind", form: Form::Plain },
    Column { title: "READ", path: "read", form: Form::Bytes },
    Column { title: "MESSAGE", path: "message", form: Form::Plain },
    Column { title: "ID", path: "id", form: Form::Plain },
    Column { title: "GROUP ID", path: "groupId", form: Form::Plain },
];

/// How a run stands, in the same words for both services.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum State {
    Queued,
    Running,
    Paused,
    Canceling,
    Succeeded,
    Warnings,
    Failed,
    Canceled,
    Missed,
    Skipped,
    /// What this program has no word for.
    Unknown,
}

impl State {
    /// Whether nothing will change any more.
    pub(super) fn is_final(self) -> bool {
        !matches!(self, Self::Queued | Self::Running | Self::Paused | Self::Canceling | Self::Unknown)
    }

    /// Whether it left something that can be restored.
    pub(super) fn is_good(self) -> bool {
        matches!(self, Self::Succeeded | Self::Warnings)
    }

    /// Whether it did not come to what it was for, and nobody wanted that.
    pub(super) fn is_bad(self) -> bool {
        matches!(self, Self::Failed | Self::Missed)
    }

    /// The word for it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Canceling => "canceling",
            Self::Succeeded => "succeeded",
            Self::Warnings => "warnings",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
            Self::Missed => "missed",
            Self::Skipped => "skipped",
            Self::Unknown => "unknown",
        }
    }
}

/// A run.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Run {
    /// What the service calls it.
    pub(super) id: String,
    /// When it was asked for, as RFC 3339.
    pub(super) time: Option<String>,
    /// When it ended, as RFC 3339.
    pub(super) ended: Option<String>,
    /// What it backs up, by name: a protection group or entity.
    pub(super) group: Option<String>,
    /// The same by id.
    pub(super) group_id: Option<String>,
    /// `full` or `incremental`, or the service's own word for another kind.
    pub(super) kind: Option<String>,
    pub(super) state: State,
    /// How many files there were to back up.
    pub(super) files: Option<u64>,
    /// How many bytes they have.
    pub(super) size: Option<u64>,
    /// How many bytes were read of them.
    pub(super) read: Option<u64>,
    /// How many bytes that took in the store.
    pub(super) stored: Option<u64>,
    /// How long it took in seconds, so far while it runs.
    pub(super) seconds: Option<u64>,
    /// The same for people.
    pub(super) took: Option<String>,
    /// How far it is, 0 to 100, while it runs and the service tells.
    pub(super) percent: Option<f64>,
    /// Why it failed, or what it warns of first.
    pub(super) message: Option<String>,
    /// Whether what it left can still be restored; none where the service does not tell.
    pub(super) restorable: Option<bool>,
}

/// Which runs are wanted. Everything that is set must hold.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    /// Of this group, by name or id.
    pub(super) group: Option<String>,
    pub(super) failed: bool,
    /// Asked for at or after.
    pub(super) since: Option<Timestamp>,
    /// So many of each group, the latest.
    pub(super) last: usize,
}

/// The runs that a filter lets through, the latest last.
pub(super) async fn list(target: &Target, filter: &Filter) -> Result<Vec<Run>, Failure> {
    let mut found = match target {
        Target::Ibm(client) => ibm::runs(client, filter).await?,
        Target::Storware(client) => storware::runs(client, filter).await?,
    };
    found.sort_by_cached_key(|run| (run.moment(), run.id.clone()));
    found.drain(..found.len().saturating_sub(filter.last));
    Ok(found)
}

impl Run {
    /// When it was asked for.
    pub(super) fn moment(&self) -> Option<Timestamp> {
        self.time.as_ref().and_then(|time| time.parse().ok())
    }

    /// Counts how long it took, or has taken so far.
    fn timed(mut self) -> Self {
        let end = match (&self.ended, self.state.is_final()) {
            (Some(ended), _) => ended.parse().ok(),
            (None, false) => Some(Timestamp::now()),
            (None, true) => None,
        };
        let Some((begun, end)) = self.moment().zip(end) else { return self };
        // Another machine's clock may be ahead of this one.
        let took = u64::try_from(end.duration_since(begun).as_secs()).unwrap_or(0);
        self.seconds = Some(took);
        self.took = Some(span(took));
        self
    }
}

/// A length of time for people, in two units at most.
pub(super) fn span(seconds: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(86_400, "d"), (3_600, "h"), (60, "min")];
    for (at, (size, unit)) in UNITS.iter().enumerate() {
        if seconds >= *size {
            let (below, name) = UNITS.get(at + 1).copied().unwrap_or((1, "s"));
            let rest = seconds % size / below;
            let rest = if rest == 0 { String::new() } else { format!(" {rest} {name}") };
            return format!("{} {unit}{rest}", seconds / size);
        }
    }
    format!("{seconds} s")
}

pub(super) fn command() -> Clap {
    Args::augment_args(Clap::new("runs"))
        .args(print::flags("table"))
        .subcommand(ShowArgs::augment_args(Clap::new("show")).args(print::flags("table")))
        .subcommand(CancelArgs::augment_args(Clap::new("cancel")))
}

pub(super) async fn run(matches: &ArgMatches) -> Result<(), Failure> {
    if matches.subcommand().is_none() && matches.get_flag("watch") {
        // It listens by itself.
        return asked(matches).await;
    }
    Interrupts::listen()?.unless(asked(matches)).await
}

async fn asked(matches: &ArgMatches) -> Result<(), Failure> {
    let wrong = |error: clap::Error| Failure::Usage(error.to_string());
    match matches.subcommand() {
        Some(("show", matches)) => {
            let args = ShowArgs::from_arg_matches(matches).map_err(wrong)?;
            let view = View::of(matches)?;
            let run = find(&args.connect.target()?, &args.run).await?;
            view.show(&json(&run)?, &Shape { list: None, columns: &[], schema: None })
        }
        Some(("cancel", matches)) => {
            let args = CancelArgs::from_arg_matches(matches).map_err(wrong)?;
            let target = args.connect.target()?;
            let run = find(&target, &args.run).await?;
            change::cancel(&target, &run).await
        }
        _ => listed(matches, Args::from_arg_matches(matches).map_err(wrong)?).await,
    }
}

async fn listed(matches: &ArgMatches, args: Args) -> Result<(), Failure> {
    let view = View::of(matches)?;
    let last = usize::try_from(args.last).unwrap_or(usize::MAX);
    let since = args.since.map(|ago| ago_from(Timestamp::now(), ago)).transpose()?;
    let filter = Filter { group: args.group, failed: args.failed, since, last };
    if args.watch {
        if matches.get_one::<String>("output").is_some_and(|form| form != "table") {
            return Err(Failure::Usage(
                "--watch draws for people; ask for `strongroom runs -o json` again and again instead"
                    .to_owned(),
            ));
        }
        return watch::watch(&args.connect.target()?, &filter).await;
    }
    let found = list(&args.connect.target()?, &filter).await?;
    view.show(&json(&found)?, &Shape { list: Some(""), columns: &COLUMNS, schema: None })
}

pub(super) fn ago_from(now: Timestamp, ago: Duration) -> Result<Timestamp, Failure> {
    let ago = jiff::SignedDuration::try_from(ago).ok();
    let then = ago.and_then(|ago| now.checked_sub(ago).ok());
    then.ok_or_else(|| Failure::Usage("that is longer ago than anything".to_owned()))
}

fn json(value: &impl Serialize) -> Result<Value, Failure> {
    serde_json::to_value(value).map_err(|error| Failure::machine("write the runs down", error))
}

/// The run that somebody means.
async fn find(target: &Target, text: &str) -> Result<Run, Failure> {
    // Those who type an id have it from a list, and most of what is looked for is young.
    let filter = Filter { last: if text == "latest" { 1 } else { 1000 }, ..Filter::default() };
    let all = list(target, &filter).await?;
    if text == "latest" {
        return all.into_iter().next_back().ok_or_else(|| {
            Failure::NotFound("there is no run yet; `strongroom backup DIR` makes one".to_owned())
        });
    }
    if let Some(run) = all.iter().find(|run| run.id == text) {
        return Ok(run.clone());
    }
    let begun: Vec<&Run> = all.iter().filter(|run| !text.is_empty() && run.id.starts_with(text)).collect();
    match begun.as_slice() {
        [run] => Ok((*run).clone()),
        [] => Err(Failure::NotFound(format!(
            "no run goes by {text:?}; `strongroom runs -o wide` lists their ids"
        ))),
        several => {
            let named: Vec<_> = several.iter().rev().take(5).map(|run| format!("  {}", run.id)).collect();
            Err(Failure::Usage(format!("{text:?} is the beginning of several runs:\n{}", named.join("\n"))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_has_two_units_at_most() {
        let told: Vec<_> = [0, 59, 60, 61, 3_600, 3_660, 86_399, 86_400, 200_000].map(span).to_vec();
        let expected =
            ["0 s", "59 s", "1 min", "1 min 1 s", "1 h", "1 h 1 min", "23 h 59 min", "1 d", "2 d 7 h"];
        assert_eq!(told, expected);
    }
}
