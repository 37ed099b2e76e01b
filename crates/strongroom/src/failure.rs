//! Why a command failed, and the exit code that says so.

use std::error::Error as StdError;

use serde_json::{Value, json};

use crate::exit::Exit;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// What was asked for cannot be done as asked; says how it can.
    #[error("{0}")]
    Usage(String),
    /// What is there does not allow it.
    #[error("{0}")]
    Conflict(String),
    /// A step of a story did not succeed.
    #[error("{step} failed: {reason}")]
    Step {
        /// Which.
        step: &'static str,
        /// Why, in words.
        reason: String,
    },
    /// The server cannot start or go on.
    #[error(transparent)]
    Server(#[from] server::Error),
    /// The body of a request does not fit the document; findings with their places.
    #[error("the body is not what the service takes; nothing was sent\n{0}")]
    Body(String),
    /// A call failed.
    #[error(transparent)]
    Call(#[from] client_core::Error),
    /// The profiles do not lead to a server.
    #[error(transparent)]
    Profile(#[from] strongroom_profile::Error),
    /// The machine refused something.
    #[error("cannot {act}")]
    Machine {
        /// What was to be done, with its object.
        act: String,
        /// Why not.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// There is no such thing; says what there is instead.
    #[error("{0}")]
    NotFound(String),
    /// Somebody pressed Ctrl-C.
    #[error("interrupted")]
    Interrupted,
    /// What was waited for has failed.
    #[error("{what} failed: {reason}")]
    RunFailed {
        /// What it is, at the beginning of a sentence.
        what: String,
        /// Why, as the service says it.
        reason: String,
    },
    /// What was waited for has ended with warnings. Told after what it came to.
    #[error("{what} ended with {}", in_lines(.warnings))]
    Warnings {
        /// What it is, at the beginning of a sentence.
        what: String,
        /// What the service warns of.
        warnings: Vec<String>,
    },
    /// What was waited for goes on, for longer than was to be waited.
    #[error("{what} goes on, and the time to wait is over; to look at it: {again}")]
    OutOfTime {
        /// What it is, at the beginning of a sentence.
        what: String,
        /// The command that looks again.
        again: String,
    },
    /// Somebody pressed Ctrl-C, and the service has canceled what was waited for.
    #[error("{0} was canceled")]
    Canceled(String),
    /// Somebody pressed Ctrl-C, and what was waited for goes on.
    #[error("{what} may still go on; to look at it: {again}")]
    Left {
        /// What it is, at the beginning of a sentence.
        what: String,
        /// The command that looks again.
        again: String,
    },
}

/// Warnings that are told one by one.
const MOST_WARNINGS: usize = 10;

/// `2 warnings:` and a line for each, as far as a person would read them.
fn in_lines(warnings: &[String]) -> String {
    if warnings.is_empty() {
        return "warnings".to_owned();
    }
    let noun = if warnings.len() == 1 { "warning" } else { "warnings" };
    let mut text = format!("{} {noun}:", warnings.len());
    for warning in warnings.iter().take(MOST_WARNINGS) {
        text.push_str("\n  ");
        text.push_str(warning);
    }
    if warnings.len() > MOST_WARNINGS {
        text.push_str(&format!("\n  and {} more", warnings.len() - MOST_WARNINGS));
    }
    text
}

impl Failure {
    /// A machine's refusal: `Failure::machine("read the file x", err)`.
    pub(crate) fn machine(
        act: impl Into<String>,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self::Machine { act: act.into(), source: source.into() }
    }

    /// The exit code.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Usage(_) | Self::Body(_) => Exit::Usage,
            Self::Conflict(_) => Exit::Conflict,
            Self::Call(error) => Exit::of_call(error),
            Self::Profile(strongroom_profile::Error::NoSecret { .. }) => Exit::Auth,
            Self::Profile(_) => Exit::Usage,
            Self::NotFound(_) => Exit::NotFound,
            Self::Interrupted | Self::Canceled(_) | Self::Left { .. } => Exit::Interrupted,
            Self::RunFailed { .. } => Exit::RunFailed,
            Self::Warnings { .. } => Exit::Warnings,
            Self::OutOfTime { .. } => Exit::OutOfTime,
            Self::Step { .. } | Self::Server(_) | Self::Machine { .. } => Exit::Failed,
        }
    }

    /// The word before it on standard error.
    pub(crate) fn weight(&self) -> &'static str {
        match self {
            Self::Warnings { .. } => "warning",
            Self::Canceled(_) | Self::Left { .. } => "interrupted",
            _ => "error",
        }
    }

    /// The failure for programs.
    pub(crate) fn to_json(&self) -> Value {
        let call = match self {
            Self::Call(error) => Some(error),
            _ => None,
        };
        let message = match call {
            Some(error) => error.message().map_or_else(|| error.to_string(), str::to_owned),
            None => self.to_string().trim_end().to_owned(),
        };
        json!({"error": {
            "kind": self.exit().name(),
            "status": call.and_then(|error| error.status()).map(|status| status.as_u16()),
            "code": call.and_then(|error| error.code()),
            "message": message,
            "requestId": call.and_then(|error| error.request_id().or(error.reference())),
            "retryable": call.is_some_and(client_core::Error::is_retryable),
        }})
    }
}
