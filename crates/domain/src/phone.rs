//! Phone numbers.

use phonenumber::Mode;

/// A phone number as a caller wrote it, and its E.164 form when it is a valid one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone {
    /// As it was written.
    pub written: String,
    /// `+`, country code and number, without anything between.
    pub e164: Option<String>,
}

impl Phone {
    /// Reads a number; local forms are read in `country` (two letters).
    ///
    /// This takes tens of microseconds, so it is done before a transaction begins.
    pub fn read(written: String, country: &str) -> Self {
        let number = phonenumber::parse(country.parse().ok(), &written).ok().filter(phonenumber::is_valid);
        Self { e164: number.map(|n| n.format().mode(Mode::E164).to_string()), written }
    }
}
