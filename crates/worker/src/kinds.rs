//! The kinds of jobs: what each does, and the limits of its pool.

use deskwire_domain::error::Result;
use deskwire_domain::jobs::{Job, JobKind};
use deskwire_domain::{articles, bulk, catalogs, content, conversations, reports, tickets};
use deskwire_store::{Db, Files, Tx};

use crate::attachments::{fetch, fetch_failed, remove};
use crate::exports;
use crate::outbound::Outbound;
use crate::{data_connectors, fin, uninstalled};

/// The limits of a kind of job.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pool {
    pub(crate) kind: JobKind,
    /// The maximum number of jobs at once.
    pub(crate) at_once: usize,
    /// The maximum number of jobs of one workspace at once. With 1, they run in order.
    pub(crate) each: usize,
    /// How often a job is attempted.
    pub(crate) attempts: i64,
    /// Whether all of its work is done in transactions.
    pub(crate) is_transactional: bool,
    /// The delay before a new job runs, in milliseconds.
    pub(crate) open_ms: i64,
}

/// While a client adds tasks to a new bulk job one by one, the job stays open.
pub(crate) const BULK_OPEN_MS: i64 = 25;

/// Each kind has its own pool, so none waits for another.
pub(crate) const POOLS: [Pool; 20] = [
    Pool { kind: JobKind::Bulk, at_once: 2, each: 1, attempts: 8, is_transactional: true, open_ms: BULK_OPEN_MS },
    Pool { kind: JobKind::Ticket, at_once: 2, each: 1, attempts: 8, is_transactional: true, open_ms: 0 },
    Pool { kind: JobKind::FetchAttachment, at_once: 32, each: 4, attempts: 5, is_transactional: false, open_ms: 0 },
    Pool { kind: JobKind::RemoveFile, at_once: 2, each: 1, attempts: 8, is_transactional: false, open_ms: 0 },
    Pool { kind: JobKind::ArticleSchedule, at_once: 2, each: 1, attempts: 8, is_transactional: true, open_ms: 0 },
    Pool { kind: JobKind::Export, at_once: 2, each: 1, attempts: 8, is_transactional: false, open_ms: 0 },
    Pool { kind: JobKind::ContentIndex, at_once: 1, each: 1, attempts: 8, is_transactional: true, open_ms: 0 },
    Pool { kind: JobKind::ConversationIndex, at_once: 1, each: 1, attempts: 8, is_transactional: true, open_ms: 0 },
    Pool { kind: JobKind::ReportCount, at_once: 1, each: 1, attempts: 8, is_transactional: true, open_ms: 0 },
    Pool { kind: JobKind::ReportRecount, at_once: 2, each: 1, attempts: 8, is_transactional: true, open_ms: 0 },
    Pool { kind: JobKind::FinAnswer, at_once: 16, each: 4, attempts: 3, is_transactional: false, open_ms: 0 },
    Pool { kind: JobKind::FinWebhook, at_once: 32, each: 1, attempts: 8, is_transactional: false, open_ms: 0 },
    Pool { kind: JobKind::FinTimeout, at_once: 2, each: 1, attempts: 8, is_transactional: true, open_ms: 0 },
    Pool { kind: JobKind::HeldReply, at_once: 4, each: 1, attempts: 8, is_transactional: true, open_ms: 0 },
    Pool { kind: JobKind::HeldConversation, at_once: 4, each: 1, attempts: 8, is_transactional: true, open_ms: 0 },
    Pool { kind: JobKind::MacroActions, at_once: 4, each: 1, attempts: 8, is_transactional: true, open_ms: 0 },
    Pool { kind: JobKind::ForgetAnswers, at_once: 2, each: 1, attempts: 8, is_transactional: true, open_ms: 0 },
    Pool { kind: JobKind::CatalogSync, at_once: 2, each: 1, attempts: 8, is_transactional: true, open_ms: 0 },
    // Attempted once: after a broken connection, the other server may or may not have processed the request.
    Pool { kind: JobKind::DataConnector, at_once: 16, each: 4, attempts: 1, is_transactional: false, open_ms: 0 },
    Pool { kind: JobKind::UninstallNotice, at_once: 16, each: 2, attempts: 8, is_transactional: false, open_ms: 0 },
];

