//! The maintainer's commands: spec check, codegen.
fn main() {}
