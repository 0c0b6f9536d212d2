//! What the view of a conversation depends on besides the conversation.

use std::borrow::Cow;

use deskwire_domain::html;

use crate::request::Request;
use crate::versions::{Feature, Version};

/// How conversations are to be shown.
pub(crate) struct Scene<'r> {
    /// Whether texts are shown without HTML.
    plain: bool,
    /// Whether custom attributes are shown in lists.
    pub(crate) attributes_in_lists: bool,
    /// Whether fields are shown that have no value: the version requires them.
    pub(crate) is_complete: bool,
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
            attributes_in_lists: request.version().has(Feature::AttributesInLists),
            is_complete: !request.version().has(Feature::OptionalFields),
            origin: &request.origin,
            workspace: request.caller().workspace(),
        }
    }

    /// As webhooks and the event stream tell of them: since 2.15 without HTML.
    pub(crate) fn of_event(version: Version, origin: &'r str, workspace: &'r str) -> Self {
        Self {
            plain: version.has(Feature::PlainWebhooks),
            attributes_in_lists: version.has(Feature::AttributesInLists),
            is_complete: !version.has(Feature::OptionalFields),
            origin,
            workspace,
        }
    }

    /// A text as it is to be shown.
    pub(crate) fn text<'a>(&self, html: &'a str) -> Cow<'a, str> {
        if self.plain { Cow::Owned(html::plain(html)) } else { Cow::Borrowed(html) }
    }
}
