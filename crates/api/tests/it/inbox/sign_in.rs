//! Signing in with a password, and how sessions end.

use deskwire_domain::{Actor, Cx, admins, workspaces};
use deskwire_testkit::{Answer, Browser, TestApp, both, json};

use super::{PASSWORD, set_password, sign_in};

const SESSIONS: &str = "/app/v1/me/sessions";

#[both]
async fn a_password_opens_a_session(app: TestApp) {
    set_password(&app, app.actor(), PASSWORD).await;
    let mut browser = Browser::new(&app);
    assert_eq!(browser.get("/app/v1/session").await.ok(), json!({"step": "sign_in", "workspaces": null, "sso": null}));
    let answer = sign_in(&mut browser, " ADA@acme.test", PASSWORD).await;
    let cookie = answer.header("set-cookie").unwrap().to_owned();
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Max-Age=2592000"), "{cookie}");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.ok()["step"], "done");
    assert_eq!(browser.get("/app/v1/session").await.ok()["step"], "done");
    let sessions = browser.get(SESSIONS).await.ok();
    assert_eq!(sessions["items"][0]["is_this"], true);
    // Neither the cookie nor its hash can be derived from the stored data.
    let kept: String =
        app.write(|tx| Ok(tx.query_one("SELECT hash FROM inbox_sessions", &[], |row| row.get(0))?)).await;
    assert!(!kept.contains(browser.cookie.as_ref().unwrap().as_str()));

    let out = browser.delete("/app/v1/session").await;
    assert!(out.header("set-cookie").unwrap().contains("; Max-Age=0"));
    out.ok();
    browser.get(SESSIONS).await.declined(401, "unauthorized");
    let emitted = app.topics().await;
    let of_sessions: Vec<&str> = emitted.iter().filter_map(|topic| topic.strip_prefix("admin.logged_")).collect();
    assert_eq!(of_sessions, ["in", "out"]);
}

