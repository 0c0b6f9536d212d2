//! Numbers as clients write them.

use serde_json::{Number, Value};

/// The smallest float that several integers round to: 2^53.
const INEXACT: f64 = 9_007_199_254_740_992.0;

/// An integer, given as a number or a string. A zero fraction and an exponent are accepted.
pub fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| whole(number.as_f64()?)),
        Value::String(text) => {
            let text = text.trim();
            text.parse().ok().or_else(|| whole(text.parse().ok()?))
        }
        _ => None,
    }
}

/// The digits of a whole number that a client wrote where a text is expected, such as an id. `None` for floats.
pub fn digits(number: &Number) -> Option<String> {
    (number.is_i64() || number.is_u64()).then(|| number.to_string())
}

/// The text of a number. `None` for floats that several integers round to: the digits that the client wrote are lost.
pub(crate) fn text(number: &Number) -> Option<String> {
    let is_exact = || number.as_f64().is_some_and(|number| number.abs() < INEXACT);
    digits(number).or_else(|| is_exact().then(|| number.to_string()))
}

/// A number or a boolean as the text that an attribute for texts stores; `None` for other values, and as for [`text`].
pub(crate) fn attribute_text(value: &Value) -> Option<Value> {
    match value {
        Value::Number(number) => text(number).map(Value::String),
        Value::Bool(_) => Some(Value::String(value.to_string())),
        _ => None,
    }
}

/// The integer that a float represents exactly, if any.
#[expect(clippy::cast_possible_truncation, reason = "only whole numbers below 2^53 get here")]
fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < INEXACT).then_some(number as i64)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{digits, integer, text};

    #[test]
    fn whole_numbers_are_read_however_they_are_written() {
        for value in [json!(1_700_000_000), json!(1.7e9), json!(1_700_000_000.0), json!("1700000000"), json!(" 1.7e9 ")]
        {
            assert_eq!(integer(&value), Some(1_700_000_000), "{value}");
        }
        assert_eq!(integer(&json!(i64::MIN)), Some(i64::MIN));
        for value in
            [json!(1.5), json!("1.5"), json!(1e300), json!("inf"), json!("NaN"), json!(""), json!(true), json!(null)]
        {
            assert_eq!(integer(&value), None, "{value}");
        }
    }

    #[test]
    fn texts_of_numbers_have_the_digits_of_the_client() {
        for (json, as_digits, as_text) in [
            ("18446744073709551615", Some("18446744073709551615"), Some("18446744073709551615")),
            ("-7", Some("-7"), Some("-7")),
            ("1.5", None, Some("1.5")),
            ("5.0", None, Some("5.0")),
            ("12345678901234567890123", None, None),
            ("-1e300", None, None),
        ] {
            let number = serde_json::from_str(json).unwrap();
            assert_eq!((digits(&number).as_deref(), text(&number).as_deref()), (as_digits, as_text), "{json}");
        }
    }
}
