//! Messages that teammates send, and what cannot be sent from here.

use deskwire_api::versions::Version;
use deskwire_testkit::{NOW, TestApp, Value, both, json};

use crate::support::{id, lead, since, unknown_contact, user};

fn admin_message(app: &deskwire_testkit::TestApp, to: &Value) -> Value {
    json!({"from": {"type": "admin", "id": app.admin_id.number()}, "to": to, "message_type": "inapp", "body": "heyy", "subject": "heyy"})
}

#[both]
async fn an_admin_sends_a_message(app: TestApp) {
    let ada = user(&app, "ada@a.test").await;
    let before = app.topics().await;
    let sent = app.post("/messages", admin_message(&app, &json!({"type": "user", "id": ada}))).await.ok();
    assert_eq!((&sent["type"], &sent["message_type"]), (&json!("admin_message"), &json!("inapp")));
    assert_eq!((&sent["subject"], &sent["body"], &sent["created_at"]), (&json!("heyy"), &json!("heyy"), &json!(NOW)));
    assert_eq!((&sent["owner"]["type"], &sent["owner"]["id"]), (&json!("admin"), &json!(app.admin_id.to_string())));
    assert_eq!(sent.get("conversation_id"), None, "there is no reply yet");
    assert_eq!(app.topics().await, before, "no event is emitted");
    assert_eq!(app.get("/conversations").await.ok()["total_count"], 0);
    assert_eq!(app.get(&format!("/contacts/{ada}")).await.ok()["last_contacted_at"], NOW);
    // The sender is whose token it is.
    let sent = app
        .post("/messages", json!({"to": {"type": "user", "user_id": "ada"}, "message_type": "in_app", "body": "Hi"}))
        .await
        .ok();
    assert_eq!(sent["owner"]["id"], json!(app.admin_id.to_string()));
    assert_eq!(sent.get("subject"), None);
}

#[both]
async fn messages_start_a_conversation_on_request(app: TestApp) {
    let (ada, bob) = (user(&app, "ada@a.test").await, user(&app, "bob@a.test").await);
    let cc = user(&app, "cc@a.test").await;
    let hidden = user(&app, "hidden@a.test").await;
    let sent = app.post("/messages", json!({
        "from": {"type": "admin", "id": app.admin_id.to_string()}, "message_type": "email", "subject": "News", "template": "plain",
        "body": "<p>Hi <script>x</script><b>all</b></p>", "create_conversation_without_contact_reply": true, "created_at": NOW - 60,
        "to": [{"type": "user", "id": ada}, {"type": "user", "email": "bob@a.test"}, {"type": "user", "id": bob}],
        "cc": {"type": "user", "id": cc}, "bcc": [{"type": "user", "id": hidden}],
    })).await.ok();
    assert_eq!(sent["message_type"], "email");
    let found = app.get(&format!("/conversations/{}", sent["conversation_id"].as_str().unwrap())).await.ok();
    let source = &found["source"];
    assert_eq!(
        (&source["id"], &source["type"], &source["delivered_as"]),
        (&sent["id"], &json!("email"), &json!("admin_initiated"))
    );
    assert_eq!((&source["subject"], &source["body"]), (&json!("News"), &json!("<p>Hi <b>all</b></p>")));
    assert_eq!(
        (&source["author"]["type"], &source["author"]["id"]),
        (&json!("admin"), &json!(app.admin_id.to_string()))
    );
    assert_eq!((&found["created_at"], &found["state"]), (&json!(NOW - 60), &json!("open")));
    let with: Vec<&str> =
        found["contacts"]["contacts"].as_array().unwrap().iter().map(|c| c["id"].as_str().unwrap()).collect();
    assert_eq!(with.len(), 3, "{with:?}");
    assert!([&ada, &bob, &cc].iter().all(|c| with.contains(&c.as_str())) && !with.contains(&hidden.as_str()));
    assert_eq!(app.topics().await.last().unwrap(), "conversation.admin.single.created");
    // A later message of the contact starts a separate conversation.
    let own = app.post("/conversations", json!({"from": {"type": "user", "id": ada}, "body": "Hello"})).await.ok();
    assert_ne!(own["conversation_id"], sent["conversation_id"]);
    let by_source = json!({"query": {"field": "source.id", "operator": "=", "value": sent["id"]}});
    let search = app.post("/conversations/search", by_source).await.ok();
    assert_eq!(search["conversations"][0]["id"], sent["conversation_id"]);
}

