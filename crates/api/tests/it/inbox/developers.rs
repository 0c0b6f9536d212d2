//! Apps, access tokens and webhooks in the settings.

use deskwire_domain::{Cx, admins};
use deskwire_testkit::{Browser, SinkReply, TestApp, Value, both, json};

use crate::conversations::started;
use crate::support::user;

const APPS: &str = "/app/v1/settings/apps";
const TOKENS: &str = "/app/v1/settings/tokens";
const WEBHOOKS: &str = "/app/v1/settings/webhooks";

/// The types of the entries of the activity log, oldest first, without those of signing in.
async fn logged(app: &TestApp) -> Vec<String> {
    let sql = "SELECT activity_type FROM activity_logs WHERE workspace_id = $1 ORDER BY id";
    let workspace = app.workspace_id.clone();
    let mut types: Vec<String> =
        app.write(move |tx| Ok(tx.query_all(sql, deskwire_store::params![&workspace], |row| row.get(0))?)).await;
    types.retain(|name| !name.starts_with("admin_log"));
    types
}

fn sync(redirect_uris: &[&str]) -> Value {
    json!({"name": " Sync ", "redirect_uris": redirect_uris, "scopes": ["read_users", "read_tags", "read_tags"]})
}

#[both]
async fn apps_are_made_changed_and_removed(app: TestApp) {
    let browser = app.browser().await;
    let made = browser.post(APPS, sync(&["https://sync.test/back"])).await.ok();
    let (id, secret) = (made["app"]["id"].as_str().unwrap(), made["client_secret"].as_str().unwrap());
    assert_eq!((made["app"]["name"].as_str(), secret.len()), (Some("Sync"), 43));
    assert_eq!(made["app"]["scopes"], json!(["read_tags", "read_users"]));
    let listed = browser.get(APPS).await.ok();
    assert_eq!(listed["items"], json!([made["app"]]));
    assert!(!listed.to_string().contains(secret), "the secret is shown once");
    assert!(listed["scopes"].as_array().unwrap().iter().any(|scope| scope["name"] == "write_tickets"));
    assert_eq!(listed["versions"][0], "Unstable");

    let path = format!("{APPS}/{id}");
    let change = json!({"api_version": "2.10", "uninstall_url": "https://sync.test/bye", "scopes": ["all"]});
    let changed = browser.patch(&path, change).await.ok();
    assert_eq!((&changed["api_version"], &changed["scopes"]), (&json!("2.10"), &json!(["all"])));
    let emptied = browser.patch(&path, json!({"api_version": ""})).await.ok();
    assert_eq!((&emptied["api_version"], &emptied["uninstall_url"]), (&Value::Null, &json!("https://sync.test/bye")));
    let renewed = browser.post(&format!("{path}/secret"), json!({})).await.ok();
    assert_ne!(renewed["client_secret"], json!(secret));
    browser.delete(&path).await.ok();
    browser.delete(&path).await.declined(404, "not_found");
    assert_eq!(browser.get(APPS).await.ok()["items"], json!([]));
    let expected = [
        "app_package_installation",
        "security_settings_change",
        "security_settings_change",
        "app_package_token_regeneration",
        "app_package_uninstallation",
    ];
    assert_eq!(logged(&app).await, expected);
}

#[both]
async fn apps_that_do_not_fit_are_refused(app: TestApp) {
    let browser = app.browser().await;
    let made = browser.post(APPS, sync(&[])).await.ok();
    let path = format!("{APPS}/{}", made["app"]["id"].as_str().unwrap());
    let many: Vec<String> = (0..21).map(|n| format!("https://a.test/{n}")).collect();
    for (body, field) in [
        (json!({"name": " ", "scopes": ["all"]}), "name"),
        (json!({"name": "x".repeat(256), "scopes": ["all"]}), "name"),
        (json!({"name": "Sync", "scopes": ["all"]}), "name"),
        (json!({"name": "A", "scopes": []}), "scopes"),
        (json!({"name": "A", "scopes": ["fly"]}), "scopes"),
        (json!({"name": "A", "scopes": ["all"], "redirect_uris": ["javascript:alert(1)"]}), "redirect_uris"),
        (json!({"name": "A", "scopes": ["all"], "redirect_uris": many}), "redirect_uris"),
        (json!({"name": "A", "scopes": ["all"], "uninstall_url": "ftp://a.test"}), "uninstall_url"),
        (json!({"name": "A", "scopes": ["all"], "api_version": "3.0"}), "api_version"),
    ] {
        let refused = browser.post(APPS, body.clone()).await;
        assert_eq!((refused.status, &refused.body["error"]["field"]), (400, &json!(field)), "{body}");
    }
    let refused = browser.patch(&path, json!({"redirect_uris": ["/back"]})).await;
    assert_eq!((refused.status, &refused.body["error"]["field"]), (400, &json!("redirect_uris")));
    browser.patch(&format!("{APPS}/999"), json!({})).await.declined(404, "not_found");
    assert_eq!(browser.get(APPS).await.ok()["items"].as_array().unwrap().len(), 1);
    let (_, eve) = app.neighbour().await;
    let outsider = Browser::signed_in(&app, eve.workspace(), eve.admin_id().unwrap()).await;
    outsider.patch(&path, json!({"name": "Mine"})).await.declined(404, "not_found");
    outsider.delete(&path).await.declined(404, "not_found");
}

