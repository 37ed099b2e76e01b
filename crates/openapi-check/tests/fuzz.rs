//! Nothing that is called a document makes the checks panic, and nearly every damage is found.
//!
//! `cargo run --release -p openapi-check --example fuzz -- SECONDS` does the same for longer.

#[path = "support/mutator.rs"]
mod mutator;

use mutator::{Random, damage, exercise};

const PETSTORE: &str = include_str!("../src/rules/petstore.yaml");

fn authored(entry: &str) -> Vec<(String, String)> {
    let folder = entry.split_once('/').map_or(entry, |(folder, _)| folder);
    let files = strongroom_spec::FILES.iter().filter(|(key, _)| key.starts_with(folder));
    files.map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect()
}

/// Checks so many damaged copies of a document; how many of them had findings.
fn fuzz(files: &[(String, String)], entry: &str, times: u64) -> u64 {
    let mut found = 0;
    for seed in 0..times {
        // Shown when the test fails.
        println!("{entry}, seed {seed}");
        let mut files = files.to_vec();
        damage(&mut files, &mut Random::new(seed));
        found += u64::from(exercise(&files, entry) > 0);
    }
    found
}

#[test]
fn a_damaged_petstore_is_checked() {
    let found = fuzz(&[("openapi.yaml".to_owned(), PETSTORE.to_owned())], "openapi.yaml", 400);
    assert!(found > 300, "{found} of 400 damaged documents had findings");
}

#[test]
fn a_damaged_tree_is_checked() {
    for entry in [strongroom_spec::IBM, strongroom_spec::STORWARE] {
        let found = fuzz(&authored(entry), entry, 12);
        assert!(found > 6, "{found} of 12 damaged documents had findings");
    }
}

#[test]
fn garbage_is_checked() {
    for seed in 0..300 {
        let mut random = Random::new(seed);
        let mut files = vec![("openapi.yaml".to_owned(), String::new())];
        for _ in 0..10 {
            damage(&mut files, &mut random);
        }
        exercise(&files, "openapi.yaml");
    }
}
