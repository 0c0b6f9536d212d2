//! Visitors in a workspace file.

use deskwire_store::contacts as store;
use deskwire_store::contacts::ContactState;
use serde::Deserialize;

use super::new;
use super::update::set_name;
use crate::Cx;
use crate::error::{Error, Result};

/// A visitor in a workspace file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// The visitor's id in the messenger.
    pub user_id: String,
    /// The visitor's name.
    #[serde(default)]
    pub name: Option<String>,
}

/// Creates or changes a visitor as declared. Returns whether anything changed.
pub fn declare(cx: &mut Cx, declared: &Declared) -> Result<bool> {
    let user_id = declared.user_id.trim();
    if user_id.is_empty() || user_id.len() > 255 {
        return Err(Error::invalid("user_id must have 1 to 255 characters").field("user_id"));
    }
    match store::by_external_id(cx, user_id)?.filter(|c| c.state != ContactState::Merged) {
        None => {
            let mut visitor = new(cx, user_id);
            set_name(&mut visitor, declared.name.as_deref());
            if !store::insert_new(cx, &visitor)? {
                return Err(cx.collided("contacts").into());
            }
            Ok(true)
        }
        Some(mut visitor) if visitor.state == ContactState::Visitor => {
            let before = visitor.clone();
            set_name(&mut visitor, declared.name.as_deref());
            if visitor.name == before.name {
                return Ok(false);
            }
            visitor.updated_at = cx.now();
            store::update(cx, &before, &visitor)?;
            Ok(true)
        }
        // The visitor has since become a contact, so there is nothing to do.
        Some(_) => Ok(false),
    }
}

/// The declared visitors that exist.
pub fn declared<'d>(cx: &mut Cx, wanted: impl Iterator<Item = &'d Declared>) -> Result<Vec<Declared>> {
    let mut there = Vec::new();
    for declared in wanted {
        if store::by_external_id(cx, declared.user_id.trim())?.is_some() {
            there.push(declared.clone());
        }
    }
    Ok(there)
}
