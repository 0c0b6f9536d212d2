//! Random secrets, their hashes, and signatures.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
pub use deskwire_store::hex;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::error::{Error, Result};

/// Random bytes of the operating system.
pub(crate) fn random<const BYTES: usize>() -> Result<[u8; BYTES]> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).map_err(Error::internal)?;
    Ok(bytes)
}

/// Random bytes, encoded in letters, digits, `-` and `_`.
pub fn text<const BYTES: usize>() -> Result<String> {
    Ok(URL_SAFE_NO_PAD.encode(random::<BYTES>()?))
}

/// A key of 256 random bits for [`signature`], in hexadecimal digits.
pub(crate) fn key() -> Result<String> {
    Ok(hex(&random::<32>()?))
}

/// A random UUID.
pub(crate) fn uuid() -> Result<String> {
    Ok(uuid_of(random()?, 4))
}

/// The UUID of a version with these bits, except the six of its type. Version 8 is for custom data (RFC 9562).
pub(crate) fn uuid_of(mut bytes: [u8; 16], version: u8) -> String {
    bytes[6] = bytes[6] & 0x0f | version << 4;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = hex(&bytes);
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// The SHA-256 of a text in hexadecimal digits, as secrets are stored.
pub fn hash(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// The HMAC-SHA256 of a text, in hexadecimal digits.
#[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
pub(crate) fn signature(key: &str, text: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("a key of any length will do");
    mac.update(text.as_bytes());
    hex(&mac.finalize().into_bytes())
}

/// Compares two texts in constant time.
pub fn same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}
