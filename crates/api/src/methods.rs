//! `OPTIONS`, and the methods that each path allows.

use deskwire_domain::error::{ErrorKind, Result};
use http::header::{ALLOW, HeaderValue};
use http::{HeaderMap, StatusCode};

use crate::reply::Reply;
use crate::server::Server;

/// The methods of a path for the `Allow` header; `None` if it has no operation.
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

/// Adds the `Allow` header of a path.
pub(crate) fn write(server: &Server, path: &str, headers: &mut HeaderMap) {
    if let Some(Ok(value)) = allowed(server, path).map(HeaderValue::try_from) {
        headers.insert(ALLOW, value);
    }
}

/// Responds to `OPTIONS`. Preflight requests succeed for every path, so that pages can read the 404 that follows.
pub(crate) fn options(server: &Server, path: &str, headers: &HeaderMap) -> Result<Reply> {
    let mut reply = Reply::empty(StatusCode::NO_CONTENT);
    if server.app.config.cors.preflight(headers, &mut reply.headers) {
        return Ok(reply);
    }
    // `OPTIONS *`, which some load balancers send, is about the whole server.
    if path != "*" {
        write(server, path, &mut reply.headers);
        if reply.headers.is_empty() {
            return Err(ErrorKind::ResourceNotFound.into());
        }
    }
    Ok(reply)
}
