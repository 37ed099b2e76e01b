//! A word as somebody types it in Bash.

/// The word that Bash would make of it, as far as it has come: quotes need not be closed, and nothing is expanded.
pub(super) fn unquote(typed: &str) -> String {
    let mut word = String::new();
    let mut quote = None;
    let mut rest = typed.chars();
    while let Some(next) = rest.next() {
        match (quote, next) {
            (None, '\'' | '"') => quote = Some(next),
            (Some(open), next) if open == next => quote = None,
            (None, '\\') => word.extend(rest.next()),
            (Some('"'), '\\') => match rest.next() {
                Some(escaped @ ('"' | '\\' | '$' | '`')) => word.push(escaped),
                Some(other) => word.extend(['\\', other]),
                None => {}
            },
            _ => word.push(next),
        }
    }
    word
}

#[cfg(test)]
mod tests {
    use super::unquote;

    #[test]
    fn quotes_go_and_what_they_hold_stays() {
        for (typed, word) in [
            ("plain", "plain"),
            (r"two\ words", "two words"),
            ("'two words'", "two words"),
            ("'not yet clo", "not yet clo"),
            (r#""a \"b\" \c""#, r#"a "b" \c"#),
            (r"--name='x y'z", "--name=x yz"),
            (r"'\'", r"\"),
            ("", ""),
            (r"end\", "end"),
        ] {
            assert_eq!(unquote(typed), word, "{typed}");
        }
    }
}
