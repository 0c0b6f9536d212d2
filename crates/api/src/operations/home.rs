//! `GET /`: what this server is, and links to the rest.

use askama::Template;
use deskwire_domain::error::Result;
use http::header::ACCEPT;
use http::{HeaderMap, StatusCode};
use serde_json::json;

use crate::oauth::{page, redirect};
use crate::reply::Reply;
use crate::request::base;
use crate::versions::Version;

/// The version of this program.
const RELEASE: &str = env!("CARGO_PKG_VERSION");

/// The inbox for browsers, JSON for everyone else.
pub(super) fn answer(headers: &HeaderMap, origin: &str) -> Result<Reply> {
    if is_for_people(headers) {
        return Ok(redirect(StatusCode::SEE_OTHER, &format!("{}/inbox/", base(origin))));
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

/// Whether the request is for a page.
pub(crate) fn is_for_people(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|text| text.split(',')).any(|media| media.trim().starts_with("text/html"))
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home<'a> {
    release: &'static str,
    oldest: &'static str,
    origin: &'a str,
    base: &'a str,
}

/// The page that replaces an inbox that was not built.
pub(crate) fn without_inbox(origin: &str) -> Reply {
    let oldest = Version::ALL.first().map_or("", |version| version.as_str());
    page(StatusCode::OK, &Home { release: RELEASE, oldest, origin, base: base(origin) }, "")
}
