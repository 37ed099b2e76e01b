//! What goes over the wire.

use engine::{
    Change, Difference, FileEntry, FileHistory, FileKind, HistoryPage, Node, NodeContent, Snapshot,
};
use jiff::Timestamp;
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Kept {
    id: String,
    paths: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    locked_until: Option<Timestamp>,
    legal_hold: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entry {
    path: String,
    name: String,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    modified_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mode: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uid: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gid: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct Folder {
    pub(crate) entry: Entry,
    pub(crate) entries: Vec<Entry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct Changed {
    change: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Entry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<Entry>,
}

#[derive(Serialize)]
pub(crate) struct Found {
    files: Vec<History>,
    total: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

#[derive(Serialize)]
struct History {
    path: String,
    name: String,
    versions: Vec<Version>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Version {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    modified_at: Option<Timestamp>,
    snapshots: Vec<String>,
}

pub(crate) fn kept(id: String, snapshot: &Snapshot) -> Kept {
    Kept {
        id,
        paths: snapshot.roots.iter().map(ToString::to_string).collect(),
        expires_at: snapshot.expires_at,
        locked_until: snapshot.lock.map(|lock| lock.until),
        legal_hold: snapshot.legal_hold,
    }
}

pub(crate) fn entry(node: &Node) -> Entry {
    let (kind, size, target) = match &node.content {
        NodeContent::File { size_bytes, .. } => ("file", Some(*size_bytes), None),
        NodeContent::Folder => ("folder", None, None),
        NodeContent::Symlink { target } => ("symlink", None, Some(path_text::to_text(target))),
        NodeContent::Fifo => ("fifo", None, None),
        NodeContent::Socket => ("socket", None, None),
        NodeContent::Device { .. } => ("device", None, None),
    };
    Entry {
        path: node.path.to_string(),
        name: node.path.name(),
        kind,
        size,
        modified_at: node.modified_at,
        mode: node.mode.map(|mode| format!("{mode:04o}")),
        uid: node.uid,
        gid: node.gid,
        target,
    }
}

pub(crate) fn changed(change: &Change) -> Changed {
    match change {
        Change::Added(node) => Changed { change: "added", before: None, after: Some(entry(node)) },
        Change::Removed(node) => Changed { change: "removed", before: Some(entry(node)), after: None },
        Change::Changed { before, after, how } => Changed {
            change: match how {
                Difference::Kind => "kind",
                Difference::Content => "content",
                Difference::Attributes => "attributes",
            },
            before: Some(entry(before)),
            after: Some(entry(after)),
        },
    }
}

pub(crate) fn found(page: &HistoryPage, id: impl Fn(&Snapshot) -> String) -> Found {
    let history = |file: &FileHistory| History {
        path: file.path.to_string(),
        name: file.path.name(),
        versions: file
            .versions
            .iter()
            .map(|version| {
                let FileEntry { kind, size_bytes, modified_at, .. } = &version.entry;
                let known = |wanted| page.snapshots.iter().find(|snapshot| snapshot.id == wanted);
                Version {
                    kind: match kind {
                        FileKind::File => "file",
                        FileKind::Folder => "folder",
                        FileKind::Symlink => "symlink",
                        FileKind::Other => "other",
                    },
                    size: (*kind == FileKind::File).then_some(*size_bytes),
                    modified_at: *modified_at,
                    snapshots: version
                        .snapshots
                        .iter()
                        .filter_map(|wanted| known(*wanted))
                        .map(&id)
                        .collect(),
                }
            })
            .filter(|version: &Version| !version.snapshots.is_empty())
            .collect(),
    };
    Found {
        files: page.files.iter().map(history).collect(),
        total: page.total,
        next: page.next.map(|cursor| format!("{}-{}", cursor.file, cursor.total)),
    }
}
