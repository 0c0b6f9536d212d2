//! `POST /export/content/data`

use deskwire_domain::error::{Error, Result};
use deskwire_domain::exports;

use crate::public::export::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// Enqueues an export of the messages sent in a period.
pub async fn handle(request: Request) -> Result<Reply> {
    let time = |key: &'static str| {
        let missing = || Error::missing(format!("{key} is required")).field(key);
        request.body.time(key)?.flatten().ok_or_else(missing)
    };
    let (from, until, ip) = (time("created_at_after")?, time("created_at_before")?, request.ip());
    let export = request.write(move |cx| exports::enqueue(cx, from, until, ip.as_deref())).await?;
    request.json(&View::new(&export, &request))
}
