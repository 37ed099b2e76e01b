//! The workbench over copies of our own documents.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in its helpers too")]

mod changes;
mod determinism;
mod program;
mod watching;

use std::path::{Path, PathBuf};

/// The workspace that is tested.
fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// A workspace of its own with the document of one API, and the snapshots of its client.
fn copy_of(api: &client_build::Api) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for part in [format!("spec/{}", api.name), format!("crates/{}/tests/snapshots", api.client)] {
        workbench::probe::copy(&workspace().join(&part), &folder.path().join(&part)).unwrap();
    }
    folder
}
