//! Where requests to other servers go: URLs that users enter.

use ammonia::Url;

/// Parses a URL that requests can be sent to. The error says why they cannot. Whether its address is permitted is only
/// known once its host is resolved.
pub fn parse(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("{text} is no URL: {error}"))?;
    check(&url)?;
    Ok(url)
}

/// The same for a parsed URL.
pub fn check(url: &Url) -> Result<(), &'static str> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err("only http and https URLs are allowed");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("URLs with a user or a password are not allowed");
    }
    if url.port() == Some(0) || url.host_str().is_none_or(str::is_empty) {
        return Err("the URL names no destination");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn urls_that_lead_nowhere_are_rejected() {
        for good in ["https://a.test", "http://127.0.0.1:8080/x?y", "http://[fe80::1]/", "https://b\u{fc}cher.test"] {
            assert!(parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "a.test",
            "ftp://a.test",
            "https://",
            "https://u@a.test",
            "https://:p@a.test",
            "http://[fe80::1%25eth0]/",
            "https://xn--",
            "http://a.test:0",
            "http://a.test:99999/",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
