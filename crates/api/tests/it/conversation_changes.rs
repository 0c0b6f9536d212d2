//! Changes of conversations other than messages: tags, participants, redaction, merging, deletion.

use deskwire_api::versions::Version;
use deskwire_testkit::{NOW, TestApp, Value, both, json};

use crate::conversations::{parts, started};
use crate::support::{id, lead, since, unknown_contact, user};

/// The number in a conversation's path.
fn number(path: &str) -> String {
    path.rsplit('/').next().unwrap().to_owned()
}

async fn tag(app: &TestApp, name: &str) -> String {
    id(&app.post("/tags", json!({"name": name})).await.ok())
}

/// Turns a conversation into a ticket, straight in the table.
async fn made_ticket(app: &TestApp, path: &str) {
    let (workspace, id): (_, i64) = (app.workspace_id.clone(), number(path).parse().unwrap());
    let sql =
        "UPDATE conversations SET is_ticket = TRUE, ticket_category = 'Customer' WHERE workspace_id = $1 AND id = $2";
    app.write(move |tx| Ok(tx.execute(sql, &[(&*workspace).into(), id.into()])?)).await;
}

fn kinds(conversation: &Value) -> Vec<&str> {
    parts(conversation).iter().map(|p| p["part_type"].as_str().unwrap()).collect()
}

#[both]
async fn conversations_are_tagged(app: TestApp) {
    let (path, user) = started(&app, "ada@a.test").await;
    let (first, second) = (tag(&app, "First").await, tag(&app, "Second").await);
    let admin = app.admin_id.to_string();
    let tagged = app.post(&format!("{path}/tags"), json!({"id": first, "admin_id": app.admin_id.number()})).await.ok();
    let applied_by = json!({"type": "admin", "id": admin});
    let expected = json!({"type": "tag", "id": first, "name": "First", "applied_at": NOW, "applied_by": applied_by});
    assert_eq!(tagged, expected);
    assert_eq!(app.topics().await.last().unwrap(), "conversation_part.tag.created");
    let replied = app
        .post(
            &format!("{path}/reply"),
            json!({"type": "user", "intercom_user_id": user, "message_type": "comment", "body": "More"}),
        )
        .await
        .ok();
    let comment = id(parts(&replied).last().unwrap());
    app.clock.advance(5);
    app.post(&format!("{path}/tags"), json!({"id": second, "admin_id": admin})).await.ok();
    // Again is no change.
    let events = app.topics().await.len();
    assert_eq!(app.post(&format!("{path}/tags"), json!({"id": first, "admin_id": admin})).await.ok(), expected);
    assert_eq!(app.topics().await.len(), events);
    let shown = app.get(&path).await.ok();
    assert_eq!(shown["tags"]["tags"][0], expected);
    assert_eq!(shown["updated_at"], NOW + 5);
    assert_eq!(kinds(&shown), ["conversation_tags_updated", "comment", "conversation_tags_updated"]);
    assert_eq!(parts(&shown)[2]["event_details"], json!({"tags_added": ["Second"], "tags_removed": []}));
    let of_comment = parts(&shown).iter().find(|p| p["id"] == *comment).unwrap();
    assert_eq!(of_comment["tags"], json!([{"type": "tag", "id": second, "name": "Second"}]));
    let removed =
        app.client().call("DELETE", &format!("{path}/tags/{first}"), Some(&json!({"admin_id": admin}))).await.ok();
    assert_eq!(removed, expected);
    // A tag that is deleted is off every conversation.
    app.delete(&format!("/tags/{second}")).await.ok();
    let shown = app.get(&path).await.ok();
    assert_eq!(shown["tags"]["tags"], json!([]));
    assert_eq!(parts(&shown)[3]["event_details"], json!({"tags_added": [], "tags_removed": ["First"]}));
}

