//! What the build scripts of the generated clients do: from the authored document to the source.
//!
//! Besides the source, the files that the tests of a client compare with its snapshots are written, so that
//! what is reviewed is what was built. The documents are handed in, by build scripts as the text that the crate
//! `strongroom-spec` carries: an edit of a document then builds that crate and the build script anew, and
//! neither this one nor the generator.

mod api;
mod generated;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

pub use api::{APIS, Api, IBM, STORWARE};
pub use generated::Generated;
use openapi_check::Sources;

/// Generates the client of an API into the `OUT_DIR` of the build script. `files` are the authored files as
/// `(path, text)`.
///
/// What goes wrong is told to Cargo, with the authored line where there is one, and fails the build.
pub fn generate(api: &Api, files: &'static [(&'static str, &'static str)]) {
    println!("cargo::rerun-if-changed=build.rs");
    if let Err(error) = write(api, files) {
        // One instruction a line is the protocol between build script and cargo.
        for line in error.to_string().lines() {
            println!("cargo::error={line}");
        }
    }
}

fn write(api: &Api, files: &'static [(&'static str, &'static str)]) -> Result<(), Box<dyn Error>> {
    let generated = Generated::new(&Sources::embedded(files), api.entry, api)?;
    let folder = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    fs::write(folder.join("generated.rs"), &generated.output.code)?;
    fs::write(folder.join("mocks.rs"), &generated.output.mocks)?;
    fs::write(folder.join("areas.txt"), generated.output.areas.join("\n"))?;
    // What a client that is published says of the source that it carries.
    let origin = format!(
        "`{}` (digest {}) by version {} of the generator",
        api.entry,
        generated.bundle_digest,
        env!("CARGO_PKG_VERSION"),
    );
    fs::write(folder.join("origin.txt"), origin)?;
    write_snapshots(&folder.join("snapshots"), &generated)
}

fn write_snapshots(folder: &Path, generated: &Generated) -> Result<(), Box<dyn Error>> {
    // An area that is gone must not leave its summary behind.
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    for (name, text) in generated.snapshots() {
        fs::write(folder.join(format!("{name}.txt")), text)?;
    }
    Ok(())
}
