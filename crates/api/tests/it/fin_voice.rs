//! `/fin_voice`

use deskwire_testkit::{NOW, TestApp, both, json};

use crate::calls::{PHONE, declare, only, recording, register, try_declare};
use crate::support::id;

#[both]
async fn fin_registers_a_call_and_hands_it_over(app: TestApp) {
    let data = json!({"order": 7, "menu": "<b>Billing</b>"});
    let body = json!({"phone_number": "+353 83 234 5678", "call_id": "call-123", "source": "zoom_phone", "data": data});
    let made = app.post("/fin_voice/register", body.clone()).await.ok();
    let call = only(&app).await;
    assert_eq!(
        made,
        json!({"id": made["id"], "app_id": made["app_id"], "user_phone_number": PHONE, "status": "registered",
            "intercom_call_id": call["id"], "external_call_id": "call-123",
            "intercom_conversation_id": call["conversation_id"], "call_transcript": [], "call_summary": "", "intent": []})
    );
    assert!(made["app_id"].as_i64().is_some_and(|n| n < 1 << 31));
    let taken = app.post("/fin_voice/register", body).await.refused(409, "conflict");
    assert_eq!(taken, "A call with this call_id is registered already");
    let conversation = app.get(&format!("/conversations/{}", call["conversation_id"].as_str().unwrap())).await.ok();
    let note = &conversation["conversation_parts"]["conversation_parts"][0];
    assert_eq!(
        (&note["part_type"], &note["body"]),
        (&json!("note"), &json!("<p>order: 7<br>menu: &lt;b&gt;Billing&lt;/b&gt;</p>"))
    );
    app.clock.advance(100);
    let answered = json!({"external_id": "call-123", "phone": PHONE, "answered_at": NOW + 1});
    declare(&app, answered).await;
    let collect = format!("/fin_voice/collect/{}", made["id"]);
    assert_eq!(app.get(&collect).await.ok()["status"], "in-progress");
    let summary = "é".repeat(300);
    let ended = json!({"external_id": "call-123", "phone": PHONE, "ended_at": NOW + 21, "resolution": "escalated",
        "summary": summary, "intent": [{"name": "Billing"}], "transcript": [{"at": 2, "by": "fin", "text": "Hello."}]});
    try_declare(&app, ended, Some(recording(&app, b"fin"))).await.unwrap();
    let shown = app.get(&collect).await.ok();
    assert_eq!((&shown["status"], &shown["intent"]), (&json!("escalated"), &json!([{"name": "Billing"}])));
    assert_eq!(shown["call_summary"], "é".repeat(256));
    assert_eq!(shown["call_transcript"], json!([{"timestamp": "00:00:02", "speaker": "Fin", "text": "Hello."}]));
    for version in ["2.15", "2.16", "Unstable"] {
        let client = app.version(version);
        for path in [
            &collect,
            "/fin_voice/external_id/call-123",
            "/fin_voice/phone_number/+353832345678",
            "/fin_voice/phone_number/%2B353%2083%20234%205678",
        ] {
            assert_eq!(client.get(path).await.ok(), shown, "{version} {path}");
        }
        let path = format!("/fin_voice/conversation/{}", call["conversation_id"].as_str().unwrap());
        assert_eq!(client.get(&path).await.ok(), json!([shown]));
    }
    // The teammate's call is another one in the same conversation.
    let human = json!({"external_id": "human", "phone": PHONE, "fin_call": "call-123", "admin": "ada@acme.test",
        "answered_at": NOW + 100, "initiated_at": NOW + 30});
    declare(&app, human).await;
    let human = app.get("/calls").await.ok()["data"][0].clone();
    assert_eq!(human["conversation_id"], call["conversation_id"]);
    let of_fin = |what: &str| format!("http://deskwire.test/calls/{}/{what}", id(&call));
    assert_eq!(
        (&human["fin_recording_url"], &human["fin_transcription_url"]),
        (&json!(of_fin("recording")), &json!(of_fin("transcript")))
    );
    let path = format!("/fin_voice/conversation/{}", call["conversation_id"].as_str().unwrap());
    assert_eq!(app.get(&path).await.ok(), json!([shown]), "only Fin's");
    let both = app.post("/calls/search", json!({"conversation_ids": [call["conversation_id"]]})).await.ok();
    assert_eq!(both["data"].as_array().unwrap().len(), 2);
    let elsewhere = json!({"external_id": "x", "phone": "+353 83 234 5679", "fin_call": "call-123"});
    assert_eq!(
        try_declare(&app, elsewhere, None).await,
        Err("fin_call must be a call of the same phone number".to_owned())
    );
    for number in 0..9 {
        let next = json!({"external_id": format!("h{number}"), "phone": PHONE, "fin_call": "call-123"});
        let done = try_declare(&app, next, None).await;
        let full = Err("a conversation can have 10 calls at most".to_owned());
        assert_eq!(done, if number < 8 { Ok(true) } else { full });
    }
}

