//! On whose behalf a verb runs.

use std::sync::Arc;

/// What verbs need to know of a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// Its id: the first thing of every key.
    pub id: String,
    /// Its name.
    pub name: String,
    /// An IANA time zone name.
    pub timezone: String,
    /// Two letters: the country that local phone numbers are read in.
    pub default_country: String,
}

/// Who does something, and in which workspace. Every verb takes one.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The workspace whose rows the verb may see.
    pub tenant: Arc<Tenant>,
    /// The admin who acts; none when the system does.
    pub admin_id: Option<i64>,
}

impl Actor {
    /// The workspace's id.
    pub fn workspace(&self) -> &str {
        &self.tenant.id
    }
}