#[both]
async fn a_token_is_shown_once_and_works_until_it_is_revoked(app: TestApp) {
    let browser = app.browser().await;
    let made = browser.post(TOKENS, json!({"name": "Reports", "scopes": ["read_users"]})).await.ok();
    let token = made["token"].as_str().unwrap();
    app.app.tokens.refresh(app.db()).await;
    let client = app.client().with_token(token);
    client.get("/contacts").await.ok();
    client.get("/tags").await.refused(401, "token_unauthorized");
    app.app.tokens.write_last_used(app.db()).await;
    let listed = browser.get(TOKENS).await.ok();
    assert!(!listed.to_string().contains(token), "the token is shown only once");
    let found = &listed["items"][0];
    let of = (&found["name"], &found["admin_name"], &found["admin_email"]);
    assert_eq!(of, (&json!("Reports"), &json!("Ada Lovelace"), &json!("ada@acme.test")));
    assert_eq!(found["last_used_at"], json!(app.clock.now()));
    let path = format!("{TOKENS}/{}", found["id"].as_str().unwrap());
    browser.delete(&path).await.ok();
    browser.delete(&path).await.declined(404, "not_found");
    app.app.tokens.refresh(app.db()).await;
    client.get("/contacts").await.refused(401, "token_revoked");
    let live = browser.get(TOKENS).await.ok();
    assert!(live["items"].as_array().unwrap().iter().all(|token| token["id"] != found["id"]));
    let ended = browser.get(&format!("{TOKENS}?revoked=true")).await.ok();
    assert_eq!(ended["items"][0]["revoked_at"], json!(app.clock.now()));
    assert_eq!(logged(&app).await, ["custom_authentication_token_creation", "oauth_token_revocation"]);
}

/// A browser of a teammate who manages apps, and may read contacts, companies and segments.
async fn ops(app: &TestApp) -> Browser {
    let actor = app.actor();
    let declared = app.write(move |tx| {
        let cx = &mut Cx::new(tx, &actor);
        let role = json!({"name": "Ops", "can_manage_apps": true, "permissions": ["read_people", "read_segments"]});
        admins::declare_role(cx, &serde_json::from_value(role).unwrap())?;
        let admin = json!({"email": "ops@acme.test", "name": "Ops", "role": "Ops"});
        admins::declare(cx, &serde_json::from_value(admin).unwrap())?;
        admins::named(cx, Some("ops@acme.test"))
    });
    Browser::signed_in(app, &app.workspace_id, declared.await).await
}

