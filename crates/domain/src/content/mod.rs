//! The index of all content, by kind: articles, internal articles, content snippets and external pages (ADR 45).

pub(crate) mod audiences;
mod bulk;
pub(crate) mod index;
mod passages;
mod rebuild;
mod search;
mod tags;
mod words;

pub(crate) use bulk::run;
pub use bulk::{Action, AudienceChange, Target};
pub use deskwire_store::content_entries::{ContentEntry, ContentKind};
pub use deskwire_store::content_words::Filter;
pub use passages::{Piece, passages, pieces};
pub use rebuild::step;
pub use search::{All, Found, Query, search, search_all};
pub(crate) use tags::may_manage;
pub use tags::{TaggedContent, tag, untag};
pub(crate) use words::{significant_words, words};

/// Which AI agents may use a content. Omitted fields stay unchanged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Availability {
    /// The AI chatbot.
    pub ai_chatbot: Option<bool>,
    /// The AI copilot.
    pub ai_copilot: Option<bool>,
    /// The AI sales agent.
    pub ai_sales_agent: Option<bool>,
}

impl Availability {
    /// Fills omitted fields from `other`.
    pub(crate) fn or(self, other: Availability) -> Availability {
        Availability {
            ai_chatbot: self.ai_chatbot.or(other.ai_chatbot),
            ai_copilot: self.ai_copilot.or(other.ai_copilot),
            ai_sales_agent: self.ai_sales_agent.or(other.ai_sales_agent),
        }
    }

    /// Sets the columns of a row, in this order.
    pub(crate) fn apply(self, chatbot: &mut bool, copilot: &mut bool, sales_agent: &mut bool) {
        *chatbot = self.ai_chatbot.unwrap_or(*chatbot);
        *copilot = self.ai_copilot.unwrap_or(*copilot);
        *sales_agent = self.ai_sales_agent.unwrap_or(*sales_agent);
    }
}
