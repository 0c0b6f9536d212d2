//! The headers of a notification: its signature.

use hmac::{Hmac, KeyInit, Mac};
use http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use sha1::Sha1;

const SIGNATURE: HeaderName = HeaderName::from_static("x-hub-signature");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// The headers for a body, signed with the app's secret.
pub(super) fn headers(secret: &str, body: &[u8]) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(4);
    headers.insert(CONTENT_TYPE, JSON);
    headers.insert(ACCEPT, JSON);
    if let Ok(value) = HeaderValue::from_str(&format!("sha1={}", signature(secret, body))) {
        headers.insert(SIGNATURE, value);
    }
    headers
}

fn signature(secret: &str, body: &[u8]) -> String {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).expect("a key of any length will do");
    mac.update(body);
    deskwire_domain::secrets::hex(&mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::signature;

    #[test]
    fn the_signature_is_that_of_rfc_2202() {
        assert_eq!(signature("Jefe", b"what do ya want for nothing?"), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    }
}