#[both]
async fn a_token_has_no_more_scopes_than_the_role_permits(app: TestApp) {
    let browser = ops(&app).await;
    let offered = browser.get(TOKENS).await.ok();
    let offers = |name: &str| offered["scopes"].as_array().unwrap().iter().any(|scope| scope["name"] == name);
    assert!(offers("read_users") && !offers("write_users_companies") && !offers("read_conversations"));
    let refused = browser.post(TOKENS, json!({"name": "A", "scopes": ["read_users", "write_tags"]})).await;
    assert_eq!(refused.declined(403, "forbidden")["error"]["field"], "scopes");
    let made = browser.post(TOKENS, json!({"name": "All", "scopes": ["all", "read_users"]})).await.ok();
    assert_eq!(made["item"]["scopes"], json!(["all"]));
    // The addresses of teammates are for those who may change teammates.
    let of = (&made["item"]["admin_name"], &made["item"]["admin_email"]);
    assert_eq!(of, (&json!("Ops"), &Value::Null));
    assert!(!browser.get(TOKENS).await.ok().to_string().contains("@acme.test"));
    app.app.tokens.refresh(app.db()).await;
    let client = app.client().with_token(made["token"].as_str().unwrap());
    client.get("/contacts").await.ok();
    client.post("/tags", json!({"name": "VIP"})).await.refused(401, "token_unauthorized");
    for (body, field) in [
        (json!({"name": "", "scopes": ["all"]}), "name"),
        (json!({"name": "A", "scopes": ["nothing"]}), "scopes"),
        (json!({"name": "A", "scopes": ["all"], "api_version": "x"}), "api_version"),
    ] {
        let refused = browser.post(TOKENS, body.clone()).await;
        assert_eq!((refused.status, &refused.body["error"]["field"]), (400, &json!(field)), "{body}");
    }
    for _ in 0..99 {
        browser.post(TOKENS, json!({"name": "More", "scopes": ["all"]})).await.ok();
    }
    browser.post(TOKENS, json!({"name": "Last", "scopes": ["all"]})).await.declined(400, "parameter_invalid");
    let page = browser.get(TOKENS).await.ok();
    assert_eq!(page["items"].as_array().unwrap().len(), 100);
    let rest = browser.get(&format!("{TOKENS}?before={}", page["next"].as_str().unwrap())).await.ok();
    assert_eq!((rest["items"].as_array().unwrap().len(), &rest["next"]), (1, &Value::Null));
    browser.get(&format!("{TOKENS}?before=x")).await.declined(400, "parameter_invalid");
}

#[both]
async fn an_app_has_no_more_scopes_than_the_role_permits(app: TestApp) {
    let (ada, ops) = (app.browser().await, ops(&app).await);
    let offered = ops.get(APPS).await.ok();
    let offers = |name: &str| offered["scopes"].as_array().unwrap().iter().any(|scope| scope["name"] == name);
    assert!(offers("read_users") && !offers("read_conversations"));
    for scopes in [json!(["all"]), json!(["read_users", "read_conversations"]), json!(["write_users_companies"])] {
        let refused = ops.post(APPS, json!({"name": "Mine", "scopes": scopes})).await;
        assert_eq!(refused.declined(403, "forbidden")["error"]["field"], "scopes", "{scopes}");
    }
    let mine = ops.post(APPS, json!({"name": "Mine", "scopes": ["read_users"]})).await.ok();
    let mine = format!("{APPS}/{}", mine["app"]["id"].as_str().unwrap());
    let refused = ops.patch(&mine, json!({"scopes": ["read_tickets"]})).await;
    assert_eq!(refused.declined(403, "forbidden")["error"]["field"], "scopes");
    ops.patch(&mine, json!({"name": "Mine still"})).await.ok();
    ops.post(&format!("{mine}/secret"), json!({})).await.ok();
    // An app that may do more is not changed, but its access can be ended.
    let other = ada.post(APPS, json!({"name": "Other", "scopes": ["read_conversations"]})).await.ok();
    let other = format!("{APPS}/{}", other["app"]["id"].as_str().unwrap());
    ops.patch(&other, json!({"redirect_uris": ["https://mine.test/back"]})).await.declined(403, "forbidden");
    ops.patch(&other, json!({"scopes": ["read_users"]})).await.declined(403, "forbidden");
    ops.post(&format!("{other}/secret"), json!({})).await.declined(403, "forbidden");
    ops.delete(&other).await.ok();
}

#[both]
async fn webhooks_show_no_more_than_the_role_permits(app: TestApp) {
    let (ada, ops) = (app.browser().await, ops(&app).await);
    let sink = deskwire_testkit::Sink::start().await;
    let mine = ops.post(APPS, json!({"name": "Mine", "scopes": ["read_users"]})).await.ok();
    let mine = format!("{APPS}/{}/webhook", mine["app"]["id"].as_str().unwrap());
    let wanted = |topics: &[&str]| json!({"url": sink.url("/hook"), "topics": topics});
    let refused = ops.put(&mine, wanted(&["contact.user.created", "ticket.created"])).await;
    assert_eq!(refused.declined(403, "forbidden")["error"]["field"], "topics");
    ops.put(&mine, wanted(&["contact.user.created"])).await.ok();

    let other = ada.post(APPS, json!({"name": "Other", "scopes": ["read_conversations"]})).await.ok();
    let other = format!("{APPS}/{}", other["app"]["id"].as_str().unwrap());
    let set = ada.put(&format!("{other}/webhook"), wanted(&["conversation.user.created"])).await.ok();
    app.run_jobs().await;
    started(&app, "bo@acme.test").await;
    app.run_jobs().await;
    let path = format!("{WEBHOOKS}/{}", set["id"].as_str().unwrap());
    let log = ops.get(&format!("{path}/deliveries?topic=conversation.user.created")).await.ok();
    let delivery = format!("/app/v1/settings/webhook_deliveries/{}", log["items"][0]["id"].as_str().unwrap());
    let shown = ada.get(&delivery).await.ok();
    assert!(shown["body"].as_str().unwrap().contains("Help!"), "{shown}");
    ops.get(&delivery).await.declined(403, "forbidden");
    ops.post(&format!("{delivery}/replay"), json!({})).await.declined(403, "forbidden");
    ops.post(&format!("{path}/replay"), json!({"since": 0})).await.declined(403, "forbidden");
    ops.put(&format!("{other}/webhook"), wanted(&["contact.user.created"])).await.declined(403, "forbidden");
    // What waits for the endpoint is of the topics that it had.
    ada.patch(&other, json!({"scopes": ["read_users"]})).await.ok();
    ops.put(&format!("{other}/webhook"), wanted(&["contact.user.created"])).await.declined(403, "forbidden");
    ops.get(&delivery).await.declined(403, "forbidden");
    ops.delete(&path).await.ok();
}

