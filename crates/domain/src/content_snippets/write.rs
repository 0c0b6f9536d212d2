//! Creating, changing and deleting content snippets.

use deskwire_store::content_snippets::{self as store, ContentSnippet};
use deskwire_store::counters::{self, Counter};
use deskwire_store::taggings;

use crate::audiences::content_moved;
use crate::content::index::{self, Document};
use crate::content::{Availability, ContentKind, audiences};
use crate::error::{Error, ErrorKind, Result};
use crate::events::{self, Nothing, Topic};
use crate::help_centers::known_locale;
use crate::ids::{AudienceId, ContentSnippetId};
use crate::{Cx, names};

/// The type of snippets in events.
const TYPE: &str = "content_snippet";

/// The fields of a snippet. Omitted fields stay unchanged.
#[derive(Debug, Clone, Default)]
pub struct Input {
    /// The title.
    pub title: Option<String>,
    /// The body, as [`read`](crate::articles::body::read) gives it.
    pub body: Option<String>,
    /// The language; English by default.
    pub locale: Option<String>,
    /// The audiences that AI agents may use it for; empty for all.
    pub audience_ids: Option<Vec<AudienceId>>,
    /// Which AI agents may use it.
    pub availability: Availability,
}

/// Creates a snippet.
pub fn create(cx: &mut Cx, input: &Input) -> Result<ContentSnippet> {
    if input.title.is_none() {
        return Err(invalid("title is required", "title"));
    }
    if input.body.is_none() {
        return Err(invalid("json_blocks or body_markdown is required", "json_blocks"));
    }
    let (now, by) = (cx.now(), cx.actor().admin_id());
    let mut snippet = ContentSnippet {
        id: counters::next(cx, Counter::Content)?,
        title: String::new(),
        body: String::new(),
        locale: "en".to_owned(),
        audience_ids: "[]".to_owned(),
        ai_chatbot_availability: false,
        ai_copilot_availability: false,
        ai_sales_agent_availability: false,
        created_by_id: by,
        updated_by_id: by,
        created_at: now,
        updated_at: now,
    };
    write(cx, &mut snippet, input)?;
    store::insert(cx, &snippet)?;
    counters::next::<i64>(cx, Counter::ContentSnippets)?;
    index::save(cx, None, &document(&snippet))?;
    events::emit(cx, Topic::SnippetCreated, snippet.id, Nothing {})?;
    content_moved(cx, TYPE, snippet.id, "[]", &snippet.audience_ids)?;
    Ok(snippet)
}

/// Changes a snippet.
pub fn update(cx: &mut Cx, id: ContentSnippetId, input: &Input) -> Result<ContentSnippet> {
    let before = store::lock(cx, id)?.ok_or(ErrorKind::SnippetNotFound)?;
    let mut after = before.clone();
    write(cx, &mut after, input)?;
    if after != before {
        after.updated_at = cx.now();
        after.updated_by_id = cx.actor().admin_id();
        store::update(cx, &before, &after)?;
        index::save(cx, Some(&document(&before)), &document(&after))?;
        events::emit(cx, Topic::SnippetUpdated, id, Nothing {})?;
        content_moved(cx, TYPE, id, &before.audience_ids, &after.audience_ids)?;
    }
    Ok(after)
}

/// Deletes a snippet.
pub fn delete(cx: &mut Cx, id: ContentSnippetId) -> Result<()> {
    let snippet = store::lock(cx, id)?.ok_or(ErrorKind::SnippetNotFound)?;
    index::remove(cx, &document(&snippet))?;
    taggings::CONTENT_SNIPPETS.forget_object(cx, id)?;
    store::delete(cx, id)?;
    counters::decrease(cx, Counter::ContentSnippets)?;
    content_moved(cx, TYPE, id, &snippet.audience_ids, "[]")?;
    events::emit(cx, Topic::SnippetDeleted, id, Nothing {})
}

/// Adds a snippet to the index if it is missing there.
pub(crate) fn reindex(cx: &mut Cx, id: ContentSnippetId) -> Result<()> {
    let Some(snippet) = store::lock(cx, id)? else { return Ok(()) };
    index::save(cx, None, &document(&snippet))
}

/// Sets the columns of the fields that the input has.
fn write(cx: &mut Cx, snippet: &mut ContentSnippet, input: &Input) -> Result<()> {
    if let Some(title) = &input.title {
        title.trim().clone_into(&mut snippet.title);
        if snippet.title.is_empty() {
            return Err(invalid("title must not be empty", "title"));
        }
        let at_most = names::at_most("title", &snippet.title, names::MAX_NAME_LENGTH);
        at_most.map_err(|error| Error { kind: ErrorKind::ValidationError, ..error })?;
    }
    if let Some(body) = &input.body {
        body.clone_into(&mut snippet.body);
    }
    if let Some(locale) = &input.locale {
        let unknown = |_| invalid("The language is not currently supported for Fin", "locale");
        known_locale(locale).map_err(unknown)?.clone_into(&mut snippet.locale);
    }
    if let Some(ids) = &input.audience_ids {
        snippet.audience_ids = audiences::checked(cx, ids)?;
    }
    input.availability.apply(
        &mut snippet.ai_chatbot_availability,
        &mut snippet.ai_copilot_availability,
        &mut snippet.ai_sales_agent_availability,
    );
    Ok(())
}

fn invalid(message: &'static str, field: &'static str) -> Error {
    Error::new(ErrorKind::ValidationError, message).field(field)
}

fn document(snippet: &ContentSnippet) -> Document<'_> {
    Document {
        kind: ContentKind::Snippet,
        content_id: snippet.id.number(),
        locale: &snippet.locale,
        title: &snippet.title,
        description: "",
        html: &snippet.body,
        published: true,
        help_center_id: None,
        folder_id: None,
        ai_chatbot_availability: snippet.ai_chatbot_availability,
        ai_copilot_availability: snippet.ai_copilot_availability,
        ai_sales_agent_availability: snippet.ai_sales_agent_availability,
        created_by_id: snippet.created_by_id,
        updated_by_id: snippet.updated_by_id,
        created_at: snippet.created_at,
        updated_at: snippet.updated_at,
    }
}
