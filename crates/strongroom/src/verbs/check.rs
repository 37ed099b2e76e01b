//! `strongroom check`: whether what is stored is whole.

use clap::{ArgMatches, Args as _, Command as Clap, FromArgMatches as _};
use client_core::{ByteStream, Error, Method, Response};
use command_table::{Column, Form};
use serde_json::Value;

use crate::bar::{Bar, Progress};
use crate::connect::{ConnectArgs, Target};
use crate::failure::Failure;
use crate::output::complain;
use crate::print::{self, Shape, View};

/// Check that what is stored is there and whole
///
/// Without flags it looks at the structure: that every snapshot and index can be read, that every file of the
/// repository is there with its size, and that all which files and folders need is known. `--read-data` also reads
/// what is stored and holds it against its checksums: all of it, or so many per cent, another part each time.
///
/// Backups and restores go on meanwhile. Ctrl-C ends it. It changes nothing; snapshots that miss something are named.
/// It needs a server that is `strongroom serve`, and with Storware an administrator without projects: the vendors'
/// services look after their storage themselves.
///
/// Exit codes: 0 when all is well, 6 when something is damaged.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  strongroom check
  strongroom check --read-data
  strongroom check --read-data 10 -o json")]
struct Args {
    /// Read so much of what is stored, in per cent; all of it without a number
    #[arg(
        long,
        value_name = "PERCENT",
        num_args = 0..=1,
        default_missing_value = "100",
        value_parser = clap::value_parser!(u8).range(1..=100)
    )]
    read_data: Option<u8>,
    #[command(flatten)]
    connect: ConnectArgs,
}

/// What snapshots miss.
const COLUMNS: [Column; 7] = [
    Column { title: "TIME", path: "takenAt", form: Form::Time },
    Column { title: "GROUP", path: "groupName", form: Form::Plain },
    Column { title: "LOST", path: "lost", form: Form::Plain },
    Column { title: "FILES", path: "files", form: Form::Plain },
    Column { title: "FOLDERS", path: "folders", form: Form::Plain },
    Column { title: "ID", path: "id", form: Form::Plain },
    Column { title: "IN THE VAULT", path: "vaultSnapshot", form: Form::Plain },
];
/// Damages that are told one by one.
const MOST_TOLD: usize = 10;

pub(super) fn command() -> Clap {
    Args::augment_args(Clap::new("check")).args(print::flags("table"))
}

pub(super) async fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let args = Args::from_arg_matches(matches).map_err(|error| Failure::Usage(error.to_string()))?;
    let view = View::of(matches)?;
    let is_table = matches.get_one::<String>("output").is_some_and(|form| form == "table" || form == "wide");
    let report = checked(&args.connect.target()?, args.read_data).await?;
    let damages = report["damagesTotal"].as_u64().unwrap_or(0);
    let harmed = report["harmed"].as_array().map_or(0, Vec::len);
    if is_table && matches.get_one::<String>("query").is_none() {
        tell(&report);
        if harmed > 0 {
            let shown = with_words(report.clone());
            view.show(&shown, &Shape { list: Some("harmed"), columns: &COLUMNS, schema: None })?;
        }
    } else {
        view.show(&report, &Shape { list: None, columns: &[], schema: None })?;
    }
    if report["isGood"] == true {
        return Ok(());
    }
    Err(Failure::RunFailed {
        what: "The check".to_owned(),
        reason: format!(
            "{}, {}",
            counted(damages, "thing is damaged", "things are damaged"),
            counted(harmed as u64, "snapshot misses something", "snapshots miss something")
        ),
    })
}

/// Checks, with a bar, and gives the report.
async fn checked(target: &Target, percent: Option<u8>) -> Result<Value, Failure> {
    let mut answer = ask(target, percent).await.map_err(|error| refused(error, target))?;
    let mut bar = Bar::new();
    let mut rest: Vec<u8> = Vec::new();
    while let Some(chunk) = answer.next_chunk().await? {
        rest.extend_from_slice(&chunk);
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = rest.drain(..=end).collect();
            let mut told: Value = serde_json::from_slice(&line)
                .map_err(|error| Failure::machine("read what the check tells", error))?;
            if let Some(progress) = told.get("progress") {
                bar.show(&progress_of(progress));
            } else if let Some(report) = told.get_mut("report") {
                bar.clear();
                return Ok(report.take());
            } else if let Some(reason) = told["error"]["message"].as_str() {
                bar.clear();
                return Err(Failure::Step { step: "the check", reason: reason.to_owned() });
            }
        }
    }
    bar.clear();
    let reason = "the server broke it off, and does not say why".to_owned();
    Err(Failure::Step { step: "the check", reason })
}

