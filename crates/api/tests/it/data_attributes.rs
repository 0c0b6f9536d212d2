//! `/data_attributes`

use deskwire_api::versions::Version;
use deskwire_domain::Cx;
use deskwire_domain::data_attributes::{self, Declared};
use deskwire_domain::visitors;
use deskwire_testkit::{NOW, TestApp, Value, both, json};

use crate::support::{since, user};

/// The attribute of this full name in a list.
fn named<'a>(list: &'a Value, full_name: &str) -> Option<&'a Value> {
    list["data"].as_array().unwrap().iter().find(|a| a["full_name"] == full_name)
}

async fn refused(app: &TestApp, body: Value) -> String {
    app.post("/data_attributes", body).await.refused(400, "parameter_invalid")
}

/// How many contacts a search for a value of `ring` finds.
async fn count_matches(app: &TestApp, value: &str) -> Value {
    let query = json!({"query": {"field": "custom_attributes.ring", "operator": "=", "value": value}});
    app.post("/contacts/search", query).await.ok()["total_count"].clone()
}

#[both]
async fn an_attribute_is_made_and_listed(app: TestApp) {
    let made = app
        .post("/data_attributes", json!({"name": "Mithril Shirt", "model": "company", "data_type": "string"}))
        .await
        .ok();
    assert!(made["id"].is_i64());
    assert_eq!(
        made,
        json!({
            "id": made["id"], "type": "data_attribute", "name": "Mithril Shirt", "full_name": "custom_attributes.Mithril Shirt",
            "label": "Mithril Shirt", "data_type": "string", "api_writable": true, "ui_writable": false, "messenger_writable": false,
            "custom": true, "archived": false, "admin_id": app.admin_id.to_string(), "created_at": NOW, "updated_at": NOW, "model": "company",
        })
    );
    let companies = app.get("/data_attributes?model=company").await.ok();
    assert_eq!(named(&companies, "custom_attributes.Mithril Shirt"), Some(&made));
    let plan = named(&companies, "plan.name").unwrap();
    assert_eq!((&plan["name"], &plan["custom"], plan.get("id")), (&json!("name"), &json!(false), None));
    assert!(named(&companies, "email").is_none());
    assert_eq!(named(&companies, "remote_created_at").unwrap()["data_type"], "datetime");
    let older = app.version("2.16").get("/data_attributes?model=company").await.ok();
    assert_eq!(named(&older, "remote_created_at").unwrap()["data_type"], "date");
    let people = app.get("/data_attributes?model=contact").await.ok();
    assert!(named(&people, "location.city").is_some() && named(&people, "custom_attributes.Mithril Shirt").is_none());
    let all = app.get("/data_attributes").await.ok();
    let count = |list: &Value| list["data"].as_array().unwrap().len();
    assert_eq!(count(&all), count(&people) + count(&companies));
    assert_eq!(
        app.post("/data_attributes", json!({"name": "when", "model": "contact", "data_type": "datetime"})).await.ok()["data_type"],
        "date"
    );
    assert_eq!(
        app.version("2.10")
            .post("/data_attributes", json!({"name": "old", "model": "contact", "data_type": "float"}))
            .await
            .ok()["messenger_writable"],
        true
    );
}

#[both]
async fn lists_have_options(app: TestApp) {
    let ways = [
        json!({"name": "a", "model": "contact", "data_type": "options", "options": [{"value": "x"}, {"value": "y"}]}),
        json!({"name": "b", "model": "contact", "data_type": "string", "options": ["x", "y", "x"]}),
    ];
    for body in ways {
        let made = app.post("/data_attributes", body).await.ok();
        assert_eq!((&made["data_type"], &made["options"]), (&json!("string"), &json!(["x", "y"])));
    }
    let few = "You must have at least two options on a list type data attribute";
    assert_eq!(
        refused(&app, json!({"name": "c", "model": "contact", "data_type": "options", "options": [{"value": "x"}]}))
            .await,
        few
    );
    assert_eq!(refused(&app, json!({"name": "c", "model": "contact", "data_type": "options"})).await, few);
    let not = "Only a list type data attribute has options";
    assert_eq!(
        refused(&app, json!({"name": "c", "model": "contact", "data_type": "integer", "options": ["x", "y"]})).await,
        not
    );
}

