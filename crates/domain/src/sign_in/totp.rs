//! Time-based one-time passwords (RFC 6238), as authenticator apps generate them: six digits every 30 seconds, with
//! HMAC-SHA1.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use crate::error::Result;
use crate::secrets;

/// The time step, in seconds.
const STEP: i64 = 30;
/// The tolerated clock skew, in steps, either way.
const MAX_SKEW: i64 = 1;
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A new secret of 160 bits, in base 32.
pub(super) fn secret() -> Result<String> {
    Ok(base32(&secrets::random::<20>()?))
}

/// The time step of a code, if it is valid at a unix second and newer than the last accepted step.
pub(super) fn step(secret: &str, code: &str, now: i64, last_step: i64) -> Option<i64> {
    let key = unbase32(secret)?;
    let current = now / STEP;
    // Compares all of them, so that the time taken does not reveal which one matched.
    let right = (current - MAX_SKEW..=current + MAX_SKEW).filter(|step| secrets::same(&code_of(&key, *step), code));
    right.filter(|step| *step > last_step).max()
}

/// The code of a time step.
fn code_of(key: &[u8], step: i64) -> String {
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(key) else { return String::new() };
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let at = usize::from(digest.last().copied().unwrap_or(0) & 15);
    let number = digest[at..].iter().take(4).fold(0_u32, |number, byte| number << 8 | u32::from(*byte)) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

/// RFC 4648 without padding.
pub(super) fn base32(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 8 / 5 + 1);
    for chunk in bytes.chunks(5) {
        let mut block = [0; 8];
        block[3..3 + chunk.len()].copy_from_slice(chunk);
        let bits = u64::from_be_bytes(block);
        let digits = (chunk.len() * 8).div_ceil(5);
        text.extend((0..digits).map(|i| char::from(ALPHABET[(bits >> (35 - 5 * i) & 31) as usize])));
    }
    text
}

fn unbase32(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut bits, mut count) = (Vec::with_capacity(text.len() * 5 / 8), 0_u32, 0);
    for digit in text.bytes() {
        let value = ALPHABET.iter().position(|known| *known == digit)?;
        (bits, count) = (bits << 5 | u32::try_from(value).ok()?, count + 5);
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xff) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// That of RFC 6238, appendix B.
    const KEY: &[u8] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_the_standard() {
        for (second, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            assert_eq!(code_of(KEY, second / STEP), code);
            let secret = base32(KEY);
            assert_eq!(step(&secret, code, second, 0), Some(second / STEP));
            assert_eq!(step(&secret, code, second + STEP, 0), Some(second / STEP), "a clock may be off");
            assert_eq!(step(&secret, code, second + 2 * STEP, 0), None);
            assert_eq!(step(&secret, code, second, second / STEP), None, "a code counts once");
        }
    }

    #[test]
    fn base_32_is_that_of_the_standard() {
        for (plain, text) in [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foobar", "MZXW6YTBOI")] {
            assert_eq!(base32(plain.as_bytes()), text);
            assert_eq!(unbase32(text).as_deref(), Some(plain.as_bytes()));
        }
        assert_eq!(unbase32("my"), None);
        assert_eq!(secret().unwrap().len(), 32);
    }
}
