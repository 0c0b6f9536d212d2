//! `/audiences`, and their members.

use deskwire_domain::ids::ContactId;
use deskwire_domain::{Cx, audiences, segments};
use deskwire_testkit::{NOW, TestApp, Value, both, json};

use crate::support::{id, lead, user};

const PATH: &str = "/audiences";

fn predicate(attribute: &str, comparison: &str, value: &str) -> Value {
    json!({"attribute": attribute, "comparison": comparison, "value": value})
}

/// An audience of contacts with these predicates.
async fn audience(app: &TestApp, name: &str, predicates: Value) -> Value {
    app.post(PATH, json!({"name": name, "predicates": predicates})).await.with(201)
}

/// The names of the audiences that a contact is in.
async fn audiences_of(app: &TestApp, contact: &str) -> Vec<String> {
    let (actor, contact) = (app.actor(), ContactId::parse(contact).unwrap());
    app.write(move |tx| {
        let mut cx = Cx::new(tx, &actor);
        let ids = audiences::of_contact(&mut cx, contact)?;
        ids.into_iter().map(|id| Ok(audiences::find(&mut cx, id)?.name)).collect()
    })
    .await
}

#[both]
async fn audiences_are_created_changed_listed_and_deleted(app: TestApp) {
    let vip = json!([{"attribute": "company.name", "type": "string", "comparison": "contains", "value": "Acme"}]);
    let users = json!([{"attribute": "role", "type": "role", "comparison": "eq", "value": "user"}]);
    let body = json!({"name": " VIP Customers ", "predicates": vip, "role_predicates": users});
    let made = app.post(PATH, body).await.with(201);
    assert_eq!(
        made,
        json!({"type": "audience", "id": made["id"], "name": "VIP Customers", "predicates": vip,
            "role_predicates": users, "created_at": NOW, "updated_at": NOW})
    );
    let path = format!("{PATH}/{}", id(&made));
    assert_eq!(app.get(&path).await.ok(), made);
    app.clock.advance(5);
    let changed = app.put(&path, json!({"name": "Enterprise Accounts", "role_predicates": null})).await.ok();
    assert_eq!((&changed["name"], &changed["updated_at"]), (&json!("Enterprise Accounts"), &json!(NOW + 5)));
    assert_eq!((&changed["predicates"], &changed["role_predicates"]), (&vip, &json!([])));
    app.clock.advance(5);
    assert_eq!(app.put(&path, json!({})).await.ok(), changed, "nothing changed");
    let second = app.post(PATH, json!({"name": "Everybody"})).await.with(201);
    for version in ["2.16", "Unstable"] {
        let client = app.version(version);
        let list = client.get(PATH).await.ok();
        assert_eq!(
            list,
            json!({"type": "list", "data": [changed, second], "total_count": 2, "page": 1, "per_page": 50, "total_pages": 1})
        );
        let last = client.get("/audiences?per_page=1&page=2").await.ok();
        assert_eq!((&last["data"], &last["total_pages"]), (&json!([second]), &json!(2)));
        assert_eq!(client.get("/audiences?per_page=80").await.ok()["per_page"], 50);
    }
    app.version("2.15").off_the_record().get(PATH).await.refused(400, "intercom_version_invalid");
    assert_eq!(app.delete(&path).await.with(204), Value::Null);
    for answer in [app.get(&path).await, app.put(&path, json!({})).await, app.delete(&path).await] {
        assert_eq!(answer.refused(404, "not_found"), "Resource Not Found");
    }
    assert_eq!(app.topics().await, ["audience.created", "audience.updated", "audience.created", "audience.deleted"]);
    let reader = app.scoped("read_audiences").await;
    reader.get(PATH).await.ok();
    reader.post(PATH, json!({"name": "x"})).await.refused(403, "forbidden");
    app.other_workspace().await.get(&format!("{PATH}/{}", id(&second))).await.refused(404, "not_found");
}

