//! `/app/v1`: replies that can be withdrawn, notes, drafts, files, macros and notifications.

use deskwire_domain::inbox::replies::UNDO;
use deskwire_domain::{Cx, admins, macros};
use deskwire_testkit::{Browser, NOW, TestApp, Value, both, json};

use crate::conversations::started;
use crate::support::id;

/// A conversation that a user started: its id.
async fn conversation(app: &TestApp) -> String {
    let (path, _) = started(app, "bo@acme.test").await;
    path.rsplit('/').next().unwrap().to_owned()
}

fn at(conversation: &str, end: &str) -> String {
    format!("/app/v1/conversations/{conversation}{end}")
}

/// A browser of a second teammate.
async fn second(app: &TestApp) -> (Browser, String) {
    let actor = app.actor();
    let made = app.write(move |tx| {
        let cx = &mut Cx::new(tx, &actor);
        let declared = json!({"email": "ben@acme.test", "name": "Ben Bell", "role": "Agent"});
        admins::declare(cx, &serde_json::from_value(declared).unwrap())?;
        admins::named(cx, Some("ben@acme.test"))
    });
    let admin = made.await;
    (Browser::signed_in(app, &app.workspace_id, admin).await, admin.to_string())
}

#[both]
async fn a_reply_is_held_and_can_be_taken_back(app: TestApp) {
    let (to, browser) = (conversation(&app).await, app.browser().await);
    let sent =
        browser.post(&at(&to, "/reply"), json!({"kind": "reply", "html": "<p>Hi <script>x</script></p>"})).await.ok();
    let part = &sent["part"];
    assert_eq!((&part["html"], &part["held_until"]), (&json!("<p>Hi </p>"), &json!(NOW + UNDO)), "{sent}");
    assert_eq!((&part["kind"], &sent["row"]["id"]), (&json!("message"), &json!(to)));
    let thread = browser.get(&at(&to, "")).await.ok();
    assert_eq!(thread["parts"].as_array().unwrap().last().unwrap(), part);
    let public = app.get(&format!("/conversations/{to}")).await.ok();
    assert_eq!(public["conversation_parts"]["total_count"], 0);

    let withdraw = at(&to, &format!("/parts/{}/withdraw", part["id"].as_str().unwrap()));
    let back = browser.post(&withdraw, json!({})).await.ok();
    assert_eq!((&back["draft"]["html"], &back["row"]["draft"]), (&json!("<p>Hi </p>"), &json!(true)), "{back}");
    browser.post(&withdraw, json!({})).await.declined(404, "not_found");
    app.clock.advance(UNDO);
    app.run_jobs().await;
    assert_eq!(app.get(&format!("/conversations/{to}")).await.ok(), public);

    let again = json!({"kind": "reply", "html": "Hi", "then": "close"});
    let key = browser.clone().with_key("once");
    let first = key.post(&at(&to, "/reply"), again.clone()).await.ok();
    // The inbox shows it as closed already; nothing has been sent yet.
    assert_eq!(first["row"]["state"], "closed");
    assert_eq!(app.get(&format!("/conversations/{to}")).await.ok()["state"], "open");
    assert_eq!(key.post(&at(&to, "/reply"), again).await.ok(), first);
    app.clock.advance(UNDO);
    app.run_jobs().await;
    let withdraw = at(&to, &format!("/parts/{}/withdraw", first["part"]["id"].as_str().unwrap()));
    browser.post(&withdraw, json!({})).await.declined(409, "already_sent");
    let thread = browser.get(&at(&to, "")).await.ok();
    let messages: Vec<&Value> =
        thread["parts"].as_array().unwrap().iter().filter(|part| part["kind"] == "message").collect();
    assert_eq!(
        (messages.len(), &messages[1]["held_until"], &thread["row"]["state"]),
        (2, &Value::Null, &json!("closed"))
    );
    assert_eq!((&thread["drafts"], &thread["row"]["draft"]), (&json!([]), &json!(false)));
}

