//! `/visitors`

use deskwire_api::versions::Version;
use deskwire_domain::Cx;
use deskwire_domain::visitors::{self, Declared};
use deskwire_testkit::{NOW, TestApp, Value, both, json};

const UUID: &str = "3ecf64d0-9ed1-4e9f-88e1-da7d6e6782f3";

/// Whether declaring a visitor changed anything.
pub(crate) async fn declare(app: &TestApp, user_id: &str, name: Option<&str>) -> bool {
    let declared = Declared { user_id: user_id.to_owned(), name: name.map(str::to_owned) };
    let actor = app.actor();
    app.write(move |tx| visitors::declare(&mut Cx::new(tx, &actor), &declared)).await
}

/// A visitor, as `GET /visitors` shows it.
pub(crate) async fn visitor(app: &TestApp, user_id: &str) -> Value {
    declare(app, user_id, None).await;
    app.get(&format!("/visitors?user_id={user_id}")).await.ok()
}

#[both]
async fn a_visitor_is_found_by_both_ids(app: TestApp) {
    let found = visitor(&app, UUID).await;
    let id = found["id"].as_str().unwrap();
    assert_eq!(id.len(), 24);
    assert_eq!(app.get(&format!("/visitors?id={id}")).await.ok(), found);
    let mut rest = found.clone();
    let pseudonym = rest["pseudonym"].take();
    assert_eq!(pseudonym.as_str().unwrap().split(' ').count(), 2);
    assert_eq!(
        rest,
        json!({"type": "visitor", "id": id, "user_id": UUID, "anonymous": true, "email": "", "phone": null, "name": null,
        "pseudonym": null, "avatar": {"type": "avatar", "image_url": null}, "app_id": app.workspace_id,
        "companies": {"type": "company.list", "companies": []}, "location_data": {}, "last_request_at": null,
        "created_at": NOW, "remote_created_at": NOW, "signed_up_at": NOW, "updated_at": NOW, "session_count": 0,
        "social_profiles": {"type": "social_profile.list", "social_profiles": []}, "owner_id": null, "unsubscribed_from_emails": false,
        "marked_email_as_spam": false, "has_hard_bounced": false, "tags": {"type": "tag.list", "tags": []},
        "segments": {"type": "segment.list", "segments": []}, "custom_attributes": {}, "referrer": null, "utm_campaign": null,
        "utm_content": null, "utm_medium": null, "utm_source": null, "utm_term": null, "do_not_track": null})
    );
    for path in ["/visitors?user_id=nobody", "/visitors?id=nobody", "/visitors?id=000000000000000000000001"] {
        assert_eq!(app.get(path).await.refused(404, "not_found"), "Visitor Not Found");
    }
    app.get("/visitors").await.refused(400, "parameter_not_found");
}

#[both]
async fn declaring_twice_changes_nothing(app: TestApp) {
    assert!(declare(&app, UUID, Some("Vi")).await);
    assert!(!declare(&app, UUID, Some("Vi")).await);
    assert!(declare(&app, UUID, Some("Violet")).await);
    assert_eq!(app.get(&format!("/visitors?user_id={UUID}")).await.ok()["name"], "Violet");
    app.post("/visitors/convert", json!({"type": "lead", "user": {}, "visitor": {"user_id": UUID}})).await.ok();
    assert!(!declare(&app, UUID, Some("Violet")).await);
}

#[both]
async fn a_visitor_is_changed(app: TestApp) {
    let made = visitor(&app, UUID).await;
    app.clock.advance(5);
    let changed = app.put("/visitors", json!({"id": made["id"], "name": "Gareth Bale"})).await.ok();
    assert_eq!((&changed["name"], &changed["updated_at"]), (&json!("Gareth Bale"), &json!(NOW + 5)));
    let changed = app.put("/visitors", json!({"user_id": UUID, "name": null, "custom_attributes": {}})).await.ok();
    assert_eq!(changed["name"], Value::Null);
    let refused = app.put("/visitors", json!({"user_id": UUID, "custom_attributes": {"plan": "pro"}})).await;
    assert_eq!(refused.refused(400, "parameter_invalid"), "Custom attribute 'plan' does not exist");
    app.put("/visitors", json!({"user_id": UUID, "name": 5})).await.refused(400, "parameter_invalid");
    app.put("/visitors", json!({"name": "Who"})).await.refused(400, "parameter_not_found");
    assert_eq!(
        app.put("/visitors", json!({"user_id": "fail", "name": "F"})).await.refused(404, "not_found"),
        "Visitor Not Found"
    );
}

