//! `strongroom find`: in which snapshots a file is.

use std::collections::HashMap;

use clap::{ArgMatches, Args as _, Command as Clap};
use command_table::{Column, Form};
use futures::TryStreamExt as _;
use ibm_backup_recovery::{Client, types};
use serde::Serialize;
use serde_json::Value;

use super::files::{self, MODIFIED, SIZE};
use super::snapshot::{self, Filter, Snapshot};
use crate::connect::{ConnectArgs, Target};
use crate::failure::Failure;
use crate::output::complain;
use crate::print::{self, Fixed, Layout, Shape, View};

const ABOUT: &str = "Find files by name in all snapshots";

const LONG: &str = "\
Find files by name in all snapshots.

PATTERN is a part of the name, whatever the case of its letters; with `*` or `?` in it, it is the whole name. Each line \
is a file as it was in the snapshots that LATEST is the last of; COUNT tells how many they are. A file that has \
changed has a line for each content.

IBM's own servers find the files, and do not tell what they were in which snapshot. Storware's cannot search.";

const EXAMPLES: &str = "\
Examples:
  strongroom find letter
  strongroom find '*.pdf' --group documents
  strongroom find letter.txt -o json --query '[].snapshots[].shortId'";

#[derive(clap::Args)]
struct FindArgs {
    /// A part of the name, or a pattern with `*` and `?` for all of it
    #[arg(value_name = "PATTERN")]
    pattern: String,
    /// Only of this protection group or entity, by name or id
    #[arg(id = "GROUP", long = "group", value_name = "GROUP")]
    group: Option<String>,
    /// Only of this machine, by name or id
    #[arg(id = "SOURCE", long = "source", value_name = "SOURCE")]
    source: Option<String>,
    /// End after so many lines
    #[arg(long, value_name = "COUNT", default_value_t = 1000)]
    limit: usize,
}

/// A file as it was for a while.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Found {
    path: String,
    name: String,
    kind: String,
    size: Option<u64>,
    modified: Option<String>,
    group: Option<String>,
    source: Option<String>,
    /// The oldest first; empty where the server does not tell.
    snapshots: Vec<Holder>,
    /// How many they are.
    count: Option<usize>,
    /// The last of them.
    latest: Option<String>,
}

/// A snapshot that holds it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Holder {
    id: String,
    short_id: String,
    time: String,
}

const LAYOUT: Layout<'_> = Layout {
    columns: &[
        Fixed { title: "LATEST", member: "latest", form: Form::Plain, width: 8, right: false },
        Fixed { title: "COUNT", member: "count", form: Form::Plain, width: 5, right: true },
        SIZE,
        MODIFIED,
    ],
    last: ("PATH", "path"),
};
const WIDE: Layout<'_> = Layout {
    columns: &[
        LAYOUT.columns[0],
        LAYOUT.columns[1],
        SIZE,
        MODIFIED,
        Fixed { title: "GROUP", member: "group", form: Form::Plain, width: 16, right: false },
        Fixed { title: "SOURCE", member: "source", form: Form::Plain, width: 16, right: false },
    ],
    last: ("PATH", "path"),
};
const COLUMNS: [Column; 8] = [
    Column { title: "PATH", path: "path", form: Form::Plain },
    Column { title: "KIND", path: "kind", form: Form::Plain },
    Column { title: "SIZE", path: "size", form: Form::Bytes },
    Column { title: "MODIFIED", path: "modified", form: Form::Time },
    Column { title: "LATEST", path: "latest", form: Form::Plain },
    Column { title: "COUNT", path: "count", form: Form::Plain },
    Column { title: "GROUP", path: "group", form: Form::Plain },
    Column { title: "SOURCE", path: "source", form: Form::Plain },
];

pub(super) fn command() -> Clap {
    let clap = FindArgs::augment_args(Clap::new("find"));
    ConnectArgs::augment_args(clap.args(print::flags("table")))
        .about(ABOUT)
        .long_about(LONG)
        .after_help(EXAMPLES)
}

