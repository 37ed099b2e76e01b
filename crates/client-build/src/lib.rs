//! What the build scripts of the generated clients do: from the authored document to the source.
//!
//! Besides the source, the files that the tests of a client compare with its snapshots are written, so that
//! what is reviewed is what was built. This crate knows no API: a build script names the entry file of its
//! document and says which headers belong to the client as a whole.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

pub use codegen::Options;
use openapi_check::{Bundle, Sources};

/// Generates the client of the document whose entry file is `entry` into the `OUT_DIR` of the build script.
///
/// What goes wrong is told to Cargo, with the authored line where there is one, and fails the build.
pub fn generate(entry: &str, options: &Options) {
    println!("cargo::rerun-if-changed=build.rs");
    if let Err(error) = write(entry, options) {
        // One instruction a line is the protocol between build script and cargo.
        for line in error.to_string().lines() {
            println!("cargo::error={line}");
        }
    }
}

fn write(entry: &str, options: &Options) -> Result<(), Box<dyn Error>> {
    let sources = Sources::embedded(strongroom_spec::FILES);
    let bundle = openapi_check::bundle(&sources, entry)
        .map_err(|diagnostics| openapi_check::render(&diagnostics, &sources))?;
    let output = codegen::generate(bundle.document(), options).map_err(|error| located(&bundle, &error))?;

    let folder = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    fs::write(folder.join("generated.rs"), &output.code)?;
    let document = serde_json::to_string(bundle.document())?;
    let digests = format!("bundle {}\ncode {}\n", codegen::digest(document.as_bytes()), output.digest);
    fs::write(folder.join("digest.txt"), digests)?;
    fs::write(folder.join("areas.txt"), output.areas.join("\n"))?;
    fs::write(folder.join("operations.txt"), &output.operations)?;
    fs::write(folder.join("lowerings.txt"), output.lowering_log(20))?;
    write_surface(&folder.join("surface"), &output)
}

fn write_surface(folder: &Path, output: &codegen::Output) -> Result<(), Box<dyn Error>> {
    // An area that is gone must not leave its summary behind.
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    for (area, text) in &output.surface {
        fs::write(folder.join(format!("{area}.txt")), text)?;
    }
    Ok(())
}

/// The error with the authored line it is about.
fn located(bundle: &Bundle, error: &codegen::Error) -> String {
    match error {
        codegen::Error::Unsupported { pointer, .. } => match bundle.locate(pointer.trim_start_matches('#')) {
            Some(location) => format!("{location}: {error}"),
            None => error.to_string(),
        },
        _ => error.to_string(),
    }
}
