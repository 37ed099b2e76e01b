//! What a change of the document does to the crate, for review.

use client_testing::Drift;

const DRIFT: Drift = Drift::new(env!("CARGO_PKG_NAME"), env!("CARGO_MANIFEST_DIR"), env!("OUT_DIR"));

#[test]
fn public_surface() {
    DRIFT.surface();
}

#[test]
fn json_schemas() {
    DRIFT.json_schemas(&storware_backup_recovery::types::json_schemas());
}

#[test]
fn operations() {
    DRIFT.file("operations");
}

#[test]
fn lowerings() {
    DRIFT.file("lowerings");
}

#[test]
fn digest() {
    DRIFT.file("digest");
}

#[test]
fn features_are_the_areas() {
    DRIFT.features();
}

#[test]
fn no_snapshot_is_left_over() {
    DRIFT.nothing_is_left_over();
}
