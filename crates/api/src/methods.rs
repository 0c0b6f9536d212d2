//! `OPTIONS`, and which methods a path answers.

use deskwire_domain::error::{Kind, Result};
use http::header::{ALLOW, HeaderValue};
use http::{HeaderMap, Method, StatusCode};

use crate::app::App;
use crate::public::attachments;
use crate::reply::Reply;
use crate::routes::Lookup;
use crate::{health, home, oauth, tools, unsubscribe};

/// The methods that a path answers, as `Allow` lists them; none where nothing answers.
pub(crate) fn allowed(app: &App, path: &str) -> Option<String> {
    let mut methods = declared(app, path);
    if methods.is_empty() {
        return None;
    }
    if let Some(get) = methods.iter().position(|method| *method == "GET") {
        methods.insert(get + 1, "HEAD");
    }
    methods.push("OPTIONS");
    Some(methods.join(", "))
}

fn declared<'a>(app: &'a App, path: &str) -> Vec<&'a str> {
    if path == home::PATH || health::is(path) || attachments::within(path).is_some() {
        return vec!["GET"];
    }
    if unsubscribe::link(path).is_some() {
        return vec!["GET", "POST"];
    }
    if let oauth::Found::WrongMethod(methods) = oauth::find(&Method::OPTIONS, path) {
        return methods;
    }
    let table = if path.starts_with(tools::UNDER) { &app.tools } else { &app.routes };
    match table.find(&Method::OPTIONS, path) {
        Lookup::WrongMethod(methods) => methods.into_iter().map(Method::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Adds the methods that a path answers.
pub(crate) fn write(app: &App, path: &str, headers: &mut HeaderMap) {
    if let Some(Ok(value)) = allowed(app, path).map(HeaderValue::try_from) {
        headers.insert(ALLOW, value);
    }
}

/// Answers `OPTIONS`. The question of a browser whether a page may ask is answered for every path: without that, the
/// page would not even see that there is nothing.
pub(crate) fn options(app: &App, path: &str, headers: &HeaderMap) -> Result<Reply> {
    let mut reply = Reply::empty(StatusCode::NO_CONTENT);
    if app.config.cors.preflight(headers, &mut reply.headers) {
        return Ok(reply);
    }
    // The whole server, as some load balancers ask for it.
    if path != "*" {
        write(app, path, &mut reply.headers);
        if reply.headers.is_empty() {
            return Err(Kind::ResourceNotFound.into());
        }
    }
    Ok(reply)
}