#[both]
async fn wrong_passwords_and_unknown_accounts_are_answered_alike(app: TestApp) {
    set_password(&app, app.actor(), PASSWORD).await;
    let mut answers = Vec::new();
    for (email, password) in
        [("ada@acme.test", "wrong password"), ("nobody@acme.test", PASSWORD), ("ada@acme.test", ""), ("", PASSWORD)]
    {
        let mut browser = Browser::new(&app).at("192.0.2.1");
        let answer = sign_in(&mut browser, email, password).await;
        assert_eq!(answer.header("set-cookie"), None);
        answers.push(answer.declined(403, "sign_in_failed")["error"]["message"].clone());
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
}

#[both]
async fn guessing_is_slowed_down_for_known_and_unknown_accounts_alike(app: TestApp) {
    set_password(&app, app.actor(), PASSWORD).await;
    for email in ["ada@acme.test", "nobody@acme.test"] {
        let mut browser = Browser::new(&app).at(if email.starts_with('a') { "192.0.2.1" } else { "192.0.2.2" });
        for _ in 0..5 {
            sign_in(&mut browser, email, "wrong password").await.declined(403, "sign_in_failed");
        }
        let waits = sign_in(&mut browser, email, PASSWORD).await;
        assert_eq!(waits.header("retry-after"), Some("15"), "{email}");
        assert_eq!(waits.declined(429, "too_many_attempts")["retry_after"], 15);
    }
    app.clock.advance(15);
    let mut browser = Browser::new(&app).at("192.0.2.1");
    sign_in(&mut browser, "ada@acme.test", PASSWORD).await.ok();
}

/// A second workspace with an admin of the same email address: the admin as verbs know them.
pub(super) async fn account_in_another_workspace(app: &TestApp, password: &str) -> Actor {
    let actor = app
        .write(|tx| {
            let (id, admin) = workspaces::create(tx, "Elsewhere", "Ada", "Ada@Acme.test")?;
            let workspace = workspaces::known(&mut tx.within(&id))?;
            Ok(Actor::admin(std::sync::Arc::new(workspace.into()), admin))
        })
        .await;
    set_password(app, actor.clone(), password).await;
    actor
}

#[both]
async fn an_address_of_several_workspaces_chooses(app: TestApp) {
    set_password(&app, app.actor(), PASSWORD).await;
    let other = account_in_another_workspace(&app, PASSWORD).await;
    let mut browser = Browser::new(&app);
    let choice = sign_in(&mut browser, "ada@acme.test", PASSWORD).await.ok();
    assert_eq!(choice["step"], "choose");
    let mut names: Vec<&str> =
        choice["workspaces"].as_array().unwrap().iter().map(|w| w["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["Acme", "Elsewhere"]);
    assert_eq!(browser.cookie, None);
    let body = json!({"email": "ada@acme.test", "password": PASSWORD, "workspace_id": other.workspace()});
    let answer = browser.post("/app/v1/session", body).await;
    assert!(browser.keep(&answer));
    assert_eq!(answer.ok()["step"], "done");
    let here: i64 = opened(&app, &app.workspace_id).await;
    assert_eq!((here, opened(&app, other.workspace()).await), (0, 1));
}

#[both]
async fn the_password_decides_which_workspace_it_is(app: TestApp) {
    set_password(&app, app.actor(), PASSWORD).await;
    let other = account_in_another_workspace(&app, "difference engine").await;
    // A password that matches one account and not the other does not count as a failure.
    for _ in 0..8 {
        let mut browser = Browser::new(&app).at("192.0.2.1");
        assert_eq!(sign_in(&mut browser, "ada@acme.test", "difference engine").await.ok()["step"], "done");
    }
    assert_eq!((opened(&app, &app.workspace_id).await, opened(&app, other.workspace()).await), (0, 8));
}

async fn opened(app: &TestApp, workspace: &str) -> i64 {
    let workspace = workspace.to_owned();
    app.write(move |tx| {
        let sql = "SELECT count(*) FROM inbox_sessions WHERE workspace_id = $1";
        Ok(tx.within(&workspace).query_one(sql, &[], |row| row.get(0))?)
    })
    .await
}

#[both]
async fn sessions_end_when_they_are_not_used_and_after_a_month(app: TestApp) {
    let idle = app.browser().await;
    app.clock.advance(12 * 3_600 - 1);
    idle.get(SESSIONS).await.ok();
    app.clock.advance(12 * 3_600 - 1);
    idle.get(SESSIONS).await.ok();
    app.clock.advance(12 * 3_600);
    idle.get(SESSIONS).await.declined(401, "unauthorized");

    let used = app.browser().await;
    for _ in 0..60 {
        app.clock.advance(12 * 3_600 - 1);
        used.get(SESSIONS).await.ok();
    }
    app.clock.advance(3_600);
    used.get(SESSIONS).await.declined(401, "unauthorized");
}

#[both]
async fn sessions_end_with_the_password_and_the_admin(app: TestApp) {
    let refused = |answer: Answer| answer.declined(401, "unauthorized");
    let actor = app.actor();
    let grace = app
        .write(move |tx| {
            let declared = json!({"email": "grace@acme.test", "name": "Grace", "role": "Agent"});
            admins::declare(&mut Cx::new(tx, &actor), &serde_json::from_value(declared).unwrap())?;
            admins::named(&mut tx.within(actor.workspace()), Some("grace@acme.test"))
        })
        .await;
    let (of_ada, mut of_grace) = (app.browser().await, Browser::signed_in(&app, &app.workspace_id, grace).await);
    set_password(&app, Actor::admin(app.actor().tenant, grace), PASSWORD).await;
    refused(of_grace.get(SESSIONS).await);

    sign_in(&mut of_grace, "grace@acme.test", PASSWORD).await.ok();
    of_grace.get(SESSIONS).await.ok();
    // Another role only changes what the session permits.
    declare(&app, json!({"email": "grace@acme.test", "name": "Grace", "role": "Viewer"})).await;
    of_grace.get(SESSIONS).await.ok();
    declare(&app, json!({"email": "grace@acme.test", "name": "Grace", "removed": true})).await;
    refused(of_grace.get(SESSIONS).await);
    sign_in(&mut of_grace, "grace@acme.test", PASSWORD).await.declined(403, "sign_in_failed");
    of_ada.get(SESSIONS).await.ok();
}

pub(super) async fn declare(app: &TestApp, declared: deskwire_testkit::Value) {
    let actor = app.actor();
    app.write(move |tx| admins::declare(&mut Cx::new(tx, &actor), &serde_json::from_value(declared.clone()).unwrap()))
        .await;
}

#[both]
async fn teammates_see_and_end_their_own_sessions(app: TestApp) {
    let (here, there) = (app.browser().await, app.browser().await);
    let (_, outsider) = app.neighbour().await;
    let other = Browser::signed_in(&app, outsider.workspace(), outsider.admin_id().unwrap()).await;
    let listed = here.get(SESSIONS).await.ok();
    let items = listed["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    let that = items.iter().find(|item| item["is_this"] == false).unwrap()["id"].as_str().unwrap().to_owned();
    let path = format!("{SESSIONS}/{that}");
    other.delete(&path).await.declined(404, "not_found");
    here.delete(&path).await.ok();
    here.delete(&path).await.declined(404, "not_found");
    there.get(SESSIONS).await.declined(401, "unauthorized");
    here.get(SESSIONS).await.ok();
    other.get(SESSIONS).await.ok();
}
