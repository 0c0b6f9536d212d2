//! `POST /export/reporting_data/enqueue`

use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::exports;
use deskwire_domain::times;
use serde_json::Value;

use crate::body::Body;
use crate::public::export::view::View;
use crate::reply::Reply;
use crate::request::Request;
use crate::versions::Feature;

/// Enqueues an export of a dataset.
pub async fn handle(request: Request) -> Result<Reply> {
    let (requested, ip) = (read(&request)?, request.ip());
    let export = request.write(move |cx| exports::enqueue_reporting(cx, &requested, ip.as_deref())).await?;
    request.json(&View::new(&export, &request))
}

fn read(request: &Request) -> Result<exports::Request> {
    let body = &request.body;
    let dataset_id = needed(body, "dataset_id")?.as_str().ok_or_else(|| must_be("dataset_id", "a String"))?;
    let not_a_list = || bad("'attribute_ids' not an array must be of type Array".to_owned());
    let ids = needed(body, "attribute_ids")?.as_array().ok_or_else(not_a_list)?;
    let text = |id: &Value| id.as_str().map_or_else(|| id.to_string(), str::to_owned);
    let time = |key| times::read(needed(body, key)?).ok_or_else(|| must_be(key, "a unix timestamp in seconds"));
    Ok(exports::Request {
        dataset_id: dataset_id.to_owned(),
        attribute_ids: ids.iter().map(text).collect(),
        start_time: time("start_time")?,
        end_time: time("end_time")?,
        is_narrow: !request.version().has(Feature::UnansweredConversations),
    })
}

fn needed<'a>(body: &'a Body, key: &'static str) -> Result<&'a Value> {
    let missing = || bad(format!("'{key}' is a required parameter"));
    body.get(key).filter(|value| !value.is_null()).ok_or_else(missing)
}

/// Like [`body::must_be`](crate::body::must_be), with the status and the wording of this operation.
fn must_be(key: &str, what: &str) -> Error {
    bad(format!("'{key}' must be {what}"))
}

fn bad(message: String) -> Error {
    Error::new(ErrorKind::BadRequest, message)
}
