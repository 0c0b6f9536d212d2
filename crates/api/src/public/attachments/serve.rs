//! `GET /attachments/{workspace}/{id}/{name}?expires&signature`: a file, for whoever was given its address. No token is
//! asked for: the signature is one, for this file and some time.

use std::io;

use deskwire_domain::attachments::{self, Attachment};
use deskwire_domain::error::{Error, Kind, Result};
use deskwire_domain::ids;
use deskwire_store::Db;
use http::header::X_CONTENT_TYPE_OPTIONS;
use http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, RETRY_AFTER,
};
use http::{Method, StatusCode};

use crate::app::App;
use crate::reply::Reply;

/// What the metrics call it.
pub(crate) const OPERATION: &str = "GET /attachments/{workspace}/{id}/{name}";
/// Media types that browsers show and that cannot act there.
const SHOWN: &[&str] = &["image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain"];

/// What follows `/attachments/`, if a path is below it.
pub(crate) fn within(path: &str) -> Option<&str> {
    path.strip_prefix("/attachments/")
}

/// Answers with the file.
pub(crate) async fn answer(app: &App, db: &Db, method: &Method, rest: &str, query: Option<&str>) -> Result<Reply> {
    if *method != Method::GET {
        return Err(Kind::MethodNotAllowed.into());
    }
    let mut pieces = rest.split('/');
    let (workspace, id) = (pieces.next().unwrap_or("").to_owned(), pieces.next().and_then(ids::parse_decimal));
    let asked = |name: &str| query?.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    let expires = asked("expires").and_then(|text| text.parse().ok());
    let signature = asked("signature").unwrap_or("").to_owned();
    let (Some(id), Some(expires)) = (id, expires) else { return Err(Kind::ResourceNotFound.into()) };
    let found = db.read(move |tx| attachments::find(tx, &workspace, id, expires, &signature)).await?;
    match (found.state.as_str(), found.hash.clone()) {
        ("stored", Some(hash)) => {
            let files = app.files.clone();
            let read = tokio::task::spawn_blocking(move || files.get(&hash)).await.map_err(Error::internal)?;
            Ok(file(&found, read.map_err(|e| unreadable(&found, &e))?))
        }
        ("pending", _) => Ok(later()),
        _ => Err(Kind::ResourceNotFound.into()),
    }
}

/// A file that is gone is not found; one that cannot be read now may be later.
fn unreadable(found: &Attachment, error: &io::Error) -> Error {
    tracing::error!(attachment = found.id, hash = found.hash, %error, "a file cannot be read");
    let kind = if error.kind() == io::ErrorKind::NotFound { Kind::ResourceNotFound } else { Kind::Unavailable };
    kind.into()
}

/// It has not been fetched from its sender yet.
fn later() -> Reply {
    let mut reply = Reply::text("text/plain; charset=utf-8", "This file is still being fetched.\n".to_owned());
    reply.status = StatusCode::SERVICE_UNAVAILABLE;
    reply.headers.insert(RETRY_AFTER, HeaderValue::from_static("2"));
    reply
}

/// The file. What a browser might run is only ever downloaded.
fn file(found: &Attachment, bytes: Vec<u8>) -> Reply {
    let mut reply = Reply::empty(StatusCode::OK);
    reply.body = bytes.into();
    let shown = SHOWN.contains(&found.content_type.as_str());
    let name = percent_encoding::utf8_percent_encode(&found.name, percent_encoding::NON_ALPHANUMERIC);
    let disposition = format!("{}; filename*=UTF-8''{name}", if shown { "inline" } else { "attachment" });
    let headers = &mut reply.headers;
    for (header, text) in [(CONTENT_TYPE, found.content_type.as_str()), (CONTENT_DISPOSITION, &disposition)] {
        if let Ok(value) = HeaderValue::from_str(text) {
            headers.insert(header, value);
        }
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, max-age=300"));
    reply
}
