//! The maintainer's commands: `cargo xtask <command>`.
//!
//! This file only parses and dispatches; each command is a module. Exit codes: 0 if all is well, 1 if a
//! command found something to complain about, 2 if it could not do its work.

mod areas;
mod bench;
mod codegen;
mod combinations;
mod features;
mod interop;
mod msrv;
mod package;
mod recording;
mod semver_check;
mod spec_check;
mod spec_diff;
mod spec_publish;
mod workbench;

use std::io;
use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The maintainer's commands.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build each client with each of its areas alone, and with none.
    Areas,
    /// Measure the clients beside hand-written code, IBM's SDK for Go, curl and openapi-generator's client.
    Bench(bench::Args),
    /// Write what is derived from the documents and committed, for review.
    Codegen(codegen::Args),
    /// Build each client with the features that can break each other.
    Features(combinations::Args),
    /// Run other people's clients against a server of ours.
    #[command(subcommand)]
    Interop(interop::Client),
    /// Look whether the oldest Rust that the crates name is enough for them.
    Msrv,
    /// Make what would be uploaded of every crate that is published.
    Package(package::Args),
    /// Play what the README shows of the command line, and draw it.
    Recording(recording::Args),
    /// Look whether the versions of the published crates cover what became different in them.
    Semver(semver_check::Args),
    /// Work on the authored API documents.
    #[command(subcommand)]
    Spec(Spec),
}

#[derive(Subcommand)]
enum Spec {
    /// Hold the authored documents against OpenAPI 3.0 and against our own rules.
    Check(openapi_check::cli::CheckArgs),
    /// Write what other teams receive of each document.
    Publish(spec_publish::Args),
    /// On every save: check, generate in memory, say what changed in the client, compile what it touches.
    Watch(workbench::Args),
    /// Time the loop: edit, check, generate, compile the area touched, write the snapshots.
    LoopTime(workbench::Args),
    /// Say what changed in the documents, whom it breaks, and whether their version covers it.
    Diff(spec_diff::Args),
}

/// How a command ended that could do its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Fine,
    Findings,
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Areas => areas::run(workspace(), &mut io::stdout().lock()),
        Command::Bench(args) => bench::run(&args, workspace()),
        Command::Codegen(args) => codegen::run(&args, workspace(), &mut io::stdout().lock()),
        Command::Features(args) => combinations::run(&args, workspace(), &mut io::stdout().lock()),
        Command::Interop(client) => interop::run(&client, workspace(), &mut io::stdout().lock()),
        Command::Msrv => msrv::run(workspace(), &mut io::stdout().lock()),
        Command::Package(args) => package::run(&args, workspace(), &mut io::stdout().lock()),
        Command::Recording(args) => recording::run(&args, workspace(), &mut io::stdout().lock()),
        Command::Semver(args) => semver_check::run(&args, workspace(), &mut io::stdout().lock()),
        Command::Spec(Spec::Check(args)) => spec_check::run(&args, workspace(), &mut io::stdout().lock()),
        Command::Spec(Spec::Publish(args)) => spec_publish::run(&args, workspace(), &mut io::stdout().lock()),
        Command::Spec(Spec::Watch(args)) => workbench::run("watch", &args, workspace()),
        Command::Spec(Spec::LoopTime(args)) => workbench::run("loop-time", &args, workspace()),
        Command::Spec(Spec::Diff(args)) => spec_diff::run(&args, workspace(), &mut io::stdout().lock()),
    };
    match outcome {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        // Whoever reads our output may stop when they have seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

/// The root of the workspace, wherever in it the command was started.
fn workspace() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}
