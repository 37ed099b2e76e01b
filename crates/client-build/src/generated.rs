//! From the authored files to everything that is made of them.

use std::collections::BTreeMap;

use openapi_check::{Bundle, Sources};
use serde_json::Value;

use crate::Api;

/// A client, and what is reviewed about it.
#[derive(Clone, Debug)]
pub struct Generated {
    /// What the generator wrote.
    pub output: codegen::Output,
    /// A stable hash of the bundled document.
    pub bundle_digest: String,
}

impl Generated {
    /// Generates the client of an API from `sources`, in which `entry` is the key of its entry file. The key
    /// is [`Api::entry`] for embedded sources, and a path for sources from disk.
    ///
    /// # Errors
    /// What is wrong, ready to be printed, with the authored line where there is one.
    pub fn new(sources: &Sources, entry: &str, api: &Api) -> Result<Self, String> {
        let bundle = openapi_check::bundle(sources, entry)
            .map_err(|diagnostics| openapi_check::render(&diagnostics, sources))?;
        Self::of_document(bundle.document(), api).map_err(|error| located(&bundle, &error))
    }

    /// Generates the client of an API from its bundled document.
    ///
    /// # Errors
    /// When the document says something that cannot be generated.
    pub fn of_document(document: &Value, api: &Api) -> Result<Self, codegen::Error> {
        let output = codegen::generate(document, &api.options())?;
        Ok(Self { output, bundle_digest: codegen::digest(document.to_string().as_bytes()) })
    }

    /// The snapshots that can be told without compiling the client, by name: `surface-AREA`, `operations`,
    /// `lowerings` and `digest`. Those of the JSON Schemas are made from the compiled types.
    #[must_use]
    pub fn snapshots(&self) -> BTreeMap<String, String> {
        let surface = self.output.surface.iter();
        let mut texts: BTreeMap<_, _> =
            surface.map(|(area, text)| (format!("surface-{area}"), text.clone())).collect();
        texts.insert("operations".to_owned(), self.output.operations.clone());
        texts.insert("lowerings".to_owned(), self.output.lowering_log(20));
        let digests = format!("bundle {}\ncode {}\n", self.bundle_digest, self.output.digest);
        texts.insert("digest".to_owned(), digests);
        texts
    }
}

/// The error with the authored line it is about.
fn located(bundle: &Bundle, error: &codegen::Error) -> String {
    match error {
        codegen::Error::Unsupported { pointer, .. } => match bundle.locate(pointer.trim_start_matches('#')) {
            Some(location) => format!("{location}: {error}"),
            None => error.to_string(),
        },
        _ => error.to_string(),
    }
}
