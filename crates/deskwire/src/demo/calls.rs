//! The demo's calls: one that Fin answers and hands over to a teammate, a missed one, and an outbound one.

use deskwire_domain::calls::{self, CallDirection, CallSource, Declared, Entry, New, Speaker};
use deskwire_domain::{Cx, Phone, Result};
use serde_json::json;

const HOUR: i64 = 60 * 60;

/// The transcript of the call with Fin.
const FIN: &[(i64, Speaker, &str)] = &[
    (2, Speaker::Fin, "Hello, this is Fin. How can I help you?"),
    (7, Speaker::Contact, "My invoice is wrong. I was charged for two seats too many."),
    (13, Speaker::Fin, "I am sorry to hear that. I will put you through to a colleague who can look at your invoice."),
];
/// The transcript of the call with the teammate.
const ADA: &[(i64, Speaker, &str)] = &[
    (3, Speaker::Admin, "Hello, this is Ada. I have your invoice here."),
    (9, Speaker::Contact, "Great. We have had twelve seats since June, and you charged fourteen."),
    (16, Speaker::Admin, "You are right. I will send you a corrected invoice today."),
    (22, Speaker::Contact, "Thank you!"),
];

/// Creates the calls.
pub(super) fn fill(cx: &mut Cx) -> Result<()> {
    let (now, phone) = (cx.now(), "+353 83 234 5678");
    let registered = New {
        phone: Phone::read(phone.to_owned(), "IE"),
        external_id: "demo-fin".to_owned(),
        source: CallSource::AwsConnect,
        data: json!({"language": "en", "menu": "Billing"}).as_object().cloned().unwrap_or_default(),
    };
    cx.set_now(now - 3 * HOUR);
    calls::register(cx, &registered)?;
    let call = |id: &str, hours: i64| Declared {
        external_id: id.to_owned(),
        phone: phone.to_owned(),
        initiated_at: Some(now - hours * HOUR),
        ..Declared::default()
    };
    let fin = Declared {
        answered_at: Some(now - 3 * HOUR + 1),
        ended_at: Some(now - 3 * HOUR + 21),
        resolution: Some(calls::CallResolution::Escalated),
        summary: Some("The caller was charged for two seats too many and asked for a corrected invoice.".to_owned()),
        intent: Some(json!({"name": "Billing"}).as_object().cloned().into_iter().collect()),
        transcript: Some(entries(FIN)),
        ..call("demo-fin", 3)
    };
    cx.set_now(now - 3 * HOUR + 90);
    calls::declare(cx, &fin)?;
    let taken_over = Declared {
        fin_call: Some("demo-fin".to_owned()),
        admin: Some("ada@example.com".to_owned()),
        answered_at: Some(now - 3 * HOUR + 60),
        ended_at: Some(now - 3 * HOUR + 90),
        queue_time: Some(38),
        transcript: Some(entries(ADA)),
        ..Declared { initiated_at: Some(now - 3 * HOUR + 21), ..call("demo-taken-over", 3) }
    };
    calls::declare(cx, &taken_over)?;
    let unanswered = Declared { ended_at: Some(now - 2 * HOUR + 45), ..call("demo-unanswered", 2) };
    cx.set_now(now - 2 * HOUR + 45);
    calls::declare(cx, &unanswered)?;
    let back = Declared {
        direction: Some(CallDirection::Outbound),
        admin: Some("ada@example.com".to_owned()),
        answered_at: Some(now - HOUR + 12),
        ended_at: Some(now - HOUR + 300),
        hold_time: Some(20),
        ..call("demo-back", 1)
    };
    cx.set_now(now - HOUR + 300);
    calls::declare(cx, &back)?;
    cx.set_now(now);
    Ok(())
}

fn entries(lines: &[(i64, Speaker, &str)]) -> Vec<Entry> {
    lines.iter().map(|(at, by, text)| Entry { at: *at, by: *by, text: (*text).to_owned() }).collect()
}
