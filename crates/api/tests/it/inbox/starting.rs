//! Starting conversations as a teammate.

use deskwire_store::params;
use deskwire_testkit::{Browser, TestApp, Value, both, json};

use crate::support::{id, user};

/// The first column of a statement about the workspace.
async fn texts(app: &TestApp, sql: &'static str) -> Vec<String> {
    let workspace = app.workspace_id.clone();
    app.write(move |tx| Ok(tx.query_all(sql, params![&workspace], |row| row.get(0))?)).await
}

#[both]
async fn a_teammate_starts_a_conversation(app: TestApp) {
    let browser = app.browser().await;
    let ada = user(&app, "ada@a.test").await;
    let made = browser
        .post("/app/v1/conversations", json!({"contact_id": ada, "html": "<p>Hello <b>there</b></p>"}))
        .await
        .ok();
    assert_eq!((&made["row"]["contact"]["id"], &made["row"]["excerpt_by"]), (&json!(ada), &json!("admin")));
    assert_eq!(
        (&made["parts"][0]["id"], &made["parts"][0]["html"]),
        (&json!("source"), &json!("<p>Hello <b>there</b></p>"))
    );
    let mail = json!({"contact_id": ada, "html": "<p>Hi</p>", "channel": "email", "subject": "News"});
    let made = browser.post("/app/v1/conversations", mail).await.ok();
    assert_eq!((&made["row"]["channel"], &made["row"]["title"]), (&json!("email"), &json!("News")));
    for (body, code) in [
        (json!({"contact_id": ada, "html": ""}), "parameter_not_found"),
        (json!({"contact_id": ada, "html": "<p>Hi</p>", "channel": "email"}), "parameter_not_found"),
        (json!({"contact_id": ada, "html": "<p>Hi</p>", "channel": "pigeon"}), "parameter_invalid"),
        (json!({"html": "<p>Hi</p>"}), "parameter_not_found"),
        (json!({"contact_id": ada, "email": "bob@b.test", "html": "<p>Hi</p>"}), "parameter_not_found"),
        (json!({"email": "no address", "html": "<p>Hi</p>"}), "parameter_invalid"),
        (json!({"contact_id": ada, "html": "<p>Hi</p>", "cc": ["bob@b.test"]}), "parameter_invalid"),
    ] {
        browser.post("/app/v1/conversations", body).await.declined(400, code);
    }
    let unknown = json!({"contact_id": crate::support::unknown_contact(), "html": "<p>Hi</p>"});
    browser.post("/app/v1/conversations", unknown).await.declined(404, "not_found");
}

#[both]
async fn a_subject_is_plain_text(app: TestApp) {
    let browser = app.browser().await;
    let ada = user(&app, "ada@a.test").await;
    let (subject, typed) = ("Use List<String> & a <b please", "Use List<String>\r\n& a <b please");
    let mail = json!({"contact_id": ada, "html": "<p>Hi</p>", "channel": "email", "subject": typed});
    let made = browser.post("/app/v1/conversations", mail).await.ok();
    assert_eq!((&made["row"]["title"], &made["parts"][0]["subject"]), (&json!(subject), &json!(subject)));
    let sent = json!({"from": {"type": "user", "id": ada}, "body": "Hi", "subject": typed});
    let sent = app.post("/conversations", sent).await.ok();
    let by_contact = sent["conversation_id"].as_str().unwrap().to_owned();
    for id in [id(&made["row"]), by_contact] {
        let shown = browser.get(&format!("/app/v1/conversations/{id}")).await.ok();
        assert_eq!(shown["row"]["title"], json!(subject));
        // In the API it is HTML, as the body is.
        let public = app.get(&format!("/conversations/{id}")).await.ok();
        assert_eq!(public["source"]["subject"], "Use List&lt;String&gt; &amp; a &lt;b please");
        let public = app.get(&format!("/conversations/{id}?display_as=plaintext")).await.ok();
        assert_eq!(public["source"]["subject"], json!(subject));
    }
}