pub(super) async fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let args: FindArgs = files::arguments(matches)?;
    let view = View::of(matches)?;
    let target = files::arguments::<ConnectArgs>(matches)?.target()?;
    let filter = Filter { group: args.group.clone(), source: args.source.clone(), ..Filter::default() };
    let mut found = match (histories(&target, &args, &filter).await?, &target) {
        (Some(found), _) => found,
        (None, Target::Ibm(client)) => indexed(client, &args).await?,
        (None, Target::Storware(_)) => return Err(files::refused(&target, "search the files of backups")),
    };
    if found.len() > args.limit {
        found.truncate(args.limit);
        complain(format_args!("note: there are more than {}; --limit shows more", args.limit));
    }
    if view.is_table() && !found.is_empty() {
        let layout = if view.is_wide() { WIDE } else { LAYOUT };
        let lines = found.iter().map(|file| {
            let mut value = serde_json::to_value(file).unwrap_or(Value::Null);
            if file.kind == "folder" {
                value["path"] = format!("{}/", file.path).into();
            }
            layout.line(&value)
        });
        let whole: String = std::iter::once(layout.heading(&view)).chain(lines).collect();
        return view.show_text(&whole);
    }
    let found = serde_json::to_value(&found).map_err(|error| Failure::machine("write the list", error))?;
    view.show(&found, &Shape { list: Some(""), columns: &COLUMNS, schema: None })
}

/// The files with all that they were; `None` where the server does not tell.
async fn histories(target: &Target, args: &FindArgs, filter: &Filter) -> Result<Option<Vec<Found>>, Failure> {
    let Some(mut page) = files::named(target, &args.pattern, None).await? else { return Ok(None) };
    let wanted: HashMap<String, Snapshot> =
        snapshot::listed(target, filter).await?.into_iter().map(|one| (one.id.clone(), one)).collect();
    let mut found = Vec::new();
    loop {
        for file in page["files"].as_array().into_iter().flatten() {
            found.extend(versions(file, &wanted));
        }
        let next = page["next"].as_str().map(str::to_owned);
        let Some(next) = next.filter(|_| found.len() <= args.limit) else { return Ok(Some(found)) };
        match files::named(target, &args.pattern, Some(&next)).await? {
            Some(following) => page = following,
            None => return Ok(Some(found)),
        }
    }
}

/// What a file was, as far as the snapshots are wanted.
fn versions(file: &Value, wanted: &HashMap<String, Snapshot>) -> Vec<Found> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let versions = file["versions"].as_array().into_iter().flatten().filter_map(|version| {
        let ids = version["snapshots"].as_array().into_iter().flatten();
        let holders: Vec<_> = ids.filter_map(|id| wanted.get(id.as_str()?)).collect();
        let last = holders.last()?;
        Some(Found {
            path: text(&file["path"]).unwrap_or_default(),
            name: text(&file["name"]).unwrap_or_default(),
            kind: text(&version["kind"]).unwrap_or_default(),
            size: version["size"].as_u64(),
            modified: text(&version["modifiedAt"]),
            group: last.group.clone(),
            source: last.source.clone(),
            count: Some(holders.len()),
            latest: Some(last.short_id.clone()),
            snapshots: holders
                .iter()
                .map(|one| Holder {
                    id: one.id.clone(),
                    short_id: one.short_id.clone(),
                    time: one.time.clone(),
                })
                .collect(),
        })
    });
    versions.collect()
}

/// The files that the search index knows.
async fn indexed(client: &Client, args: &FindArgs) -> Result<Vec<Found>, Failure> {
    complain(format_args!(
        "note: the server at {} tells which files there are, but not what they were in which snapshot",
        client.base_url(),
    ));
    // In a pattern of IBM's, a star at the end is the only one that means something everywhere.
    let params = types::FileSearchParams::new().with_search_string(&args.pattern);
    let search = types::IndexedSearchRequest::new(types::IndexedObjectType::Files).with_file_params(params);
    let mut files = std::pin::pin!(client.search_indexed_objects().body(search).files());
    let mut found = Vec::new();
    while let Some(file) = files.try_next().await? {
        let source = file.source_info.as_ref().and_then(|source| source.name.clone());
        let source_id = file.source_info.as_ref().and_then(|source| source.id).map(|id| id.to_string());
        let group_id = file.protection_group_id.map(|id| id.to_string());
        let is = |wanted: &Option<String>, name: &Option<String>, id: &Option<String>| {
            wanted.is_none() || wanted == name || wanted == id
        };
        let is_wanted =
            is(&args.group, &file.protection_group_name, &group_id) && is(&args.source, &source, &source_id);
        let (Some(name), Some(folder), true) = (file.name, file.path, is_wanted) else { continue };
        found.push(Found {
            path: format!("{}/{name}", folder.trim_end_matches('/')),
            name,
            kind: match file.type_ {
                Some(types::IndexedFileType::Directory) => "folder".to_owned(),
                Some(types::IndexedFileType::Symlink) => "symlink".to_owned(),
                _ => "file".to_owned(),
            },
            size: None,
            modified: None,
            group: file.protection_group_name,
            source,
            snapshots: Vec::new(),
            count: None,
            latest: None,
        });
        if found.len() > args.limit {
            break;
        }
    }
    Ok(found)
}
