//! What 2.11 requires of answers: fields that its description has without null, and that other versions leave out.

use deskwire_testkit::{TestApp, Value, both, json};

use crate::conversations::started;
use crate::support::{company, id, user};
use crate::tickets::{state, ticket};

/// The value of a field of an answer in 2.11, and in the versions around it.
async fn field_in_versions(app: &TestApp, path: &str, field: &str) -> [Option<Value>; 3] {
    let mut all = Vec::new();
    for version in ["2.11", "2.12", "2.16"] {
        all.push(app.version(version).get(path).await.ok().pointer(field).cloned());
    }
    all.try_into().unwrap()
}

#[both]
async fn companies_and_their_segments_are_complete(app: TestApp) {
    let acme = company(&app, "acme").await;
    let ada = user(&app, "ada@acme.test").await;
    app.post(&format!("/contacts/{ada}/companies"), json!({"id": acme})).await.ok();
    let one = format!("/companies/{acme}");
    let lists =
        [one.clone(), "/companies".to_owned(), format!("/contacts/{ada}/companies"), "/companies/scroll".to_owned()];
    for (path, place) in lists.iter().zip(["", "/data/0", "/companies/0", "/data/0"]) {
        let answer = app.version("2.11").get(path).await.ok();
        let company = answer.pointer(place).or_else(|| answer.pointer("/data/0")).unwrap();
        let fields = ["website", "industry", "last_request_at", "size"].map(|field| company[field].clone());
        assert_eq!(fields, [json!(""), json!(""), json!(0), json!(0)], "{path}: {answer}");
    }
    for field in ["/website", "/industry", "/last_request_at", "/size"] {
        assert_eq!(field_in_versions(&app, &one, field).await[1..], [None, None], "{field}");
    }
    let filled = json!({"company_id": "acme", "website": "https://acme.test", "industry": "Tools", "size": 3, "update_last_request_at": true});
    app.post("/companies", filled).await.ok();
    let company = app.version("2.11").get(&one).await.ok();
    assert_eq!(
        (&company["website"], &company["industry"], &company["size"]),
        (&json!("https://acme.test"), &json!("Tools"), &json!(3))
    );
    assert!(company["last_request_at"].as_i64().unwrap() > 0);
    // A reference to a company is none.
    let contact = app.version("2.11").get(&format!("/contacts/{ada}")).await.ok();
    assert_eq!(
        contact["companies"]["data"][0],
        json!({"id": acme, "type": "company", "url": format!("/companies/{acme}")})
    );
    assert_eq!(field_in_versions(&app, &format!("{one}/segments"), "/total_count").await, [Some(json!(0)), None, None]);
}

#[both]
async fn tags_and_attributes_are_complete(app: TestApp) {
    app.post("/tags", json!({"name": "VIP"})).await.ok();
    for field in ["/data/0/applied_at", "/data/0/applied_by"] {
        assert_eq!(field_in_versions(&app, "/tags", field).await, [Some(Value::Null), None, None]);
    }
    app.post("/data_attributes", json!({"name": "score", "model": "contact", "data_type": "integer"})).await.ok();
    for (version, description) in [("2.11", Some(json!(""))), ("2.12", None)] {
        let all = app.version(version).get("/data_attributes?model=contact").await.ok();
        let score = all["data"].as_array().unwrap().iter().find(|a| a["name"] == "score").unwrap();
        assert_eq!(score.get("description").cloned(), description);
    }
}

