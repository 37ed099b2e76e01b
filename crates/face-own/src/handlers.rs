//! The requests.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use engine::{Change, FileKind, FileQuery, HistoryPage, Node};
use futures::stream;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::answer::{Asked, answer, cursor, json, limit, path, read};
use crate::lines::{self, Wire};
use crate::{Door, Wish, shapes};

/// How many entries of a folder a page has.
const FOLDER_PAGE: (u32, u32) = (1000, 10_000);
/// How many files a page of a search has. Each comes with all its versions.
const SEARCH_PAGE: (u32, u32) = (100, 1000);
/// How much of a file is read at a time.
const BLOCK: u64 = 1 << 20;
/// Tells how long a file is.
const TOTAL: HeaderName = HeaderName::from_static("x-total-count");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FolderQuery {
    path: Option<String>,
    after: Option<String>,
    limit: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TreeQuery {
    path: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangesQuery {
    since: String,
    path: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ContentQuery {
    path: String,
    offset: Option<u64>,
    length: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NameQuery {
    name: Option<String>,
    after: Option<String>,
    limit: Option<u32>,
}

pub(crate) async fn snapshots<D: Door>(State(door): State<Arc<D>>, headers: HeaderMap) -> Response {
    let answered = async {
        let visitor = door.enter(&headers, Wish::Look).await?;
        let found = match visitor.filter() {
            Some(filter) => door.engine().snapshots(&visitor.tenant, &filter).await?,
            None => Vec::new(),
        };
        let shown: Vec<_> = found.iter().map(|snapshot| shapes::kept(door.id(snapshot), snapshot)).collect();
        Ok(json(&json!({ "snapshots": shown })))
    };
    answer(&*door, answered.await)
}

pub(crate) async fn files<D: Door>(
    State(door): State<Arc<D>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    asked: Asked<FolderQuery>,
) -> Response {
    let answered = async {
        let visitor = door.enter(&headers, Wish::Look).await?;
        let asked = read(&*door, asked)?;
        let path = path(&*door, "path", asked.path.as_deref())?;
        let after = asked.after.map(|after| {
            let Ok(after) = after.parse();
            after
        });
        let limit = limit(&*door, asked.limit, FOLDER_PAGE.0, FOLDER_PAGE.1)?;
        let snapshot = door.snapshot(&visitor, &id).await?;
        let (engine, tenant) = (door.engine(), &visitor.tenant);
        let page = engine.folder(tenant, snapshot, &path, after.as_ref(), limit as usize).await?;
        let next = page.entries.last().filter(|_| page.more).map(|node| node.path.to_string());
        Ok(json(&shapes::Folder {
            entry: shapes::entry(&page.entry),
            entries: page.entries.iter().map(shapes::entry).collect(),
            next,
        }))
    };
    answer(&*door, answered.await)
}

pub(crate) async fn tree<D: Door>(
    State(door): State<Arc<D>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    asked: Asked<TreeQuery>,
) -> Response {
    let answered = async {
        let visitor = door.enter(&headers, Wish::Look).await?;
        let path = path(&*door, "path", read(&*door, asked)?.path.as_deref())?;
        let snapshot = door.snapshot(&visitor, &id).await?;
        let engine = door.engine().clone();
        let listed = lines::begin(move |entries| async move {
            engine.folder_tree(&visitor.tenant, snapshot, &path, entries).await
        });
        Ok(listed.await?)
    };
    answer(&*door, answered.await)
}

pub(crate) async fn changes<D: Door>(
    State(door): State<Arc<D>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    asked: Asked<ChangesQuery>,
) -> Response {
    let answered = async {
        let visitor = door.enter(&headers, Wish::Look).await?;
        let asked = read(&*door, asked)?;
        let path = path(&*door, "path", asked.path.as_deref())?;
        let before = door.snapshot(&visitor, &asked.since).await?;
        let after = door.snapshot(&visitor, &id).await?;
        let engine = door.engine().clone();
        let compared = lines::begin(move |changes| async move {
            engine.compare_snapshots(&visitor.tenant, before, after, &path, changes).await
        });
        Ok(compared.await?)
    };
    answer(&*door, answered.await)
}

pub(crate) async fn content<D: Door>(
    State(door): State<Arc<D>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    asked: Asked<ContentQuery>,
) -> Response {
    let answered = async {
        let visitor = door.enter(&headers, Wish::Read).await?;
        let asked = read(&*door, asked)?;
        let path = path(&*door, "path", Some(&asked.path))?;
        let snapshot = door.snapshot(&visitor, &id).await?;
        let (engine, tenant) = (door.engine().clone(), visitor.tenant);
        let entry = engine.file(&tenant, snapshot, &path).await?;
        if entry.kind != FileKind::File {
            return Err(door.invalid("path", &format!("{path} is not a regular file")));
        }
        let offset = asked.offset.unwrap_or(0).min(entry.size_bytes);
        let length = asked.length.unwrap_or(u64::MAX).min(entry.size_bytes - offset);
        // A block that cannot be read breaks the connection off, so that nobody takes half a file for a whole one.
        let blocks = stream::try_unfold((offset, length), move |(offset, left)| {
            let (engine, tenant, path) = (engine.clone(), tenant.clone(), path.clone());
            async move {
                if left == 0 {
                    return Ok(None);
                }
                let bytes = engine.read_file(&tenant, snapshot, &path, offset, left.min(BLOCK)).await?;
                let count = bytes.len() as u64;
                if count == 0 {
                    return Err(engine::Error::new(engine::Kind::Internal, "the file ended before its size"));
                }
                Ok::<_, engine::Error>(Some((bytes, (offset + count, left.saturating_sub(count)))))
            }
        });
        let mut response = Response::new(Body::from_stream(blocks));
        let headers = response.headers_mut();
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
        headers.insert(TOTAL, HeaderValue::from(entry.size_bytes));
        Ok(response)
    };
    answer(&*door, answered.await)
}

pub(crate) async fn find<D: Door>(
    State(door): State<Arc<D>>,
    headers: HeaderMap,
    asked: Asked<NameQuery>,
) -> Response {
    let answered = async {
        let visitor = door.enter(&headers, Wish::Look).await?;
        let asked = read(&*door, asked)?;
        let limit = limit(&*door, asked.limit, SEARCH_PAGE.0, SEARCH_PAGE.1)?;
        let after = cursor(&*door, asked.after.as_deref())?;
        let page = match visitor.filter() {
            None => HistoryPage::default(),
            Some(filter) => {
                let name = asked.name.unwrap_or_default();
                let query = FileQuery { name, after, limit, groups: filter.groups, ..FileQuery::default() };
                door.engine().file_histories(&visitor.tenant, &query).await?
            }
        };
        Ok(json(&shapes::found(&page, |snapshot| door.id(snapshot))))
    };
    answer(&*door, answered.await)
}

impl Wire for Node {
    fn wire(&self) -> impl Serialize {
        shapes::entry(self)
    }
}

impl Wire for Change {
    fn wire(&self) -> impl Serialize {
        shapes::changed(self)
    }
}
