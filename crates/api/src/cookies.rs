//! The cookies of signed-in browsers, which hold secrets.

use http::HeaderMap;
use http::header::COOKIE;

/// The names of a cookie with and without TLS. With TLS, the `__Host-` prefix keeps neighbouring sites from setting it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cookie {
    secure: &'static str,
    plain: &'static str,
}

/// The cookie of the OAuth pages.
pub(crate) const OAUTH: Cookie = Cookie { secure: "__Host-deskwire", plain: "deskwire" };
/// The cookie of the inbox.
pub(crate) const INBOX: Cookie = Cookie { secure: "__Host-deskwire-inbox", plain: "deskwire-inbox" };
/// The cookie of a browser that is signing in at the identity provider.
pub(crate) const OIDC: Cookie = Cookie { secure: "__Host-deskwire-oidc", plain: "deskwire-oidc" };

impl Cookie {
    /// The value: 32 random bytes.
    pub(crate) fn read<'h>(self, headers: &'h HeaderMap, origin: &str) -> Option<&'h str> {
        let texts = headers.get_all(COOKIE).iter().filter_map(|v| v.to_str().ok());
        let mut pairs = texts.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(name, _)| *name == self.name(origin)).map(|(_, value)| value).filter(|v| v.len() == 43)
    }

    /// The `Set-Cookie` header with a value, `HttpOnly` and `SameSite`, for so many seconds or for the browser session.
    pub(crate) fn set(self, origin: &str, secret: &str, seconds: Option<i64>) -> String {
        let secure = if is_secure(origin) { "; Secure" } else { "" };
        let age = seconds.map_or_else(String::new, |seconds| format!("; Max-Age={seconds}"));
        format!("{}={secret}; Path=/; HttpOnly; SameSite=Lax{secure}{age}", self.name(origin))
    }

    /// The `Set-Cookie` header that deletes the cookie.
    pub(crate) fn forget(self, origin: &str) -> String {
        self.set(origin, "", Some(0))
    }

    fn name(self, origin: &str) -> &'static str {
        if is_secure(origin) { self.secure } else { self.plain }
    }
}

fn is_secure(origin: &str) -> bool {
    origin.starts_with("https://")
}
