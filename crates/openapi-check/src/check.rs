//! Holds an authored document against the specification and against rules of our own.

use crate::bundle::assemble;
use crate::{Diagnostic, RuleSet, Sources, diagnostic, rules};

/// Everything that is wrong with the document whose entry is the file `entry`, ordered by file and line,
/// by every rule there is. Suppressions are not looked at: [`Report`](crate::Report) does that.
///
/// A mistake does not hide those elsewhere: what can still be read is still checked.
pub fn check(sources: &Sources, entry: &str) -> Vec<Diagnostic> {
    check_with(sources, entry, &RuleSet::house())
}

/// What these rules find in the document whose entry is the file `entry`, ordered by file and line.
pub fn check_with(sources: &Sources, entry: &str, rules: &RuleSet) -> Vec<Diagnostic> {
    let (bundle, mut diagnostics) = assemble(sources, entry);
    if let Some(bundle) = bundle {
        rules::run(&bundle, &mut diagnostics);
    }
    rules.keep(&mut diagnostics);
    diagnostic::arrange(&mut diagnostics);
    diagnostics
}
