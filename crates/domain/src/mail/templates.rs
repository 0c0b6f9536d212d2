//! The templates of mail, in `templates/mail/`. Their texts are [`Html`], so that the plain text of a mail can be
//! derived from its HTML.

use askama::Template;

use crate::html::Html;

/// The body of a message.
#[derive(Template)]
#[template(path = "mail/message.html")]
pub(super) struct MessageBody {
    pub(super) body: Html,
    /// The author and the workspace.
    pub(super) signature: Option<(Html, Html)>,
    /// The names of its attachments.
    pub(super) files: Option<Html>,
}

/// The body of a mail about a conversation.
#[derive(Template)]
#[template(path = "mail/conversation.html")]
pub(super) struct ConversationBody {
    pub(super) notice: Html,
    pub(super) parts: Vec<PartBody>,
}

/// One part of a conversation.
pub(super) struct PartBody {
    /// The author, if the mail has parts by several.
    pub(super) author: Option<Html>,
    pub(super) body: Html,
    /// The quick replies that it offers.
    pub(super) options: Html,
    /// The names of its attachments.
    pub(super) files: Option<Html>,
}

/// Tells a customer that a ticket was created.
#[derive(Template)]
#[template(path = "mail/request_received.html")]
pub(super) struct RequestReceived {
    pub(super) number: i64,
}

/// Tells a customer the state of a ticket.
#[derive(Template)]
#[template(path = "mail/request_state.html")]
pub(super) struct RequestState {
    pub(super) number: i64,
    pub(super) state: Html,
}

/// Invites somebody to become a teammate.
#[derive(Template)]
#[template(path = "mail/invitation.html")]
pub(super) struct InvitationBody<'a> {
    pub(super) by: Option<Html>,
    pub(super) workspace: Html,
    pub(super) role: Html,
    pub(super) link: &'a str,
}

/// The links of a mail to a teammate.
pub(super) struct InboxLinks {
    pub(super) conversation: String,
    /// The settings of mail notifications.
    pub(super) settings: String,
}

/// The HTML part of a mail.
#[derive(Template)]
#[template(path = "mail/document.html")]
pub(super) struct Document<'a> {
    pub(super) body: &'a Html,
    /// Whether replies are read.
    pub(super) answered: bool,
    /// The link to unsubscribe.
    pub(super) unsubscribe: Option<&'a str>,
    /// The links of a mail to a teammate.
    pub(super) inbox: Option<&'a InboxLinks>,
}

/// The plain text part of a mail, which the caller ends with a line break.
#[derive(Template)]
#[template(path = "mail/document.txt")]
pub(super) struct PlainDocument<'a> {
    pub(super) body: &'a str,
    /// Whether replies are read.
    pub(super) answered: bool,
    /// The link to unsubscribe.
    pub(super) unsubscribe: Option<&'a str>,
    /// The links of a mail to a teammate.
    pub(super) inbox: Option<&'a InboxLinks>,
}
