//! Typed ids: each noun has a type for its ids, which knows their form in the API.
//!
//! In rows, every id is a number of 53 bits. Most are minted and grow with time (`mint.rs`); those of a few nouns come
//! from counters (`counters.rs`). The types prevent mixing up the ids of different nouns.

mod form;

use std::hash::Hash;

use serde::Serializer;

use crate::{FromColumn, Value};

/// An id of any noun, for generic functions.
pub trait Id: Copy + Ord + Hash + Into<Value<'static>> + FromColumn {
    /// The id with this number.
    fn new(number: i64) -> Self;

    /// The number stored in rows.
    fn number(self) -> i64;

    /// Parses the API form of an id; `None` if no id has this form.
    fn parse(text: &str) -> Option<Self>;
}

/// Serializes ids as their numbers, for `serialize_with`. Stored payloads keep this form, because earlier releases read
/// only this one; every release since reads both.
pub fn as_number<T: Numbers, S: Serializer>(ids: &T, serializer: S) -> Result<S::Ok, S::Error> {
    ids.serialize(serializer)
}

/// An id, or a list or an option of them.
pub trait Numbers {
    /// Writes the numbers.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
}

impl<I: Id> Numbers for I {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.number())
    }
}

impl<I: Id> Numbers for Vec<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(|id| id.number()))
    }
}

impl<T: Numbers> Numbers for Option<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Some(ids) => ids.serialize(serializer),
            None => serializer.serialize_none(),
        }
    }
}

/// `ids! { /// A tag. TagId: Decimal, }`: the types, each with its form in the API.
macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident: $form:ident,)+) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(i64);

        impl $name {
            const FORM: form::Form = form::Form::$form;

            /// The id with this number.
            pub const fn new(number: i64) -> Self {
                Self(number)
            }

            /// The number that rows hold, and JSON where the API describes the id as an integer.
            pub const fn number(self) -> i64 {
                self.0
            }

            /// Parses the API form of an id; `None` if no id has this form.
            pub fn parse(text: &str) -> Option<Self> {
                Self::FORM.parse(text).map(Self)
            }

            /// The least id that can have been minted at this second (unix time) or later.
            pub fn first_at(second: i64) -> Self {
                Self(crate::mint::first_at(second.saturating_mul(1000)))
            }
        }

        impl Id for $name {
            fn new(number: i64) -> Self {
                Self(number)
            }

            fn number(self) -> i64 {
                self.0
            }

            fn parse(text: &str) -> Option<Self> {
                $name::parse(text)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(Self::FORM.write(self.0).as_str())
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(Self::FORM.write(self.0).as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
                deserializer.deserialize_any(Self::FORM).map(Self)
            }
        }

        impl From<$name> for Value<'_> {
            fn from(id: $name) -> Self {
                Value::Int(id.0)
            }
        }

        impl From<&$name> for Value<'_> {
            fn from(id: &$name) -> Self {
                Value::Int(id.0)
            }
        }

        impl From<&Option<$name>> for Value<'_> {
            fn from(id: &Option<$name>) -> Self {
                (*id).into()
            }
        }

        impl FromColumn for $name {
            fn from_nullable(row: &crate::Row<'_>, i: usize) -> crate::Result<Option<Self>> {
                Ok(i64::from_nullable(row, i)?.map(Self))
            }
        }
    )+};
}

