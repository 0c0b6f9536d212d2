//! A visitor as the API represents it: in the form that users had in the first version of the API.

use deskwire_domain::contacts::Contact;
use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::{AdminId, ContactId};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// A visitor.
#[derive(Serialize)]
pub(super) struct View<'a> {
    r#type: &'static str,
    id: ContactId,
    user_id: &'a str,
    anonymous: bool,
    email: &'a str,
    phone: Option<&'a str>,
    name: Option<&'a str>,
    pseudonym: Option<String>,
    avatar: Avatar<'a>,
    app_id: &'a str,
    companies: Companies,
    location_data: Map<String, Value>,
    last_request_at: Option<i64>,
    created_at: i64,
    remote_created_at: i64,
    signed_up_at: i64,
    updated_at: i64,
    session_count: i64,
    social_profiles: SocialProfiles,
    owner_id: Option<AdminId>,
    unsubscribed_from_emails: bool,
    marked_email_as_spam: bool,
    has_hard_bounced: bool,
    tags: Tags,
    segments: Segments,
    custom_attributes: &'a RawValue,
    referrer: Option<String>,
    utm_campaign: Option<String>,
    utm_content: Option<String>,
    utm_medium: Option<String>,
    utm_source: Option<String>,
    utm_term: Option<String>,
    do_not_track: Option<bool>,
}

/// The optional fields in a visitor's `details`.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Details {
    pseudonym: Option<String>,
    location_data: Map<String, Value>,
    session_count: i64,
    referrer: Option<String>,
    utm_campaign: Option<String>,
    utm_content: Option<String>,
    utm_medium: Option<String>,
    utm_source: Option<String>,
    utm_term: Option<String>,
    do_not_track: Option<bool>,
}

#[derive(Serialize)]
struct Avatar<'a> {
    r#type: &'static str,
    image_url: Option<&'a str>,
}

/// Declares a list in a visitor's view that is always empty: nothing can be added to it.
macro_rules! empty_list {
    ($name:ident, $field:ident, $type:literal) => {
        #[derive(Serialize)]
        struct $name {
            r#type: &'static str,
            $field: [(); 0],
        }

        impl $name {
            const EMPTY: Self = Self { r#type: $type, $field: [] };
        }
    };
}

empty_list!(Companies, companies, "company.list");
empty_list!(SocialProfiles, social_profiles, "social_profile.list");
empty_list!(Tags, tags, "tag.list");
empty_list!(Segments, segments, "segment.list");

impl<'a> View<'a> {
    /// The view of a visitor in a workspace.
    pub(super) fn new(workspace: &'a str, c: &'a Contact) -> Result<Self> {
        let d: Details = serde_json::from_str(&c.details).map_err(Error::internal)?;
        Ok(Self {
            r#type: "visitor",
            id: c.id,
            user_id: c.external_id.as_deref().unwrap_or_default(),
            anonymous: true,
            email: c.email.as_deref().unwrap_or_default(),
            phone: c.phone.as_deref(),
            name: c.name.as_deref(),
            pseudonym: d.pseudonym,
            avatar: Avatar { r#type: "avatar", image_url: c.avatar.as_deref() },
            app_id: workspace,
            companies: Companies::EMPTY,
            location_data: d.location_data,
            last_request_at: c.last_seen_at,
            created_at: c.created_at,
            remote_created_at: c.created_at,
            signed_up_at: c.signed_up_at.unwrap_or(c.created_at),
            updated_at: c.updated_at,
            session_count: d.session_count,
            social_profiles: SocialProfiles::EMPTY,
            owner_id: c.owner_id,
            unsubscribed_from_emails: c.unsubscribed_from_emails,
            marked_email_as_spam: c.marked_email_as_spam,
            has_hard_bounced: c.has_hard_bounced,
            tags: Tags::EMPTY,
            segments: Segments::EMPTY,
            custom_attributes: serde_json::from_str(&c.custom_attributes).map_err(Error::internal)?,
            referrer: d.referrer,
            utm_campaign: d.utm_campaign,
            utm_content: d.utm_content,
            utm_medium: d.utm_medium,
            utm_source: d.utm_source,
            utm_term: d.utm_term,
            do_not_track: d.do_not_track,
        })
    }
}
