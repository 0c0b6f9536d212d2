//! Roles that permit one kind of conversations: tickets alone, or conversations that are not tickets.

use deskwire_testkit::{Browser, TestApp, Value, both, json};

use super::lists::{act, conversation, listed};
use super::live::{next_of, read_hello};
use super::roles::{permitted, teammate};
use crate::support::id;
use crate::tickets::ticket_type;

const READS_TICKETS: &[&str] = &["read_tickets"];
const READS_CONVERSATIONS: &[&str] = &["read_conversations"];

fn at(conversation: &str, end: &str) -> String {
    format!("/app/v1/conversations/{conversation}{end}")
}

/// A ticket, and a conversation that is none.
async fn both_kinds(app: &TestApp) -> (String, String) {
    let (ticket, plain) = (conversation(app, "ada").await, conversation(app, "bob").await);
    convert(app, &ticket).await;
    (ticket, plain)
}

async fn convert(app: &TestApp, id: &str) {
    let kind = ticket_type(app, "Bug", "Customer").await;
    act(&app.browser().await, id, json!({"type": "convert", "ticket_type_id": kind})).await;
}

async fn note(app: &TestApp, conversation: &str, body: &str) {
    let note = json!({"message_type": "note", "type": "admin", "admin_id": app.admin_id.to_string(), "body": body});
    app.post(&format!("/conversations/{conversation}/reply"), note).await.ok();
}

async fn found(browser: &Browser, query: &str) -> Vec<String> {
    let found = browser.get(&format!("/app/v1/search?q={query}")).await.ok();
    found["conversations"].as_array().unwrap().iter().map(|hit| id(&hit["row"])).collect()
}

/// The names of the lists in a start, and their counts.
fn lists(start: &Value) -> Vec<(&str, i64)> {
    let views = start["views"].as_array().unwrap().iter();
    views.map(|view| (view["id"].as_str().unwrap(), view["count"].as_i64().unwrap())).collect()
}

#[both]
async fn lists_and_counts_have_the_kind_that_the_role_permits(app: TestApp) {
    let (ticket, plain) = both_kinds(&app).await;
    let tickets = permitted(&app, "Tickets", READS_TICKETS).await;
    let talks = permitted(&app, "Talks", READS_CONVERSATIONS).await;
    for (browser, own) in [(&tickets, &ticket), (&talks, &plain)] {
        for query in ["view=all", "view=unassigned", "view=all&state=all", "view=all&sort=oldest"] {
            assert_eq!(listed(browser, query).await, std::slice::from_ref(own), "{query}");
        }
        for sort in ["waiting", "priority"] {
            assert_eq!(
                listed(browser, &format!("view=unassigned&sort={sort}")).await,
                std::slice::from_ref(own),
                "{sort}"
            );
        }
        let counts = browser.get("/app/v1/conversations/counts?views=all,unassigned,mine").await.ok();
        assert_eq!(counts["counts"], json!({"all": 1, "unassigned": 1, "mine": 0}));
        let open = json!({"name": "Open", "query": {"field": "state", "operator": "=", "value": "open"}});
        let view = browser.post("/app/v1/views", open).await.ok()["view"].clone();
        assert_eq!(view["count"], 1);
        assert_eq!(listed(browser, &format!("view={}", id(&view))).await, std::slice::from_ref(own));
    }
    let start = tickets.get("/app/v1/start").await.ok();
    assert!(lists(&start).contains(&("all", 1)) && lists(&start).contains(&("tickets", 1)), "{start}");
    assert!(!start["ticket_types"].as_array().unwrap().is_empty(), "{start}");
    let start = talks.get("/app/v1/start").await.ok();
    assert!(lists(&start).contains(&("all", 1)) && lists(&start).iter().all(|(id, _)| *id != "tickets"), "{start}");
    assert_eq!(listed(&talks, "view=tickets").await, [""; 0]);
}

