//! Contacts: users, leads and visitors.

use std::collections::HashMap;

use super::column_enum::column_enum;
use super::record::{FromRow, Record, record, row, select};
use super::{changed_at, padded, places};
use crate::ids::{AdminId, CompanyId, ContactId, Id, NoteId, SubscriptionTypeId, TagId};
use crate::{Hold, Result, Row, Value, WorkspaceTx, params};

column_enum! {
    /// The state of a contact.
    #[derive(Default)]
    pub enum ContactState {
        #[default]
        Active = "active",
        Archived = "archived",
        Blocked = "blocked",
        /// It was merged into another contact.
        Merged = "merged",
        /// An anonymous visitor.
        Visitor = "visitor",
    }
}

column_enum! {
    /// What a contact is to the workspace.
    #[derive(Default)]
    pub enum ContactRole {
        #[default]
        User = "user",
        Lead = "lead",
        Visitor = "visitor",
    }
}

record! {
    /// A contact's row. Times are unix seconds.
    #[derive(Debug, Clone, Default, PartialEq)]
    pub struct Contact in "contacts", key (id: ContactId) {
        id: ContactId,
        state: ContactState,
        role: ContactRole,
        external_id: Option<String>,
        email: Option<String>,
        email_key: Option<String>,
        email_domain: Option<String>,
        phone: Option<String>,
        formatted_phone: Option<String>,
        name: Option<String>,
        name_key: Option<String>,
        avatar: Option<String>,
        owner_id: Option<AdminId>,
        email_verified: bool,
        has_hard_bounced: bool,
        marked_email_as_spam: bool,
        unsubscribed_from_emails: bool,
        created_at: i64,
        updated_at: i64,
        signed_up_at: Option<i64>,
        last_seen_at: Option<i64>,
        last_replied_at: Option<i64>,
        last_contacted_at: Option<i64>,
        last_email_opened_at: Option<i64>,
        last_email_clicked_at: Option<i64>,
        language_override: Option<String>,
        /// A JSON object.
        details: String,
        /// A JSON object.
        custom_attributes: String,
        tag_count: i64,
        note_count: i64,
        company_count: i64,
        subscription_count: i64,
        merged_into: Option<ContactId>,
        merged_at: Option<i64>,
        object_count: i64,
    }
    pub fn get, lock, hold, get_many, insert_new, update, delete;
}

/// A unique key of a contact.
#[derive(Debug, Clone, Copy)]
pub enum Key<'k> {
    /// The id.
    Id(ContactId),
    /// The caller's own id.
    ExternalId(&'k str),
    /// The email, folded. Only unique among active users, because leads may share an email.
    Email(&'k str),
}

impl<'k> From<Key<'k>> for Value<'k> {
    fn from(key: Key<'k>) -> Self {
        match key {
            Key::Id(id) => id.into(),
            Key::ExternalId(text) | Key::Email(text) => text.into(),
        }
    }
}

/// The active contact with this key, locked as referred to.
pub fn active(tx: &mut WorkspaceTx, key: Key<'_>) -> Result<Option<Contact>> {
    // A partial index applies only if the statement repeats its condition.
    let sql = match key {
        Key::Id(_) => select!(Contact, " AND id = $2 AND state = 'active'", tx, Hold::Reference),
        Key::ExternalId(_) => {
            select!(Contact, " AND external_id = $2 AND state <> 'merged' AND state = 'active'", tx, Hold::Reference)
        }
        Key::Email(_) => select!(
            Contact,
            " AND email_key = $2 AND role = 'user' AND state <> 'merged' AND state = 'active'",
            tx,
            Hold::Reference
        ),
    };
    Contact::locked(tx, sql, params![key])
}

/// The active contact with this folded email, users first, then the oldest, locked as referred to.
pub fn active_by_email(tx: &mut WorkspaceTx, email_key: &str) -> Result<Option<Contact>> {
    let sql = select!(
        Contact,
        " AND email_key = $2 AND email_key IS NOT NULL AND state = 'active' ORDER BY role DESC, id LIMIT 1",
        tx,
        Hold::Reference
    );
    Contact::locked(tx, sql, params![email_key])
}

