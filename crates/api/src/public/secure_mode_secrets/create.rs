//! `POST /secure_mode_secrets`

use deskwire_domain::error::Result;
use deskwire_domain::secure_mode_secrets::{self, New};
use http::StatusCode;

use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// Creates a secret and returns it, this once.
pub async fn handle(request: Request) -> Result<Reply> {
    let (body, ip) = (&request.body, request.ip());
    let flag = |key| Ok::<_, deskwire_domain::Error>(body.boolean(key)?.flatten().unwrap_or(false));
    let new = New {
        name: body.text("name")?.flatten().unwrap_or_default(),
        supports_android: flag("supports_android")?,
        supports_ios: flag("supports_ios")?,
        supports_web: flag("supports_web")?,
    };
    let made = request.write(move |cx| secure_mode_secrets::create(cx, &new, ip.as_deref())).await?;
    request.json_with(StatusCode::CREATED, &View::created(&made))
}
