//! Backup and recovery, API first: the command line and the server in one binary.
fn main() {}