#[both]
async fn registrations_that_cannot_be_used_are_rejected(app: TestApp) {
    for (body, code, why) in [
        (json!({}), "parameter_not_found", "phone_number is required"),
        (json!({"phone_number": PHONE}), "parameter_not_found", "call_id is required"),
        (json!({"phone_number": PHONE, "call_id": " "}), "parameter_not_found", "call_id is required"),
        (json!({"phone_number": "x", "call_id": "1"}), "invalid_phone_number", "Invalid phone number"),
        (json!({"phone_number": "+0123456789", "call_id": "1"}), "invalid_phone_number", "Invalid phone number"),
        (
            json!({"phone_number": PHONE, "call_id": "1", "source": "x"}),
            "parameter_invalid",
            "source must be 'aws_connect', 'five9' or 'zoom_phone'",
        ),
        (json!({"phone_number": PHONE, "call_id": "1", "data": []}), "parameter_invalid", "data must be an object"),
        (
            json!({"phone_number": PHONE, "call_id": "x".repeat(256)}),
            "parameter_invalid",
            "call_id is too long (maximum is 255 bytes)",
        ),
        (
            json!({"phone_number": PHONE, "call_id": "1", "data": {"x": "y".repeat(10_000)}}),
            "parameter_invalid",
            "data is too long (maximum is 10000 bytes)",
        ),
    ] {
        assert_eq!(app.post("/fin_voice/register", body).await.refused(400, code), why);
    }
    assert_eq!(app.get("/calls").await.ok()["total_count"], 0);
    declare(&app, json!({"external_id": "declared", "phone": PHONE})).await;
    let number = json!({"phone_number": PHONE, "call_id": "declared"});
    app.post("/fin_voice/register", number).await.refused(409, "conflict");
    for path in ["collect/1", "collect/x", "external_id/declared", "phone_number/x", "phone_number/+353832345678"] {
        assert_eq!(app.get(&format!("/fin_voice/{path}")).await.refused(404, "not_found"), "Not Found", "{path}");
    }
    for path in ["conversation/7", "conversation/x"] {
        assert_eq!(app.get(&format!("/fin_voice/{path}")).await.refused(404, "not_found"), "Resource Not Found");
    }
    let conversation = only(&app).await["conversation_id"].as_str().unwrap().to_owned();
    let calls = app.get(&format!("/fin_voice/conversation/{conversation}")).await.ok();
    assert_eq!(calls, json!([]), "it has no call of Fin");
    for version in ["2.15", "2.16", "Unstable"] {
        register(&app.version(version), version).await;
    }
    // A number that no plan has yet may call all the same.
    let unplanned = json!({"phone_number": "+1234567890", "call_id": "unplanned"});
    assert_eq!(app.post("/fin_voice/register", unplanned).await.ok()["user_phone_number"], "+1234567890");
    let reader = app.scoped("read_conversations").await;
    reader.get("/fin_voice/phone_number/+1234567890").await.ok();
    let body = json!({"phone_number": PHONE, "call_id": "1"});
    reader.post("/fin_voice/register", body).await.refused(403, "forbidden");
    app.version("2.14").off_the_record().get("/fin_voice/collect/1").await.refused(400, "intercom_version_invalid");
}

#[both]
async fn concurrent_registrations_create_one_call(app: TestApp) {
    let client = app.client().off_the_record();
    let body = json!({"phone_number": PHONE, "call_id": "same"});
    let (a, b, c) = tokio::join!(
        client.post("/fin_voice/register", body.clone()),
        client.post("/fin_voice/register", body.clone()),
        client.post("/fin_voice/register", json!({"phone_number": PHONE, "call_id": "other"})),
    );
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!((statuses, c.status), ([200, 409], 200));
    assert_eq!(app.get("/calls").await.ok()["total_count"], 2);
    assert_eq!(app.get("/contacts").await.ok()["total_count"], 1);
    let last = app.get("/fin_voice/phone_number/+353832345678").await.ok();
    assert_eq!(last["id"], json!(1002));
}
