//! `/data_connectors`, and what comes of executing one.

use deskwire_domain::data_connectors::{self, ConnectorState, ExecutionSource, Start};
use deskwire_domain::ids::{ContactId, DataConnectorId};
use deskwire_domain::{Cx, times};
use deskwire_testkit::{Client, NOW, Received, Sink, SinkReply, TestApp, Value, both, json};

use crate::support::{id, lead, user};

const PATH: &str = "/data_connectors";
const DAY: i64 = 86_400;

async fn patch(client: &Client, path: &str, body: Value) -> deskwire_testkit::Answer {
    client.call("PATCH", path, Some(&body)).await
}

/// Creates a live connector with a name and these settings; returns its path.
async fn live(app: &TestApp, mut settings: Value) -> String {
    settings["name"] = json!("Orders");
    let path = format!("{PATH}/{}", id(&app.post(PATH, settings).await.with(201)));
    assert_eq!(patch(&app.client(), &path, json!({"state": "live"})).await.ok()["state"], "live");
    path
}

/// Executes a connector: the result, as the API shows it.
async fn executed(app: &TestApp, path: &str, inputs: Value, contact: Option<&str>) -> Value {
    let actor = app.actor();
    let start = Start {
        connector_id: DataConnectorId::parse(path.rsplit('/').next().unwrap()).unwrap(),
        state: ConnectorState::Live,
        inputs: inputs.as_object().unwrap().clone(),
        source_type: contact.map(|_| ExecutionSource::Workflow),
        source_id: None,
        conversation_id: None,
        contact_id: contact.and_then(ContactId::parse),
    };
    let id = app.write(move |tx| data_connectors::enqueue(&mut Cx::new(tx, &actor), start.clone())).await;
    app.run_jobs().await;
    app.get(&format!("{path}/execution_results/{id}")).await.ok()
}

/// The error of an execution.
fn failure(result: &Value) -> (&str, &str) {
    assert_eq!(result["success"], false);
    (result["error_type"].as_str().unwrap(), result["error_message"].as_str().unwrap())
}

