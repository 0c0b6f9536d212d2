//! Content of AI agents besides the help center: external pages, and the sources that they come from.

pub mod pages;
pub mod sources;

use crate::error::{Error, Result};

/// Validates that a URL is a web URL.
fn checked_url(url: &str) -> Result<String> {
    let url = url.trim();
    // URL parsers ignore line breaks and tabs, which the stored text would contain.
    if crate::html::is_web(url) && !url.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Ok(url.to_owned());
    }
    Err(Error::invalid("url must be an absolute http or https URL").field("url"))
}