#[both]
async fn tagging_errors_are_named(app: TestApp) {
    let (path, _) = started(&app, "ada@a.test").await;
    let tag = tag(&app, "First").await;
    let (tags, admin) = (format!("{path}/tags"), app.admin_id.to_string());
    let body = json!({"id": tag, "admin_id": admin});
    let unknown = "/conversations/123456789/tags";
    assert_eq!(app.post(unknown, body.clone()).await.refused(404, "not_found"), "Conversation not found");
    app.post(&tags, json!({"id": "123", "admin_id": admin})).await.refused(404, "not_found");
    app.post(&tags, json!({"admin_id": admin})).await.refused(400, "parameter_not_found");
    app.post(&tags, json!({"id": tag})).await.refused(400, "parameter_not_found");
    app.post(&tags, json!({"id": tag, "admin_id": "123"})).await.refused(404, "admin_not_found");
    let off = |path: String| {
        let client = app.client();
        let admin = admin.clone();
        async move { client.call("DELETE", &path, Some(&json!({"admin_id": admin}))).await }
    };
    assert_eq!(off(format!("{unknown}/{tag}")).await.refused(404, "not_found"), "Conversation not found");
    assert_eq!(off(format!("{tags}/{tag}")).await.refused(404, "tag_not_found"), "Tag not found");
    off(format!("{tags}/no_id")).await.refused(404, "tag_not_found");
    app.delete(&format!("{tags}/{tag}")).await.refused(400, "parameter_not_found");
    app.other_workspace().await.post(&tags, body.clone()).await.refused(404, "not_found");
    app.scoped("write_conversations").await.post(&tags, body).await.refused(401, "token_unauthorized");
}

#[both]
async fn participants_are_attached_and_detached(app: TestApp) {
    let (path, first) = started(&app, "ada@a.test").await;
    let second = user(&app, "bob@a.test").await;
    let (customers, admin) = (format!("{path}/customers"), app.admin_id.to_string());
    let shown = app.post(&customers, json!({"admin_id": admin, "customer": {"intercom_user_id": second}})).await.ok();
    assert_eq!(shown["contacts"]["contacts"].as_array().unwrap().len(), 2);
    assert_eq!(kinds(&shown), ["participant_added"]);
    assert_eq!(app.topics().await.last().unwrap(), "conversation.contact.attached");
    // Adding an existing participant changes nothing and adds no part.
    let again = app.post(&customers, json!({"admin_id": admin, "customer": {"user_id": "bob"}})).await.ok();
    assert_eq!(kinds(&again).len(), 1);
    // A contact adds an unknown address, which becomes a lead.
    let shown = app
        .post(&customers, json!({"customer": {"email": "New@a.test", "customer": {"intercom_user_id": first}}}))
        .await
        .ok();
    assert_eq!(parts(&shown)[1]["author"]["id"], json!(first));
    // Old client libraries name that contact beside the customer.
    let again = json!({"intercom_user_id": first, "customer": {"user_id": "bob"}});
    assert_eq!(app.post(&customers, again).await.ok()["contacts"]["contacts"].as_array().unwrap().len(), 3);
    let new = shown["contacts"]["contacts"][2]["id"].as_str().unwrap();
    assert_eq!(app.get(&format!("/contacts/{new}")).await.ok()["role"], "lead");
    let out = |contact: String, body: Value| {
        let (client, path) = (app.client(), format!("{customers}/{contact}"));
        async move { client.call("DELETE", &path, Some(&body)).await }
    };
    let by = json!({"admin_id": app.admin_id.number()});
    let shown = out(new.to_owned(), by.clone()).await.ok();
    assert_eq!((shown["contacts"]["contacts"].as_array().unwrap().len(), kinds(&shown)[2]), (2, "participant_removed"));
    assert_eq!(app.topics().await.last().unwrap(), "conversation.contact.detached");
    out(second, by.clone()).await.ok();
    assert_eq!(
        out(first.clone(), by.clone()).await.refused(422, "parameter_invalid"),
        "Removing the last customer is not allowed"
    );
    assert_eq!(out(unknown_contact(), by.clone()).await.refused(404, "not_found"), "User Not Found");
    out(first.clone(), json!({})).await.refused(400, "parameter_not_found");
    app.post(&customers, json!({"admin_id": admin, "customer": {"intercom_user_id": unknown_contact()}}))
        .await
        .refused(404, "not_found");
    app.post(&customers, json!({"customer": {"intercom_user_id": first}})).await.refused(400, "parameter_not_found");
    app.post(&customers, json!({"admin_id": admin})).await.refused(400, "parameter_not_found");
    app.post("/conversations/1/customers", json!({"admin_id": admin, "customer": {"intercom_user_id": first}}))
        .await
        .refused(404, "not_found");
    app.other_workspace()
        .await
        .post(&customers, json!({"admin_id": admin, "customer": {"email": "x@a.test"}}))
        .await
        .refused(404, "not_found");
}

