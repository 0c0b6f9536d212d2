//! Request ids: unique in the process and unlike those of any other.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

static NEXT: AtomicU64 = AtomicU64::new(0);
/// Formatting the numbers would take five times as long.
const DIGITS: &[u8; 16] = b"0123456789abcdef";

static START: OnceLock<u64> = OnceLock::new();

/// A new id in the form of a UUID.
pub(crate) fn next() -> String {
    // Ids are names, not secrets: a random start and a bijective mix are enough.
    let start = *START.get_or_init(|| getrandom::u64().unwrap_or_else(|_| u64::from(std::process::id())));
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    let (a, b) = (mix(start ^ n), mix(start.rotate_left(32).wrapping_add(n)));
    let (a, b) = (a & !0xf000 | 0x4000, b & !(3 << 62) | 1 << 63);
    let mut id = String::with_capacity(36);
    for (bits, digits) in [(a >> 32, 8), (a >> 16, 4), (a, 4), (b >> 48, 4), (b, 12)] {
        if !id.is_empty() {
            id.push('-');
        }
        id.extend((0..digits).rev().map(|place| char::from(DIGITS[(bits >> (place * 4) & 0xf) as usize])));
    }
    id
}

/// The finalizer of splitmix64: one-to-one, so that different counters give different ids.
fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}
