//! The call of progenitor, and its settings.

use openapiv3::OpenAPI;
use proc_macro2::TokenStream;
use progenitor::{CrateVers, GenerationSettings, Generator, HooksMode, InterfaceStyle, TagStyle};
use serde_json::Value;

use crate::Error;

/// The crate that stands for "a type which the post-pass writes into `types`" in `x-rust-type`.
pub(crate) const LOCAL_CRATE: &str = "generated-here";
/// [`LOCAL_CRATE`] as the first step of a path.
pub(crate) const LOCAL_PATH: &str = "generated_here";

/// What progenitor writes for a lowered document. It may panic.
pub(crate) fn tokens(document: &Value) -> Result<TokenStream, Error> {
    let document: OpenAPI = serde_json::from_value(document.clone()).map_err(Error::Document)?;
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Builder)
        .with_tag(TagStyle::Separate)
        .with_hooks(HooksMode::Expected)
        // Ordered, so that a request is the same text every time.
        .with_map_type("::std::collections::BTreeMap")
        .with_crate("client-core", CrateVers::Any, None)
        .with_crate(LOCAL_CRATE, CrateVers::Any, None);
    Generator::new(&settings).generate_tokens(&document).map_err(|error| Error::Generator(error.to_string()))
}
