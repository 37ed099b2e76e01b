//! File paths of any bytes as text that loses nothing.
//!
//! A Unix file name is any bytes but `/` and NUL, while JSON and URLs carry Unicode. The text form of a path
//! is the path itself where that is valid UTF-8; a byte that is not is written `\xNN`, and a backslash that
//! would read as the start of such an escape is written `\x5c`. Reading reverses both, so every path has
//! exactly one text form and every text is some path.
//!
//! The server and its clients share this crate, because both must agree on it. It knows nothing else.

/// The text form of some bytes of a path.
pub fn to_text(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        let valid = chunk.valid().as_bytes();
        for (at, part) in chunk.valid().char_indices() {
            if part == '\\' && escape_at(valid, at).is_some() {
                text.push_str("\\x5c");
            } else {
                text.push(part);
            }
        }
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    text
}

/// The bytes that a text stands for.
pub fn from_text(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if let Some(byte) = escape_at(bytes, at) {
            out.push(byte);
            at += 4;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    out
}

/// The byte that the four bytes at `at` escape, if they are an escape.
fn escape_at(bytes: &[u8], at: usize) -> Option<u8> {
    let digits = match bytes.get(at..at + 4)? {
        [b'\\', b'x', high, low] => [*high, *low],
        _ => return None,
    };
    let mut value = 0;
    for digit in digits {
        value = value * 16 + char::from(digit).to_digit(16)?;
    }
    u8::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_has_a_text_form_that_leads_back_to_it() {
        for bytes in [
            b"/plain/name".as_slice(),
            b"/sp ace/\"quote\"/new\nline",
            b"/latin1-\xe9",
            b"/\xff\xfe",
            b"/looks-like-\\xff-but-is-text",
            b"/ends-with-\\x",
            b"/\\\\x41",
            b"/half-\xc3",
            b"/\\x5",
            b"",
        ] {
            let text = to_text(bytes);
            assert_eq!(from_text(&text), bytes, "through {text:?}");
        }
    }

    #[test]
    fn only_what_needs_it_is_escaped() {
        assert_eq!(to_text(b"/a\\b/\xe9"), "/a\\b/\\xe9");
        assert_eq!(to_text(b"/a\\x41"), "/a\\x5cx41");
    }
}
