//! The `strongroom` command.
//!
//! `main` parses and dispatches; each command is a module. Commands talk to servers through the client
//! crates only; `serve` and `quickstart` also start one.

mod api_key;
mod connect;
mod failure;
mod interrupt;
mod output;
mod quickstart;
mod serve;
mod user;

use std::io::{self, IsTerminal as _};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

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
    /// Back a folder up, find it again and restore it, step by step, against a server of its own.
    Quickstart(quickstart::Args),
    /// Run the server.
    Serve(serve::Args),
    /// Make an API key for a server that is not running.
    ApiKey(api_key::Args),
    /// Add, list and remove users of a server that is not running, and set their passwords.
    User(user::Args),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let quiet = matches!(cli.command, Command::Quickstart(_));
    init_log(quiet);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(err) => {
            complain(format_args!("error: the runtime cannot start: {err}"));
            return ExitCode::FAILURE;
        }
    };
    let done = runtime.block_on(async {
        match cli.command {
            Command::Quickstart(args) => quickstart::run(args).await,
            Command::Serve(args) => serve::run(args).await,
            Command::ApiKey(args) => api_key::run(args).await,
            Command::User(args) => user::run(args).await,
        }
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            complain(format_args!("error: {failure}"));
            let mut source = std::error::Error::source(&failure);
            while let Some(cause) = source {
                complain(format_args!("  because: {cause}"));
                source = cause.source();
            }
            failure.exit_code()
        }
    }
}

/// The log goes to standard error; `RUST_LOG` chooses what it holds.
fn init_log(quiet: bool) {
    let default = if quiet { "error" } else { "info" };
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
