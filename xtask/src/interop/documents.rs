//! The documents that clients are generated from, as files: in the form in which they are published.

use std::path::{Path, PathBuf};
use std::{fs, io};

use openapi_check::{Sources, bundle, render};

/// One document, in both notations.
pub(crate) struct Document {
    /// The API as scripts know it: `IBM`, `STORWARE`.
    pub(crate) api: String,
    pub(crate) json: PathBuf,
    pub(crate) yaml: PathBuf,
}

/// Bundles every `spec/*/openapi.yaml` into the folder `to`.
pub(crate) fn write(workspace: &Path, to: &Path) -> io::Result<Vec<Document>> {
    fs::create_dir_all(to)?;
    let mut documents = Vec::new();
    for folder in fs::read_dir(workspace.join("spec"))? {
        let folder = folder?;
        let entry = folder.path().join("openapi.yaml");
        if !entry.is_file() {
            continue;
        }
        let (sources, key) = Sources::from_disk(&entry)?;
        let bundle = bundle(&sources, &key).map_err(|found| io::Error::other(render(&found, &sources)))?;
        let name = folder.file_name().to_string_lossy().into_owned();
        let published = openapi_publish::document(&bundle);
        let document = Document {
            api: name.to_uppercase(),
            json: to.join(format!("{name}.json")),
            yaml: to.join(format!("{name}.yaml")),
        };
        fs::write(&document.json, published.json())?;
        fs::write(&document.yaml, published.yaml())?;
        documents.push(document);
    }
    documents.sort_by(|one, other| one.api.cmp(&other.api));
    Ok(documents)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_document_is_written_with_nothing_outside_it() {
        let folder = tempfile::tempdir().unwrap();
        let spec = folder.path().join("spec");
        fs::create_dir_all(spec.join("some")).unwrap();
        fs::create_dir_all(spec.join("src")).unwrap();
        let text = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths:\n  /a: {$ref: a.yaml}\n";
        fs::write(spec.join("some/openapi.yaml"), text).unwrap();
        fs::write(spec.join("some/a.yaml"), "get:\n  operationId: getA\n").unwrap();
        let documents = write(folder.path(), &folder.path().join("out")).unwrap();
        let [document] = documents.as_slice() else { panic!("{} documents", documents.len()) };
        assert_eq!(document.api, "SOME");
        for path in [&document.json, &document.yaml] {
            let written = fs::read_to_string(path).unwrap();
            assert!(written.contains("getA"), "{written}");
            assert!(!written.contains("$ref"), "{written}");
        }
    }

    #[test]
    fn a_document_that_is_not_whole_is_shown_where_it_is_not() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("spec/some")).unwrap();
        let text = "openapi: 3.0.3\npaths:\n  /a: {$ref: a.yaml}\n";
        fs::write(folder.path().join("spec/some/openapi.yaml"), text).unwrap();
        let error = write(folder.path(), folder.path()).err().expect("a.yaml is not there").to_string();
        assert!(error.contains("openapi.yaml:3:"), "{error}");
    }
}
