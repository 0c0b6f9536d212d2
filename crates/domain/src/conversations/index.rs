//! Indexing the conversations of a workspace, and filling the columns that lists show, a few rows per transaction:
//! after an upgrade from a release without them, or after an archive was restored.

use std::collections::HashMap;
use std::sync::Arc;

use deskwire_store::conversation_parts;
use deskwire_store::conversation_rows as rows;
use deskwire_store::conversations as store;
use deskwire_store::{Tx, jobs as job_rows};
use serde::{Deserialize, Serialize};

use super::last_message::Last;
use crate::actor::StoredActor;
use crate::error::Result;
use crate::ids::{ConversationId, PartId};
use crate::jobs::{Job, JobKind, Work};
use crate::{Cx, conversation_index, workspaces};

/// The number of conversations per transaction.
const CONVERSATIONS: i64 = 25;
/// The number of parts per transaction.
const PARTS: i64 = 50;

/// The progress of the job: first all conversations, then all parts.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Progress {
    parts: bool,
    after: i64,
}

impl Work for Progress {
    const KIND: JobKind = JobKind::ConversationIndex;
}

/// Indexes the next conversations or parts of a workspace. Returns whether those were the last.
pub fn step(tx: &mut Tx<'_>, job: &Job) -> Result<bool> {
    let tx = &mut tx.within(&job.workspace);
    // The job as it was claimed has the progress of that time, which may be outdated.
    let Some((_, payload)) = job_rows::get(tx, job.id, JobKind::ConversationIndex)? else { return Ok(true) };
    let Progress { parts, after } = Progress::parse(&payload)?;
    let Some(workspace) = workspaces::find(tx)? else { return Ok(true) };
    let actor = StoredActor::default().within(Arc::new(workspace.into()));
    let cx = &mut Cx::new(tx, &actor);
    let last = if parts { index_parts(cx, PartId::new(after))? } else { index(cx, ConversationId::new(after))? };
    let next = match last {
        Some(after) => Progress { parts, after },
        None if parts => return Ok(true),
        None => Progress { parts: true, after: 0 },
    };
    job_rows::set_payload(cx, job, &next.text()?)?;
    Ok(false)
}

/// Indexes the next conversations. Returns the last of them, or `None` if there are no more.
fn index(cx: &mut Cx, after: ConversationId) -> Result<Option<i64>> {
    let ids = rows::after(cx, after, CONVERSATIONS)?;
    let mut locked = Vec::with_capacity(ids.len());
    for id in &ids {
        locked.extend(store::lock(cx, *id)?);
    }
    conversation_index::put_again(cx, &locked)?;
    let bare: Vec<ConversationId> = locked.iter().filter(|row| row.last_by.is_none()).map(|row| row.id).collect();
    let mut newest: HashMap<ConversationId, Last> =
        rows::last_messages(cx, &bare)?.iter().map(|part| (part.conversation_id, Last::of_part(part))).collect();
    for row in locked.iter().filter(|row| row.last_by.is_none()) {
        let first = || {
            let body = row.source_body.as_deref();
            Last::of_source(row.created_at, body, row.source_author_type, row.source_author_id)
        };
        let last = newest.remove(&row.id).unwrap_or_else(first);
        rows::fill(cx, row.id, (last.part, last.at), (&last.excerpt, last.by, last.author))?;
    }
    Ok(ids.last().map(|id| id.number()))
}

/// Indexes the next parts. Returns the last of them, or `None` if there are no more.
fn index_parts(cx: &mut Cx, after: PartId) -> Result<Option<i64>> {
    let places = rows::parts_after(cx, after, PARTS)?;
    let mut conversations: Vec<ConversationId> = places.iter().map(|(conversation, _)| *conversation).collect();
    conversations.sort_unstable();
    conversations.dedup();
    for id in conversations {
        // Redacting a part locks its conversation, so no part is redacted while it is indexed.
        store::lock(cx, id)?;
    }
    for part in conversation_parts::get_many(cx, &places)? {
        conversation_index::put_part_again(cx, &part)?;
    }
    Ok(places.last().map(|(_, part)| part.number()))
}
