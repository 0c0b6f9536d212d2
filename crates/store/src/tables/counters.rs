//! Counters of each workspace.

use crate::ids::Id;
use crate::{Result, WorkspaceTx, params};

/// A counter.
///
/// Clients generated from the published descriptions store many ids in 32 bits, so nouns with few objects get their ids
/// from counters. All other ids come from [`Tx::mint`](crate::Tx::mint).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counter {
    /// The numbers of tickets that people read.
    Ticket,
    /// Ids of admins and teams. Both can be assigned work, so they share one counter.
    Teammate,
    /// Ids of the attributes of contacts, companies, conversations and ticket types, which share one counter because
    /// `search_values` identifies them by this number alone.
    Attribute,
    /// Ids of notes.
    Note,
    /// Ids of tags.
    Tag,
    /// Ids of away reasons, subscription types, ticket types, ticket states, brands, email addresses, macros, views of
    /// admins, identity verification secrets, and office hours.
    Setting,
    /// Ids of help centers, collections, articles and their contents, internal articles, redirects, newsfeeds, news
    /// items, content import sources, external pages, audiences, banners, content snippets and folders.
    Content,
    /// Ids of exports.
    Export,
    /// Ids of workflows.
    Workflow,
    /// The number of articles.
    Articles,
    /// The number of external pages.
    ExternalPages,
    /// The number of internal articles.
    InternalArticles,
    /// The number of content snippets.
    ContentSnippets,
    /// The number of folders. Changes of the tree of folders lock it.
    Folders,
    /// The number of calls.
    Calls,
    /// Ids of the calls that are registered for Fin Voice.
    FinVoiceCall,
    /// Ids of requests to delete a user.
    UserDeleteRequest,
}

/// The ids of a counter begin after this one. Smaller numbers are reserved for the program, such as the standard fields
/// of `search_values`.
const RESERVED: i64 = 1000;

impl Counter {
    const fn name(self) -> &'static str {
        match self {
            Counter::Ticket => "ticket",
            Counter::Teammate => "teammate",
            Counter::Attribute => "attribute",
            Counter::Note => "note",
            Counter::Tag => "tag",
            Counter::Setting => "setting",
            Counter::Content => "content",
            Counter::Export => "export",
            Counter::Workflow => "workflow",
            Counter::Articles => "articles",
            Counter::ExternalPages => "external_pages",
            Counter::InternalArticles => "internal_articles",
            Counter::ContentSnippets => "content_snippets",
            Counter::Folders => "folders",
            Counter::Calls => "calls",
            Counter::FinVoiceCall => "fin_voice_call",
            Counter::UserDeleteRequest => "user_delete_request",
        }
    }

    const fn first(self) -> i64 {
        match self {
            Counter::Ticket
            | Counter::Articles
            | Counter::ExternalPages
            | Counter::InternalArticles
            | Counter::ContentSnippets
            | Counter::Folders
            | Counter::Calls => 1,
            _ => RESERVED + 1,
        }
    }
}

/// Increments a counter and returns its value. Other writers of the same counter wait until the transaction ends.
pub fn next<I: Id>(tx: &mut WorkspaceTx, counter: Counter) -> Result<I> {
    tx.query_one(
        "INSERT INTO counters (workspace_id, name, value) VALUES ($1, $2, $3) ON CONFLICT (workspace_id, name) \
         DO UPDATE SET value = counters.value + 1 RETURNING value",
        params![counter.name(), counter.first()],
        |row| row.get(0),
    )
}

/// Decrements a counter. Other writers of the same counter wait until the transaction ends.
pub fn decrease(tx: &mut WorkspaceTx, counter: Counter) -> Result<()> {
    decrease_by(tx, counter, 1)
}

/// The same, by more than one.
pub fn decrease_by(tx: &mut WorkspaceTx, counter: Counter, by: i64) -> Result<()> {
    let sql = "UPDATE counters SET value = value - $3 WHERE workspace_id = $1 AND name = $2";
    tx.send(sql, params![counter.name(), by])
}

/// The current value of a counter; 0 if it was never incremented.
pub fn value(tx: &mut WorkspaceTx, counter: Counter) -> Result<i64> {
    let sql = "SELECT value FROM counters WHERE workspace_id = $1 AND name = $2";
    Ok(tx.query_opt(sql, params![counter.name()], |row| row.get(0))?.unwrap_or(0))
}