#[both]
async fn a_message_that_cannot_be_sent_is_declined(app: TestApp) {
    let (to, browser) = (conversation(&app).await, app.browser().await);
    let reply = |body: Value| {
        let (browser, path) = (browser.clone(), at(&to, "/reply"));
        async move { browser.post(&path, body).await }
    };
    for (body, field) in [
        (json!({"kind": "reply", "html": " "}), "html"),
        (json!({"kind": "reply"}), "html"),
        (json!({"kind": "reply", "html": "x", "send_at": NOW}), "send_at"),
        (json!({"kind": "note", "html": "x", "send_at": NOW + 60}), "send_at"),
        (json!({"kind": "reply", "html": "x", "then": "snooze"}), "snoozed_until"),
        (json!({"kind": "reply", "html": "x", "then": "close", "snoozed_until": NOW + 60}), "snoozed_until"),
        (json!({"kind": "reply", "html": "x", "then": "snooze", "snoozed_until": i64::MAX}), "snoozed_until"),
        (json!({"kind": "reply", "html": "x", "attachment_ids": ["12"]}), "attachment_ids"),
        (json!({"kind": "note", "html": "x", "mentions": ["4711"]}), "mentions"),
        (json!({"kind": "reply", "html": "x", "seen": "last"}), "seen"),
        (json!({"kind": "shout", "html": "x"}), "kind"),
    ] {
        let answer = reply(body.clone()).await;
        assert_eq!((answer.status, &answer.body["error"]["field"]), (400, &json!(field)), "{body} {}", answer.body);
    }
    let forever = browser.post(&at(&to, "/actions"), json!({"type": "snooze", "until": i64::MAX})).await;
    assert_eq!(forever.declined(400, "parameter_invalid")["error"]["field"], "snoozed_until");
    browser.post(&at("4711", "/reply"), json!({"kind": "note", "html": "x"})).await.declined(404, "not_found");
    assert_eq!(app.get(&format!("/conversations/{to}")).await.ok()["conversation_parts"]["total_count"], 0);
}

#[both]
async fn a_second_answer_is_stopped(app: TestApp) {
    let (to, ada) = (conversation(&app).await, app.browser().await);
    let (ben, ben_id) = second(&app).await;
    ben.post(&at(&to, "/reply"), json!({"kind": "reply", "html": "Ben", "seen": "source"})).await.ok();
    let mine = json!({"kind": "reply", "html": "Ada", "seen": "source"});
    let stopped = ada.post(&at(&to, "/reply"), mine.clone()).await.declined(409, "newer_activity");
    assert_eq!(
        (&stopped["parts"][0]["html"], &stopped["parts"][0]["author"]["id"]),
        (&json!("<p>Ben</p>"), &json!(ben_id))
    );
    app.clock.advance(UNDO);
    app.run_jobs().await;
    let stopped = ada.post(&at(&to, "/reply"), mine.clone()).await.declined(409, "newer_activity");
    assert_eq!((&stopped["parts"][0]["held_until"], stopped["parts"].as_array().unwrap().len()), (&Value::Null, 1));
    let forced = json!({"kind": "reply", "html": "Ada", "seen": "source", "force": true});
    ada.post(&at(&to, "/reply"), forced).await.ok();
}

#[both]
async fn a_note_notifies_whom_it_mentions(app: TestApp) {
    let (to, ada) = (conversation(&app).await, app.browser().await);
    let (ben, ben_id) = second(&app).await;
    let note = json!({"kind": "note", "html": "Your turn?", "mentions": [ben_id], "then": "snooze", "snoozed_until": NOW + 3600});
    let sent = ada.post(&at(&to, "/reply"), note).await.ok();
    assert_eq!((&sent["part"]["kind"], &sent["row"]["state"]), (&json!("note"), &json!("snoozed")), "{sent}");
    app.run_jobs().await;
    let row = ben.get(&at(&to, "")).await.ok()["row"].clone();
    assert_eq!((&row["unread"], &row["mentioned"]), (&json!(true), &json!(true)));
    let notifications = ben.get("/app/v1/notifications").await.ok();
    assert_eq!(
        (&notifications["unread"], &notifications["items"][0]["conversation_id"]),
        (&json!(1), &json!(to)),
        "{notifications}"
    );
    assert_eq!(
        (&notifications["conversations"][0]["id"], &notifications["conversations"][1]),
        (&json!(to), &json!(null)),
        "{notifications}"
    );
    ben.post(&at(&to, "/actions"), json!({"type": "read"})).await.ok();
    let thread = ben.get(&at(&to, "")).await.ok();
    assert_eq!(
        (&thread["row"]["unread"], &thread["read_part_id"]),
        (&json!(false), &thread["parts"].as_array().unwrap().last().unwrap()["id"])
    );
    assert_eq!(ben.get("/app/v1/notifications").await.ok()["unread"], 0);
    ben.post(&at(&to, "/actions"), json!({"type": "unread"})).await.ok();
    assert_eq!(ben.get(&at(&to, "")).await.ok()["row"]["unread"], true);
    let wrong = ben.post("/app/v1/notifications/read", json!({})).await;
    wrong.declined(400, "parameter_invalid");
    let left = ben.post("/app/v1/notifications/read", json!({"conversation_id": to})).await.ok();
    assert_eq!(left["unread"], 0);
}

