//! `/custom_object_instances`

use std::collections::HashSet;

use deskwire_api::versions::Version;
use deskwire_testkit::{TestApp, Value, both, json};

use super::{ORDERS, declare, external_ids, order};
use crate::support::{id, since};

#[both]
async fn an_instance_is_made_found_changed_and_deleted_in_every_version(app: TestApp) {
    declare(&app).await;
    for version in since(Version::V2_13) {
        let client = app.version(version);
        let external_id = format!("o-{version}");
        let body = json!({
            "external_id": external_id, "external_created_at": 1_392_036_272, "external_updated_at": 1_392_036_273,
            "custom_attributes": {"order_number": "ORDER-12345", "total_amount": 99.99},
        });
        let made = client.post(ORDERS, body).await.ok();
        let expected = json!({
            "id": made["id"], "type": "Order", "custom_attributes": {"order_number": "ORDER-12345", "total_amount": 99.99},
            "external_id": external_id, "external_created_at": 1_392_036_272, "external_updated_at": 1_392_036_273,
            "created_at": made["created_at"], "updated_at": made["created_at"],
        });
        assert_eq!(made, expected, "{version}");
        let path = format!("{ORDERS}/{}", id(&made));
        let by_external_id = format!("{ORDERS}?external_id={external_id}");
        for path in [&path, &format!("{ORDERS}/{external_id}")] {
            assert_eq!(client.get(path).await.ok(), made, "{version} {path}");
        }
        // Since 2.16 the description's text says that this is one instance, and its schema that it is a list.
        let listed = ["2.16", "Unstable"].contains(&version);
        let asking = if listed { client.clone().off_the_record() } else { client.clone() };
        assert_eq!(asking.get(&by_external_id).await.ok(), made, "{version}");
        app.clock.advance(5);
        let changed = client.post(ORDERS, json!({
            "external_id": external_id, "external_updated_at": null, "custom_attributes": {"total_amount": 5, "items": "7", "order_number": null},
        })).await.ok();
        assert_eq!(changed["id"], made["id"]);
        assert_eq!(changed["custom_attributes"], json!({"total_amount": 5, "items": 7}));
        assert_eq!(changed["external_created_at"], 1_392_036_272);
        assert_eq!(changed["external_updated_at"], Value::Null);
        assert_eq!(changed["created_at"], made["created_at"]);
        assert_eq!(changed["updated_at"].as_i64().unwrap(), made["updated_at"].as_i64().unwrap() + 5);
        let deleted = client.delete(&path).await.ok();
        assert_eq!(deleted, json!({"id": made["id"], "object": "Order", "deleted": true}));
        for path in [&path, &by_external_id] {
            assert_eq!(client.get(path).await.refused(404, "not_found"), "Custom object instance not found");
            assert_eq!(client.delete(path).await.refused(404, "not_found"), "Custom object instance not found");
        }
        let again = order(&client, &external_id, json!({})).await;
        assert_ne!(again["id"], made["id"]);
        assert_eq!(client.delete(&by_external_id).await.ok()["id"], again["id"]);
    }
    // By path only our id deletes, as described.
    order(&app.client(), "keep", json!({})).await;
    app.delete(&format!("{ORDERS}/keep")).await.refused(404, "not_found");
}

#[both]
async fn instance_lists_exist_since_2_16(app: TestApp) {
    declare(&app).await;
    for n in 0..7 {
        order(&app.client(), &format!("o{n}"), json!({"items": n})).await;
    }
    for version in since(Version::V2_13) {
        let client = app.version(version);
        if !["2.16", "Unstable"].contains(&version) {
            assert_eq!(
                client.get(ORDERS).await.refused(400, "parameter_not_found"),
                "external_id is required",
                "{version}"
            );
            continue;
        }
        let list = client.get(&format!("{ORDERS}?per_page=3")).await.ok();
        assert_eq!(external_ids(&list), ["o6", "o5", "o4"]);
        assert_eq!((&list["type"], &list["total_count"]), (&json!("list"), &json!(7)));
        let next = format!("http://deskwire.test{ORDERS}?per_page=3&page=2");
        assert_eq!(list["pages"], json!({"type": "pages", "next": next, "page": 1, "per_page": 3, "total_pages": 3}));
        // A change moves nothing, and going through the pages meets each once.
        order(&client, "o4", json!({"items": 99})).await;
        let mut seen = Vec::new();
        for page in 1..=4 {
            let list = client.get(&format!("{ORDERS}?per_page=3&page={page}")).await.ok();
            seen.extend(external_ids(&list).into_iter().map(str::to_owned));
            assert_eq!(list["pages"]["next"].is_null(), page >= 3);
        }
        assert_eq!(seen, ["o6", "o5", "o4", "o3", "o2", "o1", "o0"]);
        let all = client.get(ORDERS).await.ok();
        assert_eq!((&all["pages"]["per_page"], &all["pages"]["next"]), (&json!(20), &Value::Null));
        assert_eq!(client.get(&format!("{ORDERS}?per_page=1000")).await.ok()["pages"]["per_page"], 150);
        for bad in ["page=0", "per_page=-1", "page=x"] {
            client.get(&format!("{ORDERS}?{bad}")).await.refused(400, "parameter_invalid");
        }
        assert_eq!(client.get("/custom_object_instances/Nothing").await.ok()["data"], json!([]));
    }
}

