//! Answers against the document.

use crate::media::{essence, is_json};
use crate::operation::Answer;
use crate::{Operation, Violation};

impl Operation {
    /// Holds an answer against the document, to the letter: the status is documented, the media type is
    /// one that it has, JSON fits its schema, and no member is there that the document does not declare.
    ///
    /// `content_type` is the header, with parameters or without.
    ///
    /// # Errors
    /// The most telling mistake.
    pub fn check_response(
        &self,
        status: u16,
        content_type: Option<&str>,
        body: &[u8],
    ) -> Result<(), Violation> {
        let Some(answer) = self.answer(status) else {
            let known: Vec<&str> = self.statuses().collect();
            let reason = format!("{status} is not documented for {}; it has {}", self.id, known.join(", "));
            return Err(Violation::new("status", "", reason));
        };
        // The answer to HEAD describes a body that is not there.
        if self.method == http::Method::HEAD {
            return Ok(());
        }
        if answer.content.is_empty() {
            return match body.is_empty() {
                true => Ok(()),
                false => Err(Violation::new("body", "", format!("must be empty with status {status}"))),
            };
        }
        let media_type = content_type.map(essence).unwrap_or_default();
        let Some(content) = answer.content.iter().find(|content| content.covers(&media_type)) else {
            let known: Vec<&str> = answer.content.iter().map(|content| content.media_type.as_str()).collect();
            let reason = match media_type.as_str() {
                "" => format!("is required with status {status}: {}", known.join(" or ")),
                _ => format!("must be {} with status {status}, not {media_type}", known.join(" or ")),
            };
            return Err(Violation::new("header", "Content-Type", reason));
        };
        let Some(schema) = content.schema.as_ref().filter(|_| is_json(&media_type)) else { return Ok(()) };
        let value = serde_json::from_slice(body)
            .map_err(|error| Violation::new("body", "", format!("is no JSON: {error}")))?;
        match schema.first_mismatch(&value) {
            Ok(None) => Ok(()),
            Ok(Some(mismatch)) => Err(Violation::from_mismatch("body", "", &mismatch)),
            Err(reason) => Err(Violation::new("body", "", format!("cannot be checked: {reason}"))),
        }
    }

    /// The documented answer for a status: exact, by its class, or the default.
    fn answer(&self, status: u16) -> Option<&Answer> {
        let exact = status.to_string();
        let class = format!("{}XX", status / 100);
        [exact.as_str(), class.as_str(), "default"]
            .iter()
            .find_map(|wanted| self.answers.iter().find(|answer| answer.status == *wanted))
    }
}