#[both]
async fn each_notification_shows_its_own_message(app: TestApp) {
    let (to, ada) = (conversation(&app).await, app.browser().await);
    let (ben, ben_id) = second(&app).await;
    ada.post(&at(&to, "/actions"), json!({"type": "assign", "admin_id": ben_id})).await.ok();
    for text in ["<p>The <b>first</b></p>", "<p>The second</p>"] {
        ada.post(&at(&to, "/reply"), json!({"kind": "note", "html": text, "force": true})).await.ok();
    }
    app.run_jobs().await;
    let shown = ben.get("/app/v1/notifications").await.ok();
    let excerpts: Vec<&Value> = shown["items"].as_array().unwrap().iter().map(|one| &one["excerpt"]).collect();
    assert_eq!(excerpts, [&json!("The second"), &json!("The first"), &Value::Null, &json!("Help!")]);
    assert_eq!(shown["unread"], 1, "those about one conversation count once");
}

#[both]
async fn drafts_are_kept_and_the_newest_wins(app: TestApp) {
    let (to, browser) = (conversation(&app).await, app.browser().await);
    let path = at(&to, "/drafts/reply");
    let first = browser.put(&path, json!({"html": "<p>a</p>", "base": 0})).await.ok()["draft"].clone();
    let newer =
        browser.put(&path, json!({"html": "<p>ab</p>", "base": first["updated_at"]})).await.ok()["draft"].clone();
    let stale = browser.put(&path, json!({"html": "<p>ax</p>", "base": first["updated_at"]})).await;
    assert_eq!(stale.declined(409, "draft_changed")["draft"], newer);
    let thread = browser.get(&at(&to, "")).await.ok();
    assert_eq!((&thread["drafts"], &thread["row"]["draft"]), (&json!([newer]), &json!(true)));
    // Another teammate has drafts of their own.
    let (ben, _) = second(&app).await;
    assert_eq!(ben.get(&at(&to, "")).await.ok()["drafts"], json!([]));
    assert_eq!(browser.delete(&path).await.ok()["draft"], Value::Null);
    assert_eq!(browser.delete(&path).await.ok()["draft"], Value::Null);
    browser.put(&at(&to, "/drafts/letter"), json!({"html": "a", "base": 0})).await.declined(404, "not_found");
    app.delete(&format!("/conversations/{to}")).await.ok();
    browser.put(&path, json!({"html": "a", "base": 0})).await.declined(404, "not_found");
}

