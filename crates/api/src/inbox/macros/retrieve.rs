//! `GET /app/v1/macros/{id}?conversation={id}`

use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::ids::{ConversationId, MacroId};
use deskwire_domain::inbox::macros::{self as verbs, Step};

use crate::inbox::request::Request;
use crate::inbox::types::{FilledMacro, MacroAction, MacroDoes};
use crate::reply::Reply;

/// A macro with its placeholders filled for a conversation.
pub async fn handle(request: Request) -> Result<Reply> {
    let id: MacroId = request.id("id", ErrorKind::ResourceNotFound)?;
    let unknown = || Error::from(ErrorKind::ResourceNotFound).field("conversation");
    let conversation = request.query("conversation").map(|text| ConversationId::parse(&text).ok_or_else(unknown));
    let conversation = conversation.transpose()?;
    request
        .read(move |cx| {
            let filled = verbs::filled(cx, id, conversation)?;
            let html = filled.body.map(|html| html.to_string()).unwrap_or_default();
            Ok(FilledMacro {
                html,
                actions: filled.steps.into_iter().map(view).collect(),
                missing: filled.missing.into_iter().map(MacroDoes::of).collect(),
            })
        })
        .await
}

fn view(step: Step) -> MacroAction {
    match step {
        Step::Assign(id) => MacroAction::Assign { admin_id: id.to_string() },
        Step::AssignTeam(id) => MacroAction::AssignTeam { team_id: id.to_string() },
        Step::Tag(id) => MacroAction::Tag { tag_id: id.to_string() },
        Step::Note(html) => MacroAction::Note { html: html.to_string() },
        Step::Snooze(until) => MacroAction::Snooze { until },
        Step::Close => MacroAction::Close,
    }
}
