//! Subscription types, and the choices of contacts.

use super::changed_at;
use super::column_enum::column_enum;
use super::record::{FromRow, Record, record, select};
use crate::ids::{ContactId, SubscriptionTypeId};
use crate::{Hold, Result, WorkspaceTx, params};

column_enum! {
    /// Whether contacts can choose a subscription type.
    pub enum SubscriptionState {
        Live = "live",
        Draft = "draft",
        Archived = "archived",
    }
}

column_enum! {
    /// A contact's choice, or the default for contacts without one.
    pub enum ConsentType {
        OptOut = "opt_out",
        OptIn = "opt_in",
    }
}

record! {
    /// A subscription type's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct SubscriptionType in "subscription_types", key (id: SubscriptionTypeId), order "created_at, id" {
        id: SubscriptionTypeId,
        state: SubscriptionState,
        consent_type: ConsentType,
        locale: String,
        name: String,
        description: String,
        /// A JSON array of objects with `name`, `description` and `locale`.
        translations: String,
        /// A JSON array of texts.
        content_types: String,
        created_at: i64,
        updated_at: i64,
    }
    pub fn get, all, insert, update;
}

/// The subscription type with this name, locked against other writers.
pub fn lock_by_name(tx: &mut WorkspaceTx, name: &str) -> Result<Option<SubscriptionType>> {
    let sql = select!(SubscriptionType, " AND name = $2", tx, Hold::Change);
    tx.query_opt(sql, params![name], SubscriptionType::from_row)
}

/// The types for which a contact has made an explicit choice, oldest type first.
pub fn of_contact(tx: &mut WorkspaceTx, contact: ContactId) -> Result<Vec<SubscriptionType>> {
    let sql = SubscriptionType::select(
        " AND id IN (SELECT subscription_type_id FROM contact_subscriptions WHERE workspace_id = $1 AND contact_id = $2) \
         ORDER BY created_at, id",
    );
    tx.query_all(&sql, params![contact], SubscriptionType::from_row)
}

/// A contact's choice for a type.
pub fn choice(tx: &mut WorkspaceTx, contact: ContactId, type_id: SubscriptionTypeId) -> Result<Option<ConsentType>> {
    tx.query_opt(
        "SELECT consent_type FROM contact_subscriptions WHERE workspace_id = $1 AND contact_id = $2 AND subscription_type_id = $3",
        params![contact, type_id],
        |row| row.get(0),
    )
}

/// Records a contact's choice.
pub fn choose(
    tx: &mut WorkspaceTx,
    contact: ContactId,
    type_id: SubscriptionTypeId,
    consent_type: ConsentType,
) -> Result<()> {
    let now = tx.now();
    tx.send(
        "INSERT INTO contact_subscriptions (workspace_id, contact_id, subscription_type_id, consent_type, created_at) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (workspace_id, contact_id, subscription_type_id) \
         DO UPDATE SET consent_type = excluded.consent_type",
        params![contact, type_id, consent_type, now],
    )?;
    recount(tx, contact)
}

/// Deletes a contact's choice.
pub fn forget(tx: &mut WorkspaceTx, contact: ContactId, type_id: SubscriptionTypeId) -> Result<()> {
    tx.send(
        "DELETE FROM contact_subscriptions WHERE workspace_id = $1 AND contact_id = $2 AND subscription_type_id = $3",
        params![contact, type_id],
    )?;
    recount(tx, contact)
}

fn recount(tx: &mut WorkspaceTx, contact: ContactId) -> Result<()> {
    let now = tx.now();
    let sql = format!(
        "UPDATE contacts SET {}, subscription_count = (SELECT count(*) FROM contact_subscriptions \
         WHERE workspace_id = $1 AND contact_id = $3) WHERE workspace_id = $1 AND id = $3",
        changed_at(2)
    );
    tx.send(&sql, params![now, contact])
}
