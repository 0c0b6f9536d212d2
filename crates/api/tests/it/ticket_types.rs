//! `/ticket_types` and their attributes

use deskwire_api::versions::Version;
use deskwire_domain::Cx;
use deskwire_domain::ticket_types::{self, Declared};
use deskwire_testkit::{NOW, TestApp, Value, both, json};

use crate::support::{id, since};

/// A new type: its path.
async fn create_type(app: &TestApp) -> String {
    format!("/ticket_types/{}", id(&app.post("/ticket_types", json!({"name": "Bug"})).await.ok()))
}

/// The attribute of this name of a type.
fn named<'a>(of: &'a Value, name: &str) -> &'a Value {
    of["ticket_type_attributes"]["data"].as_array().unwrap().iter().find(|a| a["name"] == name).unwrap()
}

async fn refused(app: &TestApp, path: &str, body: Value) -> String {
    app.post(path, body).await.refused(400, "parameter_invalid")
}

#[both]
async fn a_type_is_made_with_its_default_attributes_and_states(app: TestApp) {
    let body = json!({"name": "Customer Issue", "description": "Customer Report Template", "icon": "🎟️", "category": "Customer"});
    let made = app.post("/ticket_types", body).await.ok();
    let attributes = made["ticket_type_attributes"]["data"].as_array().unwrap();
    let of = made["id"].as_str().unwrap().parse::<i64>().unwrap();
    for (order, name) in [(0, "_default_title_"), (1, "_default_description_")] {
        assert_eq!(
            attributes[order],
            json!({
                "type": "ticket_type_attribute", "id": attributes[order]["id"], "workspace_id": app.workspace_id, "name": name,
                "description": "", "data_type": "string", "input_options": {"multiline": order == 1}, "order": order,
                "required_to_create": false, "required_to_create_for_contacts": false, "visible_on_create": true,
                "visible_to_contacts": true, "default": true, "ticket_type_id": of, "archived": false, "created_at": NOW, "updated_at": NOW,
            })
        );
    }
    let states = made["ticket_states"]["data"].as_array().unwrap();
    let labels: Vec<_> =
        states.iter().map(|s| (s["category"].as_str().unwrap(), s["external_label"].as_str().unwrap())).collect();
    let expected = [
        ("submitted", "Submitted"),
        ("in_progress", "In progress"),
        ("waiting_on_customer", "Waiting on you"),
        ("resolved", "Resolved"),
    ];
    assert_eq!(labels, expected);
    let list = |data: &Value| json!({"type": "list", "data": data});
    assert_eq!(
        made,
        json!({
            "type": "ticket_type", "id": made["id"], "name": "Customer Issue", "description": "Customer Report Template", "icon": "🎟️",
            "workspace_id": app.workspace_id, "archived": false, "created_at": NOW, "updated_at": NOW, "is_internal": false,
            "ticket_type_attributes": list(&made["ticket_type_attributes"]["data"]), "category": "Customer",
            "ticket_states": list(&made["ticket_states"]["data"]),
        })
    );
    assert_eq!(app.get(&format!("/ticket_types/{of}")).await.ok(), made);
    let second = app.post("/ticket_types", json!({"name": "Inside", "is_internal": true})).await.ok();
    assert_eq!(
        (&second["category"], &second["icon"], &second["description"]),
        (&json!("Back-office"), &json!("🎟️"), &json!(""))
    );
    assert_eq!(app.get("/ticket_types").await.ok(), json!({"type": "list", "data": [made, second]}));
}

#[both]
async fn a_type_is_changed_and_archived(app: TestApp) {
    let path = create_type(&app).await;
    app.clock.advance(9);
    let body = json!({"name": "Bug Report 2", "description": "d", "category": "Tracker", "icon": "🦁", "is_internal": true, "archived": true});
    let after = app.put(&path, body.clone()).await.ok();
    for (key, value) in body.as_object().unwrap() {
        assert_eq!(after[key], *value, "{key}");
    }
    assert_eq!((&after["created_at"], &after["updated_at"]), (&json!(NOW), &json!(NOW + 9)));
    app.clock.advance(1);
    assert_eq!(app.put(&path, json!({"name": "Bug Report 2"})).await.ok()["updated_at"], NOW + 9);
    assert_eq!(app.put(&path, json!({"description": null})).await.ok()["description"], "");
    assert_eq!(app.get("/ticket_types").await.ok()["data"][0]["archived"], true);
}

