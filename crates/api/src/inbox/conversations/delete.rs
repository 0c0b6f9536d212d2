//! `POST /app/v1/conversations/delete`

use deskwire_domain::error::Result;
use deskwire_domain::inbox::actions;
use serde::Deserialize;

use super::super::of_role;
use super::super::request::Request;
use super::super::types::{Failure, Outcome, Outcomes};
use super::act_on_many::ids_of;
use crate::reply::Reply;

#[derive(Deserialize)]
struct Body {
    ids: Vec<String>,
}

/// Deletes conversations for good; each is deleted or not on its own.
pub async fn handle(request: Request) -> Result<Reply> {
    let Body { ids } = request.body()?;
    let (ids, ip) = (ids_of(&ids)?, request.ip());
    request
        .write(move |cx| {
            let outcomes = actions::delete(cx, &ids, ip.as_deref())?;
            let result = |(id, outcome): &actions::Outcome<()>| Outcome {
                id: *id,
                row: None,
                error: outcome.as_ref().err().map(|error| Failure::of(&of_role(error.clone()))),
            };
            Ok(Outcomes { results: outcomes.iter().map(result).collect() })
        })
        .await
}
