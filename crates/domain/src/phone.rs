//! Phone numbers.

use phonenumber::Mode;

/// The E.164 form of a phone number as a caller wrote it; local forms are read in `country` (two letters).
/// None when it is no possible number.
pub(crate) fn e164(phone: &str, country: &str) -> Option<String> {
    let number = phonenumber::parse(country.parse().ok(), phone).ok()?;
    phonenumber::is_valid(&number).then(|| number.format().mode(Mode::E164).to_string())
}