#[both]
async fn connectors_are_drafts_until_they_are_set_live(app: TestApp) {
    let settings = json!({"name": " Get Order Status ", "description": "Looks it up", "http_method": "post",
        "url": "https://api.example.com/orders/{{order_id}}", "body": "{\"id\": \"{{order_id}}\"}",
        "audiences": ["visitors", "leads"], "headers": [{"name": "Authorization", "value": "Bearer secret-1"}],
        "data_inputs": [{"name": "order_id", "type": "string", "description": "The order", "required": true, "default_value": ""}],
        "customer_authentication": true, "bypass_authentication": false, "validate_missing_attributes": true});
    let made = app.post(PATH, settings).await.with(201);
    let (number, admin, at) = (id(&made), app.admin_id.to_string(), times::utc(NOW));
    assert_eq!(
        made,
        json!({"type": "data_connector", "id": number, "name": "Get Order Status", "description": "Looks it up",
            "state": "draft", "http_method": "post", "direct_fin_usage": false, "created_by_admin_id": admin,
            "updated_by_admin_id": admin, "created_at": at, "updated_at": at,
            "execution_results_url": format!("/data_connectors/{number}/execution_results"),
            "url": "https://api.example.com/orders/{{order_id}}", "body": "{\"id\": \"{{order_id}}\"}",
            "headers": [{"name": "Authorization", "value": "****"}], "audiences": ["leads", "visitors"],
            "execution_type": "server_side", "configuration_response_type": "test_response_type",
            "data_transformation_type": "full_access", "client_function_name": null,
            "client_function_timeout_ms": null, "data_inputs": [{"name": "order_id", "type": "string",
                "description": "The order", "required": true, "default_value": ""}],
            "response_fields": [], "object_mappings": [], "token_ids": [], "customer_authentication": true,
            "bypass_authentication": false, "validate_missing_attributes": true})
    );
    let path = format!("{PATH}/{number}");
    assert_eq!(app.get(&path).await.ok(), made, "without a live version, the draft is shown");
    let client = app.client();
    let live = patch(&client, &path, json!({"state": "live", "name": "Orders"})).await.ok();
    assert_eq!((&live["state"], &live["name"]), (&json!("live"), &json!("Orders")));
    assert_eq!(
        app.get(&format!("{path}?state_version=draft")).await.ok(),
        live,
        "without a draft, the live version is"
    );
    app.clock.advance(5);
    let draft = patch(&client, &path, json!({"description": null})).await.ok();
    assert_eq!((&draft["state"], &draft["description"]), (&json!("draft"), &Value::Null));
    assert_eq!(draft["updated_at"], times::utc(NOW + 5));
    assert_eq!(app.get(&path).await.ok(), live, "the live version does not change");
    assert_eq!(app.get(&format!("{path}?state_version=draft")).await.ok(), draft);
    let message = app.get(&format!("{path}?state_version=x")).await.refused(400, "parameter_invalid");
    assert_eq!(message, "Invalid state_version. Must be one of: live, draft");
    let published = patch(&client, &path, json!({"state": "live"})).await.ok();
    assert_eq!((&published["state"], &published["description"]), (&json!("live"), &Value::Null));
    let message = app.delete(&path).await.refused(409, "conflict");
    assert_eq!(message, "Data connector must be in draft state to be deleted");
    patch(&client, &path, json!({"direct_fin_usage": true, "state": "live"})).await.ok();
    let message = patch(&client, &path, json!({"state": "draft"})).await.refused(409, "data_connector_in_use");
    assert_eq!(message, "Data connector is in use by other resources and cannot be set to draft");
    let message = app.delete(&path).await.refused(409, "data_connector_in_use");
    assert_eq!(message, "Data connector is in use by other resources and cannot be deleted");
    let draft = patch(&client, &path, json!({"direct_fin_usage": false, "state": "draft"})).await.ok();
    assert_eq!(draft["state"], "draft");
    app.clock.advance(5);
    assert_eq!(patch(&client, &path, json!({"state": "draft"})).await.ok(), draft, "nothing changed");
    assert_eq!(app.delete(&path).await.ok(), json!({"id": number, "object": "data_connector", "deleted": true}));
    for answer in [app.get(&path).await, patch(&client, &path, json!({})).await, app.delete(&path).await] {
        assert_eq!(answer.refused(404, "data_connector_not_found"), "Data connector not found");
    }
}

#[both]
async fn connectors_are_listed_page_by_page(app: TestApp) {
    let mut ids = Vec::new();
    for name in ["a", "b", "c"] {
        ids.insert(0, id(&app.post(PATH, json!({"name": name})).await.with(201)));
    }
    for version in ["2.16", "Unstable"] {
        let client = app.version(version);
        let all = client.get(PATH).await.ok();
        assert_eq!(all["pages"], json!({"type": "pages", "per_page": 20, "next": null}));
        assert_eq!(all["data"].as_array().unwrap().iter().map(id).collect::<Vec<_>>(), ids);
        assert!(all["data"][0].get("headers").is_none());
        let first = client.get("/data_connectors?per_page=2").await.ok();
        let next = first["pages"]["next"]["starting_after"].as_str().unwrap();
        let second = client.get(&format!("/data_connectors?per_page=2&starting_after={next}")).await.ok();
        assert_eq!((id(&second["data"][0]), &second["pages"]["next"]), (ids[2].clone(), &Value::Null));
    }
    app.get("/data_connectors?starting_after=x").await.refused(400, "client_error");
    app.version("2.15").off_the_record().get(PATH).await.refused(400, "intercom_version_invalid");
    let reader = app.scoped("read_data_connectors").await;
    reader.get(PATH).await.ok();
    reader.post(PATH, json!({"name": "x"})).await.refused(403, "forbidden");
}

