//! What has arrived of a range.

use std::collections::VecDeque;
use std::io::IoSlice;

use bytes::{Buf, Bytes};

/// The bytes of a range as they came from the connection: they are joined nowhere, since copying them would cost more
/// than all else that a download does with them.
#[derive(Default)]
pub(super) struct Piece {
    chunks: VecDeque<Bytes>,
    length: u64,
}

impl Piece {
    /// How many bytes are left to be read.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    pub(super) fn push(&mut self, chunk: Bytes) {
        // An empty one in front would look like the end.
        if !chunk.is_empty() {
            self.length += chunk.len() as u64;
            self.chunks.push_back(chunk);
        }
    }
}

impl Buf for Piece {
    fn remaining(&self) -> usize {
        usize::try_from(self.length).unwrap_or(usize::MAX)
    }

    fn chunk(&self) -> &[u8] {
        self.chunks.front().map_or(&[], |chunk| chunk)
    }

    /// So that a writer that can takes many chunks at once.
    fn chunks_vectored<'a>(&'a self, slices: &mut [IoSlice<'a>]) -> usize {
        let mut filled = 0;
        for (slice, chunk) in slices.iter_mut().zip(&self.chunks) {
            *slice = IoSlice::new(chunk);
            filled += 1;
        }
        filled
    }

    /// Goes on by `count` bytes, or to the end if there are fewer.
    fn advance(&mut self, count: usize) {
        let mut left = count;
        while left > 0 {
            let Some(chunk) = self.chunks.front_mut() else { return };
            let step = left.min(chunk.len());
            chunk.advance(step);
            left -= step;
            self.length -= step as u64;
            if chunk.is_empty() {
                self.chunks.pop_front();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece() -> Piece {
        let mut piece = Piece::default();
        for chunk in ["ab", "", "cde", "f"] {
            piece.push(Bytes::from_static(chunk.as_bytes()));
        }
        piece
    }

    #[test]
    fn it_is_read_in_order_whatever_the_steps() {
        for step in 1..=6 {
            let mut piece = piece();
            let mut read = Vec::new();
            while piece.has_remaining() {
                let taken = step.min(piece.chunk().len());
                read.extend_from_slice(&piece.chunk()[..taken]);
                piece.advance(taken);
            }
            assert_eq!(read, b"abcdef");
            assert_eq!(piece.length(), 0);
        }
    }

    #[test]
    fn a_step_may_go_over_chunks() {
        let mut piece = piece();
        piece.advance(4);
        assert_eq!((piece.chunk(), piece.remaining()), (&b"e"[..], 2));
    }

    #[test]
    fn many_chunks_are_given_at_once() {
        let mut piece = piece();
        piece.advance(1);
        let mut slices = [IoSlice::new(&[]); 8];
        let filled = piece.chunks_vectored(&mut slices);
        let given: Vec<_> = slices[..filled].iter().map(|slice| slice.to_vec()).collect();
        assert_eq!(given, [b"b".to_vec(), b"cde".to_vec(), b"f".to_vec()]);
    }
}
