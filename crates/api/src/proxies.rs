//! Who asks, when a proxy of ours passes the request on.

use std::net::IpAddr;
use std::str::FromStr;

use deskwire_store::fair::Key;
use http::HeaderMap;

/// Whose share of the server a caller uses whom nobody knows: that of its address.
pub(crate) fn share_of(address: Option<IpAddr>) -> Key {
    address.map_or(Key::SYSTEM, Key::address)
}

/// The proxies whose word on where a request comes from is taken. Nobody else's is: anyone can send such a header.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies(Vec<Network>);

/// An address, and how many of its first bits count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network(IpAddr, u8);

impl FromStr for Proxies {
    type Err = String;

    /// Reads addresses and networks separated by commas.
    fn from_str(text: &str) -> Result<Self, String> {
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        names.map(Network::parse).collect::<Result<_, _>>().map(Self)
    }
}

impl Network {
    fn parse(text: &str) -> Result<Self, String> {
        let (address, bits) = text.split_once('/').map_or((text, None), |(a, b)| (a, Some(b)));
        let wrong = || format!("{text} is neither an address nor a network like 10.0.0.0/8");
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), |b| b.parse().map_err(|_| wrong()))?;
        if bits > most { Err(wrong()) } else { Ok(Self(address, bits)) }
    }

    fn contains(self, address: IpAddr) -> bool {
        let same = |a: u128, b: u128, width: u8| {
            let rest = u32::from(width - self.1.min(width));
            a.checked_shr(rest).unwrap_or(0) == b.checked_shr(rest).unwrap_or(0)
        };
        match (self.0, address.to_canonical()) {
            (IpAddr::V4(a), IpAddr::V4(b)) => same(a.to_bits().into(), b.to_bits().into(), 32),
            (IpAddr::V6(a), IpAddr::V6(b)) => same(a.to_bits(), b.to_bits(), 128),
            _ => false,
        }
    }
}

impl Proxies {
    /// These and those.
    #[must_use]
    pub fn and(mut self, others: &Proxies) -> Self {
        self.0.extend_from_slice(&others.0);
        self
    }

    /// Whether an address is one of them.
    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }

    /// Where a request comes from: the last one that `X-Forwarded-For` names who is no proxy of ours, if the one who
    /// speaks to us is.
    pub(crate) fn client(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> Option<IpAddr> {
        let peer = peer?.to_canonical();
        if !self.contains(peer) {
            return Some(peer);
        }
        let lines: Vec<&str> =
            headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok()).collect();
        let mut client = peer;
        for name in lines.iter().flat_map(|line| line.split(',')).rev() {
            // What cannot be read was not written by a proxy of ours.
            let Ok(address) = name.trim().parse::<IpAddr>() else { break };
            client = address.to_canonical();
            if !self.contains(client) {
                break;
            }
        }
        Some(client)
    }
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
    fn only_our_proxies_are_believed() {
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
    }

    #[test]
    fn lists_that_make_no_sense_are_refused() {
        for bad in ["x", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "10.0.0/8"] {
            assert!(bad.parse::<Proxies>().is_err(), "{bad}");
        }
        assert_eq!(" , ".parse(), Ok(Proxies::default()));
    }
}
