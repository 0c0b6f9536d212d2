//! A contact as the API represents it.

use deskwire_domain::contacts::{Contact, Full, Merged};
use deskwire_domain::contacts::{ContactRole, ContactState};
use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::{AdminId, CompanyId, ContactId, NoteId, SubscriptionTypeId, TagId};
use deskwire_domain::search::Page;
use serde::ser::SerializeSeq;
use serde::{Deserialize, Serialize, Serializer};
use std::fmt::Display;

use crate::page::{List, Pages};
use crate::public::custom_object_instances::view::Attributes;
use crate::reply::Reply;
use crate::request::Request;

/// A contact.
#[derive(Serialize)]
pub(crate) struct View<'a> {
    r#type: &'static str,
    id: ContactId,
    workspace_id: &'a str,
    external_id: Option<&'a str>,
    role: ContactRole,
    /// Empty instead of null, which the description does not allow for this field.
    email: &'a str,
    email_domain: &'a str,
    phone: Option<&'a str>,
    formatted_phone: Option<&'a str>,
    name: Option<&'a str>,
    avatar: Option<Avatar<'a>>,
    owner_id: Option<AdminId>,
    social_profiles: SocialProfiles<'a>,
    has_hard_bounced: bool,
    marked_email_as_spam: bool,
    unsubscribed_from_emails: bool,
    created_at: i64,
    updated_at: i64,
    signed_up_at: Option<i64>,
    last_seen_at: Option<i64>,
    last_replied_at: Option<i64>,
    last_contacted_at: Option<i64>,
    last_email_opened_at: Option<i64>,
    last_email_clicked_at: Option<i64>,
    language_override: Option<&'a str>,
    browser: Option<&'a str>,
    browser_version: Option<&'a str>,
    browser_language: Option<&'a str>,
    os: Option<&'a str>,
    location: Location<'a>,
    android_app_name: Option<&'a str>,
    android_app_version: Option<&'a str>,
    android_device: Option<&'a str>,
    android_os_version: Option<&'a str>,
    android_sdk_version: Option<&'a str>,
    android_last_seen_at: Option<i64>,
    ios_app_name: Option<&'a str>,
    ios_app_version: Option<&'a str>,
    ios_device: Option<&'a str>,
    ios_os_version: Option<&'a str>,
    ios_sdk_version: Option<&'a str>,
    ios_last_seen_at: Option<i64>,
    custom_attributes: Attributes<'a>,
    tags: Addressable<'a, TagId>,
    notes: Addressable<'a, NoteId>,
    companies: Addressable<'a, CompanyId>,
    opted_out_subscription_types: Addressable<'a, SubscriptionTypeId>,
    opted_in_subscription_types: Addressable<'a, SubscriptionTypeId>,
    utm_campaign: Option<&'a str>,
    utm_content: Option<&'a str>,
    utm_medium: Option<&'a str>,
    utm_source: Option<&'a str>,
    utm_term: Option<&'a str>,
    referrer: Option<&'a str>,
    enabled_push_messaging: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    merge_history: Option<Vec<MergeHistory>>,
}

/// The optional fields in a contact's `details`.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Details<'a> {
    #[serde(borrow)]
    social_profiles: Vec<SocialProfile<'a>>,
    browser: Option<&'a str>,
    browser_version: Option<&'a str>,
    browser_language: Option<&'a str>,
    os: Option<&'a str>,
    #[serde(borrow)]
    location: Location<'a>,
    android_app_name: Option<&'a str>,
    android_app_version: Option<&'a str>,
    android_device: Option<&'a str>,
    android_os_version: Option<&'a str>,
    android_sdk_version: Option<&'a str>,
    android_last_seen_at: Option<i64>,
    ios_app_name: Option<&'a str>,
    ios_app_version: Option<&'a str>,
    ios_device: Option<&'a str>,
    ios_os_version: Option<&'a str>,
    ios_sdk_version: Option<&'a str>,
    ios_last_seen_at: Option<i64>,
    utm_campaign: Option<&'a str>,
    utm_content: Option<&'a str>,
    utm_medium: Option<&'a str>,
    utm_source: Option<&'a str>,
    utm_term: Option<&'a str>,
    referrer: Option<&'a str>,
    enabled_push_messaging: Option<bool>,
}

