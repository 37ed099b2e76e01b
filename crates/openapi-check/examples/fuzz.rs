//! Checks damaged documents for so many seconds: `cargo run --release -p openapi-check --example fuzz -- 60 [SEED]`.
//!
//! It ends with the seed of a document on which the checks panicked, or with how many it tried. From a seed on,
//! the same documents come in the same order.

#[path = "../tests/support/mutator.rs"]
mod mutator;

use std::env;
use std::panic::catch_unwind;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use mutator::{Random, damage, exercise};

const PETSTORE: &str = include_str!("../src/rules/petstore.yaml");

fn main() -> ExitCode {
    let numbers: Vec<u64> = env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let seconds = numbers.first().copied().unwrap_or(60);
    let first = numbers.get(1).copied().unwrap_or(0);
    let of = |folder: &str| {
        let files = strongroom_spec::FILES.iter().filter(|(key, _)| key.starts_with(folder));
        files.map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect::<Vec<_>>()
    };
    let documents = [
        ("openapi.yaml", vec![("openapi.yaml".to_owned(), PETSTORE.to_owned())]),
        (strongroom_spec::IBM, of("ibm/")),
        (strongroom_spec::STORWARE, of("storware/")),
    ];
    let begun = Instant::now();
    let mut slowest = Duration::ZERO;
    let mut seed = first;
    while begun.elapsed().as_secs() < seconds {
        // The petstore is quick and has everything, so it takes most turns.
        let (entry, files) =
            &documents[if seed % 10 < 8 { 0 } else { usize::try_from(seed % 10 - 7).unwrap_or(0) }];
        let mut files = files.clone();
        damage(&mut files, &mut Random::new(seed));
        let started = Instant::now();
        if catch_unwind(|| exercise(&files, entry)).is_err() {
            println!("panicked on {entry} with seed {seed}");
            return ExitCode::FAILURE;
        }
        slowest = slowest.max(started.elapsed());
        seed += 1;
    }
    println!("{} documents, the slowest took {} ms", seed - first, slowest.as_millis());
    ExitCode::SUCCESS
}