#[both]
async fn values_are_typed(app: TestApp) {
    declare(&app).await;
    let client = app.client();
    let cases = [
        ("order_number", json!("A"), json!("A")),
        ("order_number", json!(12), json!("12")),
        ("total_amount", json!("1.5"), json!(1.5)),
        ("items", json!(3), json!(3)),
        ("paid", json!("true"), json!(true)),
        ("due_at", json!(1_700_000_000), json!(1_700_000_000)),
        ("due_at", json!("2023-03-04T09:46:14Z"), json!(1_677_923_174)),
        ("due_at", json!("2023-03-04T10:46:14+01:00"), json!(1_677_923_174)),
        ("status", json!("shipped"), json!("shipped")),
    ];
    for (name, given, kept) in cases {
        let made = order(&client, "typed", json!({name: given})).await;
        assert_eq!(made["custom_attributes"][name], kept, "{name} {given}");
    }
    let wrong = [
        ("order_number", json!({"a": 1}), "Custom attribute 'order_number' must be of type string"),
        ("order_number", json!("x".repeat(10_001)), "Custom attribute 'order_number' is too long"),
        ("total_amount", json!("much"), "Custom attribute 'total_amount' must be of type float"),
        ("items", json!(1.5), "Custom attribute 'items' must be of type integer"),
        ("items", json!([1]), "Custom attribute 'items' must be of type integer"),
        ("paid", json!("yes"), "Custom attribute 'paid' must be of type boolean"),
        (
            "due_at",
            json!("tomorrow"),
            "Custom attribute 'due_at' must be of type datetime: a unix timestamp in seconds or an ISO 8601 time",
        ),
        ("status", json!("lost"), "Custom attribute 'status' must be one of: open, shipped"),
        ("status", json!(5), "Custom attribute 'status' must be one of: open, shipped"),
        ("Order_number", json!("A"), "Custom attribute 'Order_number' does not exist"),
        ("parcel", json!(["1"]), "Custom attribute 'parcel' does not exist"),
    ];
    for (name, given, message) in wrong {
        let answer = client.post(ORDERS, json!({"external_id": "wrong", "custom_attributes": {name: given}})).await;
        assert_eq!(answer.body["errors"][0]["field"], "custom_attributes");
        assert_eq!(answer.refused(400, "parameter_invalid"), message);
    }
    client.get(&format!("{ORDERS}?external_id=wrong")).await.refused(404, "not_found");
}

#[both]
async fn unknown_and_missing_fields_are_rejected_by_name(app: TestApp) {
    declare(&app).await;
    let client = app.client();
    for path in ["Toy", "order", "Toy/1", "Toy?external_id=1"] {
        let name = path.split(['/', '?']).next().unwrap();
        let message = format!("Custom object type `{name}` not found");
        for method in ["GET", "POST", "DELETE"] {
            if method == "POST" && path.contains('/') {
                continue;
            }
            let answer = client.call(method, &format!("/custom_object_instances/{path}"), None).await;
            assert_eq!(answer.refused(404, "not_found"), message);
        }
    }
    for body in [json!({}), json!({"external_id": ""}), json!({"external_id": null})] {
        assert_eq!(client.post(ORDERS, body).await.refused(400, "parameter_not_found"), "external_id is required");
    }
    assert_eq!(client.delete(ORDERS).await.refused(400, "parameter_not_found"), "external_id is required");
    for (key, value) in
        [("external_id", json!(true)), ("external_created_at", json!("soon")), ("custom_attributes", json!([]))]
    {
        let answer = client.post(ORDERS, json!({"external_id": "x", key: value})).await;
        assert_eq!(answer.body["errors"][0]["field"], key);
        answer.refused(400, "parameter_invalid");
    }
    assert_eq!(client.post(ORDERS, json!({"external_id": 12})).await.ok()["external_id"], "12");
    assert_eq!(client.get(ORDERS).await.ok()["total_count"], 1);
}

#[both]
async fn reading_and_writing_need_their_scopes(app: TestApp) {
    declare(&app).await;
    let reader = app.scoped("read_custom_objects").await;
    let writer = app.scoped("read_write_custom_objects").await;
    let made = order(&writer, "o", json!({})).await;
    assert_eq!(reader.get(&format!("{ORDERS}/o")).await.ok(), made);
    assert_eq!(writer.get(&format!("{ORDERS}/o")).await.ok(), made);
    reader.post(ORDERS, json!({"external_id": "p"})).await.refused(401, "token_unauthorized");
    reader.delete(&format!("{ORDERS}?external_id=o")).await.refused(401, "token_unauthorized");
    app.scoped("read_users").await.get(ORDERS).await.refused(401, "token_unauthorized");
}

#[both]
async fn concurrent_writes_make_one_instance(app: TestApp) {
    declare(&app).await;
    let writes = (0..12).map(|n| {
        let client = app.client();
        tokio::spawn(async move {
            let name = ["items", "total_amount", "order_number"][n % 3];
            id(&order(&client, "same", json!({name: n})).await)
        })
    });
    let mut ids = HashSet::new();
    for write in writes.collect::<Vec<_>>() {
        ids.insert(write.await.unwrap());
    }
    assert_eq!(ids.len(), 1);
    let list = app.get(ORDERS).await.ok();
    assert_eq!(list["total_count"], 1);
    // Each of them changed what it named, and no more.
    assert_eq!(list["data"][0]["custom_attributes"].as_object().unwrap().len(), 3);
}