#[both]
async fn windows_of_tickets_go_on(app: TestApp) {
    let mut tickets = Vec::new();
    let kind = ticket_type(&app, "Bug", "Customer").await;
    let ada = app.browser().await;
    for n in 0..3 {
        let ticket = conversation(&app, &format!("ticket{n}")).await;
        act(&ada, &ticket, json!({"type": "convert", "ticket_type_id": kind})).await;
        tickets.push(ticket);
        conversation(&app, &format!("plain{n}")).await;
    }
    let browser = permitted(&app, "Tickets", READS_TICKETS).await;
    let (mut shown, mut query) = (Vec::new(), "view=all&limit=2".to_owned());
    loop {
        let page = browser.get(&format!("/app/v1/conversations?{query}")).await.ok();
        shown.extend(page["items"].as_array().unwrap().iter().map(id));
        let Some(next) = page["next"].as_str() else { break };
        query = format!("view=all&limit=2&after={next}");
    }
    shown.sort();
    tickets.sort();
    assert_eq!(shown, tickets);
}

#[both]
async fn other_kinds_are_answered_like_unknown_ids(app: TestApp) {
    let (ticket, plain) = both_kinds(&app).await;
    let tickets = permitted(&app, "Tickets", &["write_tickets"]).await;
    let talks = permitted(&app, "Talks", &["write_conversations"]).await;
    for (browser, own, other) in [(&tickets, &ticket, &plain), (&talks, &plain, &ticket)] {
        for end in ["", "/parts"] {
            browser.get(&at(own, end)).await.ok();
            let hidden = browser.get(&at(other, end)).await.declined(404, "not_found")["error"]["message"].clone();
            let unknown = browser.get(&at("123456789", end)).await.declined(404, "not_found");
            assert_eq!(hidden, unknown["error"]["message"]);
        }
        let draft = json!({"html": "<p>Let me see</p>", "base": 0, "attachment_ids": []});
        for (end, body) in [
            ("/reply", json!({"kind": "note", "html": "<p>Hi</p>"})),
            ("/reply", json!({"kind": "reply", "html": "<p>Hi</p>"})),
            ("/actions", json!({"type": "read"})),
            ("/actions", json!({"type": "priority", "priority": "high"})),
            ("/actions", json!({"type": "close"})),
        ] {
            browser.post(&at(own, end), body.clone()).await.ok();
            browser.post(&at(other, end), body).await.declined(404, "not_found");
        }
        browser.put(&at(own, "/drafts/reply"), draft.clone()).await.ok();
        browser.put(&at(other, "/drafts/reply"), draft).await.declined(404, "not_found");
        let many = json!({"ids": [own, other], "action": {"type": "open"}});
        let done = browser.post("/app/v1/conversations/actions", many).await.ok();
        let results = &done["results"];
        assert_eq!((&results[0]["error"], &results[1]["error"]["code"]), (&Value::Null, &json!("not_found")), "{done}");
    }
    // Only those who may write conversations start one.
    let new = json!({"email": "new@a.test", "html": "<p>Hi</p>"});
    tickets.post("/app/v1/conversations", new).await.declined(403, "forbidden");
}

#[both]
async fn a_kind_that_may_only_be_read_is_not_changed(app: TestApp) {
    let (ticket, plain) = both_kinds(&app).await;
    let kind = ticket_type(&app, "Question", "Customer").await;
    let tag = id(&app.post("/tags", json!({"name": "VIP"})).await.ok());
    let readers = [
        (permitted(&app, "Tickets", &["read_conversations", "write_tickets", "read_tags"]).await, &ticket, &plain),
        (permitted(&app, "Talks", &["write_conversations", "read_tickets", "read_tags"]).await, &plain, &ticket),
    ];
    for (browser, own, other) in &readers {
        for action in [
            json!({"type": "tag", "tag_id": tag}),
            json!({"type": "untag", "tag_id": tag}),
            json!({"type": "title", "title": "Lamp"}),
            json!({"type": "assign", "admin_id": app.admin_id.to_string()}),
            json!({"type": "close"}),
        ] {
            browser.post(&at(other, "/actions"), action.clone()).await.declined(403, "forbidden");
            act(browser, own, action).await;
        }
        let reply = json!({"kind": "reply", "html": "<p>Hi</p>"});
        browser.post(&at(other, "/reply"), reply).await.declined(403, "forbidden");
        act(browser, other, json!({"type": "unread"})).await;
        let into = json!({"into": own});
        browser.post(&at(other, "/merge"), into).await.declined(403, "forbidden");
    }
    // Converting changes the conversation.
    let convert = json!({"type": "convert", "ticket_type_id": kind});
    readers[0].0.post(&at(&plain, "/actions"), convert).await.declined(403, "forbidden");
}

