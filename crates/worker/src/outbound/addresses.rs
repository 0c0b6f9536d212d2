//! The addresses to which the server may connect: public ones, and those that the operator allowed.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// Destinations that the operator allowed although their addresses are not public: hosts, hosts with a port,
/// addresses and networks, separated by commas.
///
/// A name is compared with the host of a URL, as written there. An address or a network is compared with the addresses
/// that the host resolves to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Allowed(Vec<Entry>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Entry {
    Host(String, Option<u16>),
    Network(IpNet, Option<u16>),
}

impl Allowed {
    /// Whether a connection to this host and port may use this address.
    pub(crate) fn permits(&self, host: &str, port: u16, address: IpAddr) -> bool {
        let address = address.to_canonical();
        is_public(address) || self.0.iter().any(|entry| entry.covers(host, port, address))
    }

    /// Adds the destinations that another list allows.
    #[must_use]
    pub fn and(mut self, other: Allowed) -> Self {
        self.0.extend(other.0);
        self
    }
}

impl Entry {
    fn covers(&self, host: &str, port: u16, address: IpAddr) -> bool {
        match self {
            Entry::Host(name, only) => name.eq_ignore_ascii_case(host) && only.is_none_or(|p| p == port),
            Entry::Network(network, only) => network.contains(&address) && only.is_none_or(|p| p == port),
        }
    }

    fn parse(text: &str) -> Result<Self, String> {
        let invalid = || format!("{text} is not a host, host:port, address or network");
        if let Some((address, bits)) = text.split_once('/') {
            let address: IpAddr = address.parse().map_err(|_| invalid())?;
            let bits = bits.parse().map_err(|_| invalid())?;
            return Ok(Entry::Network(IpNet::new(address, bits).map_err(|_| invalid())?, None));
        }
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(Entry::Network(address.to_canonical().into(), None));
        }
        if let Ok(socket) = text.parse::<std::net::SocketAddr>() {
            return Ok(Entry::Network(socket.ip().to_canonical().into(), Some(socket.port())));
        }
        let (name, port) = match text.rsplit_once(':') {
            Some((name, port)) => (name, Some(port.parse().map_err(|_| invalid())?)),
            None => (text, None),
        };
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
        if name.is_empty() || !name.chars().all(is_name) {
            return Err(invalid());
        }
        Ok(Entry::Host(name.to_ascii_lowercase(), port))
    }
}

impl FromStr for Allowed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.split([',', ' ', '\n']).filter(|t| !t.is_empty()).map(Entry::parse).collect::<Result<_, _>>().map(Self)
    }
}

impl fmt::Display for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("public addresses only");
        }
        for (i, entry) in self.0.iter().enumerate() {
            let comma = if i == 0 { "" } else { ", " };
            let (name, port) = match entry {
                Entry::Host(name, port) => (name.clone(), port),
                Entry::Network(network, port) => (network.to_string(), port),
            };
            match port {
                Some(port) => write!(f, "{comma}{name}:{port}")?,
                None => write!(f, "{comma}{name}")?,
            }
        }
        Ok(())
    }
}

/// Whether an address is on the public internet: not special, private or reserved.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => public_v4(v4),
        IpAddr::V6(v6) => public_v6(v6),
    }
}

const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

/// The registry of special addresses: RFC 6890 and its successors.
const SPECIAL_V4: &[Ipv4Net] = &[
    v4(0, 0, 0, 0, 8),
    v4(10, 0, 0, 0, 8),
    v4(100, 64, 0, 0, 10),
    v4(127, 0, 0, 0, 8),
    v4(169, 254, 0, 0, 16),
    v4(172, 16, 0, 0, 12),
    v4(192, 0, 0, 0, 24),
    v4(192, 0, 2, 0, 24),
    v4(192, 88, 99, 0, 24),
    v4(192, 168, 0, 0, 16),
    v4(198, 18, 0, 0, 15),
    v4(198, 51, 100, 0, 24),
    v4(203, 0, 113, 0, 24),
    // Multicast, reserved and broadcast.
    v4(224, 0, 0, 0, 3),
];

fn public_v4(address: Ipv4Addr) -> bool {
    !SPECIAL_V4.iter().any(|network| network.contains(&address))
}

const fn v6(first: u16, second: u16, prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(first, second, 0, 0, 0, 0, 0, 0), prefix)
}

/// Addresses in `2000::/3` that are not public, or embed another address.
const SPECIAL_V6: &[Ipv6Net] = &[
    // Protocol assignments, Teredo among them.
    v6(0x2001, 0, 23),
    v6(0x2001, 0xdb8, 32),
    // 6to4: an IPv4 address inside.
    v6(0x2002, 0, 16),
    v6(0x3fff, 0, 20),
];

fn public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    if segments[..6] == [0x64, 0xff9b, 0, 0, 0, 0] {
        // NAT64: a network without IPv4 embeds the IPv4 address.
        return public_v4(Ipv4Addr::from_bits(u32::from(segments[6]) << 16 | u32::from(segments[7])));
    }
    segments[0] & 0xe000 == 0x2000 && !SPECIAL_V6.iter().any(|network| network.contains(&address))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permits(allowed: &str, host: &str, port: u16, address: &str) -> bool {
        allowed.parse::<Allowed>().unwrap().permits(host, port, address.parse().unwrap())
    }

    #[test]
    fn permits_public_addresses_only() {
        for public in ["1.1.1.1", "93.184.216.34", "172.32.0.1", "192.169.0.1", "2606:4700::1111", "64:ff9b::101:101"] {
            assert!(permits("", "x", 80, public), "{public}");
        }
        for special in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.168.1.1",
            "198.18.0.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::7f00:1",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "fec0::1",
        ] {
            assert!(!permits("", "x", 80, special), "{special}");
        }
    }

    #[test]
    fn permits_what_the_operator_allowed() {
        assert!(permits("hooks.internal", "hooks.internal", 8443, "10.0.0.7"));
        assert!(permits("hooks.internal", "HOOKS.internal", 80, "10.0.0.7"));
        assert!(!permits("hooks.internal", "other.internal", 80, "10.0.0.7"));
        assert!(permits("hooks.internal:8443", "hooks.internal", 8443, "10.0.0.7"));
        assert!(!permits("hooks.internal:8443", "hooks.internal", 80, "10.0.0.7"));
        assert!(permits("10.0.0.0/8, 192.168.1.0/24", "x", 80, "10.9.9.9"));
        assert!(permits("10.0.0.0/8, 192.168.1.0/24", "x", 80, "::ffff:192.168.1.4"));
        assert!(!permits("192.168.1.0/24", "x", 80, "192.168.2.1"));
        assert!(permits("127.0.0.1:9000", "localhost", 9000, "127.0.0.1"));
        assert!(!permits("127.0.0.1:9000", "localhost", 9001, "127.0.0.1"));
        assert!(permits("fd00::/8", "x", 80, "fd12::1"));
        assert!(permits("[::1]:9000", "x", 9000, "::1"));
        assert!(permits("0.0.0.0/0", "x", 80, "127.0.0.1"));
    }

    #[test]
    fn rejects_invalid_destinations() {
        for wrong in ["http://x", "10.0.0.0/33", "a/8", "host:port", ":80", "::/129", "a b:c"] {
            assert!(wrong.parse::<Allowed>().is_err(), "{wrong}");
        }
        assert_eq!("a.b:1, 10.0.0.0/8".parse::<Allowed>().unwrap().to_string(), "a.b:1, 10.0.0.0/8");
    }
}
