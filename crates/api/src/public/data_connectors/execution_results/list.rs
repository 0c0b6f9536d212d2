//! `GET /data_connectors/{id}/execution_results`

use deskwire_domain::data_connectors::{self, ExecutionError, Which};
use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::ids::DataConnectorExecutionId;

use super::view::View;
use crate::page::{CursorList, Limits};
use crate::reply::Reply;
use crate::request::Request;

/// The default period of listed results, in seconds.
const HOUR: i64 = 3600;

/// A page of the execution results of a data connector, newest first.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::DataConnectorNotFound)?;
    let (per_page, after) =
        CursorList::<()>::read::<DataConnectorExecutionId>(&request, Limits { default: 10, most: 30 })?;
    let (start, end) = (time(&request, "start_ts")?, time(&request, "end_ts")?);
    let (success, error_type) = (flag(&request, "success")?, error_type(&request)?);
    let with_bodies = flag(&request, "include_bodies")?.unwrap_or(false);
    let list = move |cx: &mut deskwire_domain::Cx| {
        let from = start.unwrap_or(cx.now() - HOUR);
        let which = Which { from, to: end.unwrap_or(i64::MAX), success, error_type, after };
        data_connectors::executions(cx, id, &which, per_page + 1)
    };
    let rows = request.search(list).await?;
    let view = |row| View::new(row, with_bodies);
    request.json(&CursorList::new(&request, per_page, &rows, |row| (row.created_at, row.id), view))
}

fn time(request: &Request, name: &'static str) -> Result<Option<i64>> {
    let invalid = || Error::invalid(format!("{name} must be a Unix timestamp (integer)")).field(name);
    request.query(name).map(|text| text.parse().map_err(|_| invalid())).transpose()
}

fn flag(request: &Request, name: &'static str) -> Result<Option<bool>> {
    let invalid = || Error::invalid(format!("Invalid {name}. Must be one of: true, false")).field(name);
    request.query(name).map(|text| text.parse().map_err(|_| invalid())).transpose()
}

fn error_type(request: &Request) -> Result<Option<ExecutionError>> {
    let Some(text) = request.query("error_type") else { return Ok(None) };
    let unknown = || {
        let message = format!("Invalid error_type. Must be one of: {}", ExecutionError::TEXTS.join(", "));
        Error::invalid(message).field("error_type")
    };
    ExecutionError::parse(&text).map(Some).ok_or_else(unknown)
}