async fn ask(target: &Target, percent: Option<u8>) -> Result<Response<ByteStream>, Error> {
    const PATH: &str = "/strongroom/check";
    let percent = percent.map(|percent| percent.to_string());
    match target {
        Target::Ibm(client) => {
            let call = client.request(Method::POST, PATH).operation("check");
            match percent {
                Some(percent) => call.query("readData", percent).send_for_bytes().await,
                None => call.send_for_bytes().await,
            }
        }
        Target::Storware(client) => {
            let call = client.request(Method::POST, PATH).operation("check");
            match percent {
                Some(percent) => call.query("readData", percent).send_for_bytes().await,
                None => call.send_for_bytes().await,
            }
        }
    }
}

/// A server that has no such path is a vendor's.
fn refused(error: Error, target: &Target) -> Failure {
    match error.status().map(|status| status.as_u16()) {
        Some(404 | 405) => Failure::Usage(format!(
            "{} cannot be asked to check what it stores: that is no part of its API, only of `strongroom serve`. \
             To see that a backup can be read, restore it: `strongroom restore latest --to DIR`",
            target.url()
        )),
        _ => error.into(),
    }
}

fn progress_of(told: &Value) -> Progress {
    let number = |name: &str| told[name].as_u64().unwrap_or(0);
    let (bytes, total) = (number("bytesDone"), number("bytesTotal"));
    let (snapshots, all) = (number("snapshotsDone"), number("snapshotsTotal"));
    let mut state = match snapshots {
        0 if total > 0 && bytes < total => "reading".to_owned(),
        0 => "looking at indexes".to_owned(),
        _ => format!("{snapshots} of {}", counted(all, "snapshot", "snapshots")),
    };
    let damages = number("damages");
    if damages > 0 {
        state.push_str(&format!(", {damages} damaged"));
    }
    Progress {
        bytes: (total > 0).then_some(bytes),
        total_bytes: (total > 0).then_some(total),
        state: Some(state),
        ..Progress::default()
    }
}

/// The report with what each snapshot has lost in words.
fn with_words(mut report: Value) -> Value {
    for row in report["harmed"].as_array_mut().into_iter().flatten() {
        let paths: Vec<&str> =
            row["paths"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let told = paths.len() as u64;
        let all = row["files"].as_u64().unwrap_or(0) + row["folders"].as_u64().unwrap_or(0);
        let lost = match paths.as_slice() {
            [] => "all of it".to_owned(),
            some if all > told => format!("{} and {} more", some.join(", "), all - told),
            some => some.join(", "),
        };
        row["lost"] = lost.into();
    }
    report
}

/// Says in words what was looked at and what is damaged.
fn tell(report: &Value) {
    let number = |name: &str| report[name].as_u64().unwrap_or(0);
    let read = match number("bytesRead") {
        0 => "their contents were not read (--read-data does)".to_owned(),
        read => format!("{} of them read", indicatif::BinaryBytes(read)),
    };
    complain(format_args!(
        "looked at {} in {} with {}; {read}",
        counted(number("snapshots"), "snapshot", "snapshots"),
        counted(number("packs"), "pack", "packs"),
        indicatif::BinaryBytes(number("bytes")),
    ));
    let damages: Vec<&Value> = report["damages"].as_array().into_iter().flatten().collect();
    for damage in damages.iter().take(MOST_TOLD) {
        let text = |name: &str| damage[name].as_str().unwrap_or_default();
        let mended =
            if text("kind") == "index" { "; it is made anew when the server starts again" } else { "" };
        let name = text("name");
        complain(format_args!("damaged: {} {name} {}{mended}", text("kind"), text("reason")));
    }
    if damages.len() > MOST_TOLD {
        complain(format_args!("and {} more; -o json has them", number("damagesTotal") - MOST_TOLD as u64));
    }
    if report["isGood"] == true {
        complain("all is well");
    }
}

fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
