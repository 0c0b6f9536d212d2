//! Staged changes of published articles.

use deskwire_store::article_contents as contents;
use deskwire_store::articles::ArticleState;
use deskwire_store::ids::ArticleId;

use super::change::{Change, finish, lock};
use super::read::{Full, find};
use super::write::{Input, Text, apply_text, save, staged, texts, with_draft};
use crate::Cx;
use crate::content::may_manage;
use crate::error::{Error, ErrorKind, Result};

/// An article with its staged changes applied.
#[derive(Debug, Clone)]
pub struct Draft(pub Full);

/// An article with its staged changes.
pub fn draft(cx: &mut Cx, id: ArticleId) -> Result<Draft> {
    let full = find(cx, id)?;
    if full.contents.iter().all(|content| content.draft.is_none()) {
        return Err(ErrorKind::ResourceNotFound.into());
    }
    as_draft(full)
}

fn as_draft(mut full: Full) -> Result<Draft> {
    for content in &mut full.contents {
        *content = with_draft(content)?;
    }
    Ok(Draft(full))
}

/// Stages changes of a published article.
pub fn stage(cx: &mut Cx, id: ArticleId, input: &Input) -> Result<Draft> {
    let article = lock(cx, id, ErrorKind::ResourceNotFound)?;
    may_manage(cx)?;
    let locked = contents::lock(cx, id)?;
    let mut change = Change::default();
    for (locale, text) in texts(input, &article.default_locale)? {
        let is_default = locale == article.default_locale;
        let found = locked.iter().find(|content| content.locale == locale && content.state == ArticleState::Published);
        let Some(content) = found else {
            // A request without a text in the default language may stage another language only.
            if is_default || text.title.is_some() || text.body.is_some() || text.description.is_some() {
                return Err(unpublished(&locale, is_default, &text));
            }
            continue;
        };
        let mut now = with_draft(content)?;
        apply_text(cx, &mut now, &text)?;
        if content.draft.is_none() && !input.translations.is_empty() && now == *content {
            continue;
        }
        let after = staged(content, now, cx.now())?;
        change.note(Some(content), &after);
        save(cx, Some(content), after, &article)?;
    }
    as_draft(finish(cx, &article, article.clone(), &change)?)
}

/// The error for staging changes of a content that is not published.
fn unpublished(locale: &str, is_default: bool, text: &Text) -> Error {
    const MESSAGE: &str = "Article must be published before a draft can be staged";
    if !is_default {
        let error = Error::new(ErrorKind::Unprocessable, format!("{MESSAGE}: locale {locale} is not published"));
        return error.field(format!("translated_content.{locale}"));
    }
    let given = [("title", &text.title), ("description", &text.description), ("body", &text.body)];
    let named = given.iter().find(|(_, text)| text.is_some()).map_or("state", |(name, _)| *name);
    Error::new(ErrorKind::Unprocessable, MESSAGE).field(named)
}

/// Publishes the staged changes of an article in these languages.
pub fn publish_draft(cx: &mut Cx, id: ArticleId, locales: Option<&[String]>) -> Result<Full> {
    let reject = |kind, message: String| Err(Error::new(kind, message));
    let article = lock(cx, id, ErrorKind::ResourceNotFound)?;
    may_manage(cx)?;
    let full = find(cx, id)?;
    if full.contents.iter().all(|content| content.draft.is_none()) {
        return reject(ErrorKind::Unprocessable, "Article has no draft to publish".to_owned());
    }
    let own = [article.default_locale.clone()];
    let locales = match locales {
        Some(locales) if !locales.is_empty() => locales,
        _ if full.is_multilingual() => {
            let message = "locales must be specified to publish a draft on a multilingual workspace";
            return reject(ErrorKind::LocalesNotFound, message.to_owned());
        }
        _ => &own,
    };
    let is_pending = |locale: &&String| full.contents.iter().any(|c| c.locale == **locale && c.draft.is_some());
    let without: Vec<&str> = locales.iter().filter(|locale| !is_pending(locale)).map(String::as_str).collect();
    if !without.is_empty() {
        let message = format!("Cannot publish a draft for locale(s) without pending changes: {}", without.join(", "));
        return reject(ErrorKind::Unprocessable, message);
    }
    let mut change = Change::default();
    for content in contents::lock(cx, id)?.iter().filter(|content| locales.contains(&content.locale)) {
        let mut after = with_draft(content)?;
        (after.draft, after.draft_updated_at) = (None, None);
        change.note(Some(content), &after);
        save(cx, Some(content), after, &article)?;
    }
    finish(cx, &article, article.clone(), &change)
}
