//! `POST /fin_voice/register`

use deskwire_domain::Phone;
use deskwire_domain::calls::{self, CallSource, New};
use deskwire_domain::error::{Error, Result};

use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// Registers a call that Fin answers.
pub async fn handle(request: Request) -> Result<Reply> {
    let new = read(&request)?;
    let call = request.write(move |cx| calls::register(cx, &new)).await?;
    request.json(&View::new(&call, &[], request.caller().workspace()))
}

fn read(request: &Request) -> Result<New> {
    let body = &request.body;
    let needed = |key: &'static str| {
        let text = body.needed_id(key)?.trim().to_owned();
        if text.is_empty() { Err(Error::missing(format!("{key} is required")).field(key)) } else { Ok(text) }
    };
    let source = match body.text("source")?.flatten() {
        None => CallSource::default(),
        Some(text) => CallSource::parse(&text)
            .ok_or_else(|| Error::invalid("source must be 'aws_connect', 'five9' or 'zoom_phone'").field("source"))?,
    };
    let phone = Phone::read(needed("phone_number")?, &request.caller().tenant().default_country);
    let data = body.object("data")?.flatten().cloned().unwrap_or_default();
    Ok(New { phone, external_id: needed("call_id")?, source, data })
}
