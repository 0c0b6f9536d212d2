//! What the view of a conversation depends on besides the conversation.

use std::borrow::Cow;

use deskwire_domain::html;

use crate::request::Request;
use crate::versions::{Version, gates};

/// How conversations are to be shown.
pub(crate) struct Scene<'r> {
    /// Whether texts are shown without HTML.
    plain: bool,
    /// Whether custom attributes are shown in lists.
    pub(crate) attributes_in_lists: bool,
    /// Whether attachments that are no images have a width and a height of null.
    pub(crate) unknown_sizes: bool,
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
            attributes_in_lists: gates::attributes_in_lists(request.version()),
            unknown_sizes: gates::unknown_sizes(request.version()),
            origin: &request.origin,
            workspace: request.caller().workspace(),
        }
    }

    /// As webhooks and the event stream tell of them: since 2.15 without HTML.
    pub(crate) fn told(version: Version, origin: &'r str, workspace: &'r str) -> Self {
        Self {
            plain: gates::told_in_plain_text(version),
            attributes_in_lists: gates::attributes_in_lists(version),
            unknown_sizes: gates::unknown_sizes(version),
            origin,
            workspace,
        }
    }

    /// A text as it is to be shown.
    pub(crate) fn text<'a>(&self, html: &'a str) -> Cow<'a, str> {
        if self.plain { Cow::Owned(html::plain(html)) } else { Cow::Borrowed(html) }
    }
}
