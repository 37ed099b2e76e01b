//! Every operation of the spec is served, and every one is called by some test here.

use std::fs;
use std::path::Path;

use contract::Contract;
use openapi_check::Sources;

#[test]
fn every_operation_is_served_and_tested() {
    covered(strongroom_spec::IBM, &server::handled_ibm_operations());
}

#[test]
fn every_operation_of_storware_is_served_and_tested() {
    covered(strongroom_spec::STORWARE, &server::handled_storware_operations());
}

fn covered(document: &str, handled: &[&str]) {
    let sources = Sources::embedded(strongroom_spec::FILES);
    let bundle = openapi_check::bundle(&sources, document).unwrap();
    let contract = Contract::new(bundle.document()).unwrap();
    let tests = text_of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests"));
    let mut lists = (Vec::new(), Vec::new());
    for operation in contract.operations() {
        if !handled.contains(&operation.id.as_str()) {
            lists.0.push(operation.id.clone());
        } else if !is_called(&tests, &operation.id, &operation.path) {
            lists.1.push(operation.id.clone());
        }
    }
    let known: Vec<_> = contract.operations().map(|operation| operation.id.as_str()).collect();
    let unknown: Vec<_> = handled.iter().filter(|id| !known.contains(id)).collect();
    assert!(unknown.is_empty(), "handlers for operations that the spec does not have: {unknown:?}");
    assert!(lists.0.is_empty(), "operations without a handler: {:?}", lists.0);
    assert!(lists.1.is_empty(), "operations that no test calls: {:?}", lists.1);
}

/// An operation is called through the generated client's method, or by its path where there is no method.
fn is_called(tests: &str, id: &str, path: &str) -> bool {
    let method: String = id
        .chars()
        .flat_map(|c| if c.is_ascii_uppercase() { vec!['_', c.to_ascii_lowercase()] } else { vec![c] })
        .collect();
    let below = path.strip_prefix("/api").map(|below| format!("\"{below}\""));
    tests.contains(&format!(".{method}()"))
        || tests.contains(&format!("{path}\""))
        || below.is_some_and(|below| tests.contains(&below))
}

fn text_of(folder: &Path) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            text += &text_of(&path);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text += &fs::read_to_string(path).unwrap();
        }
    }
    text
}
