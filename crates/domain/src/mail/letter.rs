//! A mail before it is encoded.

use crate::names::is_hidden;

/// An email address with a display name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The name.
    pub name: Option<String>,
    /// The address.
    pub address: String,
}

/// A mail, ready to be encoded. Header values have no line breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Its Message-ID.
    pub id: String,
    /// The envelope recipient.
    pub recipient: String,
    /// The `From` header.
    pub from: Named,
    /// The `To` header.
    pub to: Vec<Named>,
    /// The `Cc` header.
    pub cc: Vec<Named>,
    /// The `Reply-To` header.
    pub reply_to: Option<String>,
    /// The subject.
    pub subject: String,
    /// The Message-IDs of earlier mails of the thread, oldest first.
    pub references: Vec<String>,
    /// The `In-Reply-To` header.
    pub in_reply_to: Option<String>,
    /// The URL for one-click unsubscription.
    pub unsubscribe: Option<String>,
    /// Whether it was generated automatically.
    pub automatic: bool,
    /// The plain text.
    pub text: String,
    /// The HTML.
    pub html: String,
}

/// The maximum length of a name or a subject, in characters.
const MAX_LENGTH: usize = 200;

/// A text as a header value: one line, without control characters.
pub fn line(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if is_hidden(c) { ' ' } else { c }).collect();
    let words: Vec<&str> = spaced.split_whitespace().collect();
    words.join(" ").chars().take(MAX_LENGTH).collect()
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn a_line_is_one_line() {
        assert_eq!(line("Ada\r\nBcc: eve@evil.test"), "Ada Bcc: eve@evil.test");
        assert_eq!(line(" Grüße\u{2028}aus\tKöln \u{202e}"), "Grüße aus Köln");
        assert_eq!(line(&"x".repeat(1000)).len(), 200);
    }
}
