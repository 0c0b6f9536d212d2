//! The metadata of an event.

use serde_json::{Map, Value};

use crate::error::{Error, Result};

/// The maximum number of keys stored for an event.
const MAX_KEYS: usize = 10;
/// The maximum length of a key, in characters.
const MAX_KEY_LENGTH: usize = 255;
/// The maximum length of a text, in bytes.
const MAX_LENGTH: usize = 10_000;

/// Validates metadata and truncates it to the keys that are stored, in the order given.
///
/// A value is plain, a rich link (`url` and `value`) or a sum of money (`amount` and `currency`).
pub(super) fn read(metadata: Option<&Map<String, Value>>) -> Result<String> {
    let Some(metadata) = metadata else { return Ok("{}".to_owned()) };
    let mut kept = Map::new();
    for (key, value) in metadata.iter().take(MAX_KEYS) {
        if key.is_empty() || key.chars().count() > MAX_KEY_LENGTH {
            return Err(rejected("a metadata key must have 1 to 255 characters".to_owned()));
        }
        if !fits(value) {
            let message = format!(
                "metadata '{key}' must be a string, a number, a rich link with url and value, or an amount with currency"
            );
            return Err(rejected(message));
        }
        kept.insert(key.clone(), value.clone());
    }
    Ok(Value::Object(kept).to_string())
}

fn rejected(message: String) -> Error {
    Error::invalid(message).field("metadata")
}

fn fits(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
        Value::String(text) => text.len() <= MAX_LENGTH,
        Value::Object(map) if map.len() == 2 => rich_link(map) || money(map),
        Value::Object(_) | Value::Array(_) => false,
    }
}

fn rich_link(map: &Map<String, Value>) -> bool {
    let plain = |v: &Value| matches!(v, Value::String(_) | Value::Number(_)) && fits(v);
    map.get("url").is_some_and(|url| url.is_string() && fits(url)) && map.get("value").is_some_and(plain)
}

fn money(map: &Map<String, Value>) -> bool {
    let amount = map.get("amount").and_then(Value::as_i64).is_some_and(|n| n >= 0);
    let currency = |v: &Value| v.as_str().is_some_and(|c| c.len() == 3 && c.bytes().all(|b| b.is_ascii_alphabetic()));
    amount && map.get("currency").is_some_and(currency)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn accepted(value: &Value) -> Result<String> {
        read(value.as_object())
    }

    #[test]
    fn plain_values_links_and_money_are_kept() {
        let all = json!({"source": "desktop", "load": 3.67, "contact_date": 1_392_036_272, "paid": true, "none": null,
            "article": {"url": "https://example.org/a", "value": "dude"}, "price": {"amount": 34_999, "currency": "eur"}});
        assert_eq!(accepted(&all).unwrap(), all.to_string());
        assert_eq!(read(None).unwrap(), "{}");
    }

    #[test]
    fn nesting_is_rejected() {
        for value in [
            json!([1]),
            json!({}),
            json!({"url": "https://example.org"}),
            json!({"url": "https://example.org", "value": {}}),
            json!({"url": "https://example.org", "value": "x", "more": 1}),
            json!({"amount": "12", "currency": "eur"}),
            json!({"amount": -1, "currency": "eur"}),
            json!({"amount": 1.5, "currency": "eur"}),
            json!({"amount": 1, "currency": "euro"}),
            json!("x".repeat(10_001)),
        ] {
            assert_eq!(accepted(&json!({"a": value})).unwrap_err().field.as_deref(), Some("metadata"), "{value}");
        }
        assert!(accepted(&json!({"": 1})).is_err());
    }

    #[test]
    fn the_first_ten_keys_are_kept() {
        let many: Map<String, Value> = (0..12).map(|n| (format!("k{}", 11 - n), json!(n))).collect();
        let kept: Map<String, Value> = serde_json::from_str(&read(Some(&many)).unwrap()).unwrap();
        assert_eq!(kept.len(), 10);
        assert_eq!(kept.keys().next().unwrap(), "k11");
        assert!(!kept.contains_key("k1") && !kept.contains_key("k0"));
    }
}