#[both]
async fn type_errors_are_specific(app: TestApp) {
    assert_eq!(app.post("/ticket_types", json!({})).await.refused(400, "parameter_not_found"), "name is required");
    assert_eq!(
        app.post("/ticket_types", json!({"name": " "})).await.refused(400, "parameter_not_found"),
        "name is required"
    );
    let category = "category must be one of Customer, Back-office or Tracker";
    assert_eq!(refused(&app, "/ticket_types", json!({"name": "x", "category": "customer"})).await, category);
    assert_eq!(refused(&app, "/ticket_types", json!({"name": "x", "icon": "bug"})).await, "icon must be an emoji");
    assert_eq!(
        refused(&app, "/ticket_types", json!({"name": "é".repeat(256)})).await,
        "name is too long (maximum is 255 characters)"
    );
    refused(&app, "/ticket_types", json!({"name": "x", "description": "d".repeat(2001)})).await;
    let path = create_type(&app).await;
    app.put(&path, json!({"name": ""})).await.refused(400, "parameter_invalid");
    app.put(&path, json!({"icon": ""})).await.refused(400, "parameter_invalid");
    for lost in ["/ticket_types/44", "/ticket_types/x"] {
        assert_eq!(app.get(lost).await.refused(404, "not_found"), "Resource Not Found");
        app.put(lost, json!({"name": "x"})).await.refused(404, "not_found");
        app.post(&format!("{lost}/attributes"), json!({"name": "x", "description": "", "data_type": "string"}))
            .await
            .refused(404, "not_found");
    }
    let other = app.other_workspace().await;
    other.get(&path).await.refused(404, "not_found");
    other.put(&path, json!({"name": "x"})).await.refused(404, "not_found");
    assert_eq!(other.get("/ticket_types").await.ok()["data"], json!([]));
    let reader = app.scoped("read_tickets").await;
    reader.get(&path).await.ok();
    reader.put(&path, json!({"name": "x"})).await.refused(401, "token_unauthorized");
}

