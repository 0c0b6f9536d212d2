//! Shared by all pages, besides `templates/layout.html`: the style sheet and restrictive headers.

use std::sync::LazyLock;

use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderValue, LOCATION, REFERRER_POLICY, SET_COOKIE, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use sha2::{Digest, Sha256};

use crate::reply::Reply;

/// The style sheet of all pages; the policy allows it by its hash.
pub(crate) const STYLE: &str = include_str!("../../templates/page.css");

static STYLE_HASH: LazyLock<String> = LazyLock::new(|| STANDARD.encode(Sha256::digest(STYLE)));

/// A page with a title and a sentence.
#[derive(Template)]
#[template(path = "problem.html")]
pub(crate) struct Problem<'a> {
    pub(crate) title: &'static str,
    pub(crate) text: &'a str,
}

/// Responds with a page. `leaves_to` are the additional sources to which the policy lets its forms lead.
pub(crate) fn page(status: StatusCode, content: &impl Template, leaves_to: &'static str) -> Reply {
    let document = match content.render() {
        Ok(document) => document + "\n",
        Err(error) => {
            tracing::error!(%error, "a page was not rendered");
            return guarded(Reply::empty(StatusCode::INTERNAL_SERVER_ERROR));
        }
    };
    let mut reply = Reply::text("text/html; charset=utf-8", document);
    reply.status = status;
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; form-action 'self'{leaves_to}; frame-ancestors 'none'; base-uri 'none'",
        *STYLE_HASH
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        reply.headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    guarded(reply)
}

/// Redirects the browser.
pub(crate) fn redirect(status: StatusCode, to: &str) -> Reply {
    let mut reply = Reply::empty(status);
    match HeaderValue::from_str(to) {
        Ok(to) => {
            reply.headers.insert(LOCATION, to);
        }
        Err(_) => reply.status = StatusCode::INTERNAL_SERVER_ERROR,
    }
    guarded(reply)
}

/// Sets a cookie for the browser session.
pub(crate) fn with_cookie(mut reply: Reply, cookie: &str) -> Reply {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        reply.headers.append(SET_COOKIE, cookie);
    }
    reply
}

/// Forbids caching, framing, content sniffing and referrers.
fn guarded(mut reply: Reply) -> Reply {
    let headers = &mut reply.headers;
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    reply
}
