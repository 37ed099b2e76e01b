//! What a check costs: `cargo run --release -p openapi-check --example measure -- [FILE…]`.
//!
//! Without files it checks the documents of this repository. Time is from opening the entry file to the last
//! finding written as text; memory is the most that the process ever had.

use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime};
use std::{env, fs, io};

use openapi_check::format::{Format, Pages, write};
use openapi_check::{Date, Report, RuleSet, Sources};

fn main() -> io::Result<()> {
    let mut files: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    if files.is_empty() {
        let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec").canonicalize()?;
        files.extend(["ibm", "storware"].map(|api| spec.join(api).join("openapi.yaml")));
    }
    let today = Date::of(SystemTime::now()).ok_or_else(|| io::Error::other("the clock tells no day"))?;
    let begun = Instant::now();
    for file in &files {
        let started = Instant::now();
        let (sources, entry) = Sources::from_disk(file)?;
        let read = started.elapsed();
        let report = Report::new(&sources, &entry, &RuleSet::house(), today);
        let findings = report.findings.len();
        write(&[report], Format::Text, &Pages::default());
        let (all, count) = (started.elapsed(), sources.keys().count());
        println!(
            "{}: read {} ms, all {} ms, files {count}, findings {findings}",
            file.display(),
            read.as_millis(),
            all.as_millis()
        );
    }
    println!("all of it: {} ms, at most {}", begun.elapsed().as_millis(), peak_memory());
    Ok(())
}

/// As Linux counts it.
fn peak_memory() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or("an unknown amount of memory".to_owned(), |line| line.trim().to_owned())
}
