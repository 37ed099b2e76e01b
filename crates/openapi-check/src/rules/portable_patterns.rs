//! `portable-pattern`: a pattern that some language cannot read. Rust and Go have engines without look-around
//! and back references; generated clients of these then fail when they are built, or when they start.

use super::patterns::{patterns, shallow, unicode};
use super::{Findings, Model};
use crate::Diagnostic;

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    for (pattern, text) in patterns(model) {
        // What is no pattern at all, and too deep to look at, has been reported.
        if shallow(text).is_err() {
            continue;
        }
        let reason = if unicode(text).is_err() && regress::Regex::new(text).is_ok() {
            "can be read only without the flag `u`, which validators set"
        } else if unicode(text).is_ok() && regex_syntax::parse(text).is_err() {
            "cannot be read by Rust and Go"
        } else {
            continue;
        };
        findings.push(
            Diagnostic::error("portable-pattern", &pattern.location, format!("this pattern {reason}"))
                .help("do without look-around, back references and needless backslashes"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{accepts, reports_rule};

    const NAME: &str = "pattern: '^\\w+$'";

    #[test]
    fn bad() {
        for (pattern, reason) in [
            ("^(?!x)R", "cannot be read by Rust and Go"),
            ("(.)\\1", "cannot be read by Rust and Go"),
            ("^a\\_b$", "can be read only without the flag `u`, which validators set"),
        ] {
            let expected = format!("portable-pattern at '{pattern}': this pattern {reason}");
            reports_rule("portable-pattern", NAME, &format!("pattern: '{pattern}'"), &[&expected]);
        }
    }

    #[test]
    fn good() {
        accepts(NAME, "pattern: '^[A-Z][a-z-]{2,3}(?:\\.\\d+)?$'");
    }
}