#[both]
async fn parts_are_redacted_once(app: TestApp) {
    let (path, user) = started(&app, "ada@a.test").await;
    let admin = app.admin_id.to_string();
    let body = json!({"type": "admin", "admin_id": admin, "message_type": "comment", "body": "The password is 1234", "attachment_urls": ["https://a.test/secret.png"]});
    let replied = app.post(&format!("{path}/reply"), body).await.ok();
    let part = id(&parts(&replied)[0]);
    assert_eq!(parts(&replied)[0]["attachments"].as_array().unwrap().len(), 1);
    app.clock.advance(4);
    let redact = json!({"type": "conversation_part", "conversation_id": number(&path), "conversation_part_id": part.parse::<i64>().unwrap()});
    let shown = app.post("/conversations/redact", redact.clone()).await.ok();
    let deleted = &parts(&shown)[0];
    assert_eq!(
        (&deleted["body"], &deleted["redacted"], &deleted["attachments"]),
        (&json!("<p><i>This message was deleted</i></p>"), &json!(true), &json!([]))
    );
    assert_eq!((&deleted["updated_at"], &shown["updated_at"]), (&json!(NOW + 4), &json!(NOW + 4)));
    assert_eq!(app.topics().await.last().unwrap(), "conversation_part.redacted");
    app.post("/conversations/redact", redact).await.refused(400, "conversation_part_not_redactable");
    let source = json!({"type": "source", "conversation_id": number(&path), "source_id": shown["source"]["id"]});
    let search = json!({"query": {"field": "source.body", "operator": "~", "value": "Help!"}});
    assert_eq!(app.post("/conversations/search", search.clone()).await.ok()["total_count"], 1);
    let shown = app.post("/conversations/redact", source.clone()).await.ok();
    assert_eq!(
        (&shown["source"]["body"], &shown["source"]["redacted"]),
        (&json!("<p><i>This message was deleted</i></p>"), &json!(true))
    );
    assert_eq!(app.post("/conversations/search", search).await.ok()["total_count"], 0);
    app.post("/conversations/redact", source).await.refused(400, "conversation_part_not_redactable");
    let closed = app
        .post(&format!("{path}/parts"), json!({"message_type": "close", "type": "admin", "admin_id": admin}))
        .await
        .ok();
    let wordless = id(&parts(&closed)[1]);
    let bad = json!({"type": "conversation_part", "conversation_id": number(&path), "conversation_part_id": wordless});
    app.post("/conversations/redact", bad).await.refused(400, "conversation_part_not_redactable");
    for body in [
        json!({"type": "conversation_part", "conversation_id": "really_123_doesnt_exist", "conversation_part_id": "really_123_doesnt_exist"}),
        json!({"type": "conversation_part", "conversation_id": number(&path), "conversation_part_id": "77"}),
        json!({"type": "source", "conversation_id": number(&path), "source_id": "77"}),
    ] {
        let message =
            app.post("/conversations/redact", body).await.refused(404, "conversation_part_or_message_not_found");
        assert_eq!(message, "Conversation part or message not found");
    }
    app.post("/conversations/redact", json!({"type": "note", "conversation_id": "1"}))
        .await
        .refused(400, "parameter_invalid");
    app.post("/conversations/redact", json!({"type": "source"})).await.refused(400, "parameter_not_found");
    let other = json!({"type": "source", "conversation_id": number(&path), "source_id": shown["source"]["id"]});
    app.other_workspace()
        .await
        .post("/conversations/redact", other)
        .await
        .refused(404, "conversation_part_or_message_not_found");
    assert!(app.get(&format!("/contacts/{user}")).await.ok().is_object());
}

