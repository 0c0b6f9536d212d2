//! Visitors: anonymous people.
//!
//! A visitor is a row of contacts in a separate state, so that it can become a user or a lead and keep its id. Verbs of
//! contacts do not see it.

mod convert;
mod declare;
mod update;

pub use convert::{Convert, convert};
pub use declare::{Declared, declare, declared};
pub use update::{Input, update};

use deskwire_store::Tx;
use deskwire_store::contacts::{ContactRole, ContactState};
use serde_json::json;

use crate::Cx;
use crate::attributes::{self, Model};
use crate::contacts::Contact;
use crate::error::{ErrorKind, Result};
use crate::ids::ContactId;
use crate::person::Person;

/// The visitor that a request refers to, locked in a write.
pub fn find(cx: &mut Cx, who: &Person) -> Result<Contact> {
    let found = who.visitor(cx)?.ok_or(ErrorKind::VisitorNotFound)?;
    without_archived(cx, found)
}

/// A visitor without archived attributes, for responses.
fn without_archived(cx: &mut Cx, mut visitor: Contact) -> Result<Contact> {
    attributes::hide_archived(cx, Model::Contact, std::iter::once(&mut visitor.custom_attributes))?;
    Ok(visitor)
}

/// A new visitor, with an id from the messenger.
fn new(tx: &mut Tx<'_>, user_id: &str) -> Contact {
    let (id, now) = (tx.mint(), tx.now());
    Contact {
        id,
        state: ContactState::Visitor,
        role: ContactRole::Visitor,
        external_id: Some(user_id.to_owned()),
        created_at: now,
        updated_at: now,
        signed_up_at: Some(now),
        details: json!({"pseudonym": pseudonym(id)}).to_string(),
        custom_attributes: "{}".to_owned(),
        ..Contact::default()
    }
}

/// The generated name of a person without one, so that teammates can distinguish them.
fn pseudonym(id: ContactId) -> String {
    const COLOURS: [&str; 16] = [
        "Amber",
        "Azure",
        "Bronze",
        "Charcoal",
        "Copper",
        "Coral",
        "Crimson",
        "Emerald",
        "Golden",
        "Indigo",
        "Ivory",
        "Olive",
        "Scarlet",
        "Silver",
        "Turquoise",
        "Violet",
    ];
    const THINGS: [&str; 16] = [
        "Anchor",
        "Balloon",
        "Bicycle",
        "Bridge",
        "Camera",
        "Compass",
        "Guitar",
        "Kite",
        "Lantern",
        "Lighthouse",
        "Piano",
        "Rocket",
        "Suitcase",
        "Telescope",
        "Umbrella",
        "Violin",
    ];
    // Ids of the same time differ in their middle bits; the multiplication carries those to the top.
    let mixed = id.number().unsigned_abs().wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes()[0];
    format!("{} {}", COLOURS[usize::from(mixed >> 4)], THINGS[usize::from(mixed & 15)])
}
