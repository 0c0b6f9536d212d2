//! `If-None-Match`: whether a client has the current version of what it asks for.

use http::HeaderMap;
use http::header::IF_NONE_MATCH;

/// Whether the client has the version with this entity tag (RFC 9110, 13.1.2).
pub(crate) fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    known
        .flat_map(|text| text.split(','))
        .map(|known| known.trim().trim_start_matches("W/"))
        .any(|known| known == tag || known == "*")
}