#[both]
async fn conversations_are_merged(app: TestApp) {
    let (first, ada) = started(&app, "ada@a.test").await;
    let (second, bob) = started(&app, "bob@a.test").await;
    let into = json!({"merge_into_conversation_id": number(&first).parse::<i64>().unwrap()});
    let shown = app.post(&format!("{second}/merge"), into.clone()).await.ok();
    assert_eq!((id(&shown), kinds(&shown)), (number(&first), vec!["merged_primary_conversation"]));
    assert_eq!(parts(&shown)[0]["author"]["type"], "bot");
    let mut contacts: Vec<_> = shown["contacts"]["contacts"].as_array().unwrap().iter().map(id).collect();
    let mut expected = vec![ada, bob];
    contacts.sort();
    expected.sort();
    assert_eq!(contacts, expected);
    let secondary = app.get(&second).await.ok();
    assert_eq!(
        (&secondary["state"], kinds(&secondary)),
        (&json!("closed"), vec!["merged_secondary_conversation", "close"])
    );
    assert_eq!(
        app.post(&format!("{second}/merge"), into.clone()).await.refused(422, "merge_failed"),
        "Secondary conversation has already been merged"
    );
    assert_eq!(
        app.post(&format!("{first}/merge"), into.clone()).await.refused(422, "merge_failed"),
        "Cannot merge a conversation into itself"
    );
    assert_eq!(
        app.post(&format!("{first}/merge"), json!({"merge_into_conversation_id": 77}))
            .await
            .refused(422, "merge_failed"),
        "Primary conversation not found"
    );
    let message = "merge_into_conversation_id must be a valid integer conversation ID";
    for bad in [json!({}), json!({"merge_into_conversation_id": "x"}), json!({"merge_into_conversation_id": [1]})] {
        assert_eq!(app.post(&format!("{first}/merge"), bad).await.refused(400, "parameter_invalid"), message);
    }
    app.post("/conversations/77/merge", into.clone()).await.refused(404, "not_found");
    app.other_workspace().await.post(&format!("{second}/merge"), into.clone()).await.refused(404, "not_found");
    let (third, _) = started(&app, "eve@a.test").await;
    made_ticket(&app, &third).await;
    app.scoped("write_conversations")
        .await
        .post(&format!("{third}/merge"), into.clone())
        .await
        .refused(404, "not_found");
    let reader = app.scoped("write_conversations read_tickets").await;
    assert_eq!(
        reader.post(&format!("{third}/merge"), into.clone()).await.refused(403, "forbidden"),
        "Forbidden request"
    );
    app.post(&format!("{third}/merge"), into).await.ok();
}

#[both]
async fn deleted_conversations_are_not_found(app: TestApp) {
    let (path, user) = started(&app, "ada@a.test").await;
    let (other, _) = started(&app, "bob@a.test").await;
    app.clock.advance(1);
    app.post(&format!("{path}/tags"), json!({"id": tag(&app, "t").await, "admin_id": app.admin_id.number()}))
        .await
        .ok();
    let deleted = json!({"id": number(&path), "object": "conversation", "deleted": true});
    let writer = app.scoped("write_conversations").await;
    let message = writer.delete(&format!("{path}?retain_metrics=false")).await.refused(403, "forbidden");
    assert_eq!(
        message,
        "You do not have the required scope (delete_conversations_and_metrics) to access this resource"
    );
    writer.delete(&format!("{path}?retain_metrics=perhaps")).await.refused(400, "parameter_invalid");
    assert_eq!(writer.delete(&path).await.ok(), deleted);
    assert_eq!(app.topics().await.last().unwrap(), "conversation.deleted");
    for answer in [
        app.get(&path).await,
        app.put(&path, json!({"read": true})).await,
        app.delete(&path).await,
        app.get(&format!("{path}/handling_events")).await,
    ] {
        answer.refused(404, "not_found");
    }
    app.post(
        "/conversations/last/reply",
        json!({"type": "user", "intercom_user_id": user, "message_type": "comment", "body": "x"}),
    )
    .await
    .refused(404, "not_found");
    assert_eq!(app.get("/conversations").await.ok()["total_count"], 1);
    let search = json!({"query": {"field": "source.body", "operator": "~", "value": "Help!"}});
    assert_eq!(app.post("/conversations/search", search).await.ok()["total_count"], 1);
    app.clock.advance(1);
    app.delete(&format!("{other}?retain_metrics=false")).await.ok();
    let list = app.get("/conversations/deleted?per_page=1").await.ok();
    assert_eq!(
        (&list["type"], &list["total_count"], &list["pages"]["total_pages"]),
        (&json!("conversations.list"), &json!(2), &json!(2))
    );
    assert_eq!(
        list["conversations"],
        json!([{"type": "conversation", "id": number(&other), "metrics_retained": false, "deleted_at": NOW + 2}])
    );
    let next = list["pages"]["next"].as_str().unwrap().split_once("deskwire.test").unwrap().1.to_owned();
    assert_eq!(
        app.get(&next).await.ok()["conversations"],
        json!([{"type": "conversation", "id": number(&path), "metrics_retained": true, "deleted_at": NOW + 1}])
    );
    assert_eq!(id(&app.get("/conversations/deleted?order=asc").await.ok()["conversations"][0]), number(&path));
    app.get("/conversations/deleted?order=up").await.refused(400, "parameter_invalid");
    assert_eq!(app.other_workspace().await.get("/conversations/deleted").await.ok()["total_count"], 0);
    app.version("2.15").get("/conversations/deleted").await.refused(400, "intercom_version_invalid");
    // Versions that cannot say so keep the statistics.
    let (third, _) = started(&app, "eve@a.test").await;
    app.version("2.13").delete(&format!("{third}?retain_metrics=false")).await.ok();
    assert_eq!(app.get("/conversations/deleted?per_page=1").await.ok()["conversations"][0]["metrics_retained"], true);
}

