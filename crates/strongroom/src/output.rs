//! Lines on standard output and standard error.

use std::borrow::Cow;
use std::fmt::{Display, Write as _};
use std::io::{self, Write as _};

/// Prints a line. Nobody reading it any more is no error: work goes on, and its exit code tells how it went.
pub(crate) fn say(line: impl Display) {
    let _ = writeln!(io::stdout().lock(), "{}", harmless(&line.to_string()));
}

/// Prints a line on standard error, with the same patience.
pub(crate) fn complain(line: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{}", harmless(&line.to_string()));
}

/// The text with nothing in it that a terminal takes for an order, whoever wrote it. Such a character is written as in
/// JSON, `\u001b`, so that JSON stays the same. Line breaks and tabs stay.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    if !text.contains(is_order) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_order(c) {
            // Writing to a string cannot fail.
            let _ = write!(shown, "\\u{:04x}", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// Whether a character moves the cursor, begins an escape, or turns the direction of what follows it around. All of
/// them have four hexadecimal digits.
fn is_order(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t'))
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn orders_for_a_terminal_are_written_out() {
        let name = "a\u{1b}[2Jb\u{9b}31mc\rd\u{202e}e\u{7f}";
        assert_eq!(harmless(name), "a\\u001b[2Jb\\u009b31mc\\u000dd\\u202ee\\u007f");
        assert_eq!(harmless("gr\u{fc}n\n\tok"), "gr\u{fc}n\n\tok");
        // What is written as JSON is the same for whoever reads it.
        let value = serde_json::json!({"n\u{9b}ame": name});
        assert_eq!(serde_json::from_str::<serde_json::Value>(&harmless(&value.to_string())).unwrap(), value);
    }
}
