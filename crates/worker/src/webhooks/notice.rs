//! What is sent: the bytes of a notification and their signature.

use deskwire_domain::webhooks::{self, Delivery, PING};
use hmac::{Hmac, KeyInit, Mac};
use http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use serde_json::value::RawValue;
use sha1::Sha1;

const SIGNATURE: HeaderName = HeaderName::from_static("x-hub-signature");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

#[derive(Serialize)]
struct Notification<'a> {
    r#type: &'static str,
    app_id: &'a str,
    id: Option<String>,
    created_at: i64,
    topic: &'a str,
    delivery_attempts: i64,
    first_sent_at: i64,
    delivery_status: Option<&'static str>,
    delivered_at: i64,
    links: Links,
    #[serde(rename = "self")]
    itself: Option<&'a str>,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Links {}

#[derive(Serialize)]
struct Data<'a> {
    r#type: &'static str,
    item: &'a RawValue,
}

/// The body of a delivery's next attempt, begun at `now`.
pub(super) fn body(workspace: &str, delivery: &Delivery, now: i64) -> Result<Vec<u8>, serde_json::Error> {
    let ping = delivery.topic == PING;
    serde_json::to_vec(&Notification {
        r#type: "notification_event",
        app_id: workspace,
        id: (!ping).then(|| webhooks::notification_id(workspace, delivery.id)),
        created_at: delivery.event_at,
        topic: &delivery.topic,
        delivery_attempts: delivery.attempts + 1,
        first_sent_at: delivery.first_sent_at.unwrap_or(now),
        delivery_status: (!ping).then_some("pending"),
        delivered_at: 0,
        links: Links {},
        itself: None,
        data: Data { r#type: "notification_event_data", item: serde_json::from_str(&delivery.item)? },
    })
}

/// The headers of a body, signed with the app's secret.
pub(super) fn headers(secret: &str, body: &[u8]) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(4);
    headers.insert(CONTENT_TYPE, JSON);
    headers.insert(ACCEPT, JSON);
    if let Ok(value) = HeaderValue::from_str(&format!("sha1={}", signature(secret, body))) {
        headers.insert(SIGNATURE, value);
    }
    headers
}

fn signature(secret: &str, body: &[u8]) -> String {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).expect("a key of any length will do");
    mac.update(body);
    deskwire_domain::secrets::hex(&mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::signature;

    #[test]
    fn the_signature_is_that_of_rfc_2202() {
        assert_eq!(signature("Jefe", b"what do ya want for nothing?"), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    }
}
