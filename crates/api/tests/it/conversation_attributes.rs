//! Attributes of conversations: making, changing, archiving them, and the values that conversations have of them.

use deskwire_api::versions::Version;
use deskwire_domain::Cx;
use deskwire_domain::conversation_attributes::{self, Declared};
use deskwire_domain::custom_objects;
use deskwire_testkit::{Answer, TestApp, Value, both, json};

use crate::conversations::{parts, started};
use crate::support::{company, id, since};

const ALL: &str = "/conversations/attributes";

/// Creates an attribute; returns its path and the answer.
async fn create_attribute(app: &TestApp, body: Value) -> (String, Value) {
    let made = app.post(ALL, body).await.ok();
    (format!("{ALL}/{}", made["id"]), made)
}

/// The refusals of this noun do not name the request.
fn refused(answer: &Answer, status: u16, code: &str, message: &str) {
    let expected = json!({"type": "error.list", "errors": [{"code": code, "message": message}]});
    assert_eq!((answer.status, &answer.body), (status, &expected));
}

fn labels(attribute: &Value) -> Vec<(&str, bool)> {
    let options = attribute["options"].as_array().expect("a list has options");
    options.iter().map(|o| (o["label"].as_str().unwrap(), o["archived"].as_bool().unwrap())).collect()
}

#[both]
async fn an_attribute_is_made_changed_and_archived(app: TestApp) {
    let body = json!({"name": "api_test_attr", "data_type": "string", "description": "Created via API test"});
    let (path, made) = create_attribute(&app, body).await;
    assert_eq!(
        made,
        json!({
            "type": "conversation_attribute", "id": made["id"], "name": "api_test_attr", "description": "Created via API test",
            "data_type": "string", "required": false, "visible_to_team_ids": [], "archived": false,
            "created_at": deskwire_testkit::NOW, "updated_at": deskwire_testkit::NOW, "admin_id": app.admin_id.to_string(), "multiline": false,
        })
    );
    app.clock.advance(5);
    let changed = app.put(&path, json!({"name": "api_test_renamed", "multiline": true, "required": true})).await.ok();
    assert_eq!(
        (&changed["name"], &changed["multiline"], &changed["required"]),
        (&json!("api_test_renamed"), &json!(true), &json!(true))
    );
    assert_eq!(
        (&changed["description"], &changed["updated_at"]),
        (&made["description"], &json!(deskwire_testkit::NOW + 5))
    );
    assert_eq!(app.get(&path).await.ok(), changed);
    assert_eq!(app.delete(&path).await.ok()["archived"], true);
    assert_eq!(app.get(ALL).await.ok(), json!({"type": "list", "data": []}));
    assert_eq!(app.get(&format!("{ALL}?include_archived=true")).await.ok()["data"][0]["archived"], true);
    assert_eq!(app.get(&path).await.ok()["archived"], true);
}

#[both]
async fn attribute_errors_are_named(app: TestApp) {
    let message =
        app.post(ALL, json!({"name": "a", "data_type": "invalid_type"})).await.refused(422, "parameter_invalid");
    assert_eq!(
        message,
        "data_type 'invalid_type' is not valid. Allowed types: string, integer, list, decimal, boolean, datetime, relationship, files"
    );
    let cases = [
        (json!({"data_type": "string"}), "name is required"),
        (json!({"name": "a", "data_type": "list"}), "A list attribute must have at least 2 active options"),
        (
            json!({"name": "a", "data_type": "list", "options": [{"label": "x"}, {"label": "x"}]}),
            "label 'x' is already taken",
        ),
        (
            json!({"name": "a", "data_type": "string", "options": [{"label": "x"}]}),
            "Options can only be managed on list attributes",
        ),
        (
            json!({"name": "a", "data_type": "integer", "multiline": true}),
            "multiline is only accepted for string attributes",
        ),
        (json!({"name": "a", "data_type": "relationship"}), "reference is required"),
        (
            json!({"name": "a", "data_type": "relationship", "reference": {"type": "few"}}),
            "reference.type must be 'one' or 'many'",
        ),
        (
            json!({"name": "a", "data_type": "string", "visible_to_team_ids": ["1234"]}),
            "visible_to_team_ids: there is no team '1234'",
        ),
    ];
    for (body, message) in cases {
        refused(&app.post(ALL, body).await, 422, "parameter_invalid", message);
    }
    for path in ["123456789", "no_id"] {
        let path = format!("{ALL}/{path}");
        for answer in [app.get(&path).await, app.put(&path, json!({})).await, app.delete(&path).await] {
            refused(&answer, 404, "conversation_attribute_not_found", "Conversation attribute not found");
        }
    }
    let reader = app.scoped("read_conversations").await;
    reader.get(ALL).await.ok();
    app.scoped("read_users").await.get(ALL).await.ok();
    reader.post(ALL, json!({"name": "a", "data_type": "string"})).await.refused(403, "forbidden");
    app.scoped("write_data_attributes").await.get(ALL).await.refused(403, "forbidden");
}

