//! `Range` and `If-Range`: the requested part of a file.

use std::ops::Range;

use deskwire_domain::error::{Error, ErrorKind, Result};
use http::HeaderMap;
use http::header::{IF_RANGE, RANGE};

/// The requested range of a file of this length; `None` for the whole file. Invalid headers are ignored, and so are
/// multiple ranges (RFC 9110, 14.2) and a range of a file that has changed since.
pub(super) fn requested(headers: &HeaderMap, tag: &str, length: u64) -> Result<Option<Range<u64>>> {
    let mut values = headers.get_all(RANGE).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return Ok(None) };
    if headers.get(IF_RANGE).is_some_and(|known| known.as_bytes() != tag.as_bytes()) {
        return Ok(None);
    }
    match value.to_str().ok().and_then(|text| read(text, length)) {
        Some(range) if range.is_empty() => {
            Err(Error { length: Some(length), ..Error::from(ErrorKind::RangeNotSatisfiable) }.field("range"))
        }
        range => Ok(range),
    }
}

/// The range in a header, clamped to the file; empty if it lies outside.
fn read(text: &str, length: u64) -> Option<Range<u64>> {
    let (unit, range) = text.split_once('=')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    let (first, last) = range.trim().split_once('-')?;
    let range = match (first.trim(), last.trim()) {
        ("", count) => length.saturating_sub(number(count)?)..length,
        (first, "") => number(first)?..length,
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            if first > last {
                return None;
            }
            first..last.saturating_add(1).min(length)
        }
    };
    Some(range)
}

/// A number in digits; one that overflows is larger than any file.
fn number(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn parses_a_single_range() {
        for (text, range) in [
            ("bytes=0-0", 0..1),
            ("bytes=0-9", 0..10),
            ("Bytes = 2-4", 2..5),
            ("bytes=5-", 5..10),
            ("bytes=5-99999999999999999999", 5..10),
            ("bytes=-3", 7..10),
            ("bytes=-30", 0..10),
        ] {
            assert_eq!(read(text, 10), Some(range), "{text}");
        }
        for text in ["bytes=10-", "bytes=10-12", "bytes=-0", "bytes=99999999999999999999-"] {
            assert!(read(text, 10).is_some_and(|range| range.is_empty()), "{text}");
        }
        assert!(read("bytes=-5", 0).is_some_and(|range| range.is_empty()));
        for text in
            ["", "bytes", "bytes=", "bytes=-", "bytes=4-2", "bytes=a-b", "bytes=+1-2", "bytes=0-1,4-5", "lines=0-1"]
        {
            assert_eq!(read(text, 10), None, "{text}");
        }
    }
}
