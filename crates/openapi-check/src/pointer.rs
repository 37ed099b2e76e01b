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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_survive_the_round_trip() {
        for text in ["", "a/b", "~", "~1", "a~0/b"] {
            assert_eq!(unescape(&escape(text)), text);
        }
        assert_eq!(tokens("/paths/~1pets~1{id}/get").collect::<Vec<_>>(), ["paths", "/pets/{id}", "get"]);
        assert_eq!(tokens("").count(), 0);
    }
}
