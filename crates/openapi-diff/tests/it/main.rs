//! What the crate promises.

mod cases;
mod support;