#[both]
async fn list_options_are_updated_one_by_one(app: TestApp) {
    let body = json!({"name": "level", "data_type": "list", "options": [{"label": "1"}, {"label": "2"}]});
    let (path, made) = create_attribute(&app, body).await;
    assert_eq!(labels(&made), [("1", false), ("2", false)]);
    let options = format!("{path}/options");
    let one = format!("{options}/{}", made["options"][0]["id"].as_str().unwrap());
    refused(&app.delete(&one).await, 422, "parameter_invalid", "A list attribute must have at least 2 active options");
    assert_eq!(
        labels(&app.post(&options, json!({"label": "High"})).await.ok()),
        [("1", false), ("2", false), ("High", false)]
    );
    assert_eq!(labels(&app.put(&one, json!({"label": "Renamed"})).await.ok())[0], ("Renamed", false));
    assert_eq!(labels(&app.delete(&one).await.ok())[0], ("Renamed", true));
    for (body, message) in [
        (json!({}), "label is required"),
        (json!({"label": 5}), "label must be a string"),
        (json!({"label": "x", "archived": true}), "only 'label' is accepted"),
        (json!({"label": "High"}), "label 'High' is already taken"),
    ] {
        refused(&app.post(&options, body.clone()).await, 422, "parameter_invalid", message);
        refused(&app.put(&one, body).await, 422, "parameter_invalid", message);
    }
    let unknown = format!("{options}/a1b2c3d4-e5f6-7890-abcd-ef1234567890");
    refused(
        &app.put(&unknown, json!({"label": "x"})).await,
        404,
        "conversation_attribute_not_found",
        "List option not found",
    );
    refused(&app.delete(&unknown).await, 404, "conversation_attribute_not_found", "List option not found");
    let text = app.post(ALL, json!({"name": "text", "data_type": "string"})).await.ok();
    let text = format!("{ALL}/{}/options", text["id"]);
    refused(
        &app.post(&text, json!({"label": "x"})).await,
        422,
        "parameter_invalid",
        "Options can only be managed on list attributes",
    );
    refused(
        &app.delete(&format!("{text}/x")).await,
        422,
        "parameter_invalid",
        "Options can only be managed on list attributes",
    );
}

#[both]
async fn older_versions_list_them_with_data_attributes(app: TestApp) {
    let body = json!({"name": "issue_type", "data_type": "list", "options": [{"label": "Billing"}, {"label": "Bug"}]});
    create_attribute(&app, body).await;
    // Their description knows the models contact and company only.
    let old = app.version("2.15").off_the_record();
    let all = old.get("/data_attributes?model=conversation").await.ok();
    assert_eq!(all["data"].as_array().unwrap().len(), 1);
    let one = &all["data"][0];
    assert_eq!(
        (&one["name"], &one["model"], &one["data_type"]),
        (&json!("issue_type"), &json!("conversation"), &json!("string"))
    );
    assert_eq!(one["options"], json!(["Billing", "Bug"]));
    let unnamed = app.version("2.15").get("/data_attributes").await.ok();
    assert!(!unnamed["data"].as_array().unwrap().contains(one), "they are listed only on request");
    let new = app.version("2.16").get("/data_attributes").await.ok();
    assert!(new["data"].as_array().unwrap().iter().all(|a| a["model"] != "conversation"));
    app.version("2.16").get("/data_attributes?model=conversation").await.refused(422, "parameter_invalid");
    app.version("2.15").get(ALL).await.refused(400, "intercom_version_invalid");
}

