//! Contacts and companies as teammates work with them.

use deskwire_testkit::{Browser, TestApp, Value, both, json};

const CONTACTS: &str = "/app/v1/contacts";

async fn contact(app: &TestApp, email: &str, more: Value) -> String {
    let mut body = json!({"role": "user", "email": email});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    app.post("/contacts", body).await.ok()["id"].as_str().unwrap().to_owned()
}

fn emails(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|contact| contact["email"].as_str().unwrap()).collect()
}

fn encoded(value: &Value) -> String {
    value.to_string().bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[both]
async fn contacts_are_found_by_words_and_by_filters(app: TestApp) {
    for (email, name) in
        [("marie@radium.test", "Marie Curie"), ("alan@bombe.test", "Alan Turing"), ("ada@acme.test", "Ada")]
    {
        contact(&app, email, json!({"name": name})).await;
        app.clock.advance(1);
    }
    let browser = app.browser().await;
    let all = browser.get(CONTACTS).await.ok();
    assert_eq!((emails(&all).len(), &all["total"], &all["next"]), (3, &json!(3), &Value::Null));
    assert_eq!(emails(&all)[0], "ada@acme.test");
    assert!(all["position"].is_i64());
    assert_eq!(emails(&browser.get(&format!("{CONTACTS}?q=turing")).await.ok()), ["alan@bombe.test"]);
    assert_eq!(emails(&browser.get(&format!("{CONTACTS}?q=RADIUM")).await.ok()), ["marie@radium.test"]);
    let filter = json!({"operator": "AND", "value": [{"field": "name", "operator": "~", "value": "a"}, {"field": "role", "operator": "=", "value": "user"}]});
    let found = browser.get(&format!("{CONTACTS}?q=bombe&filter={}", encoded(&filter))).await.ok();
    assert_eq!(emails(&found), ["alan@bombe.test"]);
    let first = browser.get(&format!("{CONTACTS}?limit=2&sort=email&order=ascending")).await.ok();
    assert_eq!(emails(&first), ["ada@acme.test", "alan@bombe.test"]);
    let next = first["next"].as_str().unwrap();
    let second = browser.get(&format!("{CONTACTS}?limit=2&sort=email&order=ascending&after={next}")).await.ok();
    assert_eq!((emails(&second), &second["next"]), (vec!["marie@radium.test"], &Value::Null));
    for (query, field) in [("filter=x", "filter"), ("limit=0", "limit"), ("limit=x", "limit")] {
        let refused = browser.get(&format!("{CONTACTS}?{query}")).await.declined(400, "parameter_invalid");
        assert_eq!(refused["error"]["field"], field);
    }
    browser.get(&format!("{CONTACTS}?sort=nothing")).await.declined(400, "invalid_field");
    browser.get(&format!("{CONTACTS}?after=nothing")).await.declined(400, "client_error");
}

#[both]
async fn a_contact_is_created_changed_tagged_and_noted(app: TestApp) {
    let tag = app.post("/tags", json!({"name": "VIP"})).await.ok()["id"].as_str().unwrap().to_owned();
    let browser = app.browser().await;
    let made = browser.post(CONTACTS, json!({"role": "user", "email": "marie@radium.test"})).await.ok();
    let path = format!("{CONTACTS}/{}", made["contact"]["id"].as_str().unwrap());
    let changed = browser.patch(&path, json!({"name": "Marie", "phone": null})).await.ok();
    assert_eq!(
        (&changed["contact"]["name"], &changed["contact"]["email"]),
        (&json!("Marie"), &json!("marie@radium.test"))
    );
    let tagged = browser.post(&format!("{path}/tags"), json!({"tag_id": tag})).await.ok();
    assert_eq!(tagged["tags"], json!([{"id": tag, "name": "VIP"}]));
    let noted = browser.post(&format!("{path}/notes"), json!({"html": "<p>Hi<script>x</script></p>"})).await.ok();
    assert_eq!(
        (&noted["note"]["html"], &noted["note"]["author_id"]),
        (&json!("<p>Hi</p>"), &json!(app.admin_id.to_string()))
    );
    let page = browser.get(&path).await.ok();
    assert_eq!((page["tags"].as_array().unwrap().len(), page["notes"].as_array().unwrap().len()), (1, 1));
    assert_eq!(page["companies"], json!([]));
    let left = browser.delete(&format!("{path}/tags/{tag}")).await.ok();
    assert_eq!(left["tags"], json!([]));
    let refused = browser.post(&format!("{path}/notes"), json!({"html": " "})).await;
    assert_eq!(refused.declined(400, "parameter_not_found")["error"]["field"], "html");
    browser.post(&format!("{path}/tags"), json!({"tag_id": "77"})).await.declined(404, "not_found");
    let refused = browser.post(CONTACTS, json!({"role": "user", "email": "a@b..test"})).await;
    assert_eq!(refused.declined(400, "parameter_invalid")["error"]["field"], "email");
    // Another workspace's teammate finds nothing there.
    let (_, outsider) = app.neighbour().await;
    let other = Browser::signed_in(&app, outsider.workspace(), outsider.admin_id().unwrap()).await;
    other.get(&path).await.with(404);
    other.patch(&path, json!({"name": "Eve"})).await.with(404);
    assert_eq!(other.get(CONTACTS).await.ok()["total"], 0);
}

#[both]
async fn a_value_that_somebody_else_changed_is_not_overwritten_silently(app: TestApp) {
    let id = contact(&app, "marie@radium.test", json!({"name": "Marie"})).await;
    app.post("/data_attributes", json!({"name": "tier", "model": "contact", "data_type": "string"})).await.ok();
    let browser = app.browser().await;
    let path = format!("{CONTACTS}/{id}");
    let curie = json!({"name": "Marie Curie", "custom_attributes": {"tier": "gold"}});
    app.put(&format!("/contacts/{id}"), curie).await.ok();
    let stale = browser.patch(&path, json!({"name": "M. Curie", "was": {"name": "Marie"}})).await;
    assert_eq!(stale.declined(409, "newer_value")["value"], "Marie Curie");
    let tier = json!({"custom_attributes": {"tier": "silver"}, "was": {"custom_attributes": {"tier": null}}});
    assert_eq!(browser.patch(&path, tier).await.declined(409, "newer_value")["value"], "gold");
    let page = browser.get(&path).await.ok();
    let (name, kept) = (&page["contact"]["name"], &page["contact"]["custom_attributes"]["tier"]);
    assert_eq!((name, kept), (&json!("Marie Curie"), &json!("gold")));
    // Other fields, the same change, and a change of what is there now are accepted.
    for body in [
        json!({"phone": "+49 30 901820", "was": {"phone": null}}),
        json!({"name": "Marie Curie", "was": {"name": "Marie"}}),
        json!({"name": "M. Curie", "was": {"name": "Marie Curie"}}),
        json!({"custom_attributes": {"tier": "silver"}, "was": {"custom_attributes": {"tier": "gold"}}}),
    ] {
        browser.patch(&path, body).await.ok();
    }
    browser.patch(&path, json!({"name": "Marie", "was": "Marie"})).await.with(400);

    let company = app.post("/companies", json!({"company_id": "r", "name": "Radium", "monthly_spend": 10})).await.ok();
    let path = format!("/app/v1/companies/{}", company["id"].as_str().unwrap());
    browser.patch(&path, json!({"monthly_spend": 12, "was": {"monthly_spend": 10}})).await.ok();
    let stale = browser.patch(&path, json!({"monthly_spend": 14, "was": {"monthly_spend": 10}})).await;
    assert_eq!(stale.declined(409, "newer_value")["value"], 12.0);
}

#[both]
async fn lists_are_exported_without_formulas(app: TestApp) {
    for n in 0..160 {
        contact(&app, &format!("c{n}@acme.test"), json!({"name": "=HYPERLINK(\"x\")"})).await;
    }
    let browser = app.browser().await;
    let answer = browser.post("/app/v1/contacts/export", json!({})).await;
    assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"contacts.csv\""));
    let lines: Vec<&str> = answer.text.lines().collect();
    assert_eq!(lines.len(), 161);
    assert!(lines[0].starts_with("id,role,external_id,name,email,"), "{}", lines[0]);
    assert!(lines[1..].iter().all(|line| line.contains(",\"'=HYPERLINK(\"\"x\"\")\",c")), "{}", lines[1]);
    let some = browser.post("/app/v1/contacts/export?q=c15", json!({})).await;
    assert_eq!(some.text.lines().count(), 12);
    browser.post("/app/v1/contacts/export?filter=x", json!({})).await.declined(400, "parameter_invalid");
    // A link to it exports nothing.
    let link = browser.get("/app/v1/contacts/export").await;
    assert_eq!((link.status, link.text.contains("c15@acme.test")), (405, false));
}