#[both]
async fn searches_find_the_kind_that_the_role_permits(app: TestApp) {
    let (ticket, plain) = both_kinds(&app).await;
    note(&app, &ticket, "zebra").await;
    note(&app, &plain, "zebra").await;
    // More conversations of the other kind than a page has.
    for n in 0..25 {
        let other = conversation(&app, &format!("other{n}")).await;
        note(&app, &other, "zebra").await;
    }
    let tickets = permitted(&app, "Tickets", READS_TICKETS).await;
    let talks = permitted(&app, "Talks", READS_CONVERSATIONS).await;
    assert_eq!(found(&tickets, "zebra").await, std::slice::from_ref(&ticket));
    assert_eq!(found(&tickets, &ticket).await, std::slice::from_ref(&ticket));
    assert_eq!(found(&tickets, &plain).await, [""; 0]);
    assert_eq!(found(&talks, &ticket).await, [""; 0]);
    assert_eq!(found(&talks, "zebra").await.len(), 20);
}

/// What a teammate's notifications are about, and the number of unread ones.
async fn notified(browser: &Browser) -> (Vec<Value>, Value) {
    let shown = browser.get("/app/v1/notifications").await.ok();
    let about = shown["items"].as_array().unwrap().iter().map(|one| one["conversation_id"].clone()).collect();
    (about, shown["unread"].clone())
}

#[both]
async fn notifications_about_a_kind_end_with_its_permission(app: TestApp) {
    let (ticket, plain) = both_kinds(&app).await;
    app.run_jobs().await;
    let desk = teammate(&app, "Desk", Some(&["read_conversations", "read_tickets"])).await;
    let browser = Browser::signed_in(&app, &app.workspace_id, desk).await;
    for id in [&ticket, &plain] {
        act(&app.browser().await, id, json!({"type": "assign", "admin_id": desk.to_string()})).await;
    }
    app.run_jobs().await;
    assert_eq!(notified(&browser).await, (vec![json!(plain), json!(ticket)], json!(2)));
    for (permissions, own) in [(READS_TICKETS, &ticket), (READS_CONVERSATIONS, &plain)] {
        teammate(&app, "Desk", Some(permissions)).await;
        assert_eq!(notified(&browser).await, (vec![json!(own)], json!(1)), "{permissions:?}");
        assert_eq!(browser.get("/app/v1/start").await.ok()["me"]["unread_notifications"], 1);
        act(&app.browser().await, own, json!({"type": "assign", "admin_id": null})).await;
        assert_eq!(listed(&browser, "view=mine").await, [""; 0]);
    }
}

/// Reports that a teammate looks at a conversation.
async fn look_at(browser: &Browser, conversation: &str) {
    let looking = json!({"conversation_id": conversation});
    browser.post("/app/v1/live/presence", looking).await.with(204);
}

