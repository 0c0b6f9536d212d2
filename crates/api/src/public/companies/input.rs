//! What a request may set on a company.

use deskwire_domain::companies::Input;
use deskwire_domain::error::{Error, Kind, Result};
use serde_json::Value;

use crate::body::{Body, Patch, wrong};

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

/// Refuses a body with a key that is none of a company's. Its `id` may stand beside them.
pub(super) fn check_keys(body: &Body, request_now: bool) -> Result<()> {
    let known = |key: &str| key == "id" || KEYS.contains(&key) && (request_now || key != "update_last_request_at");
    match body.0.keys().find(|key| !known(key)) {
        Some(key) => Err(Error::new(Kind::BadRequest, format!("bad '{key}' parameter"))),
        None => Ok(()),
    }
}

/// Reads the fields of a company from a body.
pub(crate) fn read(body: &Body) -> Result<Input> {
    Ok(Input {
        company_id: body.id("company_id")?,
        name: body.text("name")?,
        plan: body.text("plan")?,
        size: body.integer("size")?,
        website: body.text("website")?,
        industry: body.text("industry")?,
        monthly_spend: monthly_spend(body)?,
        remote_created_at: body.time("remote_created_at")?,
        update_last_request_at: body.boolean("update_last_request_at")?.flatten().unwrap_or(false),
        custom_attributes: body.object("custom_attributes")?.flatten().cloned(),
    })
}

/// A monthly spend: what comes after the point is cut off.
fn monthly_spend(body: &Body) -> Result<Patch<i64>> {
    let number = match body.get("monthly_spend") {
        Some(Value::Number(n)) if n.is_f64() => n.as_f64(),
        Some(Value::String(text)) if text.contains(['.', 'e', 'E']) => text.trim().parse().ok(),
        _ => return body.integer("monthly_spend"),
    };
    let number = number.filter(|n| n.abs() <= 9e15).ok_or_else(|| wrong("monthly_spend", "an integer"))?;
    #[expect(clippy::cast_possible_truncation, reason = "cutting is what is asked, and the number is below 2^53")]
    Ok(Some(Some(number as i64)))
}
