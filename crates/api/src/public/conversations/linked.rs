//! What a conversation or a ticket is linked to, as the API represents it.

use deskwire_domain::conversations::{self, Conversation};
use deskwire_domain::ids::ConversationId;
use deskwire_domain::ticket_types::Category;
use serde::Serialize;

/// The list.
#[derive(Serialize)]
pub(crate) struct Linked {
    r#type: &'static str,
    data: Vec<Object>,
    total_count: i64,
    has_more: bool,
}

#[derive(Serialize)]
struct Object {
    r#type: &'static str,
    id: ConversationId,
    category: Option<Category>,
}

impl Linked {
    /// The objects linked to `of`; `links` are the ones on the page.
    pub(crate) fn of(of: &Conversation, links: &[conversations::Linked]) -> Self {
        let count = i64::try_from(links.len()).unwrap_or(i64::MAX);
        // Callers who may not see tickets must not learn their number either.
        let total_count = if links.is_empty() { 0 } else { of.link_count.max(count) };
        let object = |linked: &conversations::Linked| Object {
            r#type: if linked.is_ticket { "ticket" } else { "conversation" },
            id: linked.id,
            category: linked.category.filter(|_| linked.is_ticket),
        };
        Self { r#type: "list", data: links.iter().map(object).collect(), total_count, has_more: total_count > count }
    }
}
