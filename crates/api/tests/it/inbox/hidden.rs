//! What roles hide from teammates in the inbox.

use deskwire_testkit::{Browser, TestApp, Value, both, json};

use super::lists::{act, conversation, listed};
use super::people::TEAMMATES;
use super::roles::{permitted, teammate};
use crate::support::{id, user};
use crate::tickets::{state, ticket_type};

fn at(conversation: &str, end: &str) -> String {
    format!("/app/v1/conversations/{conversation}{end}")
}

#[both]
async fn a_missing_permission_does_not_sign_out(app: TestApp) {
    let (ticket, plain) = (conversation(&app, "ada").await, conversation(&app, "bob").await);
    let kind = ticket_type(&app, "Bug", "Customer").await;
    let convert = json!({"type": "convert", "ticket_type_id": kind});
    act(&app.browser().await, &ticket, convert.clone()).await;
    let browser = permitted(&app, "Reader", &["write_conversations", "read_tickets"]).await;
    for (path, body) in [
        (at(&ticket, "/actions"), json!({"type": "close"})),
        (at(&ticket, "/reply"), json!({"kind": "reply", "html": "<p>Hi</p>"})),
        (at(&plain, "/actions"), convert.clone()),
    ] {
        browser.post(&path, body).await.declined(403, "forbidden");
    }
    let many = json!({"ids": [ticket, plain], "action": {"type": "close"}});
    let done = browser.post("/app/v1/conversations/actions", many).await.ok();
    let results = &done["results"];
    assert_eq!((&results[0]["error"]["code"], &results[1]["error"]), (&json!("forbidden"), &Value::Null), "{done}");
}

#[both]
async fn a_ticket_is_changed_only_with_write_tickets(app: TestApp) {
    let (ticket, ada) = (conversation(&app, "ada").await, app.browser().await);
    let kind = ticket_type(&app, "Bug", "Customer").await;
    act(&ada, &ticket, json!({"type": "convert", "ticket_type_id": kind})).await;
    let before = ada.get(&at(&ticket, "")).await.ok();
    let actions = [
        json!({"type": "ticket_state", "state_id": state(&app, "resolved").await}),
        json!({"type": "ticket_attribute", "name": "Count", "value": 3}),
        json!({"type": "title", "title": "Taken"}),
    ];
    let reader = permitted(&app, "Reader", &["write_conversations", "read_tickets"]).await;
    let blind = permitted(&app, "Blind", &["write_conversations"]).await;
    for action in &actions {
        reader.post(&at(&ticket, "/actions"), action.clone()).await.declined(403, "forbidden");
        // A hidden ticket is answered like an id that nothing has.
        let unknown = blind.post(&at("123456789", "/actions"), action.clone()).await.with(404)["error"]["code"].clone();
        let hidden = blind.post(&at(&ticket, "/actions"), action.clone()).await.with(404)["error"]["code"].clone();
        assert_eq!(hidden, unknown, "{action}");
        for (browser, code) in [(&reader, json!("forbidden")), (&blind, unknown)] {
            let many = json!({"ids": [ticket], "action": action});
            let done = browser.post("/app/v1/conversations/actions", many).await.ok();
            assert_eq!(done["results"][0]["error"]["code"], code, "{done}");
        }
    }
    let after = ada.get(&at(&ticket, "")).await.ok();
    for field in ["row", "ticket", "parts"] {
        assert_eq!(after[field], before[field]);
    }
    let writer = permitted(&app, "Writer", &["write_conversations", "write_tickets"]).await;
    for action in actions {
        act(&writer, &ticket, action).await;
    }
    assert_eq!(ada.get(&at(&ticket, "")).await.ok()["row"]["title"], "Taken");
}

/// Roles that remove others, and the roles of those whom they remove.
const REMOVERS: [(&str, &[&str], &str); 2] = [
    ("Blind", &["write_admins", "write_conversations"], "Plain"),
    ("Reader", &["write_admins", "write_conversations", "read_tickets"], "Simple"),
];

