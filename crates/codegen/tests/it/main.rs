//! The generator on small documents: what it refuses, what it rewrites, what it writes.

mod documents;
mod lowered;
mod refused;
mod written;
