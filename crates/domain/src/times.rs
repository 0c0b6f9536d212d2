//! Times as texts.

use jiff::Timestamp;

/// The last unix second that has a date of four digits for its year, with a day to spare for time zones.
pub const LATEST: i64 = 253_402_207_200 - 86_400;

/// `2014-01-16T23:12:21.000+00:00`; empty for a time beyond [`LATEST`].
pub fn iso(second: i64) -> String {
    Timestamp::from_second(second).map(|t| t.strftime("%Y-%m-%dT%H:%M:%S.000+00:00").to_string()).unwrap_or_default()
}

/// The second that a text means: a number of unix seconds, or a time with its zone as ISO 8601 writes it.
pub fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    text.parse().ok().or_else(|| text.parse::<Timestamp>().ok().map(Timestamp::as_second))
}

/// `2014-01-16T23:12:21Z`; empty for a time beyond [`LATEST`].
pub fn utc(second: i64) -> String {
    Timestamp::from_second(second).map(|t| t.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_understood() {
        assert_eq!(parse("1389913941"), Some(1_389_913_941));
        assert_eq!(parse("2014-01-16T23:12:21Z"), Some(1_389_913_941));
        assert_eq!(parse("2014-01-17T00:12:21+01:00"), Some(1_389_913_941));
        assert_eq!(parse("yesterday"), None);
    }

    #[test]
    fn times_read_as_iso_8601() {
        assert_eq!(iso(1_389_913_941), "2014-01-16T23:12:21.000+00:00");
        assert_eq!(iso(0), "1970-01-01T00:00:00.000+00:00");
        assert!(iso(LATEST).starts_with("9999-12-"));
        assert_eq!(iso(i64::MAX), "");
    }
}
