//! Names from the server that the line would call.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use clap::{Arg, ArgMatches, FromArgMatches as _};
use serde_json::Value;
use strongroom_profile::{Kind as Service, Profiles, Surroundings};

use super::{Candidate, cache};
use crate::commands::{Listing, singular};
use crate::connect::{ConnectArgs, Target};
use crate::failure::Failure;
use crate::print;
use crate::verbs::snapshot::{self, Filter, Snapshot};

/// How long somebody at a prompt should have to wait.
const PATIENCE: Duration = Duration::from_secs(1);
/// Snapshots that are named, the latest.
const MOST_SNAPSHOTS: usize = 20;

/// The value that is wanted.
pub(super) struct Wanted<'w> {
    /// The commands, behind the name of the program.
    pub(super) path: &'w [&'w str],
    pub(super) argument: &'w Arg,
    /// What the line says besides, as far as clap could read it.
    pub(super) matches: &'w ArgMatches,
}

/// What stands for a thing on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Id,
    Name,
}

/// The names that may be meant. None where nobody knows, or the server does not answer in time.
pub(super) fn of(wanted: &Wanted<'_>) -> Vec<Candidate> {
    let Some((kind, by)) = kind(wanted) else { return Vec::new() };
    if kind == "profile" {
        return profiles();
    }
    let mut leaf = wanted.matches;
    while let Some((_, inner)) = leaf.subcommand() {
        leaf = inner;
    }
    // Not every command calls a server.
    let Ok(connect) = ConnectArgs::from_arg_matches(leaf) else { return Vec::new() };
    let given = |flag: &str| -> Option<String> {
        let value = leaf.try_get_one::<String>(flag).ok()??;
        Some(value.clone())
    };
    let service = match wanted.path.first() {
        Some(&"ibm") => Service::Ibm,
        Some(&"storware") => Service::Storware,
        _ => match connect.kind() {
            Ok(service) => service,
            Err(_) => return Vec::new(),
        },
    };
    // A snapshot goes by its own short id, and by the name of its group, which means the latest then.
    let is_any = kind == "snapshot" && !matches!(wanted.path, ["ibm" | "storware", ..]);
    let (kind, by) = if is_any { ("group", By::Name) } else { (kind.as_str(), by) };
    let kind = called(kind, service);
    let Some(listing) = Listing::of(service, kind, given) else { return Vec::new() };
    let question = Question { connect, service, listing, kind: kind.to_owned(), by, snapshots: is_any };
    // The way to the server goes through files, name servers and proxies, some of which block: it is left when the
    // time is up, and ends with this process.
    let (sender, receiver) = mpsc::channel();
    let asker = thread::Builder::new().spawn(move || {
        // Nobody waits for it any more.
        let _ = sender.send(question.answer());
    });
    let mut found = match asker {
        Ok(_) => receiver.recv_timeout(PATIENCE).unwrap_or_default(),
        Err(_) => Vec::new(),
    };
    if is_any {
        found.insert(0, Candidate::new("latest", "The latest of all"));
    }
    found
}

/// What kind of thing an argument names, and by what.
fn kind(wanted: &Wanted<'_>) -> Option<(String, By)> {
    let stands_for = wanted.argument.get_value_names().and_then(|names| names.first());
    let stands_for = stands_for.map(|name| name.to_lowercase().replace('_', "-"));
    let id = wanted.argument.get_id().as_str();
    if id == "profile" || stands_for.as_deref() == Some("profile") {
        return Some(("profile".to_owned(), By::Name));
    }
    match wanted.path {
        ["ibm" | "storware", resource, ..] => {
            // Of a member of a body the last part counts.
            let name = id.rsplit('.').next().unwrap_or(id);
            let own = singular(resource);
            if matches!(name, "id" | "ids" | "guid" | "guids") {
                return Some((own, By::Id));
            }
            let cut = |ends: &[&str]| ends.iter().find_map(|end| name.strip_suffix(end));
            Some(match (cut(&["-names", "-name"]), cut(&["-ids", "-id", "-guids", "-guid"])) {
                (Some(kind), _) => (kind.to_owned(), By::Name),
                (_, Some(kind)) => (singular(kind), By::Id),
                _ => (singular(name), By::Id),
            })
        }
        _ => {
            // Of the verbs of every day the argument is called after the thing, or what stands for its value is.
            [Some(id.to_lowercase()), stands_for].into_iter().flatten().find_map(|kind| {
                let by = match kind.as_str() {
                    "group" | "policy" | "source" | "entity" => By::Name,
                    "run" | "snapshot" | "task" | "backup" | "recovery" => By::Id,
                    _ => return None,
                };
                Some((kind, by))
            })
        }
    }
}

