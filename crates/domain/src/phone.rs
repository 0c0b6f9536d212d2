//! Phone numbers.

use phonenumber::country;
use phonenumber::metadata::{DATABASE, Descriptor, Metadata};
use phonenumber::{Mode, PhoneNumber, Type};
use regex::Regex;

use crate::error::{ErrorKind, Result};

/// A phone number as it was written, and its E.164 form if it is valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone {
    /// As it was written.
    pub written: String,
    /// `+`, country code and number, without anything between.
    pub e164: Option<String>,
}

impl Phone {
    /// Parses a number. National numbers are parsed for `country`, a two-letter code.
    ///
    /// This takes tens of microseconds, so it is done before a transaction begins.
    pub fn read(written: String, country: &str) -> Self {
        let number = phonenumber::parse(country.parse().ok(), &written).ok().filter(is_valid);
        Self { e164: number.map(|n| n.format().mode(Mode::E164).to_string()), written }
    }

    /// The number in E.164, for calls. Numbering plans change, so any number in that form is accepted.
    pub(crate) fn to_call(&self) -> Result<String> {
        let spelled = || {
            let digits: String = self.written.chars().filter(|c| !" -.()/".contains(*c)).collect();
            let national = digits.strip_prefix('+')?;
            let is_number = (7..=15).contains(&national.len()) && national.bytes().all(|b| b.is_ascii_digit());
            (is_number && !national.starts_with('0')).then_some(digits)
        };
        self.e164.clone().or_else(spelled).ok_or_else(|| ErrorKind::InvalidPhoneNumber.into())
    }
}

/// Whether this is the two-letter code of a country that national numbers can be parsed for.
pub(crate) fn is_country(code: &str) -> bool {
    code.parse::<country::Id>().is_ok()
}

/// The types of numbers that can be dialled from abroad.
const TYPES: &[Type] = &[
    Type::FixedLine,
    Type::Mobile,
    Type::TollFree,
    Type::PremiumRate,
    Type::SharedCost,
    Type::PersonalNumber,
    Type::Voip,
    Type::Pager,
    Type::Uan,
    Type::Voicemail,
];

/// Whether the whole national number is valid in its country. `phonenumber::is_valid` accepts a number of which only a
/// prefix is valid.
fn is_valid(number: &PhoneNumber) -> bool {
    let national = number.national().to_string();
    let suits = |of: &Metadata| {
        let all = of.descriptors();
        matches(all.general(), &national) && TYPES.iter().any(|t| all.get(*t).is_some_and(|d| matches(d, &national)))
    };
    DATABASE.by_code(&number.country().code()).is_some_and(|regions| regions.into_iter().any(suits))
}

fn matches(of: &Descriptor, national: &str) -> bool {
    // A match from the start that ends early may still extend to the end by another alternative of the pattern.
    let pattern = of.national_number();
    of.is_match(national)
        && (pattern.find(national).is_some_and(|m| m.len() == national.len())
            || Regex::new(&format!("^(?:{})$", pattern.as_str())).is_ok_and(|whole| whole.is_match(national)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn e164(text: &str, country: &str) -> Option<String> {
        Phone::read(text.to_owned(), country).e164
    }

    #[test]
    fn valid_numbers_have_an_e164_form() {
        for (text, country, wanted) in [
            ("(919) 555-5555", "US", "+19195555555"),
            ("+1 919 555 5555", "IE", "+19195555555"),
            ("091 955 555", "IE", "+35391955555"),
            ("1800 123 456", "IE", "+3531800123456"),
            ("09195 555555", "DE", "+499195555555"),
            ("0800 1111", "GB", "+448001111"),
            ("06 698 12345", "IT", "+390669812345"),
        ] {
            assert_eq!(e164(text, country).as_deref(), Some(wanted), "{text} in {country}");
        }
    }

    #[test]
    fn a_number_that_only_starts_like_a_valid_one_has_none() {
        for (text, country) in [
            ("(919) 555-5555", "IE"),
            ("5195555555", "GB"),
            ("+353 919 555 5555", "US"),
            ("(212) 736-5000", "IE"),
            ("911", "US"),
            ("", "US"),
            ("no number", "US"),
        ] {
            assert_eq!(e164(text, country), None, "{text} in {country}");
        }
    }
}
