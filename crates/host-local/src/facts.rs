//! What this machine is.

use std::fs;

use engine::{HostFacts, OsFamily};

use crate::volumes;

/// Everything that is known of this machine. What cannot be found out is left empty.
pub(crate) fn read() -> HostFacts {
    HostFacts {
        hostname: hostname(),
        os: OsFamily::Linux,
        os_name: os_name(),
        kernel: rustix::system::uname().release().to_string_lossy().into_owned(),
        volumes: volumes::measure(),
    }
}

/// The name that the kernel goes by.
pub(crate) fn hostname() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

fn os_name() -> String {
    ["/etc/os-release", "/usr/lib/os-release"]
        .into_iter()
        .find_map(|path| pretty_name(&fs::read_to_string(path).ok()?))
        .unwrap_or_else(|| "Linux".to_owned())
}

/// The value of `PRETTY_NAME`, which is quoted like a word of a shell.
fn pretty_name(os_release: &str) -> Option<String> {
    let value = os_release.lines().find_map(|line| line.trim().strip_prefix("PRETTY_NAME="))?;
    let plain = match value.as_bytes() {
        [b'\'', inner @ .., b'\''] => String::from_utf8_lossy(inner).into_owned(),
        [b'"', inner @ .., b'"'] => unescape(&String::from_utf8_lossy(inner)),
        _ => unescape(value),
    };
    (!plain.is_empty()).then_some(plain)
}

fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(next) = rest.next() {
        match next {
            '\\' => plain.extend(rest.next()),
            _ => plain.push(next),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_the_system_is_read_in_every_quoting() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(pretty_name(text).as_deref(), expected, "of {text:?}");
        };
        check(
            "ID=debian\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n",
            Some("Debian GNU/Linux 12 (bookworm)"),
        );
        check("PRETTY_NAME=Alpine", Some("Alpine"));
        check("PRETTY_NAME='Q \\ OS'", Some("Q \\ OS"));
        check(r#"PRETTY_NAME="A \"good\" \$ystem""#, Some("A \"good\" $ystem"));
        check("PRETTY_NAME=\"\"", None);
        check("PRETTY_NAME=\"", Some("\""));
        check("NAME=x", None);
    }
}
