//! The origins whose pages may call the API from a browser (CORS). Responses never allow credentials, so a page cannot
//! read anything by a cookie.

use std::str::FromStr;

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderValue, ORIGIN, VARY,
};

const ALLOWED_METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, PUT, DELETE");
/// The headers that are allowed if a preflight request names none.
const DEFAULT_HEADERS: HeaderValue =
    HeaderValue::from_static("authorization, content-type, intercom-version, last-event-id");
const EXPOSED_HEADERS: HeaderValue = HeaderValue::from_static(
    "x-request-id, intercom-version, x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset, retry-after, link",
);
/// How long a browser caches a preflight response, in seconds.
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");

/// The origins whose pages may call the API.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins(Allowed);

#[derive(Debug, Clone, Default, PartialEq, Eq)]
enum Allowed {
    #[default]
    Nobody,
    Everybody,
    These(Vec<HeaderValue>),
}

impl FromStr for Origins {
    type Err = String;

    /// Parses `*`, or origins separated by commas.
    fn from_str(text: &str) -> Result<Self, String> {
        let names: Vec<&str> = text.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
        let allowed = match names[..] {
            [] => Allowed::Nobody,
            ["*"] => Allowed::Everybody,
            _ => Allowed::These(names.into_iter().map(origin).collect::<Result<_, _>>()?),
        };
        Ok(Self(allowed))
    }
}

/// Parses an origin in the form that browsers send: scheme, host and port, in lower case.
fn origin(text: &str) -> Result<HeaderValue, String> {
    let invalid = || format!("{text} is not an origin like https://tools.example.com, nor * alone");
    let uri: http::Uri = text.parse().map_err(|_| invalid())?;
    let (Some(scheme @ ("http" | "https")), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(invalid());
    };
    let written = format!("{scheme}://{authority}");
    if written != text || text.contains('@') || text.bytes().any(|b| b.is_ascii_uppercase()) {
        return Err(invalid());
    }
    HeaderValue::from_str(text).map_err(|_| invalid())
}

impl Origins {
    /// Adds the headers with which a page of the origin may read the response.
    pub(crate) fn write(&self, origin: Option<&HeaderValue>, headers: &mut HeaderMap) {
        if matches!(self.0, Allowed::These(_)) {
            headers.append(VARY, HeaderValue::from_static("Origin"));
        }
        if let Some(value) = origin.and_then(|origin| self.allow(origin)) {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, value);
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED_HEADERS);
        }
    }

    /// Answers a preflight request. Returns `false` if it is not one, or if the origin is not allowed.
    pub(crate) fn preflight(&self, request: &HeaderMap, headers: &mut HeaderMap) -> bool {
        let is_preflight = request.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        let allowed = request.get(ORIGIN).is_some_and(|origin| self.allow(origin).is_some());
        if is_preflight && allowed {
            headers.insert(ACCESS_CONTROL_ALLOW_METHODS, ALLOWED_METHODS);
            // Client libraries send various headers. Allowing them grants no access.
            let wanted = request.get(ACCESS_CONTROL_REQUEST_HEADERS).cloned();
            headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, wanted.unwrap_or(DEFAULT_HEADERS));
            headers.insert(ACCESS_CONTROL_MAX_AGE, MAX_AGE);
        }
        is_preflight && allowed
    }

    fn allow(&self, origin: &HeaderValue) -> Option<HeaderValue> {
        match &self.0 {
            Allowed::Nobody => None,
            Allowed::Everybody => Some(HeaderValue::from_static("*")),
            Allowed::These(origins) => origins.iter().find(|o| *o == origin).cloned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Origins;

    #[test]
    fn only_origins_are_taken() {
        for good in ["", "*", "https://tools.example.com", "http://localhost:3000, https://a.test"] {
            assert!(good.parse::<Origins>().is_ok(), "{good}");
        }
        for bad in [
            "https://a.test/",
            "a.test",
            "*.a.test",
            "ftp://a.test",
            "https://A.test",
            "https://u@a.test",
            "null",
            "*, https://a.test",
        ] {
            assert!(bad.parse::<Origins>().is_err(), "{bad}");
        }
    }
}
