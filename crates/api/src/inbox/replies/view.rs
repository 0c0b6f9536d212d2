//! Held replies as the inbox displays them: parts with the time at which they will be sent.

use deskwire_domain::Cx;
use deskwire_domain::conversations::{self, AuthorType, Part, PartType};
use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::ids::ConversationId;
use deskwire_domain::inbox::held::HeldReply;
use deskwire_domain::inbox::rows;

use crate::inbox::conversations::view::{self, Scene};
use crate::inbox::types;

/// A conversation as a row of a list.
pub(crate) fn row(cx: &mut Cx, id: ConversationId) -> Result<types::Row> {
    let row = rows::rows(cx, &[id])?.pop().ok_or(ErrorKind::ResourceNotFound)?;
    Ok(view::row(&row))
}

/// Held replies as parts.
pub(crate) fn held(cx: &mut Cx, rows: &[HeldReply]) -> Result<Vec<types::Part>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let parts: Vec<Part> = rows.iter().map(as_part).collect();
    let (_, context) = conversations::with(cx, Vec::new(), &parts)?;
    let scene = Scene { context: &context, workspace: cx.workspace() };
    let view =
        |(row, of): (&HeldReply, &Part)| types::Part { held_until: Some(row.held_until), ..view::part(of, scene) };
    Ok(rows.iter().zip(&parts).map(view).collect())
}

/// The part that a reply will become, as far as it is known.
fn as_part(row: &HeldReply) -> Part {
    Part {
        conversation_id: row.conversation_id,
        id: row.id,
        part_type: PartType::Comment,
        body: row.body.clone(),
        author_type: AuthorType::Admin,
        author_id: row.admin_id.number(),
        attachments: row.attachments.clone(),
        created_at: row.created_at,
        updated_at: row.created_at,
        ..Part::default()
    }
}
