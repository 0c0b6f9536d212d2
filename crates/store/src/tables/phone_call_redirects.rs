//! Phone call redirects: links through which callers write instead.

use super::record::record;
use crate::ids::PhoneCallRedirectId;
use crate::{Result, WorkspaceTx, params};

record! {
    /// A link's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct PhoneCallRedirect in "phone_call_redirects", key (id: PhoneCallRedirectId) {
        id: PhoneCallRedirectId,
        /// The SHA-256 of its secret, in hexadecimal digits.
        link: String,
        /// In E.164.
        phone: String,
        /// A JSON object.
        custom_attributes: String,
        expires_at: i64,
        /// When the conversation was started.
        used_at: Option<i64>,
    }
    pub fn get, lock, insert, update, delete;
}

/// The number of links created since an id, counted up to `most`.
pub fn count_since(tx: &mut WorkspaceTx, id: PhoneCallRedirectId, most: i64) -> Result<i64> {
    let sql = "SELECT count(*) FROM (SELECT 1 FROM phone_call_redirects WHERE workspace_id = $1 AND id >= $2 LIMIT $3) AS found";
    tx.query_one(sql, params![id, most], |row| row.get(0))
}

/// The number of links created for a phone number since an id, counted up to `most`.
pub fn count_of_phone(tx: &mut WorkspaceTx, phone: &str, since: PhoneCallRedirectId, most: i64) -> Result<i64> {
    let sql = "SELECT count(*) FROM (SELECT 1 FROM phone_call_redirects WHERE workspace_id = $1 AND phone = $2 AND id >= $3 \
               LIMIT $4) AS found";
    tx.query_one(sql, params![phone, since, most], |row| row.get(0))
}

/// Deletes at most `limit` links made before an id. Returns how many.
pub fn purge(tx: &mut WorkspaceTx, before: PhoneCallRedirectId, limit: i64) -> Result<u64> {
    tx.execute(
        "DELETE FROM phone_call_redirects WHERE workspace_id = $1 AND id IN (SELECT id FROM phone_call_redirects \
         WHERE workspace_id = $1 AND id < $2 ORDER BY id LIMIT $3)",
        params![before, limit],
    )
}
