//! A folder as the API represents it.

use deskwire_domain::folders::Full;
use deskwire_domain::ids::FolderId;
use serde::Serialize;

/// A folder.
#[derive(Serialize)]
pub(super) struct View<'a> {
    id: i64,
    name: &'a str,
    description: Option<&'a str>,
    emoji: Option<&'a str>,
    parent_folder_id: Option<i64>,
    content_count: i64,
    created_at: i64,
    updated_at: i64,
}

impl<'a> From<&'a Full> for View<'a> {
    fn from(full: &'a Full) -> Self {
        let folder = &full.folder;
        Self {
            id: folder.id.number(),
            name: &folder.name,
            description: folder.description.as_deref(),
            emoji: folder.emoji.as_deref(),
            parent_folder_id: folder.parent_folder_id.map(FolderId::number),
            content_count: full.content_count,
            created_at: folder.created_at,
            updated_at: folder.updated_at,
        }
    }
}
