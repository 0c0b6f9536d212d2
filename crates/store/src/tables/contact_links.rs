//! The rows of a contact in other tables, which are moved on a merge and removed on a deletion.

use super::custom_object_types::TargetKind;
use super::{custom_object_links, padded, places};
use crate::ids::{CompanyId, ContactId};
use crate::{Dialect, Hold, Result, WorkspaceTx, params};

/// The tables whose rows belong to a contact.
const MOVED: &[&str] = &[
    "contact_tags",
    "contact_companies",
    "contact_subscriptions",
    "conversation_contacts",
    "message_recipients",
    "data_events",
    "data_event_summaries",
    "banner_views",
];

/// A table of a contact's links: its name, its column of the other object, that object's table, and how to lock it.
type Around = (&'static str, &'static str, &'static str, Hold);

const AROUND: &[Around] = &[
    ("contact_companies", "company_id", "companies", Hold::Change),
    ("conversation_contacts", "conversation_id", "conversations", Hold::End),
];
const TAGS: Around = ("contact_tags", "tag_id", "tags", Hold::Reference);

/// Locks the companies of a contact for update, and its conversations for deletion. All writes lock tags, companies,
/// conversations and contacts in this order, so a write that deletes or merges a contact calls this before it locks the
/// contact, and again afterwards, for rows added in between.
pub fn hold_around(tx: &mut WorkspaceTx, contact: ContactId) -> Result<()> {
    hold_each(tx, contact, AROUND)
}

/// The same for a contact whose links are moved to another one. Its tags are locked, too: a concurrent deletion of a tag
/// would count down this contact, and remove the tag from the other one without counting it down.
pub fn hold_moved(tx: &mut WorkspaceTx, contact: ContactId) -> Result<()> {
    hold_each(tx, contact, &[TAGS])?;
    hold_each(tx, contact, AROUND)
}

fn hold_each(tx: &mut WorkspaceTx, contact: ContactId, around: &[Around]) -> Result<()> {
    if tx.dialect() == Dialect::Sqlite {
        return Ok(());
    }
    for (links, column, table, hold) in around {
        let sql = format!("SELECT {column} FROM {links} WHERE workspace_id = $1 AND contact_id = $2 ORDER BY {column}");
        let ids: Vec<i64> = tx.query_all(&sql, params![contact], |row| row.get(0))?;
        for ids in ids.chunks(1000) {
            let values = padded(ids);
            let (places, hold) = (places(2, values.len()), tx.hold(*hold));
            let sql = format!("SELECT 1 FROM {table} WHERE workspace_id = $1 AND id IN ({places}) ORDER BY id{hold}");
            tx.query_all(&sql, &values, |_| Ok(()))?;
        }
    }
    Ok(())
}

/// Moves everything of one contact to another. Where both have the same, that of the other stays.
pub fn move_all(tx: &mut WorkspaceTx, from: ContactId, into: ContactId) -> Result<()> {
    recount_companies(tx, from, into)?;
    let values = params![into, from];
    for sql in [
        "INSERT INTO contact_tags (workspace_id, contact_id, tag_id, applied_at, applied_by) \
         SELECT workspace_id, CAST($2 AS BIGINT), tag_id, applied_at, applied_by FROM contact_tags WHERE workspace_id = $1 AND contact_id = $3 \
         ON CONFLICT DO NOTHING",
        "INSERT INTO contact_companies (workspace_id, contact_id, company_id, created_at) \
         SELECT workspace_id, CAST($2 AS BIGINT), company_id, created_at FROM contact_companies WHERE workspace_id = $1 AND contact_id = $3 \
         ON CONFLICT DO NOTHING",
        "INSERT INTO contact_subscriptions (workspace_id, contact_id, subscription_type_id, consent_type, created_at) \
         SELECT workspace_id, CAST($2 AS BIGINT), subscription_type_id, consent_type, created_at FROM contact_subscriptions \
         WHERE workspace_id = $1 AND contact_id = $3 ON CONFLICT DO NOTHING",
        "INSERT INTO conversation_contacts (workspace_id, conversation_id, contact_id, created_at) \
         SELECT workspace_id, conversation_id, CAST($2 AS BIGINT), created_at FROM conversation_contacts \
         WHERE workspace_id = $1 AND contact_id = $3 ON CONFLICT DO NOTHING",
        "INSERT INTO message_recipients (workspace_id, contact_id, message_id, conversation_id) \
         SELECT workspace_id, CAST($2 AS BIGINT), message_id, conversation_id FROM message_recipients \
         WHERE workspace_id = $1 AND contact_id = $3 ON CONFLICT DO NOTHING",
        "INSERT INTO data_events (workspace_id, contact_id, created_at, id, event_name, metadata) \
         SELECT workspace_id, CAST($2 AS BIGINT), created_at, id, event_name, metadata FROM data_events \
         WHERE workspace_id = $1 AND contact_id = $3 ON CONFLICT DO NOTHING",
        "INSERT INTO data_event_summaries (workspace_id, contact_id, event_name, count, first_at, last_at) \
         SELECT workspace_id, CAST($2 AS BIGINT), event_name, count, first_at, last_at FROM data_event_summaries \
         WHERE workspace_id = $1 AND contact_id = $3 \
         ON CONFLICT (workspace_id, contact_id, event_name) DO UPDATE SET count = data_event_summaries.count + excluded.count, \
         first_at = CASE WHEN excluded.first_at < data_event_summaries.first_at THEN excluded.first_at ELSE data_event_summaries.first_at END, \
         last_at = CASE WHEN excluded.last_at > data_event_summaries.last_at THEN excluded.last_at ELSE data_event_summaries.last_at END",
        "INSERT INTO banner_views (workspace_id, contact_id, banner_id, id, impressions, dismissed_at, created_at) \
         SELECT workspace_id, CAST($2 AS BIGINT), banner_id, id, impressions, dismissed_at, created_at FROM banner_views \
         WHERE workspace_id = $1 AND contact_id = $3 ON CONFLICT DO NOTHING",
        "UPDATE notifications SET recipient_id = $2 WHERE workspace_id = $1 AND recipient_id = $3 AND recipient_kind = 'contact'",
        "UPDATE mails SET recipient_id = $2 WHERE workspace_id = $1 AND recipient_id = $3 AND recipient_kind = 'contact'",
    ] {
        tx.send(sql, values)?;
    }
    tx.send("UPDATE notes SET contact_id = $2 WHERE workspace_id = $1 AND contact_id = $3", params![into, from])?;
    let calls =
        "UPDATE calls SET contact_id = $2 WHERE workspace_id = $1 AND contact_id = $3 AND contact_id IS NOT NULL";
    tx.send(calls, params![into, from])?;
    custom_object_links::move_all(tx, TargetKind::Contact, from.number(), into.number())?;
    remove(tx, from, MOVED)
}

/// Companies that had both contacts lose a user.
fn recount_companies(tx: &mut WorkspaceTx, from: ContactId, into: ContactId) -> Result<()> {
    let both: Vec<CompanyId> = tx.query_all(
        "SELECT a.company_id FROM contact_companies a JOIN contact_companies b ON b.workspace_id = a.workspace_id \
         AND b.company_id = a.company_id WHERE a.workspace_id = $1 AND a.contact_id = $2 AND b.contact_id = $3",
        params![from, into],
        |row| row.get(0),
    )?;
    for company in both {
        tx.send(
            "UPDATE companies SET user_count = user_count - 1 WHERE workspace_id = $1 AND id = $2",
            params![company],
        )?;
    }
    Ok(())
}

/// Removes everything of a contact. The counts of its companies are not touched.
pub fn delete_all(tx: &mut WorkspaceTx, contact: ContactId) -> Result<()> {
    for table in ["notifications", "mails"] {
        let sql =
            format!("DELETE FROM {table} WHERE workspace_id = $1 AND recipient_kind = 'contact' AND recipient_id = $2");
        tx.send(&sql, params![contact])?;
    }
    // A call in a conversation with other contacts is kept, without the contact and the phone number.
    let sql = "UPDATE calls SET contact_id = NULL, phone = NULL WHERE workspace_id = $1 AND contact_id = $2 AND contact_id IS NOT NULL";
    tx.send(sql, params![contact])?;
    custom_object_links::delete_to(tx, &[TargetKind::Contact], contact.number())?;
    remove(tx, contact, MOVED)?;
    remove(tx, contact, &["notes"])
}

fn remove(tx: &mut WorkspaceTx, contact: ContactId, tables: &[&str]) -> Result<()> {
    for table in tables {
        tx.send(&format!("DELETE FROM {table} WHERE workspace_id = $1 AND contact_id = $2"), params![contact])?;
    }
    Ok(())
}

/// How many tags, notes, companies, explicit subscriptions and links to custom objects a contact has.
pub fn counts(tx: &mut WorkspaceTx, contact: ContactId) -> Result<[i64; 5]> {
    tx.query_one(
        "SELECT (SELECT count(*) FROM contact_tags WHERE workspace_id = $1 AND contact_id = $2), \
         (SELECT count(*) FROM notes WHERE workspace_id = $1 AND contact_id = $2 AND contact_id IS NOT NULL), \
         (SELECT count(*) FROM contact_companies WHERE workspace_id = $1 AND contact_id = $2), \
         (SELECT count(*) FROM contact_subscriptions WHERE workspace_id = $1 AND contact_id = $2), \
         (SELECT count(*) FROM custom_object_links WHERE workspace_id = $1 AND object_kind = 'contact' AND object_id = $2)",
        params![contact],
        |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?]),
    )
}

/// The names of a contact's companies.
pub fn company_names(tx: &mut WorkspaceTx, contact: ContactId) -> Result<Vec<String>> {
    tx.query_all(
        "SELECT COALESCE(c.name, c.company_id) FROM contact_companies l JOIN companies c ON c.workspace_id = l.workspace_id \
         AND c.id = l.company_id WHERE l.workspace_id = $1 AND l.contact_id = $2 ORDER BY c.id",
        params![contact],
        |row| row.get(0),
    )
}
