//! The surface for files: `GET /attachments/{workspace}/{id}/{name}?expires&signature`, for holders of a signed URL. No
//! token is needed: the signature grants access to this file for a limited time.

mod range;

use std::ops::Range;

use axum::body::Body as HttpBody;
use bytes::Bytes;
use deskwire_domain::attachments::{self, Attachment};
use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::ids::AttachmentId;
use deskwire_store::Tx;
use futures_util::Stream;
use http::StatusCode;
use http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE, ETAG, HeaderValue, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS,
};

use crate::cached::is_known;
use crate::reply::Reply;
use crate::surface::{Anonymous, Incoming, RequestLog, Surface};
use crate::table::{Params, Table};

/// Media types that are safe for browsers to display inline.
const INLINE: &[&str] = &["image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain"];

const FRESHNESS: HeaderValue = HeaderValue::from_static("private, max-age=300");

#[derive(Debug)]
pub(crate) struct Files {
    table: Table<&'static str>,
}

impl Files {
    pub(crate) fn new() -> Self {
        let rows = vec!["GET /attachments/{workspace}/{id}/{name}", "GET /attachments/{workspace}/{id}"];
        Self { table: Table::of(rows) }
    }
}

impl Surface for Files {
    type Row = &'static str;
    /// The signature is checked when the file is read.
    type Caller = Anonymous;

    fn table(&self) -> &Table<&'static str> {
        &self.table
    }

    async fn identify(&self, _: &&'static str, incoming: &Incoming, log: &mut RequestLog) -> Result<Anonymous> {
        incoming.anonymous(log)
    }

    async fn answer(
        &self,
        _: &&'static str,
        _: Anonymous,
        incoming: Incoming,
        params: Params<'_>,
        _: HttpBody,
    ) -> Result<Reply> {
        let link = Link::read(&params, incoming.parts.uri.query()).ok_or(ErrorKind::ResourceNotFound)?;
        let Link { workspace, id, expires, signature } = link;
        let within = workspace.clone();
        let find = move |tx: &mut Tx<'_>| attachments::find(&mut tx.within(&within), id, expires, &signature);
        let found = incoming.db().read(find).await?;
        match (found.state.as_str(), found.hash.clone()) {
            ("stored", Some(hash)) => stored(&incoming, workspace, &found, &hash).await,
            ("pending", _) => Ok(later()),
            _ => Err(ErrorKind::ResourceNotFound.into()),
        }
    }
}

/// The query of a signed URL.
struct Link {
    workspace: String,
    id: AttachmentId,
    expires: i64,
    signature: String,
}

impl Link {
    fn read(params: &[(&'static str, &str)], query: Option<&str>) -> Option<Self> {
        let [(_, workspace), (_, id), ..] = params else { return None };
        let pairs = || form_urlencoded::parse(query.unwrap_or("").as_bytes());
        let sent = |name: &str| pairs().find(|(n, _)| n == name).map(|(_, value)| value.into_owned());
        let (workspace, id) = ((*workspace).to_owned(), AttachmentId::parse(id)?);
        Some(Self {
            workspace,
            id,
            expires: sent("expires")?.parse().ok()?,
            signature: sent("signature").unwrap_or_default(),
        })
    }
}

/// The file, or the requested range of it. A client that has the file gets 304: the tag is the hash of the content, so
/// the file need not be opened.
async fn stored(incoming: &Incoming, workspace: String, found: &Attachment, hash: &str) -> Result<Reply> {
    let tag = format!("\"{hash}\"");
    if is_known(&incoming.parts.headers, &tag) {
        return Ok(unchanged(&tag));
    }
    let (files, of) = (incoming.app.files.clone(), hash.to_owned());
    let open = move || files.open(&workspace, &of).map_err(|e| attachments::unread(&of, &e));
    let opened = tokio::task::spawn_blocking(open).await.map_err(Error::internal)??;
    let whole = opened.length;
    let range = range::requested(&incoming.parts.headers, &tag, whole)?;
    // Once the response has begun, it is too late for an error.
    let sent = range.clone().unwrap_or(0..whole);
    let bytes = opened.begun(sent).await.map_err(|e| attachments::unread(hash, &e))?;
    Ok(file(found, &tag, whole, range, bytes))
}

/// The response for a file that has not been fetched from its sender yet.
fn later() -> Reply {
    let mut reply = Reply::text("text/plain; charset=utf-8", "This file is still being fetched.\n".to_owned());
    reply.status = StatusCode::SERVICE_UNAVAILABLE;
    reply.headers.insert(RETRY_AFTER, HeaderValue::from_static("2"));
    reply
}

/// The response for a client that has the file.
fn unchanged(tag: &str) -> Reply {
    let mut reply = Reply::empty(StatusCode::NOT_MODIFIED);
    if let Ok(tag) = HeaderValue::from_str(tag) {
        reply.headers.insert(ETAG, tag);
    }
    reply.headers.insert(CACHE_CONTROL, FRESHNESS);
    reply
}

/// Serves the file. Content that a browser might execute is only offered as a download.
fn file(
    found: &Attachment,
    tag: &str,
    whole: u64,
    range: Option<Range<u64>>,
    bytes: impl Stream<Item = Bytes> + Send + 'static,
) -> Reply {
    let part = range.as_ref().map(|range| format!("bytes {}-{}/{whole}", range.start, range.end - 1));
    let sent = range.unwrap_or(0..whole);
    let length = (sent.end - sent.start).to_string();
    let mut reply = Reply::stream("application/octet-stream", bytes);
    let is_inline = INLINE.contains(&found.content_type.as_str());
    let name = percent_encoding::utf8_percent_encode(&found.name, percent_encoding::NON_ALPHANUMERIC);
    let disposition = format!("{}; filename*=UTF-8''{name}", if is_inline { "inline" } else { "attachment" });
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
    headers.insert(CACHE_CONTROL, FRESHNESS);
    if part.is_some() {
        reply.status = StatusCode::PARTIAL_CONTENT;
    }
    reply
}
