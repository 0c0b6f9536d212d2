//! Statistics about the readers of articles.

use deskwire_store::articles::{self as store, Article};
use deskwire_store::ids::ArticleId;

use super::change::lock;
use crate::Cx;
use crate::error::{ErrorKind, Result};

/// What a reader thought of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reaction {
    /// It helped.
    Happy,
    /// Undecided.
    Neutral,
    /// It did not help.
    Sad,
}

/// Counts views of an article, and conversations that began there.
pub fn viewed(cx: &mut Cx, id: ArticleId, views: i64, conversations: i64) -> Result<()> {
    let before = lock(cx, id, ErrorKind::ResourceNotFound)?;
    let (views, conversations) = (before.views + views, before.conversations + conversations);
    Ok(store::update(cx, &before, &Article { views, conversations, ..before.clone() })?)
}

/// Counts reactions to an article.
pub fn react(cx: &mut Cx, id: ArticleId, reaction: Reaction, times: i64) -> Result<()> {
    let before = lock(cx, id, ErrorKind::ResourceNotFound)?;
    let mut after = before.clone();
    match reaction {
        Reaction::Happy => after.happy_reactions += times,
        Reaction::Neutral => after.neutral_reactions += times,
        Reaction::Sad => after.sad_reactions += times,
    }
    Ok(store::update(cx, &before, &after)?)
}
