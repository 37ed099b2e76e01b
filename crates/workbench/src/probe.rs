//! A change of one line to an authored document, for timing and for tests.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use client_build::Api;
use openapi_check::Sources;

/// The property that the change adds.
pub const PROPERTY: &str = "workbenchProbe";

/// A schema of an API with an area of its own, to change.
///
/// # Errors
/// When none is known for the API.
pub fn schema(api: &Api) -> io::Result<&'static str> {
    match api.name {
        "ibm" => Ok("ProtectionPolicy"),
        "storware" => Ok("BackupListRecord"),
        name => {
            Err(io::Error::other(format!("no schema of `{name}` is known that a change can be tried on")))
        }
    }
}

/// A copy of a folder of authored files.
///
/// # Errors
/// When a file cannot be copied.
pub fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy(&path, &target)?;
        } else {
            fs::copy(&path, &target)?;
        }
    }
    Ok(())
}

/// An authored file below `spec`, and its text with one more optional property, [`PROPERTY`], in a schema.
///
/// # Errors
/// When there is no such document, or the schema has no property in block style.
pub fn with_property(spec: &Path, api: &Api, schema: &str) -> io::Result<(PathBuf, String)> {
    let (sources, entry) = Sources::from_disk(&spec.join(api.entry))?;
    let bundle = openapi_check::bundle(&sources, &entry)
        .map_err(|findings| io::Error::other(openapi_check::render(&findings, &sources)))?;
    let properties = format!("/components/schemas/{schema}/properties");
    let names = bundle.document().pointer(&properties).and_then(|it| it.as_object()?.keys().next());
    let first = names.ok_or_else(|| io::Error::other(format!("`{schema}` has no properties")))?;
    let place = bundle
        .locate(&format!("{properties}/{first}"))
        .ok_or_else(|| io::Error::other(format!("`{schema}` is nowhere")))?;
    let text = sources.text(&place.file).unwrap_or_default();
    let line = format!(
        "{}{PROPERTY}: {{type: integer, format: int64, description: A number to try a change with.}}",
        " ".repeat(place.column - 1)
    );
    let mut lines: Vec<&str> = text.lines().collect();
    lines.insert(place.line - 1, &line);
    Ok((PathBuf::from(&*place.file), lines.join("\n") + "\n"))
}
