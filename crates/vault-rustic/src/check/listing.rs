//! The store without index files that are known to be damaged: the library loads all indexes or none.

use std::collections::HashSet;
use std::sync::Arc;

use bytes::Bytes;
use rustic_core::{BytesList, FileType, Id, ReadBackend, RusticResult, WriteBackend};

use crate::errors::refusal;
use crate::store::Store;

/// A store that is only read, and lists no damaged index.
#[derive(Debug)]
pub(super) struct Sound {
    store: Arc<Store>,
    damaged: HashSet<Id>,
}

impl Sound {
    pub(super) fn new(store: Arc<Store>, damaged: HashSet<Id>) -> Self {
        Self { store, damaged }
    }
}

impl ReadBackend for Sound {
    fn location(&self) -> String {
        self.store.location()
    }

    fn list_with_size(&self, kind: FileType) -> RusticResult<Vec<(Id, u32)>> {
        let mut list = self.store.list_with_size(kind)?;
        if kind == FileType::Index {
            list.retain(|(id, _)| !self.damaged.contains(id));
        }
        Ok(list)
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

impl WriteBackend for Sound {
    fn write_bytes(&self, _: FileType, _: &Id, _: bool, _: BytesList) -> RusticResult<()> {
        Err(refusal("a check writes nothing"))
    }

    fn remove(&self, _: FileType, _: &Id, _: bool) -> RusticResult<()> {
        Err(refusal("a check removes nothing"))
    }
}
