//! Dangling rows and wrong counts, which no order of verbs may leave.

use std::collections::BTreeMap;

use deskwire_domain::Result;
use deskwire_store::Tx;

use crate::app::TestApp;

/// Names of errors, and queries that count the wrong rows of a workspace.
type Check = (&'static str, &'static str);

macro_rules! orphan {
    ($table:literal, $column:literal, $parent:literal) => {
        orphan!($table, $column, $parent, "")
    };
    ($table:literal, $column:literal, $parent:literal, $and:literal) => {
        (
            concat!($table, ".", $column, " refers to nothing in ", $parent),
            concat!(
                "SELECT count(*) FROM ",
                $table,
                " t WHERE t.workspace_id = $1 ",
                $and,
                " AND NOT EXISTS (SELECT 1 FROM ",
                $parent,
                " p WHERE p.workspace_id = $1 AND p.id = t.",
                $column,
                ")"
            ),
        )
    };
}

macro_rules! count {
    ($table:literal, $count:literal, $links:literal, $column:literal) => {
        (
            concat!($table, ".", $count, " is not the number of ", $links),
            concat!(
                "SELECT count(*) FROM ",
                $table,
                " t WHERE t.workspace_id = $1 AND t.",
                $count,
                " <> (SELECT count(*) FROM ",
                $links,
                " l WHERE l.workspace_id = $1 AND l.",
                $column,
                " = t.id)"
            ),
        )
    };
}

