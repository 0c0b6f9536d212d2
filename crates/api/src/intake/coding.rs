//! Compressed bodies.

use std::io::Read;

use deskwire_domain::error::{Error, ErrorKind, Result};
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use http::HeaderMap;
use http::header::CONTENT_ENCODING;

/// The content coding of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coding {
    /// No compression.
    Identity,
    /// `gzip`.
    Gzip,
    /// `deflate`, which in HTTP is the zlib format.
    Deflate,
}

impl Coding {
    /// The content coding of a request. Fails if there is more than one.
    pub(crate) fn of(headers: &HeaderMap) -> Result<Self> {
        let mut coding = Self::Identity;
        for value in headers.get_all(CONTENT_ENCODING) {
            let names = value.to_str().map_err(|_| ErrorKind::EncodingUnsupported)?.split(',').map(str::trim);
            for name in names.filter(|name| !name.is_empty() && !name.eq_ignore_ascii_case("identity")) {
                let named = match name.to_ascii_lowercase().as_str() {
                    "gzip" | "x-gzip" => Self::Gzip,
                    "deflate" => Self::Deflate,
                    _ => return Err(ErrorKind::EncodingUnsupported.into()),
                };
                if std::mem::replace(&mut coding, named) != Self::Identity {
                    return Err(ErrorKind::EncodingUnsupported.into());
                }
            }
        }
        Ok(coding)
    }

    /// Returns the decoded bytes, at most `limit`.
    pub(crate) fn decode(self, bytes: Vec<u8>, limit: usize) -> Result<Vec<u8>> {
        match self {
            Self::Identity => Ok(bytes),
            Self::Gzip => bounded(MultiGzDecoder::new(bytes.as_slice()), limit, "gzip"),
            Self::Deflate => bounded(ZlibDecoder::new(bytes.as_slice()), limit, "deflate"),
        }
    }
}

/// Reads the output of a decoder, up to one byte more than the limit.
fn bounded(decoder: impl Read, limit: usize, name: &str) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    let read = decoder.take(limit as u64 + 1).read_to_end(&mut out);
    if out.len() > limit {
        return Err(super::too_large(limit));
    }
    read.map_err(|_| Error::new(ErrorKind::BadRequest, format!("The request body is not valid {name}")))?;
    Ok(out)
}
