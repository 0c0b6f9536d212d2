//! `PUT /ip_allowlist`

use deskwire_domain::error::Result;
use deskwire_domain::ip_allowlist::{self, Change};
use serde_json::Value;

use super::view::View;
use crate::body::{Body, must_be};
use crate::reply::Reply;
use crate::request::Request;

/// Changes the IP allowlist of the workspace.
pub async fn handle(request: Request) -> Result<Reply> {
    let (change, address) = (input(&request.body)?, request.ip);
    let list = request.write(move |cx| ip_allowlist::update(cx, &change, address)).await?;
    // The change takes effect in this process immediately, and in others within a second.
    request.app.tokens.refresh(&request.app.db).await;
    request.json(&View::from(&list))
}

fn input(body: &Body) -> Result<Change> {
    let texts = |items: &Vec<Value>| items.iter().map(|item| item.as_str().map(str::to_owned)).collect::<Option<_>>();
    let entries = match body.array("ip_allowlist")? {
        Some(Some(items)) => Some(texts(items).ok_or_else(|| must_be("ip_allowlist", "an array of strings"))?),
        Some(None) => Some(Vec::new()),
        None => None,
    };
    Ok(Change { enabled: body.boolean("enabled")?.flatten(), entries })
}
