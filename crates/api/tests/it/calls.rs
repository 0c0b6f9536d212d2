//! `/calls`

use deskwire_domain::calls::{self, Declared, Recording};
use deskwire_domain::{Actor, Cx, attachments};
use deskwire_testkit::{Client, NOW, TestApp, Value, both, json};

use crate::support::id;

pub(crate) const PHONE: &str = "+353832345678";

/// Declares a call as a workspace file does; whether that changed anything.
pub(crate) async fn declare(app: &TestApp, call: Value) -> bool {
    try_declare(app, call, None).await.unwrap()
}

/// The same with a recording; the message of a refusal.
pub(crate) async fn try_declare(app: &TestApp, call: Value, recording: Option<Recording>) -> Result<bool, String> {
    let by = app.actor();
    let call = Declared { stored: recording, ..serde_json::from_value(call).unwrap() };
    let done = app.db().write(move |tx| calls::declare(&mut Cx::new(tx, &by), &call)).await;
    done.map_err(|error| error.message.into_owned())
}

/// A recording of these bytes.
pub(crate) fn recording(app: &TestApp, bytes: &[u8]) -> Recording {
    let attachments::Content { content_type, filesize, size, hash } =
        attachments::Content::store(&app.app.files, &app.workspace_id, bytes, Some("audio/wav")).unwrap();
    attachments::New::Stored { name: "call one.wav".to_owned(), content_type, filesize, size, hash }
}

pub(crate) async fn register(client: &Client, call_id: &str) -> Value {
    client.post("/fin_voice/register", json!({"phone_number": PHONE, "call_id": call_id})).await.ok()
}

/// The only call there is.
pub(crate) async fn only(app: &TestApp) -> Value {
    let list = app.get("/calls").await.ok();
    assert_eq!(list["total_count"], 1, "{list}");
    list["data"][0].clone()
}

/// A call that was registered for Fin Voice, with a transcript and a recording, as it was registered. Each has a phone number
/// of its own.
pub(crate) async fn with_everything(app: &TestApp, (client, actor): (&Client, &Actor), external_id: &str) -> Value {
    let phone = format!("+1415555{:04}", external_id.bytes().map(u32::from).sum::<u32>());
    let call = json!({"phone_number": phone, "call_id": external_id});
    let registered = client.post("/fin_voice/register", call).await.ok();
    let said = json!({"external_id": external_id, "phone": phone,
        "transcript": [{"at": 1, "by": "contact", "text": "secret"}]});
    let said = Declared { stored: Some(recording(app, b"secret")), ..serde_json::from_value(said).unwrap() };
    let by = actor.clone();
    app.write(move |tx| calls::declare(&mut Cx::new(tx, &by), &said)).await;
    registered
}

fn without_times(call: &Value) -> Value {
    let mut call = call.clone();
    for key in ["duration", "talk_time", "queue_time", "hold_time"] {
        call.as_object_mut().unwrap().remove(key);
    }
    call
}

fn transcript() -> Value {
    json!([
        {"at": 3, "by": "admin", "text": "Hello, how\ncan I \"help\"?"},
        {"at": 4000, "by": "contact", "text": "My invoice is wrong."},
        {"at": 4001, "by": "fin", "text": "I see."},
    ])
}

