//! Which version answers.

use deskwire_api::versions::Version;
use deskwire_domain::tokens;
use deskwire_store::apps::App;
use deskwire_testkit::{TestApp, both, json};

/// The token of an app that is set to a version.
async fn token_of_app_set_to(app: &TestApp, version: &'static str) -> String {
    let (workspace, admin) = (app.workspace_id.clone(), app.admin_id);
    let text = tokens::generate().unwrap();
    let made = text.clone();
    app.write(move |tx| {
        let id = tx.mint();
        let client_id = format!("client {version}");
        let new = App { id, name: version.to_owned(), client_id, scopes: "all".to_owned(), ..App::default() };
        deskwire_store::apps::insert(&mut tx.within(&workspace), new, "")?;
        let sql = "UPDATE apps SET api_version = $1 WHERE workspace_id = $2 AND id = $3";
        tx.execute(sql, &[version.into(), workspace.as_str().into(), id.into()])?;
        tokens::create(&mut tx.within(&workspace), Some(id), admin, &made, "all")
    })
    .await;
    app.app.tokens.refresh(app.db()).await;
    text
}

#[both]
async fn an_operation_that_is_not_implemented_says_so(app: TestApp) {
    let missing = include_str!("../../src/not_implemented.txt");
    for line in missing.lines() {
        let (operation, versions) = line.rsplit_once(' ').unwrap();
        let (method, path) = operation.split_once(' ').unwrap();
        let version = versions.rsplit(['-', ',']).next().unwrap();
        let path: Vec<&str> = path.split('/').map(|name| if name.starts_with('{') { "1" } else { name }).collect();
        let (path, client) = (path.join("/"), app.version(version));
        let body = (method != "GET").then(|| json!({}));
        let answer = client.call(method, &path, body.as_ref()).await;
        assert_eq!(answer.header("intercom-version"), Some(version));
        let message = answer.refused(501, "not_implemented");
        assert_eq!(message, format!("{operation} of version {version} is not implemented by this server"));
        // A caller without a token and another method are refused as everywhere.
        client.clone().with_token("nonsense").call(method, &path, None).await.refused(401, "unauthorized");
        if !missing.contains(&operation.replacen(method, "PATCH", 1)) {
            client.call("PATCH", &path, Some(&json!({}))).await.refused(404, "not_found");
        }
    }
    app.get("/artciles").await.refused(404, "not_found");
}

#[both]
async fn the_version_header_chooses_and_is_echoed(app: TestApp) {
    for version in Version::ALL {
        let answer = app.version(version.as_str()).get("/contacts").await;
        assert_eq!(answer.header("intercom-version"), Some(version.as_str()));
        answer.ok();
    }
    for (sent, used) in [
        ("UNSTABLE", "Unstable"),
        ("unstable", "Unstable"),
        ("Preview", "Unstable"),
        ("pReViEw", "Unstable"),
        (" 2.9 ", "2.9"),
    ] {
        let answer = app.version(sent).get("/contacts").await;
        assert_eq!(answer.header("intercom-version"), Some(used), "{sent}");
        answer.ok();
    }
}

#[both]
async fn without_a_header_the_app_decides(app: TestApp) {
    assert_eq!(app.version("").get("/contacts").await.header("intercom-version"), Some("2.16"));
    for version in ["2.7", "2.13", "Unstable"] {
        let client = app.client().with_token(&token_of_app_set_to(&app, version).await);
        assert_eq!(client.clone().with_version("").get("/contacts").await.header("intercom-version"), Some(version));
        assert_eq!(client.with_version("2.10").get("/contacts").await.header("intercom-version"), Some("2.10"));
    }
}

#[both]
async fn errors_carry_the_version(app: TestApp) {
    let answer = app.version("2.8").get("/contacts/nobody").await;
    assert_eq!(answer.header("intercom-version"), Some("2.8"));
    answer.refused(404, "not_found");
    // The version that a caller without a token expects is unknown.
    assert_eq!(app.anonymous().get("/contacts").await.header("intercom-version"), None);
    assert_eq!(app.version("2.6").get("/contacts").await.header("intercom-version"), None);
}

#[both]
async fn shapes_follow_the_version(app: TestApp) {
    let owner = app.admin_id.to_string();
    let made = app.post("/contacts", json!({"external_id": "u", "owner_id": owner})).await.ok();
    let path = format!("/contacts/{}", made["id"].as_str().unwrap());
    assert_eq!(made["owner_id"], json!(owner));
    assert_eq!(app.version("2.16").get(&path).await.ok()["owner_id"], json!(owner));
    for old in ["2.7", "2.15"] {
        assert_eq!(app.version(old).get(&path).await.ok()["owner_id"], json!(app.admin_id.number()));
    }
}
