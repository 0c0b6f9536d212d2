//! The response of a handler.

use bytes::Bytes;
use deskwire_domain::error::{Error, Result};
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use http::{Method, Response, StatusCode};
use serde::Serialize;

use crate::access;
use crate::connections::upgrade::Upgrade;

/// The content type of every JSON response.
const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");

/// An access log line, written when the response has been sent.
struct Entry {
    line: access::Line,
    bytes: usize,
}

impl Entry {
    fn add(&mut self, bytes: usize) {
        self.bytes += bytes;
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.line.write(self.bytes);
    }
}

/// A finished response.
#[derive(Debug)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The handler's headers; common headers are added later.
    pub headers: HeaderMap,
    /// The body, rendered.
    pub body: Bytes,
    /// A streamed body, instead of `body`.
    stream: Option<axum::body::Body>,
    /// What the connection becomes after a 101.
    upgrade: Option<Upgrade>,
}

impl Reply {
    /// A response without a body.
    pub fn empty(status: StatusCode) -> Self {
        Self { status, headers: HeaderMap::new(), body: Bytes::new(), stream: None, upgrade: None }
    }

    /// A response with a JSON body.
    pub fn json(status: StatusCode, body: &impl Serialize) -> Result<Self> {
        let mut text = Vec::with_capacity(2048);
        serde_json::to_writer(&mut text, body).map_err(Error::internal)?;
        Ok(Self::rendered(status, text))
    }

    /// A response with a body that is already JSON.
    pub fn rendered(status: StatusCode, text: Vec<u8>) -> Self {
        let mut headers = HeaderMap::with_capacity(8);
        headers.insert(CONTENT_TYPE, JSON);
        Self { status, headers, body: text.into(), stream: None, upgrade: None }
    }

    /// A response with a body of another type.
    pub fn text(content_type: &'static str, body: String) -> Self {
        let mut reply = Self::empty(StatusCode::OK);
        reply.headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        reply.body = body.into();
        reply
    }

    /// Whether its body is JSON.
    pub(crate) fn is_json(&self) -> bool {
        self.headers.get(CONTENT_TYPE) == Some(&JSON)
    }

    /// A response with a streamed body.
    pub(crate) fn stream<S>(content_type: &'static str, stream: S) -> Self
    where
        S: futures_util::Stream<Item = Bytes> + Send + 'static,
    {
        let mut reply = Self::empty(StatusCode::OK);
        reply.headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        let stream = futures_util::StreamExt::map(stream, Ok::<_, std::convert::Infallible>);
        reply.stream = Some(axum::body::Body::from_stream(stream));
        reply
    }

    /// A 101 with these headers, after which the connection is no longer HTTP.
    pub(crate) fn upgraded(headers: HeaderMap, upgrade: Upgrade) -> Self {
        Self { headers, upgrade: Some(upgrade), ..Self::empty(StatusCode::SWITCHING_PROTOCOLS) }
    }

    /// The number of bytes of the body, unless it is streamed.
    pub(crate) fn length(&self) -> Option<usize> {
        self.stream.is_none().then_some(self.body.len())
    }

    /// Has the response logged once its body is sent.
    pub(crate) fn logged(mut self, line: access::Line) -> Self {
        let bytes = if line.method == Method::HEAD { 0 } else { self.body.len() };
        let mut entry = Entry { line: access::Line { status: self.status, ..line }, bytes };
        if let Some(body) = self.stream.take() {
            let counted = futures_util::StreamExt::map(body.into_data_stream(), move |chunk| {
                entry.add(chunk.as_ref().map_or(0, Bytes::len));
                chunk
            });
            self.stream = Some(axum::body::Body::from_stream(counted));
        }
        self
    }

    pub(crate) fn into_response(self) -> Response<axum::body::Body> {
        let body = self.stream.unwrap_or_else(|| axum::body::Body::from(self.body));
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        if let Some(upgrade) = self.upgrade {
            response.extensions_mut().insert(upgrade);
        }
        response
    }
}