#[both]
async fn tickets_that_the_remover_may_not_change_are_unassigned(app: TestApp) {
    const TEAMS: &str = "/app/v1/settings/teams";
    let (ada, kind) = (app.browser().await, ticket_type(&app, "Bug", "Customer").await);
    for (role, permissions, leaver) in REMOVERS {
        let remover = permitted(&app, role, permissions).await;
        let leaver = teammate(&app, leaver, Some(&["write_conversations"])).await;
        ada.post(TEAMS, json!({"name": "Support", "member_ids": []})).await.ok();
        let team = id(&ada.get(TEAMS).await.ok()["items"][0]);
        let ticket = conversation(&app, &role.to_lowercase()).await;
        for action in [
            json!({"type": "convert", "ticket_type_id": kind}),
            json!({"type": "assign", "admin_id": leaver.to_string()}),
            json!({"type": "assign_team", "team_id": team}),
        ] {
            act(&ada, &ticket, action).await;
        }
        let dismissed = remover.delete(&format!("{TEAMMATES}/{leaver}")).await.ok();
        assert_eq!((&dismissed["unassigned"], &dismissed["done"]), (&json!(1), &json!(true)), "{role}");
        assert_eq!(remover.delete(&format!("{TEAMS}/{team}")).await.ok()["unassigned"], 1, "{role}");
        let row = ada.get(&at(&ticket, "")).await.ok()["row"].clone();
        assert_eq!((&row["admin_assignee_id"], &row["team_assignee_id"]), (&Value::Null, &Value::Null), "{role}");
    }
}

#[both]
async fn readers_may_mark_conversations_as_read(app: TestApp) {
    let to = conversation(&app, "ada").await;
    let reader = permitted(&app, "Reader", &["read_conversations"]).await;
    for (mark, unread) in [("read", false), ("unread", true), ("read", false)] {
        let done = reader.post(&at(&to, "/actions"), json!({"type": mark})).await.ok();
        assert_eq!(done["row"]["unread"], unread);
        let many = json!({"ids": [to], "action": {"type": mark}});
        assert_eq!(reader.post("/app/v1/conversations/actions", many).await.ok()["results"][0]["error"], Value::Null);
    }
    let contact = user(&app, "eve@a.test").await;
    let tag = id(&app.post("/tags", json!({"name": "VIP"})).await.ok());
    for action in [
        json!({"type": "close"}),
        json!({"type": "open"}),
        json!({"type": "snooze", "until": 1_900_000_000}),
        json!({"type": "assign", "admin_id": app.admin_id.to_string()}),
        json!({"type": "assign_team", "team_id": null}),
        json!({"type": "priority", "priority": "high"}),
        json!({"type": "title", "title": "Taken"}),
        json!({"type": "tag", "tag_id": tag}),
        json!({"type": "untag", "tag_id": tag}),
        json!({"type": "attribute", "name": "plan", "value": "x"}),
        json!({"type": "add_contact", "contact_id": contact}),
        json!({"type": "remove_contact", "contact_id": contact}),
        json!({"type": "convert", "ticket_type_id": "1"}),
        json!({"type": "ticket_state", "state_id": "1"}),
    ] {
        let refused = reader.post(&at(&to, "/actions"), action.clone()).await;
        assert!(matches!(refused.status, 403 | 404), "{action}: {} {}", refused.status, refused.body);
    }
    let row = app.browser().await.get(&at(&to, "")).await.ok()["row"].clone();
    let expected =
        [("state", json!("open")), ("priority", json!("none")), ("tag_ids", json!([])), ("title", Value::Null)];
    for (field, value) in expected {
        assert_eq!(row[field], value, "{field}");
    }
}

