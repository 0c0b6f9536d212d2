//! Notifying an app that it was uninstalled.

use std::time::Duration;

use bytes::Bytes;
use deskwire_domain::error::{Error, Result};
use deskwire_domain::jobs::{Job, Work as _};
use deskwire_domain::oauth::Notice;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};

use crate::outbound::Outbound;

/// The header that proves that this server sent the notice.
const SIGNATURE: HeaderName = HeaderName::from_static("x-body-signature");
/// How long the app may take to respond.
const LIMIT: Duration = Duration::from_secs(5);

/// Posts the notice. After a crash or a failure it is sent again, so an app may receive it more than once.
pub(crate) async fn notify(outbound: &Outbound, job: &Job) -> Result<()> {
    let notice = Notice::of(job)?;
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(signature) = &notice.signature {
        headers.insert(SIGNATURE, HeaderValue::from_str(signature).map_err(Error::internal)?);
    }
    let body = Bytes::from(notice.body());
    match outbound.post(&notice.url, headers, body, LIMIT).await {
        Ok(answer) if answer.status.is_success() || answer.status == StatusCode::GONE => Ok(()),
        Ok(answer) => Err(Error::internal(format!("{} answered {}", notice.url, answer.status.as_u16()))),
        Err(failure) => Err(Error::internal(format!("{}: {failure}", notice.url))),
    }
}
