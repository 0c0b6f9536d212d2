//! The data with which the inbox starts.

use deskwire_domain::{Cx, admins, tags};
use deskwire_testkit::{Browser, TestApp, Value, both, json};

fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect()
}

#[both]
async fn one_call_opens_the_inbox(app: TestApp) {
    app.post("/tags", json!({"name": "VIP"})).await.ok();
    app.post("/data_attributes", json!({"name": "seats", "model": "contact", "data_type": "integer"})).await.ok();
    let made = app.post("/ticket_types", json!({"name": "Bug", "category": "Customer", "icon": "🐞"})).await.ok();
    let contact = app.post("/contacts", json!({"role": "user", "email": "marie@radium.test"})).await.ok();
    let started = json!({"from": {"type": "user", "id": contact["id"]}, "body": "Hello"});
    app.post("/conversations", started).await.ok();
    let browser = app.browser().await;
    browser.put("/app/v1/me/preferences", json!({"theme": "dark"})).await.ok();
    let start = browser.get("/app/v1/start").await.ok();
    assert_eq!(start["me"]["email"], "ada@acme.test");
    assert_eq!(start["me"]["preferences"], json!({"theme": "dark"}));
    assert_eq!((&start["me"]["role"], start["me"]["permissions"].as_array().unwrap().len()), (&json!("Owner"), 15));
    assert_eq!((&start["workspace"]["name"], &start["workspace"]["demo"]), (&json!("Acme"), &json!(false)));
    assert_eq!((names(&start["teammates"]), names(&start["tags"])), (vec!["Ada Lovelace"], vec!["VIP"]));
    let bug = start["ticket_types"].as_array().unwrap().iter().find(|one| one["id"] == made["id"]).unwrap();
    assert_eq!((&bug["icon"], &bug["attributes"][0]["label"]), (&json!("🐞"), &json!("Title")));
    let states = start["ticket_states"].as_array().unwrap();
    assert_eq!(states.len(), 4);
    assert!(states.iter().all(|one| one["has_first_label"] == true && one["archived"] == false));
    let seats = &start["attributes"][0];
    assert_eq!(
        (&seats["on"], &seats["name"], &seats["data_type"]),
        (&json!("contact"), &json!("seats"), &json!("integer"))
    );
    let views = start["views"].as_array().unwrap();
    let counts: Vec<(&str, i64)> =
        views.iter().map(|view| (view["id"].as_str().unwrap(), view["count"].as_i64().unwrap())).collect();
    let expected = [
        ("mine", 0),
        ("mentions", 0),
        ("unassigned", 1),
        ("all", 1),
        ("created", 0),
        ("snoozed", 0),
        ("closed", 0),
        ("tickets", 0),
    ];
    assert_eq!(counts, expected);
    assert!(start["position"].is_i64() && start["build"].is_string());
}

#[both]
async fn objects_that_the_role_hides_are_left_out(app: TestApp) {
    app.post("/tags", json!({"name": "VIP"})).await.ok();
    let actor = app.actor();
    let grace = app
        .write(move |tx| {
            let cx = &mut Cx::new(tx, &actor);
            let role = json!({"name": "Billing", "permissions": ["read_people"]});
            admins::declare_role(cx, &serde_json::from_value(role).unwrap())?;
            let declared = json!({"email": "grace@acme.test", "name": "Grace", "role": "Billing"});
            admins::declare(cx, &serde_json::from_value(declared).unwrap())?;
            admins::named(cx, Some("grace@acme.test"))
        })
        .await;
    let ada = app.browser().await;
    let members = json!([app.admin_id.to_string(), grace.to_string()]);
    let team = json!({"name": "Support", "member_ids": members});
    ada.post("/app/v1/settings/teams", team).await.ok();
    let made = json!({"name": "Thanks", "html": "<p>Thanks</p>", "team_ids": [], "available_on": ["inbox"],
        "actions": []});
    ada.post("/app/v1/settings/macros", made).await.ok();
    let all = ada.get("/app/v1/start").await.ok();
    assert_eq!((names(&all["macros"]), all["teams"][0]["member_ids"].as_array().unwrap().len()), (vec!["Thanks"], 2));
    let browser = Browser::signed_in(&app, &app.workspace_id, grace).await;
    let start = browser.get("/app/v1/start").await.ok();
    assert_eq!(start["me"]["permissions"], json!(["read_people"]));
    assert_eq!(
        (names(&start["teams"]), &start["teams"][0]["member_ids"]),
        (vec!["Support"], &json!([grace.to_string()]))
    );
    assert_eq!(names(&start["teammates"]), ["Grace"]);
    for none in ["tags", "ticket_types", "ticket_states", "views", "macros"] {
        assert_eq!(start[none], json!([]), "{none}");
    }
}

#[both]
async fn the_start_of_a_large_workspace_is_small(app: TestApp) {
    let actor = app.actor();
    app.write(move |tx| {
        let cx = &mut Cx::new(tx, &actor);
        // Names that compress no better than real ones.
        let word = |n: u32| format!("{:08x}", n.wrapping_mul(2_654_435_761));
        for n in 0..200 {
            let declared = json!({"email": format!("{}@acme.test", word(n)), "name": format!("Person {}", word(n))});
            admins::declare(cx, &serde_json::from_value(declared).unwrap())?;
        }
        for n in 0..1_000 {
            let declared = json!({"name": format!("Tag {}", word(n))});
            tags::declare(cx, &serde_json::from_value(declared).unwrap())?;
        }
        Ok(())
    })
    .await;
    let browser = app.browser().await;
    let start = browser.raw("GET", "/app/v1/start", &[("accept-encoding", "gzip")], Vec::new()).await;
    assert_eq!((start.status, start.header("content-encoding")), (200, Some("gzip")));
    let length = |name: &str| start.body[name].as_array().unwrap().len();
    assert_eq!((length("teammates"), length("tags")), (201, 1_000));
    assert!(start.size < 60 << 10, "{} bytes", start.size);
}
