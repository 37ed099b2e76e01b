//! The generated client against a server that plays a script over a socket, and the snapshots that show
//! what a change of the document does to it.

mod answers;
mod drift;
mod errors;
mod requests;
mod server;
mod tokens;
