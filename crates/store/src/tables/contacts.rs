//! Contacts: users, leads and visitors.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{padded, places};
use crate::{Hold, Result, Row, Value, WorkspaceTx, params};

/// A contact's row. Times are unix seconds.
#[derive(Debug, Clone, Default, PartialEq)]
#[expect(missing_docs, reason = "the columns are told of in the migration")]
pub struct Contact {
    pub id: i64,
    pub state: String,
    pub role: String,
    pub external_id: Option<String>,
    pub email: Option<String>,
    pub email_key: Option<String>,
    pub email_domain: Option<String>,
    pub phone: Option<String>,
    pub formatted_phone: Option<String>,
    pub name: Option<String>,
    pub name_key: Option<String>,
    pub avatar: Option<String>,
    pub owner_id: Option<i64>,
    pub email_verified: bool,
    pub has_hard_bounced: bool,
    pub marked_email_as_spam: bool,
    pub unsubscribed_from_emails: bool,
    pub created_at: i64,
    pub updated_at: i64,
    pub signed_up_at: Option<i64>,
    pub last_seen_at: Option<i64>,
    pub last_replied_at: Option<i64>,
    pub last_contacted_at: Option<i64>,
    pub last_email_opened_at: Option<i64>,
    pub last_email_clicked_at: Option<i64>,
    pub language_override: Option<String>,
    /// A JSON object.
    pub details: String,
    /// A JSON object.
    pub custom_attributes: String,
    pub tag_count: i64,
    pub note_count: i64,
    pub company_count: i64,
    pub subscription_count: i64,
    pub merged_into: Option<i64>,
    pub merged_at: Option<i64>,
    pub object_count: i64,
}

const COLUMNS: &str = "id, state, role, external_id, email, email_key, email_domain, phone, formatted_phone, name, name_key, avatar, \
     owner_id, email_verified, has_hard_bounced, marked_email_as_spam, unsubscribed_from_emails, created_at, updated_at, \
     signed_up_at, last_seen_at, last_replied_at, last_contacted_at, last_email_opened_at, last_email_clicked_at, \
     language_override, details, custom_attributes, tag_count, note_count, company_count, subscription_count, merged_into, merged_at, \
     object_count";
/// How many columns `COLUMNS` names.
const WIDTH: usize = 35;

fn from_row(row: &Row<'_>) -> Result<Contact> {
    Ok(Contact {
        id: row.get(0)?,
        state: row.get(1)?,
        role: row.get(2)?,
        external_id: row.get(3)?,
        email: row.get(4)?,
        email_key: row.get(5)?,
        email_domain: row.get(6)?,
        phone: row.get(7)?,
        formatted_phone: row.get(8)?,
        name: row.get(9)?,
        name_key: row.get(10)?,
        avatar: row.get(11)?,
        owner_id: row.get(12)?,
        email_verified: row.get(13)?,
        has_hard_bounced: row.get(14)?,
        marked_email_as_spam: row.get(15)?,
        unsubscribed_from_emails: row.get(16)?,
        created_at: row.get(17)?,
        updated_at: row.get(18)?,
        signed_up_at: row.get(19)?,
        last_seen_at: row.get(20)?,
        last_replied_at: row.get(21)?,
        last_contacted_at: row.get(22)?,
        last_email_opened_at: row.get(23)?,
        last_email_clicked_at: row.get(24)?,
        language_override: row.get(25)?,
        details: row.get(26)?,
        custom_attributes: row.get(27)?,
        tag_count: row.get(28)?,
        note_count: row.get(29)?,
        company_count: row.get(30)?,
        subscription_count: row.get(31)?,
        merged_into: row.get(32)?,
        merged_at: row.get(33)?,
        object_count: row.get(34)?,
    })
}

impl Contact {
    /// The values in the order of `COLUMNS`.
    fn values(&self) -> [Value<'_>; WIDTH] {
        [
            self.id.into(),
            self.state.as_str().into(),
            self.role.as_str().into(),
            self.external_id.as_deref().into(),
            self.email.as_deref().into(),
            self.email_key.as_deref().into(),
            self.email_domain.as_deref().into(),
            self.phone.as_deref().into(),
            self.formatted_phone.as_deref().into(),
            self.name.as_deref().into(),
            self.name_key.as_deref().into(),
            self.avatar.as_deref().into(),
            self.owner_id.into(),
            self.email_verified.into(),
            self.has_hard_bounced.into(),
            self.marked_email_as_spam.into(),
            self.unsubscribed_from_emails.into(),
            self.created_at.into(),
            self.updated_at.into(),
            self.signed_up_at.into(),
            self.last_seen_at.into(),
            self.last_replied_at.into(),
            self.last_contacted_at.into(),
            self.last_email_opened_at.into(),
            self.last_email_clicked_at.into(),
            self.language_override.as_deref().into(),
            self.details.as_str().into(),
            self.custom_attributes.as_str().into(),
            self.tag_count.into(),
            self.note_count.into(),
            self.company_count.into(),
            self.subscription_count.into(),
            self.merged_into.into(),
            self.merged_at.into(),
            self.object_count.into(),
        ]
    }
}

