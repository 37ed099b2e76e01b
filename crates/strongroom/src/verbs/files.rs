//! The files of a snapshot, on paths of our own server that neither vendor's API has.
//!
//! Where a server does not have them, a verb says so, and does what the API allows.

mod lines;

use clap::{ArgMatches, FromArgMatches};
use client_core::{Download, Method};
use command_table::Form;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub(super) use self::lines::Lines;
use super::snapshot::{self, Snapshot};
use crate::commands::Request;
use crate::connect::Target;
use crate::failure::Failure;
use crate::print::Fixed;

/// How many entries of a folder are asked for at a time.
const PAGE: &str = "10000";

/// A file or folder of a snapshot.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// Its whole path, in a form that loses nothing of odd names.
    pub(super) path: String,
    pub(super) name: String,
    /// `file`, `folder`, `symlink`, `fifo`, `socket` or `device`.
    pub(super) kind: String,
    /// In bytes, for files.
    pub(super) size: Option<u64>,
    /// When its content last changed, as RFC 3339.
    #[serde(alias = "modifiedAt")]
    pub(super) modified: Option<String>,
    /// Permissions, as octal digits.
    pub(super) mode: Option<String>,
    pub(super) uid: Option<u32>,
    pub(super) gid: Option<u32>,
    /// Where a link leads.
    pub(super) target: Option<String>,
}

/// A folder, or another thing that holds nothing.
pub(super) struct Folder {
    pub(super) entry: Entry,
    pub(super) entries: Vec<Entry>,
}

/// The columns of sizes and times that lists of files have.
pub(super) const SIZE: Fixed =
    Fixed { title: "SIZE", member: "size", form: Form::Bytes, width: 11, right: true };
pub(super) const MODIFIED: Fixed =
    Fixed { title: "MODIFIED", member: "modified", form: Form::Time, width: 19, right: false };

impl Entry {
    pub(super) fn is_folder(&self) -> bool {
        self.kind == "folder"
    }

    pub(super) fn is_file(&self) -> bool {
        self.kind == "file"
    }

    /// The entry for a line: what is shown as its name tells what it is.
    pub(super) fn line(&self, name: &str) -> Value {
        let shown = match (self.kind.as_str(), &self.target) {
            ("folder", _) if name != "/" => format!("{name}/"),
            ("symlink", Some(target)) => format!("{name} -> {target}"),
            _ => name.to_owned(),
        };
        let owner = match (self.uid, self.gid) {
            (Some(uid), Some(gid)) => format!("{uid}:{gid}"),
            _ => String::new(),
        };
        json!({
            "shown": shown, "size": self.size, "modified": self.modified, "mode": self.mode_in_letters(),
            "owner": owner,
        })
    }

    /// `drwxr-x---`.
    fn mode_in_letters(&self) -> String {
        let kind = match self.kind.as_str() {
            "folder" => 'd',
            "symlink" => 'l',
            "fifo" => 'p',
            "socket" => 's',
            "device" => 'b',
            _ => '-',
        };
        let Some(mode) = self.mode.as_deref().and_then(|mode| u32::from_str_radix(mode, 8).ok()) else {
            return String::new();
        };
        let mut letters = String::from(kind);
        for (shift, special, (with, without)) in
            [(6, 0o4000, ('s', 'S')), (3, 0o2000, ('s', 'S')), (0, 0o1000, ('t', 'T'))]
        {
            let bits = mode >> shift;
            letters.push(if bits & 4 != 0 { 'r' } else { '-' });
            letters.push(if bits & 2 != 0 { 'w' } else { '-' });
            letters.push(match (bits & 1 != 0, mode & special != 0) {
                (true, false) => 'x',
                (false, false) => '-',
                (true, true) => with,
                (false, true) => without,
            });
        }
        letters
    }
}

