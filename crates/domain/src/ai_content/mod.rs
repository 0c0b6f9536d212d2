//! What an AI agent answers from besides the help center: external pages, and the sources that they come from.

pub mod pages;
pub mod sources;

use crate::error::{Error, Result};

/// Checks that a URL can be opened by readers.
fn checked_url(url: &str) -> Result<String> {
    let url = url.trim();
    if crate::html::is_web(url) {
        return Ok(url.to_owned());
    }
    Err(Error::invalid("url must be an absolute http or https URL").field("url"))
}

/// Ids of audiences as rows hold them: each once, in order.
fn audience_list(ids: &[i64]) -> Result<String> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    serde_json::to_string(&ids).map_err(Error::internal)
}
