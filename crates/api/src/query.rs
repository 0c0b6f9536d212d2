//! Reading query parameters.

use std::borrow::Cow;

use deskwire_domain::error::{Error, Result};
use http::Uri;

/// A parameter, decoded; the last one wins. An empty one counts as absent.
pub(crate) fn text<'u>(uri: &'u Uri, name: &str) -> Option<Cow<'u, str>> {
    let query = uri.query()?;
    let values = form_urlencoded::parse(query.as_bytes()).filter(|(n, _)| n == name).map(|(_, value)| value);
    values.last().filter(|value| !value.is_empty())
}

/// The values of a list: of a parameter that is repeated, with or without `[]`, or whose values are separated by
/// commas.
pub(crate) fn list(uri: &Uri, name: &str) -> Vec<String> {
    let query = uri.query().unwrap_or("");
    let of_name = form_urlencoded::parse(query.as_bytes()).filter(|(n, _)| n.trim_end_matches("[]") == name);
    let values = of_name.flat_map(|(_, value)| value.split(',').map(|v| v.trim().to_owned()).collect::<Vec<_>>());
    values.filter(|value| !value.is_empty()).collect()
}

/// A parameter that is a whole number.
pub(crate) fn integer(uri: &Uri, name: &'static str) -> Result<Option<i64>> {
    text(uri, name)
        .map(|v| v.parse().map_err(|_| Error::invalid(format!("{name} must be an integer")).field(name)))
        .transpose()
}

/// A parameter that is `true` or `false`, in the spellings of clients; `default` if it is absent.
pub(crate) fn flag(uri: &Uri, name: &'static str, default: bool) -> Result<bool> {
    let Some(text) = text(uri, name) else { return Ok(default) };
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(Error::invalid(format!("{name} must be a boolean")).field(name)),
    }
}
