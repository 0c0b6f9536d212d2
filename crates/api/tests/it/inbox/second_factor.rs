//! The second factor: setting it up, signing in with it, and recovering from its loss.

use deskwire_domain::sign_in::inbox;
use deskwire_testkit::{Browser, NOW, TestApp, Value, both, json};

use super::{PASSWORD, set_password, sign_in};

const FACTOR: &str = "/app/v1/me/totp";
const EMAIL: &str = "ada@acme.test";

/// The code of an authenticator app for a secret at a Unix time: a second implementation of RFC 6238.
fn code(secret: &str, second: i64) -> String {
    let mut key = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for digit in secret.bytes() {
        let value = if digit.is_ascii_digit() { digit - b'2' + 26 } else { digit - b'A' };
        (bits, count) = (bits << 5 | u32::from(value), count + 5);
        if count >= 8 {
            count -= 8;
            key.push((bits >> count).to_be_bytes()[3]);
        }
    }
    let digest = hmac_sha1(&key, &(second / 30).to_be_bytes());
    let at = usize::from(digest[19] & 15);
    let number = u32::from_be_bytes(digest[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

fn hmac_sha1(key: &[u8], text: &[u8]) -> [u8; 20] {
    use sha1::{Digest, Sha1};
    let pad = |with: u8| {
        let mut block = [with; 64];
        key.iter().enumerate().for_each(|(i, byte)| block[i] ^= byte);
        block
    };
    let inner = Sha1::new().chain_update(pad(0x36)).chain_update(text).finalize();
    Sha1::new().chain_update(pad(0x5c)).chain_update(inner).finalize().into()
}

/// Turns the second factor of the first admin on: its secret and its recovery codes.
async fn turn_on(browser: &Browser) -> (String, Vec<String>) {
    let started = browser.post(FACTOR, json!({})).await.ok();
    let secret = started["secret"].as_str().unwrap().to_owned();
    assert_eq!(started["url"], format!("otpauth://totp/Acme:ada%40acme%2Etest?secret={secret}&issuer=Acme"));
    browser.post("/app/v1/me/totp/confirm", json!({"code": "000000"})).await.declined(403, "code_wrong");
    assert_eq!(browser.get(FACTOR).await.ok()["active"], false);
    let confirmed = browser.post("/app/v1/me/totp/confirm", json!({"code": code(&secret, NOW)})).await.ok();
    let codes: Vec<String> =
        confirmed["codes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned()).collect();
    assert_eq!(codes.len(), 10);
    (secret, codes)
}

async fn try_code(browser: &mut Browser, code: &str) -> deskwire_testkit::Answer {
    let answer = browser.post("/app/v1/session/totp", json!({"code": code})).await;
    browser.keep(&answer);
    answer
}

#[both]
async fn the_code_is_asked_for_after_the_password(app: TestApp) {
    set_password(&app, app.actor(), PASSWORD).await;
    let (browser, other) = (app.browser().await, app.browser().await);
    let (secret, _) = turn_on(&browser).await;
    assert_eq!(without_position(browser.get(FACTOR).await.ok()), json!({"active": true, "recovery_codes_left": 10}));
    browser.post(FACTOR, json!({})).await.declined(409, "conflict");
    other.get(FACTOR).await.declined(401, "unauthorized");

    let mut new = Browser::new(&app).at("192.0.2.1");
    assert_eq!(sign_in(&mut new, EMAIL, PASSWORD).await.ok()["step"], "totp");
    assert_eq!(new.get("/app/v1/session").await.ok()["step"], "totp");
    // What stands before a session is none.
    new.get(FACTOR).await.declined(401, "unauthorized");
    // The code that turned it on is used up.
    try_code(&mut new, &code(&secret, NOW)).await.declined(403, "code_wrong");
    app.clock.advance(30);
    let right = code(&secret, NOW + 30);
    assert_eq!(try_code(&mut new, &format!("{} {}", &right[..3], &right[3..])).await.ok()["step"], "done");
    new.get(FACTOR).await.ok();
    // Once only, and only after the password.
    let mut again = Browser::new(&app).at("192.0.2.1");
    try_code(&mut again, &right).await.declined(401, "unauthorized");
    sign_in(&mut again, EMAIL, PASSWORD).await.ok();
    try_code(&mut again, &right).await.declined(403, "code_wrong");
    // The password does not count for long.
    app.clock.advance(300);
    try_code(&mut again, &code(&secret, NOW + 330)).await.declined(401, "unauthorized");
}

#[both]
async fn codes_cannot_be_guessed(app: TestApp) {
    set_password(&app, app.actor(), PASSWORD).await;
    let (secret, _) = turn_on(&app.browser().await).await;
    app.clock.advance(60);
    let mut browser = Browser::new(&app).at("192.0.2.1");
    sign_in(&mut browser, EMAIL, PASSWORD).await.ok();
    for _ in 0..5 {
        try_code(&mut browser, "000000").await.declined(403, "code_wrong");
    }
    let waits = try_code(&mut browser, &code(&secret, NOW + 60)).await;
    assert_eq!(waits.declined(429, "too_many_attempts")["retry_after"], 15);
    app.clock.advance(15);
    try_code(&mut browser, &code(&secret, NOW + 75)).await.ok();
}

#[both]
async fn codes_cannot_be_guessed_to_turn_it_off(app: TestApp) {
    const REMOVE: &str = "/app/v1/me/totp/remove";
    set_password(&app, app.actor(), PASSWORD).await;
    let browser = app.browser().await.at("192.0.2.1");
    let (secret, codes) = turn_on(&browser).await;
    for _ in 0..5 {
        browser.post(REMOVE, json!({"code": "000000"})).await.declined(403, "code_wrong");
    }
    let waits = browser.post(REMOVE, json!({"code": codes[0]})).await;
    assert_eq!(waits.declined(429, "too_many_attempts")["retry_after"], 15);
    // Signing in is counted apart.
    let mut other = Browser::new(&app).at("192.0.2.1");
    sign_in(&mut other, EMAIL, PASSWORD).await.ok();
    try_code(&mut other, &codes[0]).await.ok();
    app.clock.advance(30);
    browser.post(REMOVE, json!({"code": code(&secret, NOW + 30)})).await.ok();
    assert_eq!(browser.get(FACTOR).await.ok()["active"], false);
}

#[both]
async fn pending_sign_ins_do_not_end_sessions(app: TestApp) {
    set_password(&app, app.actor(), PASSWORD).await;
    let browser = app.browser().await;
    turn_on(&browser).await;
    let mut last = Browser::new(&app);
    for _ in 0..12 {
        assert_eq!(sign_in(&mut last, EMAIL, PASSWORD).await.ok()["step"], "totp");
    }
    let (workspace, admin) = (app.workspace_id.clone(), app.admin_id);
    app.write(move |tx| (0..60).try_for_each(|_| inbox::make_link(&mut tx.within(&workspace), admin).map(drop))).await;
    browser.get(FACTOR).await.ok();
    assert_eq!(last.get("/app/v1/session").await.ok()["step"], "totp");
    let kept: Vec<(String, i64)> = app
        .write(|tx| {
            let sql = "SELECT kind, count(*) FROM inbox_sessions GROUP BY kind ORDER BY kind";
            Ok(tx.query_all(sql, &[], |row| Ok((row.get(0)?, row.get(1)?)))?)
        })
        .await;
    assert_eq!(kept, [("link".to_owned(), 10), ("second_factor".to_owned(), 10), ("session".to_owned(), 1)]);
}

#[both]
async fn a_recovery_code_is_accepted_once(app: TestApp) {
    set_password(&app, app.actor(), PASSWORD).await;
    let (secret, codes) = turn_on(&app.browser().await).await;
    let mut browser = Browser::new(&app);
    sign_in(&mut browser, EMAIL, PASSWORD).await.ok();
    try_code(&mut browser, &codes[0].to_uppercase()).await.ok();
    assert_eq!(browser.get(FACTOR).await.ok()["recovery_codes_left"], 9);
    let mut again = Browser::new(&app);
    sign_in(&mut again, EMAIL, PASSWORD).await.ok();
    try_code(&mut again, &codes[0]).await.declined(403, "code_wrong");

    browser.post("/app/v1/me/totp/remove", json!({"code": "123"})).await.declined(403, "code_wrong");
    app.clock.advance(30);
    browser.post("/app/v1/me/totp/remove", json!({"code": code(&secret, NOW + 30)})).await.ok();
    assert_eq!(without_position(browser.get(FACTOR).await.ok()), json!({"active": false, "recovery_codes_left": 0}));
    assert_eq!(sign_in(&mut Browser::new(&app), EMAIL, PASSWORD).await.ok()["step"], "done");
}

#[both]
async fn no_session_without_a_code_survives_the_confirmation(app: TestApp) {
    set_password(&app, app.actor(), PASSWORD).await;
    let browser = app.browser().await;
    let secret = browser.post(FACTOR, json!({})).await.ok()["secret"].as_str().unwrap().to_owned();
    let confirm = browser.post("/app/v1/me/totp/confirm", json!({"code": code(&secret, NOW)}));
    let (mut one, mut two, mut three) = (Browser::new(&app), Browser::new(&app), Browser::new(&app));
    let (confirmed, first, second, third) = tokio::join!(
        confirm,
        sign_in(&mut one, EMAIL, PASSWORD),
        sign_in(&mut two, EMAIL, PASSWORD),
        sign_in(&mut three, EMAIL, PASSWORD),
    );
    confirmed.ok();
    for (answer, browser) in [(first, one), (second, two), (third, three)] {
        answer.ok();
        browser.get(FACTOR).await.declined(401, "unauthorized");
    }
    assert_eq!(browser.get(FACTOR).await.ok()["active"], true);
}

#[both]
async fn a_recovery_code_is_kept_if_the_pending_sign_in_has_ended(app: TestApp) {
    set_password(&app, app.actor(), PASSWORD).await;
    let (_, codes) = turn_on(&app.browser().await).await;
    let mut one = Browser::new(&app);
    sign_in(&mut one, EMAIL, PASSWORD).await.ok();
    let mut two = one.clone();
    let (first, second) = tokio::join!(try_code(&mut one, &codes[0]), try_code(&mut two, &codes[1]));
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401], "{} {}", first.text, second.text);
    let signed_in = if first.status == 200 { one } else { two };
    assert_eq!(signed_in.get(FACTOR).await.ok()["recovery_codes_left"], 9);
}

fn without_position(mut body: Value) -> Value {
    body.as_object_mut().unwrap().remove("position").unwrap();
    body
}
