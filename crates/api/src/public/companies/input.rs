//! Reading companies from requests.

use deskwire_domain::companies::Input;
use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::ids::CompanyId;
use serde_json::Value;

use crate::body::{Body, Patch, must_be};
use crate::page::Limits;
use crate::request::Request;

/// Pages of companies.
pub(super) const LIMITS: Limits = Limits { default: 15, most: 60 };
/// Pages of the related objects of a company or contact.
pub(crate) const NESTED: Limits = Limits { default: 50, most: 150 };

/// The id of the company in the path.
pub(crate) fn id(request: &Request) -> Result<CompanyId> {
    request.id("id", ErrorKind::CompanyNotFound)
}

/// The keys of a company in a request.
pub(crate) const KEYS: &[&str] = &[
    "company_id",
    "name",
    "plan",
    "size",
    "website",
    "industry",
    "custom_attributes",
    "remote_created_at",
    "monthly_spend",
    "update_last_request_at",
];

/// The other keys of a company in a response. They are ignored, so that clients can send back a company that they
/// fetched.
const RESPONSE_KEYS: &[&str] = &[
    "type",
    "id",
    "app_id",
    "created_at",
    "updated_at",
    "last_request_at",
    "session_count",
    "user_count",
    "tags",
    "segments",
    "notes",
];

/// Rejects a body with an unknown key.
pub(super) fn check_keys(body: &Body, request_now: bool) -> Result<()> {
    let set = |key: &str| KEYS.contains(&key) && (request_now || key != "update_last_request_at");
    let known = |key: &str| RESPONSE_KEYS.contains(&key) || set(key);
    match body.0.keys().find(|key| !known(key)) {
        Some(key) => Err(Error::new(ErrorKind::BadRequest, format!("bad '{key}' parameter"))),
        None => Ok(()),
    }
}

/// Reads the fields of a company from a body.
pub(crate) fn read(body: &Body) -> Result<Input> {
    Ok(Input {
        company_id: body.id("company_id")?,
        name: body.text("name")?,
        plan: plan(body)?,
        size: body.integer("size")?,
        website: body.text("website")?,
        industry: body.text("industry")?,
        monthly_spend: monthly_spend(body)?,
        remote_created_at: body.time("remote_created_at")?,
        update_last_request_at: body.boolean("update_last_request_at")?.flatten().unwrap_or(false),
        custom_attributes: body.object("custom_attributes")?.flatten().cloned(),
    })
}

/// The name of a plan: a string, or an object as in responses.
fn plan(body: &Body) -> Result<Patch<String>> {
    match body.get("plan") {
        Some(Value::Object(shown)) => match shown.get("name") {
            None => Ok(Some(None)),
            Some(Value::String(name)) => Ok(Some(Some(name.clone()))),
            Some(_) => Err(must_be("plan", "a string, or an object with a name")),
        },
        _ => body.text("plan"),
    }
}

/// A monthly spend; a fraction is cut off.
fn monthly_spend(body: &Body) -> Result<Patch<i64>> {
    let number = match body.get("monthly_spend") {
        Some(Value::Number(n)) if n.is_f64() => n.as_f64(),
        Some(Value::String(text)) if text.contains(['.', 'e', 'E']) => text.trim().parse().ok(),
        _ => return body.integer("monthly_spend"),
    };
    let number = number.filter(|n| n.abs() <= 9e15).ok_or_else(|| must_be("monthly_spend", "an integer"))?;
    #[expect(clippy::cast_possible_truncation, reason = "fractions are cut off, and the number is below 2^53")]
    Ok(Some(Some(number as i64)))
}
