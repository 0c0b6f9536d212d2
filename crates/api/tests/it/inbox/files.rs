//! `/app/v1/conversations`: files of the conversations that teammates start.

use deskwire_testkit::{Browser, TestApp, Value, both, json};

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
