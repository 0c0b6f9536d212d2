//! Sending the file of an export.

use bytes::Bytes;
use deskwire_domain::attachments;
use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::exports::{self, Download, ExportKind};
use deskwire_store::{Files, Opened, background};
use futures_util::{Stream, StreamExt, stream};
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, HeaderValue};

use crate::reply::Reply;
use crate::request::Request;

const OCTETS: &str = "application/octet-stream";

/// The file of a completed export, if the caller accepts octets.
pub(super) async fn send(request: &Request, kind: ExportKind) -> Result<Reply> {
    if !request.accept.as_ref().is_none_or(accepts) {
        return Err(ErrorKind::NotAcceptable.into());
    }
    let id = request.param("job_identifier").to_owned();
    let download = request.read(move |cx| exports::download(cx, kind, &id)).await?;
    let (files, workspace) = (request.app.files.clone(), request.caller().workspace().to_owned());
    let (there, pieces) = (Pieces { files, workspace }, download.pieces.clone());
    let pieces_are_there = there.clone();
    background::run(move || pieces.iter().try_for_each(|hash| pieces_are_there.open(hash).map(drop))).await?;
    let disposition = format!("attachment; filename=\"{}\"", download.name);
    let length = download.length;
    let mut reply = Reply::stream(OCTETS, bytes(there, download));
    reply.headers.insert(CONTENT_LENGTH, length.into());
    reply.headers.insert(CONTENT_DISPOSITION, HeaderValue::try_from(disposition).map_err(Error::internal)?);
    reply.headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(reply)
}

/// The bytes of a file, with one chunk of one piece in memory at a time. An unreadable piece ends the response before
/// its announced length, which the client detects.
fn bytes(files: Pieces, download: Download) -> impl Stream<Item = Bytes> + Send + 'static {
    let head = stream::iter([Bytes::from(download.frame.head)]);
    let tail = stream::iter([Some(Bytes::from(download.frame.tail))]);
    let opened = stream::iter(download.pieces).then(move |hash| {
        let files = files.clone();
        background::run(move || files.open(&hash))
    });
    let pieces = opened.flat_map(|opened| match opened {
        Ok(opened) => {
            let whole = 0..opened.length;
            opened.pieces(whole).map(Some).left_stream()
        }
        Err(_) => stream::iter([None]).right_stream(),
    });
    let rest = pieces.chain(tail).take_while(|bytes| std::future::ready(bytes.is_some()));
    head.chain(rest.filter_map(std::future::ready))
}

/// Where the exports of a workspace are stored.
#[derive(Clone)]
struct Pieces {
    files: Files,
    workspace: String,
}

impl Pieces {
    fn open(&self, hash: &str) -> Result<Opened> {
        self.files.open(&self.workspace, hash).map_err(|e| attachments::unread(hash, &e))
    }
}

/// Whether an `Accept` header accepts octets.
fn accepts(header: &HeaderValue) -> bool {
    let text = header.to_str().unwrap_or_default();
    text.split(',').any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default().to_ascii_lowercase();
        let is_refused =
            parts.any(|part| matches!(part.split_once('='), Some(("q" | "Q", value)) if value.parse() == Ok(0.0)));
        matches!(name.as_str(), OCTETS | "application/*" | "*/*") && !is_refused
    })
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::accepts;

    #[test]
    fn octets_are_accepted_by_name_or_by_range() {
        for yes in ["application/octet-stream", "text/html, */*;q=0.1", "Application/Octet-Stream;q=1", "application/*"]
        {
            assert!(accepts(&HeaderValue::from_static(yes)), "{yes}");
        }
        for no in ["application/json", "text/*", "application/octet-stream;q=0", "", "application/octet-streams"] {
            assert!(!accepts(&HeaderValue::from_static(no)), "{no}");
        }
    }
}