/// One contact, in whatever state.
pub fn get(tx: &mut WorkspaceTx, id: i64) -> Result<Option<Contact>> {
    tx.query_opt(&format!("SELECT {COLUMNS} FROM contacts WHERE workspace_id = $1 AND id = $2"), params![id], from_row)
}

/// The same, held to be changed.
pub fn lock(tx: &mut WorkspaceTx, id: i64) -> Result<Option<Contact>> {
    hold(tx, id, Hold::Change)
}

/// The same, held in any way.
pub fn hold(tx: &mut WorkspaceTx, id: i64, hold: Hold) -> Result<Option<Contact>> {
    let hold = tx.hold(hold);
    tx.query_opt(
        &format!("SELECT {COLUMNS} FROM contacts WHERE workspace_id = $1 AND id = $2{hold}"),
        params![id],
        from_row,
    )
}

/// What tells one contact from others.
#[derive(Debug, Clone, Copy)]
pub enum Key<'k> {
    /// The id.
    Id(i64),
    /// The caller's own id.
    ExternalId(&'k str),
    /// The email, folded, of a user; leads may share theirs.
    UserEmail(&'k str),
    /// The email, folded, of whoever has it: users first, then the one made first.
    Email(&'k str),
}

/// The contact of this key if it is in this state. A write holds it.
pub fn in_state(tx: &mut WorkspaceTx, key: Key<'_>, state: &'static str, hold: Hold) -> Result<Option<Contact>> {
    // A partial index applies only if the statement itself says what is in it, the state too.
    let (which, value) = match &key {
        Key::Id(id) => ("id = $2", Value::from(*id)),
        Key::ExternalId(text) => ("external_id = $2 AND state <> 'merged'", Value::from(*text)),
        Key::UserEmail(text) => ("email_key = $2 AND role = 'user' AND state <> 'merged'", Value::from(*text)),
        Key::Email(text) => ("email_key = $2 AND email_key IS NOT NULL", Value::from(*text)),
    };
    let first = if matches!(key, Key::Email(_)) { " ORDER BY role DESC, id LIMIT 1" } else { "" };
    let hold = tx.hold(hold);
    let sql = format!(
        "SELECT {COLUMNS} FROM contacts WHERE workspace_id = $1 AND {which} AND state = '{state}'{first}{hold}"
    );
    tx.query_opt(&sql, &[value], from_row)
}

/// Several contacts, in the order of the ids; unknown ones are left out.
pub fn get_many(tx: &mut WorkspaceTx, ids: &[i64]) -> Result<Vec<Contact>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let values = padded(ids);
    let sql = format!("SELECT {COLUMNS} FROM contacts WHERE workspace_id = $1 AND id IN ({})", places(2, values.len()));
    let rows = tx.query_all(&sql, &values, from_row)?;
    let mut found: HashMap<i64, Contact> = rows.into_iter().map(|c| (c.id, c)).collect();
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// The contact with this external id that is not merged away; else one that is.
pub fn by_external_id(tx: &mut WorkspaceTx, external_id: &str) -> Result<Option<Contact>> {
    let sql =
        format!("SELECT {COLUMNS} FROM contacts WHERE workspace_id = $1 AND external_id = $2 AND state <> 'merged'");
    let live = tx.query_opt(&sql, params![external_id], from_row)?;
    if live.is_some() {
        return Ok(live);
    }
    let sql = format!(
        "SELECT {COLUMNS} FROM contacts WHERE workspace_id = $1 AND external_id = $2 AND state = 'merged' ORDER BY merged_at DESC, id DESC LIMIT 1"
    );
    tx.query_opt(&sql, params![external_id], from_row)
}

/// The user with this email, archived ones too.
pub fn user_by_email(tx: &mut WorkspaceTx, email_key: &str) -> Result<Option<Contact>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM contacts WHERE workspace_id = $1 AND email_key = $2 AND role = 'user' AND state <> 'merged'"
    );
    tx.query_opt(&sql, params![email_key], from_row)
}

/// Adds a contact; false when its external id or email is taken.
pub fn insert(tx: &mut WorkspaceTx, contact: &Contact) -> Result<bool> {
    static SQL: LazyLock<String> = LazyLock::new(|| {
        let places = places(1, WIDTH + 1);
        format!("INSERT INTO contacts (workspace_id, {COLUMNS}) VALUES ({places}) ON CONFLICT DO NOTHING")
    });
    Ok(tx.execute(&SQL, &contact.values())? == 1)
}

/// Writes what is different in a contact. A column that is named is written to its indexes again, whether it changed
/// or not, so only those that changed are named.
pub fn update(tx: &mut WorkspaceTx, before: &Contact, after: &Contact) -> Result<()> {
    let (old, new) = (before.values(), after.values());
    let mut set = Vec::new();
    let mut values = Vec::new();
    for (column, (old, new)) in COLUMNS.split(", ").zip(old.into_iter().zip(new)) {
        if old != new {
            values.push(new);
            set.push(format!("{column} = ${}", values.len() + 1));
        }
    }
    if set.is_empty() {
        return Ok(());
    }
    values.push(after.id.into());
    let (set, id) = (set.join(", "), values.len() + 1);
    let sql = format!("UPDATE contacts SET {set} WHERE workspace_id = $1 AND id = ${id}");
    tx.execute(&sql, &values)?;
    Ok(())
}