#[both]
async fn a_workspace_file_declares_them(app: TestApp) {
    let declare = |value: Value| {
        let (actor, declared) = (app.actor(), serde_json::from_value::<Declared>(value).unwrap());
        app.write(move |tx| conversation_attributes::declare(&mut Cx::new(tx, &actor), &declared))
    };
    let level = json!({"name": "level", "data_type": "list", "options": ["low", "high"], "description": "How bad"});
    assert!(declare(level.clone()).await);
    assert!(!declare(level).await, "twice changes nothing");
    assert!(declare(json!({"name": "level", "data_type": "list", "options": ["high", "top"]})).await);
    let all = app.get(ALL).await.ok();
    assert_eq!(labels(&all["data"][0]), [("low", true), ("high", false), ("top", false)]);
    assert!(declare(json!({"name": "level", "data_type": "list", "options": ["high", "top"], "archived": true})).await);
    assert_eq!(app.get(ALL).await.ok()["data"], json!([]));
}

#[both]
async fn conversations_have_values_by_name(app: TestApp) {
    let (path, _) = started(&app, "ada@a.test").await;
    let (list, _) = create_attribute(
        &app,
        json!({"name": "issue_type", "data_type": "list", "options": [{"label": "Billing"}, {"label": "Bug"}]}),
    )
    .await;
    for (name, kind) in [
        ("note", "string"),
        ("count", "integer"),
        ("rate", "decimal"),
        ("vip", "boolean"),
        ("due", "datetime"),
        ("file", "files"),
    ] {
        create_attribute(&app, json!({"name": name, "data_type": kind})).await;
    }
    // The description knows texts, whole numbers and lists only.
    let client = app.client().off_the_record();
    let values = json!({"issue_type": "Billing", "note": 5, "count": "7", "rate": 1.5, "vip": "true", "due": "2023-03-04T09:46:14Z"});
    let shown = client.put(&path, json!({"custom_attributes": values})).await.ok();
    let expected =
        json!({"issue_type": "Billing", "note": "5", "count": 7, "rate": 1.5, "vip": true, "due": 1_677_923_174});
    assert_eq!(shown["custom_attributes"], expected);
    assert_eq!(client.get(&path).await.ok()["custom_attributes"], expected);
    let written = parts(&shown);
    assert_eq!(written.len(), 6);
    assert!(
        written
            .iter()
            .all(|p| p["part_type"] == "conversation_attribute_updated_by_admin" && p["author"]["type"] == "bot")
    );
    assert_eq!(
        written[0]["event_details"],
        json!({"attribute": {"name": "issue_type"}, "value": {"name": "Billing", "previous": null}})
    );
    assert_eq!(written[0]["author"]["name"], "Operator");
    // The same again is no change; null clears.
    let changes = json!({"issue_type": "Bug", "note": "5", "count": null, "rate": null, "vip": null, "due": null});
    let shown = app.put(&path, json!({"custom_attributes": changes})).await.ok();
    assert_eq!(shown["custom_attributes"], json!({"issue_type": "Bug", "note": "5"}));
    assert_eq!(parts(&shown).len(), 11);
    assert_eq!(parts(&shown)[6]["event_details"]["value"], json!({"name": "Bug", "previous": "Billing"}));
    assert_eq!(parts(&shown)[7]["event_details"]["value"], json!({"name": "", "previous": "7"}));
    // A renamed attribute or option is shown by its new name, an archived attribute not at all.
    let option = app.get(&list).await.ok()["options"][1]["id"].as_str().unwrap().to_owned();
    app.put(&format!("{list}/options/{option}"), json!({"label": "Fault"})).await.ok();
    app.put(&list, json!({"name": "kind"})).await.ok();
    assert_eq!(app.get(&path).await.ok()["custom_attributes"]["kind"], "Fault");
    app.delete(&list).await.ok();
    assert_eq!(app.get(&path).await.ok()["custom_attributes"], json!({"note": "5"}));
    let refusals = [
        (json!({"nothing": 1}), "Conversation attribute 'nothing' does not exist"),
        (json!({"kind": "Bug"}), "Conversation attribute 'kind' does not exist"),
        (json!({"count": "many"}), "'many' is not a valid value for attribute 'count' of type 'integer'"),
        (
            json!({"due": "tomorrow"}),
            "'tomorrow' is not a valid value for attribute 'due' of type 'datetime': it must be a unix timestamp in seconds or an ISO 8601 time",
        ),
        (json!({"file": ["x"]}), "'[\"x\"]' is not a valid value for attribute 'file' of type 'files'"),
    ];
    for (values, message) in refusals {
        let answer = app.put(&path, json!({"custom_attributes": values, "title": "not kept"})).await;
        assert_eq!(answer.refused(400, "parameter_invalid"), message);
    }
    create_attribute(&app, json!({"name": "note", "data_type": "string"})).await;
    app.put(&path, json!({"custom_attributes": {"note": "x"}})).await.refused(400, "parameter_invalid");
    assert_eq!(app.get(&path).await.ok()["title"], Value::Null);
}