#[both]
async fn invalid_audiences_are_rejected_without_changes(app: TestApp) {
    let made = audience(&app, "Kept", json!([predicate("email", "ends_with", "@acme.test")])).await;
    let path = format!("{PATH}/{}", id(&made));
    for body in [json!({}), json!({"name": null})] {
        assert_eq!(app.post(PATH, body).await.refused(422, "validation_error"), "Name is required");
    }
    let roles = "role_predicates must compare the attribute 'role' by 'eq' or 'ne'";
    let many = |n: usize| json!(vec![predicate("email", "known", ""); n]);
    for (key, value, why) in [
        ("name", json!("  "), "Name must not be blank"),
        ("name", json!(null), "Name must not be blank"),
        ("name", json!("x".repeat(256)), "Name is too long (maximum is 255 characters)"),
        ("name", json!(7), "name must be a string"),
        ("predicates", json!("x"), "predicates must be an array"),
        ("predicates", json!(["x"]), "predicates must be an array of objects"),
        ("predicates", many(16), "predicates can have at most 15 entries"),
        ("predicates", json!([{"comparison": "eq", "value": "x"}]), "attribute is required"),
        ("predicates", json!([{"attribute": "email", "comparison": "eq", "value": ["x"]}]), "value must be a string"),
        ("predicates", json!([predicate("shoe_size", "eq", "7")]), "shoe_size is not a valid search field"),
        ("predicates", json!([predicate("company.email", "eq", "7")]), "email is not a valid search field"),
        (
            "predicates",
            json!([predicate("custom_attributes.x", "eq", "7")]),
            "custom_attributes.x is not a valid search field",
        ),
        (
            "predicates",
            json!([predicate("created_at", "eq", "soon")]),
            "Value 'soon' is not valid for field 'created_at': it must be a unix timestamp in seconds",
        ),
        ("predicates", json!([predicate("email", "gt", "x")]), "Operator '>' is not valid for field 'email'"),
        (
            "predicates",
            json!([predicate("email", "is", "x")]),
            "comparison must be one of: eq, ne, contains, not_contains, starts_with, ends_with, gt, gte, lt, lte, known, unknown",
        ),
        (
            "predicates",
            json!([{"attribute": "email", "type": "text", "comparison": "eq", "value": "x"}]),
            "type must be one of: string, integer, float, boolean, date, role, tag, segment",
        ),
        (
            "predicates",
            json!([{"attribute": "email", "type": "integer", "comparison": "eq", "value": "x"}]),
            "the type of email is 'string'",
        ),
        (
            "role_predicates",
            json!([{"attribute": "role", "type": "string", "comparison": "eq", "value": "user"}]),
            "the type of role is 'role'",
        ),
        (
            "predicates",
            json!([predicate("email", "eq", &"x".repeat(2001))]),
            "attribute and value can have at most 2000 bytes",
        ),
        ("role_predicates", json!([predicate("email", "eq", "x")]), roles),
        ("role_predicates", json!([predicate("role", "contains", "user")]), roles),
        ("role_predicates", json!([predicate("role", "eq", "boss")]), "role must be 'user', 'lead' or 'visitor'"),
    ] {
        let refused = app.put(&path, json!({key: value})).await;
        assert!(!key.ends_with("predicates") || refused.body["errors"][0]["field"].is_string(), "{why}");
        assert_eq!(refused.refused(422, "validation_error"), why);
    }
    assert_eq!(app.get(&path).await.ok(), made);
}

#[both]
async fn membership_follows_contacts_and_their_companies(app: TestApp) {
    for (model, name) in [("contact", "plan"), ("company", "tier")] {
        app.post("/data_attributes", json!({"name": name, "model": model, "data_type": "string"})).await.ok();
    }
    let (ada, bob, lee) = (user(&app, "ada@acme.test").await, user(&app, "bob@else.test").await, lead(&app).await);
    let made =
        audience(&app, "Acme mail", json!([{"attribute": "email", "comparison": "ends_with", "value": "@ACME.test"}]))
            .await;
    assert_eq!(made["predicates"][0]["type"], "string");
    let by_id = audience(&app, "By id", json!([predicate("id", "eq", &ada)])).await;
    assert_eq!(by_id["predicates"][0]["type"], "string");
    app.delete(&format!("{PATH}/{}", id(&by_id))).await.with(204);
    let leads = json!([predicate("role", "eq", "lead"), predicate("role", "eq", "visitor")]);
    app.post(PATH, json!({"name": "No users", "role_predicates": leads})).await.with(201);
    let no_leads = json!([predicate("role", "ne", "lead")]);
    app.post(PATH, json!({"name": "No leads", "role_predicates": no_leads})).await.with(201);
    audience(&app, "Enterprise", json!([predicate("custom_attributes.plan", "eq", "Enterprise")])).await;
    let gold = json!([
        predicate("company.name", "contains", "Acme"),
        predicate("company.custom_attributes.tier", "eq", "gold")
    ]);
    audience(&app, "Gold", gold).await;
    let late =
        json!([{"attribute": "created_at", "comparison": "gte", "value": NOW}, predicate("phone", "unknown", "x")]);
    let late = audience(&app, "Late", late).await;
    assert_eq!(late["predicates"][0]["value"], NOW.to_string(), "values are shown as texts");
    assert_eq!((&late["predicates"][0]["type"], &late["predicates"][1]["value"]), (&json!("date"), &json!("")));
    assert_eq!(audiences_of(&app, &ada).await, ["Acme mail", "No leads", "Late"]);
    assert_eq!(audiences_of(&app, &bob).await, ["No leads", "Late"]);
    assert_eq!(audiences_of(&app, &lee).await, ["Acme mail", "No users", "Late"]);
    app.put(&format!("/contacts/{bob}"), json!({"custom_attributes": {"plan": "enterprise"}, "phone": "+14155550101"}))
        .await
        .ok();
    assert_eq!(audiences_of(&app, &bob).await, ["No leads", "Enterprise"]);
    let attach = async |contact: &str, company: &str, tier: &str| {
        let company = json!({"company_id": company, "name": company, "custom_attributes": {"tier": tier}});
        let made = app.post("/companies", company).await.ok();
        app.post(&format!("/contacts/{contact}/companies"), json!({"id": made["id"]})).await.ok();
    };
    attach(&bob, "Acme", "silver").await;
    attach(&bob, "Other", "gold").await;
    assert_eq!(audiences_of(&app, &bob).await, ["No leads", "Enterprise"], "one company must match all of it");
    attach(&bob, "Acme Labs", "gold").await;
    assert_eq!(audiences_of(&app, &bob).await, ["No leads", "Enterprise", "Gold"]);
    app.delete(&format!("{PATH}/{}", id(&late))).await.with(204);
    assert_eq!(audiences_of(&app, &ada).await, ["Acme mail", "No leads"]);
}

