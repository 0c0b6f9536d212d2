//! ID tokens (OpenID Connect Core 1.0, section 3.1.3.7): their signature, by the provider's keys, and their claims.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512,
    RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey, VerificationAlgorithm,
};
use serde::Deserialize;

/// The allowed clock skew between the provider and this server, in seconds.
const MAX_SKEW: i64 = 120;
/// The maximum length of a token, in bytes.
const MAX_TOKEN: usize = 32 << 10;

/// The keys of an identity provider (RFC 7517).
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Keys {
    keys: Vec<serde_json::Value>,
}

/// A key of a supported type.
#[derive(Debug, Deserialize)]
struct Jwk {
    kty: String,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default, rename = "use")]
    used_for: Option<String>,
    #[serde(default)]
    alg: Option<String>,
    #[serde(default)]
    crv: Option<String>,
    #[serde(default)]
    n: Option<String>,
    #[serde(default)]
    e: Option<String>,
    #[serde(default)]
    x: Option<String>,
    #[serde(default)]
    y: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    kid: Option<String>,
}

/// The claims that are used.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Claims {
    iss: String,
    aud: Audience,
    #[serde(default)]
    azp: Option<String>,
    exp: f64,
    iat: f64,
    #[serde(default)]
    nonce: Option<String>,
    /// The person's email address.
    #[serde(default)]
    pub(super) email: Option<String>,
    #[serde(default)]
    email_verified: Option<Flag>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// A boolean, which some providers send as a string.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Flag {
    Is(bool),
    Says(String),
}

impl Claims {
    /// Whether the provider has verified the email address.
    pub(super) fn is_verified(&self) -> bool {
        match &self.email_verified {
            Some(Flag::Is(verified)) => *verified,
            Some(Flag::Says(text)) => text == "true",
            None => false,
        }
    }
}

/// Why a token was rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refused {
    /// None of the known keys signed it. The provider may have newer ones.
    UnknownKey,
    /// The reason, for the log.
    Wrong(&'static str),
}

/// The values that the claims must have.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    pub(super) nonce: &'a str,
    pub(super) now: i64,
}

/// Verifies a token: its signature, and that it is valid now, issued for this server, and answers this request. Returns
/// its claims.
pub(super) fn verify(token: &str, keys: &Keys, expected: Expected<'_>) -> Result<Claims, Refused> {
    if token.len() > MAX_TOKEN {
        return Err(Refused::Wrong("it is too long"));
    }
    let invalid = || Refused::Wrong("it is not a signed token");
    let (signed, signature) = token.rsplit_once('.').ok_or_else(invalid)?;
    let (header, claims) = signed.split_once('.').ok_or_else(invalid)?;
    let header: Header = json(header).ok_or_else(invalid)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| invalid())?;
    let fitting = keys.fitting(&header);
    if fitting.is_empty() {
        return Err(Refused::UnknownKey);
    }
    if !fitting.iter().any(|key| is_signed(key, &header.alg, signed.as_bytes(), &signature)) {
        return Err(Refused::Wrong("its signature is wrong"));
    }
    let claims: Claims = json(claims).ok_or(Refused::Wrong("it lacks claims"))?;
    check(&claims, expected).map_err(Refused::Wrong)?;
    Ok(claims)
}

#[expect(clippy::cast_precision_loss, reason = "seconds are far below the limit")]
fn check(claims: &Claims, expected: Expected<'_>) -> Result<(), &'static str> {
    let (now, skew) = (expected.now as f64, MAX_SKEW as f64);
    let (is_ours, others) = match &claims.aud {
        Audience::One(one) => (one == expected.client_id, false),
        Audience::Several(all) => (all.iter().any(|one| one == expected.client_id), all.len() > 1),
    };
    if claims.iss.trim_end_matches('/') != expected.issuer.trim_end_matches('/') {
        return Err("it is of another issuer");
    }
    if !is_ours {
        return Err("it is for another client");
    }
    if (others || claims.azp.is_some()) && claims.azp.as_deref() != Some(expected.client_id) {
        return Err("it was issued to another client");
    }
    if claims.exp <= now - skew || claims.iat > now + skew {
        return Err("it has expired, or is of the future");
    }
    let same = |nonce: &String| deskwire_domain::secrets::same(nonce, expected.nonce);
    if claims.nonce.as_ref().is_some_and(same) { Ok(()) } else { Err("its nonce is another one") }
}

impl Keys {
    /// The keys that may have signed a token: the one that it specifies, else all of the matching type.
    fn fitting(&self, header: &Header) -> Vec<Jwk> {
        let keys = self.keys.iter().filter_map(|key| serde_json::from_value::<Jwk>(key.clone()).ok());
        keys.filter(|key| {
            let is_named = header.kid.is_none() || key.kid == header.kid;
            let signs = key.used_for.as_deref().is_none_or(|used_for| used_for == "sig");
            let fits = key.alg.as_deref().is_none_or(|alg| alg == header.alg);
            is_named && signs && fits && key.kty == kind(&header.alg)
        })
        .collect()
    }
}

/// The key type of an algorithm. It is empty for an unsupported one, so that no key matches. `none` and symmetric
/// algorithms are not supported.
fn kind(algorithm: &str) -> &'static str {
    match algorithm {
        "RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" => "RSA",
        "ES256" | "ES384" => "EC",
        "EdDSA" => "OKP",
        _ => "",
    }
}

