//! Reads bodies within limits of bytes, values and memory.
//!
//! Memory grows with the bytes received, not with the announced length. Before more than a few kilobytes of a body are
//! read, it takes a share of the memory for bodies, until the response is sent. Large bodies are parsed on background
//! threads.

mod coding;
mod form;
mod json;
mod texts;

use axum::body::{Body as HttpBody, HttpBody as _};
use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_store::fair::{Key, Permit};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Method};
use http_body_util::BodyExt;

use crate::app::App;
use crate::body::Body;
use crate::budgets::Memory;
use crate::connections::bodies::Stalled;
use crate::routes::{Accepts, Route};
use coding::Coding;
pub(crate) use form::FILE;
pub(crate) use json::object;

/// Bodies up to this size are read without a share: the limit on connections bounds their memory.
const SMALL: usize = 4 << 10;
/// Bodies up to this size are parsed on the current thread.
const MAX_INLINE: usize = 32 << 10;
/// The factor by which the limit of a body is higher if it may contain files.
const FILES_FACTOR: usize = 10;

/// The decoded bytes of a body, and their share of memory.
pub(crate) struct Bytes {
    pub(crate) bytes: Vec<u8>,
    pub(crate) permit: Option<Permit>,
}

/// The JSON object of a body, and its share of memory. It is empty if there is no body, or if the operation has no
/// parameters.
pub(crate) async fn read(
    app: &App,
    key: Key,
    route: &Route,
    headers: &HeaderMap,
    body: HttpBody,
) -> Result<(Body, Option<Permit>)> {
    let usual = app.config.body_limit;
    let limit = if matches!(route.accepts, Accepts::JsonWithFiles | Accepts::Form) {
        usual.saturating_mul(FILES_FACTOR)
    } else {
        usual
    };
    let takes_body = route.accepts != Accepts::Nothing;
    let coding = if takes_body { Coding::of(headers)? } else { Coding::Identity };
    let Bytes { bytes, permit } = collect(app.budgets.body(key), limit, coding, body).await?;
    // PHP encodes an object without members as an empty array.
    let empty = route.method == Method::DELETE && matches!(bytes.trim_ascii(), b"[]" | b"null");
    if bytes.is_empty() || empty || !takes_body {
        return Ok((Body::default(), permit));
    }
    let essence = essence(headers);
    let is_json = essence == "application/json" || essence.ends_with("+json");
    // A JSON body has no file. The operation's error about that is clearer than one about the media type.
    if route.accepts == Accepts::Form && !is_json {
        let boundary = form::boundary(headers).filter(|_| essence == "multipart/form-data").ok_or_else(no_form)?;
        let body = app.budgets.run(key, move || form::read(&coding.decode(bytes, limit)?, &boundary)).await?;
        return Ok((body, permit));
    }
    if !is_json {
        return Err(ErrorKind::MediaTypeUnsupported.into());
    }
    if coding == Coding::Identity && bytes.len() <= MAX_INLINE {
        return Ok((object(&bytes)?, permit));
    }
    let body = app.budgets.run(key, move || object(&coding.decode(bytes, limit)?)).await?;
    Ok((body, permit))
}

/// The bytes of a body of an anonymous caller, which may be other than JSON.
pub(crate) async fn bytes(app: &App, key: Key, limit: usize, headers: &HeaderMap, body: HttpBody) -> Result<Bytes> {
    decoded(app, key, app.budgets.anonymous_body(key), limit, headers, body).await
}

/// The bytes of the body of a known caller.
pub(crate) async fn bytes_of(app: &App, key: Key, limit: usize, headers: &HeaderMap, body: HttpBody) -> Result<Bytes> {
    decoded(app, key, app.budgets.body(key), limit, headers, body).await
}

async fn decoded(
    app: &App,
    key: Key,
    memory: Memory<'_>,
    limit: usize,
    headers: &HeaderMap,
    body: HttpBody,
) -> Result<Bytes> {
    let coding = Coding::of(headers)?;
    let Bytes { bytes, permit } = collect(memory, limit, coding, body).await?;
    if coding == Coding::Identity || bytes.is_empty() {
        return Ok(Bytes { bytes, permit });
    }
    let bytes = app.budgets.run(key, move || coding.decode(bytes, limit)).await?;
    Ok(Bytes { bytes, permit })
}

/// The error if the media type is not that of forms.
fn no_form() -> Error {
    let message = "The Content-Type header should send a media type of multipart/form-data with a boundary";
    Error::new(ErrorKind::MediaTypeUnsupported, message)
}

/// The media type of a body, without parameters.
pub(crate) fn essence(headers: &HeaderMap) -> String {
    let media = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    media.split(';').next().unwrap_or("").trim().to_ascii_lowercase()
}

/// Reads the bytes as they arrive, up to a limit.
async fn collect(memory: Memory<'_>, limit: usize, coding: Coding, mut body: HttpBody) -> Result<Bytes> {
    let hint = body.size_hint();
    if hint.lower() > limit as u64 {
        return Err(too_large(limit));
    }
    // A compressed body, or one of unknown length, may grow to the limit.
    let promised = hint.exact().filter(|_| coding == Coding::Identity).and_then(|n| usize::try_from(n).ok());
    let weight = weight(promised.unwrap_or(limit));
    let (mut bytes, mut permit) = (Vec::new(), None);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|e| unreadable(&e))?.into_data() else { continue };
        let length = bytes.len() + data.len();
        if length > limit {
            return Err(too_large(limit));
        }
        if permit.is_none() && (length > SMALL || coding != Coding::Identity) {
            permit = Some(memory.take(weight).await?);
        }
        bytes.extend_from_slice(&data);
    }
    Ok(Bytes { bytes, permit })
}

/// The error of a body that exceeds this limit.
fn too_large(limit: usize) -> Error {
    let message = format!("The request body is larger than allowed (maximum is {limit} bytes)");
    Error::new(ErrorKind::BodyTooLarge, message)
}

/// Why a body could not be read.
fn unreadable(error: &axum::Error) -> Error {
    if Stalled::caused(error) {
        return ErrorKind::RequestTimeout.into();
    }
    Error::new(ErrorKind::BadRequest, "The request body could not be read")
}

/// The maximum memory that a body occupies: as bytes, as the texts of its values, and as the values themselves.
fn weight(bytes: usize) -> usize {
    bytes * 3 + json::most_values(bytes) * json::VALUE
}
