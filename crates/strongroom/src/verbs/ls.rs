//! `strongroom ls`: what a snapshot holds.

mod index;

use clap::{ArgMatches, Args as _, Command as Clap};
use command_table::{Column, Form};
use serde_json::Value;

use super::files::{self, Entry, MODIFIED, SIZE};
use super::snapshot;
use crate::connect::{ConnectArgs, Target};
use crate::failure::Failure;
use crate::print::{self, Fixed, Layout, Shape, View};

const ABOUT: &str = "List the files of a snapshot";

const LONG: &str = "\
List the files of a snapshot.

SNAPSHOT is `latest`, an id or its beginning, or the name of a group for its latest. Without a PATH it lists the folder \
that was backed up, or the top where there were several. Sizes are those of the files, and nothing is read of them.

Of a server that cannot list one snapshot, IBM's own among them, it shows the files that the search index knows of the \
machine, whichever snapshot they are in, and says so. Storware's own server cannot list files at all.";

const EXAMPLES: &str = "\
Examples:
  strongroom ls latest
  strongroom ls documents:/home/ada/documents -l
  strongroom ls 5f2c9a10 /home/ada --recursive
  strongroom ls latest -R -o json --query \"[?kind=='file'].path\"";

#[derive(clap::Args)]
struct LsArgs {
    /// Which snapshot, and where in it: SNAPSHOT or SNAPSHOT:PATH
    #[arg(id = "SNAPSHOT", value_name = "SNAPSHOT[:PATH]")]
    snapshot: String,
    /// Where in it
    #[arg(value_name = "PATH")]
    path: Option<String>,
    /// Show permissions and owners too
    #[arg(short = 'l', long)]
    long: bool,
    /// Go into folders
    #[arg(short = 'R', long)]
    recursive: bool,
}

const OWNER: [Fixed; 2] = [
    Fixed { title: "MODE", member: "mode", form: Form::Plain, width: 10, right: false },
    Fixed { title: "OWNER", member: "owner", form: Form::Plain, width: 9, right: false },
];
const SHORT: Layout<'_> = Layout { columns: &[SIZE, MODIFIED], last: ("NAME", "shown") };
const LAYOUT: Layout<'_> = Layout { columns: &[OWNER[0], OWNER[1], SIZE, MODIFIED], last: ("NAME", "shown") };
const COLUMNS: [Column; 8] = [
    Column { title: "PATH", path: "path", form: Form::Plain },
    Column { title: "KIND", path: "kind", form: Form::Plain },
    Column { title: "SIZE", path: "size", form: Form::Bytes },
    Column { title: "MODIFIED", path: "modified", form: Form::Time },
    Column { title: "MODE", path: "mode", form: Form::Plain },
    Column { title: "UID", path: "uid", form: Form::Plain },
    Column { title: "GID", path: "gid", form: Form::Plain },
    Column { title: "TARGET", path: "target", form: Form::Plain },
];

pub(super) fn command() -> Clap {
    let clap = LsArgs::augment_args(Clap::new("ls"));
    ConnectArgs::augment_args(clap.args(print::flags("table")))
        .about(ABOUT)
        .long_about(LONG)
        .after_help(EXAMPLES)
}

pub(super) async fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let args: LsArgs = files::arguments(matches)?;
    let view = View::of(matches)?;
    let (text, path) = files::place(&args.snapshot, args.path.as_deref())?;
    let target = files::arguments::<ConnectArgs>(matches)?.target()?;
    let snapshot = snapshot::find(&target, &text).await?;
    let path = path.unwrap_or_else(|| match snapshot.paths.as_slice() {
        [only] => only.clone(),
        _ => "/".to_owned(),
    });
    let layout = if args.long || view.is_wide() { LAYOUT } else { SHORT };
    let list = match args.recursive {
        true => tree(&target, &snapshot.id, &path, view.is_table().then_some((&view, &layout))).await?,
        false => folder(&target, &snapshot.id, &path).await?,
    };
    let entries = match (list, &target) {
        (Some(List::Shown), _) => return Ok(()),
        (Some(List::Entries(entries)), _) => entries,
        (None, Target::Ibm(client)) => index::entries(client, &snapshot, &path, args.recursive).await?,
        (None, Target::Storware(_)) => return Err(files::refused(&target, "list the files of a backup")),
    };
    if view.is_table() && !entries.is_empty() {
        let name = |entry: &Entry| if args.recursive { entry.path.clone() } else { entry.name.clone() };
        let lines = entries.iter().map(|entry| layout.line(&entry.line(&name(entry))));
        let whole: String = std::iter::once(layout.heading(&view)).chain(lines).collect();
        return view.show_text(&whole);
    }
    let entries =
        serde_json::to_value(&entries).map_err(|error| Failure::machine("write the list", error))?;
    view.show(&entries, &Shape { list: Some(""), columns: &COLUMNS, schema: None })
}

/// What came of asking for a list.
enum List {
    Entries(Vec<Entry>),
    /// It was long, and is on the screen already.
    Shown,
}

/// What a folder holds; a file is its own list.
async fn folder(target: &Target, id: &str, path: &str) -> Result<Option<List>, Failure> {
    let Some(folder) = files::folder(target, id, path).await? else { return Ok(None) };
    let entries = if folder.entry.is_folder() { folder.entries } else { vec![folder.entry] };
    Ok(Some(List::Entries(entries)))
}

/// Everything below a path. For people it is printed while it comes, however much there is.
async fn tree(
    target: &Target,
    id: &str,
    path: &str,
    shown: Option<(&View, &Layout<'_>)>,
) -> Result<Option<List>, Failure> {
    let Some(mut lines) = files::tree(target, id, path).await? else { return Ok(None) };
    let mut entries = Vec::new();
    if let Some((view, layout)) = shown {
        print::text(&layout.heading(view))?;
    }
    while let Some(line) = lines.next().await? {
        let entry = entry(line)?;
        match shown {
            None => entries.push(entry),
            Some((_, layout)) => {
                if !print::raw(layout.line(&entry.line(&entry.path)).as_bytes())? {
                    break;
                }
            }
        }
    }
    Ok(Some(if shown.is_some() { List::Shown } else { List::Entries(entries) }))
}

fn entry(line: Value) -> Result<Entry, Failure> {
    serde_json::from_value(line).map_err(|error| Failure::machine("read the answer", error))
}
