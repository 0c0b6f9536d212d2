//! Sending events to the webhook of Fin.

use deskwire_store::WorkspaceTx;
use deskwire_store::fin_events::{self, FinEvent};
use deskwire_store::fin_settings;
use serde::{Deserialize, Serialize};

use super::settings::FinSettings;
use crate::Cx;
use crate::error::Result;
use crate::ids::{FinSessionId, as_number};
use crate::jobs::{self, Job, JobKind, Work};
use crate::secrets;

/// The payload of the job that sends an event.
#[derive(Debug, Serialize, Deserialize)]
struct SendJob {
    #[serde(serialize_with = "as_number")]
    session_id: FinSessionId,
    position: i64,
}

impl Work for SendJob {
    const KIND: JobKind = JobKind::FinWebhook;
}

/// A request to the webhook.
#[derive(Clone)]
pub struct Delivery {
    /// The URL.
    pub url: String,
    /// The body, JSON.
    pub body: String,
    /// The value of the signature header.
    pub signature: String,
}

/// Enqueues an event for the webhook, if there is one.
pub(super) fn send(cx: &mut Cx, settings: &FinSettings, event: &FinEvent) -> Result<()> {
    if settings.webhook_url.is_some() {
        jobs::insert(cx, &SendJob { session_id: event.session_id, position: event.position })?;
    }
    Ok(())
}

/// The delivery of a job; `None` if the event or the webhook no longer exists.
pub fn pending(tx: &mut WorkspaceTx, job: &Job) -> Result<Option<Delivery>> {
    let SendJob { session_id, position } = SendJob::of(job)?;
    let settings = fin_settings::get(tx)?;
    let Some((url, secret)) = settings.and_then(|s| Some((s.webhook_url?, s.webhook_secret?))) else { return Ok(None) };
    let Some(event) = fin_events::get(tx, session_id, position)? else { return Ok(None) };
    let signature = format!("sha256={}", secrets::signature(&secret, &event.body));
    Ok(Some(Delivery { url, body: event.body, signature }))
}