/// An app with a live webhook to a sink, as the inbox makes it: the sink, and the subscription.
async fn hooked(app: &TestApp, browser: &Browser) -> (deskwire_testkit::Sink, Value) {
    let sink = deskwire_testkit::Sink::start().await;
    let made = browser.post(APPS, json!({"name": "Hooks", "scopes": ["read_users"]})).await.ok();
    let path = format!("{APPS}/{}/webhook", made["app"]["id"].as_str().unwrap());
    let wanted = json!({"url": sink.url("/hook"), "topics": ["contact.user.created", "ticket.created"]});
    let set = browser.put(&path, wanted).await.ok();
    assert_eq!(set["state"], "unverified");
    app.run_jobs().await;
    assert_eq!(sink.take().len(), 2, "HEAD and the ping");
    (sink, set)
}

#[both]
async fn webhooks_are_set_tested_and_removed(app: TestApp) {
    let browser = app.browser().await;
    let (sink, set) = hooked(&app, &browser).await;
    let path = format!("{WEBHOOKS}/{}", set["id"].as_str().unwrap());
    let shown = browser.get(&path).await.ok();
    assert_eq!((&shown["state"], &shown["app_name"]), (&json!("live"), &json!("Hooks")));
    assert_eq!(shown["not_sent"], json!(["ticket.created is not sent: the app lacks the scope read_tickets"]));
    let all = browser.get(WEBHOOKS).await.ok();
    assert_eq!(all["items"].as_array().unwrap().len(), 1);
    assert!(all["topics"].as_array().unwrap().iter().any(|topic| topic["name"] == "contact.user.created"));
    browser.post(&format!("{path}/ping"), json!({})).await.ok();
    app.run_jobs().await;
    let sent = sink.take();
    assert_eq!((sent.len(), &sent[0].json()["topic"]), (1, &json!("ping")));
    browser.delete(&path).await.ok();
    browser.get(&path).await.declined(404, "not_found");
    assert_eq!(logged(&app).await, ["app_package_installation", "app_webhook_creation", "app_webhook_deletion"]);
}