/// The active contact with this phone number in E.164, users first, then the oldest, locked as referred to.
pub fn active_by_phone(tx: &mut WorkspaceTx, phone: &str) -> Result<Option<Contact>> {
    let sql = select!(
        Contact,
        " AND formatted_phone = $2 AND formatted_phone IS NOT NULL AND state = 'active' ORDER BY role DESC, id LIMIT 1",
        tx,
        Hold::Reference
    );
    Contact::locked(tx, sql, params![phone])
}

/// The visitor with this key, the oldest if several share an email, locked.
pub fn visitor(tx: &mut WorkspaceTx, key: Key<'_>) -> Result<Option<Contact>> {
    let sql = match key {
        Key::Id(_) => select!(Contact, " AND id = $2 AND state = 'visitor'", tx, Hold::End),
        Key::ExternalId(_) => {
            select!(Contact, " AND external_id = $2 AND state <> 'merged' AND state = 'visitor'", tx, Hold::End)
        }
        Key::Email(_) => select!(
            Contact,
            " AND email_key = $2 AND email_key IS NOT NULL AND state = 'visitor' ORDER BY role DESC, id LIMIT 1",
            tx,
            Hold::End
        ),
    };
    Contact::locked(tx, sql, params![key])
}

/// The contact with this external id, preferably one that is not merged.
pub fn by_external_id(tx: &mut WorkspaceTx, external_id: &str) -> Result<Option<Contact>> {
    let sql = select!(Contact, " AND external_id = $2 AND state <> 'merged'");
    let live = tx.query_opt(sql, params![external_id], Contact::from_row)?;
    if live.is_some() {
        return Ok(live);
    }
    let sql = select!(Contact, " AND external_id = $2 AND state = 'merged' ORDER BY merged_at DESC, id DESC LIMIT 1");
    tx.query_opt(sql, params![external_id], Contact::from_row)
}

/// The user with this email, archived ones too.
pub fn user_by_email(tx: &mut WorkspaceTx, email_key: &str) -> Result<Option<Contact>> {
    let sql = select!(Contact, " AND email_key = $2 AND role = 'user' AND state <> 'merged'");
    tx.query_opt(sql, params![email_key], Contact::from_row)
}

/// Sets the time of a contact's last change.
pub fn touch(tx: &mut WorkspaceTx, id: ContactId) -> Result<()> {
    let now = tx.now();
    let sql = format!("UPDATE contacts SET {} WHERE workspace_id = $1 AND id = $3", changed_at(2));
    tx.send(&sql, params![now, id])
}

/// Records that a contact wrote at this time, unless a later time is recorded.
pub fn wrote(tx: &mut WorkspaceTx, id: ContactId, at: i64) -> Result<()> {
    let sql = "UPDATE contacts SET last_replied_at = $2 WHERE workspace_id = $1 AND id = $3 \
         AND (last_replied_at IS NULL OR last_replied_at < $2)";
    tx.send(sql, params![at, id])
}

/// Records that a contact was written to at this time, unless a later time is recorded.
pub fn contacted(tx: &mut WorkspaceTx, id: ContactId, at: i64) -> Result<()> {
    let sql = "UPDATE contacts SET last_contacted_at = $2 WHERE workspace_id = $1 AND id = $3 \
         AND (last_contacted_at IS NULL OR last_contacted_at < $2)";
    tx.send(sql, params![at, id])
}

/// The first ten of each list that a contact shows.
#[derive(Debug, Clone, Default, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Links {
    pub tags: Vec<TagId>,
    pub notes: Vec<NoteId>,
    pub companies: Vec<CompanyId>,
    pub opted_out: Vec<SubscriptionTypeId>,
    pub opted_in: Vec<SubscriptionTypeId>,
    pub opted_out_count: i64,
    pub opted_in_count: i64,
}

/// How many entries of a list a contact shows.
const MAX_SHOWN: usize = 10;

impl Links {
    /// Adds what a row names: the kind of list and the id.
    fn add(&mut self, row: &Row<'_>) -> Result<()> {
        match row.get::<i32>(0)? {
            0 => show(&mut self.tags, row),
            1 => show(&mut self.notes, row),
            2 => show(&mut self.companies, row),
            3 => {
                self.opted_out_count += 1;
                show(&mut self.opted_out, row)
            }
            _ => {
                self.opted_in_count += 1;
                show(&mut self.opted_in, row)
            }
        }
    }
}

fn show<I: Id>(list: &mut Vec<I>, row: &Row<'_>) -> Result<()> {
    if list.len() < MAX_SHOWN {
        list.push(row.get(1)?);
    }
    Ok(())
}

