//! Custom objects: instances of types that a workspace defines.
//!
//! An instance has typed values, and relations to other instances, contacts, conversations and tickets. A relation is
//! an attribute of the referring type. The referenced objects can show it as well, under another name. Both sides read
//! and write the same links, so they are always consistent.

mod declare;
mod delete;
mod read;
mod references;
mod relate;
mod save;
mod values;

use deskwire_store::custom_object_links::End;
use deskwire_store::custom_object_types as store;

pub(crate) use declare::declare_attribute;
pub use declare::{Cardinality, Declared, DeclaredAttribute, Pruned, announce, declare, declared, prune, undeclared};
pub use delete::{delete, delete_by_external_id};
pub use deskwire_store::custom_object_instances::{Instance, Which};
pub use deskwire_store::custom_object_types::{ObjectAttribute, ObjectDataType, ObjectType, TargetKind};
pub use read::{Objects, Page, Related, find, find_by_external_id, linked, linked_many, list};
pub(crate) use relate::is_list_object;
pub use relate::{Change, forget, link, move_links, split, write};
pub use save::{Input, save};

use crate::Cx;
use crate::actor::{Actor, Noun};
use crate::error::{self, Error, Result};
use crate::ids::ObjectTypeId;

/// The kinds of objects, besides instances, that relations can lead to. A ticket is also a conversation, and shows a
/// conversation's relations besides its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum ObjectKind {
    Contact,
    Conversation,
    Ticket,
}

impl ObjectKind {
    /// The kind with this name in workspace files.
    pub fn parse(name: &str) -> Option<ObjectKind> {
        TargetKind::parse(name).and_then(ObjectKind::of)
    }

    /// The kinds that an object of this kind belongs to.
    const fn all(self) -> &'static [TargetKind] {
        match self {
            ObjectKind::Contact => &[TargetKind::Contact],
            ObjectKind::Conversation => &[TargetKind::Conversation],
            ObjectKind::Ticket => &[TargetKind::Ticket, TargetKind::Conversation],
        }
    }

    /// The kinds that an object of this kind belongs to, belonged to or may become.
    const fn ever(self) -> &'static [TargetKind] {
        match self {
            ObjectKind::Contact => ObjectKind::Contact.all(),
            ObjectKind::Conversation | ObjectKind::Ticket => ObjectKind::Ticket.all(),
        }
    }

    const fn of(target: TargetKind) -> Option<Self> {
        match target {
            TargetKind::Contact => Some(ObjectKind::Contact),
            TargetKind::Conversation => Some(ObjectKind::Conversation),
            TargetKind::Ticket => Some(ObjectKind::Ticket),
            TargetKind::Object => None,
        }
    }
}

impl From<ObjectKind> for TargetKind {
    fn from(kind: ObjectKind) -> Self {
        match kind {
            ObjectKind::Contact => TargetKind::Contact,
            ObjectKind::Conversation => TargetKind::Conversation,
            ObjectKind::Ticket => TargetKind::Ticket,
        }
    }
}

/// The other side of a relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    /// Instances of the type with this id.
    Instances(ObjectTypeId),
    /// Objects of this kind.
    Other(ObjectKind),
}

impl Target {
    /// Whether the actor may see its objects.
    fn is_seen(self, actor: &Actor) -> bool {
        match self {
            Target::Instances(_) => actor.sees(Noun::CustomObjects),
            Target::Other(ObjectKind::Contact) => actor.sees(Noun::People),
            Target::Other(ObjectKind::Conversation) => actor.sees(Noun::Conversations) || actor.sees(Noun::Tickets),
            Target::Other(ObjectKind::Ticket) => actor.sees(Noun::Tickets),
        }
    }
}

/// Whether the actor may see only tickets (true) or only conversations (false); `None` if both.
fn only_tickets(actor: &Actor) -> Option<bool> {
    match (actor.sees(Noun::Conversations), actor.sees(Noun::Tickets)) {
        (true, true) => None,
        (conversations, _) => Some(!conversations),
    }
}

