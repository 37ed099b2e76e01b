//! `openapi-check check FILE…`: holds OpenAPI 3.0 documents against the specification and against rules.
//!
//! Exit codes: 0 if nothing was found, 1 if something was, 2 if a document could not be checked.

use std::io;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use openapi_check::Group;
use openapi_check::cli::{CheckArgs, Outcome, check, list};

/// Checks OpenAPI 3.0 documents, in one file or in many.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Hold documents against rules; by default against those that are not a matter of taste.
    Check(CheckArgs),
    /// List all rules with severity, set and what they find.
    Rules,
}

fn main() -> ExitCode {
    let out = &mut io::stdout().lock();
    let outcome = match Cli::parse().command {
        Command::Check(args) => check(&args, Group::Portable, "openapi-check check", out),
        Command::Rules => list(out).map(|()| Outcome::Fine),
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