#[both]
async fn visitors_are_not_contacts(app: TestApp) {
    let made = visitor(&app, UUID).await;
    let path = format!("/contacts/{}", made["id"].as_str().unwrap());
    app.get(&path).await.refused(404, "not_found");
    app.put(&path, json!({"name": "x"})).await.refused(404, "not_found");
    app.delete(&path).await.refused(404, "not_found");
    for verb in ["archive", "unarchive", "block"] {
        app.post(&format!("{path}/{verb}"), json!({})).await.refused(404, "not_found");
    }
    app.get(&format!("/contacts/find_by_external_id/{UUID}")).await.refused(404, "not_found");
    assert_eq!(app.get("/contacts").await.ok()["total_count"], 0);
    assert_eq!(app.get("/contacts/activities").await.ok()["data"], json!([]));
    let user = app.post("/contacts", json!({"email": "a@acme.test"})).await.ok();
    app.post("/contacts/merge", json!({"from": made["id"], "into": user["id"]})).await.refused(404, "not_found");
    app.post("/events", json!({"event_name": "e", "created_at": NOW, "id": made["id"]}))
        .await
        .refused(404, "not_found");
    assert_eq!(app.client().off_the_record().get("/counts").await.ok()["user"]["count"], 1);
}

#[both]
async fn visitors_converted_to_users_keep_their_id(app: TestApp) {
    let made = visitor(&app, UUID).await;
    app.put("/visitors", json!({"user_id": UUID, "name": "Vi"})).await.ok();
    app.clock.advance(1);
    let body = json!({"visitor": {"user_id": UUID}, "user": {"email": "foo@bar.com"}, "type": "user"});
    let user = app.post("/visitors/convert", body.clone()).await.ok();
    assert_eq!(user["type"], "contact");
    assert_eq!((&user["id"], &user["role"], &user["email"]), (&made["id"], &json!("user"), &json!("foo@bar.com")));
    assert_eq!((&user["external_id"], &user["name"], &user["signed_up_at"]), (&Value::Null, &json!("Vi"), &json!(NOW)));
    assert_eq!(user["updated_at"], NOW + 1);
    assert_eq!(app.get(&format!("/contacts/{}", user["id"].as_str().unwrap())).await.ok(), user);
    assert_eq!(app.get("/contacts").await.ok()["data"][0]["id"], user["id"]);
    app.get(&format!("/visitors?user_id={UUID}")).await.refused(404, "not_found");
    assert_eq!(app.post("/visitors/convert", body).await.refused(404, "not_found"), "Visitor Not Found");
    let activities = app.get("/contacts/activities").await.ok();
    assert_eq!(activities["data"][0]["event_type"], "contact.created");
}

#[both]
async fn visitors_are_converted_to_leads(app: TestApp) {
    let made = visitor(&app, UUID).await;
    let lead =
        app.post("/visitors/convert", json!({"type": "lead", "user": {}, "visitor": {"id": made["id"]}})).await.ok();
    assert_eq!((&lead["id"], &lead["role"], &lead["external_id"]), (&made["id"], &json!("lead"), &json!(UUID)));
}

#[both]
async fn visitors_are_merged_into_existing_contacts(app: TestApp) {
    for (n, key) in ["id", "user_id", "email"].into_iter().enumerate() {
        let external = format!("u-{n}");
        let email = format!("u{n}@acme.test");
        let user = app.post("/contacts", json!({"email": email, "external_id": external})).await.ok();
        let uuid = format!("{UUID}-{n}");
        visitor(&app, &uuid).await;
        app.put("/visitors", json!({"user_id": uuid, "name": "Vi"})).await.ok();
        let value = [&user["id"], &json!(external), &json!(email)][n].clone();
        let body = json!({"type": "user", "user": {key: value}, "visitor": {"user_id": uuid}});
        let merged = app.post("/visitors/convert", body).await.ok();
        assert_eq!(
            (&merged["id"], &merged["external_id"], &merged["name"]),
            (&user["id"], &json!(external), &json!("Vi"))
        );
        assert_eq!(merged["signed_up_at"], Value::Null);
        app.get(&format!("/visitors?user_id={uuid}")).await.refused(404, "not_found");
    }
    assert_eq!(app.get("/contacts").await.ok()["total_count"], 3);
}

