//! Articles of help centers, with a content for each language.

pub mod body;
mod change;
mod create;
mod delete;
mod drafts;
mod index;
mod read;
mod schedule;
mod search;
mod statistics;
mod versions;
mod write;

pub(crate) use change::audiences_of;
pub use change::update;
pub use create::create;
pub use delete::{delete, delete_content};
pub use deskwire_store::article_contents::ArticleContent;
pub use deskwire_store::article_versions::{ArticleVersion, CreatedVia};
pub use deskwire_store::articles::{Article, ArticleState};
pub use drafts::{Draft, draft, publish_draft, stage};
pub(crate) use index::reindex;
pub(crate) use read::load_all;
pub use read::{Full, find, page};
pub use schedule::{ScheduleJob, step};
pub use search::{Found, Highlight, Query, search};
pub use statistics::{Reaction, react, viewed};
pub use versions::{version, versions};
pub use write::{Input, Text};
