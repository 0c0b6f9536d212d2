//! From the code to the token, and to its end.

use deskwire_domain::Cx;
use deskwire_domain::apps::{self, Changes, Install};
use deskwire_testkit::{Database, NOW, TestApp, Value, both, json};

use super::browser::encode;
use super::{BACK, Made, code, exchange, logged, operator, ready, register, text, token};
use crate::locks::Locked;

/// Changes an app.
async fn update(app: &TestApp, made: &Made, changes: Changes) {
    let (workspace, client_id) = (app.workspace_id.clone(), made.client_id.clone());
    app.write(move |tx| apps::update(&mut tx.within(&workspace), &client_id, &changes).map(|_| ())).await;
    app.app.tokens.refresh(app.db()).await;
}

/// The admins who authorized an app.
async fn installs(app: &TestApp, made: &Made) -> Vec<Install> {
    let (workspace, id) = (app.workspace_id.clone(), made.id);
    app.write(move |tx| {
        let listed = apps::list(&mut tx.within(&workspace))?;
        Ok(listed.into_iter().find(|(app, _)| app.id == id).map(|(_, installs)| installs).unwrap_or_default())
    })
    .await
}

/// The notices that wait to be sent.
async fn notices(app: &TestApp) -> Vec<String> {
    let workspace = app.workspace_id.clone();
    app.write(move |tx| {
        let sql = "SELECT payload FROM jobs WHERE workspace_id = $1 AND kind = 'uninstall_notice' ORDER BY id";
        Ok(tx.query_all(sql, deskwire_store::params![&workspace], |row| row.get(0))?)
    })
    .await
}

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

#[both]
async fn code_exchange_accepts_forms_and_json_with_extra_fields(app: TestApp) {
    let made = ready(&app).await;
    let anonymous = app.anonymous();
    let (id, secret) = (&made.client_id, &made.client_secret);
    let back = encode(BACK);
    let code1 = code(&app, &made).await;
    let body = format!(
        "grant_type=authorization_code&client_id={id}&client_secret={secret}&code={code1}&redirect_uri={back}&scope=&nonsense=1"
    );
    let got = anonymous.raw("POST", "/auth/eagle/token", &[FORM], body).await.ok();
    app.client().with_token(&text(&got["token"])).get("/me").await.ok();
    let code2 = code(&app, &made).await;
    let basic = format!("Basic {}", base64(&format!("{id}:{secret}")));
    let body = format!("grant_type=authorization_code&code={code2}");
    anonymous.raw("POST", "/auth/eagle/token", &[FORM, ("authorization", &basic)], body).await.ok();
    let code3 = code(&app, &made).await;
    let body = json!({"client_id": id, "client_secret": secret, "code": code3, "grant_type": "authorization_code", "app_id": 5});
    anonymous.post("/auth/eagle/token", body).await.ok();
}

#[both]
async fn foreign_and_unknown_codes_are_rejected(app: TestApp) {
    let made = ready(&app).await;
    let other = register(&app, "Other", &[BACK], "all").await;
    let code = code(&app, &made).await;
    for wrong in ["nonsense", &format!("{code}="), &code[1..], "\u{0}x", "' OR 1=1 --"] {
        let answer = exchange(&app, &made, wrong).await;
        answer.blames_the_caller();
        if !wrong.contains('\0') {
            assert_eq!(answer.refused(401, "unauthorized"), "Unauthorized Code");
        }
    }
    assert_eq!(exchange(&app, &other, &code).await.refused(401, "unauthorized"), "Unauthorized Code");
    let forged = Made { client_secret: other.client_secret.clone(), ..made.clone() };
    assert_eq!(exchange(&app, &forged, &code).await.refused(401, "unauthorized"), "Unauthorized Client");
    let unknown = Made { client_id: "nobody".to_owned(), ..made.clone() };
    assert_eq!(exchange(&app, &unknown, &code).await.refused(401, "unauthorized"), "Unauthorized Client");
    let whole = json!({"client_id": made.client_id, "client_secret": made.client_secret, "code": code});
    for field in ["client_id", "client_secret", "code"] {
        for value in [None, Some(json!("")), Some(json!(null))] {
            let mut body = whole.clone();
            match value {
                None => _ = body.as_object_mut().unwrap().remove(field),
                Some(value) => body[field] = value,
            }
            let answer = app.anonymous().post("/auth/eagle/token", body).await;
            assert_eq!(answer.body["errors"][0]["field"], field);
            answer.refused(400, "parameter_not_found");
        }
        let mut body = whole.clone();
        body[field] = json!(["x"]);
        app.anonymous().post("/auth/eagle/token", body).await.refused(400, "parameter_invalid");
    }
    let mut body = whole.clone();
    body["redirect_uri"] = json!("https://evil.test/");
    assert_eq!(app.anonymous().post("/auth/eagle/token", body).await.refused(401, "unauthorized"), "Unauthorized Code");
    app.anonymous()
        .raw("POST", "/auth/eagle/token", &[("content-type", "text/xml")], "<x/>")
        .await
        .refused(415, "media_type_not_acceptable");
    app.anonymous()
        .raw("POST", "/auth/eagle/token", &[FORM], "code=1&code=2&client_id=x&client_secret=y")
        .await
        .refused(400, "parameter_invalid");
    app.anonymous()
        .raw("POST", "/auth/eagle/token", &[FORM], "x".repeat(70_000))
        .await
        .refused(413, "payload_too_large");
    // None of these attempts has used the code.
    exchange(&app, &made, &code).await.ok();
}