/// Notes that something of a contact changed.
pub fn touch(tx: &mut WorkspaceTx, id: i64) -> Result<()> {
    let now = tx.now();
    tx.execute("UPDATE contacts SET updated_at = $2 WHERE workspace_id = $1 AND id = $3", params![now, id])?;
    Ok(())
}

/// Notes that a contact wrote at this time; what they wrote later counts.
pub fn wrote(tx: &mut WorkspaceTx, id: i64, at: i64) -> Result<()> {
    let sql = "UPDATE contacts SET last_replied_at = $2 WHERE workspace_id = $1 AND id = $3 \
         AND (last_replied_at IS NULL OR last_replied_at < $2)";
    tx.execute(sql, params![at, id])?;
    Ok(())
}

/// Notes that a contact was written to at this time; what was written later counts.
pub fn contacted(tx: &mut WorkspaceTx, id: i64, at: i64) -> Result<()> {
    let sql = "UPDATE contacts SET last_contacted_at = $2 WHERE workspace_id = $1 AND id = $3 \
         AND (last_contacted_at IS NULL OR last_contacted_at < $2)";
    tx.execute(sql, params![at, id])?;
    Ok(())
}

/// Removes a contact's row.
pub fn delete(tx: &mut WorkspaceTx, id: i64) -> Result<()> {
    tx.execute("DELETE FROM contacts WHERE workspace_id = $1 AND id = $2", params![id])?;
    Ok(())
}

/// The first ten of each list that a contact shows.
#[derive(Debug, Clone, Default, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Links {
    pub tags: Vec<i64>,
    pub notes: Vec<i64>,
    pub companies: Vec<i64>,
    pub opted_out: Vec<i64>,
    pub opted_in: Vec<i64>,
    pub opted_out_count: i64,
    pub opted_in_count: i64,
}

/// How many entries of a list a contact shows.
const SHOWN: usize = 10;

impl Links {
    fn add(&mut self, kind: i64, id: i64) {
        let (list, count) = match kind {
            0 => (&mut self.tags, None),
            1 => (&mut self.notes, None),
            2 => (&mut self.companies, None),
            3 => (&mut self.opted_out, Some(&mut self.opted_out_count)),
            _ => (&mut self.opted_in, Some(&mut self.opted_in_count)),
        };
        if let Some(count) = count {
            *count += 1;
        }
        if list.len() < SHOWN {
            list.push(id);
        }
    }
}

/// The lists of one contact: one statement, and none when it has nothing.
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
    tx.query_all(sql, params![contact.id], |row| {
        links.add(i64::from(row.get::<i32>(0)?), row.get(1)?);
        Ok(())
    })?;
    Ok(links)
}

/// A kind of list: how many entries a contact has, and the statement that reads those of several.
type Kind = (fn(&Contact) -> i64, &'static str);

/// The lists of several contacts, in the order given: one statement a kind of list.
pub fn links_many(tx: &mut WorkspaceTx, contacts: &[Contact]) -> Result<Vec<Links>> {
    let mut all: HashMap<i64, Links> = HashMap::new();
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
        let ids: Vec<i64> = contacts.iter().filter(|c| count(c) > 0).map(|c| c.id).collect();
        if ids.is_empty() {
            continue;
        }
        let values = padded(&ids);
        let sql = sql.replace('@', &places(2, values.len()));
        tx.query_all(&sql, &values, |row| {
            all.entry(row.get(2)?).or_default().add(i64::from(row.get::<i32>(0)?), row.get(1)?);
            Ok(())
        })?;
    }
    Ok(contacts.iter().map(|c| all.remove(&c.id).unwrap_or_default()).collect())
}

/// A contact that was merged away, and when.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Merged {
    pub id: i64,
    pub role: String,
    pub merged_at: i64,
}

/// Who was merged into a contact, newest first unless `ascending`, after a position (time, id).
pub fn merged_into(
    tx: &mut WorkspaceTx,
    into: i64,
    ascending: bool,
    after: Option<(i64, i64)>,
    limit: i64,
) -> Result<Vec<Merged>> {
    let (compare, order) = if ascending { (">", "ASC") } else { ("<", "DESC") };
    let start = if ascending { i64::MIN } else { i64::MAX };
    let (at, id) = after.unwrap_or((start, start));
    let sql = format!(
        "SELECT id, role, merged_at FROM contacts WHERE workspace_id = $1 AND merged_into = $2 AND merged_into IS NOT NULL \
         AND (merged_at {compare} $3 OR (merged_at = $3 AND id {compare} $4)) ORDER BY merged_at {order}, id {order} LIMIT $5"
    );
    tx.query_all(&sql, params![into, at, id, limit], |row| {
        Ok(Merged { id: row.get(0)?, role: row.get(1)?, merged_at: row.get(2)? })
    })
}
