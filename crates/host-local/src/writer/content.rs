//! The content of a regular file while it is written, with holes where there are only zeros.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::FileExt;

/// Runs of zeros become holes in whole blocks of this size. Smaller ones would save little and leave the
/// file in pieces.
const BLOCK: usize = 32 * 1024;

static ZEROS: [u8; BLOCK] = [0; BLOCK];

/// A file that grows from its beginning.
#[derive(Debug)]
pub(super) struct Content {
    file: File,
    position: u64,
    ends_in_hole: bool,
}

impl Content {
    /// Of a file that is new and empty.
    pub(super) fn of(file: File) -> Self {
        Self { file, position: 0, ends_in_hole: false }
    }

    pub(super) fn handle(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut rest = bytes;
        // What is neither written nor left out yet: the beginning of `rest`.
        let mut data = 0;
        while let Some(after) = rest.get(data..).filter(|after| !after.is_empty()) {
            let into_block = (self.position + data as u64) % BLOCK as u64;
            let length = after.len().min(BLOCK - into_block as usize);
            if after.get(..length).is_some_and(|block| block == ZEROS) {
                self.put(&rest[..data])?;
                self.position += length as u64;
                self.ends_in_hole = true;
                rest = &rest[data + length..];
                data = 0;
            } else {
                data += length;
            }
        }
        self.put(&rest[..data])
    }

    /// Gives the file its size where it ends with zeros.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        if self.ends_in_hole { self.file.set_len(self.position) } else { Ok(()) }
    }

    fn put(&mut self, data: &[u8]) -> io::Result<()> {
        if !data.is_empty() {
            self.file.write_all_at(data, self.position)?;
            self.position += data.len() as u64;
            self.ends_in_hole = false;
        }
        Ok(())
    }
}
