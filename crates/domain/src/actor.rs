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

/// What somebody may do with tickets. A ticket is a conversation too, so every verb of conversations asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tickets {
    /// They are not there: lists leave them out, and reaching for one is refused.
    Hidden,
    /// They may be read.
    Read,
    /// They may be changed as well.
    Write,
}

/// Who does something, and in which workspace. Every verb takes one.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The workspace whose rows the verb may see.
    pub tenant: Arc<Tenant>,
    /// The admin who acts; none when the system does.
    pub admin_id: Option<i64>,
    /// What they may do with tickets.
    pub tickets: Tickets,
}

impl Actor {
    /// The system itself, or an admin on whose behalf it acts: nothing is kept from it.
    pub fn system(tenant: Arc<Tenant>, admin_id: Option<i64>) -> Self {
        Self { tenant, admin_id, tickets: Tickets::Write }
    }

    /// The workspace's id.
    pub fn workspace(&self) -> &str {
        &self.tenant.id
    }
}