#[both]
async fn relationships_show_custom_objects(app: TestApp) {
    let actor = app.actor();
    let order =
        json!({"identifier": "Order", "name": "Order", "attributes": [{"name": "total", "data_type": "integer"}]});
    let order: custom_objects::Declared = serde_json::from_value(order).unwrap();
    app.write(move |tx| custom_objects::declare(&mut Cx::new(tx, &actor), &order)).await;
    let instance = app
        .post("/custom_object_instances/Order", json!({"external_id": "123", "custom_attributes": {"total": 5}}))
        .await
        .ok();
    let (path, _) = started(&app, "ada@a.test").await;
    let one =
        json!({"name": "order", "data_type": "relationship", "reference": {"type": "one", "object_type_id": "Order"}});
    let (attribute, _) = create_attribute(&app, one).await;
    create_attribute(
        &app,
        json!({"name": "lost", "data_type": "relationship", "reference": {"type": "one", "object_type_id": "Nothing"}}),
    )
    .await;
    let client = app.client();
    let shown = client.put(&path, json!({"custom_attributes": {"order": [instance["id"]]}})).await.ok();
    let list = &shown["custom_attributes"]["order"];
    assert_eq!((&list["type"], &list["instances"][0]["external_id"]), (&json!("Order.list"), &json!("123")));
    assert_eq!(parts(&shown).len(), 0);
    let number = path.rsplit('/').next().unwrap();
    let found = client.get(&format!("/custom_object_instances/Order?references_conversation_id={number}")).await.ok();
    assert_eq!(found["total_count"], 1);
    for (values, status) in [(json!({"order": ["77"]}), 422), (json!({"lost": ["77"]}), 422)] {
        client.put(&path, json!({"custom_attributes": values})).await.refused(status, "data_invalid");
    }
    assert_eq!(
        client.put(&path, json!({"custom_attributes": {"order": null}})).await.ok()["custom_attributes"],
        json!({})
    );
    client.put(&path, json!({"custom_attributes": {"order": instance["id"]}})).await.ok();
    client.delete(&attribute).await.ok();
    assert_eq!(client.get(&path).await.ok()["custom_attributes"], json!({}));
    client.delete(&path).await.ok();
    client.delete(&format!("/custom_object_instances/Order/{}", instance["id"].as_str().unwrap())).await.ok();
}

