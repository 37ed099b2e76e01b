//! Checksums of published files.

use sha2::{Digest as _, Sha256};

/// The text that `sha256sum --check` reads: one line a file, in the order in which they come.
pub fn sums<'f>(files: impl IntoIterator<Item = (&'f str, &'f [u8])>) -> String {
    files.into_iter().map(|(name, bytes)| format!("{}  {name}\n", sha256(bytes))).collect()
}

/// The SHA-256 of these bytes, in lower-case hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tool_reads_it() {
        assert_eq!(
            sums([("a.txt", b"abc".as_slice())]),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a.txt\n"
        );
    }
}
