//! How long a change travels: edit, check, generate, compile the area touched, write the snapshots for review.
//!
//! Everything is done to a copy of the documents, with the build folder that the maintainer uses anyway, so that
//! what is measured is the next change and no first build.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use client_build::Api;

use crate::surface::Changes;
use crate::{Files, probe};

/// The environment variable by which the crate of the documents is built from a copy.
const SPEC: &str = "STRONGROOM_SPEC_DIR";
/// The environment variable by which snapshots are written elsewhere.
const SNAPSHOTS: &str = "STRONGROOM_SNAPSHOTS";

/// Runs the loop `runs` times for each API, and writes a table of medians.
///
/// # Errors
/// When a step fails that should not.
pub fn run(workspace: &Path, apis: &[Api], runs: usize, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{}; medians of {runs}\n", machine())?;
    writeln!(out, "| step | {} |", apis.iter().map(|api| api.name).collect::<Vec<_>>().join(" | "))?;
    writeln!(out, "| --- |{}", " ---: |".repeat(apis.len()))?;
    let columns: Vec<Vec<Measured>> =
        apis.iter().map(|api| measured(workspace, api, runs)).collect::<io::Result<_>>()?;
    for (row, step) in Step::ALL.iter().enumerate() {
        let cells: Vec<String> = columns.iter().map(|column| column[row].to_string()).collect();
        writeln!(out, "| {} | {} |", step.name(), cells.join(" | "))?;
    }
    let sums = columns.iter().map(|column| {
        column
            .iter()
            .fold(Measured::default(), |sum, it| Measured { wall: sum.wall + it.wall, cpu: sum.cpu + it.cpu })
    });
    let sums: Vec<String> = sums.map(|sum| sum.to_string()).collect();
    writeln!(out, "| together | {} |", sums.join(" | "))
}

/// What is measured, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Check,
    Generate,
    Compile,
    Snapshots,
}

impl Step {
    const ALL: [Self; 4] = [Self::Check, Self::Generate, Self::Compile, Self::Snapshots];

    fn name(self) -> &'static str {
        match self {
            Self::Check => "check: read and hold against the rules",
            Self::Generate => "generate, and tell what changed",
            Self::Compile => {
                "compile the area touched: `cargo check`, generation in the build script included"
            }
            Self::Snapshots => "write the snapshots: `cargo test`, all areas compiled and linked",
        }
    }
}

/// Time by the clock, and time that processors worked, where the system tells.
#[derive(Clone, Copy, Debug, Default)]
struct Measured {
    wall: Duration,
    cpu: Duration,
}

impl std::fmt::Display for Measured {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:.2} s ({:.2} s CPU)", self.wall.as_secs_f64(), self.cpu.as_secs_f64())
    }
}

/// The median of each step.
fn measured(workspace: &Path, api: &Api, runs: usize) -> io::Result<Vec<Measured>> {
    let folder = tempfile::tempdir()?;
    let spec = folder.path().join("spec");
    for part in fs::read_dir(workspace.join("spec"))? {
        let path = part?.path();
        if path.is_dir() && !path.ends_with("published") {
            probe::copy(&path, &spec.join(path.file_name().unwrap_or_default()))?;
        }
    }
    let (file, changed) = probe::with_property(&spec, api, probe::schema(api)?)?;
    let mut texts = [fs::read_to_string(&file)?, changed];
    let mut all: Vec<Vec<Measured>> = Step::ALL.iter().map(|_| Vec::new()).collect();
    let mut client = Files::read(&spec, api)?.generate(api).map_err(io::Error::other)?;
    // The first time round builds what has been built with the documents themselves.
    for round in 0..=runs {
        texts.swap(0, 1);
        fs::write(&file, &texts[0])?;
        let mut areas = None;
        for (step, column) in Step::ALL.iter().zip(&mut all) {
            let (begun, worked) = (Instant::now(), worked());
            match step {
                Step::Check => drop(Files::read(&spec, api)?.check()),
                Step::Generate => {
                    let next = Files::read(&spec, api)?.generate(api).map_err(io::Error::other)?;
                    areas = Some(Changes::between(&client, &next).areas);
                    client = next;
                }
                Step::Compile => {
                    let areas = areas.take().unwrap_or_default();
                    let features =
                        areas.iter().fold("client".to_owned(), |all, area| format!("{all},{area}"));
                    let arguments = ["check", "--lib", "--no-default-features", "--features", &features];
                    cargo(workspace, api, &arguments, &spec, &[])?;
                }
                Step::Snapshots => {
                    let folder = folder.path().join("snapshots").into_os_string();
                    let more = [(SNAPSHOTS, folder), ("INSTA_UPDATE", OsString::from("always"))];
                    let arguments =
                        ["test", "--test", "it", "--", "drift::", "--skip", "features", "--skip", "left"];
                    cargo(workspace, api, &arguments, &spec, &more)?;
                }
            }
            if round > 0 {
                column.push(Measured { wall: begun.elapsed(), cpu: self::worked() - worked });
            }
        }
    }
    Ok(all.into_iter().map(median).collect())
}

fn median(mut of: Vec<Measured>) -> Measured {
    of.sort_by_key(|measured| measured.wall);
    of.get(of.len() / 2).copied().unwrap_or_default()
}

fn cargo(
    workspace: &Path,
    api: &Api,
    arguments: &[&str],
    spec: &Path,
    more: &[(&str, OsString)],
) -> io::Result<()> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let (command, rest) = arguments.split_first().ok_or_else(|| io::Error::other("no command"))?;
    let done = Command::new(cargo)
        .current_dir(workspace)
        .args([command, "--quiet", "--package", api.client])
        .args(rest)
        .env(SPEC, spec)
        .envs(more.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .output()?;
    if done.status.success() {
        return Ok(());
    }
    let said = [done.stdout, done.stderr].concat();
    Err(io::Error::other(format!("cargo {}: {}", arguments.join(" "), String::from_utf8_lossy(&said))))
}

/// How long processors have worked for this process and for its children that have ended: nothing where the
/// system is not Linux.
fn worked() -> Duration {
    let text = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // Behind the name, which may hold anything, the third number and on.
    let numbers = text.rsplit_once(')').map(|(_, rest)| rest).unwrap_or_default();
    // Of the process and of its children, each in the programs and in the kernel.
    let ticks: u64 =
        numbers.split_whitespace().skip(11).take(4).filter_map(|it| it.parse::<u64>().ok()).sum();
    // A tick is a hundredth of a second on every Linux that tells.
    Duration::from_millis(ticks * 10)
}

/// What this was measured on.
fn machine() -> String {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let processors = fs::read_to_string(PathBuf::from("/proc/cpuinfo")).unwrap_or_default();
    let model = processors.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("an unknown processor", |(_, name)| name);
    let rustc = Command::new("rustc").arg("--version").output().map(|done| done.stdout).unwrap_or_default();
    let rustc = String::from_utf8_lossy(&rustc).trim().to_owned();
    format!("{cores} cores of {model}, {}, {rustc}", env::consts::OS)
}
