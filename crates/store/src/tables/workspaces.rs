//! Workspaces: the tenants.

pub use super::erase::{Erased, Found, OwnTable, close, erase_itself, erase_some, find};
use super::record::record;

record! {
    /// A workspace's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Workspace in "workspaces", key () {
        name: String,
        /// An IANA name.
        timezone: String,
        /// `US`, `EU` or `AU`.
        region: String,
        /// The two-letter code of the country that local phone numbers are parsed for.
        default_country: String,
        identity_verification: bool,
        /// Addresses and networks, separated by commas.
        ip_allowlist: String,
        ip_allowlist_enabled: bool,
        created_at: i64,
        updated_at: i64,
    } and {
        id: String = "workspace_id",
    }
    pub fn get, lock, insert, update;
}