#[both]
async fn predicates_name_tags_and_segments(app: TestApp) {
    let (ada, bob) = (user(&app, "ada@acme.test").await, user(&app, "bob@acme.test").await);
    let tag = id(&app.post("/tags", json!({"name": "VIP", "users": [{"id": ada}]})).await.ok());
    let actor = app.actor();
    app.write(move |tx| {
        let query = json!({"field": "email", "operator": "^", "value": "bob"});
        let bobs = json!({"name": "Bobs", "query": query});
        segments::declare(&mut Cx::new(tx, &actor), &serde_json::from_value(bobs).unwrap())
    })
    .await;
    let list = app.get("/segments").await.ok();
    let bobs = list["segments"].as_array().unwrap().iter().find(|s| s["name"] == "Bobs").map(id).unwrap();
    let tagged = audience(&app, "Tagged", json!([predicate("tag_id", "eq", &tag)])).await;
    let in_segment = audience(&app, "In a segment", json!([predicate("segment_id", "eq", &bobs)])).await;
    assert_eq!(
        (&tagged["predicates"][0]["type"], &in_segment["predicates"][0]["type"]),
        (&json!("tag"), &json!("segment"))
    );
    assert_eq!(
        (audiences_of(&app, &ada).await, audiences_of(&app, &bob).await),
        (vec!["Tagged".to_owned()], vec!["In a segment".to_owned()])
    );
    let plan =
        app.post("/data_attributes", json!({"name": "plan", "model": "contact", "data_type": "string"})).await.ok();
    let path = format!("{PATH}/{}", id(&tagged));
    app.put(&path, json!({"predicates": [predicate("custom_attributes.plan", "unknown", "")]})).await.ok();
    assert_eq!(audiences_of(&app, &ada).await, ["Tagged"]);
    app.put(&format!("/data_attributes/{}", plan["id"]), json!({"archived": true})).await.ok();
    assert!(audiences_of(&app, &ada).await.is_empty(), "an attribute that is archived has no values, and no audience");
}

#[both]
async fn webhooks_report_content_that_joins_or_leaves_an_audience(app: TestApp) {
    let hooks = app.webhooks("all", "Unstable", &["audience.member_added", "audience.member_removed"]).await;
    let (first, second) = (audience(&app, "A", json!([])).await, audience(&app, "B", json!([])).await);
    let number = |audience: &Value| id(audience).parse::<i64>().unwrap();
    let source = json!({"sync_behavior": "api", "url": "https://a.test", "audience_ids": [number(&first)]});
    let source = app.post("/ai/content_import_sources", source).await.ok()["id"].clone();
    let page = json!({"title": "x", "html": "x", "source_id": source, "external_id": "x"});
    let page = id(&app.post("/ai/external_pages", page).await.ok());
    let path = format!("/ai/content_import_sources/{source}");
    app.put(&path, json!({"audience_ids": [number(&second)]})).await.ok();
    app.delete(&format!("/ai/external_pages/{page}")).await.ok();
    app.run_jobs().await;
    let events: Vec<Value> = hooks
        .sink
        .take()
        .iter()
        .map(deskwire_testkit::Received::json)
        .filter(|r| r["topic"].as_str().is_some_and(|topic| topic.starts_with("audience.")))
        .collect();
    let events: Vec<_> = events.iter().map(|r| (r["topic"].as_str().unwrap(), r["data"]["item"].clone())).collect();
    let item = |audience: &Value, kind: &str, content: &str| json!({"type": "audience_membership", "audience_id": id(audience), "content": {"type": kind, "id": content}});
    let (added, removed) = ("audience.member_added", "audience.member_removed");
    let of_source = source.to_string();
    assert_eq!(
        events,
        [
            (added, item(&first, "content_import_source", &of_source)),
            (added, item(&first, "external_page", &page)),
            (added, item(&second, "content_import_source", &of_source)),
            (removed, item(&first, "content_import_source", &of_source)),
            (removed, item(&first, "external_page", &page)),
        ]
    );
}
