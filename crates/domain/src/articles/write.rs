//! The input of articles, and changes of their contents.

use std::collections::BTreeMap;

use deskwire_store::admins;
use deskwire_store::article_contents::{self as store, ArticleContent};
use deskwire_store::article_versions::{self as versions, ArticleVersion, CreatedVia};
use deskwire_store::articles::{Article, ArticleState, place};
use deskwire_store::ids::{AdminId, ArticleId, AudienceId, CollectionId, FolderId, HelpCenterId};
use deskwire_store::{Hold, collections};
use serde::{Deserialize, Serialize};

use super::index;
use crate::Cx;
use crate::content::{Availability, audiences};
use crate::error::{Error, ErrorKind, Result};
use crate::help_centers::known_locale;

/// The fields of an article. Omitted fields stay unchanged.
#[derive(Debug, Clone, Default)]
pub struct Input {
    /// Its content in the default language.
    pub text: Text,
    /// Its contents by locale. [`Input::text`] takes precedence for the default language.
    pub translations: BTreeMap<String, Text>,
    /// The locales that the request sets to null; the default language cannot be among them.
    pub absent: Vec<String>,
    /// The folder that it is in; `Some(None)` for no folder.
    pub folder_id: Option<Option<FolderId>>,
    /// The audiences of all languages. Those of a single language are in [`Text`].
    pub audience_ids: Option<Vec<AudienceId>>,
    /// Its collections, in order; `None` for an id that no collection can have.
    pub collections: Option<Vec<Option<CollectionId>>>,
    /// When it is to be published; `Some(None)` cancels that.
    pub publish_at: Option<Option<i64>>,
    /// When it is to be unpublished; `Some(None)` cancels that.
    pub unpublish_at: Option<Option<i64>>,
}

/// The content of an article in one language.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text {
    /// The title.
    pub title: Option<String>,
    /// The description.
    pub description: Option<String>,
    /// The body, as [`read`](super::body::read) returns it.
    pub body: Option<String>,
    /// The teammate who wrote it.
    pub author_id: Option<AdminId>,
    /// Whether readers see it.
    pub state: Option<ArticleState>,
    /// The audiences that AI agents may use it for; empty for all.
    pub audience_ids: Option<Vec<AudienceId>>,
    /// Which AI agents may use it.
    pub availability: Availability,
}

impl Text {
    /// Merges the two places of a request for the default language.
    fn or(self, other: Text) -> Text {
        Text {
            title: self.title.or(other.title),
            description: self.description.or(other.description),
            body: self.body.or(other.body),
            author_id: self.author_id.or(other.author_id),
            state: self.state.or(other.state),
            audience_ids: self.audience_ids.or(other.audience_ids),
            availability: self.availability.or(other.availability),
        }
    }
}

/// The texts by locale, including the default language.
pub(super) fn texts(input: &Input, default: &str) -> Result<BTreeMap<String, Text>> {
    if input.absent.iter().any(|locale| locale == default) {
        let message = format!("translated_content.{default} is the default language, which every article has");
        return Err(Error::new(ErrorKind::Unprocessable, message).field(format!("translated_content.{default}")));
    }
    let mut all = input.translations.clone();
    for locale in all.keys() {
        known_locale(locale)?;
    }
    let own = all.remove(default).unwrap_or_default();
    all.insert(default.to_owned(), input.text.clone().or(own));
    if let Some(ids) = &input.audience_ids {
        for text in all.values_mut() {
            text.audience_ids = Some(ids.clone());
        }
    }
    Ok(all)
}

/// The staged changes of a content.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Staged {
    title: String,
    description: String,
    body: String,
    author_id: AdminId,
}

/// The content with its staged changes applied.
pub(super) fn with_draft(content: &ArticleContent) -> Result<ArticleContent> {
    let Some(draft) = &content.draft else { return Ok(content.clone()) };
    let Staged { title, description, body, author_id } = serde_json::from_str(draft).map_err(Error::internal)?;
    Ok(ArticleContent { title, description, body, author_id, ..content.clone() })
}

/// The content, with the title, description, body and author of `with` as staged changes.
pub(super) fn staged(content: &ArticleContent, with: ArticleContent, now: i64) -> Result<ArticleContent> {
    let ArticleContent { title, description, body, author_id, .. } = with;
    let draft = Staged { title, description, body, author_id };
    let draft = Some(serde_json::to_string(&draft).map_err(Error::internal)?);
    Ok(ArticleContent { draft, draft_updated_at: Some(now), ..content.clone() })
}