#[both]
async fn impossible_conversions_are_rejected(app: TestApp) {
    visitor(&app, UUID).await;
    let convert = |kind: Value, user: Value, visitor: Value| json!({"type": kind, "user": user, "visitor": visitor});
    let me = json!({"user_id": UUID});
    for (body, status, code) in [
        (convert(json!("admin"), json!({"email": "a@b.test"}), me.clone()), 400, "parameter_invalid"),
        (convert(json!(null), json!({"email": "a@b.test"}), me.clone()), 400, "parameter_not_found"),
        (convert(json!("user"), json!({}), me.clone()), 400, "parameter_not_found"),
        (convert(json!("user"), json!(null), me.clone()), 400, "parameter_not_found"),
        (convert(json!("user"), json!("x"), me.clone()), 400, "parameter_invalid"),
        (convert(json!("user"), json!({"email": "a@b.test"}), json!({})), 400, "parameter_not_found"),
        (convert(json!("user"), json!({"email": "nonsense"}), me.clone()), 400, "parameter_invalid"),
        (convert(json!("user"), json!({"id": "000000000000000000000001"}), me.clone()), 404, "not_found"),
        (convert(json!("user"), json!({"email": "a@b.test"}), json!({"user_id": "nobody"})), 404, "not_found"),
        (convert(json!("user"), json!({"email": "a@b.test"}), json!({"email": "nobody@b.test"})), 404, "not_found"),
    ] {
        app.post("/visitors/convert", body).await.refused(status, code);
    }
    let user = app.post("/contacts", json!({"email": "gone@acme.test", "external_id": "gone"})).await.ok();
    app.post(&format!("/contacts/{}/archive", user["id"].as_str().unwrap()), json!({})).await.ok();
    let message = app
        .post("/visitors/convert", convert(json!("user"), json!({"user_id": "gone"}), me))
        .await
        .refused(409, "conflict");
    assert_eq!(
        message,
        format!("An archived contact matching those details already exists with id={}", user["id"].as_str().unwrap())
    );
    app.get(&format!("/visitors?user_id={UUID}")).await.ok();
}

#[both]
async fn other_workspaces_and_scopes_have_no_access(app: TestApp) {
    let made = visitor(&app, UUID).await;
    let other = app.other_workspace().await;
    other.get(&format!("/visitors?user_id={UUID}")).await.refused(404, "not_found");
    other.put("/visitors", json!({"id": made["id"], "name": "x"})).await.refused(404, "not_found");
    let body = json!({"type": "user", "user": {"email": "e@other.test"}, "visitor": {"id": made["id"]}});
    other.post("/visitors/convert", body).await.refused(404, "not_found");
    let reader = app.scoped("read_users").await;
    reader.get(&format!("/visitors?user_id={UUID}")).await.ok();
    reader.put("/visitors", json!({"user_id": UUID})).await.refused(401, "token_unauthorized");
}

#[both]
async fn every_version_has_visitors(app: TestApp) {
    for version in Version::ALL {
        let (client, uuid) = (app.version(version.as_str()), format!("{UUID}-{version}"));
        declare(&app, &uuid, None).await;
        client.get(&format!("/visitors?user_id={uuid}")).await.ok();
        client.put("/visitors", json!({"user_id": uuid, "name": "Vi"})).await.ok();
        let body = json!({"type": "user", "user": {"user_id": format!("u{version}"), "email": format!("u{version}@acme.test")}, "visitor": {"user_id": uuid}});
        client.post("/visitors/convert", body).await.ok();
        client.get("/visitors?user_id=nobody").await.refused(404, "not_found");
    }
}
