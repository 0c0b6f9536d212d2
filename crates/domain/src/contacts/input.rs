//! The fields of a contact that a caller may set.

use serde_json::{Map, Value};

use super::{Contact, fold};
use crate::Cx;
use crate::attributes::{self, Known};
use crate::custom_objects;
use crate::error::{Error, Result};
use crate::ids::AdminId;
use crate::{Phone, admins};

/// A value that is omitted (`None`), removed (`Some(None)`) or set.
type Patch<T> = Option<Option<T>>;

/// The maximum length of an email address, in bytes.
const MAX_EMAIL_LENGTH: usize = 254;

/// The fields of a contact that a request sets.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the names are the API's")]
pub struct Input {
    pub role: Patch<String>,
    pub external_id: Patch<String>,
    pub email: Patch<String>,
    pub email_verified: Patch<bool>,
    pub phone: Patch<Phone>,
    pub name: Patch<String>,
    pub avatar: Patch<String>,
    pub signed_up_at: Patch<i64>,
    pub last_seen_at: Patch<i64>,
    /// The digits of an admin's id.
    pub owner_id: Patch<String>,
    pub unsubscribed_from_emails: Patch<bool>,
    pub language_override: Patch<String>,
    pub custom_attributes: Option<Map<String, Value>>,
}

impl Input {
    /// A lead with this email address.
    pub(crate) fn lead(email: &str) -> Self {
        Self { role: Some(Some("lead".to_owned())), email: Some(Some(email.to_owned())), ..Self::default() }
    }

    /// A lead with this phone number.
    pub(crate) fn lead_of_phone(phone: &Phone) -> Self {
        Self { role: Some(Some("lead".to_owned())), phone: Some(Some(phone.clone())), ..Self::default() }
    }

    /// Returns whether the input has a unique key: an email address or an external id.
    pub(super) fn identifies(&self) -> bool {
        set(self.email.as_ref()) || set(self.external_id.as_ref())
    }

    /// Writes the fields to a contact. Writes nothing if a field is invalid. Returns the links to custom objects, to be
    /// written when the row exists.
    pub(super) fn apply(
        &self,
        cx: &mut Cx,
        contact: &mut Contact,
        known: &mut Known,
    ) -> Result<Vec<custom_objects::Change>> {
        let (mut next, mut links) = (contact.clone(), Vec::new());
        self.apply_identity(&mut next)?;
        put(&mut next.avatar, self.avatar.as_ref());
        put(&mut next.language_override, self.language_override.as_ref());
        put_plain(&mut next.signed_up_at, self.signed_up_at);
        put_plain(&mut next.last_seen_at, self.last_seen_at);
        if let Some(owner) = &self.owner_id {
            next.owner_id = match owner.as_deref().filter(|o| !o.is_empty() && *o != "0") {
                None => None,
                // A client that sends back what it fetched may name an owner who was removed in the meantime.
                Some(same) if next.owner_id.is_some_and(|id| id.to_string() == same) => next.owner_id,
                Some(other) => Some(owner_id(cx, other)?),
            };
        }
        if let Some(unsubscribed) = self.unsubscribed_from_emails {
            next.unsubscribed_from_emails = unsubscribed.unwrap_or(false);
        }
        if let Some(changes) = self.custom_attributes.as_ref().filter(|c| !c.is_empty()) {
            let known = known.all(cx)?;
            let is_plain = |name: &str| known.iter().any(|a| a.name == name);
            let kind = custom_objects::ObjectKind::Contact;
            let (values, relations) = custom_objects::split(cx, kind, changes, is_plain)?;
            next.custom_attributes = attributes::merge(known, &contact.custom_attributes, &values)?;
            links = relations;
        }
        *contact = next;
        Ok(links)
    }

    fn apply_identity(&self, next: &mut Contact) -> Result<()> {
        put(&mut next.external_id, self.external_id.as_ref());
        if let Some(email) = &self.email {
            set_email(next, email.as_deref())?;
        }
        if let Some(verified) = self.email_verified {
            if next.email.is_none() && verified == Some(true) {
                return Err(
                    Error::invalid("email_verified can only be set together with an email").field("email_verified")
                );
            }
            next.email_verified = verified.unwrap_or(false);
        }
        if let Some(number) = &self.phone {
            next.phone = number.as_ref().map(|p| p.written.clone());
            next.formatted_phone = number.as_ref().and_then(|p| p.e164.clone());
        }
        if let Some(name) = &self.name {
            next.name = name.clone().filter(|n| !n.is_empty());
            next.name_key = next.name.as_deref().map(fold);
        }
        Ok(())
    }
}

/// Sets the email address and the fields that are derived from it.
pub(crate) fn set_email(contact: &mut Contact, email: Option<&str>) -> Result<()> {
    let email = email.map(str::trim).filter(|e| !e.is_empty());
    if let Some(email) = email {
        check_email(email)?;
    }
    contact.email = email.map(str::to_owned);
    contact.email_key = email.map(fold);
    contact.email_domain =
        contact.email_key.as_deref().and_then(|e| e.rsplit_once('@')).map(|(_, domain)| domain.to_owned());
    contact.email_verified &= email.is_some();
    Ok(())
}

/// Checks that a text is a valid email address.
pub(crate) fn check_email(email: &str) -> Result<()> {
    if is_address(email) {
        return Ok(());
    }
    Err(Error::invalid("email is not a valid email address").field("email"))
}

/// Returns whether mail can be sent to a text: it has one `@` between two parts, the second one a domain, and no
/// characters that mail headers use between addresses. Addresses of more than 254 bytes are undeliverable (RFC 5321).
pub(crate) fn is_address(text: &str) -> bool {
    let separates = |c: char| c.is_whitespace() || c.is_control() || ",;:<>()[]\\\"".contains(c);
    let is_label = |label: &str| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-');
    let parts = text.split_once('@').filter(|(local, domain)| !local.is_empty() && domain.split('.').all(is_label));
    parts.is_some_and(|(_, domain)| !domain.contains('@'))
        && !text.contains(separates)
        && text.len() <= MAX_EMAIL_LENGTH
}

fn owner_id(cx: &mut Cx, text: &str) -> Result<AdminId> {
    let known = match AdminId::parse(text) {
        Some(id) => admins::exists(cx, id)?.then_some(id),
        None => None,
    };
    known.ok_or_else(|| Error::invalid("The owner specified is not a member of the workspace").field("owner_id"))
}

fn set(value: Option<&Option<String>>) -> bool {
    matches!(value, Some(Some(text)) if !text.trim().is_empty())
}

/// Sets a field. An empty text removes the value, like null.
fn put(target: &mut Option<String>, value: Option<&Option<String>>) {
    if let Some(value) = value {
        *target = value.clone().filter(|v| !v.is_empty());
    }
}

fn put_plain<T: Copy>(target: &mut Option<T>, value: Patch<T>) {
    if let Some(value) = value {
        *target = value;
    }
}
