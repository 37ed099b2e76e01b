//! The generator on small documents: what it refuses, what it rewrites, what it writes.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod documents;
mod hostile;
mod lowered;
mod refused;
mod written;
