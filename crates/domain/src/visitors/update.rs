//! Updating a visitor.

use deskwire_store::contacts as store;
use serde_json::{Map, Value};

use super::without_archived;
use crate::Cx;
use crate::attributes::{self, Model};
use crate::contacts::{Contact, fold};
use crate::error::{ErrorKind, Result};
use crate::person::Person;

/// The fields of a visitor that a request may set.
#[derive(Debug, Clone, Default)]
pub struct Input {
    /// The name: omitted, null or set.
    pub name: Option<Option<String>>,
    /// Merged into its current ones.
    pub custom_attributes: Option<Map<String, Value>>,
}

/// Updates the fields that the input has.
pub fn update(cx: &mut Cx, who: &Person, input: &Input) -> Result<Contact> {
    let before = who.visitor(cx)?.ok_or(ErrorKind::VisitorNotFound)?;
    let mut visitor = before.clone();
    if let Some(name) = &input.name {
        set_name(&mut visitor, name.as_deref());
    }
    if let Some(changes) = input.custom_attributes.as_ref().filter(|c| !c.is_empty()) {
        let known = attributes::live(cx, Model::Contact)?;
        visitor.custom_attributes = attributes::merge(&known, &visitor.custom_attributes, changes)?;
    }
    visitor.updated_at = cx.now();
    store::update(cx, &before, &visitor)?;
    without_archived(cx, visitor)
}

pub(super) fn set_name(visitor: &mut Contact, name: Option<&str>) {
    visitor.name = name.filter(|n| !n.is_empty()).map(str::to_owned);
    visitor.name_key = visitor.name.as_deref().map(fold);
}
