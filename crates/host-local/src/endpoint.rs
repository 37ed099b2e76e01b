//! Whether an endpoint names this machine.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs, UdpSocket};

use engine::{Error, Kind, Result};

/// Nothing for an endpoint that is this machine; else the refusal that says what would be accepted.
pub(crate) fn require_local(endpoint: &str) -> Result<()> {
    let own_name = crate::facts::hostname();
    if is_local(endpoint.trim(), &own_name) {
        return Ok(());
    }
    Err(Error::new(
        Kind::Unsupported,
        format!(
            "this server protects the machine it runs on, and {endpoint:?} is not that machine: \
             use localhost, {own_name} or one of its own addresses"
        ),
    ))
}

fn is_local(endpoint: &str, own_name: &str) -> bool {
    let bare = endpoint.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(endpoint);
    if let Ok(address) = bare.parse::<IpAddr>() {
        return is_own_address(address);
    }
    let name = endpoint.strip_suffix('.').unwrap_or(endpoint);
    if name.is_empty() {
        return false;
    }
    if name.eq_ignore_ascii_case("localhost") || name.eq_ignore_ascii_case(own_name) {
        return true;
    }
    // The full name where the kernel knows the short one, or the reverse. Other names are not looked up at
    // all: they may resolve to this machine today and to another one tomorrow.
    if !first_label(name).eq_ignore_ascii_case(first_label(own_name)) {
        return false;
    }
    !name.contains('.') || resolves_here(name)
}

fn first_label(name: &str) -> &str {
    name.split_once('.').map_or(name, |(first, _)| first)
}

fn resolves_here(name: &str) -> bool {
    let Ok(found) = (name, 0).to_socket_addrs() else { return false };
    let mut addresses = found.map(|address| address.ip()).peekable();
    addresses.peek().is_some() && addresses.all(is_own_address)
}

/// Whether packets to `address` would stay here. The kernel's choice of a sender tells: to an address of
/// its own it sends from that same address. Nothing is sent.
fn is_own_address(address: IpAddr) -> bool {
    let address = address.to_canonical();
    if address.is_loopback() {
        return true;
    }
    if address.is_unspecified() || address.is_multicast() {
        return false;
    }
    let any: IpAddr = match address {
        IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    // Port 9 discards; any but 0 would do.
    let sender = UdpSocket::bind(SocketAddr::new(any, 0)).and_then(|socket| {
        socket.connect(SocketAddr::new(address, 9))?;
        socket.local_addr()
    });
    sender.is_ok_and(|sender| sender.ip() == address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_of_this_machine_are_told_from_others() {
        let check = |endpoint: &str, own_name: &str, expected: bool| {
            assert_eq!(is_local(endpoint, own_name), expected, "{endpoint:?} on {own_name:?}");
        };
        check("localhost", "vault", true);
        check("LOCALHOST.", "vault", true);
        check("127.0.0.1", "vault", true);
        check("127.8.8.8", "vault", true);
        check("::1", "vault", true);
        check("[::1]", "vault", true);
        check("::ffff:127.0.0.1", "vault", true);
        check("vault", "vault", true);
        check("Vault", "vault", true);
        check("vault", "vault.example.com", true);
        check("vault.example.com", "vault.example.com", true);
        check("vault.invalid", "vault", false);
        check("vault.example.org.invalid", "vault.example.com", false);
        check("other", "vault", false);
        check("", "vault", false);
        check(".", "vault", false);
        check("0.0.0.0", "vault", false);
        check("::", "vault", false);
        check("224.0.0.1", "vault", false);
        check("192.0.2.1", "vault", false);
        check("2001:db8::1", "vault", false);
    }
}
