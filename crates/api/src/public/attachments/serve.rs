//! `GET /attachments/{workspace}/{id}/{name}?expires&signature`: a file, for whoever was given its address. No token is
//! asked for: the signature is one, for this file and some time.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use bytes::Bytes;
use deskwire_domain::attachments::{self, Attachment};
use deskwire_domain::error::{Error, Kind, Result};
use deskwire_domain::ids;
use deskwire_store::{Db, Files};
use futures_util::{Stream, stream};
use http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE, ETAG, HeaderValue, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS,
};
use http::request::Parts;
use http::{Method, StatusCode};

use super::range;
use crate::app::App;
use crate::reply::Reply;

/// What the metrics call it.
pub(crate) const OPERATION: &str = "GET /attachments/{workspace}/{id}/{name}";
/// Media types that browsers show and that cannot act there.
const SHOWN: &[&str] = &["image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain"];

/// The most bytes of a file that are in memory at a time: as many as an answer has that no budget counts.
const PIECE: usize = 64 << 10;

/// What follows `/attachments/`, if a path is below it.
pub(crate) fn within(path: &str) -> Option<&str> {
    path.strip_prefix("/attachments/")
}

/// Answers with the file, or with the part of it that a range names.
pub(crate) async fn answer(app: &App, db: &Db, parts: &Parts, rest: &str) -> Result<Reply> {
    if parts.method != Method::GET {
        return Err(Kind::MethodNotAllowed.into());
    }
    let query = parts.uri.query();
    let mut pieces = rest.split('/');
    let (workspace, id) = (pieces.next().unwrap_or("").to_owned(), pieces.next().and_then(ids::parse_decimal));
    let asked = |name: &str| query?.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    let expires = asked("expires").and_then(|text| text.parse().ok());
    let signature = asked("signature").unwrap_or("").to_owned();
    let (Some(id), Some(expires)) = (id, expires) else { return Err(Kind::ResourceNotFound.into()) };
    let found = db.read(move |tx| attachments::find(&mut tx.within(&workspace), id, expires, &signature)).await?;
    match (found.state.as_str(), found.hash.clone()) {
        ("stored", Some(hash)) => {
            let files = app.files.clone();
            let tag = format!("\"{hash}\"");
            let opened = tokio::task::spawn_blocking(move || Opened::new(&files, &hash)).await;
            let opened = opened.map_err(Error::internal)?.map_err(|e| unreadable(&found, &e))?;
            let range = range::asked(&parts.headers, &tag, opened.length)?;
            Ok(file(&found, &tag, opened, range))
        }
        ("pending", _) => Ok(later()),
        _ => Err(Kind::ResourceNotFound.into()),
    }
}

/// A file that is being read.
struct Opened {
    file: File,
    length: u64,
}

impl Opened {
    fn new(files: &Files, hash: &str) -> io::Result<Self> {
        let file = files.open(hash)?;
        let length = file.metadata()?.len();
        Ok(Self { file, length })
    }

    /// The bytes of a range, a piece at a time: however large the file is, one piece is in memory. A piece that cannot be
    /// read ends the answer before its length, which the client sees.
    fn pieces(self, range: Range<u64>) -> impl Stream<Item = Bytes> + Send + 'static {
        stream::unfold((self.file, range), |(mut file, left)| async move {
            if left.is_empty() {
                return None;
            }
            let length = usize::try_from(left.end - left.start).map_or(PIECE, |length| length.min(PIECE));
            let read = tokio::task::spawn_blocking(move || {
                let mut piece = vec![0; length];
                file.seek(SeekFrom::Start(left.start))?;
                file.read_exact(&mut piece)?;
                Ok::<_, io::Error>((piece, file))
            });
            match read.await {
                Ok(Ok((piece, file))) => Some((piece.into(), (file, left.start + length as u64..left.end))),
                Ok(Err(error)) => {
                    tracing::error!(%error, "a file cannot be read to its end");
                    None
                }
                Err(_) => None,
            }
        })
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
fn file(found: &Attachment, tag: &str, opened: Opened, range: Option<Range<u64>>) -> Reply {
    let whole = opened.length;
    let part = range.as_ref().map(|range| format!("bytes {}-{}/{whole}", range.start, range.end - 1));
    let sent = range.unwrap_or(0..whole);
    let length = (sent.end - sent.start).to_string();
    let mut reply = Reply::stream("application/octet-stream", opened.pieces(sent));
    let shown = SHOWN.contains(&found.content_type.as_str());
    let name = percent_encoding::utf8_percent_encode(&found.name, percent_encoding::NON_ALPHANUMERIC);
    let disposition = format!("{}; filename*=UTF-8''{name}", if shown { "inline" } else { "attachment" });
    let texts = [
        (CONTENT_TYPE, Some(found.content_type.as_str())),
        (CONTENT_DISPOSITION, Some(&disposition)),
        (CONTENT_LENGTH, Some(&length)),
        (CONTENT_RANGE, part.as_deref()),
        (ETAG, Some(tag)),
    ];
    for (header, text) in texts {
        if let Some(Ok(value)) = text.map(HeaderValue::from_str) {
            reply.headers.insert(header, value);
        }
    }
    let headers = &mut reply.headers;
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, max-age=300"));
    if part.is_some() {
        reply.status = StatusCode::PARTIAL_CONTENT;
    }
    reply
}
