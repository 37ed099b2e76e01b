//! One look at a document as it lies on disk: what the rules say of it, and the client that it gives.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::{env, io};

use client_build::{Api, Generated};
use openapi_check::{Diagnostic, Severity, Sources};

/// What a look at the document of an API came to.
#[derive(Debug)]
pub enum Look {
    /// A client can be generated. There may be warnings, ready to be printed.
    Good(Box<Generated>, String),
    /// It cannot, for the reasons given, ready to be printed.
    Bad(String),
}

/// The files of a document, and the key of its entry among them.
pub struct Files {
    sources: Sources,
    entry: String,
}

impl Files {
    /// Reads the document of `api` below `spec`.
    ///
    /// # Errors
    /// When the entry is not there, or a file cannot be read as text.
    pub fn read(spec: &Path, api: &Api) -> io::Result<Self> {
        let (sources, entry) = Sources::from_disk(&short(&spec.join(api.entry)))?;
        Ok(Self { sources, entry })
    }

    /// A hash of all names and texts.
    pub fn digest(&self) -> String {
        let mut bytes = Vec::new();
        for key in self.sources.keys() {
            bytes.extend_from_slice(key.as_bytes());
            bytes.push(0);
            bytes.extend_from_slice(self.sources.text(key).unwrap_or_default().as_bytes());
            bytes.push(0);
        }
        codegen::digest(&bytes)
    }

    /// How many files there are.
    pub fn count(&self) -> usize {
        self.sources.keys().count()
    }

    /// What the rules say.
    pub fn check(&self) -> Vec<Diagnostic> {
        openapi_check::check(&self.sources, &self.entry)
    }

    /// The client.
    ///
    /// # Errors
    /// Why there is none, ready to be printed.
    pub fn generate(&self, api: &Api) -> Result<Generated, String> {
        Generated::new(&self.sources, &self.entry, api)
    }

    fn look(&self, api: &Api) -> Look {
        let findings = self.check();
        let text = openapi_check::render(&findings, &self.sources);
        if findings.iter().any(|finding| finding.severity == Severity::Error) {
            return Look::Bad(text);
        }
        match self.generate(api) {
            Ok(generated) => Look::Good(Box::new(generated), text),
            Err(reason) => Look::Bad(format!("{text}error: {}\n", reason.trim_end())),
        }
    }
}

/// Looks at the files. A file that was saved by half must not end a watch, so that a panic is told and no more.
pub fn look(files: &Files, api: &Api) -> Look {
    catch_unwind(AssertUnwindSafe(|| files.look(api))).unwrap_or_else(|_| {
        Look::Bad("error: the checker or the generator panicked over these files: see above\n".to_owned())
    })
}

/// The path as seen from where the command was started, so that findings can be clicked on.
fn short(path: &Path) -> PathBuf {
    let from_here = env::current_dir().ok().and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned));
    from_here.unwrap_or_else(|| path.to_owned())
}
