//! Custom attributes of conversations, with a type and, for lists, options.

mod create;
mod declare;
mod options;
mod search;
mod seen;
mod update;
mod values;

use deskwire_store::conversation_attributes as store;

pub use create::{New, Reference, create};
pub use declare::{Declared, declare, declared};
pub use deskwire_store::conversation_attributes::{ConversationAttribute, ConversationDataType};
pub use options::{Choice, Label, add_option, archive_option, choices, rename_option, set_options};
pub(crate) use search::{by_options, custom, for_search};
pub(crate) use seen::missing;
pub use seen::visible_to;
pub use update::{Changes, archive, restore, update};
pub use values::displayed;
pub(crate) use values::{Changed, merge, relation, search_values};

use crate::Cx;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::ConversationAttributeId;

/// All attributes, oldest first.
pub fn list(cx: &mut Cx, archived_too: bool) -> Result<Vec<ConversationAttribute>> {
    Ok(if archived_too { store::all(cx)? } else { store::live(cx)? })
}

/// One attribute, archived ones too.
pub fn find(cx: &mut Cx, id: Option<ConversationAttributeId>) -> Result<ConversationAttribute> {
    let found = match id {
        Some(id) => store::get(cx, id)?,
        None => None,
    };
    found.ok_or_else(not_found)
}

/// One attribute, locked.
fn lock(cx: &mut Cx, id: Option<ConversationAttributeId>) -> Result<ConversationAttribute> {
    let found = match id {
        Some(id) => store::lock(cx, id)?,
        None => None,
    };
    found.ok_or_else(not_found)
}

/// Writes an attribute if it has changed.
fn save(
    cx: &mut Cx,
    before: &ConversationAttribute,
    mut after: ConversationAttribute,
) -> Result<ConversationAttribute> {
    if after != *before {
        after.updated_at = cx.now();
        store::update(cx, before, &after)?;
    }
    Ok(after)
}

fn not_found() -> Error {
    ErrorKind::ConversationAttributeNotFound.into()
}

/// A 422 error with this message.
pub fn invalid(message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::Unprocessable, message)
}
