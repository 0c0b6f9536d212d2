//! The length limits of the texts in a request.

use deskwire_domain::error::{Error, Result};
use serde_json::{Map, Value};

/// The table of text limits: parent key, key, and the maximum length in bytes. The first matching row applies; `*`
/// matches any name. Operations may have lower limits.
const LIMITS: &[(&str, &str, usize)] = &[
    // Files have a limit of their own, once they are decoded.
    ("attachment_files", "data", usize::MAX),
    ("attachment_files", "*", 2_000),
    ("reply_options", "*", 2_000),
    // Messages, replies and notes.
    ("*", "body", 100_000),
    // The Markdown of content, which may have three times the bytes of its HTML.
    ("*", "body_markdown", 300_000),
    // External pages.
    ("", "html", 400_000),
    ("*", "subject", 2_000),
    ("*", "*", 65_536),
];

/// Rejects an object that contains a text over its limit. The error has the text's key.
pub(super) fn check(map: &Map<String, Value>) -> Result<()> {
    object("", map)
}

fn object(holder: &str, map: &Map<String, Value>) -> Result<()> {
    map.iter().try_for_each(|(key, value)| held(holder, key, value))
}

fn held(holder: &str, key: &str, value: &Value) -> Result<()> {
    match value {
        Value::String(text) if text.len() > most(holder, key) => {
            let most = most(holder, key);
            Err(Error::invalid(format!("{key} is too long (maximum is {most} bytes)")).field(key.to_owned()))
        }
        // The parent key of the items of a list is the key of the list.
        Value::Array(items) => items.iter().try_for_each(|item| held(holder, key, item)),
        Value::Object(map) => object(key, map),
        _ => Ok(()),
    }
}

fn most(holder: &str, key: &str) -> usize {
    let fits = |name: &str, given: &str| name == "*" || name == given;
    LIMITS.iter().find(|(h, k, _)| fits(h, holder) && fits(k, key)).map_or(0, |(.., most)| *most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_text_has_a_limit_and_is_named() {
        let refused = |value: Value| {
            let error = check(value.as_object()?).err()?;
            Some(error.field.unwrap_or_default().into_owned())
        };
        let long = |bytes: usize| "x".repeat(bytes);
        assert_eq!(refused(json!({"body": long(100_000), "a": [long(65_536)], "n": 1})), None);
        assert_eq!(refused(json!({"body": long(100_001)})), Some("body".to_owned()));
        assert_eq!(refused(json!({"message": {"subject": long(2_001)}})), Some("subject".to_owned()));
        assert_eq!(refused(json!({"contacts": [{"name": long(65_537)}]})), Some("name".to_owned()));
        assert_eq!(refused(json!({"a": [[long(65_537)]]})), Some("a".to_owned()));
        assert_eq!(refused(json!({"attachment_files": [{"data": long(1_000_000), "name": "a"}]})), None);
        assert_eq!(refused(json!({"data": long(100_000)})), Some("data".to_owned()));
        assert_eq!(refused(json!({"html": long(400_000), "a": {"html": long(65_537)}})), Some("html".to_owned()));
        assert_eq!(refused(json!({"html": long(400_000), "a": {"body_markdown": long(300_000)}})), None);
        assert_eq!(refused(json!({"html": long(400_001)})), Some("html".to_owned()));
        assert_eq!(refused(json!({"attachment_files": [{"data": "", "name": long(2_001)}]})), Some("name".to_owned()));
        assert_eq!(refused(json!({"reply_options": [{"uuid": "a", "text": long(2_001)}]})), Some("text".to_owned()));
    }
}
