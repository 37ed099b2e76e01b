//! `pattern`: a pattern that is no regular expression of ECMAScript, which is what patterns of OpenAPI are.
//! Inline flags such as `(?i)`, `\A` and `\z`, and possessive repetition come from other languages.

use super::{Findings, Model};
use crate::Diagnostic;
use crate::kind::Kind;
use crate::node::Node;

/// Groups inside each other. Engines refuse more, some by overflowing their stack.
const MAX_DEPTH: usize = 100;

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    for (pattern, text) in patterns(model) {
        if let Err(reason) = is_ecma(text) {
            let message = format!("this pattern is no regular expression of ECMAScript: {reason}");
            findings.push(
                Diagnostic::error("pattern", &pattern.location, message)
                    .help("flags, `\\A` and `\\z` are of other languages; `^` and `$` stand for the ends"),
            );
        }
    }
}

/// The patterns of all schemas.
pub(super) fn patterns<'b>(model: &Model<'b>) -> impl Iterator<Item = (&'b Node, &'b str)> {
    let nodes = model.all(Kind::Schema).filter_map(|schema| schema.get("pattern"));
    nodes.filter_map(|pattern| Some((pattern, pattern.as_str()?)))
}

/// Whether `pattern` can be read with the flag `u`, without which it cannot say all that JSON can hold, or in
/// the old and laxer way that many readers still use.
fn is_ecma(pattern: &str) -> Result<(), String> {
    shallow(pattern)?;
    unicode(pattern).or_else(|_| regress::Regex::new(pattern).map(|_| ()).map_err(|error| error.text))
}

/// Whether `pattern` can be read with the flag `u`.
pub(super) fn unicode(pattern: &str) -> Result<(), String> {
    let flags = regress::Flags { unicode: true, ..regress::Flags::default() };
    regress::Regex::with_flags(pattern, flags).map(|_| ()).map_err(|error| error.text)
}

/// Refuses what engines would follow down too deep.
pub(super) fn shallow(pattern: &str) -> Result<(), String> {
    let mut depth = 0_usize;
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => {
                letters.next();
            }
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err(format!("it has more than {MAX_DEPTH} groups inside each other"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{findings, reports_rule};

    const NAME: &str = "pattern: '^\\w+$'";

    #[test]
    fn bad() {
        for pattern in ["^(\\w+$", "(?i)rex", "(?P<name>x)", "[b-a]", "x{2,1}", "x++", "*"] {
            let found = findings(NAME, &format!("pattern: '{pattern}'"));
            let found: Vec<_> = found.iter().filter(|finding| finding.starts_with("pattern at ")).collect();
            assert_eq!(found.len(), 1, "{pattern}: {found:?}");
            assert!(found[0].contains("this pattern is no regular expression of ECMAScript: "), "{found:?}");
        }
        let deep = format!("pattern: '{}{}'", "(".repeat(101), ")".repeat(101));
        assert!(
            findings(NAME, &deep)
                .iter()
                .any(|finding| finding.contains("more than 100 groups inside each other"))
        );
    }

    #[test]
    fn good() {
        for pattern in ["^(?!x)[A-Z][a-z]{2,3}$", "\\d{4}-\\d{2}", "^[\\w.\\-]*$", "\\p{L}+", "(?<year>\\d+)"]
        {
            reports_rule("pattern", NAME, &format!("pattern: '{pattern}'"), &[]);
        }
        // Right, and too large for some engines.
        for pattern in ["[\\P{M}\\p{M}]{0,20000}".to_owned(), "(?:[a-z])".repeat(200)] {
            reports_rule("pattern", NAME, &format!("pattern: '{pattern}'"), &[]);
        }
    }
}