#[both]
async fn errors_are_specific(app: TestApp) {
    app.post("/data_attributes", json!({"name": "The One Ring", "model": "company", "data_type": "string"})).await.ok();
    let taken = |word| {
        format!(
            "You already have 'The One Ring' in your company data. To save this as new {word} data, use a different name."
        )
    };
    assert_eq!(
        refused(&app, json!({"name": "The One Ring", "model": "contact", "data_type": "integer"})).await,
        taken("people")
    );
    assert_eq!(
        refused(&app, json!({"name": "The One Ring", "model": "company", "data_type": "string"})).await,
        taken("company")
    );
    assert_eq!(
        refused(&app, json!({"name": "!nv@l!d n@me", "model": "company", "data_type": "string"})).await,
        "Your name for this attribute must only contain alphanumeric characters, currency symbols, and hyphens"
    );
    assert_eq!(
        refused(&app, json!({"name": "Name", "model": "contact", "data_type": "string"})).await,
        "'Name' is one of our standard attributes for your people data. To save this as new people data, use a different name."
    );
    assert_eq!(
        refused(&app, json!({"name": "Second", "model": "company", "data_type": "mithril"})).await,
        "Data Type isn't an option"
    );
    let model = "The Data Attribute model field must be either contact or company";
    assert_eq!(
        refused(&app, json!({"description": "Just a ring", "options": [{"value": "1-10"}], "archived": false})).await,
        model
    );
    assert_eq!(refused(&app, json!({"name": "Third", "model": "conversation", "data_type": "string"})).await, model);
    app.post("/data_attributes", json!({"model": "contact", "data_type": "string"}))
        .await
        .refused(400, "parameter_not_found");
    app.post("/data_attributes", json!({"name": "Spent_in-€ 5", "model": "contact", "data_type": "float"})).await.ok();
}

#[both]
async fn the_conversation_model_is_no_longer_supported(app: TestApp) {
    let message = app.get("/data_attributes?model=conversation").await.refused(422, "parameter_invalid");
    assert_eq!(message, "model=conversation is no longer supported. Use GET /conversations/attributes instead");
    assert_eq!(app.version("2.15").get("/data_attributes?model=conversation").await.ok()["data"], json!([]));
    app.get("/data_attributes?model=dog").await.refused(400, "parameter_invalid");
}

#[both]
async fn an_attribute_is_changed(app: TestApp) {
    let made = app
        .post("/data_attributes", json!({"name": "The One Ring", "model": "company", "data_type": "string"}))
        .await
        .ok();
    let path = format!("/data_attributes/{}", made["id"]);
    app.clock.advance(7);
    let options = json!([{"value": "1-10"}, {"value": "11-20"}]);
    let changed = app
        .put(
            &path,
            json!({"description": "Just a ring", "options": options, "archived": false, "messenger_writable": true}),
        )
        .await
        .ok();
    assert_eq!((&changed["description"], &changed["options"]), (&json!("Just a ring"), &json!(["1-10", "11-20"])));
    assert_eq!((&changed["updated_at"], &changed["messenger_writable"]), (&json!(NOW + 7), &json!(true)));
    assert_eq!(app.put(&path, json!({"options": ["a", "b"]})).await.ok()["options"], json!(["a", "b"]));
    let message = app.put(&path, json!({"options": {"value": "1-10"}})).await.refused(400, "parameter_invalid");
    assert_eq!(message, "Options isn't an array");
    app.put(&path, json!({"options": [{"value": "1-10"}]})).await.refused(400, "parameter_invalid");
    app.put(&path, json!({"options": [{"label": "1-10"}]})).await.refused(400, "parameter_invalid");
    for lost in ["/data_attributes/44", "/data_attributes/x"] {
        let message = app.put(lost, json!({"description": "x"})).await.refused(404, "field_not_found");
        assert_eq!(message, "We couldn't find that data attribute to update");
    }
    app.other_workspace().await.put(&path, json!({"description": "x"})).await.refused(404, "field_not_found");
    app.scoped("read_users").await.put(&path, json!({"description": "x"})).await.refused(401, "token_unauthorized");
    app.scoped("read_users").await.get("/data_attributes").await.ok();
}

