//! The address that a connection counts for.

use std::net::IpAddr;

use deskwire_store::fair::network;

use crate::proxies::Proxies;

/// The unit that limits count: an IPv4 address, or an IPv6 /64 network, which a provider assigns to one customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Key {
    address: IpAddr,
    /// Whether it is a proxy, which connects for many clients.
    pub(super) is_proxy: bool,
}

impl Key {
    pub(super) fn of(address: IpAddr, proxies: &Proxies) -> Self {
        let address = address.to_canonical();
        let is_proxy = proxies.contains(address);
        Self { address: if is_proxy { address } else { network(address) }, is_proxy }
    }
}

#[cfg(test)]
mod tests {
    use super::Key;
    use crate::proxies::Proxies;

    #[test]
    fn a_network_of_ipv6_is_one_and_a_proxy_its_own() {
        let proxies: Proxies = "2001:db8:1::1, 10.0.0.0/8".parse().unwrap_or_default();
        let key = |text: &str| text.parse().map(|address| Key::of(address, &proxies)).ok();
        assert_eq!(key("2001:db8::1"), key("2001:db8::ffff:0:2"));
        assert_ne!(key("2001:db8::1"), key("2001:db8:0:1::1"));
        assert_eq!(key("::ffff:192.0.2.1"), key("192.0.2.1"));
        assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
        assert_eq!(key("10.1.2.3").map(|key| key.is_proxy), Some(true));
        assert_eq!(key("2001:db8:1::2").map(|key| key.is_proxy), Some(false));
    }
}
