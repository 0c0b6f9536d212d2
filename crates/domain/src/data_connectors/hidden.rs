//! Redacting secrets in the stored request and response of an execution.

use super::REDACTED;

/// Secrets of at least this many characters are redacted wherever they occur.
const LONG_SECRET: usize = 8;
/// Shorter secrets, of at least this many characters, are redacted in responses where they are whole words.
const MIN_SECRET: usize = 4;
/// Headers whose values are not secret.
const PUBLIC: &[&str] = &["accept", "accept-encoding", "accept-language", "content-type", "user-agent"];
/// Values that are not secret in any header.
const PLAIN: &[&str] = &["true", "false", "null"];

/// Redacts the secret header values in a part of a request, such as its body.
pub(super) fn in_request(text: &str, headers: &[(String, String)]) -> String {
    let long = secrets(headers).filter(|secret| is_long(secret));
    long.fold(text.to_owned(), |text, secret| without(&text, secret, false))
}

/// Redacts them in a response, which may echo them.
pub(super) fn in_response(text: &str, headers: &[(String, String)]) -> String {
    secrets(headers).fold(text.to_owned(), |text, secret| without(&text, secret, !is_long(secret)))
}

fn secrets(headers: &[(String, String)]) -> impl Iterator<Item = &str> {
    let secret = headers.iter().filter(|(name, _)| !is_public(name)).flat_map(|(_, value)| {
        // In "Bearer abc", the second word is the secret.
        let second = value.split_once(' ').map(|(_, second)| second);
        std::iter::once(value.as_str()).chain(second)
    });
    secret.filter(|secret| secret.chars().count() >= MIN_SECRET && !PLAIN.contains(secret))
}

fn is_public(name: &str) -> bool {
    PUBLIC.iter().any(|public| public.eq_ignore_ascii_case(name))
}

fn is_long(secret: &str) -> bool {
    secret.chars().count() >= LONG_SECRET
}

/// A text with a secret redacted, whether it occurs literally or with JSON escapes.
fn without(text: &str, secret: &str, only_words: bool) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(next) = text[at..].chars().next() {
        match found(&text[at..], secret) {
            Some(length) if !only_words || is_word(&text[..at], &text[at + length..]) => {
                kept.push_str(REDACTED);
                at += length;
            }
            _ => {
                kept.push(next);
                at += next.len_utf8();
            }
        }
    }
    kept
}

/// Whether the match between two parts of a text is a whole word: no letter or digit is next to it. An escape is
/// neither.
fn is_word(before: &str, behind: &str) -> bool {
    let is_open = |beside: Option<char>| beside.is_none_or(|c| !c.is_alphanumeric());
    let is_escape =
        matches!(before.as_bytes(), [.., b'\\', b'b' | b'f' | b'n' | b'r' | b't'] | [.., b'\\', b'u', _, _, _, _]);
    (is_escape || is_open(before.chars().next_back())) && is_open(behind.chars().next())
}

/// The length of the secret at the beginning of a text, if it is there.
fn found(text: &str, secret: &str) -> Option<usize> {
    let mut at = 0;
    for wanted in secret.chars() {
        let rest = &text[at..];
        at += match escaped(rest) {
            Some((escaped, length)) if escaped == wanted => length,
            _ if rest.starts_with(wanted) => wanted.len_utf8(),
            _ => return None,
        };
    }
    Some(at)
}

/// The character of the JSON escape at the beginning of a text, and the length of the escape.
fn escaped(text: &str) -> Option<(char, usize)> {
    let kind = text.strip_prefix('\\')?.chars().next()?;
    let unit = |text: &str| u16::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok();
    let plain = match kind {
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => {
            let first = unit(text)?;
            let units = [Some(first), text.get(6..).and_then(unit)];
            let decoded = char::decode_utf16(units.into_iter().flatten()).next()?.ok()?;
            return Some((decoded, 6 * decoded.len_utf16()));
        }
        '"' | '\\' | '/' => kind,
        _ => return None,
    };
    Some((plain, 2))
}

#[cfg(test)]
mod tests {
    use super::{REDACTED, in_request, in_response, without};

    #[test]
    fn secrets_are_hidden_however_they_are_written() {
        let secret = "tök\"/n\\1 \u{1f512}";
        for written in [secret, "tök\\\"/n\\\\1 \u{1f512}", "t\\u00f6k\\u0022\\/n\\u005C1 \\ud83d\\udd12"] {
            let text = format!("{{\"echo\": \"{written}!\"}}");
            assert_eq!(without(&text, secret, false), format!("{{\"echo\": \"{REDACTED}!\"}}"), "{written}");
        }
        assert_eq!(without("t\\u00f6", secret, false), "t\\u00f6");
        assert_eq!(without("\\ud83d", secret, false), "\\ud83d");
    }

    #[test]
    fn short_secrets_are_hidden_where_they_are_words() {
        for written in ["@", "a @.", "@ @", "\"@\"", "key=@&", "_@-", "\\n@\\n", "\\u0022@\\u0022"] {
            let (text, kept) = (written.replace('@', "short"), written.replace('@', REDACTED));
            assert_eq!(without(&text, "short", true), kept);
        }
        for text in ["shorter", "ashort", "1short", "short2", "éshort"] {
            assert_eq!(without(text, "short", true), text);
        }
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let headers = [header("A", "abc"), header("B", "true"), header("Accept", "text"), header("C", "Bearer word")];
        assert_eq!(in_response("abc true text word words", &headers), "abc true text **** words");
        assert_eq!(in_request("word Bearer word", &headers), "word ****");
    }
}