#[both]
async fn a_declared_call_is_shown_in_each_version(app: TestApp) {
    let user = json!({"external_id": "grace", "phone": "+353 83 234 5678"});
    let user = app.post("/contacts", user).await.ok();
    assert_eq!(
        app.get("/calls").await.ok(),
        json!({"type": "list", "data": [], "total_count": 0,
        "pages": {"type": "pages", "next": null, "page": 1, "per_page": 25, "total_pages": 0}})
    );
    app.clock.advance(100);
    let call = json!({"external_id": "one", "phone": "083 234 5678", "admin": "ADA@acme.test", "initiated_at": NOW,
        "answered_at": NOW + 10, "ended_at": NOW + 90, "queue_time": 8, "hold_time": 5, "transcript": transcript()});
    let mut call = call;
    call["phone"] = json!("+353 (83) 234-5678");
    assert_eq!(try_declare(&app, call.clone(), Some(recording(&app, b"sound"))).await, Ok(true));
    assert_eq!(try_declare(&app, call.clone(), Some(recording(&app, b"sound"))).await, Ok(false), "nothing changed");
    let shown = only(&app).await;
    let at = format!("/calls/{}", id(&shown));
    let url = |of: &str| format!("http://deskwire.test{at}/{of}");
    assert_eq!(
        shown,
        json!({"type": "call", "id": shown["id"], "conversation_id": shown["conversation_id"],
            "admin_id": app.admin_id, "contact_id": user["id"], "state": "completed", "initiated_at": NOW,
            "answered_at": NOW + 10, "ended_at": NOW + 90, "created_at": NOW + 100, "updated_at": NOW + 100,
            "recording_url": url("recording"), "transcription_url": url("transcript"), "call_type": "phone",
            "direction": "inbound", "ended_reason": "answered", "phone": PHONE, "fin_recording_url": null,
            "fin_transcription_url": null, "duration": 90, "talk_time": 75, "queue_time": 8, "hold_time": 5})
    );
    let conversation = json!({"conversation_ids": [shown["conversation_id"], "7", "x"]});
    for version in ["2.14", "2.15", "2.16", "Unstable"] {
        let client = app.version(version);
        let expected = if version == "Unstable" { shown.clone() } else { without_times(&shown) };
        assert_eq!(client.get(&at).await.ok(), expected, "{version}");
        assert_eq!(client.get("/calls").await.ok()["data"], json!([expected]), "{version}");
        let mut searched = expected;
        searched["transcript"] = json!([
            {"timestamp": "00:00:03", "speaker": "Teammate 1", "text": "Hello, how\ncan I \"help\"?"},
            {"timestamp": "01:06:40", "speaker": "User", "text": "My invoice is wrong."},
            {"timestamp": "01:06:41", "speaker": "Fin", "text": "I see."},
        ]);
        searched["transcript_status"] = json!("completed");
        let found = client.post("/calls/search", conversation.clone()).await.ok();
        assert_eq!(found, json!({"type": "list", "data": [searched]}), "{version}");
    }
    let path = format!("{at}/transcript");
    for version in ["2.14", "2.15", "2.16"] {
        assert_eq!(app.version(version).get(&path).await.status, 200);
        assert_eq!(app.version(version).get(&format!("{at}/recording")).await.status, 302);
    }
    let file = app.get(&path).await;
    assert_eq!(file.header("content-type"), Some("text/plain; charset=utf-8"));
    assert_eq!(file.header("content-disposition"), Some("attachment; filename=transcription_data-2026-03-01.txt"));
    assert_eq!(
        file.text,
        "[00:00:03] Teammate 1: \"Hello, how can I \"help\"?\"\n[01:06:40] User: \"My invoice is wrong.\"\n\
         [01:06:41] Fin: \"I see.\""
    );
    app.version("2.13").off_the_record().get("/calls").await.refused(400, "intercom_version_invalid");
    let other = app.scoped("read_users").await;
    other.get("/calls").await.refused(401, "token_unauthorized");
    other.get(&at).await.refused(401, "token_unauthorized");
}

#[both]
async fn a_recording_is_behind_a_signed_url(app: TestApp) {
    try_declare(&app, json!({"external_id": "one", "phone": PHONE}), Some(recording(&app, b"sound"))).await.unwrap();
    let at = format!("/calls/{}/recording", id(&only(&app).await));
    let redirect = app.get(&at).await;
    assert_eq!(redirect.status, 302);
    let location = redirect.header("location").unwrap().strip_prefix("http://deskwire.test").unwrap().to_owned();
    let file = app.anonymous().off_the_record().get(&location).await;
    assert_eq!((file.status, file.text.as_str(), file.header("content-type")), (200, "sound", Some("audio/wav")));
    assert_eq!(file.header("content-disposition"), Some("attachment; filename*=UTF-8''call%20one%2Ewav"));
    let stolen = location.replace("signature=", "signature=0");
    app.anonymous().off_the_record().get(&stolen).await.refused(404, "not_found");
    // Another recording takes its place, and the one before is no longer there.
    let newer = Some(recording(&app, b"newer"));
    assert_eq!(try_declare(&app, json!({"external_id": "one", "phone": PHONE}), newer).await, Ok(true));
    app.anonymous().off_the_record().get(&location).await.refused(404, "not_found");
    let location = app.get(&at).await.header("location").unwrap().replace("http://deskwire.test", "");
    assert_eq!(app.anonymous().off_the_record().get(&location).await.text, "newer");
}

