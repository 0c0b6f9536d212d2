//! The names in notifications that a role hides.

use deskwire_store::conversation_parts;
use deskwire_store::conversations::{self, AuthorType};
use deskwire_store::notifications::Notification;

use super::RULES;
use crate::Cx;
use crate::error::Result;
use crate::ids::{ConversationId, PartId};

/// Removes the names of contacts who caused notifications. Those of teammates are shown, as in conversations.
pub(super) fn hide_contacts(cx: &mut Cx, rows: &mut [Notification]) -> Result<()> {
    let mut parts: Vec<(ConversationId, PartId)> = rows.iter().filter_map(part_of).collect();
    parts.sort_unstable();
    parts.dedup();
    let parts = conversation_parts::get_many(cx, &parts)?;
    let mut begun: Vec<ConversationId> = rows.iter().filter_map(begun_by).collect();
    begun.sort_unstable();
    begun.dedup();
    let begun = conversations::get_many(cx, &begun)?;
    for row in rows {
        let of_part = part_of(row).and_then(|key| parts.iter().find(|part| (part.conversation_id, part.id) == key));
        let of_source = begun_by(row).and_then(|id| begun.iter().find(|conversation| conversation.id == id));
        let author = of_part.map(|part| part.author_type);
        let author = author.or_else(|| of_source.map(|conversation| conversation.source_author_type));
        // If the author is unknown, because the part was deleted for instance, it may have been a contact.
        if !matches!(author, Some(AuthorType::Admin | AuthorType::Bot)) {
            hide_name(row);
        }
    }
    Ok(())
}

/// The part that a notification is about.
fn part_of(row: &Notification) -> Option<(ConversationId, PartId)> {
    row.conversation_id.zip(row.part_id)
}

/// The conversation whose author caused a notification.
fn begun_by(row: &Notification) -> Option<ConversationId> {
    row.conversation_id.filter(|_| row.part_id.is_none() && row.topic.ends_with(".created"))
}

/// Removes the name of the person who caused a notification.
fn hide_name(row: &mut Notification) {
    let rules = RULES.iter().filter(|rule| rule.topic.as_str() == row.topic);
    let around = rules.filter_map(|rule| rule.cause.split_once("{who}"));
    let fits = |(before, after): &(&str, &str)| row.cause.starts_with(before) && row.cause.ends_with(after);
    if let Some((before, after)) = around.filter(fits).max_by_key(|(_, after)| after.len()) {
        row.cause = format!("{before}Somebody{after}");
    }
}
