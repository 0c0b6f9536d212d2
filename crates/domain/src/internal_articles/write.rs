//! Creating, changing and deleting internal articles.

use deskwire_store::counters::{self, Counter};
use deskwire_store::internal_articles::{self as store, InternalArticle};
use deskwire_store::{admins, help_centers as centers, taggings};

use super::{Full, load};
use crate::Cx;
use crate::audiences::content_moved;
use crate::content::index::{self, Document};
use crate::content::{Availability, ContentKind, audiences};
use crate::error::{Error, ErrorKind, Result};
use crate::folders;
use crate::help_centers::{default_locale, known_locale};
use crate::ids::{AdminId, AudienceId, FolderId, InternalArticleId};

/// The type of internal articles in events.
const TYPE: &str = "internal_article";

/// The fields of an internal article. Omitted fields stay unchanged.
#[derive(Debug, Clone, Default)]
pub struct Input {
    /// The title.
    pub title: Option<String>,
    /// The body, as [`read`](crate::articles::body::read) returns it.
    pub body: Option<String>,
    /// The teammate who owns it.
    pub owner_id: Option<AdminId>,
    /// The teammate who wrote it.
    pub author_id: Option<AdminId>,
    /// Its language; by default, that of the default help center.
    pub locale: Option<String>,
    /// The folder that it is in; `Some(None)` for no folder.
    pub folder_id: Option<Option<FolderId>>,
    /// The audiences that AI agents may use it for; empty for all.
    pub audience_ids: Option<Vec<AudienceId>>,
    /// Which AI agents may use it.
    pub availability: Availability,
}

/// Creates an internal article.
pub fn create(cx: &mut Cx, input: &Input) -> Result<Full> {
    let missing = |field: &'static str| Error::missing(format!("{field} is required")).field(field);
    input.title.as_deref().ok_or_else(|| missing("title"))?;
    if input.author_id.is_none() {
        return Err(Error::missing("author_id must be in the main body or default locale translated_content object"));
    }
    input.owner_id.ok_or_else(|| missing("owner_id"))?;
    let locale = match centers::default(cx)? {
        Some(center) => default_locale(&center).to_owned(),
        None => "en".to_owned(),
    };
    let (now, by) = (cx.now(), cx.actor().admin_id());
    let mut article = InternalArticle {
        id: counters::next(cx, Counter::Content)?,
        title: String::new(),
        body: String::new(),
        owner_id: AdminId::default(),
        author_id: AdminId::default(),
        locale,
        folder_id: None,
        tag_count: 0,
        audience_ids: "[]".to_owned(),
        ai_chatbot_availability: false,
        ai_copilot_availability: false,
        ai_sales_agent_availability: false,
        created_by_id: by,
        updated_by_id: by,
        created_at: now,
        updated_at: now,
    };
    write(cx, &mut article, input)?;
    store::insert(cx, &article)?;
    counters::next::<i64>(cx, Counter::InternalArticles)?;
    index::save(cx, None, &document(&article))?;
    content_moved(cx, TYPE, article.id, "[]", &article.audience_ids)?;
    load(cx, article)
}

/// Changes an internal article.
pub fn update(cx: &mut Cx, id: InternalArticleId, input: &Input) -> Result<Full> {
    let before = store::lock(cx, id)?.ok_or(ErrorKind::ResourceNotFound)?;
    let mut after = before.clone();
    write(cx, &mut after, input)?;
    if after != before {
        after.updated_at = cx.now();
        after.updated_by_id = cx.actor().admin_id();
        store::update(cx, &before, &after)?;
        index::save(cx, Some(&document(&before)), &document(&after))?;
        content_moved(cx, TYPE, id, &before.audience_ids, &after.audience_ids)?;
    }
    load(cx, after)
}

/// Deletes an internal article.
pub fn delete(cx: &mut Cx, id: InternalArticleId) -> Result<()> {
    let article = store::lock(cx, id)?.ok_or(ErrorKind::ResourceNotFound)?;
    index::remove(cx, &document(&article))?;
    taggings::INTERNAL_ARTICLES.forget_object(cx, id)?;
    store::delete(cx, id)?;
    content_moved(cx, TYPE, id, &article.audience_ids, "[]")?;
    Ok(counters::decrease(cx, Counter::InternalArticles)?)
}

/// Adds an internal article to the index if it is missing there.
pub(crate) fn reindex(cx: &mut Cx, id: InternalArticleId) -> Result<()> {
    let Some(article) = store::lock(cx, id)? else { return Ok(()) };
    index::save(cx, None, &document(&article))
}

/// Sets the columns of the fields that the input has.
fn write(cx: &mut Cx, article: &mut InternalArticle, input: &Input) -> Result<()> {
    if let Some(title) = &input.title {
        title.trim().clone_into(&mut article.title);
        if article.title.is_empty() {
            return Err(Error::invalid("title must not be empty").field("title"));
        }
    }
    if let Some(body) = &input.body {
        body.clone_into(&mut article.body);
    }
    for (field, id, to) in
        [("author_id", input.author_id, &mut article.author_id), ("owner_id", input.owner_id, &mut article.owner_id)]
    {
        let Some(id) = id.filter(|id| id != to || id.number() == 0) else { continue };
        if admins::get(cx, id)?.is_none() {
            return Err(Error::invalid(format!("{field} must be the id of a teammate")).field(field));
        }
        *to = id;
    }
    if let Some(locale) = &input.locale {
        known_locale(locale)?.clone_into(&mut article.locale);
    }
    if let Some(folder) = input.folder_id {
        article.folder_id = folder.map(|id| folders::hold(cx, id)).transpose()?;
    }
    if let Some(ids) = &input.audience_ids {
        article.audience_ids = audiences::checked(cx, ids)?;
    }
    input.availability.apply(
        &mut article.ai_chatbot_availability,
        &mut article.ai_copilot_availability,
        &mut article.ai_sales_agent_availability,
    );
    Ok(())
}

fn document(article: &InternalArticle) -> Document<'_> {
    Document {
        kind: ContentKind::InternalArticle,
        content_id: article.id.number(),
        locale: &article.locale,
        title: &article.title,
        description: "",
        html: &article.body,
        published: true,
        help_center_id: None,
        folder_id: article.folder_id,
        ai_chatbot_availability: article.ai_chatbot_availability,
        ai_copilot_availability: article.ai_copilot_availability,
        ai_sales_agent_availability: article.ai_sales_agent_availability,
        created_by_id: article.created_by_id,
        updated_by_id: article.updated_by_id,
        created_at: article.created_at,
        updated_at: article.updated_at,
    }
}
