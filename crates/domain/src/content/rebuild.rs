//! Rebuilding the content index of a workspace, a few contents per transaction, after a release that changed its form.

use std::sync::Arc;

use deskwire_store::content_entries::{self as entries, ContentKind};
use deskwire_store::{Tx, jobs as store};
use serde::{Deserialize, Serialize};

use crate::actor::StoredActor;
use crate::ai_content::pages;
use crate::error::Result;
use crate::ids::{ArticleId, ContentSnippetId, ExternalPageId, InternalArticleId};
use crate::jobs::{Job, JobKind, Work};
use crate::{Cx, articles, content_snippets, internal_articles, workspaces};

/// The number of contents per transaction.
const BATCH: i64 = 20;
/// The kinds, in the order in which they are indexed.
const KINDS: &[ContentKind] =
    &[ContentKind::Article, ContentKind::ExternalPage, ContentKind::InternalArticle, ContentKind::Snippet];

/// The progress of the job: the current kind, and the last content of it that was indexed.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Progress {
    kind: usize,
    after: i64,
}

impl Work for Progress {
    const KIND: JobKind = JobKind::ContentIndex;
}

/// Indexes the next contents of a workspace. Returns whether those were the last.
pub fn step(tx: &mut Tx<'_>, job: &Job) -> Result<bool> {
    let tx = &mut tx.within(&job.workspace);
    // The claimed job may have stale progress, so it is read again.
    let Some((_, payload)) = store::get(tx, job.id, JobKind::ContentIndex)? else { return Ok(true) };
    let Progress { kind: at, after } = Progress::parse(&payload)?;
    let (Some(workspace), Some(kind)) = (workspaces::find(tx)?, KINDS.get(at)) else { return Ok(true) };
    let actor = StoredActor::default().within(Arc::new(workspace.into()));
    let cx = &mut Cx::new(tx, &actor);
    let ids = entries::contents_after(cx, *kind, after, BATCH)?;
    for id in &ids {
        index(cx, *kind, *id)?;
    }
    let next = match ids.last() {
        Some(last) => Progress { kind: at, after: *last },
        None => Progress { kind: at + 1, after: 0 },
    };
    store::set_payload(cx, job, &next.text()?)?;
    Ok(false)
}

fn index(cx: &mut Cx, kind: ContentKind, id: i64) -> Result<()> {
    match kind {
        ContentKind::Article => articles::reindex(cx, ArticleId::new(id)),
        ContentKind::ExternalPage => pages::reindex(cx, ExternalPageId::new(id)),
        ContentKind::InternalArticle => internal_articles::reindex(cx, InternalArticleId::new(id)),
        ContentKind::Snippet => content_snippets::reindex(cx, ContentSnippetId::new(id)),
    }
}