#[both]
async fn ticket_topics_need_their_own_scope(app: TestApp) {
    let (path, user) = started(&app, "ada@a.test").await;
    made_ticket(&app, &path).await;
    let (client, admin) = (app.scoped("write_conversations write_tags").await, app.admin_id.to_string());
    client.get(&path).await.refused(404, "not_found");
    client.put(&path, json!({"read": true})).await.refused(404, "not_found");
    client.delete(&path).await.refused(404, "not_found");
    client.post(&format!("{path}/tags"), json!({"id": "1", "admin_id": admin})).await.refused(404, "not_found");
    client
        .post(&format!("{path}/customers"), json!({"admin_id": admin, "customer": {"intercom_user_id": user}}))
        .await
        .refused(404, "not_found");
    client.get(&format!("{path}/handling_events")).await.refused(404, "not_found");
    client.get(&format!("{path}/side_conversations")).await.refused(404, "not_found");
    let reader = app.scoped("write_conversations read_tickets").await;
    reader.get(&path).await.ok();
    reader.get(&format!("{path}/handling_events")).await.ok();
    reader.delete(&path).await.refused(401, "token_unauthorized");
    app.delete(&path).await.ok();
    assert_eq!(app.topics().await.last().unwrap(), "ticket.deleted");
    assert_eq!(app.get("/conversations/deleted").await.ok()["total_count"], 1);
    assert_eq!(client.get("/conversations/deleted").await.ok()["total_count"], 0);
}

#[both]
async fn every_version_changes_conversations(app: TestApp) {
    let admin = json!({"admin_id": app.admin_id.to_string()});
    let lead = lead(&app).await;
    for version in since(Version::V2_7) {
        let client = app.version(version);
        let (path, user) = started(&app, &format!("{version}@a.test")).await;
        assert_eq!(client.put(&path, json!({"read": true})).await.ok()["read"], true, "{version}");
        let tag = tag(&app, version).await;
        let mut body = admin.clone();
        body["id"] = json!(tag);
        client.post(&format!("{path}/tags"), body).await.ok();
        client.get(&path).await.ok();
        client.call("DELETE", &format!("{path}/tags/{tag}"), Some(&admin)).await.ok();
        let mut body = admin.clone();
        body["customer"] = json!({"intercom_user_id": lead});
        client.post(&format!("{path}/customers"), body).await.ok();
        client.call("DELETE", &format!("{path}/customers/{lead}"), Some(&admin)).await.ok();
        let reply = json!({"type": "user", "intercom_user_id": user, "message_type": "comment", "body": "x"});
        let replied = app.post(&format!("{path}/reply"), reply).await.ok();
        let part = id(parts(&replied).last().unwrap());
        let body = json!({"type": "conversation_part", "conversation_id": number(&path), "conversation_part_id": part});
        client.post("/conversations/redact", body).await.ok();
        let parsed = Version::parse(version);
        if parsed >= Some(Version::V2_16) {
            let (other, _) = started(&app, &format!("{version}b@a.test")).await;
            let into = json!({"merge_into_conversation_id": number(&path).parse::<i64>().unwrap()});
            client.post(&format!("{other}/merge"), into).await.ok();
            client.get(&other).await.ok();
        }
        if parsed >= Some(Version::V2_13) {
            client.delete(&path).await.ok();
        }
        if parsed >= Some(Version::V2_16) {
            client.get("/conversations/deleted?per_page=1").await.ok();
        }
    }
}
