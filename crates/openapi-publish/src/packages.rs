//! Packages that hold the document and nothing that runs: for npm, PyPI and crates.io.
//!
//! Times, owners and modes are the same everywhere, so that the same document gives the same archives.

use std::fmt::Write as _;
use std::io::{self, Cursor, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::Document;

/// What a package says of itself besides its document. The version is the document's.
pub struct Package<'p> {
    /// Its name at every registry: lower-case letters, digits and hyphens.
    pub name: &'p str,
    /// An SPDX expression.
    pub licence: &'p str,
    /// The texts of the licences, as `(file name, text)`.
    pub licence_files: &'p [(&'p str, &'p str)],
}

/// The packages of a document, as `(file name, bytes)`.
///
/// # Errors
/// When an archive cannot be written, which does not happen in memory.
pub fn packages(document: &Document, package: &Package<'_>) -> io::Result<Vec<(String, Vec<u8>)>> {
    let (name, version) = (package.name, document.version());
    let module = name.replace('-', "_");
    Ok(vec![
        (format!("npm/{name}-{version}.tgz"), npm(document, package)?),
        (format!("pypi/{module}-{version}-py3-none-any.whl"), wheel(document, package, &module)?),
        (format!("crates.io/{name}-{version}.crate"), krate(document, package)?),
    ])
}

/// A file of a package.
type File = (String, Vec<u8>);

/// What every package has.
fn common(document: &Document, package: &Package<'_>, usage: &str) -> Vec<File> {
    let readme = format!(
        "# {}\n\nThe OpenAPI document of {} {}, as YAML and as JSON, and nothing else.\n\n{usage}",
        package.name,
        document.title(),
        document.version()
    );
    let licences =
        package.licence_files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()));
    let mut files: Vec<File> = licences.collect();
    files.push(("README.md".to_owned(), readme.into_bytes()));
    files.push(("openapi.json".to_owned(), document.json().into_bytes()));
    files.push(("openapi.yaml".to_owned(), document.yaml().into_bytes()));
    files
}

fn described(document: &Document) -> String {
    format!("The OpenAPI document of {}", document.title())
}

fn npm(document: &Document, package: &Package<'_>) -> io::Result<Vec<u8>> {
    let usage = format!(
        "```js\nimport spec from \"{}\"; // or require(…); the files: \"{0}/openapi.yaml\"\n```\n",
        package.name
    );
    let manifest = json!({
        "name": package.name,
        "version": document.version(),
        "description": described(document),
        "license": package.licence,
        "main": "index.js",
        "types": "index.d.ts",
        "files": ["index.js", "index.d.ts", "openapi.json", "openapi.yaml"],
    });
    let types = "/** The document. */\ndeclare const spec: { openapi: string; info: { title: string; version: string }; \
                 paths: Record<string, unknown>; components: Record<string, unknown>; [member: string]: unknown };\n\
                 export = spec;\n";
    let mut files = common(document, package, &usage);
    files.push(("package.json".to_owned(), format!("{manifest:#}\n").into_bytes()));
    files.push(("index.js".to_owned(), b"module.exports = require(\"./openapi.json\");\n".to_vec()));
    files.push(("index.d.ts".to_owned(), types.as_bytes().to_vec()));
    tar_gz("package", files)
}

