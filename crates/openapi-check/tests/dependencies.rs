//! The crate is for other projects too, so what it drags in is small, and no code generator.

use std::collections::{BTreeMap, BTreeSet};

/// Parts of names that no dependency may have: generators, HTTP, TLS, runtimes.
const STRANGERS: [&str; 12] = [
    "progenitor",
    "typify",
    "openapiv3",
    "codegen",
    "client",
    "reqwest",
    "hyper",
    "tokio",
    "rustls",
    "openssl",
    "syn-",
    "prettyplease",
];

/// The lock file knows the dependencies under every feature of this crate.
#[test]
fn no_generator_is_among_the_dependencies() {
    let lock = include_str!("../../../Cargo.lock");
    let mut packages: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for package in lock.split("[[package]]\n").skip(1) {
        let quoted = |line: &'static str| line.split('"').nth(1).and_then(|name| name.split(' ').next());
        let name = package.lines().find(|line| line.starts_with("name = ")).and_then(quoted).unwrap();
        let needs = package.lines().filter(|line| line.starts_with(" \"")).filter_map(quoted);
        packages.entry(name).or_default().extend(needs);
    }
    let mut reached = BTreeSet::new();
    let mut queue = vec!["openapi-check"];
    while let Some(name) = queue.pop() {
        if reached.insert(name) {
            queue.extend(packages.get(name).into_iter().flatten());
        }
    }
    assert!(reached.contains("jsonschema") && reached.contains("clap"), "{reached:?}");
    for name in &reached {
        assert!(!STRANGERS.iter().any(|part| name.contains(part)), "{name} is among {reached:?}");
    }
}
