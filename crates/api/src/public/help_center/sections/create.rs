//! `POST /help_center/sections`

use deskwire_domain::collections::{self, Levels};
use deskwire_domain::error::Result;

use crate::public::help_center::collections::input;
use crate::public::help_center::collections::view::Section as View;
use crate::reply::Reply;
use crate::request::Request;

/// Creates a section.
pub async fn handle(request: Request) -> Result<Reply> {
    let input = input::read(&request.body)?;
    let made = request.write(move |cx| collections::create(cx, Levels::Sections, &input)).await?;
    request.json(&View::new(&made, &request))
}
