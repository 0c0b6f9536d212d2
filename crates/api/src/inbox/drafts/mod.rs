//! `/app/v1/conversations/{id}/drafts`: a teammate's unsent text.

mod delete;
mod save;

use deskwire_domain::Cx;
use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::ids::ConversationId;
use deskwire_domain::inbox::drafts::{self as verbs, Draft, DraftKind, Saved};

use super::request::Request;
use super::rows::{Needs, Rows};
use super::types::{self, SavedDraft};
use super::uploads;

/// The rows.
pub(super) fn rows(rows: &mut Rows) {
    rows.row("PUT /app/v1/conversations/{id}/drafts/{kind}", Needs::READ_CONVERSATIONS, save::handle);
    rows.row("DELETE /app/v1/conversations/{id}/drafts/{kind}", Needs::READ_CONVERSATIONS, delete::handle);
}

/// The conversation and the kind of draft in the path.
fn which(request: &Request) -> Result<(ConversationId, DraftKind)> {
    let id = request.id("id", ErrorKind::ResourceNotFound)?;
    Ok((id, DraftKind::parse(request.param("kind")).ok_or(ErrorKind::ResourceNotFound)?))
}

/// A kind of draft as the inbox displays it.
pub(crate) const fn kind_of(kind: DraftKind) -> types::DraftKind {
    match kind {
        DraftKind::Reply => types::DraftKind::Reply,
        DraftKind::Note => types::DraftKind::Note,
    }
}

/// A draft as the inbox displays it.
pub(crate) fn view(cx: &mut Cx, draft: &Draft) -> Result<types::Draft> {
    Ok(types::Draft {
        kind: kind_of(draft.kind),
        html: draft.body.clone().unwrap_or_default(),
        attachments: uploads::views(cx, &verbs::files_of(draft))?,
        updated_at: draft.updated_at,
    })
}

/// The response to a change: 409 with the newer draft, if there is one.
fn answer(cx: &mut Cx, saved: &Saved) -> Result<SavedDraft> {
    let (Saved::Now(draft) | Saved::Changed(draft)) = saved;
    let draft = draft.as_ref().map(|draft| view(cx, draft)).transpose()?;
    match saved {
        Saved::Now(_) => Ok(SavedDraft { draft }),
        Saved::Changed(_) => {
            let newer = serde_json::to_value(draft).map_err(Error::internal)?;
            Err(Error::from(ErrorKind::DraftChanged).with("draft", newer))
        }
    }
}
