//! Why no client could be generated.
//!
//! [`Error::Unsupported`] is about the document and is the author's to repair. The others are about progenitor
//! and are only met when its version changes, or where no part of the document can be blamed.

/// Failure of [`crate::generate`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The document says something that the generated client could not say.
    #[error("{}{pointer}: {reason}", operation.as_ref().map(|id| format!("{id}, ")).unwrap_or_default())]
    Unsupported {
        /// The operation's `operationId`, when the place lies in one.
        operation: Option<String>,
        /// JSON pointer into the document given, such as `#/paths/~1things/get/parameters/0`.
        pointer: String,
        /// What is wrong and what to write instead.
        reason: String,
    },
    /// The lowered document is no OpenAPI 3.0 document.
    #[error("the lowered document cannot be read as OpenAPI 3.0")]
    Document(#[source] serde_json::Error),
    /// progenitor refused the document or panicked.
    #[error("progenitor failed: {0}")]
    Generator(String),
    /// The generated code does not look as the post-pass expects; a new progenitor needs a new post-pass.
    #[error("the generated code has an unexpected shape: expected {expected}, found {found}")]
    Shape {
        /// What the post-pass relies on.
        expected: &'static str,
        /// What was there, shortened.
        found: String,
    },
    /// The generated code is not Rust, or a template of this crate is not.
    #[error("the generated code does not parse")]
    Syntax(#[from] syn::Error),
}

impl Error {
    pub(crate) fn unsupported(pointer: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Unsupported { operation: None, pointer: pointer.into(), reason: reason.into() }
    }

    /// The message with those of its causes.
    pub(crate) fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            // A cause that is shown in place of the error itself is not said twice.
            let message = error.to_string();
            if !text.contains(&message) {
                text.push_str(": ");
                text.push_str(&message);
            }
            cause = error.source();
        }
        text
    }

    pub(crate) fn shape(expected: &'static str, found: &impl quote::ToTokens) -> Self {
        let mut found = found.to_token_stream().to_string();
        if let Some((end, _)) = found.char_indices().nth(120) {
            found.truncate(end);
            found.push('…');
        }
        Self::Shape { expected, found }
    }
}
