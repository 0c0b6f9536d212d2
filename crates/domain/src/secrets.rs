//! Random secrets, their hashes, and signatures.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
pub use deskwire_store::hex;
use hmac::{Hmac, KeyInit, Mac};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
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

/// A UUID of this version from these bits, six of which it overwrites. Version 8 is for custom data (RFC 9562).
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

/// Derives a key from a secret and a name: 43 letters, digits, `-` and `_`.
pub fn derived(secret: &str, name: &str) -> String {
    URL_SAFE_NO_PAD.encode(mac(secret, name))
}

/// The HMAC-SHA256 of a text, in hexadecimal digits.
pub(crate) fn signature(key: &str, text: &str) -> String {
    hex(&mac(key, text))
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
fn mac(key: &str, text: &str) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("a key of any length will do");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().into()
}

/// A JSON Web Token with these claims, signed with HMAC-SHA256 (RFC 7519).
pub(crate) fn jwt(key: &str, claims: &impl Serialize) -> Result<String> {
    let claims = serde_json::to_vec(claims).map_err(Error::internal)?;
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(JWT_HEADER), URL_SAFE_NO_PAD.encode(claims));
    let signature = URL_SAFE_NO_PAD.encode(mac(key, &signed));
    Ok(format!("{signed}.{signature}"))
}

/// The header of every token that is issued, and the only one that is accepted.
const JWT_HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

/// The claims of a token. Does not check the signature: see [`is_jwt_of`].
pub(crate) fn jwt_claims<T: DeserializeOwned>(token: &str) -> Option<T> {
    let (header, rest) = token.split_once('.')?;
    let (claims, _) = rest.split_once('.')?;
    if header != URL_SAFE_NO_PAD.encode(JWT_HEADER) {
        return None;
    }
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
}

/// Whether a token was signed with this key.
pub(crate) fn is_jwt_of(key: &str, token: &str) -> bool {
    token.rsplit_once('.').is_some_and(|(signed, signature)| same(signature, &URL_SAFE_NO_PAD.encode(mac(key, signed))))
}

/// A text that is redacted in messages and logs.
#[derive(Clone, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

/// Compares two texts in constant time.
pub fn same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}
