//! What people do every day, with either service: `strongroom backup`, `snapshots`, `restore` and their like.
//!
//! Each verb is a module: its flags, what it asks of a service of each kind, and how it shows what came back. What the
//! services call differently has one shape here, whose JSON is the same for both. A verb that a service has no means
//! for says so, and what does it instead. For everything that is not done every day there is [`crate::commands`].

mod backup;
mod cat;
mod check;
mod diff;
mod download;
mod files;
mod find;
mod ls;
mod policy;
mod restore;
mod runs;
pub(crate) mod snapshot;
mod snapshots;
mod status;
pub(crate) mod wait;

use std::pin::Pin;

use clap::{ArgMatches, Command as Clap};

use crate::failure::Failure;

/// A command of its own.
struct Verb {
    command: fn() -> Clap,
    run: Run,
    /// It asks the service to cancel, or says what goes on, when somebody presses Ctrl-C. Others are just ended.
    hears_interrupts: bool,
}

type Run = for<'a> fn(&'a ArgMatches) -> Pin<Box<dyn Future<Output = Result<(), Failure>> + 'a>>;

/// In the order in which the help has them.
const VERBS: &[Verb] = &[
    Verb { command: backup::command, run: |matches| Box::pin(backup::run(matches)), hears_interrupts: true },
    Verb {
        command: snapshots::command,
        run: |matches| Box::pin(snapshots::run(matches)),
        hears_interrupts: false,
    },
    Verb {
        command: restore::command,
        run: |matches| Box::pin(restore::run(matches)),
        hears_interrupts: true,
    },
    Verb { command: runs::command, run: |matches| Box::pin(runs::run(matches)), hears_interrupts: true },
    Verb { command: status::command, run: |matches| Box::pin(status::run(matches)), hears_interrupts: false },
    Verb { command: check::command, run: |matches| Box::pin(check::run(matches)), hears_interrupts: false },
    Verb { command: ls::command, run: |matches| Box::pin(ls::run(matches)), hears_interrupts: false },
    Verb { command: find::command, run: |matches| Box::pin(find::run(matches)), hears_interrupts: false },
    Verb { command: cat::command, run: |matches| Box::pin(cat::run(matches)), hears_interrupts: false },
    Verb {
        command: download::command,
        run: |matches| Box::pin(download::run(matches)),
        hears_interrupts: true,
    },
    Verb { command: diff::command, run: |matches| Box::pin(diff::run(matches)), hears_interrupts: false },
    Verb { command: policy::command, run: |matches| Box::pin(policy::run(matches)), hears_interrupts: false },
];

/// Their commands.
pub(crate) fn commands() -> impl Iterator<Item = Clap> {
    VERBS.iter().map(|verb| (verb.command)())
}

/// Whether a command is one of these.
pub(crate) fn has(name: &str) -> bool {
    commands().any(|command| command.get_name() == name)
}

/// Runs one of them.
pub(crate) async fn run(name: &str, matches: &ArgMatches) -> Result<(), Failure> {
    // The caller has asked `has`.
    let Some(verb) = VERBS.iter().find(|verb| (verb.command)().get_name() == name) else { return Ok(()) };
    let work = (verb.run)(matches);
    if verb.hears_interrupts {
        return work.await;
    }
    tokio::select! {
        done = work => done,
        _ = tokio::signal::ctrl_c() => Err(Failure::Interrupted),
    }
}
