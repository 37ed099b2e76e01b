//! Which machine it is, and what its folders are called there.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use reqwest::Url;

use crate::failure::Failure;

/// The machine that has the folders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Machine {
    /// The one that this command runs on.
    This,
    /// Another: its folders cannot be looked at.
    Other,
}

/// Whether a URL leads to this machine.
pub(super) fn is_loopback(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else { return false };
    match url.host_str().map(|host| host.trim_matches(['[', ']'])) {
        Some("localhost") => true,
        Some(host) => host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback()),
        None => false,
    }
}

/// What this machine calls itself.
pub(super) fn host_name() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// The folders as absolute paths in the form of the wire, each once, in their order.
pub(super) fn paths(dirs: &[PathBuf], machine: Machine) -> Result<Vec<String>, Failure> {
    let mut seen = BTreeSet::new();
    let mut paths = Vec::new();
    for dir in dirs {
        let path = match machine {
            Machine::This => here(dir)?,
            Machine::Other => there(dir)?,
        };
        let text = path_text::to_text(path.as_os_str().as_bytes());
        if seen.insert(text.clone()) {
            paths.push(text);
        }
    }
    Ok(paths)
}

fn here(dir: &Path) -> Result<PathBuf, Failure> {
    fs::canonicalize(dir).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            Failure::Usage(format!("there is nothing at {} on this machine", dir.display()))
        }
        _ => Failure::Usage(format!("{} cannot be used: {error}", dir.display())),
    })
}

fn there(dir: &Path) -> Result<PathBuf, Failure> {
    if dir.is_absolute() {
        return Ok(dir.components().collect());
    }
    Err(Failure::Usage(format!(
        "{} is relative, and the folders lie on another machine than this one: give the whole path there",
        dir.display()
    )))
}

/// Names for what backs these folders up, the best first: short ones are easier to type, long ones hardly ever taken.
pub(super) fn names(paths: &[String]) -> Vec<String> {
    let last = |path: &String| match path.rsplit('/').find(|part| !part.is_empty()) {
        Some(last) => last.to_owned(),
        None => "whole machine".to_owned(),
    };
    let short = match paths {
        [first, second, _, ..] => format!("{}, {} and {} more", last(first), last(second), paths.len() - 2),
        few => super::list(few.iter().map(last)),
    };
    vec![short, paths.join(", ")]
}

/// Whether two lists hold the same, in whatever order.
pub(super) fn is_same<'a>(ours: &'a [String], theirs: impl Iterator<Item = &'a str>) -> bool {
    let trimmed = |path: &'a str| if path.len() > 1 { path.trim_end_matches('/') } else { path };
    let ours: BTreeSet<&str> = ours.iter().map(|path| trimmed(path)).collect();
    ours == theirs.map(trimmed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_told_by_the_address() {
        for url in ["http://localhost:8440", "http://127.0.0.1:1/x", "http://[::1]:8440", "http://127.8.8.8"]
        {
            assert!(is_loopback(url), "{url}");
        }
        for url in ["https://backup.example", "http://10.0.0.1", "nonsense"] {
            assert!(!is_loopback(url), "{url}");
        }
    }

    #[test]
    fn names_are_short_first() {
        let paths = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        assert_eq!(names(&paths(&["/home/me/docs"])), ["docs", "/home/me/docs"]);
        assert_eq!(names(&paths(&["/a/x", "/b/y"])), ["x and y", "/a/x, /b/y"]);
        assert_eq!(names(&paths(&["/a/x", "/b/y", "/c", "/d"]))[0], "x, y and 2 more");
        assert_eq!(names(&paths(&["/"]))[0], "whole machine");
    }

    #[test]
    fn another_machine_wants_whole_paths() {
        assert!(paths(&["docs".into()], Machine::Other).is_err());
        assert_eq!(paths(&["/srv/docs/".into()], Machine::Other).unwrap(), ["/srv/docs"]);
        let dir = tempfile::tempdir().unwrap();
        let twice = [dir.path().to_owned(), dir.path().join(".")];
        assert_eq!(paths(&twice, Machine::This).unwrap().len(), 1);
        assert!(paths(&[dir.path().join("missing")], Machine::This).is_err());
    }
}