#[both]
async fn invalid_settings_are_rejected_and_change_nothing(app: TestApp) {
    for body in [json!({}), json!({"name": null}), json!({"name": " "})] {
        assert_eq!(app.post(PATH, body).await.refused(422, "parameter_not_found"), "Name is required");
    }
    let made = app.post(PATH, json!({"name": "x"})).await.with(201);
    let (path, client) = (format!("{PATH}/{}", id(&made)), app.client());
    let input = |name: &str, kind: &str, default: &str| json!([{"name": name, "type": kind, "default_value": default}]);
    let header = |name: &str, value: &str| json!([{"name": name, "value": value}]);
    let deep = (0..11).fold(json!(1), |inner, _| json!({"a": inner}));
    for (key, value, why) in [
        ("audiences", json!(["users", "all"]), "Invalid audiences. Must be a subset of: leads, users, visitors"),
        ("http_method", json!("head"), "Http Method isn't an option"),
        ("state", json!("gone"), "Invalid state. Must be one of: draft, live"),
        ("name", json!("x".repeat(256)), "Name is too long (maximum is 255 characters)"),
        ("name", json!(7), "name must be a string"),
        ("url", json!("ftp://a.test"), "url must be an absolute http or https URL"),
        ("url", json!("{{base}}/x"), "url must be an absolute http or https URL"),
        ("url", json!("https://exa mple.com/"), "url cannot have spaces or line breaks"),
        ("url", json!("https://a.test/a\tb"), "url cannot have spaces or line breaks"),
        ("url", json!("https://"), "url must have a valid host and port"),
        ("url", json!("https://a<b.test/"), "url must have a valid host and port"),
        ("url", json!("https://a.test:99999/{{b}}"), "url must have a valid host and port"),
        ("url", json!("https://a.test:0/"), "url must have a valid host and port"),
        ("url", json!("http://me:pw@a.test/"), "url cannot have a user or a password, which belong in a header"),
        ("url", json!("http://{{b}}@a.test/"), "url cannot have a user or a password, which belong in a header"),
        ("headers", json!("x"), "headers must be an array"),
        ("headers", json!(["x"]), "headers must be an array of objects"),
        ("headers", header("", "x"), "headers must have names of letters, digits and hyphens"),
        ("headers", header("Host", "x"), "headers cannot have Host, which the request sets itself"),
        ("headers", header("A", "x\r\nB: y"), "The value of A must be one line of at most 8192 bytes"),
        ("headers", header("A", "****"), "The value of A cannot be ****: there is none yet to keep"),
        ("headers", json!([{"name": "A", "value": "x"}, {"name": "a", "value": "y"}]), "headers has a twice"),
        ("headers", json!(vec![json!({"name": "A"}); 51]), "headers can have at most 50 entries"),
        (
            "data_inputs",
            input("a b", "string", ""),
            "data_inputs must have names of letters, digits, hyphens, dots and underscores",
        ),
        (
            "data_inputs",
            input("a", "text", ""),
            "The type of a data input must be one of: string, integer, decimal, boolean",
        ),
        ("data_inputs", input("a", "integer", "x"), "The default value of a must be of type integer"),
        ("data_inputs", json!([{"name": "a"}, {"name": "a"}]), "data_inputs has a twice"),
        ("data_inputs", json!(vec![json!({"name": "a"}); 51]), "data_inputs can have at most 50 entries"),
        ("mock_response", json!([1]), "mock_response must be an object"),
        ("mock_response", deep, "mock_response can be nested 10 levels deep"),
        ("token_ids", json!(["1234"]), "token_ids contains unknown token IDs: 1234"),
        ("direct_fin_usage", json!("maybe"), "direct_fin_usage must be a boolean"),
    ] {
        let answer = patch(&client, &path, json!({key: value})).await;
        if matches!(key, "url" | "headers") {
            assert_eq!(answer.body["errors"][0]["field"], key);
        }
        assert_eq!(answer.refused(422, "parameter_invalid"), why);
    }
    let message = patch(&client, &path, json!({"state": "live"})).await.refused(422, "parameter_invalid");
    assert_eq!(message, "A data connector needs a url to be live");
    let body = json!({"state": "live", "url": "https://a.test/{{b}}"});
    let message = patch(&client, &path, body).await.refused(422, "parameter_invalid");
    assert_eq!(message, "url names {{b}}, which is not a data input");
    assert_eq!(app.get(&path).await.ok(), made);
    let mocked =
        patch(&client, &path, json!({"mock_response": {"order": {"id": 12345, "status": "shipped"}}})).await.ok();
    assert_eq!(mocked["configuration_response_type"], "mock_response_type");
    assert_eq!(
        mocked["response_fields"],
        json!([{"path": "order.id", "type": "integer", "example_value": 12345, "redacted": false},
            {"path": "order.status", "type": "string", "example_value": "shipped", "redacted": false}])
    );
}

