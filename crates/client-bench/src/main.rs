//! How fast the clients are, beside what people would use instead. `cargo xtask bench` builds and runs this.
//!
//! This file parses, calls one benchmark after the other and prints the table.

mod data;
mod decode;
mod go;
mod hand;
mod report;
mod samples;

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};

use report::{Form, Machine, Report, table};

/// Measures the clients beside their peers.
#[derive(Parser)]
struct Cli {
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
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Name {
    /// Read lists and write a group
    Decode,
}

/// What every benchmark is told.
struct Context {
    quick: bool,
    folder: PathBuf,
}

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(cli: Cli) -> io::Result<()> {
    fs::create_dir_all(&cli.folder)?;
    let folder = cli.folder.canonicalize()?;
    let context = Context { quick: cli.quick, folder };
    let machine = Machine::here();
    let mut rows = Vec::new();
    for name in Name::value_variants() {
        if !cli.names.is_empty() && !cli.names.contains(name) {
            continue;
        }
        eprintln!("{name:?} …");
        rows.append(&mut match name {
            Name::Decode => decode::run(&context)?,
        });
    }
    let report = Report { machine, quick: cli.quick, rows };
    if let Some(file) = &cli.json {
        fs::write(file, serde_json::to_vec_pretty(&report)?)?;
    }
    let form = if cli.markdown { Form::Markdown } else { Form::Terminal };
    io::stdout().write_all(table(&report, form).as_bytes())
}