/// The lists of one contact: one statement, or none if all are empty.
pub fn links(tx: &mut WorkspaceTx, contact: &Contact) -> Result<Links> {
    let mut links = Links::default();
    if contact.tag_count + contact.note_count + contact.company_count + contact.subscription_count == 0 {
        return Ok(links);
    }
    let sql = "SELECT 0, id FROM (SELECT tag_id AS id FROM contact_tags WHERE workspace_id = $1 AND contact_id = $2 ORDER BY tag_id LIMIT 10) t \
         UNION ALL SELECT 1, id FROM (SELECT id FROM notes WHERE workspace_id = $1 AND contact_id = $2 AND contact_id IS NOT NULL ORDER BY id DESC LIMIT 10) n \
         UNION ALL SELECT 2, id FROM (SELECT company_id AS id FROM contact_companies WHERE workspace_id = $1 AND contact_id = $2 ORDER BY company_id LIMIT 10) c \
         UNION ALL SELECT CASE consent_type WHEN 'opt_out' THEN 3 ELSE 4 END, subscription_type_id FROM contact_subscriptions \
         WHERE workspace_id = $1 AND contact_id = $2";
    tx.query_all(sql, params![contact.id], |row| links.add(row))?;
    Ok(links)
}

/// A kind of list: its count in the contact's row, and the statement that reads the entries of several contacts.
type Kind = (fn(&Contact) -> i64, &'static str);

/// The lists of several contacts, in the order given: one statement a kind of list.
pub fn links_many(tx: &mut WorkspaceTx, contacts: &[Contact]) -> Result<Vec<Links>> {
    let mut all: HashMap<ContactId, Links> = HashMap::new();
    let kinds: [Kind; 4] = [
        (
            |c| c.tag_count,
            "SELECT 0, tag_id, contact_id FROM contact_tags WHERE workspace_id = $1 AND contact_id IN (@) ORDER BY 3, 2",
        ),
        (
            |c| c.note_count,
            "SELECT 1, id, contact_id FROM notes WHERE workspace_id = $1 AND contact_id IN (@) AND contact_id IS NOT NULL ORDER BY 3, 2 DESC",
        ),
        (
            |c| c.company_count,
            "SELECT 2, company_id, contact_id FROM contact_companies WHERE workspace_id = $1 AND contact_id IN (@) ORDER BY 3, 2",
        ),
        (
            |c| c.subscription_count,
            "SELECT CASE consent_type WHEN 'opt_out' THEN 3 ELSE 4 END, subscription_type_id, contact_id FROM contact_subscriptions \
             WHERE workspace_id = $1 AND contact_id IN (@) ORDER BY 3, 2",
        ),
    ];
    for (count, sql) in kinds {
        let ids: Vec<ContactId> = contacts.iter().filter(|c| count(c) > 0).map(|c| c.id).collect();
        if ids.is_empty() {
            continue;
        }
        let values = padded(&ids);
        let sql = sql.replace('@', &places(2, values.len()));
        tx.query_all(&sql, &values, |row| all.entry(row.get(2)?).or_default().add(row))?;
    }
    Ok(contacts.iter().map(|c| all.remove(&c.id).unwrap_or_default()).collect())
}

row! {
    /// A merged contact, and when it was merged.
    #[derive(Debug, Clone)]
    pub struct Merged {
        id: ContactId,
        role: ContactRole,
        merged_at: i64,
    }
}

/// Who was merged into a contact, newest first unless `ascending`, after a position (time, id).
pub fn merged_into(
    tx: &mut WorkspaceTx,
    into: ContactId,
    ascending: bool,
    after: Option<(i64, ContactId)>,
    limit: i64,
) -> Result<Vec<Merged>> {
    let (compare, order) = if ascending { (">", "ASC") } else { ("<", "DESC") };
    let start = if ascending { i64::MIN } else { i64::MAX };
    let (at, id) = after.unwrap_or((start, ContactId::new(start)));
    let sql = format!(
        "SELECT {} FROM contacts WHERE workspace_id = $1 AND merged_into = $2 AND merged_into IS NOT NULL \
         AND (merged_at {compare} $3 OR (merged_at = $3 AND id {compare} $4)) ORDER BY merged_at {order}, id {order} LIMIT $5",
        Merged::SELECTED
    );
    tx.query_all(&sql, params![into, at, id, limit], Merged::from_row)
}
