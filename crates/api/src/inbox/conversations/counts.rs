//! `GET /app/v1/conversations/counts`

use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::inbox::lists;
use deskwire_domain::inbox::views::Which;

use super::super::request::Request;
use super::super::types::Counts;
use crate::reply::Reply;

/// The maximum number of lists counted in one request.
const MAX_LISTS: usize = 60;

/// The number of open conversations in each list; 100 stands for 100 or more.
pub async fn handle(request: Request) -> Result<Reply> {
    let names = request.query_list("views");
    if names.len() > MAX_LISTS {
        return Err(Error::invalid(format!("views may name {MAX_LISTS} lists")).field("views"));
    }
    let lists = names.iter().map(|name| Which::parse(name)).collect::<Option<Vec<Which>>>();
    let lists = lists.ok_or(ErrorKind::ViewNotFound)?;
    request
        .search(move |cx| {
            let counts = lists::counts(cx, &lists)?;
            Ok(Counts { counts: names.iter().cloned().zip(counts).collect() })
        })
        .await
}
