//! The actor on whose behalf a verb runs.

use crate::ids::{AdminId, AppId, ContactId, as_number};
use std::sync::Arc;

use deskwire_store::ActorType;
use serde::{Deserialize, Serialize};

/// The properties of a workspace that verbs need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// Its id, the first column of every key.
    pub id: String,
    /// Its name.
    pub name: String,
    /// An IANA time zone name.
    pub timezone: String,
    /// The two-letter code of the country that local phone numbers are parsed for.
    pub default_country: String,
}

/// A kind of data that permissions are given for. The numbers are stored with jobs and must never be reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Noun {
    /// Contacts and companies, with their notes and subscriptions.
    People = 0,
    Conversations = 1,
    /// Tickets are conversations of a kind with its own permission, which verbs of conversations check.
    Tickets = 2,
    Tags = 3,
    Segments = 4,
    CustomObjects = 5,
    Admins = 6,
}

/// A level of access. Each level includes the previous ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// No access: lists omit them, and the id of one is answered like an unknown id.
    Hidden = 0,
    /// A single one may be read by its id, without its lists.
    One = 1,
    /// All may be read.
    Read = 2,
    /// All may be changed.
    Write = 3,
}

/// The access to each kind of data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Permissions(u32);

impl Permissions {
    /// Everything may be read and changed.
    pub const ALL: Permissions = Permissions(u32::MAX);

    /// Raises the access to a kind of data; never lowers it.
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

    /// The higher of the permissions for conversations and for tickets: what may be done at least with one of these
    /// kinds.
    pub fn of_conversations(self) -> Access {
        self.of(Noun::Conversations).max(self.of(Noun::Tickets))
    }
}

const fn shift(noun: Noun) -> u32 {
    2 * noun as u32
}

/// The principal that acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "type", content = "id", rename_all = "snake_case")]
pub enum Principal {
    /// A teammate, or an app with a token that a teammate gave it.
    Admin(#[serde(serialize_with = "as_number")] AdminId),
    /// A contact: in the messenger, by mail, or through a link that was sent to them.
    Contact(#[serde(serialize_with = "as_number")] ContactId),
    /// An app, on its own behalf.
    App(#[serde(serialize_with = "as_number")] AppId),
    /// The server itself, or its operator.
    System,
}

impl Principal {
    /// The principal of a row; `None` if its columns contradict each other.
    pub const fn of(kind: ActorType, id: Option<i64>) -> Option<Self> {
        match (kind, id) {
            (ActorType::Admin, Some(id)) => Some(Principal::Admin(AdminId::new(id))),
            (ActorType::Contact, Some(id)) => Some(Principal::Contact(ContactId::new(id))),
            (ActorType::App, Some(id)) => Some(Principal::App(AppId::new(id))),
            (ActorType::System, None) => Some(Principal::System),
            _ => None,
        }
    }

    /// The columns of a row: type and id.
    pub const fn columns(self) -> (ActorType, Option<i64>) {
        match self {
            Principal::Admin(id) => (ActorType::Admin, Some(id.number())),
            Principal::Contact(id) => (ActorType::Contact, Some(id.number())),
            Principal::App(id) => (ActorType::App, Some(id.number())),
            Principal::System => (ActorType::System, None),
        }
    }

    /// The id of the acting teammate.
    pub const fn admin_id(self) -> Option<AdminId> {
        if let Principal::Admin(id) = self { Some(id) } else { None }
    }
}

/// A principal and its permissions: the actor of a job, whose row names the workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredActor {
    principal: Principal,
    permissions: Permissions,
}

impl StoredActor {
    /// The actor in its workspace.
    pub fn within(self, tenant: Arc<Tenant>) -> Actor {
        Actor::new(tenant, self.principal, self.permissions)
    }
}

impl Default for StoredActor {
    fn default() -> Self {
        Self { principal: Principal::System, permissions: Permissions::ALL }
    }
}

/// A principal in a workspace, with its permissions. Every verb takes one.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The workspace whose rows the verb may see.
    pub tenant: Arc<Tenant>,
    /// The principal, which verbs record. Access depends on the permissions alone.
    pub principal: Principal,
    /// What the actor may do with each kind of data.
    pub permissions: Permissions,
}

impl Actor {
    /// An actor of any kind.
    pub fn new(tenant: Arc<Tenant>, principal: Principal, permissions: Permissions) -> Self {
        Self { tenant, principal, permissions }
    }

    /// The server itself or its operator, with every permission.
    pub fn system(tenant: Arc<Tenant>) -> Self {
        Self::new(tenant, Principal::System, Permissions::ALL)
    }

    /// A teammate with every permission.
    pub fn admin(tenant: Arc<Tenant>, id: AdminId) -> Self {
        Self::new(tenant, Principal::Admin(id), Permissions::ALL)
    }

    /// The id of the acting teammate; `None` for every other kind of actor.
    pub fn admin_id(&self) -> Option<AdminId> {
        self.principal.admin_id()
    }

    /// The actor as a job stores it.
    pub fn stored(&self) -> StoredActor {
        StoredActor { principal: self.principal, permissions: self.permissions }
    }

    /// The same actor with these permissions.
    #[must_use]
    pub fn with(self, permissions: Permissions) -> Self {
        Self { permissions, ..self }
    }

    /// Whether single objects of this kind may be read by id.
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
