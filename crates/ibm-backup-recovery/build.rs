//! Generates the client from the authored document.
//!
//! Besides the source, the files that `tests/it/drift.rs` compares with its snapshots are written, so that
//! what is reviewed is what was built.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

use codegen::Options;
use openapi_check::{Bundle, Sources};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if let Err(error) = generate() {
        // One instruction a line is the protocol between build script and cargo.
        for line in error.to_string().lines() {
            println!("cargo::error={line}");
        }
    }
}

fn generate() -> Result<(), Box<dyn Error>> {
    let sources = Sources::embedded(strongroom_spec::FILES);
    let bundle = openapi_check::bundle(&sources, strongroom_spec::IBM)
        .map_err(|diagnostics| openapi_check::render(&diagnostics, &sources))?;
    // Both belong to whoever uses the client, and not to a call.
    let options = Options::default().with_client_headers(["X-IBM-Tenant-ID", "requestInitiatorType"]);
    let output = codegen::generate(bundle.document(), &options).map_err(|error| located(&bundle, &error))?;

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