const CHECKS: &[Check] = &[
    orphan!("contact_tags", "contact_id", "contacts"),
    orphan!("contact_tags", "tag_id", "tags"),
    orphan!("company_tags", "tag_id", "tags"),
    orphan!("company_tags", "company_id", "companies"),
    orphan!("contact_companies", "contact_id", "contacts"),
    orphan!("contact_subscriptions", "contact_id", "contacts"),
    orphan!("notes", "contact_id", "contacts", "AND t.contact_id IS NOT NULL"),
    orphan!("data_events", "contact_id", "contacts"),
    orphan!("data_event_summaries", "contact_id", "contacts"),
    orphan!("message_recipients", "contact_id", "contacts"),
    orphan!("conversation_contacts", "contact_id", "contacts"),
    orphan!("conversation_contacts", "conversation_id", "conversations"),
    orphan!("conversation_parts", "conversation_id", "conversations"),
    orphan!("conversation_tags", "conversation_id", "conversations"),
    orphan!("conversation_reads", "conversation_id", "conversations"),
    orphan!("drafts", "conversation_id", "conversations"),
    orphan!("held_replies", "conversation_id", "conversations"),
    orphan!("fin_sessions", "conversation_id", "conversations"),
    orphan!("fin_sessions", "team_conversation_id", "conversations", "AND t.team_conversation_id IS NOT NULL"),
    orphan!("fin_requests", "conversation_id", "conversations"),
    orphan!("fin_events", "session_id", "fin_sessions"),
    orphan!("conversation_tags", "tag_id", "tags"),
    orphan!("conversation_teammates", "conversation_id", "conversations"),
    orphan!("conversations", "team_assignee_id", "teams", "AND t.team_assignee_id IS NOT NULL"),
    orphan!("team_members", "team_id", "teams"),
    orphan!("webhook_subscriptions", "app_id", "apps"),
    orphan!("webhook_deliveries", "subscription_id", "webhook_subscriptions"),
    orphan!("macro_teams", "team_id", "teams"),
    orphan!("macro_teams", "macro_id", "macros"),
    orphan!("notes", "company_id", "companies", "AND t.company_id IS NOT NULL"),
    (
        "an open conversation is assigned to an admin who was removed",
        "SELECT count(*) FROM conversations t JOIN admins a ON a.workspace_id = $1 AND a.id = t.admin_assignee_id \
         WHERE t.workspace_id = $1 AND t.state IN ('open', 'snoozed') AND a.removed_at IS NOT NULL",
    ),
    (
        "a team has a member who was removed",
        "SELECT count(*) FROM team_members t JOIN admins a ON a.workspace_id = $1 AND a.id = t.admin_id \
         WHERE t.workspace_id = $1 AND a.removed_at IS NOT NULL",
    ),
    orphan!("admins", "role_id", "roles", "AND t.role_id IS NOT NULL"),
    orphan!("ticket_links", "ticket_id", "conversations"),
    orphan!("ticket_links", "object_id", "conversations"),
    orphan!("conversations", "ticket_type_id", "ticket_types", "AND t.ticket_type_id IS NOT NULL"),
    orphan!("custom_object_links", "instance_id", "custom_object_instances"),
    orphan!("custom_object_links", "object_id", "contacts", "AND t.object_kind = 'contact'"),
    orphan!("custom_object_links", "object_id", "custom_object_instances", "AND t.object_kind = 'object'"),
    orphan!("custom_object_links", "object_id", "conversations", "AND t.object_kind IN ('conversation', 'ticket')"),
    orphan!("notifications", "recipient_id", "contacts", "AND t.recipient_kind = 'contact'"),
    orphan!("notifications", "conversation_id", "conversations", "AND t.conversation_id IS NOT NULL"),
    orphan!("mails", "recipient_id", "contacts", "AND t.recipient_kind = 'contact'"),
    orphan!("mails", "conversation_id", "conversations", "AND t.conversation_id IS NOT NULL"),
    orphan!("content_words", "entry_id", "content_entries"),
    (
        "a tag is on a content that is not there",
        "SELECT count(*) FROM content_tags t WHERE t.workspace_id = $1 AND NOT EXISTS (SELECT 1 FROM content_entries e \
         WHERE e.workspace_id = $1 AND e.content_id = t.content_id)",
    ),
    orphan!("content_tags", "tag_id", "tags"),
    orphan!("article_contents", "article_id", "articles"),
    orphan!("article_collections", "article_id", "articles"),
    orphan!("article_collections", "collection_id", "collections"),
    orphan!("help_center_redirects", "target_id", "articles", "AND t.target_type = 'article'"),
    orphan!("help_center_redirects", "target_id", "collections", "AND t.target_type = 'collection'"),
    orphan!("articles", "folder_id", "folders", "AND t.folder_id IS NOT NULL"),
    orphan!("internal_articles", "folder_id", "folders", "AND t.folder_id IS NOT NULL"),
    orphan!("folders", "parent_folder_id", "folders", "AND t.parent_folder_id IS NOT NULL"),
    orphan!("calls", "conversation_id", "conversations"),
    orphan!("calls", "contact_id", "contacts", "AND t.contact_id IS NOT NULL"),
    (
        "a conversation is with nobody",
        "SELECT count(*) FROM conversations t WHERE t.workspace_id = $1 AND NOT EXISTS (SELECT 1 FROM conversation_contacts l \
         WHERE l.workspace_id = $1 AND l.conversation_id = t.id)",
    ),
    (
        "a merged contact still has something",
        "SELECT count(*) FROM contacts t WHERE t.workspace_id = $1 AND t.state = 'merged' AND \
         (EXISTS (SELECT 1 FROM conversation_contacts l WHERE l.workspace_id = $1 AND l.contact_id = t.id) \
         OR EXISTS (SELECT 1 FROM contact_tags l WHERE l.workspace_id = $1 AND l.contact_id = t.id) \
         OR EXISTS (SELECT 1 FROM contact_companies l WHERE l.workspace_id = $1 AND l.contact_id = t.id) \
         OR EXISTS (SELECT 1 FROM notes l WHERE l.workspace_id = $1 AND l.contact_id = t.id))",
    ),
    (
        "an archived company still has contacts",
        "SELECT count(*) FROM companies t WHERE t.workspace_id = $1 AND t.state = 'archived' AND \
         (t.user_count <> 0 OR EXISTS (SELECT 1 FROM contact_companies l WHERE l.workspace_id = $1 AND l.company_id = t.id))",
    ),
    (
        "an object is known to searches that is not there",
        "SELECT count(*) FROM search_values t WHERE t.workspace_id = $1 AND NOT EXISTS (SELECT 1 FROM contacts p \
         WHERE p.workspace_id = $1 AND p.id = t.object_id) AND NOT EXISTS (SELECT 1 FROM companies p WHERE p.workspace_id = $1 \
         AND p.id = t.object_id) AND NOT EXISTS (SELECT 1 FROM conversations p WHERE p.workspace_id = $1 AND p.id = t.object_id)",
    ),
    count!("contacts", "tag_count", "contact_tags", "contact_id"),
    count!("contacts", "note_count", "notes", "contact_id"),
    count!("contacts", "company_count", "contact_companies", "contact_id"),
    count!("contacts", "subscription_count", "contact_subscriptions", "contact_id"),
    count!("companies", "user_count", "contact_companies", "company_id"),
    count!("conversations", "tag_count", "conversation_tags", "conversation_id"),
    count!("conversations", "teammate_count", "conversation_teammates", "conversation_id"),
    (
        "conversations.count_parts is not the number of parts in the API",
        "SELECT count(*) FROM conversations t WHERE t.workspace_id = $1 AND t.count_parts <> (SELECT count(*) FROM \
         conversation_parts o WHERE o.workspace_id = $1 AND o.conversation_id = t.id AND o.part_type <> 'unmerged')",
    ),
];

/// The errors in a workspace, each with its number of rows.
pub(super) async fn of(app: &TestApp, workspace: &str) -> BTreeMap<&'static str, i64> {
    let workspace = workspace.to_owned();
    app.db().read(move |tx| inconsistencies(tx, &workspace)).await.expect("the tables can be read")
}

fn inconsistencies(tx: &mut Tx<'_>, workspace: &str) -> Result<BTreeMap<&'static str, i64>> {
    let mut found = BTreeMap::new();
    for (what, sql) in CHECKS {
        let rows: i64 = tx.query_one(sql, &[workspace.into()], |row| row.get(0))?;
        if rows > 0 {
            found.insert(*what, rows);
        }
    }
    Ok(found)
}
