//! A newsfeed as the API represents it.

use deskwire_domain::ids::NewsfeedId;
use deskwire_domain::newsfeeds::Newsfeed;
use serde::Serialize;

/// A newsfeed.
#[derive(Serialize)]
pub(super) struct View<'a> {
    id: NewsfeedId,
    r#type: &'static str,
    name: &'a str,
    created_at: i64,
    updated_at: i64,
}

impl<'a> From<&'a Newsfeed> for View<'a> {
    fn from(feed: &'a Newsfeed) -> Self {
        let Newsfeed { id, name, created_at, updated_at } = feed;
        Self { id: *id, r#type: "newsfeed", name, created_at: *created_at, updated_at: *updated_at }
    }
}
