//! The response for a deleted object.

use serde::Serialize;

/// The response to a deletion, which names the deleted object.
#[derive(Serialize)]
pub(super) struct Deleted<'a> {
    id: String,
    object: &'a str,
    deleted: bool,
}

impl<'a> Deleted<'a> {
    /// For an object of this kind, by its id in the API.
    pub(super) fn new(object: &'a str, id: String) -> Self {
        Self { id, object, deleted: true }
    }
}
