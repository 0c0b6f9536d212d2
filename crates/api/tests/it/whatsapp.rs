//! `/messages/status` and `/messages/whatsapp/status`

use deskwire_domain::{Cx, messages};
use deskwire_testkit::{NOW, TestApp, Value, both, json};

use crate::support::id;

const STATUS: &str = "/messages/whatsapp/status?message_id=";

/// Applies a message of the workspace file; whether something changed, or why it was rejected.
async fn declare(app: &TestApp, declared: Value) -> Result<bool, String> {
    let actor = app.actor();
    app.write(move |tx| {
        let declared = serde_json::from_value(declared.clone()).unwrap();
        Ok(messages::declare(&mut Cx::new(tx, &actor), &declared).map_err(|error| error.message.into_owned()))
    })
    .await
}

fn message(message_id: &str, status: &str) -> Value {
    json!({"message_id": message_id, "phone": "+353832345678", "from": "ada@acme.test", "body": "Hello!", "status": status})
}

#[both]
async fn messages_have_a_status(app: TestApp) {
    let ada =
        id(&app.post("/contacts", json!({"role": "user", "external_id": "ada", "phone": "+353832345678"})).await.ok());
    let sent = message("wamid_1", "sent");
    assert_eq!(declare(&app, sent.clone()).await, Ok(true));
    assert_eq!(declare(&app, sent).await, Ok(false));
    let path = format!("{STATUS}wamid_1");
    let status = app.client().off_the_record().get(&path).await.ok();
    let conversation = status["conversation_id"].as_str().unwrap();
    assert_eq!(
        status,
        json!({"conversation_id": conversation, "status": "sent", "type": "broadcast_outbound", "created_at": NOW,
            "updated_at": NOW, "message_id": "wamid_1", "template_name": ""})
    );
    let talk = app.get(&format!("/conversations/{conversation}")).await.ok();
    assert_eq!((&talk["source"]["type"], &talk["source"]["body"]), (&json!("whatsapp"), &json!("<p>Hello!</p>")));
    assert_eq!(talk["contacts"]["contacts"][0]["id"], ada.as_str());
    app.clock.advance(5);
    let mut failed = message("wamid_1", "failed");
    failed["template_name"] = json!("reminder");
    failed["error"] = json!({"message": "No", "details": "Not on WhatsApp"});
    assert_eq!(declare(&app, failed).await, Ok(true));
    for version in ["2.16", "Unstable"] {
        let status = app.version(version).get(&path).await.ok();
        assert_eq!((&status["status"], &status["updated_at"]), (&json!("failed"), &json!(NOW + 5)));
        assert_eq!(
            (&status["error"], &status["template_name"], &status["conversation_id"]),
            (&json!({"message": "No", "details": "Not on WhatsApp"}), &json!("reminder"), &json!(conversation))
        );
    }
    app.get(&format!("{STATUS}x")).await.refused(404, "whatsapp_message_not_found");
    app.other_workspace().await.get(&path).await.refused(404, "whatsapp_message_not_found");
    for (key, value, why) in [
        ("message_id", json!(" "), "message_id must not be empty"),
        ("body", json!(" "), "body must not be empty"),
        ("from", json!("x@acme.test"), "from: there is no admin \"x@acme.test\""),
        ("error", json!({"message": "x"}), "error needs the status failed"),
    ] {
        let mut wrong = message("wamid_2", "sent");
        wrong[key] = value;
        assert_eq!(declare(&app, wrong).await, Err(why.to_owned()));
    }
    app.get(&format!("{STATUS}wamid_2")).await.refused(404, "whatsapp_message_not_found");
    let mut wrong = message("wamid_2", "sent");
    wrong["phone"] = json!("12");
    assert!(declare(&app, wrong).await.is_err());
    // No contact has this number yet.
    let mut new = message("wamid_3", "read");
    new["phone"] = json!("+353832345670");
    assert_eq!(declare(&app, new).await, Ok(true));
    let talk = app.get(&format!("{STATUS}wamid_3")).await.ok()["conversation_id"].as_str().unwrap().to_owned();
    let lead = id(&app.get(&format!("/conversations/{talk}")).await.ok()["contacts"]["contacts"][0]);
    let lead = app.get(&format!("/contacts/{lead}")).await.ok();
    assert_eq!((&lead["role"], &lead["phone"]), (&json!("lead"), &json!("+353832345670")));
}

#[both]
async fn bulk_messages_are_listed(app: TestApp) {
    let ada =
        id(&app.post("/contacts", json!({"role": "user", "external_id": "ada", "phone": "+353832345678"})).await.ok());
    for n in 0..5 {
        // Two were sent in the same second.
        app.clock.advance(n % 2);
        let mut one = message(&format!("wamid_{n}"), "delivered");
        one["ruleset_id"] = json!(if n == 4 { "other" } else { "12345" });
        one["template_name"] = json!("reminder");
        assert_eq!(declare(&app, one).await, Ok(true));
    }
    let mut seen = Vec::new();
    let mut path = "/messages/status?ruleset_id=12345&per_page=3".to_owned();
    loop {
        let page = app.get(&path).await.ok();
        assert_eq!((&page["total_count"], &page["pages"]["total_pages"]), (&json!(4), &json!(2)));
        seen.extend(page["events"].as_array().unwrap().clone());
        let Some(next) = page["pages"]["next"]["starting_after"].as_str() else { break };
        path = format!("/messages/status?ruleset_id=12345&per_page=3&starting_after={next}");
    }
    let ids: Vec<_> = seen.iter().map(|event| event["whatsapp_message_id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["wamid_3", "wamid_2", "wamid_1", "wamid_0"]);
    assert_eq!(app.version("2.16").get("/messages/status?ruleset_id=12345").await.ok()["events"], json!(seen));
    let first = &seen[0];
    assert_eq!(
        *first,
        json!({"id": first["id"], "conversation_id": first["conversation_id"], "user_id": ada, "status": "delivered",
            "type": "broadcast_outbound", "created_at": NOW + 2, "updated_at": NOW + 2, "whatsapp_message_id": "wamid_3",
            "template_name": "reminder"})
    );
    app.get("/messages/status?ruleset_id=12345&starting_after=x").await.refused(400, "client_error");
    assert_eq!(app.other_workspace().await.get("/messages/status?ruleset_id=12345").await.ok()["events"], json!([]));
    app.scoped("read_users").await.get("/messages/status?ruleset_id=12345").await.refused(403, "forbidden");
}
