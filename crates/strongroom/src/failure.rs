//! Why a command failed, and the exit code that says so.

use std::error::Error as StdError;
use std::process::ExitCode;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// What was asked for cannot be done as asked; says how it can.
    #[error("{0}")]
    Usage(String),
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
    /// Somebody pressed Ctrl-C.
    #[error("interrupted")]
    Interrupted,
}

impl Failure {
    /// A machine's refusal: `Failure::machine("read the file x", err)`.
    pub(crate) fn machine(
        act: impl Into<String>,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self::Machine { act: act.into(), source: source.into() }
    }

    /// 2 for what the caller can mend in the command line, 130 for an interruption as shells have it, else 1.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Usage(_) => ExitCode::from(2),
            Self::Profile(strongroom_profile::Error::NoSecret { .. }) => ExitCode::from(3),
            Self::Profile(_) => ExitCode::from(2),
            Self::Interrupted => ExitCode::from(130),
            Self::Step { .. } | Self::Server(_) | Self::Machine { .. } => ExitCode::FAILURE,
        }
    }
}