#[both]
async fn a_message_leaves_the_newer_draft_of_another_device(app: TestApp) {
    let (to, browser) = (conversation(&app).await, app.browser().await);
    for kind in ["reply", "note"] {
        let path = at(&to, &format!("/drafts/{kind}"));
        let mut base = json!(0);
        let mut drafts = Vec::new();
        for html in ["<p>a</p>", "<p>ab</p>"] {
            let draft = browser.put(&path, json!({"html": html, "base": base})).await.ok()["draft"].clone();
            base = draft["updated_at"].clone();
            drafts.push(draft);
        }
        let send = |html: &str, base: &Value| {
            let (browser, path) = (browser.clone(), at(&to, "/reply"));
            let body = json!({"kind": kind, "html": html, "base": base});
            async move { browser.post(&path, body).await.ok() }
        };
        // The message was written in the first version, or in none.
        for (html, base) in [("<p>a!</p>", &drafts[0]["updated_at"]), ("<p>x</p>", &json!(0))] {
            let sent = send(html, base).await;
            assert_eq!((&sent["draft"], &sent["row"]["draft"]), (&drafts[1], &json!(true)), "{kind}");
        }
        let sent = send("<p>ab!</p>", &base).await;
        assert_eq!((&sent["draft"], &sent["row"]["draft"]), (&Value::Null, &json!(false)), "{kind}");
        assert_eq!(browser.get(&at(&to, "")).await.ok()["drafts"], json!([]));
        // The answer to a save was lost: its words are those of the message.
        browser.put(&path, json!({"html": "<p>abc</p>", "base": 0})).await.ok();
        assert_eq!(send("<p>abc</p>", &json!(0)).await["draft"], Value::Null, "{kind}");
    }
}

#[both]
async fn a_reply_that_is_taken_back_names_the_draft_to_which_it_was_added(app: TestApp) {
    let (to, browser) = (conversation(&app).await, app.browser().await);
    let withdraw = async |sent: Value| {
        let path = at(&to, &format!("/parts/{}/withdraw", sent["part"]["id"].as_str().unwrap()));
        browser.post(&path, json!({})).await.ok()
    };
    let sent = browser.post(&at(&to, "/reply"), json!({"kind": "reply", "html": "<p>a</p>", "base": 0})).await.ok();
    let back = withdraw(sent).await;
    assert_eq!((&back["base"], &back["draft"]["html"]), (&json!(0), &json!("<p>a</p>")));
    let sent = browser.post(&at(&to, "/reply"), json!({"kind": "reply", "html": "<p>b</p>", "base": 0})).await.ok();
    assert_eq!(sent["draft"], back["draft"]);
    let again = withdraw(sent).await;
    assert_eq!((&again["base"], &again["draft"]["html"]), (&back["draft"]["updated_at"], &json!("<p>b</p><p>a</p>")));
}

/// A picture of one white pixel.
pub(super) const PIXEL: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

pub(super) async fn upload(browser: &Browser, name: &str) -> Value {
    let headers = [("content-type", "image/gif"), ("x-file-name", name)];
    browser.raw("POST", "/app/v1/uploads", &headers, PIXEL.to_vec()).await.ok()
}

#[both]
async fn files_are_uploaded_and_sent_once(app: TestApp) {
    let (to, browser) = (conversation(&app).await, app.browser().await);
    let file = upload(&browser, "white%20pixel.gif").await;
    assert_eq!(
        (&file["name"], &file["width"], &file["content_type"]),
        (&json!("white pixel.gif"), &json!(1), &json!("image/gif"))
    );
    let url = file["url"].as_str().unwrap();
    let html = format!("<p>See <img src=\"{url}\"> and <img src=\"/attachments/x/1/no.gif\"></p>");
    let body = json!({"kind": "reply", "html": html, "attachment_ids": [file["id"]]});
    let (ben, _) = second(&app).await;
    ben.post(&at(&to, "/reply"), body.clone()).await.declined(400, "parameter_invalid");
    let sent = browser.post(&at(&to, "/reply"), body.clone()).await.ok();
    assert_eq!(sent["part"]["attachments"][0]["id"], file["id"]);
    browser.post(&at(&to, "/reply"), body).await.declined(400, "parameter_invalid");
    app.clock.advance(UNDO);
    app.run_jobs().await;
    app.clock.advance(40 * 86_400);
    let public = app.get(&format!("/conversations/{to}")).await.ok();
    let part = &public["conversation_parts"]["conversation_parts"][0];
    let html = part["body"].as_str().unwrap();
    assert_eq!(html.matches("<img").count(), 1, "{html}");
    let src = html.split("src=\"").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
    let path = src.split_once("://").map_or(src.as_str(), |(_, rest)| &rest[rest.find('/').unwrap()..]).to_owned();
    assert_eq!(app.anonymous().off_the_record().raw("GET", &path, &[], Vec::new()).await.status, 200, "{path}");
}

