//! Names as programs write them.

/// The words of a name in lower case, joined by `_`: `foo_bar` for `fooBar`, `HTTP-URL` and `HttpUrl` alike
/// for `http_url`. What is no letter or digit ends a word; a name without any stays as it is.
pub(super) fn words(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut words = String::with_capacity(name.len() + 4);
    for (at, letter) in letters.iter().enumerate() {
        if !letter.is_alphanumeric() {
            if !words.is_empty() && !words.ends_with('_') {
                words.push('_');
            }
            continue;
        }
        let before = at.checked_sub(1).and_then(|at| letters.get(at));
        let after = letters.get(at + 1);
        let begins = letter.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase()
                    || before.is_numeric()
                    || (before.is_uppercase() && after.is_some_and(|after| after.is_lowercase()))
            });
        if begins && !words.is_empty() && !words.ends_with('_') {
            words.push('_');
        }
        words.extend(letter.to_lowercase());
    }
    if words.is_empty() { name.to_owned() } else { words.trim_end_matches('_').to_owned() }
}

/// The name as types are written: `FooBar` for `foo-bar`. Names that differ in this differ in `snake_case`
/// and `camelCase` too, and not the other way round: `foo_1` and `foo1` are one name here.
pub(super) fn pascal(name: &str) -> String {
    let mut pascal = String::with_capacity(name.len());
    for word in words(name).split('_') {
        let mut letters = word.chars();
        pascal.extend(letters.next().into_iter().flat_map(char::to_uppercase));
        pascal.push_str(letters.as_str());
    }
    pascal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fall_into_words() {
        for (name, expected) in [
            ("fooBar", "foo_bar"),
            ("FooBar", "foo_bar"),
            ("foo-bar_", "foo_bar"),
            ("HTTPUrl", "http_url"),
            ("vmV2Ids", "vm_v2_ids"),
            ("foobar", "foobar"),
            ("<=", "<="),
        ] {
            assert_eq!(words(name), expected, "{name}");
        }
    }

    #[test]
    fn words_make_the_name_of_a_type() {
        for (name, expected) in
            [("fooBar", "FooBar"), ("foo_1", "Foo1"), ("foo1", "Foo1"), ("HTTPUrl", "HttpUrl"), ("<", "<")]
        {
            assert_eq!(pascal(name), expected, "{name}");
        }
    }
}