#[both]
async fn archived_attributes_are_unknown_until_restored(app: TestApp) {
    let made =
        app.post("/data_attributes", json!({"name": "ring", "model": "contact", "data_type": "string"})).await.ok();
    let path = format!("/data_attributes/{}", made["id"]);
    let ada = user(&app, "ada@acme.test").await;
    app.put(&format!("/contacts/{ada}"), json!({"custom_attributes": {"ring": "gold"}})).await.ok();
    assert_eq!(count_matches(&app, "gold").await, 1);
    assert_eq!(app.put(&path, json!({"archived": true})).await.ok()["archived"], true);
    assert!(named(&app.get("/data_attributes").await.ok(), "custom_attributes.ring").is_none());
    assert!(named(&app.get("/data_attributes?include_archived=true").await.ok(), "custom_attributes.ring").is_some());
    app.put(&format!("/contacts/{ada}"), json!({"custom_attributes": {"ring": "tin"}}))
        .await
        .refused(400, "parameter_invalid");
    let query = json!({"query": {"field": "custom_attributes.ring", "operator": "=", "value": "gold"}});
    app.post("/contacts/search", query).await.refused(400, "invalid_field");
    let at = format!("/contacts/{ada}");
    let email = json!({"query": {"field": "email", "operator": "=", "value": "ada@acme.test"}});
    let shown = [
        app.get(&at).await.ok(),
        app.put(&at, json!({"name": "Ada"})).await.ok(),
        app.get("/contacts").await.ok()["data"][0].clone(),
        app.post("/contacts/search", email).await.ok()["data"][0].clone(),
    ];
    for contact in shown {
        assert_eq!((&contact["id"], &contact["custom_attributes"]), (&json!(ada), &json!({})));
    }
    // Concurrent changes of the contact must not lose its value.
    app.post(&format!("/contacts/{ada}/archive"), json!({})).await.ok();
    app.post(&format!("/contacts/{ada}/unarchive"), json!({})).await.ok();
    app.put(&path, json!({"archived": false})).await.ok();
    assert_eq!(count_matches(&app, "gold").await, 1);
    assert_eq!(app.get(&at).await.ok()["custom_attributes"], json!({"ring": "gold"}));
    let actor = app.actor();
    app.write(move |tx| {
        let query = json!({"field": "custom_attributes.ring", "operator": "=", "value": "gold"});
        let segment =
            deskwire_domain::segments::Declared { name: "Gold".to_owned(), person_type: "user".to_owned(), query };
        deskwire_domain::segments::declare(&mut Cx::new(tx, &actor), &segment)
    })
    .await;
    let message = app.put(&path, json!({"archived": true})).await.refused(422, "data_invalid");
    assert_eq!(message, "The Data Attribute you are trying to archive has a dependant object");
}

#[both]
async fn values_of_archived_attributes_of_companies_and_visitors_are_not_shown(app: TestApp) {
    for (name, model) in [("seats", "company"), ("floor", "company"), ("ring", "contact"), ("hat", "contact")] {
        app.post("/data_attributes", json!({"name": name, "model": model, "data_type": "string"})).await.ok();
    }
    let company = app
        .post("/companies", json!({"company_id": "1", "custom_attributes": {"seats": "5", "floor": "2"}}))
        .await
        .ok();
    let actor = app.actor();
    app.write(move |tx| {
        visitors::declare(&mut Cx::new(tx, &actor), &visitors::Declared { user_id: "v".to_owned(), name: None })
    })
    .await;
    let values = json!({"user_id": "v", "custom_attributes": {"ring": "gold", "hat": "red"}});
    app.put("/visitors", values).await.ok();
    let all = app.get("/data_attributes").await.ok();
    for name in ["custom_attributes.seats", "custom_attributes.ring"] {
        app.put(&format!("/data_attributes/{}", named(&all, name).unwrap()["id"]), json!({"archived": true}))
            .await
            .ok();
    }
    let at = format!("/companies/{}", company["id"].as_str().unwrap());
    for shown in [app.get(&at).await.ok(), app.get("/companies?company_id=1").await.ok()] {
        assert_eq!(shown["custom_attributes"], json!({"floor": "2"}));
    }
    for shown in [
        app.get("/visitors?user_id=v").await.ok(),
        app.put("/visitors", json!({"user_id": "v", "name": "V"})).await.ok(),
    ] {
        assert_eq!(shown["custom_attributes"], json!({"hat": "red"}));
    }
}

