//! On whose behalf a verb runs.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

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

/// A kind of data that permissions are given for. The numbers are stored with jobs: none is ever used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Noun {
    /// Contacts and companies, with their notes and subscriptions.
    People = 0,
    Conversations = 1,
    /// A ticket is a conversation too, so every verb of conversations asks for both.
    Tickets = 2,
    Tags = 3,
    Segments = 4,
    CustomObjects = 5,
    Admins = 6,
}

/// How far a permission reaches; each level includes the ones before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// As if there were none: lists leave them out, and naming one is answered like an unknown id.
    Hidden = 0,
    /// A single one may be read by its id, without its lists.
    One = 1,
    /// All may be read.
    Read = 2,
    /// All may be changed.
    Write = 3,
}

/// What somebody may do with each kind of data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Permissions(u32);

impl Permissions {
    /// Everything may be read and changed.
    pub const ALL: Permissions = Permissions(u32::MAX);

    /// Extends the permission for a kind of data; it is never reduced.
    pub fn grant(&mut self, noun: Noun, access: Access) {
        if self.of(noun) < access {
            self.0 = self.0 & !(3 << shift(noun)) | (access as u32) << shift(noun);
        }
    }

    /// The permission for a kind of data.
    pub const fn of(self, noun: Noun) -> Access {
        match self.0 >> shift(noun) & 3 {
            0 => Access::Hidden,
            1 => Access::One,
            2 => Access::Read,
            _ => Access::Write,
        }
    }
}

const fn shift(noun: Noun) -> u32 {
    2 * noun as u32
}

/// Who does something, and in which workspace. Every verb takes one.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The workspace whose rows the verb may see.
    pub tenant: Arc<Tenant>,
    /// The admin who acts; none when the system does.
    pub admin_id: Option<i64>,
    /// What they may do with each kind of data.
    pub permissions: Permissions,
}

impl Actor {
    /// The system itself, or an admin on whose behalf it acts: nothing is kept from it.
    pub fn system(tenant: Arc<Tenant>, admin_id: Option<i64>) -> Self {
        Self { tenant, admin_id, permissions: Permissions::ALL }
    }

    /// The same actor with these permissions.
    #[must_use]
    pub fn with(self, permissions: Permissions) -> Self {
        Self { permissions, ..self }
    }

    /// Whether one of this kind may be read when its id is known.
    pub fn sees(&self, noun: Noun) -> bool {
        self.permissions.of(noun) >= Access::One
    }

    /// Whether all of this kind may be read.
    pub fn reads(&self, noun: Noun) -> bool {
        self.permissions.of(noun) >= Access::Read
    }

    /// Whether this kind may be changed.
    pub fn writes(&self, noun: Noun) -> bool {
        self.permissions.of(noun) >= Access::Write
    }

    /// The workspace's id.
    pub fn workspace(&self) -> &str {
        &self.tenant.id
    }
}
