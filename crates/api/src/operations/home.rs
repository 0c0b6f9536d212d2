//! `GET /`: what this is, and where to go on.

use askama::Template;
use deskwire_domain::error::Result;
use http::header::ACCEPT;
use http::{HeaderMap, StatusCode};
use serde_json::json;

use crate::oauth::page;
use crate::reply::Reply;
use crate::versions::Version;

/// The version of this program.
const RELEASE: &str = env!("CARGO_PKG_VERSION");

/// A page for browsers, JSON for everyone else.
pub(super) fn answer(headers: &HeaderMap, origin: &str) -> Result<Reply> {
    let accepted = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    if accepted.flat_map(|text| text.split(',')).any(|media| media.trim().starts_with("text/html")) {
        return Ok(shown(origin));
    }
    let versions: Vec<&str> = Version::ALL.iter().map(|version| version.as_str()).collect();
    Reply::json(
        StatusCode::OK,
        &json!({
            "name": "Deskwire",
            "version": RELEASE,
            "intercom_versions": versions,
            "links": {
                "me": format!("{origin}/me"),
                "events": format!("{origin}/app/events"),
                "health": format!("{origin}/healthz"),
                "readiness": format!("{origin}/readyz"),
                "metrics": format!("{origin}/metrics"),
            },
        }),
    )
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home<'a> {
    release: &'static str,
    oldest: &'static str,
    origin: &'a str,
}

fn shown(origin: &str) -> Reply {
    let oldest = Version::ALL.first().map_or("", |version| version.as_str());
    page(StatusCode::OK, &Home { release: RELEASE, oldest, origin }, "")
}
