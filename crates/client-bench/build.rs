//! Bundles the document, which the data of the benchmarks are made from. Done here and not in the program: what
//! bundles wants another `serde_json::Value`, one that keeps the order of members, and `Value` is a peer.

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

use openapi_check::{Sources, bundle, render};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let sources = Sources::embedded(strongroom_spec::FILES);
    let bundle = bundle(&sources, strongroom_spec::IBM).map_err(|found| render(&found, &sources))?;
    let folder = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    fs::write(folder.join("ibm.json"), bundle.document().to_string())?;
    Ok(())
}