#[both]
async fn reusing_a_code_revokes_its_token(app: TestApp) {
    let made = ready(&app).await;
    let other = token(&app, &made).await;
    let code = code(&app, &made).await;
    let token = text(&exchange(&app, &made, &code).await.ok()["token"]);
    let client = app.client().with_token(&token);
    client.get("/me").await.ok();
    assert_eq!(exchange(&app, &made, &code).await.refused(401, "unauthorized"), "Unauthorized Code");
    assert_eq!(client.get("/me").await.refused(401, "token_revoked"), "Access Token Revoked");
    app.client().with_token(&other).get("/me").await.ok();
    assert_eq!(logged(&app).await.last().unwrap(), "oauth_token_revocation");
    exchange(&app, &made, &code).await.refused(401, "unauthorized");
    assert_eq!(logged(&app).await.iter().filter(|t| *t == "oauth_token_revocation").count(), 1);
}

#[both]
async fn concurrent_exchanges_of_a_code_yield_one_token(app: TestApp) {
    let made = ready(&app).await;
    let code = code(&app, &made).await;
    let body = json!({"client_id": made.client_id, "client_secret": made.client_secret, "code": code});
    let exchanges: Vec<_> = (0..20)
        .map(|_| {
            let (client, body) = (app.anonymous(), body.clone());
            tokio::spawn(async move { client.post("/auth/eagle/token", body).await })
        })
        .collect();
    let mut tokens = Vec::new();
    for answer in exchanges {
        let answer = answer.await.unwrap();
        if answer.status == 200 {
            tokens.push(text(&answer.ok()["token"]));
        } else {
            assert_eq!(answer.refused(401, "unauthorized"), "Unauthorized Code");
        }
    }
    assert_eq!(tokens.len(), 1);
    // The others have made it worthless.
    app.client().with_token(&tokens[0]).get("/me").await.refused(401, "token_revoked");
}

#[both]
async fn codes_expire(app: TestApp) {
    let made = ready(&app).await;
    let (first, second) = (code(&app, &made).await, code(&app, &made).await);
    app.clock.advance(299);
    exchange(&app, &made, &first).await.ok();
    app.clock.advance(1);
    assert_eq!(exchange(&app, &made, &second).await.refused(401, "unauthorized"), "Unauthorized Code");
}

#[both]
async fn new_scopes_need_new_consent(app: TestApp) {
    let made = ready(&app).await;
    let old = token(&app, &made).await;
    let installed = installs(&app, &made).await;
    assert_eq!((installed.len(), installed[0].admin_id, installed[0].tokens), (1, app.admin_id, 1));
    assert_eq!((installed[0].scopes.as_str(), installed[0].authorized_at), ("read_users write_tags", NOW));

    update(&app, &made, Changes { scopes: Some("read_users write_tags read_admins".to_owned()), ..Changes::default() })
        .await;
    let client = app.client().with_token(&old);
    client.get("/admins").await.refused(401, "token_unauthorized");
    client.get("/tags").await.ok();
    assert_eq!(installs(&app, &made).await[0].scopes, "read_users write_tags", "the install lags");

    app.clock.advance(60);
    let new = token(&app, &made).await;
    app.client().with_token(&new).get("/admins").await.ok();
    client.get("/admins").await.refused(401, "token_unauthorized");
    let installed = installs(&app, &made).await;
    assert_eq!((installed.len(), installed[0].tokens, installed[0].created_at), (1, 2, NOW));
    assert_eq!(
        (installed[0].scopes.as_str(), installed[0].authorized_at),
        ("read_users write_tags read_admins", NOW + 60)
    );

    // Removing a permission from the app does not remove it from existing grants, either.
    update(&app, &made, Changes { scopes: Some("read_users".to_owned()), ..Changes::default() }).await;
    app.client().with_token(&new).get("/admins").await.ok();
}

