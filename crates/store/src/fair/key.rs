//! Who a share belongs to.

use std::hash::{BuildHasher, Hash, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::LazyLock;

/// Who a share belongs to: a workspace, an address, or the server itself.
///
/// It is a hash whose seed is drawn at start, so that nobody can choose to share with somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key(u64);

static SEED: LazyLock<RandomState> = LazyLock::new(RandomState::new);

impl Key {
    /// What the server does for itself, or for no workspace in particular.
    pub const SYSTEM: Key = Key(0);

    /// A workspace, by its id.
    pub fn workspace(id: &str) -> Key {
        Key::of(&("workspace", id))
    }

    /// Callers nobody knows, by the network they come from.
    pub fn address(address: IpAddr) -> Key {
        Key::of(&("address", network(address)))
    }

    /// Anything else.
    pub fn of(value: &impl Hash) -> Key {
        // 0 is the server's own.
        Key(SEED.hash_one(value).max(1))
    }
}

/// The network that an address stands for: an IPv4 address itself, mapped into IPv6 or not; of an IPv6 address the
/// first 64 bits, which belong to one customer of a provider.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
    }
}
