//! What an AI agent answers from besides the help center: external pages, and the sources that they come from.

pub mod pages;
pub mod sources;

use crate::error::{Error, Result};

/// Checks that a URL can be opened by readers.
fn checked_url(url: &str) -> Result<String> {
    let url = url.trim();
    // Parsing leaves out line breaks and tabs, which the stored text would have.
    if crate::html::is_web(url) && !url.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Ok(url.to_owned());
    }
    Err(Error::invalid("url must be an absolute http or https URL").field("url"))
}
