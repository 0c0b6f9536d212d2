//! `PUT /help_center/sections/{id}`

use deskwire_domain::collections::{self, Levels};
use deskwire_domain::error::{ErrorKind, Result};

use crate::public::help_center::collections::input;
use crate::public::help_center::collections::view::Section as View;
use crate::reply::Reply;
use crate::request::Request;

/// Changes or moves a section.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::ResourceNotFound)?;
    let input = input::read(&request.body)?;
    let changed = request.write(move |cx| collections::update(cx, Levels::Sections, id, &input)).await?;
    request.json(&View::new(&changed, &request))
}
