//! Long answers: a line of JSON for each thing, and one that says that this was all.

use client_core::{ByteStream, Response};
use serde_json::Value;

use crate::failure::Failure;

/// What comes line by line.
pub(in crate::verbs) struct Lines {
    answer: Response<ByteStream>,
    held: Vec<u8>,
    /// Up to where it was read.
    at: usize,
}

impl Lines {
    pub(super) fn new(answer: Response<ByteStream>) -> Self {
        Self { answer, held: Vec::new(), at: 0 }
    }

    /// The next thing; none after the last.
    ///
    /// # Errors
    /// Also when the answer ends without saying that this was all.
    pub(in crate::verbs) async fn next(&mut self) -> Result<Option<Value>, Failure> {
        let broke_off = |reason: &str| Failure::Step { step: "reading the list", reason: reason.to_owned() };
        loop {
            if let Some(length) = self.held[self.at..].iter().position(|byte| *byte == b'\n') {
                let line = &self.held[self.at..self.at + length];
                let value: Value = serde_json::from_slice(line)
                    .map_err(|error| Failure::machine("read the answer", error))?;
                self.at += length + 1;
                if let Some(error) = value.get("error") {
                    return Err(broke_off(error["message"].as_str().unwrap_or("the server failed")));
                }
                return Ok(if value.get("end").is_some() { None } else { Some(value) });
            }
            self.held.drain(..self.at);
            self.at = 0;
            match self.answer.next_chunk().await? {
                Some(chunk) => self.held.extend_from_slice(&chunk),
                None => return Err(broke_off("the answer broke off")),
            }
        }
    }
}
