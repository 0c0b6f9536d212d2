//! Subscription types, and what contacts chose of them.

use crate::{Result, Row, Tx, params};

/// A subscription type's row.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns are told of in the migration")]
pub struct SubscriptionType {
    pub id: i64,
    /// `live`, `draft` or `archived`.
    pub state: String,
    /// `opt_out` or `opt_in`.
    pub consent_type: String,
    pub locale: String,
    pub name: String,
    pub description: String,
    /// A JSON array of objects with `name`, `description` and `locale`.
    pub translations: String,
    /// A JSON array of texts.
    pub content_types: String,
    pub created_at: i64,
    pub updated_at: i64,
}

const COLUMNS: &str = "t.id, t.state, t.consent_type, t.locale, t.name, t.description, t.translations, t.content_types, \
     t.created_at, t.updated_at";

fn from_row(row: &Row<'_>) -> Result<SubscriptionType> {
    Ok(SubscriptionType {
        id: row.get(0)?,
        state: row.get(1)?,
        consent_type: row.get(2)?,
        locale: row.get(3)?,
        name: row.get(4)?,
        description: row.get(5)?,
        translations: row.get(6)?,
        content_types: row.get(7)?,
        created_at: row.get(8)?,
        updated_at: row.get(9)?,
    })
}

/// All subscription types, oldest first.
pub fn all(tx: &mut Tx<'_>, workspace: &str) -> Result<Vec<SubscriptionType>> {
    let sql = format!("SELECT {COLUMNS} FROM subscription_types t WHERE t.workspace_id = $1 ORDER BY t.id");
    tx.query_all(&sql, params![workspace], from_row)
}

/// One subscription type.
pub fn get(tx: &mut Tx<'_>, workspace: &str, id: i64) -> Result<Option<SubscriptionType>> {
    let sql = format!("SELECT {COLUMNS} FROM subscription_types t WHERE t.workspace_id = $1 AND t.id = $2");
    tx.query_opt(&sql, params![workspace, id], from_row)
}

/// The subscription type of this name, held against other writers.
pub fn lock_by_name(tx: &mut Tx<'_>, workspace: &str, name: &str) -> Result<Option<SubscriptionType>> {
    let lock = tx.for_update();
    let sql = format!("SELECT {COLUMNS} FROM subscription_types t WHERE t.workspace_id = $1 AND t.name = $2{lock}");
    tx.query_opt(&sql, params![workspace, name], from_row)
}

/// Adds a subscription type.
pub fn insert(tx: &mut Tx<'_>, workspace: &str, t: &SubscriptionType) -> Result<()> {
    tx.execute(
        "INSERT INTO subscription_types (workspace_id, id, state, consent_type, locale, name, description, translations, content_types, \
         created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        params![
            workspace,
            t.id,
            &t.state,
            &t.consent_type,
            &t.locale,
            &t.name,
            &t.description,
            &t.translations,
            &t.content_types,
            t.created_at,
            t.updated_at
        ],
    )?;
    Ok(())
}

/// Writes what may change of a subscription type.
pub fn update(tx: &mut Tx<'_>, workspace: &str, t: &SubscriptionType) -> Result<()> {
    tx.execute(
        "UPDATE subscription_types SET state = $1, consent_type = $2, locale = $3, description = $4, translations = $5, \
         content_types = $6, updated_at = $7 WHERE workspace_id = $8 AND id = $9",
        params![
            &t.state,
            &t.consent_type,
            &t.locale,
            &t.description,
            &t.translations,
            &t.content_types,
            t.updated_at,
            workspace,
            t.id
        ],
    )?;
    Ok(())
}

/// The types a contact made an explicit choice of, oldest type first.
pub fn of_contact(tx: &mut Tx<'_>, workspace: &str, contact: i64) -> Result<Vec<SubscriptionType>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM contact_subscriptions s JOIN subscription_types t ON t.workspace_id = s.workspace_id \
         AND t.id = s.subscription_type_id WHERE s.workspace_id = $1 AND s.contact_id = $2 ORDER BY t.id"
    );
    tx.query_all(&sql, params![workspace, contact], from_row)
}

/// What a contact chose of a type: `opt_out` or `opt_in`.
pub fn choice(tx: &mut Tx<'_>, workspace: &str, contact: i64, type_id: i64) -> Result<Option<String>> {
    tx.query_opt(
        "SELECT consent_type FROM contact_subscriptions WHERE workspace_id = $1 AND contact_id = $2 AND subscription_type_id = $3",
        params![workspace, contact, type_id],
        |row| row.get(0),
    )
}

/// Writes down what a contact chose.
pub fn choose(tx: &mut Tx<'_>, workspace: &str, contact: i64, type_id: i64, consent_type: &str) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "INSERT INTO contact_subscriptions (workspace_id, contact_id, subscription_type_id, consent_type, created_at) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (workspace_id, contact_id, subscription_type_id) \
         DO UPDATE SET consent_type = excluded.consent_type",
        params![workspace, contact, type_id, consent_type, now],
    )?;
    recount(tx, workspace, contact)
}

/// Forgets what a contact chose.
pub fn forget(tx: &mut Tx<'_>, workspace: &str, contact: i64, type_id: i64) -> Result<()> {
    tx.execute(
        "DELETE FROM contact_subscriptions WHERE workspace_id = $1 AND contact_id = $2 AND subscription_type_id = $3",
        params![workspace, contact, type_id],
    )?;
    recount(tx, workspace, contact)
}

fn recount(tx: &mut Tx<'_>, workspace: &str, contact: i64) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE contacts SET updated_at = $1, subscription_count = (SELECT count(*) FROM contact_subscriptions \
         WHERE workspace_id = $2 AND contact_id = $3) WHERE workspace_id = $2 AND id = $3",
        params![now, workspace, contact],
    )?;
    Ok(())
}