#[both]
async fn missing_transcripts_and_recordings_are_not_found(app: TestApp) {
    declare(&app, json!({"external_id": "one", "phone": PHONE})).await;
    let call = only(&app).await;
    let at = format!("/calls/{}", id(&call));
    assert_eq!(
        (&call["state"], &call["recording_url"], &call["transcription_url"]),
        (&json!("initiated"), &json!(null), &json!(null))
    );
    assert_eq!(app.get(&format!("{at}/recording")).await.refused(404, "not_found"), "Recording Not Found");
    assert_eq!(app.get(&format!("{at}/transcript")).await.refused(404, "not_found"), "Not Found");
    for path in ["/calls/7", "/calls/x", "/calls/7/recording", "/calls/7/transcript", "/calls/x/transcript"] {
        assert_eq!(app.get(path).await.refused(404, "not_found"), "Not Found", "{path}");
    }
    let conversation = json!({"conversation_ids": [call["conversation_id"]]});
    let found = app.post("/calls/search", conversation).await.ok();
    assert_eq!((&found["data"][0]["transcript"], &found["data"][0]["transcript_status"]), (&json!([]), &json!(null)));
    for ids in [json!([]), json!(null), json!("1"), json!([true]), json!([null]), json!(vec!["1"; 21])] {
        let answer = app.post("/calls/search", json!({"conversation_ids": ids})).await;
        let message = "A list of up to 20 conversation IDs is required";
        let error = json!({"code": "conversation_id_limit_exceeded", "message": message});
        assert_eq!(answer.with(400), json!({"type": "error.list", "errors": [error]}));
    }
    app.post("/calls/search", json!({})).await.with(400);
    assert_eq!(app.post("/calls/search", json!({"conversation_ids": [7, "x"]})).await.ok()["data"], json!([]));
    app.get("/calls?page=0").await.refused(400, "parameter_invalid");
    app.get("/calls?per_page=x").await.refused(400, "parameter_invalid");
}

#[both]
async fn calls_are_listed_newest_first_in_pages(app: TestApp) {
    for number in 0..30 {
        app.clock.advance(1);
        declare(&app, json!({"external_id": format!("call-{number}"), "phone": PHONE})).await;
    }
    let first = app.get("/calls?per_page=100").await.ok();
    let pages = &first["pages"];
    assert_eq!((&first["total_count"], &pages["per_page"], &pages["total_pages"]), (&json!(30), &json!(25), &json!(2)));
    let cursor = pages["next"]["starting_after"].as_str().unwrap();
    let second = app.get(&format!("/calls?starting_after={cursor}")).await.ok();
    assert_eq!(second, app.get("/calls?page=2").await.ok());
    let data = |page: &Value| page["data"].as_array().unwrap().clone();
    let times =
        [data(&first), data(&second)].concat().iter().map(|c| c["created_at"].as_i64().unwrap()).collect::<Vec<_>>();
    assert_eq!(times, (1..=30).rev().map(|n| NOW + n).collect::<Vec<_>>());
    let contacts = app.get("/contacts").await.ok();
    assert_eq!(contacts["total_count"], 1, "one lead has all calls of a number");
}