/// The services for work outside of transactions.
#[derive(Debug, Clone)]
pub(crate) struct Outside {
    pub(crate) db: Db,
    pub(crate) outbound: Outbound,
    pub(crate) files: Files,
}

impl Outside {
    pub(crate) fn new(db: Db, outbound: Outbound, files: Files) -> Self {
        Self { db, outbound, files }
    }

    /// Does the part of a job's next step that runs outside of any transaction.
    pub(crate) async fn work(&self, job: &Job) -> Result<()> {
        match job.kind {
            JobKind::UninstallNotice => uninstalled::notify(&self.outbound, job).await,
            JobKind::FetchAttachment => fetch(self, job).await,
            JobKind::RemoveFile => remove(self, job).await,
            JobKind::Export => exports::write_piece(self, job).await,
            JobKind::DataConnector => data_connectors::execute(self, job).await,
            JobKind::FinAnswer => fin::answer(self, job).await,
            JobKind::FinWebhook => fin::send(self, job).await,
            JobKind::Bulk
            | JobKind::Ticket
            | JobKind::ArticleSchedule
            | JobKind::CatalogSync
            | JobKind::ContentIndex
            | JobKind::ConversationIndex
            | JobKind::ReportCount
            | JobKind::ReportRecount
            | JobKind::FinTimeout
            | JobKind::HeldReply
            | JobKind::HeldConversation
            | JobKind::MacroActions
            | JobKind::ForgetAnswers => Ok(()),
        }
    }
}

/// Does the next step of a job; returns whether it was the last.
pub(crate) fn step(tx: &mut Tx<'_>, job: &Job) -> Result<bool> {
    match job.kind {
        JobKind::Bulk => bulk::step(tx, job, deskwire_api::public::bulk::item),
        // The work was done outside.
        JobKind::UninstallNotice
        | JobKind::FetchAttachment
        | JobKind::RemoveFile
        | JobKind::DataConnector
        | JobKind::FinAnswer
        | JobKind::FinWebhook => Ok(true),
        JobKind::Ticket => tickets::step(tx, job),
        JobKind::ArticleSchedule => articles::step(tx, job),
        JobKind::Export => deskwire_domain::exports::is_over(tx, job),
        JobKind::CatalogSync => catalogs::step(tx, job),
        JobKind::ContentIndex => content::step(tx, job),
        JobKind::ConversationIndex => conversations::step(tx, job),
        JobKind::ReportCount | JobKind::ReportRecount => reports::step(tx, job),
        JobKind::FinTimeout => deskwire_domain::fin::step(tx, job),
        JobKind::HeldReply => deskwire_domain::inbox::held::step(tx, job),
        JobKind::HeldConversation => deskwire_domain::inbox::held_conversations::step(tx, job),
        JobKind::MacroActions => deskwire_domain::inbox::held::run_macros(tx, job),
        JobKind::ForgetAnswers => deskwire_domain::inbox::idempotency::step(tx, job),
    }
}

/// Informs those who wait for a job that it failed for good.
pub(crate) fn give_up(tx: &mut Tx<'_>, job: &Job) -> Result<()> {
    match job.kind {
        JobKind::Bulk => bulk::give_up(tx, job),
        JobKind::Ticket => tickets::give_up(tx, job),
        JobKind::FetchAttachment => fetch_failed(tx, job),
        JobKind::Export => deskwire_domain::exports::give_up(tx, job),
        JobKind::CatalogSync => catalogs::give_up(tx, job),
        JobKind::DataConnector => deskwire_domain::data_connectors::give_up(tx, job),
        JobKind::FinAnswer => deskwire_domain::fin::give_up(tx, job),
        JobKind::HeldConversation => deskwire_domain::inbox::held_conversations::give_up(tx, job),
        JobKind::RemoveFile
        | JobKind::UninstallNotice
        | JobKind::ArticleSchedule
        | JobKind::ContentIndex
        | JobKind::ConversationIndex
        | JobKind::ReportCount
        | JobKind::ReportRecount
        | JobKind::FinWebhook
        | JobKind::FinTimeout
        | JobKind::HeldReply
        | JobKind::MacroActions
        | JobKind::ForgetAnswers => Ok(()),
    }
}