fn is_signed(key: &Jwk, algorithm: &str, message: &[u8], signature: &[u8]) -> bool {
    let bytes = |text: &Option<String>| URL_SAFE_NO_PAD.decode(text.as_deref()?.trim_end_matches('=')).ok();
    if let Some(parameters) = rsa(algorithm) {
        let (Some(n), Some(e)) = (bytes(&key.n), bytes(&key.e)) else { return false };
        return RsaPublicKeyComponents { n, e }.verify(parameters, message, signature).is_ok();
    }
    let (curve, verification, point): (&str, &'static dyn VerificationAlgorithm, _) = match algorithm {
        "ES256" => ("P-256", &ECDSA_P256_SHA256_FIXED, true),
        "ES384" => ("P-384", &ECDSA_P384_SHA384_FIXED, true),
        "EdDSA" => ("Ed25519", &ED25519, false),
        _ => return false,
    };
    let Some(mut public) = bytes(&key.x).filter(|_| key.crv.as_deref() == Some(curve)) else { return false };
    if point {
        let Some(y) = bytes(&key.y) else { return false };
        public.insert(0, 4);
        public.extend(y);
    }
    UnparsedPublicKey::new(verification, public).verify(message, signature).is_ok()
}

fn rsa(algorithm: &str) -> Option<&'static RsaParameters> {
    Some(match algorithm {
        "RS256" => &RSA_PKCS1_2048_8192_SHA256,
        "RS384" => &RSA_PKCS1_2048_8192_SHA384,
        "RS512" => &RSA_PKCS1_2048_8192_SHA512,
        "PS256" => &RSA_PSS_2048_8192_SHA256,
        "PS384" => &RSA_PSS_2048_8192_SHA384,
        "PS512" => &RSA_PSS_2048_8192_SHA512,
        _ => return None,
    })
}

fn json<T: serde::de::DeserializeOwned>(part: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The example of RFC 7515, appendix A.2: its key, the signed text and the signature.
    const N: &str = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-\
        yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSH\
        SXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg\
        665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
    const SIGNED: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    const SIGNATURE: &str = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjb\
        KBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ\
        1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

    fn jwk(value: serde_json::Value) -> Jwk {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn the_signature_of_the_standard_is_right_and_no_other() {
        let key = jwk(json!({"kty": "RSA", "n": N, "e": "AQAB"}));
        let signature = URL_SAFE_NO_PAD.decode(SIGNATURE).unwrap();
        assert!(is_signed(&key, "RS256", SIGNED.as_bytes(), &signature));
        assert!(!is_signed(&key, "RS512", SIGNED.as_bytes(), &signature));
        assert!(!is_signed(&key, "PS256", SIGNED.as_bytes(), &signature));
        assert!(!is_signed(&key, "RS256", &SIGNED.as_bytes()[1..], &signature));
        assert!(!is_signed(&key, "none", SIGNED.as_bytes(), &[]));
        assert!(!is_signed(&jwk(json!({"kty": "RSA"})), "RS256", SIGNED.as_bytes(), &signature));
    }

    #[test]
    fn keys_are_found_by_name_use_and_kind() {
        let keys: Keys = serde_json::from_value(json!({"keys": [
            {"kty": "RSA", "kid": "a", "n": N, "e": "AQAB"},
            {"kty": "RSA", "kid": "b", "use": "enc", "n": N, "e": "AQAB"},
            {"kty": "EC", "kid": "c", "alg": "ES256"},
            {"kid": "d"}, 7,
        ]}))
        .unwrap();
        let count = |alg: &str, kid: Option<&str>| {
            keys.fitting(&Header { alg: alg.to_owned(), kid: kid.map(str::to_owned) }).len()
        };
        assert_eq!((count("RS256", Some("a")), count("RS256", Some("b")), count("RS256", Some("c"))), (1, 0, 0));
        assert_eq!((count("RS256", None), count("ES256", None), count("ES384", None)), (1, 1, 0));
        assert_eq!((count("none", None), count("HS256", Some("a"))), (0, 0));
    }

    #[test]
    fn claims_are_for_us_and_of_now() {
        let good = json!({"iss": "https://id.test/", "aud": "desk", "exp": 1_000, "iat": 900, "nonce": "n"});
        let expected = Expected { issuer: "https://id.test", client_id: "desk", nonce: "n", now: 950 };
        let with = |name: &str, value: serde_json::Value| {
            let mut claims = good.clone();
            claims[name] = value;
            check(&serde_json::from_value(claims).unwrap(), expected)
        };
        assert_eq!(with("sub", json!("x")), Ok(()));
        assert_eq!(with("aud", json!(["desk"])), Ok(()));
        for (name, value) in [
            ("iss", json!("https://evil.test")),
            ("aud", json!("other")),
            ("aud", json!(["desk", "other"])),
            ("azp", json!("other")),
            ("exp", json!(830)),
            ("iat", json!(1_071)),
            ("nonce", json!("m")),
            ("nonce", json!(null)),
        ] {
            assert!(with(name, value.clone()).is_err(), "{name}: {value}");
        }
    }

    #[test]
    fn an_email_address_must_be_marked_verified() {
        let verified = |value: serde_json::Value| {
            let claims = json!({"iss": "a", "aud": "b", "exp": 1, "iat": 1, "email_verified": value});
            serde_json::from_value::<Claims>(claims).unwrap().is_verified()
        };
        assert!(verified(json!(true)) && verified(json!("true")));
        assert!(!verified(json!(false)) && !verified(json!("false")) && !verified(json!(null)));
    }
}