#[both]
async fn a_request_is_made_of_the_inputs_and_its_result_is_kept(app: TestApp) {
    let sink = Sink::start().await;
    sink.always(SinkReply::status(200).body("{\"status\": \"shipped\", \"echo\": \"tok-12345\", \"more\": 1}"));
    let inputs =
        json!([{"name": "order", "type": "string"}, {"name": "count", "type": "integer", "default_value": "3"}]);
    let path = live(
        &app,
        json!({"http_method": "patch", "url": sink.url("/orders/{{order}}?q={{ order }}"), "data_inputs": inputs,
            "body": "{\"order\": \"{{order}}\", \"count\": {{count}}}",
            "headers": [{"name": "Authorization", "value": "Bearer tok-12345"}, {"name": "X-Order", "value": "n-{{order}}"}],
            "mock_response": {"status": "x", "echo": "x"}}),
    )
    .await;
    let hooks = app.webhooks("all", "2.16", &["data_connector.execution.completed"]).await;
    let result = executed(&app, &path, json!({"order": "a/b \"c\""}), None).await;
    assert_eq!(
        result,
        json!({"type": "data_connector.execution", "id": result["id"], "data_connector_id": path.rsplit('/').next(),
            "success": true, "http_status": 200, "http_method": "patch", "error_type": null, "error_message": null,
            "execution_time_ms": result["execution_time_ms"], "source_type": null, "source_id": null,
            "conversation_id": null, "created_at": times::utc(NOW),
            "request_url": sink.url("/orders/a%2Fb%20%22c%22"),
            "request_body": "{\"order\": \"a/b \\\"c\\\"\", \"count\": 3}",
            "response_body": "{\"status\":\"shipped\",\"echo\":\"****\"}",
            "raw_response_body": "{\"status\": \"shipped\", \"echo\": \"****\", \"more\": 1}"})
    );
    let sent = sink.take().pop().unwrap();
    assert_eq!((&*sent.method, &*sent.path), ("PATCH", "/orders/a%2Fb%20%22c%22?q=a%2Fb%20%22c%22"));
    assert_eq!(sent.json(), json!({"order": "a/b \"c\"", "count": 3}));
    let headers = ["authorization", "x-order", "content-type"].map(|name| sent.header(name));
    assert_eq!(headers, [Some("Bearer tok-12345"), Some("n-a/b \"c\""), Some("application/json")]);
    app.run_jobs().await;
    let topic = "data_connector.execution.completed";
    let event = hooks.sink.take().iter().map(Received::json).find(|event| event["topic"] == topic).unwrap();
    let event = &event["data"]["item"];
    assert_eq!((&event["type"], &event["id"]), (&json!("data_connector.execution"), &result["id"]));
    assert_eq!(
        (&event["action_name"], &event["success"], &event["source_type"]),
        (&json!("Orders"), &json!(true), &json!("other"))
    );
    assert_eq!((&event["admin_id"], &event["app_id"]), (&json!(app.admin_id.to_string()), &json!(app.workspace_id)));
    // Sending back the headers of an answer does not change the secret.
    let shown = app.get(&path).await.ok()["headers"].clone();
    patch(&app.client(), &path, json!({"headers": shown, "state": "live"})).await.ok();
    executed(&app, &path, json!({"order": "1"}), None).await;
    assert_eq!(sink.take().pop().unwrap().header("authorization"), Some("Bearer tok-12345"));
    patch(&app.client(), &path, json!({"http_method": "get", "headers": [], "state": "live"})).await.ok();
    executed(&app, &path, json!({"order": "1"}), None).await;
    let sent = sink.take().pop().unwrap();
    assert_eq!((&*sent.method, sent.header("authorization"), sent.body.len()), ("GET", None, 0));
}

