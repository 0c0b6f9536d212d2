//! The tags of articles.

use deskwire_store::conversation_tags::Tagging;
use deskwire_store::ids::{AdminId, ArticleId, TagId};
use deskwire_store::tags::{self as tag_rows, Tag};
use deskwire_store::{Hold, taggings};

use super::change::lock;
use super::drafts::may_manage;
use crate::Cx;
use crate::admins;
use crate::error::{ErrorKind, Result};
use crate::events::{self, Nothing, Topic};

/// Puts a tag on an article, on behalf of a teammate. One that is there already stays as it was.
pub fn tag(cx: &mut Cx, article: ArticleId, tag: Option<TagId>, admin: Option<Option<AdminId>>) -> Result<Tagging> {
    let tag = open(cx, article, tag)?;
    let by = match admin {
        None => cx.actor().admin_id(),
        Some(Some(id)) if admins::exists(cx, id)? => Some(id),
        Some(_) => return Err(ErrorKind::AdminForIdNotFound.into()),
    };
    if let Some(tagging) = taggings::ARTICLES.get(cx, article, tag.id)? {
        return Ok(tagging);
    }
    taggings::ARTICLES.put(cx, tag.id, by, &[article])?;
    events::emit(cx, Topic::ArticleUpdated, article, Nothing {})?;
    Ok(Tagging { tag_id: tag.id, name: tag.name, part_id: None, applied_at: cx.now(), applied_by: by })
}

/// Takes a tag off an article.
pub fn untag(cx: &mut Cx, article: ArticleId, tag: Option<TagId>) -> Result<Tag> {
    let tag = open(cx, article, tag)?;
    if taggings::ARTICLES.get(cx, article, tag.id)?.is_none() {
        return Err(ErrorKind::TagNotFound.into());
    }
    taggings::ARTICLES.take(cx, tag.id, &[article])?;
    events::emit(cx, Topic::ArticleUpdated, article, Nothing {})?;
    Ok(tag)
}

/// The tag is locked first, as everywhere, but it is the article whose absence is told first.
fn open(cx: &mut Cx, article: ArticleId, tag: Option<TagId>) -> Result<Tag> {
    let tag = match tag {
        Some(id) => tag_rows::hold(cx, id, Hold::Reference)?,
        None => None,
    };
    lock(cx, article, ErrorKind::ArticleNotFound)?;
    may_manage(cx)?;
    tag.ok_or_else(|| ErrorKind::TagNotFound.into())
}
