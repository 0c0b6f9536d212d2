//! Changing, publishing and unpublishing articles.

use deskwire_store::article_contents::{self as contents, ArticleContent};
use deskwire_store::articles::{self as store, Article, ArticleState};
use deskwire_store::ids::ArticleId;
use deskwire_store::taggings::{self, Taggable};

use super::create::new_content;
use super::index::move_to;
use super::read::{Full, load};
use super::schedule;
use super::write::{Input, Text, apply_availability, apply_text, put_into, save, staged, texts, with_draft};
use crate::Cx;
use crate::content::{TaggedContent, index};
use crate::error::{Error, ErrorKind, Result};
use crate::events::{self, Nothing, Topic};
use crate::folders;

/// Updates an article. A change of a published content goes live at once, unless the content has staged changes or is
/// to be published later.
pub fn update(cx: &mut Cx, id: ArticleId, input: &Input) -> Result<Full> {
    let before = store::lock(cx, id)?.ok_or(ErrorKind::ResourceNotFound)?;
    let locked = contents::lock(cx, id)?;
    let mut after = before.clone();
    let mut texts = texts(input, &before.default_locale)?;
    if let Some(ids) = &input.audience_ids {
        for content in &locked {
            texts.entry(content.locale.clone()).or_default().audience_ids = Some(ids.clone());
        }
    }
    let default = locked.iter().find(|content| content.locale == before.default_locale);
    let state = texts.get(&before.default_locale).and_then(|text| text.state);
    let was_published = default.is_some_and(|content| content.published_at.is_some());
    schedule::apply(cx, &mut after, input, state, was_published || state == Some(ArticleState::Published))?;
    if let Some(folder) = input.folder_id {
        after.folder_id = folder.map(|id| folders::hold(cx, id)).transpose()?;
    }
    let placed = store::placements(cx, &[id])?;
    if let Some(wanted) = &input.collections {
        // Removed from all collections, the article stays in its help center.
        after.help_center_id = put_into(cx, id, wanted, None)?.unwrap_or(before.help_center_id);
    }
    let author = default.map(|content| content.author_id);
    let waits = matches!(input.publish_at, Some(Some(_)));
    let collections = store::placements(cx, &[id])?;
    let mut change = Change { other: after != before || collections != placed, ..Change::default() };
    for (locale, text) in texts {
        match locked.iter().find(|content| content.locale == locale) {
            Some(content) => {
                let changed = changed(cx, content, &text, waits)?;
                change.note(Some(content), &changed);
                save(cx, Some(content), changed, &before)?;
            }
            None if text == Text::default() => {}
            None => {
                let text = Text { author_id: text.author_id.or(author), ..text };
                let content = new_content(cx, &after, locale, &text, waits)?;
                change.note(None, &content);
                save(cx, None, content, &before)?;
            }
        }
    }
    if (after.help_center_id, after.folder_id) != (before.help_center_id, before.folder_id) {
        move_to(cx, &before, &after)?;
    }
    finish(cx, &before, after, &change)
}

/// The audiences of an article's content in a language, as a JSON array.
pub(crate) fn audiences_of(cx: &mut Cx, id: ArticleId, locale: &str) -> Result<String> {
    let found = contents::of_many(cx, &[id])?.into_iter().find(|content| content.locale == locale);
    found.map(|content| content.audience_ids).ok_or_else(|| ErrorKind::ResourceNotFound.into())
}

/// Writes the article's row and emits its events.
pub(super) fn finish(cx: &mut Cx, before: &Article, mut after: Article, change: &Change) -> Result<Full> {
    if change.happened() {
        after.updated_at = cx.now();
        store::update(cx, before, &after)?;
        index::touch(cx, after.id.number())?;
        events::emit(cx, Topic::ArticleUpdated, after.id, Nothing {})?;
        if change.published {
            events::emit(cx, Topic::ArticlePublished, after.id, Nothing {})?;
        }
        if change.unpublished {
            events::emit(cx, Topic::ArticleUnpublished, after.id, Nothing {})?;
        }
    }
    load(cx, after)
}

/// How an article has changed.
#[derive(Debug, Default)]
pub(super) struct Change {
    /// Whether anything besides its contents has changed.
    pub(super) other: bool,
    text: bool,
    published: bool,
    unpublished: bool,
}

impl Change {
    /// A change of something besides its contents.
    pub(super) fn of_other() -> Self {
        Self { other: true, ..Self::default() }
    }

    /// Records how a content has changed.
    pub(super) fn note(&mut self, before: Option<&ArticleContent>, after: &ArticleContent) {
        let was = before.is_some_and(|content| content.state == ArticleState::Published);
        let is = after.state == ArticleState::Published;
        self.text |= before != Some(after);
        self.published |= is && !was;
        self.unpublished |= was && !is;
    }

    fn happened(&self) -> bool {
        self.other || self.text
    }
}

/// Applies a text to a content. `waits`: the change is published later.
fn changed(cx: &mut Cx, content: &ArticleContent, text: &Text, waits: bool) -> Result<ArticleContent> {
    let mut after = content.clone();
    apply_availability(cx, &mut after, text)?;
    let mut now = with_draft(&after)?;
    apply_text(cx, &mut now, text)?;
    let is_live = content.state == ArticleState::Published;
    let goes_live = match text.state {
        Some(state) => state == ArticleState::Published && !waits,
        None => is_live && content.draft.is_none() && !waits,
    };
    if is_live && !goes_live && text.state != Some(ArticleState::Draft) {
        let same =
            text.title.is_none() && text.description.is_none() && text.body.is_none() && text.author_id.is_none();
        let at = cx.now();
        return if same { Ok(after) } else { staged(&after, now, at) };
    }
    now.state = match text.state {
        Some(ArticleState::Draft) => ArticleState::Draft,
        _ if goes_live => ArticleState::Published,
        _ => content.state,
    };
    Ok(ArticleContent { draft: None, draft_updated_at: None, ..now })
}

/// Publishes or unpublishes all contents that an article has.
pub(super) fn set_state(cx: &mut Cx, before: &Article, after: Article, state: ArticleState) -> Result<Full> {
    let mut change = Change { other: after != *before, ..Change::default() };
    for content in contents::lock(cx, before.id)? {
        // A content in another language that was never published stays a draft.
        let is_meant = content.locale == before.default_locale || content.published_at.is_some();
        if !is_meant {
            continue;
        }
        let now = ArticleContent { state, draft: None, draft_updated_at: None, ..with_draft(&content)? };
        change.note(Some(&content), &now);
        save(cx, Some(&content), now, before)?;
    }
    finish(cx, before, after, &change)
}

impl TaggedContent for ArticleId {
    const TAGS: &'static Taggable<Self> = &taggings::ARTICLES;
    const UNKNOWN: ErrorKind = ErrorKind::ArticleNotFound;

    fn lock(self, cx: &mut Cx) -> Result<bool> {
        Ok(store::lock(cx, self)?.is_some())
    }

    fn emit_tagged(self, cx: &mut Cx) -> Result<()> {
        index::touch(cx, self.number())?;
        events::emit(cx, Topic::ArticleUpdated, self, Nothing {})
    }
}

/// An article, locked for update.
pub(super) fn lock(cx: &mut Cx, id: ArticleId, unknown: impl Into<Error>) -> Result<Article> {
    store::lock(cx, id)?.ok_or_else(|| unknown.into())
}