#[both]
async fn a_call_has_a_conversation_of_the_phone_channel(app: TestApp) {
    declare(&app, json!({"external_id": "in", "phone": PHONE, "initiated_at": NOW - 50})).await;
    let call = only(&app).await;
    let at = format!("/conversations/{}", call["conversation_id"].as_str().unwrap());
    let conversation = app.get(&at).await.ok();
    assert_eq!(
        (&conversation["source"]["type"], &conversation["source"]["delivered_as"]),
        (&json!("phone_call"), &json!("customer_initiated"))
    );
    assert_eq!(conversation["channel"], json!({"initial": "phone_call", "current": "phone_call"}));
    assert_eq!(
        (&conversation["created_at"], &conversation["contacts"]["contacts"][0]["id"]),
        (&json!(NOW - 50), &call["contact_id"])
    );
    assert_eq!(
        (&conversation["source"]["author"]["type"], &conversation["admin_assignee_id"]),
        (&json!("lead"), &json!(0))
    );
    let contact = app.get(&format!("/contacts/{}", call["contact_id"].as_str().unwrap())).await.ok();
    assert_eq!((&contact["role"], &contact["phone"]), (&json!("lead"), &json!(PHONE)));
    let query = json!({"query": {"field": "source.type", "operator": "=", "value": "phone_call"}});
    assert_eq!(app.post("/conversations/search", query).await.ok()["total_count"], 1);
    // The teammate who takes the call is assigned the conversation.
    assert!(
        declare(&app, json!({"external_id": "in", "phone": PHONE, "admin": "ada@acme.test", "answered_at": NOW})).await
    );
    let conversation = app.get(&at).await.ok();
    assert_eq!(conversation["admin_assignee_id"], json!(app.admin_id.number()));
    assert_eq!(only(&app).await["state"], "in-progress");
    let out = json!({"external_id": "out", "phone": PHONE, "admin": "ada@acme.test", "direction": "outbound"});
    declare(&app, out).await;
    let call = app.get("/calls").await.ok()["data"][0].clone();
    let conversation = app.get(&format!("/conversations/{}", call["conversation_id"].as_str().unwrap())).await.ok();
    assert_eq!(
        (&conversation["source"]["delivered_as"], &conversation["source"]["author"]["type"]),
        (&json!("admin_initiated"), &json!("admin"))
    );
    assert_eq!((&call["duration"], &call["talk_time"]), (&json!(null), &json!(null)));
    // Deleting the conversation deletes the call.
    app.delete(&at).await.ok();
    assert_eq!(only(&app).await["id"], call["id"]);
    // So does deleting the contact.
    app.delete(&format!("/contacts/{}", call["contact_id"].as_str().unwrap())).await.ok();
    assert_eq!(app.get("/calls").await.ok()["total_count"], 0);
    app.get(&format!("/calls/{}", id(&call))).await.refused(404, "not_found");
}

#[both]
async fn a_call_taken_over_from_fin_assigns_its_conversation(app: TestApp) {
    register(&app.client(), "fin").await;
    let at = format!("/conversations/{}", only(&app).await["conversation_id"].as_str().unwrap());
    assert_eq!(app.get(&at).await.ok()["admin_assignee_id"], json!(0));
    let taken = json!({"external_id": "ada", "phone": PHONE, "fin_call": "fin", "admin": "ada@acme.test"});
    declare(&app, taken).await;
    let conversation = app.get(&at).await.ok();
    assert_eq!(conversation["admin_assignee_id"], json!(app.admin_id.number()));
    assert_eq!(app.get("/calls").await.ok()["data"][0]["conversation_id"], conversation["id"]);
}

#[both]
async fn a_call_in_a_conversation_with_others_forgets_a_deleted_contact(app: TestApp) {
    declare(&app, json!({"external_id": "one", "phone": PHONE})).await;
    let call = only(&app).await;
    let other = app.post("/contacts", json!({"role": "lead"})).await.ok();
    let at = format!("/conversations/{}/customers", call["conversation_id"].as_str().unwrap());
    let customer = json!({"customer": {"intercom_user_id": other["id"]}, "admin_id": app.admin_id});
    app.post(&at, customer).await.ok();
    app.delete(&format!("/contacts/{}", call["contact_id"].as_str().unwrap())).await.ok();
    let kept = only(&app).await;
    assert_eq!((&kept["id"], &kept["contact_id"], &kept["phone"]), (&call["id"], &json!(null), &json!(null)));
}

#[both]
async fn merging_contacts_moves_their_calls(app: TestApp) {
    declare(&app, json!({"external_id": "one", "phone": PHONE})).await;
    let user = app.post("/contacts", json!({"external_id": "grace"})).await.ok();
    let lead = only(&app).await["contact_id"].clone();
    let merge = json!({"from": lead, "into": user["id"], "skip_duplicate_validation": true});
    let preview = app.post("/contacts/merge/preview", merge.clone()).await.ok();
    assert_eq!(preview["summary"]["reassignments"]["phone_calls"], json!({"from": 1, "into": 0}));
    app.post("/contacts/merge", merge).await.ok();
    assert_eq!(only(&app).await["contact_id"], user["id"]);
}

