//! Searching files.

use std::path::Path;

use engine::{FileCursor, FileHit, FileKind, FilePath, Group, Policy, Source};
use ibm_backup_recovery::types;

use super::ids::parse_number;
use super::{WireIds, source_object};

/// A file that a search found.
pub(crate) fn indexed_file(
    ids: &WireIds,
    hit: &FileHit,
    source: Option<&Source>,
    group: Option<&Group>,
    policy: Option<&Policy>,
) -> types::IndexedFile {
    types::IndexedFile {
        name: Some(hit.entry.path.name()),
        path: Some(folder_of(&hit.entry.path)),
        type_: match hit.entry.kind {
            FileKind::File => Some(types::IndexedFileType::File),
            FileKind::Folder => Some(types::IndexedFileType::Directory),
            FileKind::Symlink => Some(types::IndexedFileType::Symlink),
            FileKind::Other => None,
        },
        protection_group_id: Some(ids.group(hit.group)),
        protection_group_name: group.map(|group| group.rules.name.clone()),
        policy_id: group.map(|group| ids.policy(group.rules.policy)),
        policy_name: policy.map(|policy| policy.rules.name.clone()),
        source_info: source.map(source_object),
        ..types::IndexedFile::default()
    }
}

/// Where a page ended, as a cookie.
pub(crate) fn file_cookie(cursor: FileCursor) -> String {
    format!("{}:{}", cursor.file, cursor.total)
}

/// What a cookie of ours says. Somebody who changes it moves about in what a search finds anyway.
pub(crate) fn parse_file_cookie(cookie: &str) -> Option<FileCursor> {
    let (file, total) = cookie.split_once(':')?;
    let (file, total) = (parse_number(file)?, parse_number(total)?);
    Some(FileCursor { file, total: u64::try_from(total).ok()? })
}

/// The engine's kinds for a filter.
pub(crate) fn file_kinds(wanted: &[types::IndexedFileType]) -> Vec<FileKind> {
    let mut kinds = Vec::new();
    for kind in wanted {
        match kind {
            types::IndexedFileType::File => kinds.push(FileKind::File),
            types::IndexedFileType::Directory => kinds.push(FileKind::Folder),
            types::IndexedFileType::Symlink => kinds.push(FileKind::Symlink),
            _ => {}
        }
    }
    kinds
}

fn folder_of(path: &FilePath) -> String {
    FilePath::from(path.as_path().parent().unwrap_or(Path::new("/"))).to_string()
}
