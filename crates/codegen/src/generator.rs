//! The call of progenitor: settings, and a net under its panics.

use std::panic::{AssertUnwindSafe, catch_unwind};

use openapiv3::OpenAPI;
use proc_macro2::TokenStream;
use progenitor::{CrateVers, GenerationSettings, Generator, HooksMode, InterfaceStyle, TagStyle};
use serde_json::Value;

use crate::Error;

/// The crate that stands for "a type which the post-pass writes into `types`" in `x-rust-type`.
pub(crate) const LOCAL_CRATE: &str = "generated-here";
/// [`LOCAL_CRATE`] as the first step of a path.
pub(crate) const LOCAL_PATH: &str = "generated_here";

/// What progenitor writes for a lowered document.
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
    // Lowering refuses or rewrites every construct known to make progenitor panic. This is the net under it:
    // a build script must fail with a message and not with a backtrace.
    let result = catch_unwind(AssertUnwindSafe(|| Generator::new(&settings).generate_tokens(&document)));
    match result {
        Ok(Ok(tokens)) => Ok(tokens),
        Ok(Err(error)) => Err(Error::Generator(error.to_string())),
        Err(payload) => {
            let text = payload
                .downcast_ref::<String>()
                .cloned()
                .or_else(|| payload.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            Err(Error::Generator(format!("panic: {}", text.unwrap_or_else(|| "no message".to_owned()))))
        }
    }
}