#[both]
async fn urls_and_headers_are_checked_when_they_are_set(app: TestApp) {
    let header = |name: &str, value: &str| json!({"name": name, "value": value});
    for (key, value) in [
        ("url", json!("http://me:pw@a.test/")),
        ("url", json!("https://exa mple.com/")),
        ("headers", json!([header("A", "****")])),
    ] {
        let answer = app.post(PATH, json!({"name": "x", key: value})).await;
        assert_eq!(answer.body["errors"][0]["field"], key);
        answer.refused(422, "parameter_invalid");
    }
    // Variables may stand in the host and the port.
    for url in [
        "http://{{host}}:{{port}}/{{ id }}?q={{ id }}",
        "https://{{a}}.{{b}}.{{c}}.{{d}}.{{e}}/",
        "https://api.{{domain}}:{{port}}/",
        "https://a.test:8443/@me?to=a@b.test",
        "https://[::1]/{",
    ] {
        assert_eq!(app.post(PATH, json!({"name": "x", "url": url})).await.with(201)["url"], url);
    }
    // The mask keeps the value of the header, whose name is case-insensitive.
    let made = app.post(PATH, json!({"name": "x", "headers": [header("A", "value-1")]})).await.with(201);
    let (path, client) = (format!("{PATH}/{}", id(&made)), app.client());
    let body = json!({"headers": [header("a", "****"), header("B", "****")]});
    let message = patch(&client, &path, body).await.refused(422, "parameter_invalid");
    assert_eq!(message, "The value of B cannot be ****: there is none yet to keep");
    let body = json!({"headers": [header("a", "****"), header("B", "value-2")]});
    let changed = patch(&client, &path, body).await.ok();
    assert_eq!(changed["headers"], json!([header("a", "****"), header("B", "****")]));
}

#[both]
async fn inputs_do_not_lead_out_of_the_path(app: TestApp) {
    let sink = Sink::start().await;
    let settings =
        |path: &str| json!({"url": sink.url(path), "data_inputs": [{"name": "a"}, {"name": "b", "default_value": ""}]});
    for (path, inputs, why) in [
        ("/api/users/{{a}}", json!({"a": ".."}), "a must not make .. a segment of the path"),
        ("/api/users/{{ a }}/x", json!({"a": "."}), "a must not make . a segment of the path"),
        ("/api/{{a}}{{b}}?x={{a}}", json!({"a": ".", "b": "."}), "a and b must not make .. a segment of the path"),
        ("/api/{{a}}{{a}}#x", json!({"a": "."}), "a must not make .. a segment of the path"),
        ("/api/.{{a}}/x", json!({"a": "."}), "a must not make .. a segment of the path"),
        ("/api/%2e{{a}}", json!({"a": "."}), "a must not make .. a segment of the path"),
        ("/api/{{b}}..", json!({}), "b must not make .. a segment of the path"),
        ("/api\\{{a}}\\x", json!({"a": ".."}), "a must not make .. a segment of the path"),
    ] {
        let connector = live(&app, settings(path)).await;
        let result = executed(&app, &connector, inputs, None).await;
        assert_eq!(failure(&result), ("request_validation_error", why), "{path}");
        assert_eq!(result["request_url"], Value::Null);
    }
    assert!(sink.take().is_empty(), "nothing was sent");
    let connector = live(&app, settings("/api/v1/../users/{{a}}/x{{b}}?at={{b}}#end")).await;
    let result = executed(&app, &connector, json!({"a": "...", "b": ".."}), None).await;
    assert_eq!(result["success"], true);
    assert_eq!(result["request_url"], sink.url("/api/users/%2E%2E%2E/x%2E%2E"), "as it was sent");
    assert_eq!(sink.take().pop().unwrap().path, "/api/users/%2E%2E%2E/x%2E%2E?at=%2E%2E");
    let connector = live(&app, json!({"url": "http://{{a}}.test/", "data_inputs": [{"name": "a"}]})).await;
    let result = executed(&app, &connector, json!({"a": "a/b"}), None).await;
    assert_eq!(failure(&result), ("request_configuration_error", "The URL is not valid"));
}

