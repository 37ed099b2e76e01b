//! `strongroom status`: what is protected, what failed, what is late.

mod ibm;
mod storware;

use std::time::Duration;

use clap::{ArgMatches, Args as _, Command as Clap, FromArgMatches as _};
use command_table::{Column, Form};
use indicatif::BinaryBytes;
use jiff::Timestamp;
use serde::Serialize;

use super::runs::{State, span};
use super::wait;
use crate::connect::{ConnectArgs, Target};
use crate::failure::Failure;
use crate::output::complain;
use crate::print::{self, Shape, View};

/// Show what is protected, what failed and what is late
///
/// One line for each protection group, or with Storware each protected entity. Its state is
///
/// - failed: the last run that ended has failed or was missed;
/// - late: the last good backup is older than the schedule of the policy allows: one interval, and half of it more, but
///   no less than an hour and no more than a day;
/// - never: there is no good backup yet;
/// - paused: the group is paused, so that nothing is late;
/// - good: none of these.
///
/// What has no schedule is never late, and Storware's API tells none: `--within` sets an age for all.
///
/// Exit codes: 0 whatever it shows; with `--check` 6 when something failed, else 7 when something is late or was never
/// backed up.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  strongroom status
  strongroom status --within 26h --check
  strongroom status -o json --query \"groups[?state!='good'].name\"")]
struct Args {
    /// Call late whatever has no good backup younger than this, such as 26h or 2d
    #[arg(long, value_name = "DURATION", value_parser = wait::duration)]
    within: Option<Duration>,
    /// Say by the exit code whether something failed (6) or is late (7)
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    connect: ConnectArgs,
}

const COLUMNS: [Column; 10] = [
    Column { title: "GROUP", path: "name", form: Form::Plain },
    Column { title: "STATE", path: "state", form: Form::Plain },
    Column { title: "LAST GOOD", path: "ago", form: Form::Plain },
    Column { title: "EVERY", path: "every", form: Form::Plain },
    Column { title: "SIZE", path: "size", form: Form::Bytes },
    Column { title: "STORED", path: "stored", form: Form::Bytes },
    Column { title: "MESSAGE", path: "message", form: Form::Plain },
    Column { title: "SNAPSHOTS", path: "snapshots", form: Form::Plain },
    Column { title: "LAST GOOD AT", path: "lastGood", form: Form::Time },
    Column { title: "ID", path: "id", form: Form::Plain },
];
/// How much later than its schedule a backup may be, in seconds, at least and at most.
const SLACK: (u64, u64) = (3_600, 86_400);
/// Names in a line.
const MOST_NAMED: usize = 5;

/// How it stands with what is protected, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
enum Health {
    Failed,
    Late,
    Never,
    Paused,
    Good,
}

/// Something that is protected.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Protected {
    name: String,
    id: String,
    state: Health,
    /// When the last good backup was taken, as RFC 3339.
    last_good: Option<String>,
    /// How long ago that is, in seconds.
    age_seconds: Option<u64>,
    /// The same for people.
    ago: Option<String>,
    /// How often its schedule wants a backup, in seconds.
    interval_seconds: Option<u64>,
    /// The same for people.
    every: Option<String>,
    /// Whether the last good backup is older than it may be, also where `state` is `failed`.
    is_late: bool,
    /// How the last run stands.
    last_run: Option<State>,
    /// Why it failed.
    message: Option<String>,
    /// How large the last good backup is, in bytes.
    size: Option<u64>,
    /// What all of its backups that are kept took in the store, in bytes.
    stored: Option<u64>,
    /// How many of its backups can be restored.
    snapshots: Option<u64>,
}

/// All of it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    /// When this was asked.
    time: String,
    groups: Vec<Protected>,
    /// Machines that the service knows and nothing protects.
    unprotected: Vec<String>,
    failed: usize,
    late: usize,
    never: usize,
    /// How large the last good backups are together, in bytes.
    size: Option<u64>,
    /// What all backups that are kept took in the store, in bytes.
    stored: Option<u64>,
}

/// What a service tells of something that is protected.
struct Told {
    name: String,
    id: String,
    is_paused: bool,
    last_good: Option<Timestamp>,
    last_run: Option<State>,
    last_ended: Option<State>,
    message: Option<String>,
    interval: Option<u64>,
    size: Option<u64>,
    stored: Option<u64>,
    snapshots: Option<u64>,
}