#[both]
async fn tokens_use_their_app_s_version(app: TestApp) {
    let made = ready(&app).await;
    let client = app.client().with_token(&token(&app, &made).await).with_version("");
    assert_eq!(client.get("/me").await.header("intercom-version"), Some("2.16"));
    update(&app, &made, Changes { api_version: Some("2.9".to_owned()), ..Changes::default() }).await;
    assert_eq!(client.get("/me").await.header("intercom-version"), Some("2.9"));
}

#[both]
async fn apps_uninstall_themselves(app: TestApp) {
    let made = ready(&app).await;
    update(&app, &made, Changes { uninstall_url: Some("https://sync.test/gone".to_owned()), ..Changes::default() })
        .await;
    let stays = register(&app, "Stays", &[BACK], "read_users").await;
    let (one, two, other) = (token(&app, &made).await, token(&app, &made).await, token(&app, &stays).await);
    let waiting = code(&app, &made).await;
    let client = app.client().with_token(&one);
    assert_eq!(client.call("POST", "/auth/uninstall", None).await.ok(), json!({}));
    client.get("/me").await.refused(401, "token_revoked");
    client.call("POST", "/auth/uninstall", None).await.refused(401, "token_revoked");
    app.client().with_token(&two).get("/me").await.refused(401, "token_revoked");
    app.client().with_token(&other).get("/me").await.ok();
    app.get("/me").await.ok();
    exchange(&app, &made, &waiting).await.refused(401, "unauthorized");
    assert!(installs(&app, &made).await.is_empty());
    assert_eq!(installs(&app, &stays).await.len(), 1);
    let received = notices(&app).await;
    let notice: Value = serde_json::from_str(&received[0]).unwrap();
    assert_eq!(
        (received.len(), &notice["url"], &notice["app_id"]),
        (1, &json!("https://sync.test/gone"), &json!(app.workspace_id))
    );
    assert_eq!(notice["signature"].as_str().map(str::len), Some(64));
    assert_eq!(logged(&app).await.last().unwrap(), "app_package_uninstallation");

    // It may come back.
    app.client().with_token(&token(&app, &made).await).get("/me").await.ok();
    let by = operator(&app);
    let ended = app
        .write(move |tx| {
            let found = apps::named(&mut tx.within(by.workspace()), &made.client_id)?;
            deskwire_domain::oauth::uninstall_app(&mut Cx::new(tx, &by), &found, None)
        })
        .await;
    assert_eq!((ended, notices(&app).await.len()), (1, 2));
}

#[both]
async fn tokens_without_an_app_are_revoked_alone(app: TestApp) {
    let token = app.token("all").await;
    app.anonymous().call("POST", "/auth/uninstall", None).await.refused(401, "unauthorized");
    app.client().with_token(&token).call("POST", "/auth/uninstall", None).await.ok();
    app.client().with_token(&token).get("/me").await.refused(401, "token_revoked");
    app.get("/me").await.ok();
    assert!(notices(&app).await.is_empty());
}

/// The exchange has stored the token and waits for the row of the earlier installation when the app is uninstalled.
#[tokio::test]
async fn a_token_issued_beside_an_uninstallation_is_revoked_on_postgres() {
    let app = TestApp::start(Database::Postgres).await;
    let made = ready(&app).await;
    let (first, waiting) = (token(&app, &made).await, code(&app, &made).await);
    let locked = Locked::rows(&app, "app_installs", "TRUE").await;
    let body = json!({"client_id": made.client_id, "client_secret": made.client_secret, "code": waiting});
    let client = app.anonymous();
    let exchanged = tokio::spawn(async move { client.post("/auth/eagle/token", body).await });
    locked.awaited_by(&app, 1).await;
    let client = app.client().with_token(&first).off_the_record();
    let uninstalled = tokio::spawn(async move { client.call("POST", "/auth/uninstall", None).await });
    locked.awaited_by(&app, 2).await;
    locked.release();
    let second = text(&exchanged.await.unwrap().ok()["access_token"]);
    uninstalled.await.unwrap().ok();
    for token in [first, second] {
        app.client().with_token(&token).get("/me").await.refused(401, "token_revoked");
    }
}

fn base64(text: &str) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in text.as_bytes().chunks(3) {
        let n = chunk.iter().fold(0_u32, |n, b| (n << 8) | u32::from(*b)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = ALPHABET[(n >> (18 - 6 * place)) as usize & 63];
            out.push(if place <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    out
}
