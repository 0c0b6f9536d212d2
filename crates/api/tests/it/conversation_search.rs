//! Lists and searches of conversations.

use deskwire_api::versions::Version;
use deskwire_testkit::{Client, TestApp, Value, both, json};

use crate::conversations::started;
use crate::support::since;

/// The ids that a search finds, oldest first, and its total.
async fn find(client: &Client, query: Value) -> (Vec<String>, i64) {
    let sort = json!({"field": "id", "order": "ascending"});
    let body = client.post("/conversations/search", json!({"query": query, "sort": sort})).await.ok();
    let ids = body["conversations"].as_array().unwrap().iter().map(|c| c["id"].as_str().unwrap().to_owned());
    (ids.collect(), body["total_count"].as_i64().unwrap())
}

fn test(field: &str, operator: &str, value: impl Into<Value>) -> Value {
    json!({"field": field, "operator": operator, "value": value.into()})
}

/// Three conversations of three users: waiting, assigned and answered, closed. Their ids and the first user's.
async fn three(app: &TestApp) -> ([String; 3], String) {
    let admin = app.admin_id.to_string();
    let (first, user) = started(app, "ada@a.test").await;
    app.clock.advance(100);
    let (second, _) = started(app, "bob@b.test").await;
    let assign = json!({"message_type": "assignment", "type": "admin", "admin_id": admin, "assignee_id": admin});
    app.post(&format!("{second}/parts"), assign).await.ok();
    let comment = json!({"type": "admin", "message_type": "comment", "admin_id": admin, "body": "Hi"});
    app.post(&format!("{second}/reply"), comment).await.ok();
    app.clock.advance(100);
    let (third, _) = started(app, "cyd@c.test").await;
    app.post(&format!("{third}/parts"), json!({"message_type": "close", "type": "admin", "admin_id": admin}))
        .await
        .ok();
    ([first, second, third].map(|path| path.rsplit('/').next().unwrap().to_owned()), user)
}

#[both]
async fn every_field_is_searchable(app: TestApp) {
    let ([first, second, third], user) = three(&app).await;
    let now = deskwire_testkit::NOW;
    let admin = app.admin_id.number();
    let none: [&String; 0] = [];
    for (query, expected) in [
        (test("id", "=", first.clone()), vec![&first]),
        (test("state", "=", "closed"), vec![&third]),
        (test("open", "=", true), vec![&first, &second]),
        (test("open", "=", "false"), vec![&third]),
        (test("read", "=", false), vec![&first, &second, &third]),
        (test("priority", "=", "none"), vec![&first, &second, &third]),
        (test("admin_assignee_id", "=", admin), vec![&second]),
        (test("admin_assignee_id", "=", 0), vec![&first, &third]),
        (test("admin_assignee_id", "=", Value::Null), vec![&first, &third]),
        (test("admin_assignee_id", "IN", json!([admin.to_string(), "0"])), vec![&first, &second, &third]),
        (test("team_assignee_id", "!=", "0"), none.to_vec()),
        (test("contact_ids", "=", user.clone()), vec![&first]),
        (test("contact_ids", "!=", user.clone()), vec![&second, &third]),
        (test("teammate_ids", "IN", json!([admin.to_string()])), vec![&second, &third]),
        (test("tag_ids", "=", "17"), none.to_vec()),
        (test("created_at", ">", now), vec![&second, &third]),
        (test("created_at", ">=", now), vec![&first, &second, &third]),
        (test("created_at", "<", now + 200), vec![&first, &second]),
        (test("updated_at", "=", now + 200), vec![&third]),
        (test("created_at", "IN", json!([now, (now + 200).to_string(), now + 1])), vec![&first, &third]),
        (test("created_at", "NIN", json!([now, now + 200])), vec![&second]),
        // A time in milliseconds is later than any stored time.
        (test("created_at", "IN", json!([now * 1000])), none.to_vec()),
        (test("created_at", "NIN", json!([now * 1000])), vec![&first, &second, &third]),
        (test("waiting_since", "IN", json!([now])), vec![&first]),
        (test("waiting_since", "NIN", json!([now])), vec![&second, &third]),
        (test("statistics.last_close_at", "IN", json!([now + 200])), vec![&third]),
        (test("conversation_rating.replied_at", "NIN", json!([now])), vec![&first, &second, &third]),
        (test("waiting_since", ">", 0), vec![&first]),
        (test("waiting_since", "=", Value::Null), vec![&second, &third]),
        (test("snoozed_until", "!=", Value::Null), none.to_vec()),
        (test("source.type", "=", "conversation"), vec![&first, &second, &third]),
        (test("source.delivered_as", "=", "customer_initiated"), vec![&first, &second, &third]),
        (test("source.body", "=", "HELP"), vec![&first, &second, &third]),
        (test("source.body", "=", "hel"), none.to_vec()),
        (test("source.body", "~", "hel"), vec![&first, &second, &third]),
        (test("source.author.email", "=", "Bob@b.test"), vec![&second]),
        (test("source.author.email", "$", "c.test"), vec![&third]),
        (test("source.author.id", "=", user.clone()), vec![&first]),
        (test("source.author.type", "=", "user"), vec![&first, &second, &third]),
        (test("statistics.count_conversation_parts", "=", 2), vec![&second]),
        (test("statistics.time_to_admin_reply", "=", 0), vec![&second]),
        (test("statistics.last_close_at", ">", now), vec![&third]),
        (test("statistics.last_closed_by_id", "=", admin.to_string()), vec![&third]),
        (test("statistics.first_contact_reply_at", "=", now), vec![&first]),
        (test("ai_agent_participated", "=", false), vec![&first, &second, &third]),
        (test("conversation_rating.score", ">", 3), none.to_vec()),
    ] {
        let (ids, total) = find(&app.client(), query.clone()).await;
        assert_eq!(ids.iter().collect::<Vec<_>>(), expected, "{query}");
        assert_eq!(total, i64::try_from(expected.len()).unwrap(), "{query}");
    }
    let query = json!({"operator": "AND", "value": [test("state", "=", "open"), test("admin_assignee_id", "=", admin), test("updated_at", ">", now)]});
    assert_eq!(find(&app.client(), query).await.0, [second]);
}