pub(super) fn command() -> Clap {
    Args::augment_args(Clap::new("status")).args(print::flags("table"))
}

pub(super) async fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let args = Args::from_arg_matches(matches).map_err(|error| Failure::Usage(error.to_string()))?;
    let view = View::of(matches)?;
    let (told, unprotected) = match args.connect.target()? {
        Target::Ibm(client) => ibm::told(&client).await?,
        Target::Storware(client) => (storware::told(&client).await?, Vec::new()),
    };
    let status = Status::of(told, unprotected, args.within.map(|age| age.as_secs()), Timestamp::now());
    let shown =
        serde_json::to_value(&status).map_err(|error| Failure::machine("write the status down", error))?;
    let is_table = matches.get_one::<String>("output").is_some_and(|form| form == "table" || form == "wide");
    if is_table && status.groups.is_empty() && args.within.is_none() {
        complain("nothing is protected yet; `strongroom backup DIR` begins");
    } else if matches.get_one::<String>("output").is_some_and(|form| form != "json" && form != "yaml") {
        view.show(&shown, &Shape { list: Some("groups"), columns: &COLUMNS, schema: None })?;
    } else {
        view.show(&shown, &Shape { list: None, columns: &[], schema: None })?;
    }
    if is_table {
        status.sum_up();
    }
    match (args.check, status.failed, status.late + status.never) {
        (true, 1.., _) => Err(Failure::RunFailed {
            what: "The check".to_owned(),
            reason: format!("{} failed", groups(status.failed)),
        }),
        (true, 0, 1..) => Err(Failure::Warnings {
            what: "The check".to_owned(),
            warnings: status
                .groups
                .iter()
                .filter(|group| matches!(group.state, Health::Late | Health::Never))
                .map(|group| match group.age_seconds {
                    Some(age) => format!("{} is late: its last good backup is {} old", group.name, span(age)),
                    None => format!("{} was never backed up", group.name),
                })
                .collect(),
        }),
        _ => Ok(()),
    }
}

impl Status {
    fn of(told: Vec<Told>, unprotected: Vec<String>, within: Option<u64>, now: Timestamp) -> Self {
        let mut groups: Vec<Protected> = told.into_iter().map(|told| judged(told, within, now)).collect();
        groups.sort_by(|one, other| (one.state, &one.name).cmp(&(other.state, &other.name)));
        let count = |state: Health| groups.iter().filter(|group| group.state == state).count();
        let sum = |each: &dyn Fn(&Protected) -> Option<u64>| {
            groups.iter().filter_map(each).reduce(|all, one| all.saturating_add(one))
        };
        Self {
            time: now.to_string(),
            unprotected,
            failed: count(Health::Failed),
            late: count(Health::Late),
            never: count(Health::Never),
            size: sum(&|group| group.size),
            stored: sum(&|group| group.stored),
            groups,
        }
    }

    /// What a person wants to know first, in a few lines below the table.
    fn sum_up(&self) {
        let counted = [(self.failed, "failed"), (self.late, "late"), (self.never, "never backed up")];
        let bad: Vec<String> = counted
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        if !self.groups.is_empty() {
            let told = if bad.is_empty() { "none failed, none is late".to_owned() } else { bad.join(", ") };
            let space = match (self.size, self.stored) {
                (Some(size), Some(stored)) => {
                    format!("; {} protected, {} stored", BinaryBytes(size), BinaryBytes(stored))
                }
                (Some(size), None) => format!("; {} protected", BinaryBytes(size)),
                _ => String::new(),
            };
            complain(format_args!("{}: {told}{space}", groups(self.groups.len())));
        }
        let failed = self.groups.iter().filter(|group| group.state == Health::Failed);
        for group in failed.take(MOST_NAMED) {
            let message = group.message.as_deref().unwrap_or("nobody says why");
            complain(format_args!("{} failed: {}", harmless(&group.name), harmless(message)));
        }
        if !self.unprotected.is_empty() {
            let named: Vec<&str> = self.unprotected.iter().take(MOST_NAMED).map(String::as_str).collect();
            let more = match self.unprotected.len().saturating_sub(MOST_NAMED) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let named = harmless(&named.join(", "));
            complain(format_args!("not protected: {named}{more}"));
        }
    }
}

