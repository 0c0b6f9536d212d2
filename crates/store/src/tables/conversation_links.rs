//! The participants of conversations: contacts and teammates.

use std::collections::HashMap;

use super::record::{FromRow, row};
use super::{padded, places};
use crate::ids::{AdminId, ContactId, ConversationId};
use crate::{Result, WorkspaceTx, params};

/// A contact of a conversation, as conversations show it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns are described in the migration")]
pub struct Participant {
    pub id: ContactId,
    pub external_id: Option<String>,
}

/// The contacts of conversations.
pub type Contacts = HashMap<ConversationId, Vec<Participant>>;
/// The teammates of conversations.
pub type Teammates = HashMap<ConversationId, Vec<AdminId>>;

/// Those who take part in several conversations.
#[derive(Debug, Default)]
pub struct Participants {
    /// The contacts, in the order in which they joined.
    pub contacts: Contacts,
    /// The teammates, in the same order.
    pub teammates: Teammates,
    /// All of them as authors, once for each of their conversations.
    pub people: Vec<Person>,
}

/// The contacts of several conversations, in the order in which they joined.
pub fn contacts(tx: &mut WorkspaceTx, conversations: &[ConversationId]) -> Result<Contacts> {
    Ok(participants(tx, conversations, &[])?.contacts)
}

/// The contacts of some conversations and the teammates of others, in one statement.
pub fn participants(
    tx: &mut WorkspaceTx,
    with_contacts: &[ConversationId],
    with_teammates: &[ConversationId],
) -> Result<Participants> {
    let mut found = Participants::default();
    let of_contacts = "SELECT l.conversation_id, l.created_at AS joined_at, c.id AS person_id, FALSE, c.external_id, c.name, c.email, \
         c.avatar, c.phone FROM conversation_contacts l JOIN contacts c ON c.workspace_id = l.workspace_id AND c.id = l.contact_id \
         WHERE l.workspace_id = $1 AND l.conversation_id IN";
    let of_teammates = "SELECT l.conversation_id, l.created_at AS joined_at, a.id AS person_id, TRUE, CAST(NULL AS TEXT), a.name, \
         a.email, a.avatar, CAST(NULL AS TEXT) FROM conversation_teammates l JOIN admins a ON a.workspace_id = l.workspace_id \
         AND a.id = l.admin_id WHERE l.workspace_id = $1 AND l.conversation_id IN";
    let (mut arms, mut values) = (Vec::new(), Vec::new());
    for (select, conversations) in [(of_contacts, with_contacts), (of_teammates, with_teammates)] {
        if !conversations.is_empty() {
            let ids = padded(conversations);
            arms.push(format!("{select} ({})", places(values.len() + 2, ids.len())));
            values.extend(ids);
        }
    }
    if arms.is_empty() {
        return Ok(found);
    }
    let sql = format!("{} ORDER BY joined_at, person_id", arms.join(" UNION ALL "));
    tx.query_all(&sql, &values, |row| {
        let (conversation, id, is_admin) = (row.get(0)?, row.get(2)?, row.get(3)?);
        let (name, email, avatar, phone) = (row.get(5)?, row.get(6)?, row.get(7)?, row.get(8)?);
        if is_admin {
            found.teammates.entry(conversation).or_default().push(AdminId::new(id));
        } else {
            let contact = Participant { id: ContactId::new(id), external_id: row.get(4)? };
            found.contacts.entry(conversation).or_default().push(contact);
        }
        found.people.push(Person { id, is_admin, name, email, avatar, phone });
        Ok(())
    })?;
    Ok(found)
}

/// Whether a contact is the main one of a new conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joins {
    /// It is.
    First,
    /// It comes after those who are there.
    Later,
}

/// Adds a contact. Returns false if it is there already.
pub fn add_contact(
    tx: &mut WorkspaceTx,
    conversation: ConversationId,
    contact: ContactId,
    joins: Joins,
) -> Result<bool> {
    // A second later, so that a contact with a lower id who joins at once does not become the main one.
    let at = tx.now() + i64::from(joins == Joins::Later);
    let sql = "INSERT INTO conversation_contacts (workspace_id, conversation_id, contact_id, created_at) \
         VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    Ok(tx.execute(sql, params![conversation, contact, at])? == 1)
}

