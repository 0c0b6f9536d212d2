//! `GET /app/v1/notifications?unread={flag}&before={id}`

use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::{ConversationId, NotificationId};
use deskwire_domain::inbox;
use deskwire_domain::notifications as verbs;

use crate::inbox::conversations::view as conversations;
use crate::inbox::request::Request;
use crate::inbox::types::{Notification, Notifications};
use crate::reply::Reply;

/// The teammate's notifications, newest first, before a given one.
pub async fn handle(request: Request) -> Result<Reply> {
    let unread = request.query_flag("unread", false)?;
    let before = request.query("before").map(|text| {
        NotificationId::parse(&text)
            .ok_or_else(|| Error::invalid("before must be the id of a notification").field("before"))
    });
    let before = before.transpose()?;
    request
        .read(move |cx| {
            let me = inbox::recipient(cx)?;
            let items = verbs::list(cx, me, unread, before)?;
            let mut excerpts = verbs::excerpts(cx, &items)?;
            let rows = inbox::rows::rows(cx, &about(&items))?;
            Ok(Notifications {
                items: items.into_iter().map(|one| view(excerpts.remove(&one.id), one)).collect(),
                conversations: rows.iter().map(conversations::row).collect(),
                unread: verbs::unread(cx, me)?.count,
            })
        })
        .await
}

/// The conversations that notifications are about, each once.
fn about(items: &[verbs::Notification]) -> Vec<ConversationId> {
    let mut ids: Vec<ConversationId> = items.iter().filter_map(|one| one.conversation_id).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn view(excerpt: Option<String>, row: verbs::Notification) -> Notification {
    Notification {
        id: row.id,
        topic: row.topic,
        text: row.cause,
        excerpt,
        conversation_id: row.conversation_id,
        part_id: row.part_id,
        read: row.read_at.is_some(),
        at: row.created_at,
    }
}