/// A text of the service, which does nothing to the terminal.
fn harmless(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn groups(count: usize) -> String {
    format!("{count} {}", if count == 1 { "group" } else { "groups" })
}

/// By the rule that the help tells.
fn judged(told: Told, within: Option<u64>, now: Timestamp) -> Protected {
    let age = told.last_good.map(|time| u64::try_from(now.duration_since(time).as_secs()).unwrap_or(0));
    let allowed = within.or(told.interval.map(|interval| interval + (interval / 2).clamp(SLACK.0, SLACK.1)));
    let is_late = !told.is_paused && age.zip(allowed).is_some_and(|(age, allowed)| age > allowed);
    let state = match (told.last_ended, age) {
        (Some(ended), _) if ended.is_bad() => Health::Failed,
        _ if is_late => Health::Late,
        (_, None) => Health::Never,
        _ if told.is_paused => Health::Paused,
        _ => Health::Good,
    };
    Protected {
        name: told.name,
        id: told.id,
        state,
        last_good: told.last_good.map(|time| time.to_string()),
        age_seconds: age,
        ago: age.map(|age| format!("{} ago", span(age))),
        interval_seconds: told.interval,
        every: told.interval.map(span),
        is_late,
        last_run: told.last_run,
        message: told.message.filter(|_| state == Health::Failed),
        size: told.size,
        stored: told.stored,
        snapshots: told.snapshots,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: u64 = 3_600;

    fn told(hours_ago: Option<u64>, interval: Option<u64>) -> Told {
        let now = now();
        let ago = |hours: u64| now - jiff::SignedDuration::from_hours(i64::try_from(hours).unwrap());
        Told {
            name: "docs".to_owned(),
            id: "1".to_owned(),
            is_paused: false,
            last_good: hours_ago.map(ago),
            last_run: None,
            last_ended: hours_ago.map(|_| State::Succeeded),
            message: None,
            interval,
            size: Some(1),
            stored: None,
            snapshots: None,
        }
    }

    fn now() -> Timestamp {
        "2026-03-01T00:00:00Z".parse().unwrap()
    }

    #[test]
    fn late_is_what_the_help_says() {
        let state = |told: Told, within| judged(told, within, now()).state;
        let day = Some(24 * HOUR);
        assert_eq!(state(told(Some(36), day), None), Health::Good);
        assert_eq!(state(told(Some(37), day), None), Health::Late);
        // An interval of minutes has an hour, one of weeks a day.
        assert_eq!(state(told(Some(1), Some(600)), None), Health::Good);
        assert_eq!(state(told(Some(2), Some(600)), None), Health::Late);
        assert_eq!(state(told(Some(8 * 24), Some(7 * 24 * HOUR)), None), Health::Good);
        assert_eq!(state(told(Some(8 * 24 + 1), Some(7 * 24 * HOUR)), None), Health::Late);
        // What has no schedule is late only when somebody says when.
        assert_eq!(state(told(Some(9_999), None), None), Health::Good);
        assert_eq!(state(told(Some(3), None), Some(2 * HOUR)), Health::Late);
        assert_eq!(state(told(None, day), None), Health::Never);
        assert_eq!(state(Told { is_paused: true, ..told(Some(99), day) }, None), Health::Paused);
        let failed = Told { last_ended: Some(State::Failed), ..told(Some(99), day) };
        let failed = judged(failed, None, now());
        assert_eq!((failed.state, failed.is_late), (Health::Failed, true));
    }

    #[test]
    fn the_worst_comes_first() {
        let named = |name: &str, told: Told| Told { name: name.to_owned(), ..told };
        let all = vec![
            named("b", told(Some(1), None)),
            named("a", told(Some(1), None)),
            named("z", told(None, None)),
            named("y", Told { last_ended: Some(State::Missed), ..told(Some(1), None) }),
        ];
        let status = Status::of(all, Vec::new(), None, now());
        let names: Vec<_> = status.groups.iter().map(|group| group.name.as_str()).collect();
        assert_eq!(names, ["y", "z", "a", "b"]);
        assert_eq!((status.failed, status.late, status.never), (1, 0, 1));
        assert_eq!((status.size, status.stored), (Some(4), None));
    }
}