#[both]
async fn presence_reaches_teammates_who_may_read_the_kind(app: TestApp) {
    let (ticket, plain) = (conversation(&app, "ada").await, conversation(&app, "bob").await);
    let (ada, kind) = (app.browser().await, ticket_type(&app, "Bug", "Customer").await);
    let convert = json!({"type": "convert", "ticket_type_id": kind});
    act(&ada, &ticket, convert.clone()).await;
    app.run_jobs().await;
    let tickets = permitted(&app, "Tickets", READS_TICKETS).await;
    let talks = permitted(&app, "Talks", READS_CONVERSATIONS).await;
    let mut of_tickets = tickets.follow("/app/v1/live/stream", None).await;
    let mut of_talks = talks.follow("/app/v1/live/stream", None).await;
    read_hello(&mut of_tickets).await;
    read_hello(&mut of_talks).await;
    // Nobody is in a conversation that they may not read, or that does not exist.
    for (browser, elsewhere) in [(&tickets, plain.as_str()), (&talks, ticket.as_str()), (&ada, "123456789")] {
        look_at(browser, elsewhere).await;
    }
    look_at(&ada, &ticket).await;
    let eph = next_of(&mut of_tickets, "eph").await;
    assert_eq!((&eph["conversation_id"], &eph["kind"]), (&json!(ticket), &json!("viewing")));
    look_at(&ada, &plain).await;
    let eph = next_of(&mut of_talks, "eph").await;
    assert_eq!((&eph["conversation_id"], &eph["admin_id"]), (&json!(plain), &json!(app.admin_id.to_string())));
    let left = next_of(&mut of_tickets, "eph").await;
    assert_eq!((&left["conversation_id"], &left["kind"]), (&json!(ticket), &json!("left")));
    // One who comes later is told the same.
    let mut late = tickets.follow("/app/v1/live/stream", None).await;
    read_hello(&mut late).await;
    look_at(&ada, &ticket).await;
    assert_eq!(next_of(&mut late, "eph").await["conversation_id"], json!(ticket));

    for id in [&ticket, &plain] {
        let reply = json!({"kind": "reply", "html": "<p>On it</p>"});
        ada.post(&format!("/app/v1/conversations/{id}/reply"), reply).await.ok();
    }
    assert_eq!(next_of(&mut of_talks, "held").await["id"], json!(plain));
    assert_eq!(next_of(&mut of_tickets, "held").await["id"], json!(ticket));

    // A conversation that becomes a ticket while somebody looks at it.
    look_at(&ada, &plain).await;
    act(&ada, &plain, convert).await;
    app.run_jobs().await;
    while next_of(&mut of_tickets, "row").await["row"]["id"] != json!(plain) {}
    let writing = json!({"conversation_id": plain, "kind": "note"});
    ada.post("/app/v1/live/presence", writing).await.with(204);
    assert_eq!(next_of(&mut of_tickets, "eph").await["conversation_id"], json!(plain));
}

#[both]
async fn the_state_of_several_tickets_is_set_at_once(app: TestApp) {
    let browser = app.browser().await;
    let kind = ticket_type(&app, "Bug", "Customer").await;
    let (one, two) = (conversation(&app, "ada").await, conversation(&app, "bob").await);
    let plain = conversation(&app, "cy").await;
    for ticket in [&one, &two] {
        let made = act(&browser, ticket, json!({"type": "convert", "ticket_type_id": kind})).await;
        assert_eq!(made["row"]["ticket"]["type_id"], json!(kind), "the inbox offers the states of this type");
    }
    let states = app.get("/ticket_states").await.ok();
    let state = states["data"].as_array().unwrap().iter().find(|one| one["category"] == "resolved").unwrap().clone();
    let body = json!({"ids": [one, two, plain], "action": {"type": "ticket_state", "state_id": state["id"]}});
    let answer = browser.post("/app/v1/conversations/actions", body).await.ok();
    let results = answer["results"].as_array().unwrap();
    for result in &results[..2] {
        let row = &result["row"];
        assert_eq!((&row["ticket"]["state_id"], &row["state"]), (&state["id"], &json!("closed")), "{result}");
    }
    assert_eq!(results[2]["error"]["code"], "ticket_not_found", "{answer}");
}
