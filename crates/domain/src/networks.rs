//! Networks: IP addresses and CIDR ranges.

use std::net::{IpAddr, Ipv4Addr};
use std::str::FromStr;

use ipnet::{IpNet, Ipv4Net};

/// Addresses and CIDR ranges of IPv4 and IPv6.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Networks(Vec<IpNet>);

impl Networks {
    /// Whether one of them contains an address. An IPv4-mapped IPv6 address counts as IPv4.
    pub fn contain(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// The union of these networks and others.
    #[must_use]
    pub fn and(mut self, others: &Networks) -> Self {
        self.0.extend_from_slice(&others.0);
        self
    }
}

impl FromStr for Networks {
    type Err = String;

    /// Parses addresses and networks, separated by commas.
    fn from_str(text: &str) -> Result<Self, String> {
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        names.map(network).collect::<Result<_, _>>().map(Self)
    }
}

/// Parses an address or a network. An IPv4-mapped IPv6 network becomes an IPv4 network.
fn network(text: &str) -> Result<IpNet, String> {
    let invalid = || format!("{text} is neither an address nor a network like 10.0.0.0/8");
    let network = match text.parse::<IpAddr>() {
        Ok(address) => IpNet::from(address),
        Err(_) => text.parse().map_err(|_| invalid())?,
    };
    let IpNet::V6(v6) = network else { return Ok(network) };
    let mapped = v6.addr().to_ipv4_mapped().zip(v6.prefix_len().checked_sub(96));
    let narrow = |(address, length): (Ipv4Addr, u8)| Ipv4Net::new(address, length).ok().map(IpNet::V4);
    Ok(mapped.and_then(narrow).unwrap_or(network))
}

#[cfg(test)]
mod tests {
    use super::Networks;

    #[test]
    fn addresses_are_found_in_networks() {
        let list = "192.168.1.0/24, 10.0.0.1,2001:db8::/32,::ffff:203.0.113.0/120,fd00::1,";
        let networks: Networks = list.parse().unwrap();
        let has = |address: &str| networks.contain(address.parse().unwrap());
        for inside in ["192.168.1.255", "10.0.0.1", "2001:db8:1::9", "203.0.113.7", "::ffff:10.0.0.1", "fd00::1"] {
            assert!(has(inside), "{inside}");
        }
        for outside in ["192.168.2.0", "10.0.0.2", "2001:db9::", "203.0.114.0", "::1", "fd00::2", "::ffff:10.0.0.2"] {
            assert!(!has(outside), "{outside}");
        }
        assert_eq!(" , ".parse(), Ok(Networks::default()));
    }

    #[test]
    fn rejects_invalid_networks() {
        for text in
            ["x", "10.0.0", "10.0.0/8", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "::/129", "10.0.0.1 10.0.0.2"]
        {
            assert!(text.parse::<Networks>().is_err(), "{text}");
        }
    }
}
