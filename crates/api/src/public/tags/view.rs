//! What tagging did, as the API represents it.

use deskwire_domain::ids::{CompanyId, ContactId};
use deskwire_domain::tags;
use serde::Serialize;

use crate::public::wire::Tag;

/// A tag with the objects that were just tagged or untagged.
#[derive(Serialize)]
pub(super) struct Saved<'a> {
    #[serde(flatten)]
    tag: Tag<'a>,
    users: Vec<Tagged<ContactId>>,
    companies: Vec<Tagged<CompanyId>>,
}

#[derive(Serialize)]
struct Tagged<I> {
    id: I,
    tagged: bool,
}

impl<I: Copy> From<&(I, bool)> for Tagged<I> {
    fn from((id, tagged): &(I, bool)) -> Self {
        Self { id: *id, tagged: *tagged }
    }
}

impl<'a> From<&'a tags::Saved> for Saved<'a> {
    fn from(saved: &'a tags::Saved) -> Self {
        Self {
            tag: Tag::new(saved.tag.id, &saved.tag.name),
            users: saved.users.iter().map(Tagged::from).collect(),
            companies: saved.companies.iter().map(Tagged::from).collect(),
        }
    }
}
