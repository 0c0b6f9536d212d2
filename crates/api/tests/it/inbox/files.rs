//! `/app/v1/conversations`: files of the conversations that teammates start.

use deskwire_testkit::{Answer, Browser, TestApp, Value, both, json};

use super::replies::upload;
use crate::support::{id, user};

const PATH: &str = "/app/v1/conversations";

/// Starts a conversation by mail with this text and these files.
async fn begin(browser: &Browser, to: &str, html: &str, files: &[&Value]) -> Value {
    let ids: Vec<&Value> = files.iter().map(|file| &file["id"]).collect();
    let body = json!({"contact_id": to, "html": html, "channel": "email", "subject": "Plans", "attachment_ids": ids});
    browser.post(PATH, body).await.ok()
}

/// The status with which a file is answered.
async fn fetched(app: &TestApp, file: &Value) -> u16 {
    app.anonymous().off_the_record().raw("GET", file["url"].as_str().unwrap(), &[], Vec::new()).await.status
}

#[both]
async fn a_conversation_is_started_with_files(app: TestApp) {
    let (browser, ada) = (app.browser().await, user(&app, "ada@a.test").await);
    let (plan, picture) = (upload(&browser, "plan.gif").await, upload(&browser, "pixel.gif").await);
    let html = format!("<p>See <img src=\"{}\"></p>", picture["url"].as_str().unwrap());
    let made = begin(&browser, &ada, &html, &[&plan, &picture]).await;
    let source = &made["parts"][0];
    let names = [&source["attachments"][0]["name"], &source["attachments"][1]["name"]];
    assert_eq!(names, [&json!("plan.gif"), &json!("pixel.gif")]);
    assert_eq!(source["html"].as_str().unwrap().matches("<img").count(), 1, "{source}");
    assert_eq!(fetched(&app, &source["attachments"][0]).await, 200);
    let public = app.get(&format!("/conversations/{}", id(&made["row"]))).await.ok();
    assert_eq!(public["source"]["attachments"][0]["name"], "plan.gif");
    let mails = app.mails().await;
    assert!(mails[0].text.contains("Attached: plan.gif, pixel.gif"), "{}", mails[0].text);

    // They are no longer uploads, which expire.
    app.clock.advance(2 * 86_400);
    let workspace = app.workspace_id.clone();
    app.write(move |tx| deskwire_domain::jobs::tidy(&mut tx.within(&workspace))).await;
    app.run_jobs().await;
    let shown = app.browser().await.get(&format!("{PATH}/{}", id(&made["row"]))).await.ok();
    assert_eq!(fetched(&app, &shown["parts"][0]["attachments"][0]).await, 200);
}

#[both]
async fn a_conversation_may_start_with_files_alone(app: TestApp) {
    let (browser, ada) = (app.browser().await, user(&app, "ada@a.test").await);
    let file = upload(&browser, "plan.gif").await;
    let made = begin(&browser, &ada, "", &[&file]).await;
    let source = &made["parts"][0];
    assert_eq!((&source["html"], &source["attachments"][0]["id"]), (&Value::Null, &file["id"]));
    assert_eq!(made["row"]["excerpt"], "");
}

#[both]
async fn files_of_others_or_of_drafts_start_nothing(app: TestApp) {
    let (browser, ada) = (app.browser().await, user(&app, "ada@a.test").await);
    let made = begin(&browser, &ada, "<p>Hi</p>", &[]).await;
    let file = upload(&browser, "plan.gif").await;
    let draft = json!({"html": "x", "attachment_ids": [file["id"]], "base": 0});
    browser.put(&format!("{PATH}/{}/drafts/reply", id(&made["row"])), draft).await.ok();
    let other = super::roles::permitted(&app, "Chat", &["read_people", "write_conversations"]).await;
    let theirs = upload(&other, "theirs.gif").await;
    let mut many = Vec::new();
    for _ in 0..11 {
        many.push(upload(&browser, "a.gif").await["id"].clone());
    }
    for ids in [json!([file["id"]]), json!([theirs["id"]]), json!(["4711"]), json!(many)] {
        let body = json!({"contact_id": ada, "html": "<p>Hi</p>", "attachment_ids": ids});
        let refused = browser.post(PATH, body).await.declined(400, "parameter_invalid");
        assert_eq!(refused["error"]["field"], "attachment_ids", "{refused}");
    }
    // An image that is not among the files says nothing.
    let html = format!("<p><img src=\"{}\"></p>", theirs["url"].as_str().unwrap());
    let refused = browser.post(PATH, json!({"contact_id": ada, "html": html})).await;
    assert_eq!(refused.declined(400, "parameter_not_found")["error"]["field"], "html");
}

/// Forwards these files of a message to a contact.
async fn forward(browser: &Browser, to: &str, html: &str, of: (&str, &Value), files: &[&Value]) -> Answer {
    let ids: Vec<&Value> = files.iter().map(|file| &file["id"]).collect();
    let forwarded = json!([{"conversation_id": of.0, "part_id": of.1, "attachment_ids": ids}]);
    let body = json!({"contact_id": to, "html": html, "channel": "email", "subject": "Fwd: Plans",
                      "forwarded": forwarded});
    browser.post(PATH, body).await
}

