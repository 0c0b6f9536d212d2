//! `POST /app/v1/uploads`

use std::io;

use bytes::BytesMut;
use deskwire_domain::attachments::{Content, MAX_BYTES, unstored};
use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::ids::AttachmentId;
use deskwire_domain::inbox::uploads::{self as verbs, Located};
use deskwire_domain::{Cx, names};
use deskwire_store::Unfinished;
use futures_util::StreamExt as _;
use http::header::CONTENT_TYPE;
use percent_encoding::percent_decode_str;

use super::request::Request;
use super::rows::{Needs, Rows};
use super::types::Attachment;
use crate::reply::Reply;

/// The header with the file's name, percent-encoded.
const NAME: &str = "X-File-Name";
/// Bytes written to the disk at a time.
const PIECE: usize = 256 << 10;

/// The rows.
pub(super) fn rows(rows: &mut Rows) {
    rows.row("POST /app/v1/uploads", Needs::WRITE_CONVERSATIONS, handle).with_bytes();
}

/// Stores the body as a file that the teammate can attach to a message or a draft. It is removed after a day if it is
/// attached to none.
async fn handle(mut request: Request) -> Result<Reply> {
    let header = |name: &str| request.parts.headers.get(name).and_then(|value| value.to_str().ok());
    let name = percent_decode_str(header(NAME).unwrap_or("")).decode_utf8_lossy();
    let name = names::of_file(&name.replace(['/', '\\'], ""));
    if name.trim().is_empty() {
        return Err(Error::missing(format!("{NAME} is required")).field(NAME));
    }
    let content_type = header(CONTENT_TYPE.as_str()).map(str::to_owned);
    let named = format!("{name}\n{}", content_type.as_deref().unwrap_or_default());
    let file = receive(&mut request, MAX_BYTES).await?;
    let finished = tokio::task::spawn_blocking(move || Content::finish(file, content_type.as_deref())).await;
    let content = finished.map_err(Error::internal)??;
    request.add_to_digest(&format!("{named}\n{}", content.hash));
    let file = content.named(name);
    request
        .write(move |cx| {
            let added = verbs::add(cx, &file)?;
            views(cx, &[added.id])?.pop().ok_or_else(|| Error::internal("an upload is missing"))
        })
        .await
}

/// Files as the inbox displays them.
pub(crate) fn views(cx: &mut Cx, ids: &[AttachmentId]) -> Result<Vec<Attachment>> {
    let view = |Located { file, path }: Located| Attachment {
        id: Some(file.id),
        name: file.name,
        url: path,
        content_type: file.content_type,
        size: file.filesize,
        width: file.width,
        height: file.height,
    };
    Ok(verbs::located(cx, ids)?.into_iter().map(view).collect())
}

/// Writes the body to the disk as it arrives. Unless all of it arrives, and it has at most `most` bytes, nothing is left
/// on the disk. The teammate must still be permitted to make the request then, if that took longer than a moment.
pub(super) async fn receive(request: &mut Request, most: usize) -> Result<Unfinished> {
    let body = request.take_bytes();
    let (files, workspace) = (request.app.files.clone(), request.actor().workspace().to_owned());
    let begun = tokio::task::spawn_blocking(move || files.begin(&workspace)).await.map_err(Error::internal)?;
    let mut file = begun.map_err(unstored)?;
    let (mut piece, mut length) = (BytesMut::new(), 0);
    let mut stream = body.into_data_stream();
    while let Some(bytes) = stream.next().await {
        let bytes = bytes.map_err(|_| Error::new(ErrorKind::BadRequest, "The file did not arrive in full"))?;
        length += bytes.len();
        if length > most {
            let message = format!("The file is too large (maximum is {} MB)", most >> 20);
            return Err(Error::new(ErrorKind::BodyTooLarge, message));
        }
        piece.extend_from_slice(&bytes);
        if piece.len() >= PIECE {
            file = append(file, piece.split()).await?;
        }
    }
    if length == 0 {
        return Err(Error::invalid("The file is empty"));
    }
    let file = append(file, piece).await?;
    request.renew().await?;
    Ok(file)
}

async fn append(mut file: Unfinished, piece: BytesMut) -> Result<Unfinished> {
    let write = move || -> io::Result<Unfinished> {
        file.write(&piece)?;
        Ok(file)
    };
    tokio::task::spawn_blocking(write).await.map_err(Error::internal)?.map_err(unstored)
}
