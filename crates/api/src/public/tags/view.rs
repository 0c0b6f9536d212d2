//! What tagging did, as the API shows it.

use deskwire_domain::{ids, tags};
use serde::Serialize;

use crate::public::wire::Tag;

/// A tag with what has just been tagged or untagged.
#[derive(Serialize)]
pub(super) struct Saved<'a> {
    #[serde(flatten)]
    tag: Tag<'a>,
    users: Vec<Tagged>,
    companies: Vec<Tagged>,
}

#[derive(Serialize)]
struct Tagged {
    id: String,
    tagged: bool,
}

impl<'a> From<&'a tags::Saved> for Saved<'a> {
    fn from(saved: &'a tags::Saved) -> Self {
        let list = |all: &[(i64, bool)]| {
            all.iter().map(|(id, tagged)| Tagged { id: ids::hex(*id), tagged: *tagged }).collect()
        };
        Self {
            tag: Tag::new(saved.tag.id, &saved.tag.name),
            users: list(&saved.users),
            companies: list(&saved.companies),
        }
    }
}
