//! What the system says is mounted, from `/proc/self/mountinfo`.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStringExt as _;
use std::path::PathBuf;

/// How the source of a mount of ours begins.
pub(crate) const SOURCE: &str = "strongroom:";

/// Something that is mounted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mounted {
    /// Where.
    pub(crate) at: PathBuf,
    /// Whether this server, or another one of its kind, mounted it.
    pub(crate) is_ours: bool,
}

/// Everything that is mounted, in the order in which it was.
pub(crate) fn read() -> io::Result<Vec<Mounted>> {
    Ok(parse(&fs::read("/proc/self/mountinfo")?))
}

/// Lines as in `36 35 98:0 /root /mount/point options [more …] - type source options`.
fn parse(table: &[u8]) -> Vec<Mounted> {
    table.split(|byte| *byte == b'\n').filter_map(parse_line).collect()
}

fn parse_line(line: &[u8]) -> Option<Mounted> {
    let mut words = line.split(|byte| *byte == b' ');
    let at = unescape(words.nth(4)?);
    let mut rest = words.skip_while(|word| *word != b"-").skip(1);
    let (kind, source) = (rest.next()?, rest.next()?);
    let is_ours = kind.starts_with(b"fuse") && source.starts_with(SOURCE.as_bytes());
    Some(Mounted { at: PathBuf::from(OsString::from_vec(at)), is_ours })
}

/// Blanks and backslashes are written as a backslash and three octal digits.
fn unescape(word: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(word.len());
    let mut rest = word;
    while let Some((first, others)) = rest.split_first() {
        let digits = others
            .get(..3)
            .filter(|digits| *first == b'\\' && digits.iter().all(|it| (b'0'..b'8').contains(it)));
        match digits {
            Some(digits) => {
                let number = digits.iter().fold(0u32, |number, digit| number * 8 + u32::from(digit - b'0'));
                bytes.push(number as u8);
                rest = &others[3..];
            }
            None => {
                bytes.push(*first);
                rest = others;
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_apart() {
        let table = b"22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n\
            90 22 0:50 / /data/mounts/7 ro,nosuid - fuse strongroom:7 ro,user_id=0\n\
            91 22 0:51 / /a\\040b\\134\xff ro master:3 propagate_from:2 - fuse.x strongroom:8 ro\n\
            92 22 0:52 / /other rw - fuse sshfs rw\n\
            93 22 0:53 / /tmp rw - tmpfs strongroom:9 rw\n\
            broken\n";
        let ours: Vec<_> =
            parse(table).into_iter().map(|it| (it.at.into_os_string().into_vec(), it.is_ours)).collect();
        let at = |path: &[u8], is_ours| (path.to_vec(), is_ours);
        assert_eq!(
            ours,
            [
                at(b"/", false),
                at(b"/data/mounts/7", true),
                at(b"/a b\\\xff", true),
                at(b"/other", false),
                at(b"/tmp", false)
            ]
        );
    }
}