#[both]
async fn the_log_of_deliveries_shows_what_was_sent_and_answered(app: TestApp) {
    let browser = app.browser().await;
    let (sink, set) = hooked(&app, &browser).await;
    let path = format!("{WEBHOOKS}/{}", set["id"].as_str().unwrap());
    let log = format!("{path}/deliveries");
    sink.always(SinkReply::status(500).body("it is <b>broken</b>"));
    user(&app, "ada@acme.test").await;
    app.run_jobs().await;
    let sent = sink.take();
    let pending = browser.get(&format!("{log}?state=pending")).await.ok();
    let line = &pending["items"][0];
    assert_eq!((&line["topic"], &line["status"]), (&json!("contact.user.created"), &json!(500)));
    assert_eq!((&line["attempts"], line["due_at"].is_i64()), (&json!(1), true));
    let detail_path = format!("/app/v1/settings/webhook_deliveries/{}", line["id"].as_str().unwrap());
    let detail = browser.get(&detail_path).await.ok();
    assert_eq!(detail["log"][0]["answer"], "it is <b>broken</b>");
    assert_eq!(detail["body"].as_str().unwrap().as_bytes(), sent[0].body, "the log has the body that was sent");
    assert_eq!((&detail["is_cut"], &detail["notification_id"]), (&json!(false), &sent[0].json()["id"]));
    // Once it is given up, all that failed is sent again at once.
    let event_at = app.clock.now();
    while browser.get(&detail_path).await.ok()["state"] == "pending" {
        app.clock.advance(3_600);
        app.run_jobs().await;
    }
    let browser = app.browser().await;
    let failed = browser.get(&format!("{log}?state=failed&topic=contact.user.created")).await.ok();
    assert_eq!((failed["items"].as_array().unwrap().len(), &failed["next"]), (1, &Value::Null));
    for (state, count) in [("failed", 1), ("dropped", 0), ("pending", 0), ("sent", 1)] {
        let shown = browser.get(&format!("{log}?state={state}")).await.ok();
        assert_eq!(shown["items"].as_array().unwrap().len(), count, "{state}");
    }
    assert_eq!(browser.get(&format!("{log}?topic=ping")).await.ok()["items"][0]["state"], "sent");
    sink.always(SinkReply::status(200));
    sink.take();
    let none = browser.post(&format!("{path}/replay"), json!({"since": event_at + 1})).await.ok();
    assert_eq!((&none["count"], &none["may_have_more"]), (&json!(0), &json!(false)));
    let some = browser.post(&format!("{path}/replay"), json!({"since": event_at})).await.ok();
    assert_eq!(some["count"], 1);
    app.run_jobs().await;
    assert_eq!(sink.take().len(), 1);
    let again = browser.post(&format!("{detail_path}/replay"), json!({})).await.ok();
    assert_eq!(again["state"], "pending");
    app.run_jobs().await;
    assert_eq!(browser.get(&detail_path).await.ok()["state"], "sent");
    assert_eq!(sink.take().len(), 1);
    for (query, field) in [("state=odd", "state"), ("before=x", "before")] {
        let refused = browser.get(&format!("{log}?{query}")).await;
        assert_eq!((refused.status, &refused.body["error"]["field"]), (400, &json!(field)), "{query}");
    }
    let (_, eve) = app.neighbour().await;
    let outsider = Browser::signed_in(&app, eve.workspace(), eve.admin_id().unwrap()).await;
    outsider.get(&detail_path).await.declined(404, "not_found");
    outsider.get(&log).await.declined(404, "not_found");
    outsider.post(&format!("{detail_path}/replay"), json!({})).await.declined(404, "not_found");
}

#[both]
async fn an_endpoint_that_was_refused_says_why_and_is_asked_again(app: TestApp) {
    let browser = app.browser().await;
    let sink = deskwire_testkit::Sink::start().await;
    sink.head(SinkReply::status(404));
    let made = browser.post(APPS, json!({"name": "Hooks", "scopes": ["all"]})).await.ok();
    let set_path = format!("{APPS}/{}/webhook", made["app"]["id"].as_str().unwrap());
    for (body, field) in [
        (json!({"url": "gopher://a.test", "topics": ["ticket.created"]}), "url"),
        (json!({"url": "http://[fe80::1%25eth0]/", "topics": ["ticket.created"]}), "url"),
        (json!({"url": "https://xn--", "topics": ["ticket.created"]}), "url"),
        (json!({"url": "http://a.test:0/", "topics": ["ticket.created"]}), "url"),
        (json!({"url": "http://a.test:99999/", "topics": ["ticket.created"]}), "url"),
        (json!({"url": sink.url("/"), "topics": []}), "topics"),
        (json!({"url": sink.url("/"), "topics": ["ticket.burnt"]}), "topics"),
    ] {
        let refused = browser.put(&set_path, body.clone()).await;
        assert_eq!((refused.status, &refused.body["error"]["field"]), (400, &json!(field)), "{body}");
    }
    let wanted = json!({"url": sink.url("/"), "topics": ["ticket.created"]});
    let set = browser.put(&set_path, wanted).await.ok();
    app.run_jobs().await;
    let path = format!("{WEBHOOKS}/{}", set["id"].as_str().unwrap());
    let shown = browser.get(&path).await.ok();
    assert_eq!((&shown["state"], &shown["reason"]), (&json!("refused"), &json!("the endpoint answered 404 to HEAD")));
    browser.post(&format!("{path}/ping"), json!({})).await.declined(400, "parameter_invalid");
    browser.post(&format!("{path}/replay"), json!({"since": 0})).await.declined(400, "parameter_invalid");
    sink.head(SinkReply::status(200));
    browser.post(&format!("{path}/resume"), json!({})).await.ok();
    app.run_jobs().await;
    assert_eq!(browser.get(&path).await.ok()["state"], "live");
}
