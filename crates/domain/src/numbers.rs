//! Whole numbers as clients write them.

use serde_json::Value;

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

/// The integer that a float represents exactly, if any.
#[expect(clippy::cast_possible_truncation, reason = "only whole numbers below 2^53 get here")]
fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < INEXACT).then_some(number as i64)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::integer;

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
}
