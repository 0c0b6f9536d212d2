//! `POST /app/v1/conversations/actions`

use std::collections::HashMap;

use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::ids::ConversationId;
use deskwire_domain::inbox::{actions, rows};
use serde::Deserialize;

use super::super::of_role;
use super::super::request::Request;
use super::super::types::{self, Action, Outcome, Outcomes};
use super::view;
use crate::body::Body as Fields;
use crate::reply::Reply;

#[derive(Deserialize)]
struct Body {
    ids: Vec<String>,
    action: Action,
}

/// The conversations that a request names, of which there are not too many.
pub(super) fn ids_of(ids: &[String]) -> Result<Vec<ConversationId>> {
    actions::few_enough(ids)?;
    let ids = ids.iter().map(|id| ConversationId::parse(id)).collect::<Option<Vec<_>>>();
    ids.ok_or_else(|| Error::invalid("ids must be ids of conversations").field("ids"))
}

/// Rejects `was`: many conversations have different values.
fn refuse_was(body: &Fields) -> Result<()> {
    let in_action = body.object("action")?.flatten().is_some_and(|action| action.contains_key("was"));
    if in_action || body.has("was") {
        return Err(Error::invalid("was is only for actions on one conversation").field("was"));
    }
    Ok(())
}

/// Runs an action on many conversations; each succeeds or fails on its own.
pub async fn handle(request: Request) -> Result<Reply> {
    let body: Body = request.body()?;
    let ids = ids_of(&body.ids)?;
    let action = body.action.read()?;
    refuse_was(&request.fields())?;
    request
        .write(move |cx| {
            let outcomes = actions::act_on_many(cx, &ids, &action)?;
            let done: Vec<ConversationId> =
                outcomes.iter().filter_map(|(_, outcome)| Some(outcome.as_ref().ok()?.id)).collect();
            let rows: HashMap<ConversationId, types::Row> =
                rows::rows(cx, &done)?.iter().map(|row| (row.row.id, view::row(row))).collect();
            let result = |(id, outcome): &actions::Outcome| {
                let (row, error) = match outcome {
                    Ok(done) => match rows.get(&done.id) {
                        Some(row) => (Some(row.clone()), None),
                        None => (None, Some(ErrorKind::ResourceNotFound.into())),
                    },
                    Err(error) => (None, Some(error.clone())),
                };
                Outcome { id: *id, row, error: error.map(|error: Error| types::Failure::of(&of_role(error))) }
            };
            Ok(Outcomes { results: outcomes.iter().map(result).collect() })
        })
        .await
}
