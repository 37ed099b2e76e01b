//! `cargo run -p workbench -- <command>`, which is what `cargo xtask spec watch` starts.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::mpsc;
use std::time::Instant;
use std::{env, io};

use clap::{Parser, Subcommand};
use client_build::{APIS, Api};
use workbench::watch::{Compile, Watch};
use workbench::{events, timing};

/// The maintainer's commands that carry the generator.
#[derive(Parser)]
#[command(name = "cargo xtask spec", bin_name = "cargo xtask spec")]
struct Cli {
    /// The root of the workspace.
    #[arg(long, global = true, default_value = ".", hide = true)]
    workspace: PathBuf,
    #[command(subcommand)]
    command: Action,
}

#[derive(Subcommand)]
enum Action {
    /// On every save: check, generate in memory, say what changed in the client, compile what it touches.
    Watch(WatchArgs),
    /// Time the loop: edit, check, generate, compile the area touched, write the snapshots.
    LoopTime(TimeArgs),
}

#[derive(clap::Args)]
struct TimeArgs {
    /// Only this API [default: all]
    #[arg(long, value_parser = api)]
    api: Option<Api>,
    /// How often; the medians are printed.
    #[arg(long, default_value_t = 5)]
    runs: usize,
}

#[derive(clap::Args)]
struct WatchArgs {
    /// Only this API [default: all]
    #[arg(long, value_parser = api)]
    api: Option<Api>,
    /// Do not compile.
    #[arg(long)]
    no_compile: bool,
    /// Look through the files again and again, where the system does not tell of saves.
    #[arg(long)]
    poll: bool,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match &cli.command {
        Action::Watch(args) => watch(&cli, args),
        Action::LoopTime(args) => cli.workspace.canonicalize().and_then(|workspace| {
            timing::run(&workspace, &chosen(args.api), args.runs.max(1), &mut io::stdout().lock())
        }),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads our output may stop when they have seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn watch(cli: &Cli, args: &WatchArgs) -> io::Result<()> {
    let workspace = cli.workspace.canonicalize()?;
    let (sender, receiver) = mpsc::channel();
    // Watched before the first look, so that no save falls between the two.
    let (_watcher, polls) =
        events::watch(&workspace.join("spec"), args.poll, &sender).map_err(io::Error::other)?;
    drop(sender);
    if let Some(reason) = polls {
        eprintln!("looking through the files again and again: {reason}");
    }
    let compile: Option<Compile<'_>> =
        if args.no_compile { None } else { Some(Box::new(|api, areas| compile(&workspace, api, areas))) };
    let apis = chosen(args.api);
    let begun = Instant::now();
    let clock = Box::new(move || begun.elapsed());
    let mut watch = Watch::new(&workspace, &apis, compile, clock, io::stdout().lock());
    watch.begin()?;
    while let Some(paths) = events::batch(&receiver, events::QUIET) {
        watch.saved(&paths)?;
    }
    Ok(())
}

/// Checks a client with these areas and no other.
fn compile(workspace: &Path, api: &Api, areas: &BTreeSet<String>) -> io::Result<bool> {
    let features = areas.iter().fold("client".to_owned(), |features, area| format!("{features},{area}"));
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let status = Command::new(cargo)
        .current_dir(workspace)
        .args(["check", "--quiet", "--package", api.client, "--lib", "--no-default-features"])
        .args(["--features", &features])
        .status()?;
    Ok(status.success())
}

fn chosen(api: Option<Api>) -> Vec<Api> {
    api.map_or_else(|| APIS.to_vec(), |api| vec![api])
}

fn api(name: &str) -> Result<Api, String> {
    let names = || APIS.map(|api| api.name).join(", ");
    APIS.into_iter().find(|api| api.name == name).ok_or_else(|| format!("one of {}", names()))
}
