//! Snapshots, whatever a service calls them, and finding the one that somebody means.
//!
//! IBM has snapshots of objects that a protection group takes; Storware has backups of protected entities. Both ids
//! are opaque, and those of one service begin alike for dozens of letters. So a snapshot also goes by a short id, the
//! beginning of the SHA-256 of its id, which is the same everywhere and for ever.

mod ibm;
mod storware;

use std::collections::{HashMap, HashSet};

use client_core::Method;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::commands::Request;
use crate::connect::Target;
use crate::failure::Failure;

/// The fewest letters of a short id.
const SHORTEST: usize = 8;
/// How many snapshots are named where one was meant.
const MOST_NAMED: usize = 5;

/// A snapshot.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Snapshot {
    /// What the service calls it.
    pub(crate) id: String,
    /// What people call it: unique among all that are there, and at least eight hexadecimal digits.
    pub(crate) short_id: String,
    /// The moment that it leads back to, as RFC 3339.
    pub(crate) time: String,
    /// What is protected, by name: a protection group, or a protected entity.
    pub(crate) group: Option<String>,
    /// The same by id.
    pub(crate) group_id: Option<String>,
    /// The machine that was backed up, by name.
    pub(crate) source: Option<String>,
    /// The same by id.
    pub(crate) source_id: Option<String>,
    /// The folders and files that were to be backed up; empty where the service does not tell.
    pub(crate) paths: Vec<String>,
    /// `full` or `incremental`, or the service's own word for another kind.
    pub(crate) kind: Option<String>,
    /// How large it is when it is restored, in bytes.
    pub(crate) size: Option<u64>,
    /// How many files it holds.
    pub(crate) files: Option<u64>,
    /// Until when it is kept, as RFC 3339; none where nobody said.
    pub(crate) expires: Option<String>,
    /// Whether it is locked or held, so that it cannot be deleted.
    pub(crate) locked: bool,
    /// The run that made it, where the service tells.
    pub(crate) run_id: Option<String>,
}

/// Which snapshots are wanted. Everything that is set must hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Filter {
    /// Of this protection group or entity, by name or id.
    pub(crate) group: Option<String>,
    /// Of this machine, by name or id.
    pub(crate) source: Option<String>,
    /// That hold this path, as far as the paths are known that were to be backed up.
    pub(crate) path: Option<String>,
    /// Only so many, the latest.
    pub(crate) last: Option<usize>,
}

/// The snapshots that a filter lets through, the latest last, with all that the service tells of them.
pub(crate) async fn list(target: &Target, filter: &Filter) -> Result<Vec<Snapshot>, Failure> {
    let mut found = listed(target, filter).await?;
    if let Target::Ibm(client) = target {
        ibm::measure(client, &mut found).await;
    }
    Ok(found)
}

/// The same without what takes a call for each group: size and files may be left out.
pub(crate) async fn listed(target: &Target, filter: &Filter) -> Result<Vec<Snapshot>, Failure> {
    let mut found = survey(target).await?;
    found.retain(|snapshot| filter.takes(snapshot));
    if let Some(last) = filter.last {
        found.drain(..found.len().saturating_sub(last));
    }
    Ok(found)
}

/// The snapshot that somebody means: `latest`, an id, the beginning of an id or of a short id, or the name or id of a
/// group or a machine, which stands for its latest. Size and files may be left out of it.
pub(crate) async fn find(target: &Target, text: &str) -> Result<Snapshot, Failure> {
    meant(&survey(target).await?, text)
}

/// Every snapshot that can be restored, the latest last.
async fn survey(target: &Target) -> Result<Vec<Snapshot>, Failure> {
    let documented = async {
        match target {
            Target::Ibm(client) => ibm::snapshots(client).await,
            Target::Storware(client) => storware::snapshots(client).await,
        }
    };
    let (found, own) = tokio::join!(documented, own(target));
    let mut found = found?;
    for snapshot in &mut found {
        if let Some(known) = own.get(&snapshot.id) {
            known.add_to(snapshot);
        }
    }
    // The text of a time in UTC with a fixed number of digits would do; with any number of them it does not.
    found.sort_by_cached_key(|snapshot| (snapshot.time.parse::<Timestamp>().ok(), snapshot.id.clone()));
    shorten(&mut found);
    Ok(found)
}

/// What our own server knows of a snapshot, and the documents have no place for.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Own {
    id: String,
    paths: Vec<String>,
    expires_at: Option<String>,
    locked_until: Option<Timestamp>,
    legal_hold: bool,
}

impl Own {
    fn add_to(&self, snapshot: &mut Snapshot) {
        snapshot.paths.clone_from(&self.paths);
        snapshot.expires.clone_from(&self.expires_at);
        snapshot.locked |= self.legal_hold || self.locked_until.is_some_and(|until| until > Timestamp::now());
    }
}

/// What our own server knows, by snapshot. Of another server nothing: that is no failure.
async fn own(target: &Target) -> HashMap<String, Own> {
    #[derive(Deserialize)]
    struct List {
        snapshots: Vec<Own>,
    }
    let list = match Request::new(target, Method::GET, "/strongroom/snapshots").send().await {
        Ok(answer) => serde_json::from_value::<List>(answer.into_inner()).ok(),
        Err(error) => {
            tracing::debug!(%error, "the server has no more to say of snapshots");
            None
        }
    };
    list.into_iter().flat_map(|list| list.snapshots).map(|own| (own.id.clone(), own)).collect()
}

