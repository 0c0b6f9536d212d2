//! Reading contacts from requests.

use deskwire_domain::contacts::Input;
use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::ids::ContactId;
use deskwire_domain::{Phone, Tenant};

use crate::body::{Body, Patch};
use crate::request::Request;

/// The id of the contact in the path.
pub(crate) fn id(request: &Request) -> Result<ContactId> {
    request.id("id", ErrorKind::ContactNotFound)
}

/// The id of a contact in the body.
pub(crate) fn named(body: &Body, key: &'static str) -> Result<ContactId> {
    let text = body.id(key)?.flatten().ok_or_else(|| Error::missing(format!("{key} is required")).field(key))?;
    ContactId::parse(&text).ok_or_else(|| ErrorKind::ContactNotFound.into())
}

/// Reads the fields of a contact from a body. Unknown keys are ignored, as the API does.
pub(crate) fn read(body: &Body, tenant: &Tenant) -> Result<Input> {
    Ok(Input {
        role: body.text("role")?,
        external_id: body.id("external_id")?,
        email: body.text("email")?,
        email_verified: body.boolean("email_verified")?,
        phone: phone(body, tenant)?,
        name: body.text("name")?,
        avatar: avatar(body)?,
        signed_up_at: body.time("signed_up_at")?,
        last_seen_at: body.time("last_seen_at")?,
        owner_id: body.id("owner_id")?,
        unsubscribed_from_emails: body.boolean("unsubscribed_from_emails")?,
        language_override: body.text("language_override")?,
        custom_attributes: body.object("custom_attributes")?.flatten().cloned(),
    })
}

/// An empty phone number counts as none.
fn phone(body: &Body, tenant: &Tenant) -> Result<Patch<Phone>> {
    let written = body.text("phone")?.map(|p| p.filter(|text| !text.trim().is_empty()));
    Ok(written.map(|p| p.map(|text| Phone::read(text, &tenant.default_country))))
}

/// An avatar is a URL, or an object with `image_url`.
fn avatar(body: &Body) -> Result<Patch<String>> {
    match body.get("avatar") {
        Some(serde_json::Value::Object(map)) => Body(map.clone()).text("image_url"),
        _ => body.text("avatar"),
    }
}