#[both]
async fn the_activity_log_names_who_exported_what(app: TestApp) {
    contact(&app, "marie@acme.test", json!({"name": "Marie"})).await;
    let browser = app.browser().await;
    browser.post("/app/v1/contacts/export?filter=x", json!({})).await.with(400);
    let exported = browser.post("/app/v1/contacts/export?q=marie", json!({})).await;
    assert_eq!((exported.status, exported.text.lines().count()), (200, 2));
    assert_eq!(browser.post("/app/v1/companies/export", json!({})).await.status, 200);
    let entries = browser.get("/app/v1/settings/activity?area=exports").await.ok();
    let texts: Vec<&str> =
        entries["items"].as_array().unwrap().iter().map(|entry| entry["text"].as_str().unwrap()).collect();
    assert_eq!(texts, ["Ada Lovelace exported companies.", "Ada Lovelace exported contacts."]);
    let metadata = &entries["items"][1]["metadata"];
    assert_eq!(metadata["type"], "contacts");
    assert!(metadata["query"].to_string().contains("marie"), "{metadata}");
    let reader = super::roles::permitted(&app, "Chat", &["read_conversations"]).await;
    reader.post("/app/v1/contacts/export", json!({})).await.declined(403, "forbidden");
    let entries = browser.get("/app/v1/settings/activity?area=exports").await.ok();
    assert_eq!(entries["items"].as_array().unwrap().len(), 2, "nothing left the server");
}

