//! The mail server as a URL: `smtp://user:password@host:587?tls=required`.

use std::fmt;
use std::str::FromStr;

use percent_encoding::percent_decode_str;
use url::Url;

/// How the connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// By TLS from the first byte (`smtps`).
    Implicit,
    /// By STARTTLS, which is required (`tls=required`).
    Required,
    /// By STARTTLS if the server offers it (`tls=opportunistic`).
    Opportunistic,
    /// Not at all (`tls=none`).
    None,
}

/// A mail server.
#[derive(Clone, PartialEq, Eq)]
pub struct Server {
    /// Its host name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is encrypted.
    pub tls: Tls,
    /// User and password.
    pub credentials: Option<(String, String)>,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// Without the password.
impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.tls == Tls::Implicit { "smtps" } else { "smtp" };
        write!(f, "{scheme}://{}:{}", self.host, self.port)
    }
}

impl FromStr for Server {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // The text may contain a password, so it is not repeated.
        let invalid = |why: &str| format!("not the URL of a mail server (smtp://user:password@host:587): {why}");
        let url = Url::parse(text).map_err(|e| invalid(&e.to_string()))?;
        let host = url.host_str().filter(|h| !h.is_empty()).ok_or_else(|| invalid("there is no host"))?;
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let credentials = match (url.username(), url.password()) {
            ("", None) => None,
            (user, password) => Some((decoded(user), decoded(password.unwrap_or_default()))),
        };
        let mut tls = match url.scheme() {
            "smtps" => Tls::Implicit,
            // A password must not be sent in plain text.
            "smtp" if credentials.is_some() => Tls::Required,
            "smtp" => Tls::Opportunistic,
            _ => return Err(invalid("it starts with smtp:// or smtps://")),
        };
        for (name, value) in url.query_pairs() {
            tls = match (&*name, &*value, tls) {
                ("tls", "required", Tls::Implicit) => Tls::Implicit,
                ("tls", "required", _) => Tls::Required,
                ("tls", "opportunistic", Tls::Required | Tls::Opportunistic) => Tls::Opportunistic,
                ("tls", "none", Tls::Required | Tls::Opportunistic) => Tls::None,
                ("tls", ..) => return Err(invalid("tls is required, opportunistic or none, and required with smtps")),
                _ => return Err(invalid("only tls may follow the question mark")),
            };
        }
        let port = url.port().unwrap_or(match tls {
            Tls::Implicit => 465,
            _ if credentials.is_some() => 587,
            _ => 25,
        });
        Ok(Self { host: host.trim_matches(['[', ']']).to_owned(), port, tls, credentials })
    }
}

#[cfg(test)]
mod tests {
    use super::{Server, Tls};

    #[test]
    fn a_url_says_how_to_connect() {
        let read = |text: &str| text.parse::<Server>().unwrap();
        let server = read("smtp://me:p%40ss@mail.test");
        assert_eq!((server.port, server.tls), (587, Tls::Required));
        assert_eq!(server.credentials, Some(("me".to_owned(), "p@ss".to_owned())));
        assert_eq!(format!("{server:?}"), "smtp://mail.test:587", "the password is not shown");
        assert_eq!((read("smtp://relay").port, read("smtp://relay").tls), (25, Tls::Opportunistic));
        assert_eq!((read("smtps://a:b@mail.test").port, read("smtps://mail.test").tls), (465, Tls::Implicit));
        assert_eq!(read("smtp://mail.test:2525?tls=none").tls, Tls::None);
        assert_eq!(read("smtp://mail.test:587?tls=required").tls, Tls::Required);
    }

    #[test]
    fn rejects_invalid_mail_servers() {
        for text in
            ["", "mail.test", "http://mail.test", "smtp://", "smtp://a?tls=maybe", "smtps://a?tls=none", "smtp://a?x=1"]
        {
            assert!(text.parse::<Server>().is_err(), "{text}");
        }
        let refused = "pop://me:secret@mail.test".parse::<Server>().unwrap_err();
        assert!(!refused.contains("secret"), "{refused}");
    }
}