/// A relation seen from one of its sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// The attribute's id: one of a type of custom objects, or of conversations.
    attribute: i64,
    /// Its name on this side.
    pub name: String,
    /// The end of the links on this side.
    end: End,
    /// The kind of object that the links lead to.
    kind: TargetKind,
    target: Target,
    /// Whether an object on this side may have several.
    many: bool,
    /// Whether several objects on this side may share one.
    shared: bool,
}

impl Relation {
    /// The relation of a conversation attribute to instances of a type, which do not show it themselves. A conversation
    /// that becomes a ticket keeps it.
    pub fn of_attribute(kind: ObjectKind, attribute: i64, name: &str, object_type: &ObjectType, many: bool) -> Self {
        let kind = if kind == ObjectKind::Ticket { ObjectKind::Conversation } else { kind };
        Self {
            attribute,
            name: name.to_owned(),
            end: End::Object,
            kind: kind.into(),
            target: Target::Instances(object_type.id),
            many,
            shared: true,
        }
    }

    /// The relation as the referring instances show it; `None` for other attributes.
    fn own(a: &ObjectAttribute) -> Option<Self> {
        let kind = a.target_kind?;
        let target = ObjectKind::of(kind).map_or(Target::Instances(a.target_type_id), Target::Other);
        let name = a.name.clone();
        Some(Self {
            attribute: a.id.number(),
            name,
            end: End::Instance,
            kind,
            target,
            many: a.many,
            shared: a.reverse_many,
        })
    }

    /// The relation as the referenced objects show it, if they do.
    fn reverse(a: &ObjectAttribute) -> Option<Self> {
        let (name, kind) = (a.reverse_name.clone()?, a.target_kind?);
        let target = Target::Instances(a.type_id);
        Some(Self {
            attribute: a.id.number(),
            name,
            end: End::Object,
            kind,
            target,
            many: a.reverse_many,
            shared: a.many,
        })
    }

    /// The relations that instances of a type show, from the attributes that concern the type.
    fn of_type(type_id: ObjectTypeId, attributes: &[ObjectAttribute]) -> impl Iterator<Item = Self> {
        let own = attributes.iter().filter(move |a| a.type_id == type_id).filter_map(Self::own);
        let leads_here =
            move |a: &&ObjectAttribute| a.target_kind == Some(TargetKind::Object) && a.target_type_id == type_id;
        own.chain(attributes.iter().filter(leads_here).filter_map(Self::reverse))
    }
}

/// The type with this identifier, locked against removal in a write.
pub fn find_type(cx: &mut Cx, identifier: &str) -> Result<ObjectType> {
    store::by_identifier(cx, identifier)?.ok_or_else(|| {
        Error::new(error::ErrorKind::ObjectTypeNotFound, format!("Custom object type `{identifier}` not found"))
    })
}

/// All types, oldest first, each with its attributes, archived ones too.
pub fn types(cx: &mut Cx) -> Result<Vec<(ObjectType, Vec<ObjectAttribute>)>> {
    let attributes = store::attributes(cx)?;
    let of = |t: &ObjectType| attributes.iter().filter(|a| a.type_id == t.id).cloned().collect();
    Ok(store::all(cx)?.into_iter().map(|t| (of(&t), t)).map(|(a, t)| (t, a)).collect())
}

/// The relations that a kind of object shows.
pub fn relations(cx: &mut Cx, kind: ObjectKind) -> Result<Vec<Relation>> {
    let mut all: Vec<Relation> = Vec::new();
    for kind in kind.all() {
        let attributes = store::shown_by(cx, *kind)?;
        let found = attributes.iter().filter_map(Relation::reverse);
        // The relations of tickets take precedence over those of conversations.
        let new: Vec<Relation> = found.filter(|r| all.iter().all(|known| known.name != r.name)).collect();
        all.extend(new);
    }
    Ok(all)
}

/// An instance with its type and its related objects.
#[derive(Debug, Clone)]
pub struct Full {
    /// Its type.
    pub object_type: ObjectType,
    /// Its own row.
    pub instance: Instance,
    /// Its related objects.
    pub related: Vec<Related>,
}
