//! `OPTIONS`, and which methods a path answers.

use deskwire_domain::error::{ErrorKind, Result};
use http::header::{ALLOW, HeaderValue};
use http::{HeaderMap, StatusCode};

use crate::reply::Reply;
use crate::server::Server;

/// The methods that a path answers, as `Allow` lists them; none where nothing answers.
fn allowed(server: &Server, path: &str) -> Option<String> {
    let mut methods = server.methods(path);
    if methods.is_empty() {
        return None;
    }
    if let Some(get) = methods.iter().position(|method| *method == "GET") {
        methods.insert(get + 1, "HEAD");
    }
    methods.push("OPTIONS");
    Some(methods.join(", "))
}

/// Adds the methods that a path answers.
pub(crate) fn write(server: &Server, path: &str, headers: &mut HeaderMap) {
    if let Some(Ok(value)) = allowed(server, path).map(HeaderValue::try_from) {
        headers.insert(ALLOW, value);
    }
}

/// Answers `OPTIONS`. Preflight requests are answered for every path, so that pages can read the 404.
pub(crate) fn options(server: &Server, path: &str, headers: &HeaderMap) -> Result<Reply> {
    let mut reply = Reply::empty(StatusCode::NO_CONTENT);
    if server.app.config.cors.preflight(headers, &mut reply.headers) {
        return Ok(reply);
    }
    // The whole server, as some load balancers ask for it.
    if path != "*" {
        write(server, path, &mut reply.headers);
        if reply.headers.is_empty() {
            return Err(ErrorKind::ResourceNotFound.into());
        }
    }
    Ok(reply)
}
