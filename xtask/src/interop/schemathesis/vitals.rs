//! Whether a server is still well: what it has logged, and what it has taken.

use std::fmt;
use std::fs;
use std::io;
use std::path::Path;

/// More memory than this at any time is a leak or a request that is too costly, in KiB. A server built for
/// development has about 200 MiB at the end of a run.
const MEMORY: u64 = 640 << 10;
/// More open files than this after the last request are a leak: connections, the catalog, the repository.
const FILES: u64 = 200;
/// More threads than this are a leak. The runtime keeps idle ones for blocking work for ten seconds.
const THREADS: u64 = 100;

/// What a process has taken.
#[derive(Clone, Copy, Debug)]
pub(super) struct Vitals {
    /// The most memory at any time, in KiB.
    memory: u64,
    /// Open files, connections among them.
    files: u64,
    threads: u64,
}

impl Vitals {
    /// Those of a running process, from Linux.
    pub(super) fn of(process: u32) -> io::Result<Self> {
        let folder = format!("/proc/{process}");
        let status = fs::read_to_string(Path::new(&folder).join("status"))?;
        let files = fs::read_dir(Path::new(&folder).join("fd"))?.count();
        Ok(Self {
            memory: field(&status, "VmHWM:")?,
            files: files.try_into().unwrap_or(u64::MAX),
            threads: field(&status, "Threads:")?,
        })
    }

    /// What is too much of it.
    pub(super) fn complaints(&self) -> Vec<String> {
        let of = [
            ("KiB of memory", self.memory, MEMORY),
            ("open files", self.files, FILES),
            ("threads", self.threads, THREADS),
        ];
        of.into_iter()
            .filter(|(_, taken, most)| taken > most)
            .map(|(what, taken, most)| {
                format!("the server took {taken} {what}, and more than {most} are too much")
            })
            .collect()
    }
}

impl fmt::Display for Vitals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} MiB, {} open files, {} threads", self.memory >> 10, self.files, self.threads)
    }
}

/// The number behind a name in `/proc/…/status`.
fn field(status: &str, name: &str) -> io::Result<u64> {
    let rest = status.lines().find_map(|line| line.strip_prefix(name));
    let number = rest.and_then(|rest| rest.split_whitespace().next()).and_then(|number| number.parse().ok());
    number.ok_or_else(|| io::Error::other(format!("Linux does not tell {name} of the server")))
}

/// Lines of a log that must not be there, whatever was sent.
pub(super) fn of_log(log: &str) -> impl Iterator<Item = String> {
    let bad = log.lines().filter(|line| line.contains(" ERROR ") || line.contains("panicked"));
    bad.map(|line| format!("the server's log: {line}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_running_process_has_vitals() {
        let vitals = Vitals::of(std::process::id()).unwrap();
        assert!(vitals.memory > 0 && vitals.files > 2 && vitals.threads > 0, "{vitals}");
    }

    #[test]
    fn too_much_is_a_complaint() {
        let well = Vitals { memory: 1, files: FILES, threads: 1 };
        assert!(well.complaints().is_empty());
        let ill = Vitals { memory: MEMORY + 1, files: 1, threads: THREADS + 1 };
        assert_eq!(ill.complaints().len(), 2, "{:?}", ill.complaints());
    }

    #[test]
    fn errors_and_panics_in_a_log_are_complaints() {
        let log = "t INFO serving\nt ERROR request failed\nt WARN a run failed\nthread 'x' panicked at y\n";
        let found: Vec<_> = of_log(log).collect();
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains("request failed") && found[1].contains("panicked"), "{found:?}");
    }
}