#[both]
async fn symbols_are_found_like_letters(app: TestApp) {
    let user = app.post("/contacts", json!({"role": "user", "email": "ada@a.test"})).await.ok();
    let mut ids = Vec::new();
    for body in ["I love C++!", "Coffee, please", "Great \u{1f600}\u{1f600}", "!!!", "山田さん、こんにちは"] {
        let from = json!({"type": "user", "id": user["id"]});
        let message = app.post("/conversations", json!({"from": from, "body": body})).await.ok();
        ids.push(message["conversation_id"].as_str().unwrap().to_owned());
    }
    for (operator, value, expected) in [
        ("~", "\u{1f600}", vec![2]),
        ("~", "\u{1f601}", vec![]),
        ("~", "!", vec![0, 3]),
        ("~", "!!!", vec![3]),
        ("~", "C++", vec![0]),
        ("~", "c", vec![0, 1]),
        ("~", "??", vec![]),
        ("~", "田さん、こ", vec![4]),
        ("~", "Coffee please", vec![]),
        ("~", "coffee,  PLEASE", vec![1]),
        ("=", "c++", vec![0]),
        ("=", "c", vec![0]),
        ("=", "coffee", vec![1]),
        ("=", "Coffee,", vec![1]),
        ("=", "offee", vec![]),
        ("^", "great", vec![2]),
        ("^", "!!", vec![3]),
        ("^", "reat", vec![]),
        ("$", "c++!", vec![0]),
        ("$", "\u{1f600}", vec![2]),
        ("$", "!", vec![0, 3]),
    ] {
        let expected: Vec<&String> = expected.iter().map(|n: &usize| &ids[*n]).collect();
        let (there, _) = find(&app.client(), test("source.body", operator, value)).await;
        assert_eq!(there.iter().collect::<Vec<_>>(), expected, "{operator} {value}");
        if operator == "~" {
            let (others, _) = find(&app.client(), test("source.body", "!~", value)).await;
            let rest: Vec<&String> = ids.iter().filter(|id| !expected.contains(id)).collect();
            assert_eq!(others.iter().collect::<Vec<_>>(), rest, "!~ {value}");
        }
    }
}

#[both]
async fn unsearchable_fields_are_rejected_by_name(app: TestApp) {
    for (query, code) in [
        (test("subject", "=", "x"), "invalid_field"),
        (test("state", ">", "open"), "parameter_invalid"),
        (test("created_at", "=", "yesterday"), "parameter_invalid"),
        (test("created_at", "IN", json!(["yesterday"])), "parameter_invalid"),
        (test("created_at", "IN", 1), "parameter_invalid"),
        (test("contact_ids", "~", "a"), "parameter_invalid"),
    ] {
        app.post("/conversations/search", json!({"query": query})).await.refused(400, code);
    }
    let query = test("state", "=", "open");
    app.post("/conversations/search", json!({"query": query, "sort": {"field": "tag_ids"}}))
        .await
        .refused(400, "invalid_field");
    app.post("/conversations/search", json!({"query": query, "sort": {"field": "source.body"}}))
        .await
        .refused(400, "invalid_field");
}

#[both]
async fn cursor_paging_works_in_every_version(app: TestApp) {
    let (ids, _) = three(&app).await;
    for version in since(Version::V2_7) {
        let client = app.version(version);
        let page = client.get("/conversations?per_page=2").await.ok();
        assert_eq!(page["total_count"], 3, "{version}");
        let cursor = page["pages"]["next"]["starting_after"].as_str().unwrap();
        let last = client.get(&format!("/conversations?per_page=2&starting_after={cursor}")).await.ok();
        let shown: Vec<_> = [&page, &last]
            .iter()
            .flat_map(|p| p["conversations"].as_array().unwrap())
            .map(|c| c["id"].as_str().unwrap())
            .collect();
        assert_eq!(shown, [&ids[2], &ids[1], &ids[0]], "{version}");
        let (all, _) = find(&client, test("state", "!=", "snoozed")).await;
        assert_eq!(all, ids, "{version}");
    }
}

#[both]
async fn scrolls_miss_nothing_during_writes(app: TestApp) {
    let mut expected = Vec::new();
    for n in 0..11 {
        expected.push(started(&app, &format!("user{n}@a.test")).await.0.rsplit('/').next().unwrap().to_owned());
    }
    let comment = json!({"type": "admin", "message_type": "comment", "admin_id": app.admin_id.number(), "body": "Hi"});
    let mut seen = Vec::new();
    let mut path = "/conversations?per_page=3".to_owned();
    for round in 0.. {
        let page = app.get(&path).await.ok();
        seen.extend(page["conversations"].as_array().unwrap().iter().map(|c| c["id"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["pages"]["next"]["starting_after"].as_str() else { break };
        path = format!("/conversations?per_page=3&starting_after={cursor}");
        // Conversations on later pages get replies, and new ones are created.
        for id in [&expected[0], &expected[round]] {
            app.clock.advance(1);
            app.post(&format!("/conversations/{id}/reply"), comment.clone()).await.ok();
        }
        started(&app, &format!("late{round}@a.test")).await;
    }
    seen.reverse();
    assert_eq!(seen, expected);
}
