//! `POST /app/v1/conversations/{id}/macro`

use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::ids::ConversationId;
use deskwire_domain::inbox::actions::Done;
use deskwire_domain::inbox::closing::Unfilled;
use deskwire_domain::inbox::macros as verbs;

use crate::inbox::conversations::changed;
use crate::inbox::request::Request;
use crate::inbox::types::{AppliedMacro, ApplyMacro, MacroDoes};
use crate::reply::Reply;

/// Runs the actions of a macro and reports those it skipped. The teammate sends the macro's text.
pub async fn handle(request: Request) -> Result<Reply> {
    let conversation: ConversationId = request.id("id", ErrorKind::ResourceNotFound)?;
    let ApplyMacro { macro_id } = request.body()?;
    request
        .write(move |cx| {
            let after = cx.mint();
            let applied = verbs::apply(cx, conversation, macro_id, Unfilled::Refuse)?;
            let changed = changed(cx, Done { id: applied.conversation.id, after })?;
            Ok(AppliedMacro { changed, skipped: applied.skipped.into_iter().map(MacroDoes::of).collect() })
        })
        .await
}
