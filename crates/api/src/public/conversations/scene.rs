//! What the view of a conversation depends on besides the conversation.

use std::borrow::Cow;

use deskwire_domain::html;

use crate::request::Request;
use crate::versions::{Feature, Version};

/// How conversations are rendered.
pub(crate) struct Scene<'r> {
    /// Whether to render texts without HTML.
    plain: bool,
    /// Whether lists include custom attributes.
    pub(crate) attributes_in_lists: bool,
    /// Whether to include fields without a value: the version requires them.
    pub(crate) is_complete: bool,
    /// The URL by which the client reaches this server, as the base of URLs.
    pub(crate) origin: &'r str,
    /// The workspace's id.
    pub(crate) workspace: &'r str,
}

impl<'r> Scene<'r> {
    /// As the request specifies.
    pub(crate) fn of(request: &'r Request) -> Self {
        Self {
            plain: request.query("display_as").as_deref() == Some("plaintext"),
            attributes_in_lists: request.version().has(Feature::AttributesInLists),
            is_complete: !request.version().has(Feature::OptionalFields),
            origin: &request.origin,
            workspace: request.caller().workspace(),
        }
    }

    /// For webhooks and the event stream: since 2.15 without HTML.
    pub(crate) fn of_event(version: Version, origin: &'r str, workspace: &'r str) -> Self {
        Self {
            plain: version.has(Feature::PlainWebhooks),
            attributes_in_lists: version.has(Feature::AttributesInLists),
            is_complete: !version.has(Feature::OptionalFields),
            origin,
            workspace,
        }
    }

    /// Renders a text.
    pub(crate) fn text<'a>(&self, html: &'a str) -> Cow<'a, str> {
        if self.plain { Cow::Owned(html::plain(html)) } else { Cow::Borrowed(html) }
    }
}
