//! What all pages have: the frame around their content, the style, and headers that let a browser do no more than the
//! page needs.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderValue, LOCATION, REFERRER_POLICY, SET_COOKIE, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use sha2::{Digest, Sha256};

use super::html::Html;
use crate::reply::Reply;

/// The style of all pages; its hash is what the policy allows.
const STYLE: &str = "\
:root{color-scheme:light dark;--back:#f4f5f7;--card:#fff;--text:#1c1e21;--soft:#5b616b;--line:#8a919c;--go:#1f5fd0;--bad:#b3261e}\
@media(prefers-color-scheme:dark){:root{--back:#16181b;--card:#212428;--text:#eceef1;--soft:#aab1bb;--line:#79818c;--go:#3b78e7;--bad:#ff8a80}}\
*{box-sizing:border-box}body{margin:0;background:var(--back);color:var(--text);font:1rem/1.5 system-ui,sans-serif}\
main{max-width:28rem;margin:4rem auto;padding:2rem;background:var(--card);border-radius:.5rem}\
@media(max-width:32rem){main{margin:0;border-radius:0;min-height:100vh}}\
h1{font-size:1.375rem;line-height:1.3;margin:0 0 1rem}ul{padding-left:1.25rem}p{margin:0 0 1rem;overflow-wrap:anywhere}\
label{display:block;font-weight:600;margin-bottom:.25rem}\
input{width:100%;font:inherit;padding:.5rem .625rem;margin-bottom:1rem;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:.25rem}\
button{font:inherit;font-weight:600;padding:.5rem 1.25rem;margin-right:.5rem;border-radius:.25rem;border:1px solid var(--line);background:transparent;color:inherit;cursor:pointer}\
button.go{background:var(--go);border-color:var(--go);color:#fff}button.link{padding:0;margin:0 0 1rem;border:0;font-weight:400;text-decoration:underline}\
:focus-visible{outline:3px solid var(--go);outline-offset:2px}\
.problem{border-left:.25rem solid var(--bad);padding-left:.75rem}.soft{color:var(--soft);font-size:.9375rem}";

static STYLE_HASH: LazyLock<String> = LazyLock::new(|| STANDARD.encode(Sha256::digest(STYLE)));

/// A whole page. `leaves_to`: where its forms may lead besides this server, as sources of a policy.
pub(crate) fn page(status: StatusCode, title: &str, content: &Html, leaves_to: &'static str) -> Reply {
    let document = Html::new()
        .markup("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>")
        .text(title)
        .markup("</title>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<style>")
        .markup(STYLE)
        .markup("</style>\n</head>\n<body>\n<main>\n")
        .html(content)
        .markup("</main>\n</body>\n</html>\n");
    let mut reply = Reply::text("text/html; charset=utf-8", document.into_string());
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

/// Sends the browser somewhere else.
pub(super) fn redirect(status: StatusCode, to: &str) -> Reply {
    let mut reply = Reply::empty(status);
    match HeaderValue::from_str(to) {
        Ok(to) => {
            reply.headers.insert(LOCATION, to);
        }
        Err(_) => reply.status = StatusCode::INTERNAL_SERVER_ERROR,
    }
    guarded(reply)
}

/// Lets the browser keep a value until it is closed.
pub(super) fn with_cookie(mut reply: Reply, cookie: &str) -> Reply {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        reply.headers.append(SET_COOKIE, cookie);
    }
    reply
}

/// Nothing is kept, framed, guessed at or told to others.
fn guarded(mut reply: Reply) -> Reply {
    let headers = &mut reply.headers;
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    reply
}