#[both]
async fn a_conversation_is_started_with_an_address(app: TestApp) {
    let browser = app.browser().await;
    let ada = user(&app, "ada@a.test").await;
    let with = |email: &str| json!({"email": email, "html": "<p>Hi</p>"});
    let made = browser.post("/app/v1/conversations", with("ADA@a.test")).await.ok();
    assert_eq!(made["row"]["contact"]["id"], json!(ada), "a contact who has the address is found");
    let made = browser.post("/app/v1/conversations", with("new@a.test")).await.ok();
    let lead = made["row"]["contact"]["id"].as_str().unwrap().to_owned();
    let again = browser.post("/app/v1/conversations", with("new@a.test")).await.ok();
    assert_eq!(again["row"]["contact"]["id"], json!(lead), "one address creates one lead");
    let contact = app.get(&format!("/contacts/{lead}")).await.ok();
    assert_eq!((&contact["role"], &contact["email"]), (&json!("lead"), &json!("new@a.test")));
    let copied = json!({"contact_id": ada, "html": "<p>Hi</p>", "channel": "email", "subject": "News",
                        "cc": ["new@a.test", "copy@a.test"], "bcc": ["hidden@a.test"]});
    let made = browser.post("/app/v1/conversations", copied).await.ok();
    assert_eq!(made["row"]["more_contacts"], 2, "those who get an open copy take part");
    let hidden = json!({"query": {"field": "email", "operator": "=", "value": "hidden@a.test"}});
    assert_eq!(app.post("/contacts/search", hidden).await.ok()["total_count"], 1);
    let bcc = json!({"contact_id": ada, "html": "<p>Hi</p>", "bcc": ["hidden@a.test"]});
    browser.post("/app/v1/conversations", bcc).await.declined(400, "parameter_invalid");
}

#[both]
async fn without_write_contacts_only_known_contacts_can_be_addressed(app: TestApp) {
    let agent = super::roles::teammate(&app, "Chat", Some(&["read_people", "write_conversations"])).await;
    let browser = Browser::signed_in(&app, &app.workspace_id, agent).await;
    let ada = user(&app, "ada@a.test").await;
    let made = browser.post("/app/v1/conversations", json!({"email": "ada@a.test", "html": "<p>Hi</p>"})).await.ok();
    assert_eq!(made["row"]["contact"]["id"], json!(ada));
    let unknown = json!({"email": "new@a.test", "html": "<p>Hi</p>"});
    let copied = json!({"contact_id": ada, "html": "<p>Hi</p>", "channel": "email", "subject": "News",
                        "cc": ["new@a.test"]});
    for body in [unknown, copied] {
        let refused = browser.post("/app/v1/conversations", body).await.declined(403, "forbidden");
        assert!(refused["error"]["message"].as_str().unwrap().contains("write_people"), "{refused}");
    }
}

#[both]
async fn rejections_do_not_reveal_contacts_without_read_people(app: TestApp) {
    let browser = super::roles::permitted(&app, "Chat", &["write_conversations"]).await;
    let ada = user(&app, "ada@a.test").await;
    let mut answers = Vec::new();
    for email in ["ada@a.test", "new@a.test", "no address"] {
        let copied = json!({"contact_id": ada, "html": "<p>Hi</p>", "channel": "email", "subject": "News",
                            "cc": [email]});
        for body in [json!({"email": email, "html": "<p>Hi</p>"}), copied] {
            let refused = browser.post("/app/v1/conversations", body).await.declined(403, "forbidden");
            answers.push(refused["error"]["message"].clone());
        }
    }
    answers.dedup();
    assert_eq!(answers, ["Your role does not permit this (read_people)"]);
}

/// Checks that a contact is the first one of a conversation, wherever it is shown.
async fn assert_main(app: &TestApp, browser: &Browser, conversation: &str, contact: &str, others: usize) {
    let shown = browser.get(&format!("/app/v1/conversations/{conversation}")).await.ok();
    assert_eq!((&shown["row"]["contact"]["id"], &shown["row"]["more_contacts"]), (&json!(contact), &json!(others)));
    assert_eq!(shown["contacts"][0]["id"], json!(contact));
    let public = app.get(&format!("/conversations/{conversation}")).await.ok();
    assert_eq!(public["contacts"]["contacts"][0]["id"], json!(contact));
}

