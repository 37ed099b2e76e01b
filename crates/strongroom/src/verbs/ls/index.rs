//! What the search index of an IBM server knows, where nothing lists a snapshot.

use futures::TryStreamExt as _;
use ibm_backup_recovery::{Client, types};

use super::super::files::Entry;
use super::super::snapshot::Snapshot;
use crate::failure::Failure;
use crate::output::complain;

/// How many files a page of the search has.
const PAGE: i64 = 1000;

/// The files of the snapshot's machine that lie in a folder, or below it, by path.
pub(super) async fn entries(
    client: &Client,
    snapshot: &Snapshot,
    folder: &str,
    recursive: bool,
) -> Result<Vec<Entry>, Failure> {
    complain(format_args!(
        "note: the server at {} cannot list one snapshot; these are the files that its search index knows of {}, \
         whichever snapshot they are in",
        client.base_url(),
        snapshot.source.as_deref().unwrap_or("the machine"),
    ));
    let mut params = types::FileSearchParams::new().with_search_string("*");
    if let Some(object) = snapshot.source_id.as_ref().and_then(|id| id.parse::<i64>().ok()) {
        params = params.with_object_ids([object]);
    }
    let search = types::IndexedSearchRequest::new(types::IndexedObjectType::Files)
        .with_file_params(params)
        .with_count(PAGE);
    let mut files = std::pin::pin!(client.search_indexed_objects().body(search).files());
    let folder = folder.trim_end_matches('/');
    let mut found = Vec::new();
    while let Some(file) = files.try_next().await? {
        let (Some(name), Some(parent)) = (file.name, file.path) else { continue };
        let parent = parent.trim_end_matches('/');
        let is_below = parent.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        if parent == folder || (recursive && is_below) {
            let kind = match file.type_ {
                Some(types::IndexedFileType::Directory) => "folder",
                Some(types::IndexedFileType::Symlink) => "symlink",
                _ => "file",
            };
            let path = format!("{parent}/{name}");
            found.push(Entry { path, name, kind: kind.to_owned(), ..Entry::default() });
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(found)
}