#[both]
async fn names_of_contacts_and_tags_are_hidden_in_threads_and_notifications(app: TestApp) {
    let (to, ada) = (conversation(&app, "tomasz").await, app.browser().await);
    let desk = teammate(&app, "Desk", Some(&["write_conversations"])).await;
    let browser = Browser::signed_in(&app, &app.workspace_id, desk).await;
    act(&ada, &to, json!({"type": "assign", "admin_id": desk.to_string()})).await;
    let contact = ada.get(&at(&to, "")).await.ok()["contacts"][0]["id"].clone();
    app.put(&format!("/contacts/{}", contact.as_str().unwrap()), json!({"name": "Tomasz Stańko"})).await.ok();
    let reply = json!({"message_type": "comment", "type": "user", "intercom_user_id": contact, "body": "Hello?"});
    app.post(&format!("/conversations/{to}/reply"), reply).await.ok();
    let tag = id(&app.post("/tags", json!({"name": "Famous"})).await.ok());
    act(&ada, &to, json!({"type": "tag", "tag_id": tag})).await;
    ada.post(&at(&to, "/reply"), json!({"kind": "note", "html": "Careful"})).await.ok();
    app.run_jobs().await;
    let notified = browser.get("/app/v1/notifications").await.ok();
    let texts: Vec<&str> =
        notified["items"].as_array().unwrap().iter().filter_map(|one| one["text"].as_str()).collect();
    assert!(texts.contains(&"Somebody replied"), "{texts:?}");
    // Conversations name teammates to every role.
    let name = ada.get("/app/v1/start").await.ok()["me"]["name"].clone();
    for what in ["left a note", "assigned a conversation to you"] {
        assert!(texts.contains(&format!("{} {what}", name.as_str().unwrap()).as_str()), "{texts:?}");
    }
    let shown = browser.get(&at(&to, "")).await.ok().to_string();
    assert!(!notified.to_string().contains("Tomasz") && !shown.contains("Tomasz"), "{notified} {shown}");
    assert!(!shown.contains("Famous"), "{shown}");
    assert!(ada.get(&at(&to, "")).await.ok().to_string().contains("Famous"));
    for kind in ["add_contact", "remove_contact"] {
        let action = json!({"type": kind, "contact_id": contact});
        browser.post(&at(&to, "/actions"), action).await.with(404);
    }
}

#[both]
async fn addresses_of_teammates_need_read_admins(app: TestApp) {
    let (to, ada) = (conversation(&app, "tomasz").await, app.browser().await);
    ada.post(&at(&to, "/reply"), json!({"kind": "note", "html": "<p>Hi</p>"})).await.ok();
    let desk = permitted(&app, "Desk", &["write_conversations"]).await;
    let lead = permitted(&app, "Lead", &["write_conversations", "read_admins"]).await;
    for (browser, email) in [(&desk, Value::Null), (&lead, json!("ada@acme.test"))] {
        let shown = browser.get(&at(&to, "")).await.ok();
        let author = &shown["parts"].as_array().unwrap().last().unwrap()["author"];
        assert_eq!((&author["name"], &author["email"]), (&json!("Ada Lovelace"), &email), "{shown}");
    }
}

#[both]
async fn addresses_of_teammates_are_for_those_who_may_see_teammates(app: TestApp) {
    let (to, ada) = (conversation(&app, "tomasz").await, app.browser().await);
    ada.post(&at(&to, "/reply"), json!({"kind": "note", "html": "Mine", "force": true})).await.ok();
    let browser = permitted(&app, "Desk", &["read_people", "write_conversations"]).await;
    let start = browser.get("/app/v1/start").await.ok();
    let known: Vec<&Value> = start["teammates"].as_array().unwrap().iter().map(|one| &one["email"]).collect();
    assert_eq!(known, [&start["me"]["email"]]);
    let shown = browser.get(&at(&to, "")).await.ok();
    assert_eq!(shown["parts"][1]["author"]["name"], "Ada Lovelace");
    for path in [at(&to, ""), "/app/v1/conversations?view=all".to_owned(), "/app/v1/start".to_owned()] {
        let shown = browser.get(&path).await.ok();
        assert!(!shown.to_string().contains("ada@acme.test"), "{shown}");
    }
}

/// A view of the conversations whose author's email address begins with a text.
fn begins(text: &str) -> Value {
    json!({"name": "Own", "query": {"field": "source.author.email", "operator": "^", "value": text}})
}