#[both]
async fn text_that_looks_like_an_image_stays_as_it_is(app: TestApp) {
    let (to, browser) = (conversation(&app).await, app.browser().await);
    let html = "<pre><code>&lt;img src=\"/attachments/foo.png\"&gt;</code></pre>";
    let saved = browser.put(&at(&to, "/drafts/note"), json!({"html": html, "base": 0})).await.ok();
    assert_eq!(saved["draft"]["html"], html);
    let sent = browser.post(&at(&to, "/reply"), json!({"kind": "note", "html": html})).await.ok();
    assert_eq!(sent["part"]["html"], html);
}

#[both]
async fn an_image_that_is_not_attached_says_nothing(app: TestApp) {
    let (to, browser) = (conversation(&app).await, app.browser().await);
    let file = upload(&browser, "a.gif").await;
    let url = file["url"].as_str().unwrap();
    let html = format!("<p><img src=\"{url}\"></p>");
    for kind in ["reply", "note"] {
        let refused = browser.post(&at(&to, "/reply"), json!({"kind": kind, "html": html})).await;
        assert_eq!(refused.declined(400, "parameter_not_found")["error"]["field"], "html");
    }
    let draft = browser.put(&at(&to, "/drafts/reply"), json!({"html": html, "base": 0})).await.ok();
    assert_eq!(draft["draft"], Value::Null);
    // Another attribute may repeat the address.
    let html = format!("<p><img alt=\"{url}\" src=\"{url}\"></p>");
    let body = json!({"kind": "reply", "html": html, "attachment_ids": [file["id"]]});
    let sent = browser.post(&at(&to, "/reply"), body).await.ok();
    let shown = sent["part"]["html"].as_str().unwrap();
    assert!(shown.contains(&format!("alt=\"{}\"", url.replace('&', "&amp;"))), "{shown}");
}

#[both]
async fn a_draft_of_replies_that_were_taken_back_can_be_saved(app: TestApp) {
    let (to, browser) = (conversation(&app).await, app.browser().await);
    let withdraw = async |sent: &Value| {
        let path = at(&to, &format!("/parts/{}/withdraw", sent["part"]["id"].as_str().unwrap()));
        browser.post(&path, json!({})).await
    };
    let mut sent = Vec::new();
    for text in ["one", "two"] {
        let mut ids = Vec::new();
        for _ in 0..10 {
            ids.push(upload(&browser, "a.gif").await["id"].clone());
        }
        let body = json!({"kind": "reply", "html": text, "attachment_ids": ids});
        sent.push(browser.post(&at(&to, "/reply"), body).await.ok());
    }
    withdraw(&sent[1]).await.ok();
    let draft = withdraw(&sent[0]).await.ok()["draft"].clone();
    let ids: Vec<&Value> = draft["attachments"].as_array().unwrap().iter().map(|file| &file["id"]).collect();
    assert_eq!((&draft["html"], ids.len()), (&json!("<p>one</p><p>two</p>"), 20));
    let body = json!({"html": draft["html"], "attachment_ids": ids, "base": draft["updated_at"]});
    let saved = browser.put(&at(&to, "/drafts/reply"), body).await.ok()["draft"].clone();
    assert_eq!(saved["attachments"].as_array().unwrap().len(), 20);
    let all = json!({"kind": "reply", "html": "x", "attachment_ids": ids});
    let refused = browser.post(&at(&to, "/reply"), all).await.declined(400, "parameter_invalid");
    assert_eq!(refused["error"]["field"], "attachment_ids");
    let some = json!({"kind": "reply", "html": "x", "attachment_ids": ids[..10], "base": saved["updated_at"]});
    browser.post(&at(&to, "/reply"), some).await.ok();

    // Nothing is lost: the reply still waits, and so does the draft.
    let long = "x".repeat(150_000);
    let sent = browser.post(&at(&to, "/reply"), json!({"kind": "reply", "html": long})).await.ok();
    let draft = json!({"html": long, "base": 0});
    let saved = browser.put(&at(&to, "/drafts/reply"), draft).await.ok()["draft"].clone();
    withdraw(&sent).await.declined(422, "parameter_invalid");
    browser.put(&at(&to, "/drafts/reply"), json!({"html": "", "base": saved["updated_at"]})).await.ok();
    assert_eq!(withdraw(&sent).await.ok()["draft"]["html"], format!("<p>{long}</p>"));
}