#[derive(Serialize)]
struct Avatar<'a> {
    r#type: &'static str,
    image_url: &'a str,
}

#[derive(Serialize)]
struct SocialProfiles<'a> {
    r#type: &'static str,
    data: Vec<SocialProfile<'a>>,
}

#[derive(Serialize, Deserialize)]
struct SocialProfile<'a> {
    #[serde(skip_deserializing, default = "social_profile")]
    r#type: &'static str,
    name: &'a str,
    url: &'a str,
}

fn social_profile() -> &'static str {
    "social_profile"
}

#[derive(Serialize, Deserialize)]
#[serde(default)]
struct Location<'a> {
    #[serde(skip_deserializing)]
    r#type: &'static str,
    country: Option<&'a str>,
    region: Option<&'a str>,
    city: Option<&'a str>,
    country_code: Option<&'a str>,
    continent_code: Option<&'a str>,
}

impl Default for Location<'_> {
    fn default() -> Self {
        Self { r#type: "location", country: None, region: None, city: None, country_code: None, continent_code: None }
    }
}

/// The first entries of a list that has a URL of its own.
#[derive(Serialize)]
#[serde(bound = "I: Copy + Serialize + Display")]
struct Addressable<'a, I> {
    r#type: &'static str,
    data: Entries<'a, I>,
    url: String,
    total_count: i64,
    has_more: bool,
}

/// The entries of such a list, rendered from their ids only.
struct Entries<'a, I> {
    r#type: &'static str,
    path: &'static str,
    ids: &'a [I],
}

#[derive(Serialize)]
struct Entry<I> {
    id: I,
    r#type: &'static str,
    url: String,
}

impl<I: Copy + Serialize + Display> Serialize for Entries<'_, I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.ids.len()))?;
        for id in self.ids {
            list.serialize_element(&Entry { url: format!("/{}/{id}", self.path), id: *id, r#type: self.r#type })?;
        }
        list.end()
    }
}

/// A contact that was merged into another.
#[derive(Serialize)]
pub(crate) struct MergeHistory {
    r#type: &'static str,
    source_contact_id: ContactId,
    source_contact_role: ContactRole,
    merged_at: i64,
}

impl From<&Merged> for MergeHistory {
    fn from(merged: &Merged) -> Self {
        Self {
            r#type: "merge_history",
            source_contact_id: merged.id,
            source_contact_role: merged.role,
            merged_at: merged.merged_at,
        }
    }
}

/// The contact with this id, with the data to render it.
pub(crate) struct Source<'a> {
    id: ContactId,
    /// The path of the contact, with a trailing slash.
    path: String,
    workspace: &'a str,
    full: &'a Full,
}

impl<'a> Source<'a> {
    /// The data for a contact in a workspace.
    pub(crate) fn new(workspace: &'a str, full: &'a Full) -> Self {
        let id = full.contact.id;
        Self { id, path: format!("/contacts/{id}/"), workspace, full }
    }