#[both]
async fn short_secrets_are_hidden_where_the_other_server_repeats_them(app: TestApp) {
    let sink = Sink::start().await;
    let body = r#"{"key": "short", "text": "no\nshort, shorter", "pin": "1234 0", "at": 12345, "id": "abc", "ok": true, "short": "x.tok1."}"#;
    sink.always(SinkReply::status(200).body(body));
    let path = live(
        &app,
        json!({"http_method": "post", "url": sink.url("/short"), "body": "\"short\"", "headers": [
            {"name": "X-Api-Key", "value": "short"}, {"name": "X-Pin", "value": "1234"},
            {"name": "Authorization", "value": "Bearer tok1"}, {"name": "X-Id", "value": "abc"},
            {"name": "X-Ok", "value": "true"}]}),
    )
    .await;
    let result = executed(&app, &path, json!({}), None).await;
    let kept = r#"{"key": "****", "text": "no\n****, shorter", "pin": "**** 0", "at": 12345, "id": "abc", "ok": true, "****": "x.****."}"#;
    assert_eq!(result["raw_response_body"], kept);
    let mapped: Value = serde_json::from_str(result["response_body"].as_str().unwrap()).unwrap();
    assert_eq!(mapped, serde_json::from_str::<Value>(kept).unwrap());
    assert_eq!(result["request_url"], sink.url("/short"));
    assert_eq!(result["request_body"], "\"short\"", "the body of the request is no secret");
}

#[both]
async fn failures_have_an_error_type(app: TestApp) {
    let sink = Sink::start().await;
    let inputs = json!([{"name": "n", "type": "integer", "required": true}]);
    let settings = json!({"url": sink.url("/x?key=k"), "data_inputs": inputs, "validate_missing_attributes": true,
        "audiences": ["users"], "customer_authentication": true});
    let path = live(&app, settings).await;
    let n = || json!({"n": 1});
    let (ada, lee) = (user(&app, "ada@acme.test").await, lead(&app).await);
    for (inputs, contact, kind, why) in [
        (json!({}), None, "request_validation_error", "n is required"),
        (json!({"n": "x"}), None, "request_validation_error", "n must be of type integer"),
        (json!({"n": [1]}), None, "request_validation_error", "n must be of type integer"),
        (json!({"m": 1}), None, "request_validation_error", "m is not a data input"),
        (n(), Some(&*lee), "request_validation_error", "The data connector is not available for leads"),
        (n(), Some(&*ada), "email_verification_error", "The email address of the contact is not verified"),
    ] {
        assert_eq!(failure(&executed(&app, &path, inputs, contact).await), (kind, why));
    }
    assert!(sink.take().is_empty(), "nothing was sent");
    for (reply, kind, why) in [
        (SinkReply::status(500).body("no"), "3rd_party_error", "The server answered with status 500"),
        (SinkReply::status(302).header("location", "/y"), "3rd_party_error", "The server answered with status 302"),
        (SinkReply::status(200).body("<p>"), "response_mapping_error", "The response is not JSON"),
        (
            SinkReply::status(200).body(vec![b' '; (1 << 20) + 1]),
            "faraday_error",
            "The response is larger than 1048576 bytes",
        ),
    ] {
        sink.next([reply]);
        let result = executed(&app, &path, n(), None).await;
        assert_eq!(failure(&result), (kind, why));
        assert_eq!(result["request_url"], sink.url("/x"), "without the query");
    }
    assert_eq!(executed(&app, &path, n(), None).await["success"], true, "a response may be empty");
    let client = app.client();
    for (url, kind, why) in [
        ("http://127.0.0.1:1/".to_owned(), "3rd_party_error", "The server cannot be reached"),
        (
            "http://10.0.0.1/".to_owned(),
            "request_configuration_error",
            "The URL is not valid, or leads to an address that is not public",
        ),
    ] {
        patch(&client, &path, json!({"url": url, "state": "live"})).await.ok();
        assert_eq!(failure(&executed(&app, &path, n(), None).await), (kind, why));
    }
}

