//! `PATCH /data_connectors/{id}`

use deskwire_domain::data_connectors;
use deskwire_domain::error::{ErrorKind, Result};

use super::{input, view::Detail};
use crate::reply::Reply;
use crate::request::Request;

/// Changes a data connector, and sets it live or to draft.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::DataConnectorNotFound)?;
    let (change, state) = (input::read(&request)?, input::state(&request)?);
    let changed = request.write(move |cx| data_connectors::update(cx, id, &change, state)).await?;
    request.json(&Detail::new(&changed))
}