#[both]
async fn a_model_is_limited_to_250_attributes(app: TestApp) {
    let actor = app.actor();
    app.write(move |tx| {
        for i in 0..250 {
            let declared = json!({"name": format!("a{i}"), "model": "contact", "data_type": "integer"});
            data_attributes::declare(&mut Cx::new(tx, &actor), &serde_json::from_value(declared).unwrap())?;
        }
        Ok(())
    })
    .await;
    app.post("/data_attributes", json!({"name": "b", "model": "contact", "data_type": "integer"}))
        .await
        .refused(400, "custom_data_limit_reached");
    app.post("/data_attributes", json!({"name": "b", "model": "company", "data_type": "integer"})).await.ok();
}

#[both]
async fn declared_attributes_are_created_once(app: TestApp) {
    let declared = json!({"name": "ring", "model": "contact", "data_type": "options", "options": ["gold", "tin"], "description": "Which"});
    let mut moved = declared.clone();
    moved["archived"] = json!(true);
    let mut other = declared.clone();
    other["data_type"] = json!("integer");
    let mut changes = Vec::new();
    for declared in [declared.clone(), declared, moved.clone(), moved, other] {
        let (actor, declared) = (app.actor(), serde_json::from_value::<Declared>(declared).unwrap());
        changes.push(
            app.write(move |tx| {
                Ok(tx
                    .nested(|tx| data_attributes::declare(&mut Cx::new(tx, &actor), &declared))
                    .map_err(|e| e.kind.code()))
            })
            .await,
        );
    }
    assert_eq!(changes, [Ok(true), Ok(false), Ok(true), Ok(false), Err("parameter_invalid")]);
}

#[both]
async fn every_operation_answers_in_every_version(app: TestApp) {
    for version in since(Version::V2_7) {
        let client = app.version(version);
        let name = version.replace('.', "-");
        let made = client
            .post(
                "/data_attributes",
                json!({"name": name, "model": "contact", "data_type": "date", "description": "x"}),
            )
            .await
            .ok();
        let list = json!({"name": format!("{name} list"), "model": "company", "data_type": "options", "options": [{"value": "a"}, {"value": "b"}]});
        let list = client.post("/data_attributes", list).await.ok();
        client
            .put(
                &format!("/data_attributes/{}", list["id"]),
                json!({"options": [{"value": "c"}, {"value": "d"}], "description": "y"}),
            )
            .await
            .ok();
        client.get("/data_attributes?include_archived=true").await.ok();
        client.get("/data_attributes?model=contact").await.ok();
        client.put(&format!("/data_attributes/{}", made["id"]), json!({"archived": true})).await.ok();
        client.post("/data_attributes", json!({})).await.refused(400, "parameter_invalid");
        client.put("/data_attributes/7", json!({})).await.refused(404, "field_not_found");
    }
}

#[both]
async fn texts_keep_the_digits_of_numbers(app: TestApp) {
    app.post("/data_attributes", json!({"name": "serial", "model": "contact", "data_type": "string"})).await.ok();
    let path = format!("/contacts/{}", user(&app, "ada@a.test").await);
    for (number, text) in [(json!(u64::MAX), "18446744073709551615"), (json!(-5), "-5"), (json!(1.5), "1.5")] {
        let shown = app.put(&path, json!({"custom_attributes": {"serial": number}})).await.ok();
        assert_eq!(shown["custom_attributes"]["serial"], text);
    }
    // A number of more than 64 bits is read as a float, which has not all of its digits.
    let message =
        app.put(&path, json!({"custom_attributes": {"serial": 1e22}})).await.refused(400, "parameter_invalid");
    assert_eq!(message, "Custom attribute 'serial' must be of type string");
    assert_eq!(app.get(&path).await.ok()["custom_attributes"], json!({"serial": "1.5"}));
    let query = json!({"query": {"field": "custom_attributes.serial", "operator": "=", "value": 1e22}});
    app.post("/contacts/search", query).await.refused(400, "parameter_invalid");
}