#[both]
async fn contacts_start_conversations_by_messages(app: TestApp) {
    let (ada, lead) = (user(&app, "ada@a.test").await, lead(&app).await);
    for from in [
        json!({"type": "user", "id": ada}),
        json!({"type": "user", "user_id": "ada"}),
        json!({"type": "user", "email": "ada@a.test"}),
        json!({"type": "lead", "id": lead}),
        json!({"type": "lead", "email": "lead@acme.test"}),
    ] {
        let made =
            app.post("/messages", json!({"from": from, "body": "<b>heyy</b>", "referer": "https://a.test"})).await.ok();
        assert_eq!(
            (&made["type"], &made["message_type"], &made["body"]),
            (&json!("user_message"), &json!("inapp"), &json!("<b>heyy</b>"))
        );
        let found = app.get(&format!("/conversations/{}", made["conversation_id"].as_str().unwrap())).await.ok();
        assert_eq!(found["source"]["body"], "<p>&lt;b&gt;heyy&lt;/b&gt;</p>");
        assert_eq!((&found["source"]["id"], &found["source"]["author"]["type"]), (&made["id"], &from["type"]));
    }
    app.post("/messages", json!({"from": {"type": "user", "id": unknown_contact()}, "body": "Hi"}))
        .await
        .refused(404, "not_found");
    app.post("/messages", json!({"from": {"type": "user", "id": ada}})).await.refused(400, "parameter_invalid");
}

#[both]
async fn undeliverable_messages_are_rejected(app: TestApp) {
    let ada = user(&app, "ada@a.test").await;
    let silent = id(&app.post("/contacts", json!({"external_id": "silent"})).await.ok());
    let good = json!({"from": {"type": "admin", "id": app.admin_id.number()}, "to": {"type": "user", "id": ada}, "message_type": "email", "subject": "S", "body": "B"});
    let with = |changes: Value| {
        let mut body = good.clone();
        changes.as_object().unwrap().iter().for_each(|(k, v)| body[k] = v.clone());
        body
    };
    for (changes, status, code, message) in [
        (json!({"body": null}), 400, "parameter_invalid", "Body is required"),
        (json!({"body": " "}), 400, "parameter_invalid", "Body is required"),
        (json!({"body": "<script>x</script>"}), 400, "parameter_invalid", "Body is required"),
        (json!({"message_type": "inapp", "body": null}), 400, "parameter_invalid", "Body is required"),
        (json!({"subject": null}), 422, "parameter_not_found", "No subject supplied for email message"),
        (json!({"to": {"type": "user", "id": unknown_contact()}}), 404, "not_found", "User Not Found"),
        (
            json!({"to": [{"type": "user", "id": ada}, {"type": "user", "email": "who@a.test"}]}),
            404,
            "not_found",
            "User Not Found",
        ),
        (json!({"cc": {"type": "user", "id": unknown_contact()}}), 404, "not_found", "User Not Found"),
        (
            json!({"to": {"type": "user", "id": silent}}),
            400,
            "parameter_invalid",
            "A contact without an email address cannot get an email",
        ),
        (json!({"to": null}), 400, "parameter_not_found", "to is required"),
        (json!({"to": "ada"}), 400, "parameter_invalid", "to must be an object or an array of objects"),
        (json!({"to": [7]}), 400, "parameter_invalid", "to must be an object or an array of objects"),
        (
            json!({"to": vec![json!({"id": ada}); 101]}),
            400,
            "parameter_invalid",
            "A message may go to 100 people at most",
        ),
        (json!({"from": {"type": "admin", "id": 1}}), 404, "admin_not_found", "Admin not found"),
        (
            json!({"from": {"type": "team", "id": 1}}),
            400,
            "parameter_invalid",
            "from type must be one of admin, user, lead, contact",
        ),
        (json!({"message_type": null}), 400, "parameter_not_found", "message_type is required"),
        (
            json!({"message_type": "pigeon"}),
            400,
            "parameter_invalid",
            "message_type must be one of in_app, email, sms, whatsapp",
        ),
        (
            json!({"message_type": "sms", "body": "heyy https://picsum.photos/200/300"}),
            400,
            "parameter_invalid",
            "Invalid SMS message body",
        ),
        (
            json!({"message_type": "sms"}),
            400,
            "parameter_invalid",
            "SMS messages cannot be sent: this server has no SMS provider",
        ),
        (
            json!({"message_type": "whatsapp", "body": null, "to": {"phone": "+5547999998888", "name": "J"}}),
            400,
            "parameter_invalid",
            "WhatsApp messages cannot be sent: this server has no WhatsApp provider",
        ),
        (json!({"template": "fancy"}), 400, "parameter_invalid", "template must be one of plain, personal"),
        (json!({"created_at": NOW + 60}), 400, "parameter_invalid", "created_at must be in the past"),
    ] {
        let refused = app.post("/messages", with(changes.clone())).await.refused(status, code);
        assert_eq!(refused, message, "{changes}");
    }
    app.post("/messages", good.clone()).await.ok();
    app.other_workspace().await.post("/messages", with(json!({"from": null}))).await.refused(404, "not_found");
    app.scoped("read_conversations").await.post("/messages", good.clone()).await.refused(401, "token_unauthorized");
}

