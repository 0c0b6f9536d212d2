//! Contacts and companies as the inbox shows them.

use deskwire_domain::ids::{AdminId, CompanyId, ContactId, NoteId, ObjectInstanceId, SegmentId};
use serde::Serialize;
use serde_json::{Map, Value};

use super::Tag;

/// A segment that a contact or a company is in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct Named {
    #[cfg_attr(test, ts(as = "String"))]
    pub id: SegmentId,
    pub name: String,
}

/// A contact.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Contact {
    /// Its id.
    #[cfg_attr(test, ts(as = "String"))]
    pub id: ContactId,
    /// The role: `user` or `lead`.
    pub role: &'static str,
    /// The external id.
    pub external_id: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// The email address.
    pub email: Option<String>,
    /// The phone number.
    pub phone: Option<String>,
    /// The URL of the avatar.
    pub avatar: Option<String>,
    /// The teammate who owns the contact.
    #[cfg_attr(test, ts(as = "Option<String>"))]
    pub owner_id: Option<AdminId>,
    /// The language, if it is set.
    pub language: Option<String>,
    /// Whether the contact receives no mail.
    pub unsubscribed_from_emails: bool,
    /// Whether mail to the contact bounced permanently.
    pub has_hard_bounced: bool,
    /// When the contact was created.
    pub created_at: i64,
    /// When the contact was last updated.
    pub updated_at: i64,
    /// When the contact signed up.
    pub signed_up_at: Option<i64>,
    /// When the contact was last seen.
    pub last_seen_at: Option<i64>,
    /// When the contact last replied.
    pub last_replied_at: Option<i64>,
    /// When the contact was last contacted.
    pub last_contacted_at: Option<i64>,
    /// The contact's location and device, as the messenger determined them.
    #[cfg_attr(test, ts(type = "Record<string, unknown>"))]
    pub details: Map<String, Value>,
    /// The attributes, by name.
    #[cfg_attr(test, ts(type = "Record<string, unknown>"))]
    pub custom_attributes: Map<String, Value>,
}

/// A window of a list of contacts.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Contacts {
    /// The contacts, in order.
    pub items: Vec<Contact>,
    /// The total number in all windows.
    pub total: i64,
    /// The cursor of the next window.
    pub next: Option<String>,
}

/// A note about a contact or a company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Note {
    /// Its id.
    #[cfg_attr(test, ts(as = "String"))]
    pub id: NoteId,
    /// The teammate who wrote the note.
    #[cfg_attr(test, ts(as = "Option<String>"))]
    pub author_id: Option<AdminId>,
    /// The text, sanitized by the server.
    pub html: String,
    /// When the note was written.
    pub at: i64,
}

/// The number of a contact's events with one name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct EventSummary {
    pub name: String,
    pub count: i64,
    pub first_at: i64,
    pub last_at: i64,
}

/// The page of a contact.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ContactPage {
    /// The contact.
    pub contact: Contact,
    /// The first companies that the contact belongs to.
    pub companies: Vec<Company>,
    /// The contact's tags.
    pub tags: Vec<Tag>,
    /// The contact's segments.
    pub segments: Vec<Named>,
    /// The newest notes, newest first.
    pub notes: Vec<Note>,
    /// The contact's events, by name.
    pub events: Vec<EventSummary>,
    /// The linked custom objects.
    pub custom_objects: Vec<CustomObject>,
}

/// A linked custom object.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CustomObject {
    /// Its id.
    #[cfg_attr(test, ts(as = "String"))]
    pub id: ObjectInstanceId,
    /// The identifier of the type.
    pub r#type: String,
    /// The external id.
    pub external_id: Option<String>,
    /// The values, by attribute name.
    #[cfg_attr(test, ts(type = "Record<string, unknown>"))]
    pub attributes: Map<String, Value>,
}

/// A company.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Company {
    /// The id.
    #[cfg_attr(test, ts(as = "String"))]
    pub id: CompanyId,
    /// The workspace's own id of the company.
    pub company_id: String,
    /// The name.
    pub name: Option<String>,
    /// The name of the plan.
    pub plan: Option<String>,
    /// The number of people in the company.
    pub size: Option<i64>,
    /// The website.
    pub website: Option<String>,
    /// The industry.
    pub industry: Option<String>,
    /// The monthly spend.
    pub monthly_spend: i64,
    /// The number of contacts that belong to the company.
    pub user_count: i64,
    /// When the company was created.
    pub created_at: i64,
    /// When the company was last updated.
    pub updated_at: i64,
    /// When one of the company's contacts was last seen.
    pub last_seen_at: Option<i64>,
    /// The attributes, by name.
    #[cfg_attr(test, ts(type = "Record<string, unknown>"))]
    pub custom_attributes: Map<String, Value>,
}

/// A window of a list of companies.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Companies {
    /// The companies, in order.
    pub items: Vec<Company>,
    /// The total number in all windows.
    pub total: i64,
    /// The cursor of the next window.
    pub next: Option<String>,
}

/// The page of a company.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CompanyPage {
    /// The company.
    pub company: Company,
    /// The company's tags.
    pub tags: Vec<Tag>,
    /// The company's segments.
    pub segments: Vec<Named>,
    /// The newest notes, newest first.
    pub notes: Vec<Note>,
    /// The first contacts that belong to the company.
    pub contacts: Vec<Contact>,
}
