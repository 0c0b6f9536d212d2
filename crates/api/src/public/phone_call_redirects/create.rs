//! `POST /phone_call_redirects`

use deskwire_domain::Phone;
use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::phone_call_redirects::{self as redirects, New};
use serde::Serialize;

use crate::reply::Reply;
use crate::request::Request;

#[derive(Serialize)]
struct View<'a> {
    r#type: &'static str,
    url: &'a str,
    phone: &'a str,
}

/// Sends a caller a link by text message, to a page where they can write instead. A link that could not be sent is
/// deleted.
pub async fn handle(request: Request) -> Result<Reply> {
    let phone = request.body.id("phone")?.flatten().unwrap_or_default();
    let custom_attributes = request.body.object("custom_attributes")?.flatten().cloned().unwrap_or_default();
    let (app, tenant) = (request.app().clone(), request.caller().tenant().clone());
    let new = New { phone: Phone::read(phone, &tenant.default_country), custom_attributes };
    if new.phone.e164.is_none() {
        return Err(ErrorKind::InvalidPhoneNumber.into());
    }
    let texts = app.config.texts.as_deref().ok_or_else(|| {
        Error::new(ErrorKind::SmsFailed, "SMS was not sent: this server has no SMS provider (the setting sms_url)")
    })?;
    let turn = app.texts.take(request.caller().share());
    let _turn = turn.ok_or_else(|| Error::new(ErrorKind::RateLimited, "Too many text messages are sent at once"))?;
    let made = request.write(move |cx| redirects::create(cx, &new)).await?;
    let url = format!("{}/msgr/{}", request.origin, made.secret);
    if let Err(why) = texts.send(&made.phone, &redirects::text(&tenant.name, &url)).await {
        tracing::warn!(workspace = tenant.id, why, "a text message was not sent");
        request.write(move |cx| redirects::withdraw(cx, made.id)).await?;
        return Err(ErrorKind::SmsFailed.into());
    }
    request.json(&View { r#type: "phone_call_redirect", url: &url, phone: &made.phone })
}
