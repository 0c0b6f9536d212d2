//! Scheduled publishing and unpublishing.

use deskwire_store::Tx;
use deskwire_store::articles::{self as store, Article, ArticleState};
use deskwire_store::ids::ArticleId;
use serde::{Deserialize, Serialize};

use super::change::set_state;
use super::write::Input;
use crate::actor::StoredActor;
use crate::error::{Error, Result};
use crate::jobs::{self, Job, JobKind, Work};
use crate::{Cx, workspaces};

/// The payload of the job that publishes or unpublishes an article.
#[derive(Debug, Serialize, Deserialize)]
pub struct ScheduleJob {
    article_id: ArticleId,
    /// The scheduled time. If the article's schedule has changed since, the job does nothing.
    at: i64,
    state: ArticleState,
    actor: StoredActor,
}

impl Work for ScheduleJob {
    const KIND: JobKind = JobKind::ArticleSchedule;
}

/// Schedules the publishing or unpublishing of an article. `state` is the requested state; `published` tells whether it
/// was ever published, or is published now.
pub(super) fn apply(
    cx: &mut Cx,
    article: &mut Article,
    input: &Input,
    state: Option<ArticleState>,
    published: bool,
) -> Result<()> {
    let reject = |field: &'static str, message: &'static str| Err(Error::invalid(message).field(field));
    let (publish, unpublish) = (input.publish_at, input.unpublish_at);
    if publish.flatten().is_some() && unpublish.flatten().is_some() {
        let message = "Cannot set scheduled_publish_at and scheduled_unpublish_at in the same request";
        return reject("scheduled_unpublish_at", message);
    }
    for (field, at) in [("scheduled_publish_at", publish), ("scheduled_unpublish_at", unpublish)] {
        if at.flatten().is_some_and(|at| at <= cx.now()) {
            return Err(Error::invalid(format!("{field} must be in the future")).field(field));
        }
    }
    if publish.flatten().is_some() && state == Some(ArticleState::Draft) {
        return reject("scheduled_publish_at", "Cannot schedule a publish while setting state to draft");
    }
    if unpublish.flatten().is_some() && !published {
        let message = "Cannot schedule unpublish for an article that has never been published";
        return reject("scheduled_unpublish_at", message);
    }
    // Unpublishing an article cancels its schedule.
    if state == Some(ArticleState::Draft) {
        article.scheduled_publish_at = None;
    }
    if let Some(at) = publish {
        article.scheduled_publish_at = at;
        if let Some(at) = at {
            article.scheduled_unpublish_at = None;
            plan(cx, article.id, at, ArticleState::Published)?;
        }
    }
    if let Some(at) = unpublish {
        article.scheduled_unpublish_at = at;
        if let Some(at) = at {
            article.scheduled_publish_at = None;
            plan(cx, article.id, at, ArticleState::Draft)?;
        }
    }
    Ok(())
}

fn plan(cx: &mut Cx, article_id: ArticleId, at: i64, state: ArticleState) -> Result<()> {
    let job = ScheduleJob { article_id, at, state, actor: cx.actor().stored() };
    let delay = at - cx.now();
    jobs::insert_in(cx, &job, delay).map(drop)
}

/// Publishes or unpublishes an article that is due. A single step completes the job.
pub fn step(tx: &mut Tx<'_>, job: &Job) -> Result<bool> {
    let ScheduleJob { article_id, at, state, actor } = ScheduleJob::of(job)?;
    let tx = &mut tx.within(&job.workspace);
    let tenant = workspaces::known(tx)?.into();
    let actor = actor.within(std::sync::Arc::new(tenant));
    let cx = &mut Cx::new(tx, &actor);
    let Some(before) = store::lock(cx, article_id)? else { return Ok(true) };
    let mut after = before.clone();
    let planned = match state {
        ArticleState::Published => &mut after.scheduled_publish_at,
        ArticleState::Draft => &mut after.scheduled_unpublish_at,
    };
    if *planned != Some(at) {
        return Ok(true);
    }
    *planned = None;
    set_state(cx, &before, after, state)?;
    Ok(true)
}
