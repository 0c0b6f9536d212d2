//! The owners of shares.

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::LazyLock;

/// The owner of a share: a workspace, an address, or the server itself.
///
/// It is a hash with a random seed per process, so that no one can deliberately collide with another owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key(u64);

/// A map by keys, which are hashes already.
pub(crate) type KeyMap<T> = HashMap<Key, T, BuildHasherDefault<KeyHasher>>;

/// Takes a key as its own hash.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = SEED.hash_one(bytes);
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

static SEED: LazyLock<RandomState> = LazyLock::new(RandomState::new);

impl Key {
    /// Work of the server itself, or for no particular workspace.
    pub const SYSTEM: Key = Key(0);

    /// A workspace, by its id.
    pub fn workspace(id: &str) -> Key {
        Key::of(&("workspace", id))
    }

    /// Anonymous callers, by their network.
    pub fn address(address: IpAddr) -> Key {
        Key::of(&("address", network(address)))
    }

    /// Anything else.
    pub fn of(value: &impl Hash) -> Key {
        // 0 is reserved for the server.
        Key(SEED.hash_one(value).max(1))
    }
}

/// The network of an address: an IPv4 address itself, mapped into IPv6 or not; the first 64 bits of an IPv6 address,
/// which belong to one customer of a provider.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
    }
}
