//! Numbers that are counted up in each workspace.

use crate::ids::Id;
use crate::{Result, WorkspaceTx, params};

/// What is counted.
///
/// Clients generated from the published descriptions keep many ids in 32 bits, so nouns that are few get theirs from
/// here; [`Tx::mint`](crate::Tx::mint) gives the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counter {
    /// The numbers of tickets that people read.
    Ticket,
    /// Ids of admins and teams. Both can be assigned work, so they share one counter.
    Teammate,
    /// Ids of the attributes of contacts, companies, conversations and ticket types: `search_values` tells them apart by
    /// this number alone.
    Attribute,
    /// Ids of notes.
    Note,
    /// Ids of tags.
    Tag,
    /// Ids of away reasons, subscription types, ticket types, ticket states, brands, email addresses, macros, views of
    /// admins, identity verification secrets, and office hours.
    Setting,
    /// Ids of help centers, collections, articles and their contents, internal articles, redirects, newsfeeds, news items,
    /// content import sources, external pages, audiences, banners, content snippets and folders.
    Content,
    /// Ids of exports.
    Export,
    /// Ids of workflows.
    Workflow,
    /// How many articles there are.
    Articles,
    /// How many external pages there are.
    ExternalPages,
    /// How many internal articles there are.
    InternalArticles,
    /// How many content snippets there are.
    ContentSnippets,
    /// How many folders there are. Whoever changes the tree of folders locks it.
    Folders,
    /// How many calls there are.
    Calls,
    /// Ids of the calls that are registered for Fin Voice.
    FinVoiceCall,
    /// Ids of requests to delete a user.
    UserDeleteRequest,
}

/// The ids of a counter follow this one. Smaller numbers stand for what the program itself defines, such as the standard
/// fields of `search_values`.
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

/// The next number of a workspace. Other writers that ask for one of the same counter wait until the transaction ends.
pub fn next<I: Id>(tx: &mut WorkspaceTx, counter: Counter) -> Result<I> {
    tx.query_one(
        "INSERT INTO counters (workspace_id, name, value) VALUES ($1, $2, $3) ON CONFLICT (workspace_id, name) \
         DO UPDATE SET value = counters.value + 1 RETURNING value",
        params![counter.name(), counter.first()],
        |row| row.get(0),
    )
}

/// Counts one less. Other writers of the same counter wait until the transaction ends.
pub fn decrease(tx: &mut WorkspaceTx, counter: Counter) -> Result<()> {
    decrease_by(tx, counter, 1)
}

/// The same for several.
pub fn decrease_by(tx: &mut WorkspaceTx, counter: Counter, by: i64) -> Result<()> {
    let sql = "UPDATE counters SET value = value - $3 WHERE workspace_id = $1 AND name = $2";
    tx.send(sql, params![counter.name(), by])
}

/// The number that was counted last; 0 if none was.
pub fn value(tx: &mut WorkspaceTx, counter: Counter) -> Result<i64> {
    let sql = "SELECT value FROM counters WHERE workspace_id = $1 AND name = $2";
    Ok(tx.query_opt(sql, params![counter.name()], |row| row.get(0))?.unwrap_or(0))
}
