//! `GET /data_connectors/{id}/execution_results/{result_id}`

use deskwire_domain::data_connectors;
use deskwire_domain::error::{ErrorKind, Result};

use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// One execution result, with the bodies.
pub async fn handle(request: Request) -> Result<Reply> {
    let of = request.id("id", ErrorKind::DataConnectorNotFound)?;
    let id = request.id("result_id", ErrorKind::ExecutionResultNotFound)?;
    let found = request.read(move |cx| data_connectors::execution(cx, of, id)).await?;
    request.json(&View::new(&found, true))
}
