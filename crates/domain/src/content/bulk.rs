//! Bulk actions on contents.

use deskwire_store::Hold;
use deskwire_store::articles::ArticleState;
use deskwire_store::content_entries as entries;
use deskwire_store::tags as tag_rows;

use super::{Availability, TaggedContent, audiences, tag, untag};
use crate::ai_content::pages;
use crate::articles::{self, Text};
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{ArticleId, AudienceId, ContentEntryId, ContentSnippetId, ExternalPageId, InternalArticleId, TagId};
use crate::{Cx, content_snippets, internal_articles};

/// An action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Publish it.
    Publish,
    /// Unpublish it.
    Unpublish,
    /// Delete it.
    Delete,
    /// Set which AI agents may use it.
    SetAvailability(Availability),
    /// Change its audiences.
    SetAudience(AudienceChange),
    /// Change its tags.
    UpdateTags {
        /// The tags to add.
        add: Vec<TagId>,
        /// The tags to remove.
        remove: Vec<TagId>,
    },
}

/// A change of audiences.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AudienceChange {
    /// Whether to remove all before adding.
    pub remove_all: bool,
    /// Those to remove.
    pub remove: Vec<AudienceId>,
    /// Those to add.
    pub add: Vec<AudienceId>,
}

/// The content that an action applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// An article in one language.
    ArticleContent(ContentEntryId),
    /// An article in all languages.
    Article(ArticleId),
    /// An internal article.
    InternalArticle(InternalArticleId),
    /// A content snippet.
    Snippet(ContentSnippetId),
    /// An external page.
    ExternalPage(ExternalPageId),
}

/// Applies an action to a content.
pub(crate) fn run(cx: &mut Cx, action: &Action, target: Target) -> Result<()> {
    if let Action::UpdateTags { add, remove } = action {
        return match target {
            Target::Article(id) => update_tags(cx, id, add, remove),
            Target::InternalArticle(id) => update_tags(cx, id, add, remove),
            Target::Snippet(id) => update_tags(cx, id, add, remove),
            Target::ExternalPage(id) => update_tags(cx, id, add, remove),
            Target::ArticleContent(_) => Err(unsupported()),
        };
    }
    match target {
        Target::ArticleContent(id) => article(cx, action, id),
        Target::InternalArticle(id) => internal_article(cx, action, id),
        Target::Snippet(id) => snippet(cx, action, id),
        Target::ExternalPage(id) => page(cx, action, id),
        Target::Article(_) => Err(unsupported()),
    }
}

fn unsupported() -> Error {
    Error::new(ErrorKind::Unprocessable, "The action does not apply to content of this type")
}

fn article(cx: &mut Cx, action: &Action, id: ContentEntryId) -> Result<()> {
    let entry = entries::get(cx, id)?.filter(|entry| entry.kind == super::ContentKind::Article);
    let entry = entry.ok_or(ErrorKind::ResourceNotFound)?;
    let article = ArticleId::new(entry.content_id);
    let text = match action {
        Action::Publish => Text { state: Some(ArticleState::Published), ..Text::default() },
        Action::Unpublish => Text { state: Some(ArticleState::Draft), ..Text::default() },
        Action::SetAvailability(availability) => Text { availability: *availability, ..Text::default() },
        Action::SetAudience(change) => {
            article.lock(cx)?;
            let now = articles::audiences_of(cx, article, &entry.locale)?;
            Text { audience_ids: Some(changed(cx, &now, change)?), ..Text::default() }
        }
        Action::Delete => return articles::delete_content(cx, article, &entry.locale),
        Action::UpdateTags { .. } => return Err(unsupported()),
    };
    let translations = [(entry.locale, text)].into();
    articles::update(cx, article, &articles::Input { translations, ..articles::Input::default() }).map(drop)
}

fn internal_article(cx: &mut Cx, action: &Action, id: InternalArticleId) -> Result<()> {
    let input = match action {
        Action::SetAvailability(availability) => {
            internal_articles::Input { availability: *availability, ..internal_articles::Input::default() }
        }
        Action::SetAudience(change) => {
            id.lock(cx)?;
            let now = internal_articles::find(cx, id)?.article.audience_ids;
            let audience_ids = Some(changed(cx, &now, change)?);
            internal_articles::Input { audience_ids, ..internal_articles::Input::default() }
        }
        Action::Delete => return internal_articles::delete(cx, id),
        _ => return Err(unsupported()),
    };
    internal_articles::update(cx, id, &input).map(drop)
}

fn snippet(cx: &mut Cx, action: &Action, id: ContentSnippetId) -> Result<()> {
    let input = match action {
        Action::SetAvailability(availability) => {
            content_snippets::Input { availability: *availability, ..content_snippets::Input::default() }
        }
        Action::SetAudience(change) => {
            id.lock(cx)?;
            let now = content_snippets::find(cx, id)?.audience_ids;
            let audience_ids = Some(changed(cx, &now, change)?);
            content_snippets::Input { audience_ids, ..content_snippets::Input::default() }
        }
        Action::Delete => return content_snippets::delete(cx, id),
        _ => return Err(unsupported()),
    };
    content_snippets::update(cx, id, &input).map(drop)
}

fn page(cx: &mut Cx, action: &Action, id: ExternalPageId) -> Result<()> {
    match action {
        Action::SetAvailability(availability) => pages::set_availability(cx, id, *availability),
        Action::SetAudience(change) => {
            id.lock(cx)?;
            let now = pages::find(cx, id)?.audience_ids;
            let ids = changed(cx, &now, change)?;
            let ids = audiences::checked(cx, &ids)?;
            pages::set_audiences(cx, id, ids)
        }
        _ => Err(unsupported()),
    }
}

/// Applies a change to the audiences of a row.
fn changed(cx: &mut Cx, now: &str, change: &AudienceChange) -> Result<Vec<AudienceId>> {
    let mut ids = audiences::of_row(now)?;
    ids.retain(|id| !change.remove_all && !change.remove.contains(id));
    // A content may still refer to audiences that were deleted.
    let deleted = crate::audiences::unknown(cx, &ids)?;
    ids.retain(|id| !deleted.contains(id));
    ids.extend(&change.add);
    Ok(ids)
}

fn update_tags<I: TaggedContent>(cx: &mut Cx, id: I, add: &[TagId], remove: &[TagId]) -> Result<()> {
    let mut tags = [add, remove].concat();
    tags.sort_unstable();
    // Tags are locked before content, as everywhere.
    for id in tags {
        tag_rows::hold(cx, id, Hold::Reference)?;
    }
    for of in add {
        tag(cx, id, Some(*of), None)?;
    }
    for of in remove {
        match untag(cx, id, Some(*of)) {
            Err(error) if error.kind != ErrorKind::TagNotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}
