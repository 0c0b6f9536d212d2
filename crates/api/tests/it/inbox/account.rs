//! What teammates change of their own account: the password, the name and the picture.

use deskwire_testkit::{Answer, Browser, TestApp, both, json};

use super::live::{next_of, read_hello};
use super::people::{logged, teammate};
use super::replies::PIXEL;
use super::sign_in::{account_in_another_workspace, declare};
use super::{PASSWORD, set_password, sign_in};

const EMAIL: &str = "ada@acme.test";
const NEW_PASSWORD: &str = "difference engine";
const OWN_PASSWORD: &str = "/app/v1/me/password";
const PICTURE: &str = "/app/v1/me/picture";
const SESSIONS: &str = "/app/v1/me/sessions";

async fn change(browser: &Browser, current: &str, new: &str) -> Answer {
    browser.put(OWN_PASSWORD, json!({"current_password": current, "new_password": new})).await
}

#[both]
async fn a_changed_password_ends_the_other_sessions(app: TestApp) {
    set_password(&app, app.actor(), PASSWORD).await;
    let (here, there) = (app.browser().await, app.browser().await);
    let (_, of_grace) = teammate(&app, "Grace", "Agent").await;
    assert_eq!(here.get(OWN_PASSWORD).await.ok()["exists"], true);
    let mut line = there.follow("/app/v1/live/stream", None).await;
    read_hello(&mut line).await;
    change(&here, PASSWORD, NEW_PASSWORD).await.ok();
    assert_eq!(next_of(&mut line, "bye").await["why"], "session");
    here.get(SESSIONS).await.ok();
    there.get(SESSIONS).await.declined(401, "unauthorized");
    of_grace.get(SESSIONS).await.ok();
    sign_in(&mut Browser::new(&app), EMAIL, PASSWORD).await.declined(403, "sign_in_failed");
    assert_eq!(sign_in(&mut Browser::new(&app), EMAIL, NEW_PASSWORD).await.ok()["step"], "done");
    let entries = logged(&app, "admin_password_reset_success").await;
    assert_eq!(entries.last().unwrap(), "Ada Lovelace changed their password.");
}

#[both]
async fn the_same_address_elsewhere_keeps_its_password(app: TestApp) {
    set_password(&app, app.actor(), PASSWORD).await;
    let other = account_in_another_workspace(&app, PASSWORD).await;
    let of_other = Browser::signed_in(&app, other.workspace(), other.admin_id().unwrap()).await;
    change(&app.browser().await, PASSWORD, NEW_PASSWORD).await.ok();
    of_other.get(SESSIONS).await.ok();
    for (workspace, password) in [(app.workspace_id.as_str(), NEW_PASSWORD), (other.workspace(), PASSWORD)] {
        let body = json!({"email": EMAIL, "password": password, "workspace_id": workspace});
        assert_eq!(Browser::new(&app).post("/app/v1/session", body).await.ok()["step"], "done");
        let wrong = if password == PASSWORD { NEW_PASSWORD } else { PASSWORD };
        let body = json!({"email": EMAIL, "password": wrong, "workspace_id": workspace});
        Browser::new(&app).post("/app/v1/session", body).await.declined(403, "sign_in_failed");
    }
}

#[both]
async fn guesses_of_the_current_password_count_as_attempts_to_sign_in(app: TestApp) {
    set_password(&app, app.actor(), PASSWORD).await;
    let (browser, other) = (app.browser().await.at("192.0.2.1"), app.browser().await);
    for _ in 0..5 {
        let refused = change(&browser, "wrong password", NEW_PASSWORD).await.declined(403, "password_wrong");
        assert_eq!(refused["error"]["field"], "current_password");
    }
    let waits = change(&browser, PASSWORD, NEW_PASSWORD).await;
    assert_eq!(waits.declined(429, "too_many_attempts")["retry_after"], 15);
    let mut new = Browser::new(&app).at("192.0.2.1");
    sign_in(&mut new, EMAIL, PASSWORD).await.declined(429, "too_many_attempts");
    other.get(SESSIONS).await.ok();
    app.clock.advance(15);
    change(&browser, PASSWORD, NEW_PASSWORD).await.ok();
    // The failures before it are forgotten.
    change(&browser, "wrong password", PASSWORD).await.declined(403, "password_wrong");
    sign_in(&mut new, EMAIL, NEW_PASSWORD).await.ok();
}

#[both]
async fn a_new_password_obeys_the_rules(app: TestApp) {
    set_password(&app, app.actor(), PASSWORD).await;
    let browser = app.browser().await.at("192.0.2.1");
    for new in ["seven77", &"x".repeat(1_001)] {
        let refused = change(&browser, PASSWORD, new).await.declined(400, "parameter_invalid");
        assert_eq!(refused["error"]["field"], "new_password");
    }
    let missing = browser.put(OWN_PASSWORD, json!({"new_password": NEW_PASSWORD})).await;
    assert_eq!(missing.declined(400, "parameter_not_found")["error"]["field"], "current_password");
    sign_in(&mut Browser::new(&app), EMAIL, PASSWORD).await.ok();
}

#[both]
async fn a_teammate_without_a_password_cannot_change_it(app: TestApp) {
    let browser = app.browser().await;
    assert_eq!(browser.get(OWN_PASSWORD).await.ok()["exists"], false);
    change(&browser, "", NEW_PASSWORD).await.declined(409, "no_password");
    assert_eq!(browser.get(OWN_PASSWORD).await.ok()["exists"], false);
}

