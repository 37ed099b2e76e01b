//! JSON pointers (RFC 6901).

use std::borrow::Cow;

/// The unescaped tokens of a pointer; none for the empty pointer, which is the root.
pub(crate) fn tokens(pointer: &str) -> impl Iterator<Item = Cow<'_, str>> {
    pointer.split('/').skip(1).map(unescape)
}

/// One token without its escapes.
pub(crate) fn unescape(token: &str) -> Cow<'_, str> {
    if token.contains('~') {
        // `~1` first: `~01` stands for the two characters `~1`.
        Cow::Owned(token.replace("~1", "/").replace("~0", "~"))
    } else {
        Cow::Borrowed(token)
    }
}

/// One token with its escapes.
pub(crate) fn escape(token: &str) -> Cow<'_, str> {
    if token.contains(['~', '/']) {
        Cow::Owned(token.replace('~', "~0").replace('/', "~1"))
    } else {
        Cow::Borrowed(token)
    }
}

/// The text with `%7B` and its like decoded, as they stand in URIs; unchanged if that gives no text.
pub(crate) fn percent_decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let digit = |at: usize| after.get(at).and_then(|digit| char::from(*digit).to_digit(16));
        match (first, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.extend(u8::try_from(high * 16 + low));
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_signs_are_decoded() {
        for (text, decoded) in
            [("/a%7Bid%7d", "/a{id}"), ("100%", "100%"), ("%zz%2", "%zz%2"), ("%ff", "%ff"), ("%C3%A9", "é")]
        {
            assert_eq!(percent_decoded(text), decoded);
        }
    }

    #[test]
    fn escapes_survive_the_round_trip() {
        for text in ["", "a/b", "~", "~1", "a~0/b"] {
            assert_eq!(unescape(&escape(text)), text);
        }
        assert_eq!(tokens("/paths/~1pets~1{id}/get").collect::<Vec<_>>(), ["paths", "/pets/{id}", "get"]);
        assert_eq!(tokens("").count(), 0);
    }
}
