//! Black-box tests: the client against the real server in this process, and the real binary as a process of
//! its own. Every answer of a server started here is held against the spec (`check_answers`).

#![expect(clippy::unwrap_used, clippy::panic, reason = "what a test cannot do without, it fails on")]

mod access;
mod coverage;
mod crash;
mod groups;
mod policies;
mod quickstart;
mod recoveries;
mod restart;
mod retention;
mod runs;
mod schedules;
mod sources;
mod story;
mod support;