/// Removes a contact. Returns false if it is not there.
pub fn remove_contact(tx: &mut WorkspaceTx, conversation: ConversationId, contact: ContactId) -> Result<bool> {
    let sql = "DELETE FROM conversation_contacts WHERE workspace_id = $1 AND conversation_id = $2 AND contact_id = $3";
    Ok(tx.execute(sql, params![conversation, contact])? == 1)
}

/// The conversations whose only contact is this one.
pub fn only_with(tx: &mut WorkspaceTx, contact: ContactId) -> Result<Vec<ConversationId>> {
    tx.query_all(
        "SELECT l.conversation_id FROM conversation_contacts l WHERE l.workspace_id = $1 AND l.contact_id = $2 AND NOT EXISTS \
         (SELECT 1 FROM conversation_contacts o WHERE o.workspace_id = $1 AND o.conversation_id = l.conversation_id \
         AND o.contact_id <> $2) ORDER BY l.conversation_id",
        params![contact],
        |row| row.get(0),
    )
}

/// How many conversations and how many tickets a contact has.
pub fn counts(tx: &mut WorkspaceTx, contact: ContactId) -> Result<[i64; 2]> {
    tx.query_one(
        "SELECT COALESCE(sum(CASE WHEN c.is_ticket THEN 0 ELSE 1 END), 0), COALESCE(sum(CASE WHEN c.is_ticket THEN 1 ELSE 0 END), 0) \
         FROM conversation_contacts l JOIN conversations c ON c.workspace_id = l.workspace_id AND c.id = l.conversation_id \
         WHERE l.workspace_id = $1 AND l.contact_id = $2",
        params![contact],
        |row| Ok([row.get(0)?, row.get(1)?]),
    )
}

/// Whether a contact takes part.
pub fn has_contact(tx: &mut WorkspaceTx, conversation: ConversationId, contact: ContactId) -> Result<bool> {
    let sql =
        "SELECT 1 FROM conversation_contacts WHERE workspace_id = $1 AND conversation_id = $2 AND contact_id = $3";
    Ok(tx.query_opt(sql, params![conversation, contact], |_| Ok(()))?.is_some())
}

/// Adds a teammate. Returns false if they are there already.
pub fn add_teammate(tx: &mut WorkspaceTx, conversation: ConversationId, admin: AdminId) -> Result<bool> {
    let now = tx.now();
    let sql = "INSERT INTO conversation_teammates (workspace_id, conversation_id, admin_id, created_at) \
         VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    Ok(tx.execute(sql, params![conversation, admin, now])? == 1)
}

row! {
    /// An author, for display.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Person {
        /// Of an admin or a contact.
        id: i64,
        is_admin: bool,
        name: Option<String>,
        email: Option<String>,
        avatar: Option<String>,
        /// Of a contact.
        phone: Option<String>,
    }
}

/// The names of contacts and admins, by id, in one statement.
pub fn people(tx: &mut WorkspaceTx, contacts: &[ContactId], admins: &[AdminId]) -> Result<Vec<Person>> {
    let mut values = vec![];
    let mut sql = String::new();
    let contacts = (padded(contacts), "contacts", "FALSE", "phone");
    let admins = (padded(admins), "admins", "TRUE", "CAST(NULL AS TEXT)");
    for (ids, table, is_admin, phone) in [contacts, admins] {
        if ids.is_empty() {
            continue;
        }
        let places = places(values.len() + 2, ids.len());
        let union = if sql.is_empty() { "" } else { " UNION ALL " };
        sql.push_str(&format!(
            "{union}SELECT id, {is_admin}, name, email, avatar, {phone} FROM {table} \
             WHERE workspace_id = $1 AND id IN ({places})"
        ));
        values.extend(ids);
    }
    if sql.is_empty() {
        return Ok(Vec::new());
    }
    tx.query_all(&sql, &values, Person::from_row)
}