#[both]
async fn a_new_name_is_seen_by_everyone(app: TestApp) {
    let ada = app.browser().await;
    let (_, viewer) = teammate(&app, "Grace", "Viewer").await;
    let (_, outsider) = app.neighbour().await;
    let other = Browser::signed_in(&app, outsider.workspace(), outsider.admin_id().unwrap()).await;
    assert_eq!(ada.patch("/app/v1/me", json!({"name": " Augusta Ada King "})).await.ok()["name"], "Augusta Ada King");
    assert_eq!(ada.get("/app/v1/start").await.ok()["me"]["name"], "Augusta Ada King");
    assert_eq!(viewer.get("/app/v1/start").await.ok()["teammates"][0]["name"], "Augusta Ada King");
    assert_eq!(app.get(&format!("/admins/{}", app.admin_id)).await.ok()["name"], "Augusta Ada King");
    // Oneself needs no permission.
    assert_eq!(viewer.patch("/app/v1/me", json!({"name": "Grace Hopper"})).await.ok()["name"], "Grace Hopper");
    assert_eq!(other.get("/app/v1/start").await.ok()["me"]["name"], "Eve");
    for name in ["", " ", "Ada\r\nKing", &"x".repeat(256)] {
        let refused = ada.patch("/app/v1/me", json!({"name": name})).await.declined(400, "parameter_invalid");
        assert_eq!(refused["error"]["field"], "name");
    }
    assert_eq!(logged(&app, "admin_update").await[0], "Ada Lovelace changed their name to Augusta Ada King.");
}

/// Sends a picture, with a media type that is not its own.
async fn send(browser: &Browser, bytes: &[u8]) -> Answer {
    browser.raw("PUT", PICTURE, &[("content-type", "text/html")], bytes.to_vec()).await
}

/// Requests the file of a picture.
async fn picture(app: &TestApp, url: &str) -> Answer {
    let path = url.strip_prefix("http://deskwire.test").unwrap();
    app.anonymous().off_the_record().raw("GET", path, &[], "").await
}

#[both]
async fn a_picture_is_shown_until_it_is_replaced(app: TestApp) {
    let (ada, admin) = (app.browser().await, format!("/admins/{}", app.admin_id));
    let first = send(&ada, PIXEL).await.ok()["avatar"].as_str().unwrap().to_owned();
    assert_eq!(app.get(&admin).await.ok()["avatar"], first.as_str());
    assert_eq!(app.get("/me").await.ok()["avatar"]["image_url"], first.as_str());
    assert_eq!(ada.get("/app/v1/start").await.ok()["me"]["avatar"], first.as_str());
    // It is no upload that waits to be used: it stays.
    app.clock.advance(40 * 86_400);
    let workspace = app.workspace_id.clone();
    app.write(move |tx| deskwire_domain::jobs::tidy(&mut tx.within(&workspace))).await;
    let shown = picture(&app, &first).await;
    assert_eq!((shown.status, shown.header("content-type")), (200, Some("image/gif")));

    let ada = app.browser().await;
    let second = send(&ada, &[PIXEL, b"!"].concat()).await.ok()["avatar"].as_str().unwrap().to_owned();
    assert_eq!(app.get(&admin).await.ok()["avatar"], second.as_str());
    assert_eq!((picture(&app, &first).await.status, picture(&app, &second).await.status), (404, 200));
    for _ in 0..2 {
        assert!(ada.delete(PICTURE).await.ok()["avatar"].is_null());
    }
    assert!(app.get(&admin).await.ok()["avatar"].is_null());
    assert_eq!(picture(&app, &second).await.status, 404);
    let (changed, removed) = ("Ada Lovelace changed their picture.", "Ada Lovelace removed their picture.");
    assert_eq!(logged(&app, "admin_avatar_change").await, [changed, changed, removed]);
}

#[both]
async fn a_workspace_file_replaces_a_picture(app: TestApp) {
    let ada = app.browser().await;
    let url = send(&ada, PIXEL).await.ok()["avatar"].as_str().unwrap().to_owned();
    declare(&app, json!({"email": EMAIL, "name": "Ada Lovelace", "avatar": url})).await;
    assert_eq!(picture(&app, &url).await.status, 200);
    declare(&app, json!({"email": EMAIL, "name": "Ada Lovelace", "avatar": "https://acme.test/ada.png"})).await;
    assert_eq!(picture(&app, &url).await.status, 404);
    assert_eq!(ada.get("/app/v1/start").await.ok()["me"]["avatar"], "https://acme.test/ada.png");
}

#[both]
async fn only_pictures_are_taken(app: TestApp) {
    let ada = app.browser().await;
    let svg: &[u8] = b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>";
    // The width of a GIF follows its first six bytes.
    let wide = [&PIXEL[..6], b"\xff\xff", &PIXEL[8..]].concat();
    let flat = [&PIXEL[..6], b"\0\0", &PIXEL[8..]].concat();
    let png = |rest: &[u8]| [&b"\x89PNG\r\n\x1a\n"[..], rest].concat();
    let zeros = png(&[0; 64]);
    let unnamed = png(b"\0\0\0\x0dJUNK\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0");
    for bytes in [svg, b"GIF89a", &wide, &flat, &zeros, &unnamed] {
        send(&ada, bytes).await.declined(400, "picture_invalid");
    }
    send(&ada, b"").await.declined(400, "parameter_invalid");
    send(&ada, &vec![0_u8; (2 << 20) + 1]).await.declined(413, "payload_too_large");
    assert!(ada.get("/app/v1/start").await.ok()["me"]["avatar"].is_null());
}
