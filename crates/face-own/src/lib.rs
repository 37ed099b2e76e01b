//! The files of snapshots, and whether what is stored is whole.
//!
//! Neither vendor's API lists what one snapshot holds, compares two, or has a word for looking after the storage. These paths are **our own and no part
//! of any vendor's API**: they are in no document under `spec/`. A face that has snapshots hangs them below its own
//! base, as `/v2/strongroom` and `/api/strongroom`, and says by a [`Door`] who may look, how its ids are spelt and how
//! it tells of failures; all else is the same everywhere.
//!
//! | Request | Query | Answer |
//! | --- | --- | --- |
//! | `GET /snapshots` | | `snapshots`: `id`, `paths` that were to be backed up, `expiresAt`, `lockedUntil`, `legalHold` |
//! | `GET /snapshots/{id}/files` | `path` (`/`), `after`, `limit` (1000, at most 10000) | `entry`, and a page of `entries` where it is a folder; `next` is `after` for the next page |
//! | `GET /snapshots/{id}/tree` | `path` (`/`) | a line of JSON for each entry at and below the path |
//! | `GET /snapshots/{id}/changes` | `since` (the earlier snapshot), `path` (`/`) | a line of JSON for each difference: `change`, `before`, `after` |
//! | `GET /snapshots/{id}/content` | `path`, `offset` (0), `length` | the bytes of a file; `X-Total-Count` is its size |
//! | `GET /files` | `name` (part of it, or a pattern with `*` and `?`), `after`, `limit` (100, at most 1000) | `files`: `path`, `versions` with `snapshots`; `total`, `next` |
//! | `POST /check` | `readData`, how much of the contents is read, in per cent from 1 to 100; none unless named | lines of JSON: `{"progress": …}` some times a second, and at last `{"report": …}` |
//!
//! An entry has `path`, `name`, `kind` (`file`, `folder`, `symlink`, `fifo`, `socket`, `device`), `size` in bytes for
//! files, `modifiedAt`, `mode` in octal digits, `uid`, `gid`, and `target` for links. Paths and targets are in the form
//! of [`path_text`], which loses nothing. A `change` is `added`, `removed`, `kind`, `content` or `attributes`.
//!
//! Lines of a list end with `{"end": …}`, which holds how many there were; an answer without it is not whole. What failed on the
//! way is told as `{"error": …}` before the connection ends.

mod answer;
mod check;
mod door;
mod handlers;
mod lines;
mod shapes;

use std::sync::Arc;

use axum::Router;
use axum::extract::OriginalUri;
use axum::routing::{get, post};

use http::Method;

pub use crate::door::{Door, Visitor, Wish};

/// The routes, to be nested where a face has its own paths.
pub fn router<D: Door>(door: D) -> Router {
    let door = Arc::new(door);
    let refusing = Arc::clone(&door);
    Router::new()
        .route("/snapshots", get(handlers::snapshots::<D>))
        .route("/snapshots/{id}/files", get(handlers::files::<D>))
        .route("/snapshots/{id}/tree", get(handlers::tree::<D>))
        .route("/snapshots/{id}/changes", get(handlers::changes::<D>))
        .route("/snapshots/{id}/content", get(handlers::content::<D>))
        .route("/files", get(handlers::find::<D>))
        .route("/check", post(check::check::<D>))
        .method_not_allowed_fallback(async move |method: Method, path: OriginalUri| {
            refusing.respond(refusing.wrong_method(path.path(), &method))
        })
        .with_state(door)
}