/// An id as a part of a path.
pub(crate) fn encoded(id: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let shown = |byte| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    id.bytes().map(shown).collect()
}

impl Filter {
    fn takes(&self, snapshot: &Snapshot) -> bool {
        let is = |wanted: &Option<String>, name: &Option<String>, id: &Option<String>| {
            wanted.is_none() || wanted == name || wanted == id
        };
        is(&self.group, &snapshot.group, &snapshot.group_id)
            && is(&self.source, &snapshot.source, &snapshot.source_id)
            && self.path.as_ref().is_none_or(|path| snapshot.may_hold(path))
    }
}

impl Snapshot {
    /// Whether what was to be backed up has this path in it, or lies below it.
    fn may_hold(&self, path: &str) -> bool {
        let below = |outer: &str, inner: &str| {
            inner
                .strip_prefix(outer.trim_end_matches('/'))
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let path = if path == "/" { path } else { path.trim_end_matches('/') };
        self.paths.iter().any(|root| below(root, path) || below(path, root))
    }

    /// When it was taken, for people.
    pub(crate) fn taken(&self) -> String {
        let time = self.time.parse::<Timestamp>();
        time.map_or_else(|_| self.time.clone(), |time| time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string())
    }

    /// The snapshot in a line, to be told from others.
    fn told(&self) -> String {
        let mut parts = vec![self.short_id.clone(), self.taken()];
        parts.extend(self.group.iter().map(|name| format!("of {name:?}")));
        parts.extend(self.source.iter().map(|name| format!("on {name:?}")));
        parts.join(" ")
    }
}

/// Which of all snapshots, the latest last, is meant.
fn meant(all: &[Snapshot], text: &str) -> Result<Snapshot, Failure> {
    let Some(latest) = all.last() else {
        return Err(Failure::NotFound(
            "there is no snapshot yet; `strongroom backup DIR` makes one".to_owned(),
        ));
    };
    if let Some(snapshot) = all.iter().find(|snapshot| snapshot.id == text) {
        return Ok(snapshot.clone());
    }
    let is =
        |name: &Option<String>, id: &Option<String>| [name, id].into_iter().flatten().any(|it| it == text);
    let named: [&dyn Fn(&Snapshot) -> bool; 3] =
        [&|_| text == "latest", &|snapshot| is(&snapshot.group, &snapshot.group_id), &|snapshot| {
            is(&snapshot.source, &snapshot.source_id)
        }];
    for is_meant in named {
        let last = all.iter().rev().find(|snapshot| is_meant(snapshot));
        if let Some(last) = last {
            // A run takes the snapshots of several machines at one moment: none of them is the latest.
            let equal: Vec<_> =
                all.iter().filter(|other| is_meant(other) && other.time == last.time).collect();
            return one_of(&equal, &format!("the latest of {text:?} are several, taken at one moment"));
        }
    }
    let beginning = text.to_ascii_lowercase();
    let begins = |snapshot: &&Snapshot| {
        !text.is_empty() && (snapshot.id.starts_with(text) || digest(&snapshot.id).starts_with(&beginning))
    };
    let begun: Vec<_> = all.iter().filter(begins).collect();
    if begun.is_empty() {
        return Err(Failure::NotFound(format!(
            "no snapshot goes by {text:?}; `strongroom snapshots` lists what there is, the latest is {}",
            latest.told()
        )));
    }
    one_of(&begun, &format!("{text:?} is the beginning of several snapshots"))
}

fn one_of(candidates: &[&Snapshot], several: &str) -> Result<Snapshot, Failure> {
    if let [one] = candidates {
        return Ok((*one).clone());
    }
    let mut lines: Vec<_> =
        candidates.iter().rev().take(MOST_NAMED).map(|one| format!("  {}", one.told())).collect();
    if candidates.len() > MOST_NAMED {
        lines.push(format!("  and {} more", candidates.len() - MOST_NAMED));
    }
    Err(Failure::Usage(format!("{several}; say more of the id:\n{}", lines.join("\n"))))
}

/// Gives each snapshot the shortest id that no other has.
fn shorten(snapshots: &mut [Snapshot]) {
    let digests: Vec<_> = snapshots.iter().map(|snapshot| digest(&snapshot.id)).collect();
    let longest = digests.first().map_or(0, String::len);
    let is_enough = |length: usize| {
        let mut seen = HashSet::new();
        digests.iter().all(|digest| seen.insert(&digest[..length]))
    };
    let length = (SHORTEST..longest).find(|length| is_enough(*length)).unwrap_or(longest);
    for (snapshot, digest) in snapshots.iter_mut().zip(digests) {
        snapshot.short_id = digest[..length].to_owned();
    }
}

/// The short id of a snapshot that was just made, without looking whether another begins alike: none does, as good as
/// always.
pub(crate) fn short(id: &str) -> String {
    digest(id)[..SHORTEST].to_owned()
}

fn digest(id: &str) -> String {
    Sha256::digest(id).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