#[both]
async fn attributes_have_every_data_type(app: TestApp) {
    let path = create_type(&app).await;
    let at = format!("{path}/attributes");
    app.clock.advance(3);
    let options = [
        ("string", json!({"multiline": false})),
        ("integer", Value::Null),
        ("decimal", Value::Null),
        ("boolean", Value::Null),
        ("datetime", Value::Null),
        ("files", json!({"allow_multiple_values": false})),
    ];
    for (order, (data_type, expected)) in options.into_iter().enumerate() {
        let made = app.post(&at, json!({"name": data_type, "description": "d", "data_type": data_type})).await.ok();
        assert_eq!(
            (&made["data_type"], &made["input_options"], &made["order"]),
            (&json!(data_type), &expected, &json!(order + 2))
        );
        assert_eq!(
            (&made["default"], &made["visible_on_create"], &made["required_to_create"]),
            (&json!(false), &json!(true), &json!(false))
        );
    }
    let long = json!({"name": "long", "description": "", "data_type": "string", "multiline": true, "required_to_create": true,
        "required_to_create_for_contacts": true, "visible_on_create": false, "visible_to_contacts": false});
    let made = app.post(&at, long).await.ok();
    assert_eq!(made["input_options"], json!({"multiline": true}));
    assert_eq!([&made["required_to_create"], &made["required_to_create_for_contacts"]], [true, true]);
    assert_eq!([&made["visible_on_create"], &made["visible_to_contacts"]], [false, false]);
    let files = json!({"name": "several", "description": "", "data_type": "files", "allow_multiple_values": true});
    assert_eq!(app.post(&at, files).await.ok()["input_options"], json!({"allow_multiple_values": true}));
    let of = app.get(&path).await.ok();
    assert_eq!(of["updated_at"], NOW + 3);
    let names: Vec<_> =
        of["ticket_type_attributes"]["data"].as_array().unwrap().iter().map(|a| a["name"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        [
            "_default_title_",
            "_default_description_",
            "string",
            "integer",
            "decimal",
            "boolean",
            "datetime",
            "files",
            "long",
            "several"
        ]
    );
}

#[both]
async fn items_of_a_list_keep_their_ids(app: TestApp) {
    let at = format!("{}/attributes", create_type(&app).await);
    let body = json!({"name": "Priority", "description": "", "data_type": "list", "list_items": "Low Priority, High Priority,,Low Priority"});
    let made = app.post(&at, body).await.ok();
    let items = made["input_options"]["list_options"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    assert_eq!((&items[0]["label"], &items[1]["label"]), (&json!("Low Priority"), &json!("High Priority")));
    assert_eq!(items[0]["id"].as_str().unwrap().len(), 36);
    let path = format!("{at}/{}", id(&made));
    let after = app.put(&path, json!({"list_items": "High Priority,Urgent"})).await.ok();
    let now = after["input_options"]["list_options"].as_array().unwrap();
    assert_eq!(now.len(), 2);
    assert_eq!(now[0], items[1]);
    // What comes back is what it was.
    let again = app.put(&path, json!({"list_items": ["Low Priority", "Urgent"]})).await.ok();
    assert_eq!(again["input_options"]["list_options"], json!([items[0], now[1]]));
    for bad in [json!(""), json!(" , "), json!([]), json!([1]), json!({}), json!("x".repeat(256))] {
        app.put(&path, json!({"list_items": bad})).await.refused(400, "parameter_invalid");
    }
    let many: Vec<String> = (0..501).map(|i| i.to_string()).collect();
    app.put(&path, json!({"list_items": many.join(",")})).await.refused(400, "parameter_invalid");
}

#[both]
async fn an_attribute_is_changed_and_archived(app: TestApp) {
    let path = create_type(&app).await;
    let at = format!("{path}/attributes");
    let made = app.post(&at, json!({"name": "Ring", "description": "a", "data_type": "string"})).await.ok();
    app.clock.advance(5);
    let one = format!("{at}/{}", id(&made));
    let after = app.put(&one, json!({"name": "Rings", "description": "New", "multiline": true, "archived": true, "visible_on_create": false})).await.ok();
    assert_eq!(
        (&after["name"], &after["description"], &after["archived"]),
        (&json!("Rings"), &json!("New"), &json!(true))
    );
    assert_eq!((&after["input_options"]["multiline"], &after["updated_at"]), (&json!(true), &json!(NOW + 5)));
    assert_eq!(app.put(&one, json!({"data_type": "integer"})).await.ok()["data_type"], "string");
    let of = app.get(&path).await.ok();
    assert_eq!((named(&of, "Rings"), &of["updated_at"]), (&after, &json!(NOW + 5)));
    let title = format!("{at}/{}", id(named(&of, "_default_title_")));
    assert_eq!(
        app.put(&title, json!({"required_to_create": true, "description": "Short"})).await.ok()["required_to_create"],
        true
    );
    let fixed = "A default attribute cannot be renamed or archived";
    assert_eq!(app.put(&title, json!({"archived": true})).await.refused(400, "parameter_invalid"), fixed);
    assert_eq!(app.put(&title, json!({"name": "Title"})).await.refused(400, "parameter_invalid"), fixed);
    app.put(&format!("{at}/44"), json!({"name": "x"})).await.refused(404, "not_found");
    // An attribute is its type's alone.
    let other = id(&app.post("/ticket_types", json!({"name": "Other"})).await.ok());
    app.put(&format!("/ticket_types/{other}/attributes/{}", id(&made)), json!({"name": "x"}))
        .await
        .refused(404, "not_found");
}

#[both]
async fn attribute_errors_are_specific(app: TestApp) {
    let at = format!("{}/attributes", create_type(&app).await);
    let full = json!({"name": "n", "description": "d", "data_type": "string"});
    for key in ["name", "description", "data_type"] {
        let mut body = full.clone();
        body.as_object_mut().unwrap().remove(key);
        assert_eq!(app.post(&at, body).await.refused(400, "parameter_not_found"), format!("{key} is required"));
    }
    let with = |key: &str, value: Value| {
        let mut body = full.clone();
        body[key] = value;
        body
    };
    let types = "data_type must be one of string, list, integer, decimal, boolean, datetime, files";
    assert_eq!(refused(&app, &at, with("data_type", json!("mithril"))).await, types);
    app.post(&at, with("data_type", json!("list"))).await.refused(400, "parameter_not_found");
    assert_eq!(
        refused(&app, &at, with("list_items", json!("a,b"))).await,
        "list_items is only applicable to list attributes"
    );
    let mut number = with("data_type", json!("integer"));
    number["multiline"] = json!(true);
    assert_eq!(refused(&app, &at, number.clone()).await, "multiline is only applicable to string attributes");
    number["multiline"] = json!(false);
    number["allow_multiple_values"] = json!(true);
    assert_eq!(refused(&app, &at, number).await, "allow_multiple_values is only applicable to files attributes");
    app.post(&at, full.clone()).await.ok();
    assert_eq!(refused(&app, &at, full.clone()).await, "The ticket type already has an attribute named 'n'");
    refused(&app, &at, with("name", json!("  "))).await;
    refused(&app, &at, with("name", json!("_default_title_"))).await;
    refused(&app, &at, with("required_to_create", json!("maybe"))).await;
}

#[both]
async fn types_are_limited_to_250_attributes(app: TestApp) {
    let actor = app.actor();
    app.write(move |tx| {
        let attributes: Vec<Value> =
            (0..248).map(|i| json!({"name": format!("a{i}"), "data_type": "integer"})).collect();
        let declared: Declared = serde_json::from_value(json!({"name": "Full", "attributes": attributes})).unwrap();
        assert!(ticket_types::declare(&mut Cx::new(tx, &actor), &declared)?);
        // Sending it again changes nothing.
        assert!(!ticket_types::declare(&mut Cx::new(tx, &actor), &declared)?);
        Ok(())
    })
    .await;
    let of = app.get("/ticket_types").await.ok()["data"][0].clone();
    assert_eq!(of["ticket_type_attributes"]["data"].as_array().unwrap().len(), 250);
    let at = format!("/ticket_types/{}/attributes", id(&of));
    let message = refused(&app, &at, json!({"name": "n", "description": "", "data_type": "string"})).await;
    assert_eq!(message, "A ticket type has at most 250 attributes");
}

#[both]
async fn declared_types_are_updated(app: TestApp) {
    let actor = app.actor();
    app.write(move |tx| {
        let declared = |value: Value| serde_json::from_value::<Declared>(value).unwrap();
        let first = json!({"name": "Bug", "icon": "🐞", "attributes": [{"name": "P", "data_type": "list", "list_items": ["a", "b"]}]});
        assert!(ticket_types::declare(&mut Cx::new(tx, &actor), &declared(first.clone()))?);
        assert!(!ticket_types::declare(&mut Cx::new(tx, &actor), &declared(first))?);
        let second = json!({"name": "Bug", "category": "Tracker", "attributes": [{"name": "P", "data_type": "list", "list_items": ["b"]},
            {"name": "_default_title_", "required_to_create": true}]});
        assert!(ticket_types::declare(&mut Cx::new(tx, &actor), &declared(second))?);
        let wrong = json!({"name": "Bug", "category": "Tracker", "attributes": [{"name": "P", "data_type": "integer"}]});
        let error = ticket_types::declare(&mut Cx::new(tx, &actor), &declared(wrong)).unwrap_err();
        assert_eq!(error.message, "The attribute 'P' is of type list, which cannot change");
        Ok(())
    }).await;
    let of = app.get("/ticket_types").await.ok()["data"][0].clone();
    assert_eq!((&of["category"], &of["icon"]), (&json!("Tracker"), &json!("🐞")));
    assert_eq!(named(&of, "_default_title_")["required_to_create"], true);
    assert_eq!(named(&of, "P")["input_options"]["list_options"].as_array().unwrap().len(), 1);
}

#[both]
async fn every_version_that_has_types(app: TestApp) {
    for version in since(Version::V2_9) {
        let client = app.version(version);
        let made = client
            .post("/ticket_types", json!({"name": version, "description": "d", "category": "Tracker"}))
            .await
            .ok();
        assert_eq!(made.get("category").is_some(), version != "2.9", "{version}");
        assert_eq!(made.get("ticket_states").is_some(), !["2.9", "2.10", "2.11"].contains(&version), "{version}");
        let path = format!("/ticket_types/{}", id(&made));
        let list = json!({"name": "l", "description": "", "data_type": "list", "list_items": "a,b"});
        let attribute = client.post(&format!("{path}/attributes"), list).await.ok();
        client.put(&format!("{path}/attributes/{}", id(&attribute)), json!({"description": "x"})).await.ok();
        let number = json!({"name": "n", "description": "", "data_type": "decimal"});
        let number = client.post(&format!("{path}/attributes"), number).await.ok();
        // 2.11 requires an object.
        let nothing = if version == "2.11" { json!({}) } else { Value::Null };
        assert_eq!(number["input_options"], nothing, "{version}");
        client.put(&path, json!({"description": "changed"})).await.ok();
        client.get(&path).await.ok();
        let all = client.get("/ticket_types").await.ok();
        assert_eq!(all["data"].as_array().unwrap().last().unwrap()["name"], version);
        let old = ["2.9", "2.10", "2.11"].contains(&version);
        assert_eq!(all.get("ticket_types").is_some(), old);
        if old {
            assert_eq!(all["ticket_types"][0]["id"], all["data"][0]["id"]);
            let attributes = &all["ticket_types"][0]["ticket_type_attributes"];
            let kind = if version == "2.11" { "ticket_type_attributes.list" } else { "list" };
            let one = client.get(&path).await.ok();
            assert_eq!((&all["type"], &attributes["type"]), (&json!(kind), &json!(kind)), "{version}");
            assert_eq!(one["ticket_type_attributes"]["type"], kind, "{version}");
            assert_eq!(attributes["ticket_type_attributes"][0]["name"], "_default_title_");
        }
    }
}