#[both]
async fn contacts_are_not_identifiable_without_read_people(app: TestApp) {
    let (to, ada) = (conversation(&app, "tomasz").await, app.browser().await);
    let made = json!({"name": "Hello", "html": "<p>Hi {{user.email|fallback:\"you\"}}</p>", "team_ids": [],
        "available_on": ["inbox"], "actions": []});
    let made = id(&ada.post("/app/v1/settings/macros", made).await.ok()["macro"]);
    let browser = permitted(&app, "Desk", &["write_conversations"]).await;
    let shown = browser.get(&at(&to, "")).await.ok();
    let author = &shown["parts"][0]["author"];
    assert_eq!((&shown["row"]["contact"], &shown["contacts"]), (&Value::Null, &json!([])));
    assert_eq!((&author["name"], &author["email"]), (&json!(""), &Value::Null));
    assert!(!shown.to_string().contains("tomasz@a.test"), "{shown}");
    let filled = browser.get(&format!("/app/v1/macros/{made}?conversation={to}")).await.ok();
    assert_eq!(filled["html"], "<p>Hi you</p>");
    // The number of matches would tell, letter by letter.
    let contacts = json!({"field": "contact_ids", "operator": "=", "value": user(&app, "x@a.test").await});
    let name = json!({"field": "source.author.name", "operator": "~", "value": "t"});
    let inside = json!({"operator": "OR", "value": [name, {"field": "state", "operator": "=", "value": "open"}]});
    for body in [begins("toma"), json!({"name": "Own", "query": contacts}), json!({"name": "Own", "query": inside})] {
        browser.post("/app/v1/views", body).await.declined(403, "forbidden");
    }
    assert_eq!(ada.post("/app/v1/views", begins("toma")).await.ok()["view"]["count"], 1);
}

#[both]
async fn revoking_a_permission_takes_effect_at_once(app: TestApp) {
    let to = conversation(&app, "tomasz").await;
    let browser = permitted(&app, "Desk", &["read_people", "write_conversations"]).await;
    let view = browser.post("/app/v1/views", begins("toma")).await.ok()["view"].clone();
    assert_eq!(view["count"], 1);
    let (keyed, urgent) = (browser.clone().with_key("once"), json!({"type": "priority", "priority": "high"}));
    let first = keyed.post(&at(&to, "/actions"), urgent.clone()).await.ok();
    assert!(first["row"]["contact"].is_object(), "{first}");
    assert_eq!(keyed.post(&at(&to, "/actions"), urgent.clone()).await.ok(), first);
    teammate(&app, "Desk", Some(&["write_conversations"])).await;
    keyed.post(&at(&to, "/actions"), urgent).await.declined(422, "idempotency_key_reused");
    assert_eq!(browser.get("/app/v1/views").await.ok()["items"][0]["count"], 0);
}

#[both]
async fn tags_are_hidden_without_read_tags(app: TestApp) {
    let tag = id(&app.post("/tags", json!({"name": "VIP"})).await.ok());
    let (to, bob) = (conversation(&app, "ada").await, user(&app, "bob@a.test").await);
    let browser = permitted(&app, "Reader", &["write_people", "write_conversations"]).await;
    let tags = format!("/app/v1/contacts/{bob}/tags");
    browser.post(&tags, json!({"tag_id": tag})).await.declined(403, "forbidden");
    browser.delete(&format!("{tags}/{tag}")).await.declined(403, "forbidden");
    for kind in ["tag", "untag"] {
        let action = json!({"type": kind, "tag_id": tag});
        let unknown = json!({"type": kind, "tag_id": "4711"});
        let hidden = browser.post(&at(&to, "/actions"), action).await.with(404)["error"]["code"].clone();
        assert_eq!(browser.post(&at(&to, "/actions"), unknown).await.with(404)["error"]["code"], hidden);
    }
}

