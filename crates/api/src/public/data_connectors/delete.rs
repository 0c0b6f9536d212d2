//! `DELETE /data_connectors/{id}`

use deskwire_domain::data_connectors;
use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::ids::DataConnectorId;

use crate::public::deleted::Deleted;
use crate::reply::Reply;
use crate::request::Request;

/// Deletes a data connector.
pub async fn handle(request: Request) -> Result<Reply> {
    let id: DataConnectorId = request.id("id", ErrorKind::DataConnectorNotFound)?;
    request.write(move |cx| data_connectors::delete(cx, id)).await?;
    request.json(&Deleted::new("data_connector", id.to_string()))
}