#[both]
async fn the_contact_that_a_mail_is_to_is_the_main_one(app: TestApp) {
    let browser = app.browser().await;
    let mail = |cc: &[&str], to: Value| {
        let mut mail = json!({"html": "<p>Hi</p>", "channel": "email", "subject": "News", "cc": cc});
        mail.as_object_mut().unwrap().extend(to.as_object().unwrap().clone());
        mail
    };
    // All of them are new.
    let new = mail(&["copy@a.test", "other@a.test"], json!({"email": "to@a.test"}));
    let made = browser.post("/app/v1/conversations", new).await.ok();
    assert_eq!(made["row"]["contact"]["name"], "to@a.test", "{made}");
    // The copy goes to an older contact.
    let old = user(&app, "old@a.test").await;
    let young = user(&app, "young@a.test").await;
    let known = mail(&["old@a.test"], json!({"contact_id": young}));
    let made = browser.post("/app/v1/conversations", known).await.ok();
    let conversation = id(&made["row"]);
    assert_main(&app, &browser, &conversation, &young, 1).await;
    let api = json!({
        "message_type": "email", "subject": "News", "body": "Hi", "template": "plain",
        "from": {"type": "admin", "id": app.admin_id.to_string()}, "to": {"type": "user", "id": young},
        "cc": {"type": "user", "id": old}, "create_conversation_without_contact_reply": true,
    });
    let sent = app.post("/messages", api).await.ok();
    assert_main(&app, &browser, sent["conversation_id"].as_str().unwrap(), &young, 1).await;
    // Neither does one who is added at once become the main one.
    let started = json!({"contact_id": young, "html": "<p>Hi</p>"});
    let conversation = id(&browser.post("/app/v1/conversations", started).await.ok()["row"]);
    super::lists::act(&browser, &conversation, json!({"type": "add_contact", "contact_id": old})).await;
    assert_main(&app, &browser, &conversation, &young, 1).await;
}

#[both]
async fn the_text_of_a_started_mail_is_deleted_with_its_conversation(app: TestApp) {
    let browser = app.browser().await;
    let ada = user(&app, "ada@a.test").await;
    let mail = json!({"contact_id": ada, "html": "<p>Secret</p>", "channel": "email", "subject": "Secret"});
    for by_inbox in [true, false] {
        let made = id(&browser.post("/app/v1/conversations", mail.clone()).await.ok()["row"]);
        if by_inbox {
            browser.post("/app/v1/conversations/delete", json!({"ids": [made]})).await.ok();
        } else {
            app.client().call("DELETE", &format!("/conversations/{made}"), None).await.ok();
        }
    }
    let workspace = app.workspace_id.clone();
    let left = app.write(move |tx| {
        let sql = "SELECT subject, body FROM messages WHERE workspace_id = $1";
        Ok(tx.query_all(sql, params![&workspace], |row| Ok((row.get::<Option<String>>(0)?, row.get::<String>(1)?)))?)
    });
    // The rows stay, for receipts.
    assert_eq!(left.await, vec![(None, String::new()); 2]);
    // Neither do the stored responses keep it.
    app.run_jobs().await;
    let answers = texts(&app, "SELECT answer FROM inbox_answers WHERE workspace_id = $1").await;
    assert!(answers.iter().all(|answer| !answer.contains("Secret")), "{answers:?}");
}

#[both]
async fn conversations_that_are_deleted_together_take_one_job_for_their_responses(app: TestApp) {
    let browser = app.browser().await;
    let ada = user(&app, "ada@a.test").await;
    let start = async |text: &str| {
        let started = json!({"contact_id": ada, "html": format!("<p>{text}</p>")});
        id(&browser.post("/app/v1/conversations", started).await.ok()["row"])
    };
    let kept = start("Kept").await;
    let mut gone = Vec::new();
    // More responses than are read at once.
    for _ in 0..3 {
        gone.push(start("Secret").await);
        for priority in ["high", "low"].iter().cycle().take(70) {
            super::lists::act(&browser, &kept, json!({"type": "priority", "priority": priority})).await;
        }
        gone.push(start("Secret").await);
    }
    browser.post("/app/v1/conversations/delete", json!({"ids": gone})).await.ok();
    let jobs = texts(&app, "SELECT payload FROM jobs WHERE workspace_id = $1 AND kind = 'answers.forget'").await;
    assert_eq!(jobs.len(), 1, "{jobs:?}");
    app.run_jobs().await;
    let answers = texts(&app, "SELECT answer FROM inbox_answers WHERE workspace_id = $1").await;
    assert!(answers.iter().all(|answer| !gone.iter().any(|id| answer.contains(id))), "{answers:?}");
    let kept = answers.iter().filter(|answer| answer.contains(&kept)).count();
    assert_eq!(kept, 1 + 3 * 70);
}