/// What the service calls what the verbs of every day call so.
fn called(kind: &str, service: Service) -> &str {
    match (service, kind) {
        (Service::Storware, "group") => "entity",
        (Service::Storware, "run") => "task",
        _ => kind,
    }
}

fn profiles() -> Vec<Candidate> {
    let surroundings = Surroundings::of_this_process();
    let Ok(profiles) = surroundings.config_file().and_then(|file| Profiles::load(&file)) else {
        return Vec::new();
    };
    let all = profiles.config().profiles.iter();
    all.map(|(name, profile)| Candidate::new(name, format_args!("{} at {}", profile.kind, profile.url)))
        .collect()
}

/// What the server is asked.
struct Question {
    connect: ConnectArgs,
    service: Service,
    listing: Listing,
    kind: String,
    by: By,
    /// Whether snapshots are wanted besides.
    snapshots: bool,
}

impl Question {
    fn answer(&self) -> Vec<Candidate> {
        let Ok(target) = self.connect.without_asking(self.service) else { return Vec::new() };
        let whose = format!("{} {:?} {:?}", target.url(), self.connect.profile, self.connect.tenant);
        let besides = if self.snapshots { " and snapshots" } else { "" };
        let list = format!("{} {:?}{besides}", self.listing.path(), self.by);
        if let Some(names) = cache::get(&whose, &list) {
            return names;
        }
        // Also that there was no answer is remembered, so that not every press has to wait for one.
        cache::put(&whose, &list, &[]);
        let (snapshots, entries) = self.fetch(&target).unwrap_or_default();
        let of_snapshot = |snapshot: &Snapshot| {
            let group = snapshot.group.as_deref().unwrap_or_default();
            Candidate::new(&snapshot.short_id, format_args!("{} {group}", snapshot.time))
        };
        // The latest first: they are meant most often.
        let names = snapshots.iter().rev().map(of_snapshot);
        let names: Vec<_> = names.chain(entries.iter().filter_map(|entry| self.candidate(entry))).collect();
        cache::put(&whose, &list, &names);
        names
    }

    fn fetch(&self, target: &Target) -> Result<(Vec<Snapshot>, Vec<Value>), Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Failure::machine("start the runtime", error))?;
        runtime.block_on(async {
            let snapshots = match self.snapshots {
                true => {
                    let latest = Filter { last: Some(MOST_SNAPSHOTS), ..Filter::default() };
                    snapshot::listed(target, &latest).await
                }
                false => Ok(Vec::new()),
            };
            let entries = self.listing.fetch(target).await;
            if let Target::Storware(client) = target {
                // The session has served its purpose. A server that will not end it lets it run out.
                let _ = client.logout().send().await;
            }
            Ok((snapshots?, entries?))
        })
    }

    fn candidate(&self, entry: &Value) -> Option<Candidate> {
        let own = format!("{}Id", self.kind.rsplit('-').next().unwrap_or_default());
        let id = ["id", "guid", own.as_str()].into_iter().find(|name| is_scalar(&entry[*name]))?;
        let shown = print::in_line(entry, self.listing.columns);
        let of_column = |ends: &str| {
            shown.iter().find(|(path, _)| path.to_lowercase().ends_with(ends)).map(|(_, text)| text.clone())
        };
        let id_text = entry[id].as_str().map_or_else(|| entry[id].to_string(), str::to_owned);
        let word = match self.by {
            By::Id => id_text,
            By::Name => entry["name"].as_str().map(str::to_owned).or_else(|| of_column("name"))?,
        };
        let about: Vec<&str> = shown
            .iter()
            .map(|(_, text)| text.as_str())
            .filter(|text| !text.is_empty() && *text != word)
            .take(3)
            .collect();
        Some(Candidate::new(word, about.join(", ")))
    }
}

fn is_scalar(value: &Value) -> bool {
    value.is_string() || value.is_number()
}
