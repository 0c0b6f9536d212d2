//! Ids as the API shows them.
//!
//! Internally, every id is a 53-bit number that grows with time. Contacts, companies and segments show theirs as 24
//! hexadecimal digits, the form that Intercom's clients expect: the second of creation, then the number. So the text
//! needs no column, and most invalid ids are detected without a query.

/// 2026-01-01T00:00:00Z, where the clock inside the ids starts, in unix seconds.
const EPOCH: i64 = 1_767_225_600;

/// The 24-digit form of an id.
pub fn hex(id: i64) -> String {
    format!("{:08x}{id:016x}", second(id))
}

/// The id behind 24 hexadecimal digits; none when no id looks like this.
pub fn parse_hex(text: &str) -> Option<i64> {
    if text.len() != 24 || !text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
        return None;
    }
    let second_text = u32::from_str_radix(&text[..8], 16).ok()?;
    let id = i64::from_str_radix(&text[8..], 16).ok()?;
    (second(id) == second_text).then_some(id)
}

/// A decimal id: a positive number of at most 16 digits, without sign or leading zeros.
pub fn parse_decimal(text: &str) -> Option<i64> {
    let plain =
        !text.is_empty() && text.len() <= 16 && text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
    if plain { text.parse().ok() } else { None }
}

/// The least id that can have been made at this second (unix time) or later.
pub(crate) fn first_at(second: i64) -> i64 {
    ((second - EPOCH).max(0) * 1000) << 13
}

fn second(id: i64) -> u32 {
    u32::try_from(EPOCH + (id >> 13) / 1000).unwrap_or(0)
}
