//! What is left to say of something that was deleted.

use serde::Serialize;

/// The answer to a deletion that names what is gone.
#[derive(Serialize)]
pub(super) struct Deleted<'a> {
    id: String,
    object: &'a str,
    deleted: bool,
}

impl<'a> Deleted<'a> {
    /// Of an object of this kind, by the id that callers know.
    pub(super) fn new(object: &'a str, id: String) -> Self {
        Self { id, object, deleted: true }
    }
}
