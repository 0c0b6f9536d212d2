//! The newest message or note of a conversation, as lists show it. It is stored in the conversation's row and written
//! with the part (ADR 56).

use deskwire_store::conversation_parts::Part;
use deskwire_store::conversations::{AuthorType, Conversation, LastBy};

use crate::html;
use crate::ids::PartId;

/// The maximum length of an excerpt, in characters.
const LENGTH: usize = 140;
/// The maximum length of HTML that an excerpt is made from, in characters.
const LOOKED_AT: usize = 8_000;

/// The newest message, as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Last {
    /// The part; `None` for the first message.
    pub(crate) part: Option<PartId>,
    /// When it was written, in unix seconds.
    pub(crate) at: i64,
    /// The beginning of the text, without markup.
    pub(crate) excerpt: String,
    /// The kind of author.
    pub(crate) by: LastBy,
    /// The id of the admin or the contact.
    pub(crate) author: Option<i64>,
}

impl Last {
    /// A part with a body or attachments, as the newest message.
    pub(crate) fn of_part(part: &Part) -> Self {
        Self {
            part: Some(part.id),
            at: part.created_at,
            excerpt: part.body.as_deref().map(excerpt).unwrap_or_default(),
            by: by(part.author_type, part.part_type.is_note()),
            author: author(part.author_type, part.author_id),
        }
    }

    /// The first message, whose text is `body`, as the newest message.
    pub(crate) fn of_source(at: i64, body: Option<&str>, kind: AuthorType, id: i64) -> Self {
        Self {
            part: None,
            at,
            excerpt: body.map(excerpt).unwrap_or_default(),
            by: by(kind, false),
            author: author(kind, id),
        }
    }

    fn write(self, row: &mut Conversation) {
        row.last_part_id = self.part;
        row.last_part_at = Some(self.at);
        row.last_excerpt = Some(self.excerpt);
        row.last_by = Some(self.by);
        row.last_author_id = self.author;
    }
}

/// Makes the first message the newest one.
pub(super) fn begin(row: &mut Conversation) {
    let body = row.source_body.as_deref();
    Last::of_source(row.created_at, body, row.source_author_type, row.source_author_id).write(row);
}

/// Makes a new part the newest message.
pub(super) fn record(row: &mut Conversation, part: &Part) {
    Last::of_part(part).write(row);
}

/// Replaces the excerpt by that of `text` if the redacted part is the newest message.
pub(super) fn redacted(row: &mut Conversation, part: PartId, text: &str) {
    if row.last_part_id == Some(part) {
        row.last_excerpt = Some(excerpt(text));
    }
}

const fn by(kind: AuthorType, note: bool) -> LastBy {
    match kind {
        AuthorType::User | AuthorType::Lead => LastBy::Contact,
        AuthorType::Admin if note => LastBy::Note,
        AuthorType::Admin => LastBy::Admin,
        AuthorType::Bot => LastBy::Bot,
    }
}

fn author(kind: AuthorType, id: i64) -> Option<i64> {
    (kind != AuthorType::Bot).then_some(id)
}

/// Returns the beginning of a text as one line without markup.
pub(crate) fn excerpt(html: &str) -> String {
    let start = html.char_indices().nth(LOOKED_AT).map_or(html, |(at, _)| &html[..at]);
    let plain = html::plain(start);
    let mut line = String::with_capacity(LENGTH * 2);
    let mut letters = 0;
    for word in plain.split_whitespace() {
        if letters > 0 {
            line.push(' ');
            letters += 1;
        }
        line.push_str(word);
        letters += word.chars().count();
        if letters > LENGTH {
            break;
        }
    }
    match line.char_indices().nth(LENGTH) {
        Some(_) => {
            let end = line.char_indices().nth(LENGTH - 1).map_or(line.len(), |(at, _)| at);
            line.truncate(end);
            line.push('…');
            line
        }
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[test]
    fn an_excerpt_is_one_line_of_bounded_length() {
        assert_eq!(excerpt("<p>Hello <b>Ada</b>,</p>\n<p>how are   you?</p>"), "Hello Ada, how are you?");
        assert_eq!(excerpt(""), "");
        let long = excerpt(&format!("<p>{}</p>", "ä".repeat(500)));
        assert_eq!(long.chars().count(), 140);
        assert!(long.ends_with('…'));
        let exact = "b".repeat(140);
        assert_eq!(excerpt(&exact), exact);
        let cut = excerpt(&format!("{}<p title=\"{}", "word ".repeat(20), "x".repeat(9_000)));
        assert!(cut.chars().count() <= 140, "{cut}");
    }
}