#[both]
async fn invalid_declarations_change_nothing(app: TestApp) {
    let fits = json!({"external_id": "one", "phone": PHONE});
    for (key, value, why) in [
        ("external_id", json!(" "), "external_id must have 1 to 255 characters"),
        ("external_id", json!("x".repeat(256)), "external_id must have 1 to 255 characters"),
        ("phone", json!("12"), "Invalid phone number"),
        ("admin", json!("nobody@acme.test"), "there is no admin nobody@acme.test"),
        ("fin_call", json!("two"), "there is no call \"two\""),
        ("initiated_at", json!(NOW + 1), "created_at must be in the past"),
        (
            "initiated_at",
            json!(-1),
            "initiated_at, answered_at and ended_at must follow each other and lie in the past",
        ),
        (
            "answered_at",
            json!(NOW - 1),
            "initiated_at, answered_at and ended_at must follow each other and lie in the past",
        ),
        (
            "ended_at",
            json!(NOW + 1),
            "initiated_at, answered_at and ended_at must follow each other and lie in the past",
        ),
        ("hold_time", json!(-1), "hold_time must be a number of seconds"),
        ("ended_reason", json!("busy"), "ended_reason and resolution need ended_at"),
        ("resolution", json!("escalated"), "ended_reason and resolution need ended_at"),
        ("summary", json!("x".repeat(2001)), "summary must have 1 to 2000 bytes"),
        ("intent", json!([{"name": "x".repeat(10_000)}]), "intent must have 1 to 10000 bytes"),
        (
            "transcript",
            json!([{"at": -1, "by": "fin", "text": "x"}]),
            "the entries of a transcript begin within a week after the start of the call",
        ),
        (
            "transcript",
            json!([{"at": 2, "by": "fin", "text": "x"}, {"at": 1, "by": "fin", "text": "x"}]),
            "the entries of a transcript must be in order",
        ),
        ("transcript", json!([{"at": 2, "by": "fin", "text": " "}]), "the entries of a transcript must have a text"),
        (
            "transcript",
            json!([{"at": 2, "by": "fin", "text": "x".repeat(100_000)}]),
            "the transcript is too long (maximum is 100000 bytes)",
        ),
    ] {
        let mut call = fits.clone();
        call[key] = value;
        assert_eq!(try_declare(&app, call, None).await, Err(why.to_owned()), "{key}");
    }
    assert_eq!(app.get("/calls").await.ok()["total_count"], 0);
    assert_eq!(app.get("/contacts").await.ok()["total_count"], 0);
    declare(&app, fits).await;
    for (key, value, why) in [
        ("phone", json!("+353 83 234 5679"), "the phone number of a call cannot be changed"),
        ("direction", json!("outbound"), "the direction of a call cannot be changed"),
    ] {
        let mut call = json!({"external_id": "one", "phone": PHONE});
        call[key] = value;
        assert_eq!(try_declare(&app, call, None).await, Err(why.to_owned()));
    }
}

#[both]
async fn webhooks_report_calls(app: TestApp) {
    let topics = ["call.started", "call.ended", "call.transcription_available", "call.recording_available"];
    let hooks = app.webhooks("read_conversations", "2.16", &topics).await;
    register(&app.client(), "one").await;
    let call = only(&app).await;
    app.clock.advance(60);
    let ended = json!({"external_id": "one", "phone": PHONE, "answered_at": NOW, "ended_at": NOW + 9, "transcript": transcript()});
    try_declare(&app, ended.clone(), Some(recording(&app, b"sound"))).await.unwrap();
    try_declare(&app, ended, Some(recording(&app, b"sound"))).await.unwrap();
    // An unanswered call fires no `call.ended`.
    declare(&app, json!({"external_id": "two", "phone": PHONE, "ended_at": NOW + 60})).await;
    app.run_jobs().await;
    let received = hooks.sink.take();
    let reported: Vec<_> = received
        .iter()
        .map(|r| (r.json()["topic"].as_str().unwrap_or_default().to_owned(), r.json()["data"]["item"]["id"].clone()))
        .collect();
    let first = call["id"].clone();
    let mut of_first: Vec<_> =
        reported.iter().filter(|(_, id)| *id == first).map(|(topic, _)| topic.as_str()).collect();
    of_first.sort_unstable();
    assert_eq!(of_first, ["call.ended", "call.recording_available", "call.started", "call.transcription_available"]);
    assert_eq!(reported.iter().filter(|(topic, _)| topic.starts_with("call.")).count(), 5, "{reported:?}");
    let item = received.iter().map(deskwire_testkit::Received::json).find(|n| n["topic"] == "call.ended").unwrap();
    assert_eq!((&item["data"]["item"]["type"], &item["data"]["item"]["state"]), (&json!("call"), &json!("completed")));
}
