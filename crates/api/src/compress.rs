//! Compressing responses for clients that accept it.

use std::io::Write;

use bytes::Bytes;
use deskwire_domain::error::{Error, Result};
use deskwire_store::fair::Key;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::HeaderMap;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, HeaderValue, VARY};

use crate::budgets::Budgets;
use crate::reply::Reply;

/// Responses below this size are not compressed.
const MIN_BYTES: usize = 1 << 10;
/// Responses up to this size are compressed on the async thread.
const MAX_INLINE: usize = 32 << 10;

/// The content codings that a client accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Accepted {
    /// Whether it accepts gzip.
    gzip: bool,
    /// Whether it accepts uncompressed responses.
    plain: bool,
}

impl Accepted {
    /// Parses `Accept-Encoding`.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let (mut gzip, mut any, mut identity) = (None, None, None);
        let texts = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        for item in texts.flat_map(|text| text.split(',')) {
            let mut pieces = item.split(';').map(str::trim);
            let name = pieces.next().unwrap_or("").to_ascii_lowercase();
            let quality = pieces.find_map(|piece| piece.strip_prefix("q=").or_else(|| piece.strip_prefix("Q=")));
            let quality = quality.map_or(1.0, |text| text.trim().parse::<f32>().unwrap_or(0.0));
            match name.as_str() {
                "gzip" | "x-gzip" => gzip = Some(quality),
                "*" => any = Some(quality),
                "identity" => identity = Some(quality),
                _ => {}
            }
        }
        let wanted = gzip.or(any).unwrap_or(0.0);
        let plain = identity.or(any).is_none_or(|quality| quality > 0.0);
        Self { gzip: wanted > 0.0 && identity.is_none_or(|identity| wanted >= identity), plain }
    }
}

/// Compresses a response if it is large enough and the client accepts it. Pages are not compressed: they contain both
/// secrets and input from others, and the compressed size would reveal the secrets.
pub(crate) async fn compress(budgets: &Budgets, key: Key, accepted: Accepted, reply: &mut Reply) -> Result<()> {
    let least = if accepted.plain { MIN_BYTES } else { 1 };
    if reply.body.len() < least || !reply.is_json() || reply.headers.contains_key(CONTENT_ENCODING) {
        return Ok(());
    }
    reply.headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if !accepted.gzip {
        return Ok(());
    }
    let body = reply.body.clone();
    let packed = if body.len() <= MAX_INLINE { gzip(&body)? } else { budgets.run(key, move || gzip(&body)).await? };
    reply.body = packed;
    reply.headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    Ok(())
}

fn gzip(body: &[u8]) -> Result<Bytes> {
    // The fastest level: any level shrinks JSON to a tenth.
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::fast());
    encoder.write_all(body).map_err(Error::internal)?;
    Ok(encoder.finish().map_err(Error::internal)?.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accept_encoding_selects_the_form() {
        let accepted = |text: &'static str| {
            Accepted::of(&HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(text))]))
        };
        for yes in
            ["gzip", "GZIP;q=0.5", "deflate, gzip;q=1.0, *;q=0.5", "*", "br, *;q=0.1", "identity;q=0.5, gzip", "x-gzip"]
        {
            assert_eq!(accepted(yes), Accepted { gzip: true, plain: true }, "{yes}");
        }
        for no in ["", "br", "gzip;q=0", "identity", "identity, gzip;q=0.5", "gzip;q=x"] {
            assert_eq!(accepted(no), Accepted { gzip: false, plain: true }, "{no}");
        }
        for never_plain in ["gzip, identity;q=0", "gzip, *;q=0", "identity;q=0, *"] {
            assert_eq!(accepted(never_plain), Accepted { gzip: true, plain: false }, "{never_plain}");
        }
        // No acceptable coding is available: the response is sent uncompressed.
        for nothing in ["identity;q=0", "*;q=0", "br, identity;q=0"] {
            assert_eq!(accepted(nothing), Accepted { gzip: false, plain: false }, "{nothing}");
        }
        assert_eq!(Accepted::of(&HeaderMap::new()), Accepted { gzip: false, plain: true });
    }
}
