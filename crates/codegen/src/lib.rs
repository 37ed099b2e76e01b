//! Turns a bundled OpenAPI 3.0 document into the Rust source of a client.
//!
//! One function, [`generate`], which build scripts and tests call alike:
//!
//! ```text
//! document → lower → progenitor → post-pass on the syntax tree → prettyplease → Output
//! ```
//!
//! The document is written for its readers. What the generator cannot read, or would read wrongly, is
//! rewritten in [`Output::lowerings`]' steps, one file a rule under `lower/`. What it writes badly is
//! reshaped under `post/`. Both halves refuse what they do not understand: an [`Error`] names the operation
//! and the JSON pointer, or the shape of the generated code that was expected and not found.
//!
//! This crate does not know YAML, files, or any API: which headers belong to the client as a whole is said
//! in [`Options`], and the generated code leans on the `client-core` crate for everything that happens on
//! the wire.

mod blame;
mod digest;
mod document;
mod error;
mod generator;
mod local;
mod lower;
mod mocks;
mod options;
mod output;
mod post;
mod quiet;
mod surface;

pub use digest::digest;
pub use error::Error;
pub use lower::Entry as LoweringEntry;
pub use options::Options;
pub use output::Output;

use post::model::Model;
use serde_json::Value;

/// Generates the client of `document`, a bundled OpenAPI 3.0 document whose references are all internal.
///
/// The same document and options give the same output, byte for byte.
///
/// # Errors
///
/// When the document says something that cannot be expressed, when progenitor refuses or panics, or when
/// its output does not have the shape the post-pass relies on.
pub fn generate(document: &Value, options: &Options) -> Result<Output, Error> {
    let lowered = lower::lower(document, options)?;
    let (model, code) =
        attempt(&lowered.document).map_err(|error| blamed(error, &lowered.document, document))?;
    Ok(Output {
        mocks: mocks::write(&model, &lowered.document, document)?,
        digest: digest::digest(code.as_bytes()),
        surface: surface::render(&model),
        operations: surface::operations(&model),
        areas: model.areas.iter().map(|area| area.slug.clone()).collect(),
        lowerings: lowered.log,
        code,
    })
}

/// The model and the code of a lowered document.
///
/// Lowering refuses or rewrites every construct known to make progenitor or its companions panic. The net is for
/// the others: a build script must fail with a message and not with a backtrace.
fn attempt(document: &Value) -> Result<(Model, String), Error> {
    quiet::caught(|| {
        let model = post::read(generator::tokens(document)?, document)?;
        let code = post::write(&model)?;
        Ok((model, code))
    })
    .unwrap_or_else(|message| Err(Error::Generator(message)))
}

/// The error with the place in the document that is to blame for it, if one is.
fn blamed(error: Error, lowered: &Value, document: &Value) -> Error {
    let Some(pointer) = blame::place(lowered, |part| attempt(part).is_err()) else { return error };
    let reason = format!("cannot be generated: {}", error.chain());
    lower::with_operation(Error::unsupported(pointer, reason), document)
}
