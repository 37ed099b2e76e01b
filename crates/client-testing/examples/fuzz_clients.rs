//! Calls every operation of both clients with answers of every kind: `cargo run -p client-testing --example fuzz_clients --
//! [--seconds N] [--seed N] [--count N]`.
//!
//! `--count` says how often each is called and wins over `--seconds`, which is 60 unless set. It ends with the seed
//! whose answers broke something, or with how many were given. From a seed on the same come in the same order.

#![expect(clippy::unwrap_used, clippy::panic, reason = "what is found is shown by panicking")]

#[path = "../tests/fuzz/answer.rs"]
mod answer;
#[path = "../tests/fuzz/document.rs"]
mod document;
#[path = "../tests/fuzz/exercise.rs"]
mod exercise;
#[path = "../tests/fuzz/ibm.rs"]
mod ibm;
#[path = "../tests/fuzz/outcome.rs"]
mod outcome;
#[path = "../tests/fuzz/random.rs"]
mod random;
#[path = "../tests/fuzz/server.rs"]
mod server;
#[path = "../tests/fuzz/storware.rs"]
mod storware;

use std::time::Instant;

fn flag(name: &str) -> Option<u64> {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    arguments.nth(1).map(|value| value.parse().unwrap())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (first, count, seconds) =
        (flag("--seed").unwrap_or(0), flag("--count"), flag("--seconds").unwrap_or(60));
    let apis = [ibm::api().await, storware::api().await];
    let begun = Instant::now();
    let (mut seed, mut calls) = (first, 0);
    while count.map_or(begun.elapsed().as_secs() < seconds, |count| seed - first < count) {
        for api in &apis {
            // On a line of its own, so that it stands above what a panic says.
            eprint!("seed {seed}\r");
            api.exercise(seed).await;
            calls += api.calls.len();
        }
        seed += 1;
    }
    println!("{calls} calls with the seeds {first} to {}", seed.saturating_sub(1));
}
