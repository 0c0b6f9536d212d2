//! Content snippets: short texts that AI agents answer from.

mod write;

use deskwire_store::content_snippets as store;
use deskwire_store::taggings::{self, Taggable};

pub use deskwire_store::content_snippets::ContentSnippet;
pub(crate) use write::reindex;
pub use write::{Input, create, delete, update};

use crate::Cx;
use crate::content::{TaggedContent, index};
use crate::error::{ErrorKind, Result};
use crate::events::{self, Nothing, Topic};
use crate::ids::ContentSnippetId;

/// A page of snippets, newest first, and the total count.
pub fn page(cx: &mut Cx, limit: i64, offset: i64) -> Result<(Vec<ContentSnippet>, i64)> {
    Ok(store::page(cx, limit, offset)?)
}

/// One snippet.
pub fn find(cx: &mut Cx, id: ContentSnippetId) -> Result<ContentSnippet> {
    store::get(cx, id)?.ok_or_else(|| ErrorKind::SnippetNotFound.into())
}

impl TaggedContent for ContentSnippetId {
    const TAGS: &'static Taggable<Self> = &taggings::CONTENT_SNIPPETS;
    const UNKNOWN: ErrorKind = ErrorKind::TaggedSnippetNotFound;

    fn lock(self, cx: &mut Cx) -> Result<bool> {
        Ok(store::lock(cx, self)?.is_some())
    }

    fn emit_tagged(self, cx: &mut Cx) -> Result<()> {
        index::touch(cx, self.number())?;
        events::emit(cx, Topic::SnippetUpdated, self, Nothing {})
    }
}
