//! What the tests share: a server, a client, folders to back up, and looking at trees.

mod clock;
mod filters;
mod fixture;
mod process;
mod server;
mod session;
mod shell;
mod terminal;
mod tree;

pub(crate) use clock::TestClock;
pub(crate) use filters::Filters;
pub(crate) use fixture::{Fixture, adopt, wait_for_recovery};
pub(crate) use process::ServerProcess;
pub(crate) use server::{TestServer, TestUser, http};
pub(crate) use session::Session;
pub(crate) use shell::{Ended, Shell};
pub(crate) use terminal::Terminal;
pub(crate) use tree::{odd_tree, tree_of};