/// A snapshot and a path in it: `SNAPSHOT`, `SNAPSHOT:PATH`, or the two apart.
pub(super) fn place(snapshot: &str, path: Option<&str>) -> Result<(String, Option<String>), Failure> {
    // Ids and names may have colons in them; what begins with a slash is a path.
    let (snapshot, behind) = match snapshot.split_once(":/") {
        Some((snapshot, rest)) => (snapshot, Some(format!("/{rest}"))),
        None => (snapshot, None),
    };
    match (behind, path) {
        (Some(_), Some(_)) => {
            Err(Failure::Usage("the path is given twice: behind the snapshot and after it".to_owned()))
        }
        (Some(path), None) => Ok((snapshot.to_owned(), Some(path))),
        (None, Some(path)) => Ok((snapshot.to_owned(), Some(checked(path)?))),
        (None, None) => Ok((snapshot.to_owned(), None)),
    }
}

/// A path as snapshots have them.
pub(super) fn checked(path: &str) -> Result<String, Failure> {
    if path.starts_with('/') {
        return Ok(path.to_owned());
    }
    Err(Failure::Usage(format!(
        "{path:?} is no absolute path; a snapshot keeps whole paths, and `strongroom ls SNAPSHOT` shows them"
    )))
}

/// What is at a path of a snapshot, and all that it holds; `None` where the server cannot list files.
pub(super) async fn folder(target: &Target, id: &str, path: &str) -> Result<Option<Folder>, Failure> {
    let mut folder: Option<Folder> = None;
    let mut after: Option<String> = None;
    loop {
        let mut request = request(target, id, "files").query("path", path).query("limit", PAGE);
        if let Some(after) = &after {
            request = request.query("after", after);
        }
        let Some(mut page) = known(target, request.send().await).await? else { return Ok(None) };
        let entries: Vec<Entry> = read(page["entries"].take())?;
        match &mut folder {
            Some(folder) => folder.entries.extend(entries),
            None => folder = Some(Folder { entry: read(page["entry"].take())?, entries }),
        }
        match page["next"].as_str() {
            Some(next) if after.as_deref() != Some(next) => after = Some(next.to_owned()),
            _ => return Ok(folder),
        }
    }
}

/// What is at a path of a snapshot; `None` where the server cannot list files.
pub(super) async fn entry(target: &Target, id: &str, path: &str) -> Result<Option<Entry>, Failure> {
    let request = request(target, id, "files").query("path", path).query("limit", "1");
    let Some(mut page) = known(target, request.send().await).await? else { return Ok(None) };
    read(page["entry"].take()).map(Some)
}

/// All that lies at and below a path; `None` where the server cannot list files.
pub(super) async fn tree(target: &Target, id: &str, path: &str) -> Result<Option<Lines>, Failure> {
    let sent = request(target, id, "tree").query("path", path).send_for_bytes().await;
    Ok(known_answer(target, sent).await?.map(Lines::new))
}

/// How two snapshots differ; `None` where the server cannot compare.
pub(super) async fn changes(
    target: &Target,
    (before, after): (&str, &str),
    path: &str,
) -> Result<Option<Lines>, Failure> {
    let request = request(target, after, "changes").query("since", before).query("path", path);
    Ok(known_answer(target, request.send_for_bytes().await).await?.map(Lines::new))
}

/// A page of the files of a name in all snapshots; `None` where the server cannot tell.
pub(super) async fn named(
    target: &Target,
    pattern: &str,
    after: Option<&str>,
) -> Result<Option<Value>, Failure> {
    let mut request =
        Request::new(target, Method::GET, "/strongroom/files").operation("find", true).query("name", pattern);
    if let Some(after) = after {
        request = request.query("after", after);
    }
    known(target, request.send().await).await
}

/// The content of a file. The documented API of IBM has it; of Storware only our server.
pub(super) fn content(target: &Target, snapshot: &Snapshot, path: &str) -> Download<'static> {
    if let Target::Ibm(client) = target {
        return client.download_file(snapshot.id.as_str(), path);
    }
    let (target, id, path) = (target.clone(), snapshot.id.clone(), path.to_owned());
    Download::new(move |offset, length| {
        let range = request(&target, &id, "content").query("path", &path);
        let range = range.query("offset", &offset.to_string()).query("length", &length.to_string());
        range.send_for_bytes()
    })
}

