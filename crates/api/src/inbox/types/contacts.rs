//! Contacts and companies as teammates see them.

use serde::Serialize;
use serde_json::{Map, Value};

use super::Tag;

/// Something with a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct Named {
    pub id: String,
    pub name: String,
}

/// A contact.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Contact {
    /// Its id.
    pub id: String,
    /// `user` or `lead`.
    pub role: &'static str,
    /// The id it has elsewhere.
    pub external_id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Its email address.
    pub email: Option<String>,
    /// Its phone number.
    pub phone: Option<String>,
    /// The URL of its picture.
    pub avatar: Option<String>,
    /// The teammate who looks after it.
    pub owner_id: Option<String>,
    /// Its language, if it is set.
    pub language: Option<String>,
    /// Whether it gets no mail.
    pub unsubscribed_from_emails: bool,
    /// Whether mail to it came back.
    pub has_hard_bounced: bool,
    /// When it was created.
    pub created_at: i64,
    /// When it last changed.
    pub updated_at: i64,
    /// When it signed up.
    pub signed_up_at: Option<i64>,
    /// When it was last seen.
    pub last_seen_at: Option<i64>,
    /// When it last wrote.
    pub last_replied_at: Option<i64>,
    /// When it was last written to.
    pub last_contacted_at: Option<i64>,
    /// Where it is and with what, as the messenger found out.
    #[cfg_attr(test, ts(type = "Record<string, unknown>"))]
    pub details: Map<String, Value>,
    /// Its attributes by their names.
    #[cfg_attr(test, ts(type = "Record<string, unknown>"))]
    pub custom_attributes: Map<String, Value>,
}

/// A window of a list of contacts.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Contacts {
    /// The contacts, in order.
    pub items: Vec<Contact>,
    /// How many there are in all windows.
    pub total: i64,
    /// Where the next window starts.
    pub next: Option<String>,
}

/// A note about a contact or a company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Note {
    /// Its id.
    pub id: String,
    /// The teammate who wrote it.
    pub author_id: Option<String>,
    /// Its text, which the server made harmless.
    pub html: String,
    /// When it was written.
    pub at: i64,
}

/// How often a contact did something.
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
    /// The first companies that it belongs to.
    pub companies: Vec<Company>,
    /// Its tags.
    pub tags: Vec<Tag>,
    /// The segments it is in.
    pub segments: Vec<Named>,
    /// Its newest notes, newest first.
    pub notes: Vec<Note>,
    /// What it did, by the names of events.
    pub events: Vec<EventSummary>,
    /// The custom objects that it is linked to.
    pub custom_objects: Vec<CustomObject>,
}

/// A custom object that something is linked to.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CustomObject {
    /// Its id.
    pub id: String,
    /// The identifier of its type.
    pub r#type: String,
    /// The id it has elsewhere.
    pub external_id: Option<String>,
    /// Its values by the names of attributes.
    #[cfg_attr(test, ts(type = "Record<string, unknown>"))]
    pub attributes: Map<String, Value>,
}

/// A company.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Company {
    /// Its id.
    pub id: String,
    /// The id it has elsewhere.
    pub company_id: String,
    /// Its name.
    pub name: Option<String>,
    /// The name of its plan.
    pub plan: Option<String>,
    /// Its size, in people.
    pub size: Option<i64>,
    /// Its website.
    pub website: Option<String>,
    /// Its industry.
    pub industry: Option<String>,
    /// What it spends each month.
    pub monthly_spend: i64,
    /// How many contacts belong to it.
    pub user_count: i64,
    /// When it was created.
    pub created_at: i64,
    /// When it last changed.
    pub updated_at: i64,
    /// When one of its contacts was last seen.
    pub last_seen_at: Option<i64>,
    /// Its attributes by their names.
    #[cfg_attr(test, ts(type = "Record<string, unknown>"))]
    pub custom_attributes: Map<String, Value>,
}

/// A window of a list of companies.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Companies {
    /// The companies, in order.
    pub items: Vec<Company>,
    /// How many there are in all windows.
    pub total: i64,
    /// Where the next window starts.
    pub next: Option<String>,
}

/// The page of a company.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CompanyPage {
    /// The company.
    pub company: Company,
    /// Its tags.
    pub tags: Vec<Tag>,
    /// The segments it is in.
    pub segments: Vec<Named>,
    /// Its newest notes, newest first.
    pub notes: Vec<Note>,
    /// The first contacts that belong to it.
    pub contacts: Vec<Contact>,
}