/// Sets title, description, body and author.
pub(super) fn apply_text(cx: &mut Cx, content: &mut ArticleContent, text: &Text) -> Result<()> {
    if let Some(title) = &text.title {
        if title.trim().is_empty() {
            return Err(Error::invalid("title must not be empty").field("title"));
        }
        title.trim().clone_into(&mut content.title);
    }
    content.description = text.description.clone().unwrap_or_else(|| std::mem::take(&mut content.description));
    content.body = text.body.clone().unwrap_or_else(|| std::mem::take(&mut content.body));
    if let Some(id) = text.author_id.filter(|id| id.number() == 0 || *id != content.author_id) {
        if admins::get(cx, id)?.is_none() {
            return Err(Error::invalid("author_id must be the id of a teammate").field("author_id"));
        }
        content.author_id = id;
    }
    Ok(())
}

/// Sets which AI agents may use it, and for which audiences.
pub(super) fn apply_availability(cx: &mut Cx, content: &mut ArticleContent, text: &Text) -> Result<()> {
    if let Some(ids) = &text.audience_ids {
        content.audience_ids = audiences::checked(cx, ids)?;
    }
    text.availability.apply(
        &mut content.ai_chatbot_availability,
        &mut content.ai_copilot_availability,
        &mut content.ai_sales_agent_availability,
    );
    Ok(())
}

/// Whether two contents have the same text.
fn same_text(a: &ArticleContent, b: &ArticleContent) -> bool {
    let text = |c: &ArticleContent| (c.title.clone(), c.description.clone(), c.body.clone(), c.author_id, c.state);
    text(a) == text(b)
}

/// Writes a content that is new or has changed, and adds a version if its text or its state has changed. `article` is
/// the version in the index.
pub(super) fn save(
    cx: &mut Cx,
    before: Option<&ArticleContent>,
    mut after: ArticleContent,
    article: &Article,
) -> Result<ArticleContent> {
    if before == Some(&after) {
        return Ok(after);
    }
    let now = cx.now();
    let by = cx.actor().admin_id();
    after.updated_at = now;
    after.updated_by_id = by;
    if after.state == ArticleState::Published && after.published_at.is_none() {
        after.published_at = Some(now);
    }
    let is_staged = before.is_some_and(|before| before.draft != after.draft) && after.draft.is_some();
    let view = if is_staged { with_draft(&after)? } else { after.clone() };
    if is_staged || before.is_none_or(|before| !same_text(before, &after)) {
        let version = ArticleVersion {
            article_id: after.article_id,
            id: cx.mint(),
            locale: after.locale.clone(),
            title: view.title,
            description: view.description,
            body: view.body,
            author_id: view.author_id,
            created_by_id: by,
            created_via: CreatedVia::Api,
            from_version_id: after.version_id,
            state: if is_staged { ArticleState::Draft } else { after.state },
            created_at: now,
        };
        versions::insert(cx, &version)?;
        after.version_id = Some(version.id);
    }
    match before {
        Some(before) => store::update(cx, before, &after)?,
        None => store::insert(cx, &after)?,
    }
    index::update(cx, before, &after, article)?;
    Ok(after)
}

/// Puts an article into collections, all of one help center. Returns the id of the help center, or `None` if there are
/// no collections.
pub(super) fn put_into(
    cx: &mut Cx,
    article: ArticleId,
    wanted: &[Option<CollectionId>],
    center: Option<HelpCenterId>,
) -> Result<Option<HelpCenterId>> {
    let unknown = || Error::new(ErrorKind::ResourceNotFound, "Parent collection not found").field("parent_id");
    let (mut ids, mut of) = (Vec::new(), center);
    for id in wanted {
        let id = id.ok_or_else(unknown)?;
        let collection = collections::hold(cx, id, Hold::Reference)?.ok_or_else(unknown)?;
        if of.is_some_and(|center| center != collection.help_center_id) {
            let message = "The collections of an article must be in the same help center";
            return Err(Error::invalid(message).field("parent_ids"));
        }
        of = Some(collection.help_center_id);
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    place(cx, article, &ids)?;
    Ok(of)
}
