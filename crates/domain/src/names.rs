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

/// Rejects a text of more than `most` characters.
pub(crate) fn at_most(field: &'static str, text: &str, most: usize) -> Result<()> {
    if text.chars().count() > most {
        return Err(Error::invalid(format!("{field} is too long (maximum is {most} characters)")).field(field));
    }
    Ok(())
}
