//! `PUT /app/v1/me/picture` and `DELETE /app/v1/me/picture`

use deskwire_domain::admins;
use deskwire_domain::attachments::{Content, MAX_PICTURE_BYTES};
use deskwire_domain::error::{Error, Result};

use super::super::request::Request;
use super::super::start::teammate;
use super::super::uploads::receive;
use crate::reply::Reply;

/// The name of the file, which is part of its URL.
const NAME: &str = "picture";

/// Makes the body the teammate's picture.
pub async fn put(mut request: Request) -> Result<Reply> {
    let file = receive(&mut request, MAX_PICTURE_BYTES).await?;
    let finished = tokio::task::spawn_blocking(move || Content::finish_picture(file)).await;
    let content = finished.map_err(Error::internal)??;
    request.add_to_digest(&content.hash);
    let (file, origin, ip) = (content.named(NAME.to_owned()), request.origin.clone(), request.ip());
    request.write(move |cx| admins::set_picture(cx, &file, &origin, ip.as_deref()).map(|admin| teammate(&admin))).await
}

/// Removes the teammate's picture.
pub async fn remove(request: Request) -> Result<Reply> {
    let ip = request.ip();
    request.write(move |cx| admins::remove_picture(cx, ip.as_deref()).map(|admin| teammate(&admin))).await
}
