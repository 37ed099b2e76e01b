//! `cargo xtask interop`: other people's clients against our server.
//!
//! `interop go` uses IBM's SDK for Go as it is published. `interop clients` lets the generators of other
//! languages make clients of our documents, and runs one story through each. `interop schemathesis` makes up
//! requests from the documents.

mod browser;
mod clients;
mod collection;
pub(crate) mod documents;
mod folders;
mod go;
mod node;
mod packages;
mod schemathesis;
mod server;

use std::env;
use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::Path;

use crate::Outcome;

#[derive(clap::Subcommand)]
pub(crate) enum Client {
    /// Open the published pages in a browser, from disk and from a server of their own.
    Browser,
    /// Generate a client in each language, compile it, and run its story against a server of its own.
    Clients {
        /// The folders of tests/interop/clients to take [default: all]
        names: Vec<String>,
    },
    /// Send the requests of the published collections with newman to a server of their own.
    Collection,
    /// Run the Go tests, which use IBM's SDK for Go, against a server of their own.
    Go,
    /// Install the packages of the published documents for npm, PyPI and Cargo, and read them.
    Packages,
    /// Send requests that Schemathesis makes up from the documents to servers of their own.
    Schemathesis(schemathesis::Args),
}

/// Runs the tests of one client, or those of the generated ones.
///
/// # Errors
/// When the server cannot be built or started, or the tests cannot be started.
pub(crate) fn run(client: &Client, workspace: &Path, out: &mut impl Write) -> io::Result<Outcome> {
    match client {
        Client::Browser => browser::run(workspace, out),
        Client::Clients { names } => clients::run(names, workspace, out),
        Client::Collection => collection::run(workspace, out),
        Client::Go => go::run(workspace, out),
        Client::Packages => packages::run(workspace, out),
        Client::Schemathesis(args) => schemathesis::run(args, workspace, out),
    }
}

/// A developer may lack the tool; in CI its absence would hide that nothing is tested.
fn without_the_tool(ci: Option<&OsStr>) -> Outcome {
    if ci == Some(OsStr::new("true")) { Outcome::Findings } else { Outcome::Fine }
}

fn is_installed(program: &OsStr) -> bool {
    let folders = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&folders).any(|folder| folder.join(program).is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_tool_is_a_finding_in_ci_only() {
        assert_eq!(without_the_tool(None), Outcome::Fine);
        assert_eq!(without_the_tool(Some(OsStr::new("false"))), Outcome::Fine);
        assert_eq!(without_the_tool(Some(OsStr::new("true"))), Outcome::Findings);
    }
}
