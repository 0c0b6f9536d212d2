//! Keeping the words of articles in step with their contents.

use deskwire_store::ids::{ArticleId, HelpCenterId};
use std::collections::BTreeMap;

use deskwire_store::article_contents::{self as contents, ArticleContent};
use deskwire_store::article_words::{self as store, ArticleWord};
use deskwire_store::articles::ArticleState;

use super::words::weights;
use crate::Cx;
use crate::error::Result;

/// Writes down how the words of a content change.
pub(super) fn update(
    cx: &mut Cx,
    before: Option<&ArticleContent>,
    after: Option<&ArticleContent>,
    help_center_id: HelpCenterId,
) -> Result<()> {
    let text = |c: &ArticleContent| (c.title.clone(), c.description.clone(), c.body.clone(), c.state);
    if before.map(text) == after.map(text) {
        return Ok(());
    }
    let Some((article_id, locale)) = after.or(before).map(|content| (content.article_id, content.locale.clone()))
    else {
        return Ok(());
    };
    let (old, new) = (entries(before), entries(after));
    let gone: Vec<&str> =
        old.iter().filter(|(word, of)| new.get(*word) != Some(*of)).map(|(word, _)| word.as_str()).collect();
    store::delete(cx, article_id, &locale, &gone)?;
    let added: Vec<ArticleWord> = new
        .into_iter()
        .filter(|(word, of)| old.get(word) != Some(of))
        .map(|(word, (weight, published))| ArticleWord {
            word,
            article_id,
            locale: locale.clone(),
            weight,
            published,
            help_center_id,
        })
        .collect();
    Ok(store::insert_all(cx, &added)?)
}

fn entries(content: Option<&ArticleContent>) -> BTreeMap<String, (i64, bool)> {
    let Some(content) = content else { return BTreeMap::new() };
    let published = content.state == ArticleState::Published;
    weights(content).into_iter().map(|(word, weight)| (word, (weight, published))).collect()
}

/// Writes down that an article is in another help center.
pub(super) fn move_to(cx: &mut Cx, article: ArticleId, help_center: HelpCenterId) -> Result<()> {
    for content in contents::of_many(cx, &[article])? {
        let words = weights(&content);
        let words: Vec<&str> = words.keys().map(String::as_str).collect();
        store::set_help_center(cx, article, &content.locale, &words, help_center)?;
    }
    Ok(())
}
