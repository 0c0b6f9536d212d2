//! The client's address when a proxy forwarded the request.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use deskwire_domain::networks::Networks;
use deskwire_store::fair::Key;
use http::HeaderMap;

/// The share of an anonymous client, by its address.
pub(crate) fn share_of(address: Option<IpAddr>) -> Key {
    address.map_or(Key::SYSTEM, Key::address)
}

/// The proxies whose `X-Forwarded-For` is trusted. Anyone can send that header, so it is trusted from no other peer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies(Networks);

impl FromStr for Proxies {
    type Err = String;

    /// Parses addresses and networks separated by commas.
    fn from_str(text: &str) -> Result<Self, String> {
        text.parse().map(Self)
    }
}

impl Proxies {
    /// Adds others to the list.
    #[must_use]
    pub fn and(self, others: &Proxies) -> Self {
        Self(self.0.and(&others.0))
    }

    /// Whether this is the address of a trusted proxy.
    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        self.0.contain(address)
    }

    /// The client's address: the last entry of `X-Forwarded-For` that is not a trusted proxy, provided the peer is one.
    pub(crate) fn client(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> Option<IpAddr> {
        let peer = peer?.to_canonical();
        if !self.contains(peer) {
            return Some(peer);
        }
        let lines: Vec<&str> =
            headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok()).collect();
        let mut client = peer;
        for name in lines.iter().flat_map(|line| line.split(',')).rev() {
            // A trusted proxy writes only valid addresses.
            let Some(address) = address(name.trim()) else { break };
            client = address.to_canonical();
            if !self.contains(client) {
                break;
            }
        }
        Some(client)
    }
}

/// The address in an entry of `X-Forwarded-For`. Some proxies add the port, and put IPv6 addresses in brackets.
fn address(entry: &str) -> Option<IpAddr> {
    let bracketed = || entry.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok().map(IpAddr::from);
    let with_port = || entry.parse::<SocketAddr>().ok().map(|socket| socket.ip());
    entry.parse().ok().or_else(with_port).or_else(bracketed)
}

#[cfg(test)]
mod tests {
    use super::Proxies;

    fn client(proxies: &str, peer: &str, forwarded: &[&'static str]) -> String {
        let proxies: Proxies = proxies.parse().unwrap_or_default();
        let mut headers = http::HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", http::HeaderValue::from_static(line));
        }
        proxies.client(peer.parse().ok(), &headers).map(|ip| ip.to_string()).unwrap_or_default()
    }

    #[test]
    fn believes_trusted_proxies_only() {
        assert_eq!(client("", "192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
        assert_eq!(client("192.0.2.1", "192.0.2.1", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(client("192.0.2.2", "192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
        assert_eq!(client("192.0.2.1", "192.0.2.1", &[]), "192.0.2.1");
        assert_eq!(client("10.0.0.0/8, ::1", "::1", &["203.0.113.9, 198.51.100.7, 10.1.2.3"]), "198.51.100.7");
        assert_eq!(client("10.0.0.0/8", "10.9.9.9", &["203.0.113.9", "198.51.100.7"]), "198.51.100.7");
        assert_eq!(client("10.0.0.0/8", "::ffff:10.9.9.9", &["2001:db8::1"]), "2001:db8::1");
        assert_eq!(client("10.0.0.0/8", "10.9.9.9", &["198.51.100.7, nonsense"]), "10.9.9.9");
        assert_eq!(client("0.0.0.0/0", "10.9.9.9", &["1.1.1.1, 2.2.2.2"]), "1.1.1.1");
        assert_eq!(client("fd00::/8", "fd12::1", &["192.0.2.1"]), "192.0.2.1");
        for (entry, address) in [
            ("198.51.100.7:1234", "198.51.100.7"),
            ("[2001:db8::1]:99", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[::ffff:198.51.100.7]:80", "198.51.100.7"),
            ("198.51.100.7:port", "10.9.9.9"),
        ] {
            assert_eq!(client("10.0.0.0/8", "10.9.9.9", &[entry]), address, "{entry}");
        }
        assert_eq!(client("10.0.0.0/8", "10.9.9.9", &["198.51.100.7:5, 10.1.2.3:80"]), "198.51.100.7");
    }
}