#[both]
async fn a_repeated_upload_has_the_same_name_and_type(app: TestApp) {
    let browser = app.browser().await.with_key("once");
    let first = upload(&browser, "a.gif").await;
    assert_eq!(upload(&browser, "a.gif").await["id"], first["id"]);
    for (name, content_type) in [("b.gif", "image/gif"), ("a.gif", "text/plain")] {
        let headers = [("content-type", content_type), ("x-file-name", name)];
        let other = browser.raw("POST", "/app/v1/uploads", &headers, PIXEL.to_vec()).await;
        other.declined(422, "idempotency_key_reused");
    }
}

#[both]
async fn an_upload_is_in_the_drafts_of_one_conversation(app: TestApp) {
    let browser = app.browser().await;
    let (path, _) = started(&app, "cy@acme.test").await;
    let (first, second) = (conversation(&app).await, path.rsplit('/').next().unwrap().to_owned());
    let file = upload(&browser, "a.gif").await;
    let draft = |base: &Value| json!({"html": "x", "attachment_ids": [file["id"]], "base": base});
    let saved = browser.put(&at(&first, "/drafts/reply"), draft(&json!(0))).await.ok();
    browser.put(&at(&first, "/drafts/note"), draft(&json!(0))).await.ok();
    let saved = browser.put(&at(&first, "/drafts/reply"), draft(&saved["draft"]["updated_at"])).await.ok();
    let message = json!({"kind": "note", "html": "x", "attachment_ids": [file["id"]]});
    for refused in [
        browser.put(&at(&second, "/drafts/reply"), draft(&json!(0))).await,
        browser.post(&at(&second, "/reply"), message.clone()).await,
    ] {
        assert_eq!(refused.declined(400, "parameter_invalid")["error"]["field"], "attachment_ids");
    }
    // Once no draft has it, another one may.
    let empty = |base: &Value| json!({"html": "", "base": base});
    browser.put(&at(&first, "/drafts/reply"), empty(&saved["draft"]["updated_at"])).await.ok();
    browser.put(&at(&second, "/drafts/reply"), draft(&json!(0))).await.declined(400, "parameter_invalid");
    browser.delete(&at(&first, "/drafts/note")).await.ok();
    browser.put(&at(&second, "/drafts/reply"), draft(&json!(0))).await.ok();
    browser.post(&at(&second, "/reply"), message).await.ok();
}

#[both]
async fn a_file_that_nothing_has_is_removed_after_a_day(app: TestApp) {
    let (to, browser) = (conversation(&app).await, app.browser().await);
    let (loose, kept) = (upload(&browser, "loose.gif").await, upload(&browser, "kept.gif").await);
    let draft = json!({"html": "", "attachment_ids": [kept["id"]], "base": 0});
    let draft = browser.put(&at(&to, "/drafts/note"), draft).await.ok()["draft"].clone();
    assert_eq!(draft["attachments"][0]["id"], kept["id"]);
    app.clock.advance(86_401);
    let browser = app.browser().await;
    let workspace = app.workspace_id.clone();
    app.write(move |tx| deskwire_domain::jobs::tidy(&mut tx.within(&workspace))).await;
    let send = |file: &Value| json!({"kind": "note", "html": "x", "attachment_ids": [file["id"]]});
    browser.post(&at(&to, "/reply"), send(&loose)).await.declined(400, "parameter_invalid");
    browser.post(&at(&to, "/reply"), send(&kept)).await.ok();
    for (headers, code) in [(vec![], "parameter_not_found"), (vec![("x-file-name", "empty")], "parameter_invalid")] {
        browser.raw("POST", "/app/v1/uploads", &headers, Vec::new()).await.declined(400, code);
    }
    let large = browser.raw("POST", "/app/v1/uploads", &[("x-file-name", "large")], vec![0; (20 << 20) + 1]).await;
    large.declined(413, "payload_too_large");
}