/// Why a verb cannot do something on this server.
pub(super) fn refused(target: &Target, what: &str) -> Failure {
    let instead = match target {
        Target::Ibm(_) => {
            "its API finds files by name over all snapshots (`strongroom find`), gets one by its path (`strongroom \
             cat`, `download`) and restores folders (`strongroom restore`)"
        }
        Target::Storware(_) => {
            "its API hangs a backup up as a folder of a node instead: see `strongroom storware tasks \
             restore-and-mount --help`"
        }
    };
    Failure::Usage(format!("the server at {} cannot {what}; {instead}", target.url()))
}

fn request(target: &Target, id: &str, what: &'static str) -> Request {
    let path = format!("/strongroom/snapshots/{}/{what}", snapshot::encoded(id));
    Request::new(target, Method::GET, &path).operation(what, true)
}

async fn known(
    target: &Target,
    sent: Result<client_core::Response<Value>, client_core::Error>,
) -> Result<Option<Value>, Failure> {
    Ok(known_answer(target, sent).await?.map(client_core::Response::into_inner))
}

/// An answer; `None` where the server does not know the path. That something is not in a snapshot is told alike, so
/// that it is asked for something that is there whenever the paths are.
async fn known_answer<T>(
    target: &Target,
    sent: Result<client_core::Response<T>, client_core::Error>,
) -> Result<Option<client_core::Response<T>>, Failure> {
    let error = match sent {
        Ok(answer) => return Ok(Some(answer)),
        Err(error) => error,
    };
    if !is_unknown(&error) {
        return Err(error.into());
    }
    let probe = Request::new(target, Method::GET, "/strongroom/files").query("limit", "1");
    match probe.send().await {
        Err(other) if is_unknown(&other) => Ok(None),
        _ => Err(error.into()),
    }
}

/// Whether an error may mean that a server does not have a path at all.
pub(super) fn is_unknown(error: &client_core::Error) -> bool {
    error.status().is_some_and(|status| matches!(status.as_u16(), 404 | 405 | 501))
}

fn read<T: for<'a> Deserialize<'a>>(value: Value) -> Result<T, Failure> {
    serde_json::from_value(value).map_err(|error| Failure::machine("read the answer", error))
}

/// The arguments of a verb.
pub(super) fn arguments<A: FromArgMatches>(matches: &ArgMatches) -> Result<A, Failure> {
    A::from_arg_matches(matches).map_err(|error| Failure::machine("read the flags", error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_snapshot_and_a_path() {
        let place = |snapshot, path| super::place(snapshot, path).map_err(|failure| failure.to_string());
        let is = |snapshot: &str, path: Option<&str>| Ok((snapshot.to_owned(), path.map(str::to_owned)));
        assert_eq!(place("latest", None), is("latest", None));
        assert_eq!(place("latest:/etc", None), is("latest", Some("/etc")));
        assert_eq!(place("1:2:3", Some("/etc")), is("1:2:3", Some("/etc")));
        assert_eq!(place("1:2:3:/etc/a:/b", None), is("1:2:3", Some("/etc/a:/b")));
        assert!(place("latest:/etc", Some("/etc")).unwrap_err().contains("twice"));
        assert!(place("latest", Some("etc")).unwrap_err().contains("no absolute path"));
    }

    #[test]
    fn a_mode_is_shown_in_letters() {
        let letters = |kind: &str, mode: &str| {
            let entry = Entry { kind: kind.to_owned(), mode: Some(mode.to_owned()), ..Entry::default() };
            entry.mode_in_letters()
        };
        assert_eq!(letters("folder", "0755"), "drwxr-xr-x");
        assert_eq!(letters("file", "4640"), "-rwSr-----");
        assert_eq!(letters("file", "2711"), "-rwx--s--x");
        assert_eq!(letters("folder", "1777"), "drwxrwxrwt");
        assert_eq!(letters("file", "many"), "");
    }
}
