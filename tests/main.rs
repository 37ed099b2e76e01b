//! Black-box tests: the client against the real server in this process, and the real binary as a process of
//! its own. Every answer of a server started here is held against the spec (`check_answers`).

#![expect(clippy::unwrap_used, clippy::panic, reason = "what a test cannot do without, it fails on")]

mod access;
mod agents;
mod clients;
mod commands;
mod completions;
mod compression;
mod connections;
mod connectors;
mod coverage;
mod crash;
mod cross_faces;
mod docs;
mod door;
mod examples;
mod forms;
mod groups;
mod manual;
mod objects;
mod odd_input;
mod paging;
mod policies;
mod profiles;
mod progress;
mod quickstart;
mod recoveries;
mod restart;
mod restore_points;
mod retention;
mod run_parts;
mod run_updates;
mod runs;
mod schedules;
mod sources;
mod stories;
mod storware_backups;
mod storware_mounts;
mod storware_node;
mod storware_session;
mod storware_task_requests;
mod storware_tasks;
mod story;
mod support;
mod terminal;
mod users;