#[both]
async fn a_draft_that_is_left_loses_the_files_that_the_message_has_taken(app: TestApp) {
    let (to, browser) = (conversation(&app).await, app.browser().await);
    let file = upload(&browser, "a.gif").await;
    let path = at(&to, "/drafts/reply");
    let save = async |html: &str, base: &Value| {
        let draft = json!({"html": html, "attachment_ids": [file["id"]], "base": base});
        browser.put(&path, draft).await.ok()["draft"].clone()
    };
    let first = save("<p>a</p>", &json!(0)).await;
    save("<p>ab</p>", &first["updated_at"]).await;
    let message =
        json!({"kind": "reply", "html": "<p>a</p>", "attachment_ids": [file["id"]], "base": first["updated_at"]});
    let sent = browser.post(&at(&to, "/reply"), message).await.ok();
    let left = &sent["draft"];
    assert_eq!((&left["html"], &left["attachments"]), (&json!("<p>ab</p>"), &json!([])), "{sent}");
    let next = json!({"html": "<p>abc</p>", "base": left["updated_at"]});
    assert_eq!(browser.put(&path, next).await.ok()["draft"]["html"], "<p>abc</p>");
}

#[both]
async fn a_macro_speaks_of_the_contact_and_acts_at_once(app: TestApp) {
    let (to, browser) = (conversation(&app).await, app.browser().await);
    let tag = id(&app.post("/tags", json!({"name": "VIP"})).await.ok());
    let actor = app.actor();
    let declared = json!({
        "name": "Thanks",
        "body": "Dear {{user.first_name|fallback:\"friend\"}} <b>, {{user.email}} {{user.plan}}\nYours, {{teammate.first_name}}",
        "actions": [{"type": "tag", "tag": "vip"}, {"type": "note", "body": "Thanked {{user.email}}"},
            {"type": "note", "body": "{{user.plan}}"}, {"type": "close"}],
    });
    let made = app.write(move |tx| {
        let cx = &mut Cx::new(tx, &actor);
        macros::declare(cx, &serde_json::from_value(declared.clone()).unwrap())?;
        Ok(macros::list(cx, None, None, 10)?.macros[0].row.id)
    });
    let macro_id = made.await.to_string();
    let filled = browser.get(&format!("/app/v1/macros/{macro_id}?conversation={to}")).await.ok();
    assert_eq!(filled["html"], "<p>Dear friend &lt;b&gt;, bo@acme.test <br>Yours, Ada</p>");
    let actions = json!([{"type": "tag", "tag_id": tag}, {"type": "note", "html": "<p>Thanked bo@acme.test</p>"}, {"type": "close"}]);
    assert_eq!(filled["actions"], actions);
    let done = browser.post(&at(&to, "/macro"), json!({"macro_id": macro_id})).await.ok();
    assert_eq!((&done["row"]["state"], &done["row"]["tag_ids"]), (&json!("closed"), &json!([tag])));
    let kinds = |done: &Value| -> Vec<String> {
        done["parts"].as_array().unwrap().iter().map(|part| part["part_type"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(done["skipped"], json!([]));
    assert_eq!(kinds(&done), ["conversation_tags_updated", "note", "close"]);
    assert_eq!(done["parts"][1]["html"], "<p>Thanked bo@acme.test</p>");

    // The tag was deleted: all other actions run, and the skipped one is reported.
    let untag = json!({"admin_id": app.admin_id.to_string()});
    app.client().call("DELETE", &format!("/conversations/{to}/tags/{tag}"), Some(&untag)).await.ok();
    app.delete(&format!("/tags/{tag}")).await.ok();
    let missing = json!([{"type": "tag", "tag": "vip"}]);
    let filled = browser.get(&format!("/app/v1/macros/{macro_id}?conversation={to}")).await.ok();
    assert_eq!((filled["actions"].as_array().unwrap().len(), &filled["missing"]), (2, &missing));
    browser.post(&at(&to, "/actions"), json!({"type": "open"})).await.ok();
    let done = browser.post(&at(&to, "/macro"), json!({"macro_id": macro_id})).await.ok();
    assert_eq!((&done["row"]["state"], &done["skipped"]), (&json!("closed"), &missing));
    assert_eq!(kinds(&done), ["note", "close"]);
    browser.get("/app/v1/macros/4711").await.declined(404, "not_found");
}
