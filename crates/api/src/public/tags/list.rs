//! `GET /tags`

use deskwire_domain::error::Result;
use deskwire_domain::tags;

use crate::page::List;
use crate::public::wire::{AppliedTag, Tag};
use crate::reply::Reply;
use crate::request::Request;
use crate::versions::Feature;

/// All tags.
pub async fn handle(request: Request) -> Result<Reply> {
    let all = request.read(tags::list).await?;
    if request.version().has(Feature::OptionalFields) {
        return request.json(&List::whole(all.iter().map(|tag| Tag::new(tag.id, &tag.name)).collect()));
    }
    request.json(&List::whole(all.iter().map(|tag| AppliedTag::unapplied(tag.id, &tag.name)).collect()))
}