#[both]
async fn results_are_listed_filtered_and_forgotten(app: TestApp) {
    let sink = Sink::start().await;
    let path = live(&app, json!({"url": sink.url("/")})).await;
    let other = live(&app, json!({"url": sink.url("/")})).await;
    executed(&app, &other, json!({}), None).await;
    let mut ids = Vec::new();
    for status in [200, 500, 200, 404] {
        sink.next([SinkReply::status(status)]);
        ids.insert(0, id(&executed(&app, &path, json!({}), None).await));
        app.clock.advance(60);
    }
    let results = format!("{path}/execution_results");
    let list = async |query: &str| {
        let list = app.get(&format!("{results}?{query}")).await.ok();
        list["data"].as_array().unwrap().iter().map(id).collect::<Vec<_>>()
    };
    let of = |which: &[usize]| which.iter().map(|at| ids[*at].clone()).collect::<Vec<_>>();
    assert_eq!(list("").await, ids);
    assert_eq!(list("success=true").await, of(&[1, 3]));
    assert_eq!(list("success=false").await, of(&[0, 2]));
    assert_eq!(list("error_type=3rd_party_error").await, of(&[0, 2]));
    assert!(list("error_type=faraday_error").await.is_empty());
    assert_eq!(list(&format!("start_ts={}&end_ts={}", NOW + 60, NOW + 120)).await, of(&[1, 2]));
    let first = app.get(&format!("{results}?per_page=3")).await.ok();
    let next = first["pages"]["next"]["starting_after"].as_str().unwrap();
    assert_eq!(list(&format!("per_page=3&starting_after={next}")).await, of(&[3]));
    assert!(first["data"][0].get("request_body").is_none());
    let with_bodies = app.version("2.16").get(&format!("{results}?include_bodies=true")).await.ok();
    assert_eq!(with_bodies["data"][0]["request_body"], "");
    for (query, why) in [
        ("start_ts=soon", "start_ts must be a Unix timestamp (integer)"),
        ("end_ts=1.5", "end_ts must be a Unix timestamp (integer)"),
        ("success=maybe", "Invalid success. Must be one of: true, false"),
    ] {
        assert_eq!(app.get(&format!("{results}?{query}")).await.refused(400, "parameter_invalid"), why);
    }
    let message = app.get(&format!("{results}?error_type=x")).await.refused(400, "parameter_invalid");
    assert!(
        message.starts_with("Invalid error_type. Must be one of: request_configuration_error, faraday_error, 3rd_")
    );
    let foreign = app.get(&format!("{other}/execution_results/{}", ids[0])).await;
    assert_eq!(foreign.refused(404, "execution_result_not_found"), "Execution result not found");
    app.get("/data_connectors/1/execution_results").await.refused(404, "data_connector_not_found");
    app.get(&format!("/data_connectors/1/execution_results/{}", ids[0])).await.refused(404, "data_connector_not_found");
    app.clock.advance(3600);
    assert!(list("").await.is_empty(), "only the last hour is listed");
    assert_eq!(list(&format!("start_ts={NOW}")).await, ids);
    app.clock.advance(31 * DAY);
    deskwire_worker::tidy(app.db()).await;
    assert!(list(&format!("start_ts={NOW}")).await.is_empty());
}
