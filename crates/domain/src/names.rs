//! Validating names.

use crate::error::{Error, Result};

/// The maximum length of a name, in characters.
pub(crate) const MAX_NAME_LENGTH: usize = 255;

/// Trims a name. Rejects one that is empty or too long, with `field` in the error.
pub(crate) fn checked<'t>(field: &'static str, name: &'t str) -> Result<&'t str> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Error::invalid(format!("{field} must not be empty")).field(field));
    }
    if name.contains('\0') {
        return Err(Error::invalid(format!("{field} must not contain a NUL character")).field(field));
    }
    at_most(field, name, MAX_NAME_LENGTH)?;
    Ok(name)
}

/// Whether a character is a control character, or breaks a line or changes the direction of writing without being one. Such
/// characters can make a name look like another: "invoice\u{202e}fdp.exe" looks like "invoiceexe.pdf".
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The name of a file that somebody sent, without characters that could disguise it.
pub fn of_file(name: &str) -> String {
    name.chars().filter(|c| !is_hidden(*c)).take(MAX_NAME_LENGTH).collect()
}

/// Rejects a text of more than `most` characters.
pub(crate) fn at_most(field: &'static str, text: &str, most: usize) -> Result<()> {
    if text.chars().count() > most {
        return Err(Error::invalid(format!("{field} is too long (maximum is {most} characters)")).field(field));
    }
    Ok(())
}
