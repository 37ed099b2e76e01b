//! What a program costs: time, time of the processor, memory.

use std::env;
use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};
use std::{fs, process};

use nix::sys::resource::{UsageWho, getrusage};
use serde::{Deserialize, Serialize};

/// What a program and all that it has started have cost.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub(crate) struct Cost {
    /// From its start to its end, in seconds.
    pub(crate) wall: f64,
    /// Of all cores together, in seconds.
    pub(crate) cpu: f64,
    /// The most that one of its processes has held, in bytes.
    pub(crate) memory: f64,
}

impl Cost {
    pub(crate) fn wall(&self) -> Duration {
        Duration::from_secs_f64(self.wall)
    }
}

/// Runs a program by way of a process of its own, since a process knows only the sum of what it has run.
///
/// # Errors
/// When it cannot be run or fails, with what it says.
pub(crate) fn cost(command: &Command, folder: &Path) -> io::Result<(Cost, Output)> {
    let result = folder.join(format!("cost-{}.json", process::id()));
    let mut wrapped = Command::new(env::current_exe()?);
    wrapped.arg("measure").arg(&result).arg(command.get_program()).args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        wrapped.current_dir(folder);
    }
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => wrapped.env(name, value),
            None => wrapped.env_remove(name),
        };
    }
    let output = wrapped.output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(io::Error::other(format!("{command:?} has failed: {}", said.trim())));
    }
    let cost = serde_json::from_slice(&fs::read(&result)?)?;
    fs::remove_file(&result)?;
    Ok((cost, output))
}

/// That process: runs the program and writes to `result` what it has cost.
///
/// # Errors
/// When it cannot be run or fails.
pub(crate) fn run(result: &Path, command: &[OsString]) -> io::Result<()> {
    let Some((program, arguments)) = command.split_first() else {
        return Err(io::Error::other("there is nothing to run"));
    };
    let begun = Instant::now();
    let status = Command::new(program).args(arguments).status()?;
    let wall = begun.elapsed().as_secs_f64();
    if !status.success() {
        return Err(io::Error::other(status.to_string()));
    }
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    #[expect(clippy::cast_precision_loss, reason = "no program runs that long or holds that much")]
    let seconds = |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    let cpu = seconds(usage.user_time()) + seconds(usage.system_time());
    #[expect(clippy::cast_precision_loss, reason = "no program holds that much")]
    let memory = usage.max_rss() as f64 * 1024.0;
    fs::write(result, serde_json::to_vec(&Cost { wall, cpu, memory })?)
}