#[both]
async fn a_conversation_is_updated(app: TestApp) {
    let (path, _) = started(&app, "ada@a.test").await;
    let firm = company(&app, "acme").await;
    app.clock.advance(3);
    let body = json!({"read": true, "title": "new conversation title", "priority": "high", "admin_id": app.admin_id.number(), "company_id": firm});
    let shown = app.put(&format!("{path}?display_as=plaintext"), body.clone()).await.ok();
    assert_eq!((&shown["read"], &shown["title"], &shown["priority"]), (&json!(true), &body["title"], &json!("high")));
    assert_eq!((&shown["company"]["id"], &shown["updated_at"]), (&json!(firm), &json!(deskwire_testkit::NOW + 3)));
    assert_eq!(shown["source"]["body"], "Help!");
    assert_eq!(parts(&shown).len(), 1);
    assert_eq!(
        (&parts(&shown)[0]["part_type"], id(&parts(&shown)[0]["author"])),
        (&json!("priority_changed"), app.admin_id.to_string())
    );
    assert_eq!(parts(&shown)[0]["event_details"], json!({"current_priority": "high", "previous_priority": "none"}));
    for version in ["2.13", "2.16"] {
        assert_eq!(parts(&app.version(version).get(&path).await.ok())[0]["event_details"], Value::Null, "{version}");
    }
    let topics = app.topics().await;
    for topic in
        ["conversation.read", "conversation.company.updated", "conversation.priority.updated", "conversation.updated"]
    {
        assert_eq!(topics.iter().filter(|t| **t == topic).count(), 1, "{topic}");
    }
    // Sending the same body again adds no parts.
    let again = app.put(&path, body).await.ok();
    assert_eq!(parts(&again).len(), 1);
    assert_eq!(app.topics().await.len(), topics.len());
    let bare = app.put(&path, json!({"company_id": null, "priority": "none", "title": null})).await.ok();
    assert_eq!((&bare["company"], &bare["priority"], &bare["title"]), (&Value::Null, &json!("none"), &Value::Null));
    assert_eq!(parts(&bare)[1]["author"]["type"], "bot");
    app.put(&path, json!({"priority": "huge"})).await.refused(400, "parameter_invalid");
    app.put(&path, json!({"priority": "low", "admin_id": "1234"})).await.refused(404, "admin_not_found");
    app.put(&path, json!({"company_id": "5f4d3c1c"})).await.refused(404, "company_not_found");
    app.put(&path, json!({"read": "maybe"})).await.refused(400, "parameter_invalid");
    app.put("/conversations/123456789", json!({"read": true})).await.refused(404, "not_found");
    app.other_workspace().await.put(&path, json!({"read": true})).await.refused(404, "not_found");
    app.scoped("read_conversations").await.put(&path, json!({"read": true})).await.refused(401, "token_unauthorized");
}

#[both]
async fn every_version_updates_its_fields(app: TestApp) {
    let (path, _) = started(&app, "ada@a.test").await;
    create_attribute(&app, json!({"name": "issue_type", "data_type": "string"})).await;
    let firm = company(&app, "acme").await;
    for version in since(Version::V2_7) {
        let client = app.version(version);
        let body = json!({"read": true, "custom_attributes": {"issue_type": version}, "title": version, "company_id": firm, "priority": "high"});
        let shown = client.put(&path, body).await.ok();
        let parsed = Version::parse(version);
        // 2.11 shows them, 2.12 does not, and from 2.13 on they stay.
        let shows = parsed >= Some(Version::V2_13) || parsed == Some(Version::V2_11);
        assert_eq!(shown["custom_attributes"]["issue_type"] == version, shows, "{version}");
        assert_eq!(shown["title"] == version, parsed >= Some(Version::V2_13), "{version}");
    }
    for version in since(Version::V2_16) {
        let client = app.version(version);
        let one = client
            .post(ALL, json!({"name": "n", "data_type": "list", "options": [{"label": "a"}, {"label": "b"}]}))
            .await
            .ok();
        let path = format!("{ALL}/{}", one["id"]);
        let option = format!("{path}/options/{}", one["options"][0]["id"].as_str().unwrap());
        client.get(&path).await.ok();
        client.put(&path, json!({"name": "m"})).await.ok();
        client.post(&format!("{path}/options"), json!({"label": "c"})).await.ok();
        client.put(&option, json!({"label": "d"})).await.ok();
        client.delete(&option).await.ok();
        client.post(ALL, json!({"name": "r", "data_type": "relationship", "reference": {"type": "many", "object_type_id": "Order"}})).await.ok();
        client.get(ALL).await.ok();
        client.delete(&path).await.ok();
    }
}
