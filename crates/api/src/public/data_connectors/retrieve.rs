//! `GET /data_connectors/{id}`

use deskwire_domain::data_connectors::{self, ConnectorState};
use deskwire_domain::error::{Error, ErrorKind, Result};

use super::view::Detail;
use crate::reply::Reply;
use crate::request::Request;

/// One data connector, in the requested version.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::DataConnectorNotFound)?;
    let unknown = || Error::invalid("Invalid state_version. Must be one of: live, draft").field("state_version");
    let state = match request.query("state_version") {
        None => ConnectorState::Live,
        Some(text) => ConnectorState::parse(&text).ok_or_else(unknown)?,
    };
    let found = request.read(move |cx| data_connectors::find(cx, id, state)).await?;
    request.json(&Detail::new(&found))
}
