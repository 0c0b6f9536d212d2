//! What the view of a conversation depends on besides the conversation.

use std::borrow::Cow;

use deskwire_domain::html;

use crate::request::Request;

/// How conversations are to be shown.
pub(crate) struct Scene<'r> {
    /// Whether texts are shown without HTML.
    plain: bool,
    /// Where the client thinks we are; addresses start with it.
    pub(crate) origin: &'r str,
    /// The workspace's id.
    pub(crate) workspace: &'r str,
}

impl<'r> Scene<'r> {
    /// As the request asks for it.
    pub(crate) fn of(request: &'r Request) -> Self {
        Self {
            plain: request.query("display_as").as_deref() == Some("plaintext"),
            origin: &request.origin,
            workspace: request.caller().workspace(),
        }
    }

    /// A text as it is to be shown.
    pub(crate) fn text<'a>(&self, html: &'a str) -> Cow<'a, str> {
        if self.plain { Cow::Owned(html::plain(html)) } else { Cow::Borrowed(html) }
    }
}
