//! `cargo xtask areas`: builds each client with each of its areas alone, and with none, and takes warnings for
//! failures.
//!
//! An area is a feature. Type and operations refer to each other only within what the generator found that the
//! area reaches, and nothing but the compiler tells whether it found everything.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::time::Instant;

use crate::Outcome;
use crate::codegen::{CLIENTS, snapshots};
use crate::package::Staged;

/// Checks every client.
///
/// # Errors
/// When the areas of a client cannot be read, or Cargo cannot be started.
pub(crate) fn run(workspace: &Path, out: &mut impl Write) -> io::Result<Outcome> {
    let mut outcome = Outcome::Fine;
    let staged = Staged::new(workspace)?;
    for client in CLIENTS {
        let begun = Instant::now();
        let areas = areas(&workspace.join(snapshots(client)))?;
        let alone = areas.iter().map(|area| format!("client,{area}"));
        for features in ["client".to_owned()].into_iter().chain(alone) {
            if !staged.builds(client, &features)? {
                writeln!(out, "{client} does not build without warnings with the features {features}")?;
                outcome = Outcome::Findings;
            }
        }
        writeln!(out, "{client}: {} areas in {} s", areas.len(), begun.elapsed().as_secs())?;
    }
    Ok(outcome)
}

/// The areas of a client: those that its surface is reviewed by.
fn areas(snapshots: &Path) -> io::Result<BTreeSet<String>> {
    let mut areas = BTreeSet::new();
    for entry in fs::read_dir(snapshots)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let area = name.strip_prefix("surface-").and_then(|rest| rest.strip_suffix(".snap"));
        areas.extend(area.filter(|area| *area != "shared").map(str::to_owned));
    }
    Ok(areas)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_are_those_with_a_surface() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["surface-runs.snap", "surface-shared.snap", "schema-agents.snap", "surface-search.snap"]
        {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let found: Vec<_> = areas(folder.path()).unwrap().into_iter().collect();
        assert_eq!(found, ["runs", "search"]);
    }
}
