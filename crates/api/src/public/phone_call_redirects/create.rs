//! `POST /phone_call_redirects`

use deskwire_domain::Phone;
use deskwire_domain::error::{Error, ErrorKind, Result};

use crate::body::wrong;
use crate::reply::Reply;
use crate::request::Request;

/// Sends a caller a link to the messenger by text message. There is no provider of text messages to do that with, so
/// a good number is refused as one that the message did not reach.
pub async fn handle(request: Request) -> Result<Reply> {
    let phone = request.body.id("phone")?.flatten().unwrap_or_default();
    if request.body.get("custom_attributes").is_some_and(|v| !v.is_object() && !v.is_null()) {
        return Err(wrong("custom_attributes", "an object"));
    }
    if Phone::read(phone, &request.caller().tenant().default_country).e164.is_none() {
        return Err(ErrorKind::InvalidPhoneNumber.into());
    }
    Err(Error::new(ErrorKind::SmsFailed, "SMS was not sent: this server has no SMS provider"))
}
