//! Updating a data attribute. Its name, model and type cannot change.

use deskwire_store::data_attributes::{self as store, DataAttribute, DataType};
use deskwire_store::workspaces;

use super::create::{full, is_full};
use super::stored;
use crate::Cx;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::DataAttributeId;
use crate::segments;

/// Changes; `None` leaves a field as it is.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// Its description; the inner `None` clears it.
    pub description: Option<Option<String>>,
    /// The options of a list.
    pub options: Option<Vec<String>>,
    /// Whether the messenger may write it.
    pub messenger_writable: Option<bool>,
    /// Whether it is archived: hidden, and rejected in writes and searches. Its values stay stored and indexed, so that
    /// it can be unarchived.
    pub archived: Option<bool>,
}

/// Changes a data attribute.
pub fn update(cx: &mut Cx, id: Option<DataAttributeId>, changes: &Changes) -> Result<DataAttribute> {
    let id = id.ok_or(ErrorKind::AttributeNotFound)?;
    let before = store::lock(cx, id)?.ok_or(ErrorKind::AttributeNotFound)?;
    let mut after = before.clone();
    if let Some(description) = &changes.description {
        after.description = description.clone().filter(|d| !d.is_empty());
    }
    if let Some(options) = &changes.options {
        if after.data_type != DataType::String {
            return Err(Error::invalid("Only a list type data attribute has options").field("options"));
        }
        after.options = Some(stored(options)?);
    }
    after.messenger_writable = changes.messenger_writable.unwrap_or(after.messenger_writable);
    after.archived = changes.archived.unwrap_or(after.archived);
    if after.archived != before.archived {
        may_move(cx, &after)?;
    }
    if after != before {
        after.updated_at = cx.now();
        store::update(cx, &before, &after)?;
    }
    Ok(after)
}

/// Rejects archiving an attribute that a segment uses, and unarchiving one beyond the limit.
fn may_move(cx: &mut Cx, after: &DataAttribute) -> Result<()> {
    let model = after.model;
    if after.archived && segments::uses_attribute(cx, model, &after.name)? {
        return Err(ErrorKind::DataInvalid.into());
    }
    if !after.archived {
        workspaces::lock(cx)?;
        if is_full(cx, model)? {
            return Err(full(model));
        }
    }
    Ok(())
}