#[both]
async fn every_version_sends_messages(app: TestApp) {
    let ada = user(&app, "ada@a.test").await;
    for version in since(Version::V2_7) {
        let client = app.version(version);
        let to = json!({"type": "user", "id": ada});
        client.post("/messages", admin_message(&app, &to)).await.ok();
        let mut body = admin_message(&app, &to);
        body["create_conversation_without_contact_reply"] = true.into();
        client.post("/messages", body).await.ok();
        client.post("/messages", json!({"from": to, "body": "heyy"})).await.ok();
        client
            .post(
                "/messages",
                json!({"from": {"type": "admin", "id": app.admin_id.number()}, "to": to, "message_type": "email", "body": "x"}),
            )
            .await
            .refused(422, "parameter_not_found");
        let redirect = client.post("/phone_call_redirects", json!({"phone": "+353832345678"})).await.with(400);
        assert_eq!(
            redirect,
            json!({"error_key": "sms_failed", "message": "SMS was not sent: this server has no SMS provider (the setting sms_url)"})
        );
        let redirect = client.post("/phone_call_redirects", json!({"phone": "12"})).await.with(400);
        assert_eq!(redirect, json!({"error_key": "invalid_phone_number", "message": "Invalid phone number"}));
        client.post("/phone_call_redirects", json!({})).await.with(400);
        for body in [json!({"phone": "12", "custom_attributes": []}), json!([])] {
            let refused = client.post("/phone_call_redirects", body).await.with(400);
            assert_eq!(refused["error_key"], "parameter_invalid");
        }
    }
    for version in since(Version::V2_16) {
        let client = app.version(version);
        let list = client.get("/messages/status?ruleset_id=12345&per_page=500").await.ok();
        assert_eq!(
            (&list["events"], &list["total_count"], &list["pages"]["per_page"]),
            (&json!([]), &json!(0), &json!(100))
        );
        let missing = client.get("/messages/status").await;
        assert_eq!(
            (&missing.body["type"], &missing.body["message"]),
            (&json!("error"), &json!("ruleset_id is required"))
        );
        assert_eq!(missing.body["request_id"].as_str(), missing.header("x-request-id"));
        let missing = client.get("/messages/whatsapp/status").await.with(400);
        assert_eq!((&missing["type"], &missing["message"]), (&json!("error"), &json!("message_id is required")));
        client.get("/messages/whatsapp/status?message_id=wamid_1").await.refused(404, "whatsapp_message_not_found");
    }
    app.version("2.15")
        .off_the_record()
        .get("/messages/status?ruleset_id=1")
        .await
        .refused(400, "intercom_version_invalid");
}
