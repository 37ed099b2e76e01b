//! The store as one backup sees it: what it writes is counted, the first failed write is noticed at once,
//! and no snapshot appears once the backup was cancelled or something of it was lost.
//!
//! The library neither stops at a failed write nor hears of a cancelled job; it would go on reading and in
//! the end save a snapshot of what it had.

use std::sync::{Arc, PoisonError, RwLock};

use bytes::Bytes;
use rustic_core::{BytesList, FileType, Id, ReadBackend, RusticResult, WriteBackend};

use crate::errors::refusal;
use crate::store::Store;
use crate::watch::Watch;

/// A [`Store`] for the length of one backup.
#[derive(Debug)]
pub(crate) struct JobStore {
    store: Arc<Store>,
    watch: Arc<Watch>,
    /// Held for reading by every write. The library leaves threads behind when it fails; once this is set,
    /// none of them writes any more.
    closed: RwLock<bool>,
}

impl JobStore {
    pub(crate) fn new(store: Arc<Store>, watch: Arc<Watch>) -> Self {
        Self { store, watch, closed: RwLock::new(false) }
    }

    /// Waits for writes that are going on and refuses all later ones.
    pub(crate) fn close(&self) {
        *self.closed.write().unwrap_or_else(PoisonError::into_inner) = true;
    }
}

impl ReadBackend for JobStore {
    fn location(&self) -> String {
        self.store.location()
    }

    fn list_with_size(&self, kind: FileType) -> RusticResult<Vec<(Id, u32)>> {
        self.store.list_with_size(kind)
    }

    fn read_full(&self, kind: FileType, id: &Id) -> RusticResult<Bytes> {
        self.store.read_full(kind, id)
    }

    fn read_partial(
        &self,
        kind: FileType,
        id: &Id,
        cacheable: bool,
        offset: u32,
        length: u32,
    ) -> RusticResult<Bytes> {
        self.store.read_partial(kind, id, cacheable, offset, length)
    }

    fn warmup_path(&self, kind: FileType, id: &Id) -> String {
        self.store.warmup_path(kind, id)
    }
}

impl WriteBackend for JobStore {
    fn write_bytes(&self, kind: FileType, id: &Id, cacheable: bool, content: BytesList) -> RusticResult<()> {
        let closed = self.closed.read().unwrap_or_else(PoisonError::into_inner);
        if *closed {
            return Err(refusal("the backup has ended"));
        }
        if kind == FileType::Snapshot {
            // Whatever stopped the work stops the snapshot; a pause holds it here.
            self.watch.checkpoint().map_err(|stop| refusal(&stop.to_string()))?;
        }
        let size = content.size() as u64;
        self.store.write_bytes(kind, id, cacheable, content).inspect_err(|error| {
            self.watch.store_failed(&error.display_log());
        })?;
        self.watch.stored(size);
        Ok(())
    }

    fn remove(&self, _kind: FileType, _id: &Id, _cacheable: bool) -> RusticResult<()> {
        Err(refusal("a backup removes nothing"))
    }
}
