//! `PATCH /app/v1/me`

use deskwire_domain::admins;
use deskwire_domain::error::Result;
use serde::Deserialize;

use super::super::request::Request;
use super::super::start::teammate;
use crate::reply::Reply;

#[derive(Deserialize)]
struct Input {
    name: String,
}

/// Changes the teammate's name.
pub async fn change(request: Request) -> Result<Reply> {
    let (Input { name }, ip) = (request.body()?, request.ip());
    request.write(move |cx| admins::rename_self(cx, &name, ip.as_deref()).map(|admin| teammate(&admin))).await
}