#[both]
async fn companies_are_found_changed_and_noted(app: TestApp) {
    let made = app.post("/companies", json!({"company_id": "r", "name": "Radium", "plan": "Gold"})).await.ok();
    let id = made["id"].as_str().unwrap();
    let marie = contact(&app, "marie@radium.test", json!({})).await;
    app.post(&format!("/contacts/{marie}/companies"), json!({"id": id})).await.ok();
    let browser = app.browser().await;
    let found = browser.get("/app/v1/companies?q=radi").await.ok();
    assert_eq!((&found["items"][0]["name"], &found["items"][0]["plan"]), (&json!("Radium"), &json!("Gold")));
    let path = format!("/app/v1/companies/{id}");
    let changed = browser.patch(&path, json!({"website": "https://radium.test", "size": 12})).await.ok();
    assert_eq!(changed["company"]["size"], 12);
    browser.post(&format!("{path}/notes"), json!({"html": "Pays late."})).await.ok();
    let page = browser.get(&path).await.ok();
    assert_eq!(
        (page["contacts"][0]["id"].as_str().unwrap(), page["notes"].as_array().unwrap().len()),
        (marie.as_str(), 1)
    );
    assert_eq!(browser.get("/app/v1/companies?q=nothing").await.ok()["total"], 0);
    let csv = browser.post("/app/v1/companies/export", json!({})).await;
    assert_eq!(csv.text.lines().count(), 2);
    browser.get("/app/v1/companies/999").await.with(404);
}
