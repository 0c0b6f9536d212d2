//! `/inbox`: the files of the inbox. They are embedded (`crates/web`); its data comes from `/app/v1`.

use axum::body::Body as HttpBody;
use bytes::Bytes;
use deskwire_domain::error::{ErrorKind, Result};
use deskwire_web::{ASSETS, Asset};
use http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderValue,
    REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderName, StatusCode};

use super::{enter, oidc};
use crate::cached::is_known;
use crate::oauth::redirect;
use crate::operations::home;
use crate::reply::Reply;
use crate::request::base;
use crate::surface::{Anonymous, Incoming, RequestLog, Surface};
use crate::table::{Params, Table};

/// The content security policy of the inbox: only its own files and calls.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; font-src 'self'; \
     media-src 'self'; connect-src 'self'; frame-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; \
     form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'",
);
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
/// Pages of other origins may not embed what the inbox answers.
pub(crate) const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
/// Files with a hash in their names never change.
const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");
/// The entry page of the inbox, whatever the URL.
const ENTRY: &str = "index.html";

/// The surface.
#[derive(Debug)]
pub(crate) struct Pages {
    table: Table<&'static str>,
}

const ENTER: &str = "GET /inbox/enter/{secret}";
const SINGLE_SIGN_ON: &str = "GET /inbox/oidc";
const CALLBACK: &str = "GET /inbox/oidc/callback";

impl Pages {
    pub(crate) fn new() -> Self {
        Self { table: Table::of(vec!["GET /inbox", ENTER, SINGLE_SIGN_ON, CALLBACK, "GET /inbox/{*path}"]) }
    }
}

impl Surface for Pages {
    type Row = &'static str;
    type Caller = Anonymous;

    fn table(&self) -> &Table<&'static str> {
        &self.table
    }

    async fn identify(&self, _: &&'static str, incoming: &Incoming, log: &mut RequestLog) -> Result<Anonymous> {
        incoming.anonymous(log)
    }

    async fn answer(
        &self,
        row: &&'static str,
        _: Anonymous,
        incoming: Incoming,
        params: Params<'_>,
        _: HttpBody,
    ) -> Result<Reply> {
        let path = params.first().map_or("", |(_, path)| *path);
        match *row {
            ENTER => enter::handle(&incoming, path).await,
            SINGLE_SIGN_ON => oidc::start(&incoming).await,
            CALLBACK => oidc::callback(&incoming).await,
            _ => serve(ASSETS, path, &incoming),
        }
    }
}

/// Redirects to a page of the inbox.
pub(super) fn to_page(incoming: &Incoming, place: &str) -> Reply {
    redirect(StatusCode::SEE_OTHER, &format!("{}/inbox/{place}", base(&incoming.origin)))
}

/// The file at a path, or the entry page for any other path that a person navigates to.
fn serve(assets: &'static [Asset], path: &str, incoming: &Incoming) -> Result<Reply> {
    let headers = &incoming.parts.headers;
    if let Some(asset) = deskwire_web::find(assets, path).filter(|asset| asset.path != ENTRY) {
        return Ok(file(asset, headers));
    }
    // Never for a script that an upgrade removed: the browser would report a wrong content type.
    if !(path.is_empty() || home::is_for_people(headers)) || path.starts_with("assets/") {
        return Err(ErrorKind::ResourceNotFound.into());
    }
    let Some(entry) = deskwire_web::find(assets, ENTRY) else { return Ok(home::without_inbox(&incoming.origin)) };
    let mut reply = file(entry, headers);
    reply.headers.insert(CONTENT_SECURITY_POLICY, POLICY);
    reply.headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    reply.headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    reply.headers.insert(OPENER_POLICY, HeaderValue::from_static("same-origin"));
    Ok(reply)
}

/// A file in the smallest encoding that the browser accepts, or 304 if the browser has it.
fn file(asset: &'static Asset, headers: &HeaderMap) -> Reply {
    let (coding, content) = chosen(asset, headers);
    let tag = format!("\"{}{}\"", &asset.hash[..asset.hash.len().min(32)], coding.unwrap_or(""));
    let is_known = is_known(headers, &tag);
    let mut reply = Reply::empty(if is_known { StatusCode::NOT_MODIFIED } else { StatusCode::OK });
    let out = &mut reply.headers;
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        out.insert(ETAG, tag);
    }
    out.insert(CACHE_CONTROL, if asset.path.starts_with("assets/") { IMMUTABLE } else { REVALIDATE });
    out.insert(VARY, HeaderValue::from_static("accept-encoding"));
    out.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    out.insert(RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
    if !is_known {
        out.insert(CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
        if let Some(coding) = coding {
            out.insert(CONTENT_ENCODING, HeaderValue::from_static(coding));
        }
        reply.body = Bytes::from_static(content);
    }
    reply
}

/// The content coding for a client, and the bytes in that coding.
fn chosen(asset: &Asset, headers: &HeaderMap) -> (Option<&'static str>, &'static [u8]) {
    let texts = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let accepted: Vec<&str> = texts
        .flat_map(|text| text.split(','))
        .filter_map(|item| {
            let (name, quality) = item.split_once(';').unwrap_or((item, ""));
            let refused = quality.trim().strip_prefix("q=").is_some_and(|q| q.trim().parse() == Ok(0.0));
            (!refused).then_some(name.trim())
        })
        .collect();
    let accepts = |coding: &str| accepted.iter().any(|name| name.eq_ignore_ascii_case(coding));
    match (asset.br, asset.gz) {
        (Some(br), _) if accepts("br") => (Some("br"), br),
        (_, Some(gz)) if accepts("gzip") => (Some("gzip"), gz),
        _ => (None, asset.identity),
    }
}

#[cfg(test)]
mod tests {
    use http::header::IF_NONE_MATCH;

    use super::*;

    static SCRIPT: Asset = Asset {
        path: "assets/a-1.js",
        content_type: "text/javascript; charset=utf-8",
        hash: "0123456789abcdef",
        identity: b"plain",
        br: Some(b"br"),
        gz: Some(b"gz"),
    };

    fn headers_of(headers: &[(HeaderName, &'static str)]) -> HeaderMap {
        headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn browsers_get_the_smallest_form_they_accept() {
        for (accepted, coding, body) in [
            ("gzip, deflate, br, zstd", Some("br"), "br"),
            ("br;q=0, GZIP;q=0.5", Some("gzip"), "gz"),
            ("identity", None, "plain"),
            ("", None, "plain"),
        ] {
            let reply = file(&SCRIPT, &headers_of(&[(ACCEPT_ENCODING, accepted)]));
            let found = reply.headers.get(CONTENT_ENCODING).map(|value| value.to_str().unwrap());
            assert_eq!((found, &*reply.body), (coding, body.as_bytes()), "{accepted}");
            assert_eq!(reply.headers[CACHE_CONTROL], IMMUTABLE);
        }
    }

    #[test]
    fn cached_files_are_answered_with_304() {
        let first = file(&SCRIPT, &headers_of(&[(ACCEPT_ENCODING, "br")]));
        assert_eq!(first.headers[ETAG], "\"0123456789abcdefbr\"");
        let again = headers_of(&[(ACCEPT_ENCODING, "br"), (IF_NONE_MATCH, "\"x\", W/\"0123456789abcdefbr\"")]);
        let again = file(&SCRIPT, &again);
        assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
        let other = file(&SCRIPT, &headers_of(&[(IF_NONE_MATCH, "\"0123456789abcdefbr\"")]));
        assert_eq!(other.status, StatusCode::OK);
    }
}
