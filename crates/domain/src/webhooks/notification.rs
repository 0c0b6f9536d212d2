//! The body of a notification.

use serde::Serialize;
use serde_json::value::RawValue;

use super::{Delivery, PING, notification_id};

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

/// The body of an attempt to deliver: `attempt` is its number, `now` its start.
pub fn body(workspace: &str, delivery: &Delivery, attempt: i64, now: i64) -> Result<Vec<u8>, serde_json::Error> {
    let ping = delivery.topic == PING;
    serde_json::to_vec(&Notification {
        r#type: "notification_event",
        app_id: workspace,
        id: (!ping).then(|| notification_id(workspace, delivery.id)),
        created_at: delivery.event_at,
        topic: &delivery.topic,
        delivery_attempts: attempt,
        first_sent_at: delivery.first_sent_at.unwrap_or(now),
        delivery_status: (!ping).then_some("pending"),
        delivered_at: 0,
        links: Links {},
        itself: None,
        data: Data { r#type: "notification_event_data", item: serde_json::from_str(&delivery.item)? },
    })
}
