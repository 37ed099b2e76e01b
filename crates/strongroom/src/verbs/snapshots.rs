//! `strongroom snapshots`: what can be restored.

use clap::{ArgMatches, Args as _, Command as Clap, FromArgMatches as _};
use command_table::{Column, Form};

use super::snapshot::{self, Filter};
use crate::connect::ConnectArgs;
use crate::failure::Failure;
use crate::print::{self, Shape, View};

/// List the snapshots that can be restored, the latest last
///
/// One snapshot is one machine at one moment; with Storware it is called a backup. ID is short for the service's own,
/// which `-o wide` shows: every command that takes a SNAPSHOT takes either, the beginning of either, `latest`, or the
/// name of a GROUP for its latest. Groups are protection groups, with Storware protected entities.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  strongroom snapshots
  strongroom snapshots --group documents --last 5
  strongroom snapshots --path /home/ada --query '[].id' -o json")]
struct Args {
    /// Only of this protection group or entity, by name or id
    #[arg(long, value_name = "GROUP", id = "GROUP")]
    group: Option<String>,
    /// Only of this machine, by name or id
    #[arg(long, value_name = "SOURCE", id = "SOURCE")]
    source: Option<String>,
    /// Only those whose protected folders have this path in them
    #[arg(long, value_name = "PATH")]
    path: Option<String>,
    /// Only so many, the latest
    #[arg(long, value_name = "COUNT")]
    last: Option<usize>,
    #[command(flatten)]
    connect: ConnectArgs,
}

const COLUMNS: [Column; 11] = [
    Column { title: "ID", path: "shortId", form: Form::Plain },
    Column { title: "TIME", path: "time", form: Form::Time },
    Column { title: "GROUP", path: "group", form: Form::Plain },
    Column { title: "SOURCE", path: "source", form: Form::Plain },
    Column { title: "SIZE", path: "size", form: Form::Bytes },
    Column { title: "FILES", path: "files", form: Form::Plain },
    Column { title: "KIND", path: "kind", form: Form::Plain },
    Column { title: "EXPIRES", path: "expires", form: Form::Time },
    Column { title: "LOCKED", path: "locked", form: Form::Plain },
    Column { title: "PATHS", path: "paths", form: Form::Plain },
    Column { title: "FULL ID", path: "id", form: Form::Plain },
];

pub(super) fn command() -> Clap {
    Args::augment_args(Clap::new("snapshots")).args(print::flags("table"))
}

pub(super) async fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let args = Args::from_arg_matches(matches).map_err(|error| Failure::Usage(error.to_string()))?;
    let view = View::of(matches)?;
    let filter = Filter { group: args.group, source: args.source, path: args.path, last: args.last };
    let found = snapshot::list(&args.connect.target()?, &filter).await?;
    let found =
        serde_json::to_value(&found).map_err(|error| Failure::machine("write the snapshots down", error))?;
    view.show(&found, &Shape { list: Some(""), columns: &COLUMNS, schema: None })
}
