//! How fast the clients are, beside what people would use instead. `cargo xtask bench` builds and runs this.
//!
//! This file parses, calls one benchmark after the other and prints the table.

mod builds;
mod calls;
mod data;
mod decode;
mod downloads;
mod go;
mod hand;
mod measure;
mod report;
mod samples;
mod server;
mod start;

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use report::{Form, Machine, Report, table};

/// Measures the clients beside their peers.
#[derive(Parser)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
struct Cli {
    #[command(subcommand)]
    part: Option<Part>,
    /// What to measure [default: all]
    names: Vec<Name>,
    /// Cut everything short: shows that it works and not how fast it is
    #[arg(long)]
    quick: bool,
    /// Write all numbers to this file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Print the table as Markdown
    #[arg(long)]
    markdown: bool,
    /// Where files are put that are made for the benchmarks
    #[arg(long, value_name = "DIR", default_value = "target/bench")]
    folder: PathBuf,
    /// Where the crates lie that `cargo xtask package` makes
    #[arg(long, value_name = "DIR")]
    packages: Option<PathBuf>,
    /// The command line, of which the start is measured
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Name {
    /// Read lists and write a group
    Decode,
    /// Call over loopback, one by one and many at once
    Calls,
    /// Download a large file
    Downloads,
    /// Build a program that depends on the client
    Builds,
    /// Start the command line
    Start,
}

/// What this program does as a process of its own, for a benchmark.
#[derive(Subcommand)]
enum Part {
    /// Serve a file of so many bytes
    #[command(hide = true)]
    Serve { file: u64 },
    /// Download it
    #[command(hide = true)]
    Fetch { way: downloads::Way, url: String },
    /// Run a program and write down what it costs
    #[command(hide = true)]
    Measure {
        result: PathBuf,
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        command: Vec<OsString>,
    },
}

/// What every benchmark is told.
struct Context {
    quick: bool,
    folder: PathBuf,
    packages: Option<PathBuf>,
    program: Option<PathBuf>,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match &cli.part {
        None => run(&cli),
        Some(Part::Serve { file }) => server::run(server::Content::new(String::new(), *file)),
        Some(Part::Fetch { way, url }) => downloads::fetch(*way, url),
        Some(Part::Measure { result, command }) => measure::run(result, command),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(cli: &Cli) -> io::Result<()> {
    fs::create_dir_all(&cli.folder)?;
    let folder = cli.folder.canonicalize()?;
    let context =
        Context { quick: cli.quick, folder, packages: cli.packages.clone(), program: cli.program.clone() };
    let machine = Machine::here();
    let mut rows = Vec::new();
    for name in Name::value_variants() {
        // Builds cannot be cut short, and a release of the command line takes as long.
        let is_long = matches!(name, Name::Builds | Name::Start);
        let is_wanted = if cli.names.is_empty() { !cli.quick || !is_long } else { cli.names.contains(name) };
        if !is_wanted {
            continue;
        }
        eprintln!("{name:?} …");
        rows.append(&mut match name {
            Name::Decode => decode::run(&context)?,
            Name::Calls => calls::run(&context)?,
            Name::Downloads => downloads::run(&context)?,
            Name::Builds => builds::run(&context)?,
            Name::Start => start::run(&context)?,
        });
    }
    let report = Report { machine, quick: cli.quick, rows };
    if let Some(file) = &cli.json {
        fs::write(file, serde_json::to_vec_pretty(&report)?)?;
    }
    let form = if cli.markdown { Form::Markdown } else { Form::Terminal };
    io::stdout().write_all(table(&report, form).as_bytes())
}