#[both]
async fn tags_of_conversations_are_hidden_without_read_tags(app: TestApp) {
    let tag = id(&app.post("/tags", json!({"name": "VIP"})).await.ok());
    let (to, ada) = (conversation(&app, "ada").await, app.browser().await);
    act(&ada, &to, json!({"type": "tag", "tag_id": tag})).await;
    let desk = permitted(&app, "Desk", &["write_conversations"]).await;
    let query = |field: &str| json!({"name": "Own", "query": {"field": field, "operator": "=", "value": tag}});
    let (list, count) = (format!("view=tag:{tag}"), format!("/app/v1/conversations/counts?views=tag:{tag}"));
    for (browser, own) in [(&ada, 1), (&desk, 0)] {
        let ids = listed(browser, &list).await;
        assert_eq!(ids.len(), own);
        assert_eq!(browser.get(&count).await.ok()["counts"][format!("tag:{tag}")], own);
        let row = browser.get(&at(&to, "")).await.ok()["row"].clone();
        assert_eq!(row["tag_ids"].as_array().unwrap().len(), own);
        assert_eq!(browser.get("/app/v1/conversations?view=all").await.ok()["items"][0]["tag_ids"], row["tag_ids"]);
    }
    for field in ["tag_ids", "tag_id"] {
        desk.post("/app/v1/views", query(field)).await.declined(403, "forbidden");
        assert_eq!(ada.post("/app/v1/views", query(field)).await.ok()["view"]["count"], 1);
    }
}

#[both]
async fn people_are_not_found_by_tags_and_segments_that_the_role_hides(app: TestApp) {
    let tag = id(&app.post("/tags", json!({"name": "VIP"})).await.ok());
    let (bob, ada) = (user(&app, "bob@a.test").await, app.browser().await);
    ada.post(&format!("/app/v1/contacts/{bob}/tags"), json!({"tag_id": tag})).await.ok();
    let people = permitted(&app, "People", &["write_people"]).await;
    let labels = permitted(&app, "Labels", &["write_people", "read_tags", "read_segments"]).await;
    let filter = |field: &str, operator: &str| {
        let term = json!({"field": field, "operator": operator, "value": tag});
        let group = json!({"operator": "AND", "value": [{"operator": "OR", "value": [term]}]});
        group.to_string().bytes().map(|byte| format!("%{byte:02X}")).collect::<String>()
    };
    for operator in ["=", "!="] {
        for (field, list) in [("tag_id", "contacts"), ("segment_id", "contacts"), ("tag_id", "companies")] {
            let query = filter(field, operator);
            let path = format!("/app/v1/{list}?filter={query}");
            let refused = people.get(&path).await;
            assert_eq!((refused.status, &refused.body["error"]["field"]), (403, &json!("filter")), "{path}");
            refused.declined(403, "forbidden");
            let export = format!("/app/v1/{list}/export?filter={query}");
            people.post(&export, json!({})).await.declined(403, "forbidden");
            labels.get(&path).await.ok();
        }
    }
    let found = labels.get(&format!("/app/v1/contacts?q=bob&filter={}", filter("tag_id", "="))).await.ok();
    assert_eq!(found["total"], 1);
}

#[both]
async fn macros_leave_out_what_the_role_hides(app: TestApp) {
    app.post("/tags", json!({"name": "VIP"})).await.ok();
    let (to, ada) = (conversation(&app, "ada").await, app.browser().await);
    let actions = json!([{"type": "tag", "tag": "VIP"}, {"type": "assign_admin", "admin": "ada@acme.test"},
        {"type": "close"}]);
    let made = json!({"name": "Done", "html": "", "team_ids": [], "available_on": ["inbox"], "actions": actions});
    let made = id(&ada.post("/app/v1/settings/macros", made).await.ok()["macro"]);
    let desk = permitted(&app, "Desk", &["write_conversations"]).await;
    let skipped = json!([{"type": "tag", "tag": ""}]);
    let filled = desk.get(&format!("/app/v1/macros/{made}?conversation={to}")).await.ok();
    assert_eq!((&filled["missing"], filled["actions"].as_array().unwrap().len()), (&skipped, 2), "{filled}");
    let done = desk.post(&at(&to, "/macro"), json!({"macro_id": made})).await.ok();
    assert_eq!((&done["skipped"], &done["row"]["state"]), (&skipped, &json!("closed")), "{done}");
    let row = ada.get(&at(&to, "")).await.ok()["row"].clone();
    assert_eq!((&row["tag_ids"], &row["admin_assignee_id"]), (&json!([]), &json!(app.admin_id.to_string())));
    act(&ada, &to, json!({"type": "open"})).await;
    let done = ada.post(&at(&to, "/macro"), json!({"macro_id": made})).await.ok();
    assert_eq!((&done["skipped"], done["row"]["tag_ids"].as_array().unwrap().len()), (&json!([]), 1), "{done}");
}
