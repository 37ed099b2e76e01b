//! Makes the commands of both APIs of their documents.
//!
//! For each API two files: the table of its commands as Rust source, and of the document what is looked at while
//! a command runs, as JSON: schemas, and the examples of requests.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

use command_table::{Options, read, source};
use openapi_check::{Sources, bundle, render};
use serde_json::Value;

/// What the client adds to every call.
const CALLER_HEADERS: [&str; 2] = ["X-IBM-Tenant-ID", "requestInitiatorType"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/commands/reserved.in");
    let folder = env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?;
    let reserved = fs::read_to_string("src/commands/reserved.in")?;
    let reserved: Vec<&str> = reserved.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let sources = Sources::embedded(strongroom_spec::FILES);
    for (name, entry) in [("ibm", strongroom_spec::IBM), ("storware", strongroom_spec::STORWARE)] {
        let bundle = bundle(&sources, entry).map_err(|findings| render(&findings, &sources))?;
        let options = Options { name, caller_headers: &CALLER_HEADERS, reserved: &reserved };
        let api = read(&bundle, &options)?;
        let folder = Path::new(&folder);
        fs::write(folder.join(format!("{name}.rs")), source(&api))?;
        let mut document = bundle.document().clone();
        trim(&mut document);
        fs::write(folder.join(format!("{name}.json")), document.to_string())?;
    }
    Ok(())
}

/// Takes out what no command looks at: notes of the maintainers, links, and the examples of answers.
fn trim(document: &mut Value) {
    for item in document["paths"].as_object_mut().into_iter().flat_map(|paths| paths.values_mut()) {
        for operation in item.as_object_mut().into_iter().flat_map(|item| item.values_mut()) {
            let Some(operation) = operation.as_object_mut() else { continue };
            operation.retain(|key, _| matches!(key.as_str(), "requestBody" | "responses"));
            let answers = operation.get_mut("responses").and_then(Value::as_object_mut);
            for answer in answers.into_iter().flat_map(|answers| answers.values_mut()) {
                let Some(answer) = answer.as_object_mut() else { continue };
                answer.retain(|key, _| matches!(key.as_str(), "content" | "$ref"));
                let media = answer.get_mut("content").and_then(Value::as_object_mut);
                for media in media.into_iter().flat_map(|content| content.values_mut()) {
                    media.as_object_mut().map(|media| media.remove("examples"));
                }
            }
        }
    }
    forget(document);
}

fn forget(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|key, _| !matches!(key.as_str(), "x-evidence" | "x-not-in-seeds" | "x-columns"));
            members.values_mut().for_each(forget);
        }
        Value::Array(items) => items.iter_mut().for_each(forget),
        _ => {}
    }
}