ids! {
    /// A contact: a user, a lead or a visitor.
    ContactId: Hex,
    /// A company.
    CompanyId: Hex,
    /// A segment of contacts or companies.
    SegmentId: Hex,
    /// A plan of companies.
    PlanId: Decimal,
    /// A tag.
    TagId: Decimal,
    /// A note about a contact or a company.
    NoteId: Decimal,
    /// A teammate.
    AdminId: Decimal,
    /// A team.
    TeamId: Decimal,
    /// A role of admins.
    RoleId: Decimal,
    /// A reason for being away.
    AwayStatusReasonId: Decimal,
    /// A subscription type.
    SubscriptionTypeId: Decimal,
    /// A conversation, a ticket or a side conversation: tickets share the rows of conversations, and parts name either.
    ConversationId: Decimal,
    /// A part of a conversation, or its source.
    PartId: Decimal,
    /// A conversation that a teammate starts, until it is sent.
    HeldConversationId: Decimal,
    /// The number of a ticket, which people read.
    TicketNumber: Decimal,
    /// A ticket type.
    TicketTypeId: Decimal,
    /// A ticket state.
    TicketStateId: Decimal,
    /// An attribute of a ticket type.
    TicketTypeAttributeId: Decimal,
    /// An attachment.
    AttachmentId: Decimal,
    /// A message sent to contacts.
    MessageId: Decimal,
    /// An app.
    AppId: Decimal,
    /// An access token.
    TokenId: Decimal,
    /// A session of a teammate in the inbox.
    InboxSessionId: Decimal,
    /// An invitation to become a teammate.
    InvitationId: Decimal,
    /// A brand.
    BrandId: Decimal,
    /// A sender address of a brand.
    EmailSettingId: Decimal,
    /// A macro.
    MacroId: Decimal,
    /// A view of an admin.
    ViewId: Decimal,
    /// An identity verification secret.
    SecureModeSecretId: Decimal,
    /// A schedule of office hours.
    OfficeHoursScheduleId: Decimal,
    /// An exception of a schedule of office hours.
    OfficeHoursExceptionId: Decimal,
    /// A `WhatsApp` message.
    WhatsappMessageId: Decimal,
    /// A webhook subscription.
    WebhookSubscriptionId: Decimal,
    /// A delivery of a webhook.
    WebhookDeliveryId: Decimal,
    /// An event.
    EventId: Decimal,
    /// A job of the worker.
    JobId: Decimal,
    /// A bulk job.
    BulkJobId: Job,
    /// A task of a bulk job.
    BulkTaskId: Decimal,
    /// A mail.
    MailId: Decimal,
    /// A notification.
    NotificationId: Decimal,
    /// An entry of the activity log.
    ActivityLogId: Decimal,
    /// An activity of a contact.
    ContactActivityId: Decimal,
    /// A data event of a contact.
    DataEventId: Decimal,
    /// A pause or a resumption of handling a conversation.
    HandlingEventId: Decimal,
    /// An attribute of contacts or companies.
    DataAttributeId: Decimal,
    /// An attribute of conversations.
    ConversationAttributeId: Decimal,
    /// A type of custom objects.
    ObjectTypeId: Decimal,
    /// An attribute of a type of custom objects.
    ObjectAttributeId: Decimal,
    /// An instance of a type of custom objects.
    ObjectInstanceId: Decimal,
    /// A help center.
    HelpCenterId: Decimal,
    /// A collection of a help center.
    CollectionId: Decimal,
    /// An article.
    ArticleId: Decimal,
    /// A content snippet.
    ContentSnippetId: Decimal,
    /// A folder of content.
    FolderId: Decimal,
    /// An internal article.
    InternalArticleId: Decimal,
    /// A version of an article's content.
    ArticleVersionId: Decimal,
    /// A content in one language, in the index of contents.
    ContentEntryId: Decimal,
    /// A redirect of a help center.
    RedirectId: Decimal,
    /// A newsfeed.
    NewsfeedId: Decimal,
    /// A news item.
    NewsItemId: Decimal,
    /// A content import source.
    ContentImportSourceId: Decimal,
    /// An external page.
    ExternalPageId: Decimal,
    /// An audience.
    AudienceId: Decimal,
    /// A session of Fin.
    FinSessionId: Decimal,
    /// A procedure that Fin can run.
    FinProcedureId: Decimal,
    /// A phone call redirect.
    PhoneCallRedirectId: Decimal,
    /// An upload of a product catalog.
    CatalogUploadId: Job,
    /// A banner.
    BannerId: Decimal,
    /// A contact's view of a banner.
    BannerViewId: Decimal,
    /// A data connector.
    DataConnectorId: Decimal,
    /// An execution of a data connector.
    DataConnectorExecutionId: Decimal,
    /// An export.
    ExportId: Decimal,
    /// A workflow.
    WorkflowId: Decimal,
    /// A change of an admin's status.
    AdminStatusChangeId: Decimal,
    /// A phone call.
    CallId: Decimal,
    /// A registration of a call for Fin Voice.
    FinVoiceCallId: Decimal,
    /// A question of a procedure to teammates.
    FinRequestId: Decimal,
}

/// An id of a noun without a type.
impl Id for i64 {
    fn new(number: i64) -> Self {
        number
    }

    fn number(self) -> i64 {
        self
    }

    fn parse(text: &str) -> Option<Self> {
        form::Form::Decimal.parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_has_its_form() {
        let (contact, tag) = (ContactId::new(4096), TagId::new(4096));
        assert_eq!(contact.to_string(), "6955b9000000000000001000");
        assert_eq!(tag.to_string(), "4096");
        assert_eq!(
            (format!("{contact:?}"), format!("{tag:?}")),
            (format!("ContactId({contact})"), "TagId(4096)".into())
        );
        assert_eq!(serde_json::to_string(&(contact, tag)).unwrap(), r#"["6955b9000000000000001000","4096"]"#);
        assert_eq!((ContactId::parse(&contact.to_string()), TagId::parse("4096")), (Some(contact), Some(tag)));
        assert_eq!((ContactId::parse("4096"), TagId::parse(&contact.to_string())), (None, None));
        // Earlier releases stored the digits of these ids.
        let job = BulkJobId::new(4096);
        assert_eq!(serde_json::to_string(&job).unwrap(), r#""job_4096""#);
        for stored in [r#""job_4096""#, r#""4096""#, "4096"] {
            assert_eq!(serde_json::from_str::<BulkJobId>(stored).unwrap(), job);
        }
    }

    #[test]
    fn payloads_of_rows_keep_numbers() {
        #[derive(serde::Serialize)]
        struct Payload {
            #[serde(serialize_with = "as_number")]
            contact: ContactId,
            #[serde(serialize_with = "as_number")]
            tag: Option<TagId>,
            #[serde(serialize_with = "as_number")]
            others: Vec<ContactId>,
        }
        let contact = ContactId::new(4096);
        let payload = Payload { contact, tag: Some(TagId::new(7)), others: vec![contact] };
        assert_eq!(serde_json::to_string(&payload).unwrap(), r#"{"contact":4096,"tag":7,"others":[4096]}"#);
    }

    #[test]
    fn the_numbers_that_older_payloads_hold_are_read_too() {
        let read = serde_json::from_str::<(ContactId, TagId)>;
        let ids = (ContactId::new(4096), TagId::new(7));
        assert_eq!(read(r#"["6955b9000000000000001000", "7"]"#).unwrap(), ids);
        assert_eq!(read("[4096, 7]").unwrap(), ids);
        assert!(read(r#"["4096", "7"]"#).is_err());
        assert!(read(r#"[4096, "07"]"#).is_err());
    }
}
