//! No answer makes a client panic, lose its status, or print a secret, and what it reads it writes as it was.
//!
//! `cargo run -p client-testing --example fuzz_clients -- --seconds 60` does the same for longer.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in its helpers too")]

mod answer;
mod document;
mod exercise;
mod ibm;
mod outcome;
mod random;
mod server;
mod storware;

use std::collections::BTreeSet;

use exercise::Api;

/// How often every operation is called.
const TIMES: u64 = 12;

async fn fuzz(api: Api) {
    let (mut answered, mut sound) = (0, 0);
    for seed in 0..TIMES {
        // Shown when the test fails.
        println!("seed {seed}");
        let (results, documented) = api.exercise(seed).await;
        answered += results;
        sound += documented;
    }
    // Otherwise little was tried of what it is about.
    let calls = api.calls.len() * usize::try_from(TIMES).unwrap();
    assert!((calls / 5..calls * 3 / 4).contains(&answered), "{answered} of {calls} calls had a result");
    assert!(sound > calls / 10, "{sound} of {calls} answers were as documented");
}

fn every_operation_is_called(api: &Api, operations: &str) {
    let called: BTreeSet<&str> = api.calls.iter().map(|(method, _)| *method).collect();
    let listed =
        operations.lines().filter(|line| line.contains(" /")).filter_map(|line| line.split(' ').next_back());
    assert_eq!(called, listed.collect());
}

#[tokio::test]
async fn any_answer_of_the_ibm_api() {
    let api = ibm::api().await;
    let operations = include_str!("../../../ibm-backup-recovery/tests/snapshots/operations.snap");
    every_operation_is_called(&api, operations);
    fuzz(api).await;
}

#[tokio::test]
async fn any_answer_of_the_storware_api() {
    let api = storware::api().await;
    let operations = include_str!("../../../storware-backup-recovery/tests/snapshots/operations.snap");
    every_operation_is_called(&api, operations);
    fuzz(api).await;
}
