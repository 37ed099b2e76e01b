//! The `strongroom` command.
//!
//! `main` parses and dispatches; each command is a module. Commands talk to servers through the client
//! crates only; `serve` and `quickstart` also start one.

mod api_key;
mod bar;
mod commands;
mod complete;
mod connect;
mod exit;
mod failure;
mod front;
mod interrupt;
mod login;
mod man;
mod output;
mod print;
mod profile;
mod prompt;
mod quickstart;
#[cfg(test)]
mod ratchets;
mod serve;
mod user;
mod verbs;

use std::env;
use std::ffi::OsString;
use std::io::{self, IsTerminal as _};
use std::process::ExitCode;

use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::complain;

/// Backup and recovery, API first.
#[derive(Parser)]
#[command(version, about, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Back a folder up and restore it, step by step, with a server of its own.
    Quickstart(quickstart::Args),
    /// Run the server.
    Serve(serve::Args),
    /// Make an API key for a server that is not running.
    ApiKey(api_key::Args),
    /// Manage the users of a server that is not running.
    User(user::Args),
    Login(login::Args),
    Logout(login::LogoutArgs),
    Profile(profile::Args),
    Completions(complete::Args),
    Man(man::Args),
}

fn main() -> ExitCode {
    let arguments: Vec<OsString> = env::args_os().collect();
    if let Some(exit) = complete::answers(&arguments, || front::page(Cli::command())) {
        return exit.into();
    }
    let as_json = commands::wants_json(&arguments);
    let matches = match front::page(Cli::command()).try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(told) => return front::told(&told, as_json),
    };
    match run(&matches) {
        Ok(()) => Exit::Done.into(),
        Err(failure) => {
            report(&failure, as_json);
            failure.exit().into()
        }
    }
}

fn run(matches: &ArgMatches) -> Result<(), Failure> {
    // clap lets nothing else through.
    let Some((name, inner)) = matches.subcommand() else { return Ok(()) };
    match name {
        "exit-codes" => return exit::run(inner),
        "ibm" | "storware" | "api" => return on_one_thread(commands::run(name, inner)),
        name if verbs::has(name) => return on_one_thread(verbs::run(name, inner)),
        _ => {}
    }
    let cli = Cli::from_arg_matches(matches).map_err(|error| Failure::Usage(error.to_string()))?;
    let is_loud = matches!(cli.command, Command::Serve(_) | Command::ApiKey(_) | Command::User(_));
    init_log(if is_loud { "info" } else { "error" });
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::machine("start the runtime", error))?;
    runtime.block_on(async {
        match cli.command {
            Command::Quickstart(args) => quickstart::run(args).await,
            Command::Serve(args) => serve::run(args).await,
            Command::ApiKey(args) => api_key::run(args).await,
            Command::User(args) => user::run(args).await,
            Command::Login(args) => login::run(args).await,
            Command::Logout(args) => login::logout(&args),
            Command::Profile(args) => profile::run(args).await,
            Command::Completions(args) => complete::run(&args),
            Command::Man(args) => man::run(&args, front::page(Cli::command())),
        }
    })
}

/// A call or two do not need a thread for each core.
fn on_one_thread(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    init_log("error");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| Failure::machine("start the runtime", error))?.block_on(work)
}

/// Says on standard error why a command failed: in words, or as JSON where the output is JSON too.
fn report(failure: &Failure, as_json: bool) {
    if as_json {
        complain(failure.to_json());
        return;
    }
    complain(format_args!("{}: {}", failure.weight(), failure.to_string().trim_end()));
    let mut source = std::error::Error::source(failure);
    while let Some(cause) = source {
        complain(format_args!("  because: {cause}"));
        source = cause.source();
    }
}

/// The log goes to standard error; `RUST_LOG` chooses what it holds.
fn init_log(default: &str) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        // Or a log that nobody reads any more would end the work that writes to it.
        .log_internal_errors(false)
        .with_ansi(io::stderr().is_terminal())
        .with_target(false)
        .init();
}
