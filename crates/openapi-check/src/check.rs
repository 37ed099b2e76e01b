//! Holds an authored document against the specification and against rules of our own.

use crate::bundle::assemble;
use crate::{Diagnostic, Sources, diagnostic, rules};

/// Everything that is wrong with the document whose entry is the file `entry`, ordered by file and line.
///
/// A mistake does not hide those elsewhere: what can still be read is still checked.
pub fn check(sources: &Sources, entry: &str) -> Vec<Diagnostic> {
    let (bundle, mut diagnostics) = assemble(sources, entry);
    if let Some(bundle) = bundle {
        rules::run(&bundle, &mut diagnostics);
    }
    diagnostic::arrange(&mut diagnostics);
    diagnostics
}
