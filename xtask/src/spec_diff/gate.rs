//! What must hold before a change of the documents lands.

use std::fs;
use std::io;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::base::{git, merge_base};
use super::{Comparison, Verdict, published};
use crate::spec_check::short;

/// What is wrong with the version, with the repair.
pub(super) fn complaint(comparison: &Comparison) -> Option<String> {
    let Comparison { api, entry, base, versions: (old, new), verdict, .. } = comparison;
    match verdict {
        Verdict::Covered | Verdict::Free => None,
        Verdict::Needs(needed) => Some(format!(
            "{api}: {new} does not cover what changed since {} ({old}): set `info.version` in {entry} to \
             {needed}, or say in suppressions.yaml beside it why not",
            base.name
        )),
        Verdict::Wrong(why) => Some(format!("{api}: {why}: mend `info.version` in {entry}")),
    }
}

/// What is wrong with the published files of a document: they differ from their checksums, or from what they
/// were at the merge base.
pub(super) fn published_unchanged(workspace: &Path, api: &str) -> io::Result<Vec<String>> {
    let mut problems = Vec::new();
    let folder = published(workspace, api);
    if folder.is_dir() {
        for version in fs::read_dir(&folder)? {
            checksums(&version?.path(), &mut problems)?;
        }
    }
    if let Some((revision, _)) = merge_base(workspace)? {
        let path = format!("spec/published/{api}");
        let arguments = ["diff", "--name-only", "--no-renames", "--diff-filter=MDT", &revision, "--", &path];
        for file in git(workspace, &arguments)?.unwrap_or_default().lines() {
            problems.push(format!(
                "{file} is published, and is not what it was: `git checkout {} -- {file}`",
                &revision[..revision.len().min(9)]
            ));
        }
    }
    problems.sort();
    Ok(problems)
}

/// Holds the files of a version against its SHA256SUMS, if it has any.
fn checksums(version: &Path, problems: &mut Vec<String>) -> io::Result<()> {
    let sums = version.join("SHA256SUMS");
    if !sums.is_file() {
        return Ok(());
    }
    for line in fs::read_to_string(&sums)?.lines() {
        let Some((sum, name)) = line.split_once("  ") else {
            problems.push(format!("{}: `{line}` is no checksum", short(&sums).display()));
            continue;
        };
        let file = version.join(name);
        let shown = short(&file);
        match fs::read(&file) {
            Ok(bytes) if hex(&Sha256::digest(&bytes)) == sum => {}
            Ok(_) => problems.push(format!(
                "{} is published, and is not what its checksum says: a published file never changes",
                shown.display()
            )),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                problems.push(format!("{} is published, and is gone", shown.display()));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
