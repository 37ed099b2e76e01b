//! What exit codes mean, the same for every command.

use std::process::ExitCode;

use clap::{ArgMatches, Command as Clap};
use client_core::{Error, ErrorKind};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::print::{self, View};

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Done = 0,
    /// Any failure that has no code of its own.
    Failed = 1,
    /// The command line or the request is not right.
    Usage = 2,
    /// The service does not know who calls, or does not let them.
    Auth = 3,
    /// There is no such thing.
    NotFound = 4,
    /// The thing is in a state that does not allow it.
    Conflict = 5,
    /// A run or a recovery that was waited for has failed.
    RunFailed = 6,
    /// A run or a recovery that was waited for has ended with warnings.
    Warnings = 7,
    /// No answer: the service cannot be reached or did not answer in time.
    Unreachable = 8,
    /// What was waited for goes on, and the time to wait is over.
    OutOfTime = 9,
    /// Somebody pressed Ctrl-C.
    Interrupted = 130,
}

impl Exit {
    /// Every exit code.
    pub(crate) const ALL: [Self; 11] = [
        Self::Done,
        Self::Failed,
        Self::Usage,
        Self::Auth,
        Self::NotFound,
        Self::Conflict,
        Self::RunFailed,
        Self::Warnings,
        Self::Unreachable,
        Self::OutOfTime,
        Self::Interrupted,
    ];

    /// What it is called in errors that programs read.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Usage => "usage",
            Self::Auth => "auth",
            Self::NotFound => "notFound",
            Self::Conflict => "conflict",
            Self::RunFailed => "runFailed",
            Self::Warnings => "warnings",
            Self::Unreachable => "unreachable",
            Self::OutOfTime => "outOfTime",
            Self::Interrupted => "interrupted",
        }
    }

    /// What it means, as a sentence without a final period.
    fn meaning(self) -> &'static str {
        match self {
            Self::Done => "Done",
            Self::Failed => "Failed in a way that has no code of its own",
            Self::Usage => "The command line or the request is not right; nothing was done",
            Self::Auth => "The service does not know who calls, or does not let them (401, 403)",
            Self::NotFound => "There is no such thing (404)",
            Self::Conflict => "The state of the thing does not allow it (409)",
            Self::RunFailed => "What was waited for has failed",
            Self::Warnings => "What was waited for has ended with warnings",
            Self::Unreachable => "No answer from the service, so it may or may not have acted",
            Self::OutOfTime => "It still goes on, and the time given with --timeout is over",
            Self::Interrupted => "Interrupted with Ctrl-C",
        }
    }

    /// The exit code of a call that failed.
    pub(crate) fn of_call(error: &Error) -> Self {
        match (error.kind(), error.status().map(|status| status.as_u16())) {
            (_, Some(401 | 403)) => Self::Auth,
            (ErrorKind::Status, Some(404)) => Self::NotFound,
            (ErrorKind::Status, Some(409 | 412)) => Self::Conflict,
            (ErrorKind::Status, Some(400 | 422)) | (ErrorKind::Request, _) => Self::Usage,
            (ErrorKind::Token | ErrorKind::Login, Some(400..=499)) => Self::Auth,
            (ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::Exchange, _)
            | (ErrorKind::Token | ErrorKind::Login, None) => Self::Unreachable,
            _ => Self::Failed,
        }
    }

    /// The table of all codes.
    pub(crate) fn table() -> String {
        Self::ALL.map(|exit| format!("{:>5}  {}\n", exit as u8, exit.meaning())).concat()
    }
}

/// The command that prints the table.
pub(crate) fn command() -> Clap {
    Clap::new("exit-codes")
        .about("Say what the exit codes mean")
        .long_about(format!("What the exit codes mean, the same for every command:\n\n{}", Exit::table()))
        .after_help(
            "Examples:\n  strongroom exit-codes\n  strongroom exit-codes -o json --query '[?code==`4`].meaning'",
        )
        .args(print::flags("table"))
}

pub(crate) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let all =
        Exit::ALL.map(|exit| json!({"code": exit as u8, "name": exit.name(), "meaning": exit.meaning()}));
    View::of(matches)?.tell(&Value::from(all.to_vec()), &Exit::table())
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
