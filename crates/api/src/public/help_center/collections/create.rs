//! `POST /help_center/collections`

use deskwire_domain::collections;
use deskwire_domain::error::Result;

use super::view::View;
use super::{input, levels};
use crate::reply::Reply;
use crate::request::Request;

/// Creates a collection.
pub async fn handle(request: Request) -> Result<Reply> {
    let input = input::read(&request.body)?;
    let levels = levels(&request);
    let made = request.write(move |cx| collections::create(cx, levels, &input)).await?;
    request.json(&View::new(&made, &request))
}
