//! The same files give the same bytes, wherever and by whoever they are generated from.

use std::fs;
use std::process::Command;

use client_build::{APIS, Generated};
use openapi_check::Sources;

use crate::workspace;

/// Set where a test is run again as a program of its own: where to write what it generates.
const WRITE_TO: &str = "WORKBENCH_WRITE_TO";

fn generated(api: &client_build::Api) -> Generated {
    let entry = workspace().join("spec").join(api.entry);
    let (sources, entry) = Sources::from_disk(&entry).unwrap();
    Generated::new(&sources, &entry, api).unwrap_or_else(|reason| panic!("{reason}"))
}

/// Everything that is generated, as one text.
fn everything(generated: &Generated) -> String {
    let mut text = generated.output.code.clone();
    for (name, snapshot) in generated.snapshots() {
        text.push_str(&format!("=== {name}\n{snapshot}"));
    }
    for entry in &generated.output.lowerings {
        text.push_str(&format!("{entry}\n"));
    }
    text
}

#[test]
fn two_programs_in_other_folders_with_other_homes_write_the_same() {
    let all: String = APIS.iter().map(|api| everything(&generated(api))).collect();
    if let Some(path) = std::env::var_os(WRITE_TO) {
        fs::write(path, all).unwrap();
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let written = folder.path().join("written");
    let name = "determinism::two_programs_in_other_folders_with_other_homes_write_the_same";
    let again = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name])
        .current_dir(folder.path())
        .env_clear()
        .env("HOME", folder.path())
        .env("LANG", "tr_TR.UTF-8")
        .env("TZ", "Pacific/Auckland")
        .env(WRITE_TO, &written)
        .output()
        .unwrap();
    assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stderr));
    assert!(fs::read_to_string(written).unwrap() == all, "another program gives other bytes");
}

/// The watch and the build scripts generate the same, so that what the one says is what the other builds.
#[test]
fn what_is_generated_here_is_what_was_built() {
    for api in APIS {
        let path = workspace().join("crates").join(api.client).join("tests/snapshots/digest.snap");
        let committed = fs::read_to_string(path).unwrap();
        let digests = generated(&api).snapshots().remove("digest").unwrap();
        assert!(committed.ends_with(&digests), "{}: run `cargo xtask codegen`", api.name);
    }
}
