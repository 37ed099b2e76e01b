//! What it was measured on.

use std::fmt;
use std::fs;
use std::process::Command;
use std::thread;

use serde::Serialize;

/// What numbers depend on. What cannot be found out is left empty.
#[derive(Debug, Serialize)]
pub(crate) struct Machine {
    pub(crate) cores: usize,
    pub(crate) processor: String,
    pub(crate) rustc: String,
    pub(crate) go: String,
    pub(crate) curl: String,
    /// How many processes ran or waited for a core in the minute before.
    pub(crate) load: String,
}

impl Machine {
    pub(crate) fn here() -> Self {
        let processor = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let processor = processor.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
        let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
        Self {
            cores: thread::available_parallelism().map_or(0, usize::from),
            processor: processor.map(|(_, name)| name.to_owned()).unwrap_or_default(),
            rustc: version("rustc", "--version", 2),
            go: version("go", "version", 3).replacen("go go", "go ", 1),
            curl: version("curl", "--version", 2),
            load: load.split(' ').next().unwrap_or_default().to_owned(),
        }
    }
}

/// The first words of what a program says of itself.
fn version(program: &str, argument: &str, words: usize) -> String {
    let output = Command::new(program).arg(argument).output().ok();
    let output = output.filter(|output| output.status.success());
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    text.split_whitespace().take(words).filter(|word| *word != "version").collect::<Vec<_>>().join(" ")
}

impl fmt::Display for Machine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cores, processor, rustc, go, curl, load } = self;
        let cores = format!("{cores} cores");
        let load = format!("load {load} before it began");
        let known = [&cores, processor, rustc, go, curl, &load].into_iter().filter(|part| !part.is_empty());
        formatter.write_str(&known.map(String::as_str).collect::<Vec<_>>().join(", "))
    }
}