fn wheel(document: &Document, package: &Package<'_>, module: &str) -> io::Result<Vec<u8>> {
    let version = document.version();
    let usage = format!(
        "```python\nfrom {module} import document, OPENAPI_YAML\n\ndocument()[\"info\"][\"version\"]\n```\n"
    );
    let code = "\"\"\"The document, as text and read.\"\"\"\n\n\
        import json\nfrom importlib.resources import files\nfrom typing import Any\n\n\
        OPENAPI_JSON: str = files(__name__).joinpath(\"openapi.json\").read_text(encoding=\"utf-8\")\n\
        OPENAPI_YAML: str = files(__name__).joinpath(\"openapi.yaml\").read_text(encoding=\"utf-8\")\n\n\n\
        def document() -> dict[str, Any]:\n    \"\"\"The document as a dictionary of the caller's own.\"\"\"\n    \
        return json.loads(OPENAPI_JSON)\n";
    let info = format!("{module}-{version}.dist-info");
    let mut metadata = format!(
        "Metadata-Version: 2.4\nName: {}\nVersion: {version}\nSummary: {}\nLicense-Expression: {}\n",
        package.name,
        described(document),
        package.licence
    );
    let mut files = vec![
        (format!("{module}/__init__.py"), code.as_bytes().to_vec()),
        (format!("{module}/py.typed"), Vec::new()),
    ];
    let mut readme = Vec::new();
    for (name, bytes) in common(document, package, &usage) {
        if name.starts_with("openapi.") {
            files.push((format!("{module}/{name}"), bytes));
        } else if name == "README.md" {
            readme = bytes;
        } else {
            // Writing to a string cannot fail.
            let _ = writeln!(metadata, "License-File: {name}");
            files.push((format!("{info}/licenses/{name}"), bytes));
        }
    }
    metadata.push_str("Requires-Python: >=3.9\nDescription-Content-Type: text/markdown\n\n");
    metadata.push_str(&String::from_utf8_lossy(&readme));
    files.push((format!("{info}/METADATA"), metadata.into_bytes()));
    let wheel = "Wheel-Version: 1.0\nGenerator: openapi-publish\nRoot-Is-Purelib: true\nTag: py3-none-any\n";
    files.push((format!("{info}/WHEEL"), wheel.as_bytes().to_vec()));
    let mut record = String::new();
    for (name, bytes) in &files {
        let digest = URL_SAFE_NO_PAD.encode(Sha256::digest(bytes));
        let _ = writeln!(record, "{name},sha256={digest},{}", bytes.len());
    }
    let _ = writeln!(record, "{info}/RECORD,,");
    files.push((format!("{info}/RECORD"), record.into_bytes()));

    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(name, options)?;
        archive.write_all(&bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}

fn krate(document: &Document, package: &Package<'_>) -> io::Result<Vec<u8>> {
    let (name, version) = (package.name, document.version());
    let usage = format!("```rust\nlet json = {}::OPENAPI_JSON;\n```\n", name.replace('-', "_"));
    let manifest = format!(
        "[package]\nname = {name:?}\nversion = {version:?}\nedition = \"2021\"\ndescription = {:?}\nlicense = {:?}\n\
         readme = \"README.md\"\n\n[lib]\ndoctest = false\n",
        described(document),
        package.licence
    );
    let code = "#![no_std]\n#![doc = include_str!(\"../README.md\")]\n\n/// The document as JSON.\n\
                pub const OPENAPI_JSON: &str = include_str!(\"../openapi.json\");\n\n/// The document as YAML.\n\
                pub const OPENAPI_YAML: &str = include_str!(\"../openapi.yaml\");\n";
    let mut files = common(document, package, &usage);
    files.push(("Cargo.toml".to_owned(), manifest.into_bytes()));
    files.push(("src/lib.rs".to_owned(), code.as_bytes().to_vec()));
    tar_gz(&format!("{name}-{version}"), files)
}

/// An archive of files below one folder, in the order of their names.
fn tar_gz(folder: &str, mut files: Vec<File>) -> io::Result<Vec<u8>> {
    files.sort();
    let mut out = GzEncoder::new(Vec::new(), Compression::best());
    for (name, bytes) in files {
        out.write_all(&header(&format!("{folder}/{name}"), bytes.len())?)?;
        out.write_all(&bytes)?;
        out.write_all(&[0; 512][..(512 - bytes.len() % 512) % 512])?;
    }
    out.write_all(&[0; 1024])?;
    out.finish()
}

/// The header of a plain file in the format `ustar`: owned by root, readable by all, from 1985, since npm takes
/// earlier times for mistakes.
fn header(name: &str, size: usize) -> io::Result<[u8; 512]> {
    let mut header = [0; 512];
    let mut put = |at: usize, text: &str| header[at..at + text.len()].copy_from_slice(text.as_bytes());
    if name.len() > 100 {
        return Err(io::Error::other(format!("the name is too long for an archive: {name}")));
    }
    put(0, name);
    put(100, "0000644\0");
    put(108, "0000000\0");
    put(116, "0000000\0");
    put(124, &format!("{size:011o}\0"));
    put(136, &format!("{:011o}\0", 499_162_500));
    put(148, "        ");
    put(156, "0");
    put(257, "ustar\0");
    put(263, "00");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    Ok(header)
}

#[cfg(test)]
mod tests {
    use super::*;
    use openapi_check::{Sources, bundle};

    fn made() -> Vec<(String, Vec<u8>)> {
        let text = "openapi: 3.0.3\ninfo: {title: Pets, version: 1.2.3}\npaths: {}\n";
        let sources: Sources = [("a.yaml".to_owned(), text.to_owned())].into_iter().collect();
        let document = crate::document(&bundle(&sources, "a.yaml").expect("one document"));
        let licence_files = [("LICENSE-MIT", "Free.\n")];
        let package = Package { name: "pets-openapi", licence: "MIT", licence_files: &licence_files };
        packages(&document, &package).expect("packs")
    }

    #[test]
    fn each_registry_gets_its_name_for_the_file() {
        let names: Vec<_> = made().into_iter().map(|(name, _)| name).collect();
        assert_eq!(
            names,
            [
                "npm/pets-openapi-1.2.3.tgz",
                "pypi/pets_openapi-1.2.3-py3-none-any.whl",
                "crates.io/pets-openapi-1.2.3.crate"
            ]
        );
    }

    #[test]
    fn the_same_document_gives_the_same_bytes() {
        assert_eq!(made(), made());
    }
}
