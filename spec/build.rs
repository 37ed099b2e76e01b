//! Writes the table of authored files that `src/lib.rs` includes, so that a new file needs no edit here.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    // A copy of the documents in which a change is tried, without touching those beside this file.
    println!("cargo::rerun-if-env-changed=STRONGROOM_SPEC_DIR");
    let root = env::var_os("STRONGROOM_SPEC_DIR").or_else(|| env::var_os("CARGO_MANIFEST_DIR"));
    let root = PathBuf::from(root.unwrap_or_default());
    // Cargo watches a folder as a whole: a file added, removed or edited anywhere in it runs this script
    // again. A folder that is not there yet would run it every time, so the root is watched instead.
    println!("cargo::rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    for api in ["ibm", "storware"] {
        let folder = root.join(api);
        if folder.is_dir() {
            collect(&folder, &mut files)?;
        }
    }
    files.sort();
    let mut table = String::from("&[\n");
    for file in &files {
        let name = file.strip_prefix(&root).unwrap_or(file).to_string_lossy().replace('\\', "/");
        let path = file.to_string_lossy();
        writeln!(table, "    ({name:?}, include_str!({path:?})),").map_err(io::Error::other)?;
    }
    table.push(']');
    fs::write(PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("files.rs"), table)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|ext| ext == "yaml") {
            files.push(path);
        }
    }
    Ok(())
}
