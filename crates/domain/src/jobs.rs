//! Jobs: their payloads, enqueuing and finding them, and purging old rows.

use deskwire_store::{
    WorkspaceTx, bulk_jobs, data_connector_executions, events, fin_events, fin_usage, inbox_answers, inbox_sessions,
    invitations, jobs as store, mails, notifications, oauth_codes, phone_call_redirects, rate_limits, scrolls, sign_in,
    webhook_deliveries,
};

pub use deskwire_store::jobs::{Job, JobKind};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Cx;
use crate::bulk::{self, Bulk};
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{
    BulkJobId, DataConnectorExecutionId, EventId, JobId, MailId, NotificationId, PhoneCallRedirectId, WebhookDeliveryId,
};

use crate::exports;
use crate::inbox;
use crate::tickets::{self, TicketJob};

const DAY: i64 = 86_400;
/// How long events are kept, in seconds.
const EVENT_RETENTION: i64 = 30 * DAY;
/// How long the events of Fin are kept: webhooks are tried for a few hours, streams last minutes.
const FIN_EVENT_RETENTION: i64 = DAY;
/// How long the token usage of a day is kept.
const FIN_USAGE_RETENTION: i64 = 30 * DAY;
/// How long phone call redirects are kept: their links last a day.
const REDIRECT_RETENTION: i64 = 2 * DAY;
/// How long finished work is kept.
const JOB_RETENTION: i64 = 7 * DAY;
/// How long finished bulk jobs can be read.
const BULK_JOB_RETENTION: i64 = 30 * DAY;
/// How long webhook deliveries can be read and sent again.
const DELIVERY_RETENTION: i64 = 14 * DAY;
/// How long codes, sessions and failed sign-ins are kept after they expire. A code that is reused within this time
/// revokes its token.
const SIGN_IN_RETENTION: i64 = DAY;
/// How long invitations can be renewed after they expire.
const INVITATION_RETENTION: i64 = 30 * DAY;
/// How long finished mail is kept: replies to it are threaded for as long.
const MAIL_RETENTION: i64 = 180 * DAY;
/// How long rate limit windows are kept after their start.
const WINDOW_RETENTION: i64 = 3600;
/// How long notifications are kept.
const NOTIFICATION_RETENTION: i64 = 180 * DAY;
/// How long executions of data connectors can be read.
const EXECUTION_RETENTION: i64 = 30 * DAY;
/// The number of rows deleted per transaction.
const BATCH_SIZE: i64 = 500;

/// The typed payload of a kind of job.
pub trait Work: Serialize + DeserializeOwned {
    /// The kind.
    const KIND: JobKind;

    /// Parses the payload of this job.
    fn of(job: &Job) -> Result<Self> {
        if job.kind != Self::KIND {
            return Err(Error::internal(format!("a job of kind {} is not {}", job.kind, Self::KIND)));
        }
        Self::parse(&job.payload)
    }

    /// Reads the payload of a job of this kind.
    fn parse(payload: &str) -> Result<Self> {
        serde_json::from_str(payload).map_err(Error::internal)
    }

    /// The payload in stored form.
    fn text(&self) -> Result<String> {
        serde_json::to_string(self).map_err(Error::internal)
    }
}

/// Enqueues a job that is due now. Returns its id.
pub(crate) fn insert<W: Work>(tx: &mut WorkspaceTx, work: &W) -> Result<JobId> {
    insert_in(tx, work, 0)
}

/// Enqueues a job that is due after `delay` seconds. Returns its id.
pub(crate) fn insert_in<W: Work>(tx: &mut WorkspaceTx, work: &W, delay: i64) -> Result<JobId> {
    Ok(store::insert(tx, W::KIND, &work.text()?, delay)?)
}

/// Whether the work of a running job is due only later, because the clock was set back. Its job is then queued again.
pub(crate) fn is_early<W: Work>(tx: &mut WorkspaceTx, work: &W, due_at: i64) -> Result<bool> {
    let early = due_at - tx.now();
    if early > 0 {
        insert_in(tx, work, early)?;
    }
    Ok(early > 0)
}

/// A job whose id the API returned.
#[derive(Debug, Clone)]
pub enum Found {
    /// A bulk job.
    Bulk(Bulk),
    /// A job that creates a ticket.
    Ticket(TicketJob),
}

/// The job with an id that the API returned.
pub fn find(cx: &mut Cx, id: &str) -> Result<Found> {
    if let Some(bulk) = bulk::find_any(cx, id)? {
        return Ok(Found::Bulk(bulk));
    }
    tickets::job(cx, id)?.map(Found::Ticket).ok_or_else(|| ErrorKind::JobNotFound.into())
}

/// Deletes some of a workspace's expired rows. Returns whether there may be more.
pub fn tidy(tx: &mut WorkspaceTx) -> Result<bool> {
    let now = tx.now();
    scrolls::purge(tx)?;
    rate_limits::purge(tx, now - WINDOW_RETENTION)?;
    fin_usage::purge(tx, (now - FIN_USAGE_RETENTION) / DAY)?;
    mails::forget_counts(tx, now / 3600 - 1)?;
    let purged = [
        oauth_codes::purge(tx, now - SIGN_IN_RETENTION, BATCH_SIZE)?,
        sign_in::purge(tx, now - SIGN_IN_RETENTION, BATCH_SIZE)?,
        inbox_sessions::purge(tx, now, BATCH_SIZE)?,
        invitations::purge(tx, now - INVITATION_RETENTION, BATCH_SIZE)?,
        inbox_answers::purge(tx, now - inbox::idempotency::RETENTION, BATCH_SIZE)?,
        events::purge(tx, EventId::first_at(now - EVENT_RETENTION), BATCH_SIZE)?,
        store::purge(tx, JobId::first_at(now - JOB_RETENTION), BATCH_SIZE)?,
        webhook_deliveries::purge(tx, WebhookDeliveryId::first_at(now - DELIVERY_RETENTION), BATCH_SIZE)?,
        mails::purge(tx, MailId::first_at(now - MAIL_RETENTION), BATCH_SIZE)?,
        notifications::purge(tx, NotificationId::first_at(now - NOTIFICATION_RETENTION), BATCH_SIZE)?,
        phone_call_redirects::purge(tx, PhoneCallRedirectId::first_at(now - REDIRECT_RETENTION), BATCH_SIZE)?,
        fin_events::purge(tx, now - FIN_EVENT_RETENTION, BATCH_SIZE)?,
        bulk_jobs::purge(tx, BulkJobId::first_at(now - BULK_JOB_RETENTION), BATCH_SIZE)?,
        inbox::uploads::purge(tx, BATCH_SIZE)?,
        inbox::held_conversations::purge(tx, BATCH_SIZE)?,
        data_connector_executions::purge(
            tx,
            DataConnectorExecutionId::first_at(now - EXECUTION_RETENTION),
            BATCH_SIZE,
        )?,
    ];
    let exports = exports::tidy(tx)?;
    Ok(exports || purged.iter().any(|rows| i64::try_from(*rows).unwrap_or(i64::MAX) >= BATCH_SIZE))
}