#[both]
async fn messages_and_notes_are_complete(app: TestApp) {
    let ada = user(&app, "ada@acme.test").await;
    let inapp = json!({"message_type": "inapp", "body": "Hi", "from": {"type": "admin", "id": app.admin_id.number()}, "to": {"type": "user", "id": ada}});
    let user_message = json!({"body": "Hi", "from": {"type": "user", "id": ada}});
    for (version, nothing) in [("2.11", Some("")), ("2.10", None), ("2.12", None)] {
        let client = app.version(version);
        let sent = client.post("/messages", inapp.clone()).await.ok();
        assert_eq!([&sent["subject"], &sent["conversation_id"]].map(Value::as_str), [nothing; 2], "{version}");
        let sent = client.post("/messages", user_message.clone()).await.ok();
        assert_eq!(sent["subject"].as_str(), nothing, "{version}");
        assert!(sent["conversation_id"].is_string());
    }
    let at = format!("/contacts/{ada}/notes");
    let note = app.version("2.11").post(&at, json!({"body": "Call", "admin_id": app.admin_id.to_string()})).await.ok();
    let author =
        |note: &Value| ["job_title", "has_inbox_seat", "team_ids"].map(|field| note["author"].get(field).cloned());
    let admin = app.version("2.11").get(&format!("/admins/{}", app.admin_id)).await.ok();
    let whole = ["job_title", "has_inbox_seat", "team_ids"].map(|field| Some(admin[field].clone()));
    assert_eq!((author(&note), &whole[1]), (whole.clone(), &Some(json!(true))));
    // An author is a reference for callers who may not read admins.
    let at = format!("/notes/{}", id(&note));
    let reader = app.scoped("read_users").await;
    let neutral = [json!(""), json!(false), json!([])].map(Some);
    assert_eq!(author(&reader.clone().with_version("2.11").get(&at).await.ok()), neutral);
    assert_eq!(author(&reader.get(&at).await.ok()), [const { None }; 3]);
}

#[both]
async fn conversations_without_participants_have_empty_teammates(app: TestApp) {
    let (conversation, _) = started(&app, "ada@acme.test").await;
    let no_teammates = json!({"type": "admin.list", "teammates": [], "admins": []});
    let teammates = field_in_versions(&app, &conversation, "/teammates").await;
    assert_eq!(teammates, [Some(no_teammates), Some(Value::Null), Some(Value::Null)]);
}

#[both]
async fn ticket_type_attributes_are_where_the_description_has_them(app: TestApp) {
    let at = format!("/tickets/{}", id(&ticket(&app, "Customer").await));
    let attributes = "/ticket_type/ticket_type_attributes/ticket_type_attributes";
    let [described, newer, _] = field_in_versions(&app, &at, attributes).await;
    let [data, ..] = field_in_versions(&app, &at, "/ticket_type/ticket_type_attributes/data").await;
    assert_eq!((described.is_some(), newer), (true, None));
    assert_eq!(described, data);
}

#[both]
async fn ticket_parts_keep_their_ticket_state(app: TestApp) {
    let at = format!("/tickets/{}", id(&ticket(&app, "Customer").await));
    let say = async |words: &str| {
        let body = json!({"type": "admin", "admin_id": app.admin_id.number(), "message_type": "note", "body": words});
        app.version("2.11").post(&format!("{at}/reply"), body).await.ok();
    };
    say("one").await;
    app.put(&at, json!({"ticket_state_id": state(&app, "in_progress").await})).await.ok();
    say("two").await;
    app.put(&at, json!({"ticket_state_id": state(&app, "resolved").await})).await.ok();
    say("three").await;
    let shown = app.version("2.11").get(&at).await.ok();
    let parts = shown["ticket_parts"]["ticket_parts"].as_array().unwrap();
    assert!(parts.iter().all(|part| part.get("body").is_some()), "{parts:?}");
    let message = |words: &str| {
        let part = parts.iter().find(|part| part["body"].as_str().is_some_and(|body| body.contains(words)));
        part.unwrap()["ticket_state"].clone()
    };
    assert_eq!(["one", "two", "three"].map(message), ["submitted", "in_progress", "resolved"].map(Value::from));
    let newer = app.version("2.12").get(&at).await.ok();
    let notes =
        newer["ticket_parts"]["ticket_parts"].as_array().unwrap().iter().filter(|part| part["part_type"] == "note");
    assert_eq!(notes.filter(|part| part.get("ticket_state").is_none()).count(), 3);
}