    /// Returns the view.
    pub(crate) fn view(&self) -> Result<View<'_>> {
        let (c, links) = (&self.full.contact, &self.full.links);
        let d: Details<'_> = match c.details.as_str() {
            "{}" => Details::default(),
            text => serde_json::from_str(text).map_err(Error::internal)?,
        };
        let subscriptions = |ids, total| self.list("subscription", "subscription_types", "subscriptions", ids, total);
        Ok(View {
            r#type: "contact",
            id: self.id,
            workspace_id: self.workspace,
            external_id: c.external_id.as_deref(),
            role: c.role,
            email: c.email.as_deref().unwrap_or_default(),
            email_domain: c.email_domain.as_deref().unwrap_or_default(),
            phone: c.phone.as_deref(),
            formatted_phone: c.formatted_phone.as_deref(),
            name: c.name.as_deref(),
            avatar: c.avatar.as_deref().map(|image_url| Avatar { r#type: "avatar", image_url }),
            owner_id: c.owner_id,
            social_profiles: SocialProfiles { r#type: "list", data: d.social_profiles },
            has_hard_bounced: c.has_hard_bounced,
            marked_email_as_spam: c.marked_email_as_spam,
            unsubscribed_from_emails: c.unsubscribed_from_emails,
            created_at: c.created_at,
            updated_at: c.updated_at,
            signed_up_at: c.signed_up_at,
            last_seen_at: c.last_seen_at,
            last_replied_at: c.last_replied_at,
            last_contacted_at: c.last_contacted_at,
            last_email_opened_at: c.last_email_opened_at,
            last_email_clicked_at: c.last_email_clicked_at,
            language_override: c.language_override.as_deref(),
            browser: d.browser,
            browser_version: d.browser_version,
            browser_language: d.browser_language,
            os: d.os,
            location: d.location,
            android_app_name: d.android_app_name,
            android_app_version: d.android_app_version,
            android_device: d.android_device,
            android_os_version: d.android_os_version,
            android_sdk_version: d.android_sdk_version,
            android_last_seen_at: d.android_last_seen_at,
            ios_app_name: d.ios_app_name,
            ios_app_version: d.ios_app_version,
            ios_device: d.ios_device,
            ios_os_version: d.ios_os_version,
            ios_sdk_version: d.ios_sdk_version,
            ios_last_seen_at: d.ios_last_seen_at,
            custom_attributes: Attributes::new(&c.custom_attributes, &self.full.objects)?,
            tags: self.list("tag", "tags", "tags", &links.tags, c.tag_count),
            notes: self.list("note", "notes", "notes", &links.notes, c.note_count),
            companies: self.list("company", "companies", "companies", &links.companies, c.company_count),
            opted_out_subscription_types: subscriptions(&links.opted_out, links.opted_out_count),
            opted_in_subscription_types: subscriptions(&links.opted_in, links.opted_in_count),
            utm_campaign: d.utm_campaign,
            utm_content: d.utm_content,
            utm_medium: d.utm_medium,
            utm_source: d.utm_source,
            utm_term: d.utm_term,
            referrer: d.referrer,
            enabled_push_messaging: d.enabled_push_messaging,
            merge_history: self.full.merge_history.as_ref().map(|all| all.iter().map(MergeHistory::from).collect()),
        })
    }

    fn list<I>(
        &self,
        of: &'static str,
        path: &'static str,
        nested: &str,
        ids: &'a [I],
        total: i64,
    ) -> Addressable<'_, I> {
        Addressable {
            r#type: "list",
            data: Entries { r#type: of, path, ids },
            url: [&self.path, nested].concat(),
            total_count: total,
            has_more: total > i64::try_from(ids.len()).unwrap_or(i64::MAX),
        }
    }
}

/// The response for a contact that was archived, blocked or deleted.
#[derive(Serialize, Default)]
pub(crate) struct State<'a> {
    r#type: &'static str,
    id: ContactId,
    external_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    archived: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    blocked: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deleted: Option<bool>,
}

impl<'a> State<'a> {
    fn of(contact: &'a Contact) -> Self {
        Self { r#type: "contact", id: contact.id, external_id: contact.external_id.as_deref(), ..Self::default() }
    }

    /// The response for an archived or unarchived contact.
    pub(crate) fn archived(contact: &'a Contact) -> Self {
        Self { archived: Some(contact.state != ContactState::Active), ..Self::of(contact) }
    }

    /// The response for a blocked contact.
    pub(crate) fn blocked(contact: &'a Contact) -> Self {
        Self { blocked: Some(true), ..Self::of(contact) }
    }

    /// The response for a deleted contact.
    pub(crate) fn deleted(contact: &'a Contact) -> Self {
        Self { deleted: Some(true), ..Self::of(contact) }
    }
}

/// A page of contacts.
pub(crate) fn page(request: &Request, page: &Page<Vec<Full>>) -> Result<Reply> {
    request.json(&List::page(views(&sources(request, &page.items))?, page.total, Pages::of(page)))
}

/// The data to render contacts.
pub(crate) fn sources<'a>(request: &'a Request, contacts: &'a [Full]) -> Vec<Source<'a>> {
    contacts.iter().map(|full| Source::new(request.caller().workspace(), full)).collect()
}

/// The views of several contacts.
pub(crate) fn views<'a>(sources: &'a [Source<'_>]) -> Result<Vec<View<'a>>> {
    sources.iter().map(Source::view).collect()
}
