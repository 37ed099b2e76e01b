//! `strongroom diff`: what changed from one snapshot to another.

use clap::{ArgMatches, Args as _, Command as Clap};
use command_table::{Column, Form};
use indicatif::{BinaryBytes, HumanCount};
use serde::Serialize;
use serde_json::{Value, json};

use super::files::{self, Entry, SIZE};
use super::snapshot;
use crate::connect::ConnectArgs;
use crate::failure::Failure;
use crate::output::complain;
use crate::print::{self, Fixed, Layout, Shape, View};

const ABOUT: &str = "Compare two snapshots";

const LONG: &str = "\
Compare two snapshots: what was added, removed and changed from the first to the second.

Of a file that is `changed` the content differs; `attributes` says that only permissions, owner or time do; `replaced` \
that it was a file and is a folder, or the like. The exit code is 0 whatever it finds. The server compares, and looks \
only into folders that differ, so that it takes as long as there are changes and not as there are files.

Neither IBM's own servers nor Storware's can compare snapshots; a server of ours can.";

const EXAMPLES: &str = "\
Examples:
  strongroom diff 5f2c9a10 latest
  strongroom diff 5f2c9a10 latest /home/ada/documents
  strongroom diff 5f2c9a10 latest -o json --query summary";

#[derive(clap::Args)]
struct DiffArgs {
    /// The earlier snapshot
    #[arg(id = "SNAPSHOT", value_name = "SNAPSHOT")]
    before: String,
    /// The later one
    #[arg(id = "OTHER", value_name = "SNAPSHOT")]
    after: String,
    /// Compare only what lies here
    #[arg(value_name = "PATH")]
    path: Option<String>,
}

/// A difference.
#[derive(Serialize)]
struct Difference {
    change: &'static str,
    path: String,
    kind: String,
    /// In bytes, for files; of what was removed none.
    size: Option<u64>,
    /// The size before.
    was: Option<u64>,
    before: Option<Entry>,
    after: Option<Entry>,
}

/// How many there are, and of how many bytes.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    added: u64,
    added_bytes: u64,
    removed: u64,
    removed_bytes: u64,
    changed: u64,
    replaced: u64,
    attributes: u64,
}

const LAYOUT: Layout<'_> = Layout {
    columns: &[
        Fixed { title: "CHANGE", member: "change", form: Form::Plain, width: 10, right: false },
        Fixed { title: "WAS", member: "was", form: Form::Bytes, width: 11, right: true },
        SIZE,
    ],
    last: ("PATH", "shown"),
};
const COLUMNS: [Column; 5] = [
    Column { title: "CHANGE", path: "change", form: Form::Plain },
    Column { title: "PATH", path: "path", form: Form::Plain },
    Column { title: "KIND", path: "kind", form: Form::Plain },
    Column { title: "WAS", path: "was", form: Form::Bytes },
    Column { title: "SIZE", path: "size", form: Form::Bytes },
];

pub(super) fn command() -> Clap {
    let clap = DiffArgs::augment_args(Clap::new("diff"));
    ConnectArgs::augment_args(clap.args(print::flags("table")))
        .about(ABOUT)
        .long_about(LONG)
        .after_help(EXAMPLES)
}

pub(super) async fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let args: DiffArgs = files::arguments(matches)?;
    let view = View::of(matches)?;
    let path = match &args.path {
        Some(path) => files::checked(path)?,
        None => "/".to_owned(),
    };
    let target = files::arguments::<ConnectArgs>(matches)?.target()?;
    let before = snapshot::find(&target, &args.before).await?;
    let after = snapshot::find(&target, &args.after).await?;
    if before.source_id != after.source_id {
        complain("note: these are snapshots of different machines");
    }
    let Some(mut lines) = files::changes(&target, (&before.id, &after.id), &path).await? else {
        return Err(files::refused(&target, "compare snapshots"));
    };
    let mut summary = Summary::default();
    let mut changes = Vec::new();
    while let Some(line) = lines.next().await? {
        let change = Difference::read(line)?;
        let is_first = summary.is_empty();
        summary.count(&change);
        if !view.is_table() {
            changes.push(change);
            continue;
        }
        let heading = if is_first { LAYOUT.heading(&view) } else { String::new() };
        if !print::raw((heading + &LAYOUT.line(&change.line())).as_bytes())? {
            return Ok(());
        }
    }
    if view.is_table() {
        let gap = if summary.is_empty() { "" } else { "\n" };
        return print::text(&format!("{gap}{}\n", summary.in_words()));
    }
    let whole = serde_json::to_value(json!({ "changes": changes, "summary": summary }));
    let whole = whole.map_err(|error| Failure::machine("write the list", error))?;
    view.show(&whole, &Shape { list: Some("changes"), columns: &COLUMNS, schema: None })
}

impl Difference {
    fn read(mut line: Value) -> Result<Self, Failure> {
        let entry = |value: Value| -> Result<Option<Entry>, Failure> {
            serde_json::from_value(value).map_err(|error| Failure::machine("read the answer", error))
        };
        let (before, after) = (entry(line["before"].take())?, entry(line["after"].take())?);
        let Some(shown) = after.as_ref().or(before.as_ref()) else {
            return Err(Failure::Step {
                step: "reading the list",
                reason: "a change is of nothing".to_owned(),
            });
        };
        Ok(Self {
            change: match line["change"].as_str() {
                Some("added") => "added",
                Some("removed") => "removed",
                Some("kind") => "replaced",
                Some("attributes") => "attributes",
                _ => "changed",
            },
            path: shown.path.clone(),
            kind: shown.kind.clone(),
            size: after.as_ref().and_then(|entry| entry.size),
            was: before.as_ref().and_then(|entry| entry.size),
            before,
            after,
        })
    }

    fn line(&self) -> Value {
        let shown = self.after.as_ref().or(self.before.as_ref()).map(|entry| entry.line(&self.path));
        let shown = shown.map(|line| line["shown"].clone());
        json!({ "change": self.change, "was": self.was, "size": self.size, "shown": shown })
    }
}

impl Summary {
    fn count(&mut self, change: &Difference) {
        match change.change {
            "added" => {
                self.added += 1;
                self.added_bytes += change.size.unwrap_or(0);
            }
            "removed" => {
                self.removed += 1;
                self.removed_bytes += change.was.unwrap_or(0);
            }
            "replaced" => self.replaced += 1,
            "attributes" => self.attributes += 1,
            _ => self.changed += 1,
        }
    }

    fn is_empty(&self) -> bool {
        self.added + self.removed + self.changed + self.replaced + self.attributes == 0
    }

    fn in_words(&self) -> String {
        let with_bytes = |count: u64, word: &str, bytes: u64| {
            format!("{} {word} ({})", HumanCount(count), BinaryBytes(bytes))
        };
        let parts = [
            (self.added, with_bytes(self.added, "added", self.added_bytes)),
            (self.removed, with_bytes(self.removed, "removed", self.removed_bytes)),
            (self.changed, format!("{} changed", HumanCount(self.changed))),
            (self.replaced, format!("{} replaced", HumanCount(self.replaced))),
            (self.attributes, format!("{} with other attributes", HumanCount(self.attributes))),
        ];
        let parts: Vec<_> =
            parts.into_iter().filter(|(count, _)| *count > 0).map(|(_, words)| words).collect();
        if parts.is_empty() { "nothing differs".to_owned() } else { parts.join(", ") }
    }
}