#[both]
async fn forwarded_files_stay_when_the_first_message_is_deleted(app: TestApp) {
    let (browser, ada) = (app.browser().await, user(&app, "ada@a.test").await);
    let bo = user(&app, "bo@a.test").await;
    let (plan, picture) = (upload(&browser, "plan.gif").await, upload(&browser, "pixel.gif").await);
    let html = format!("<p>See <img src=\"{}\"></p>", picture["url"].as_str().unwrap());
    let first = begin(&browser, &ada, &html, &[&plan, &picture]).await;
    let source = first["parts"][0].clone();
    let quoted = format!("<blockquote>{}</blockquote>", source["html"].as_str().unwrap());
    let number = id(&first["row"]);
    let of = (number.as_str(), &source["id"]);
    let made = forward(&browser, &bo, &quoted, of, &[&plan, &picture]).await.ok();
    let files = made["parts"][0]["attachments"].clone();
    assert_eq!((&files[0]["name"], &files[1]["name"]), (&json!("plan.gif"), &json!("pixel.gif")));
    assert_ne!(files[0]["id"], plan["id"]);
    // The picture in the text is that of the new message.
    let text = made["parts"][0]["html"].as_str().unwrap();
    assert!(text.contains(&format!("/{}/pixel", files[1]["id"].as_str().unwrap())), "{text}");

    app.delete(&format!("/conversations/{}", of.0)).await.ok();
    app.clock.advance(600);
    app.run_jobs().await;
    assert_eq!((fetched(&app, &plan).await, fetched(&app, &files[0]).await), (404, 200));
    // Now nothing else has the file: it is removed with the conversation.
    app.delete(&format!("/conversations/{}", id(&made["row"]))).await.ok();
    app.clock.advance(600);
    app.run_jobs().await;
    assert_eq!(fetched(&app, &files[0]).await, 404);
}

#[both]
async fn a_part_is_forwarded_with_some_of_its_files(app: TestApp) {
    let (browser, ada) = (app.browser().await, user(&app, "ada@a.test").await);
    let begun = begin(&browser, &ada, "<p>Hi</p>", &[]).await;
    let to = id(&begun["row"]);
    let (one, two) = (upload(&browser, "one.gif").await, upload(&browser, "two.gif").await);
    let note = json!({"kind": "note", "html": "<p>Two</p>", "attachment_ids": [one["id"], two["id"]]});
    let part = browser.post(&format!("{PATH}/{to}/reply"), note).await.ok()["part"].clone();
    let made = forward(&browser, &ada, "<p>Two</p>", (to.as_str(), &part["id"]), &[&two]).await.ok();
    let files = made["parts"][0]["attachments"].as_array().unwrap().clone();
    assert_eq!((files.len(), &files[0]["name"]), (1, &json!("two.gif")));
    // The first message does not have it, and a redacted one has none.
    let refused = forward(&browser, &ada, "<p>Two</p>", (to.as_str(), &json!("source")), &[&two]).await;
    assert_eq!(refused.declined(400, "parameter_invalid")["error"]["field"], "forwarded");
    let redacted = json!({"type": "conversation_part", "conversation_id": to, "conversation_part_id": part["id"]});
    app.post("/conversations/redact", redacted).await.ok();
    let refused = forward(&browser, &ada, "<p>Two</p>", (to.as_str(), &part["id"]), &[&two]).await;
    assert_eq!(refused.declined(400, "parameter_invalid")["error"]["field"], "forwarded");
    assert_eq!(fetched(&app, &files[0]).await, 200);
    forward(&browser, &ada, "<p>Two</p>", ("4711", &part["id"]), &[&two]).await.declined(404, "not_found");
    let wrong = forward(&browser, &ada, "<p>Two</p>", (to.as_str(), &json!("last")), &[&two]).await;
    assert_eq!(wrong.declined(400, "parameter_invalid")["error"]["field"], "forwarded");
}

#[both]
async fn files_of_tickets_are_forwarded_by_those_who_may_read_them(app: TestApp) {
    let (browser, ada) = (app.browser().await, user(&app, "ada@a.test").await);
    let ticket = id(&crate::tickets::ticket(&app, "Customer").await);
    let file = upload(&browser, "plan.gif").await;
    let note = json!({"kind": "note", "html": "<p>See</p>", "attachment_ids": [file["id"]]});
    let part = browser.post(&format!("{PATH}/{ticket}/reply"), note).await.ok()["part"].clone();
    let chat = super::roles::permitted(&app, "Chat", &["read_people", "write_conversations"]).await;
    let refused = forward(&chat, &ada, "<p>See</p>", (ticket.as_str(), &part["id"]), &[&file]).await;
    refused.declined(404, "not_found");
    forward(&browser, &ada, "<p>See</p>", (ticket.as_str(), &part["id"]), &[&file]).await.ok();
}
