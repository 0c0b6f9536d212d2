//! The `Host` of a request. It is used in links and redirects, so it must be a valid host.

use std::net::Ipv6Addr;

use deskwire_domain::error::{Error, ErrorKind, Result};
use http::header::HOST;
use http::{HeaderMap, Uri, Version};

/// The longest DNS name, a colon and a port.
const MAX_LENGTH: usize = 253 + 6;

/// The host of a request, with its port if it names one. `None` only for HTTP/1.0, which does not require the header.
pub(crate) fn of<'a>(version: Version, headers: &'a HeaderMap, uri: &'a Uri) -> Result<Option<&'a str>> {
    let mut values = headers.get_all(HOST).iter();
    let host = match (values.next(), values.next()) {
        (_, Some(_)) => return Err(bad_request("Host must be sent only once")),
        (None, _) if version == Version::HTTP_11 => return Err(bad_request("Host is required")),
        (Some(value), None) => Some(value.to_str().ok().filter(|text| is_host(text)).ok_or_else(invalid)?),
        (None, None) => None,
    };
    // A target that is a whole URL overrides the header (RFC 9112, 3.2.2).
    match uri.authority() {
        Some(authority) if is_host(authority.as_str()) => Ok(Some(authority.as_str())),
        Some(_) => Err(invalid()),
        None => Ok(host),
    }
}

fn invalid() -> Error {
    bad_request("Host must be a host name or an address, with or without a port")
}

fn bad_request(message: &'static str) -> Error {
    Error::new(ErrorKind::BadRequest, message).field("host")
}

/// Whether a text is a host name or an IP address, with or without a port.
fn is_host(text: &str) -> bool {
    if text.len() > MAX_LENGTH {
        return false;
    }
    let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, "")) => return address.parse::<Ipv6Addr>().is_ok(),
        Some((address, rest)) => match rest.strip_prefix(':') {
            Some(port) if address.parse::<Ipv6Addr>().is_ok() => return is_port(port),
            _ => return false,
        },
        None => text.split_once(':').unwrap_or((text, "")),
    };
    let is_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
    !host.is_empty() && host.bytes().all(is_name) && is_port(port)
}

/// Whether a text is a port number, or empty.
fn is_port(text: &str) -> bool {
    text.is_empty() || (text.bytes().all(|b| b.is_ascii_digit()) && text.parse::<u16>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::is_host;

    #[test]
    fn distinguishes_valid_hosts_from_invalid_ones() {
        for host in ["a", "help.acme.test", "help.acme.test:8080", "127.0.0.1:1", "[::1]", "[::1]:8080", "a_b", "a:"] {
            assert!(is_host(host), "{host}");
        }
        let bad = [
            "",
            ":80",
            "a//evil.test",
            "a/b",
            "a@b",
            "a b",
            "a:b",
            "a:70000",
            "a:1:2",
            "::1",
            "[::1",
            "[a]",
            "[::1]x",
            "[::1]:x",
            "a?b",
            "a#b",
            "a\\b",
            "a<b>",
            "ä",
            "a:+1",
            "http://a",
        ];
        for host in bad {
            assert!(!is_host(host), "{host}");
        }
        assert!(!is_host(&"a".repeat(300)));
    }
}
