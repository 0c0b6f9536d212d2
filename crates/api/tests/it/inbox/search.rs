//! Searching conversations by their messages.

use deskwire_testkit::{Browser, TestApp, Value, both, json};

use super::lists::{act, conversation};
use super::roles::permitted;
use crate::support::{id, user};
use crate::tickets::ticket_type;

async fn say(app: &TestApp, conversation: &str, kind: &str, body: &str) -> String {
    let message = json!({"message_type": kind, "type": "admin", "admin_id": app.admin_id.to_string(), "body": body});
    let answer = app.post(&format!("/conversations/{conversation}/reply"), message).await.ok();
    id(crate::conversations::parts(&answer).last().unwrap())
}

async fn find(browser: &Browser, query: &str) -> Value {
    browser.get(&format!("/app/v1/search?q={query}")).await.ok()
}

fn ids(found: &Value) -> Vec<String> {
    found["conversations"].as_array().unwrap().iter().map(|hit| id(&hit["row"])).collect()
}

#[both]
async fn messages_are_found_by_their_words(app: TestApp) {
    let browser = app.browser().await;
    let (ada, bob) = (conversation(&app, "ada").await, conversation(&app, "bob").await);
    let part = say(&app, &ada, "comment", "<p>Your <b>invoices</b> &amp; &lt;refunds&gt; are ready</p>").await;
    let note = say(&app, &bob, "note", "The invoice was wrong").await;
    let hits = find(&browser, "invoice").await;
    assert_eq!(ids(&hits), [bob.clone(), ada.clone()], "the newest first");
    assert_eq!(
        (&hits["conversations"][1]["part_id"], &hits["conversations"][1]["excerpt_html"]),
        (&json!(part), &json!("Your <mark>invoices</mark> &amp; &lt;refunds&gt; are ready"))
    );
    assert_eq!(hits["conversations"][0]["part_id"], json!(note));
    assert_eq!(
        ids(&find(&browser, "refund%20INVOICING").await),
        std::slice::from_ref(&ada),
        "all words, whatever their form"
    );
    assert_eq!(ids(&find(&browser, "quokka").await), [""; 0]);
    // The first message, and the title.
    assert_eq!(ids(&find(&browser, "help").await), [bob.clone(), ada.clone()]);
    act(&browser, &bob, json!({"type": "title", "title": "Lamp from Café Zoë"})).await;
    let hits = find(&browser, "cafe%20zoe").await;
    assert_eq!((ids(&hits), &hits["conversations"][0]["part_id"]), (vec![bob.clone()], &Value::Null));
    act(&browser, &bob, json!({"type": "title", "title": "Chair"})).await;
    assert_eq!(ids(&find(&browser, "lamp").await), [""; 0]);

    // Redacted and deleted messages are no longer found.
    let redact = json!({"type": "conversation_part", "conversation_id": ada, "conversation_part_id": part});
    app.post("/conversations/redact", redact).await.ok();
    assert_eq!(ids(&find(&browser, "invoice").await), std::slice::from_ref(&bob));
    app.client().call("DELETE", &format!("/conversations/{bob}"), None).await.ok();
    assert_eq!(ids(&find(&browser, "invoice").await), [""; 0]);
    let left =
        app.write(|tx| Ok(tx.query_one("SELECT count(*) FROM search_grams", &[], |row| row.get::<i64>(0))?)).await;
    assert!(left <= 3, "{left}: two contacts and a conversation");
}

#[both]
async fn pages_show_each_conversation_once(app: TestApp) {
    let browser = app.browser().await;
    let mut all = Vec::new();
    for n in 0..25 {
        let one = conversation(&app, &format!("c{n}")).await;
        say(&app, &one, "comment", "zebra").await;
        all.push(one);
    }
    for one in all.iter().take(3) {
        say(&app, one, "comment", "zebra again").await;
    }
    let first = find(&browser, "zebra").await;
    assert_eq!(ids(&first)[..3], [all[2].clone(), all[1].clone(), all[0].clone()]);
    // New messages do not shift the pages.
    say(&app, &all[10], "comment", "zebra").await;
    let next = first["next"].as_str().unwrap();
    let second = find(&browser, &format!("zebra&after={next}")).await;
    assert_eq!(second["next"], Value::Null);
    let mut shown = [ids(&first), ids(&second)].concat();
    assert_eq!(shown.len(), 25);
    shown.sort();
    all.sort();
    assert_eq!(shown, all);
}

#[both]
async fn numbers_and_people_are_found_too(app: TestApp) {
    let browser = app.browser().await;
    let ada = conversation(&app, "ada").await;
    let hits = find(&browser, &ada).await;
    assert_eq!(ids(&hits), std::slice::from_ref(&ada));
    let kind = ticket_type(&app, "Bug", "Customer").await;
    let row = act(&browser, &ada, json!({"type": "convert", "ticket_type_id": kind})).await["row"].clone();
    let number = row["ticket"]["number"].as_str().unwrap().to_owned();
    assert_eq!(ids(&find(&browser, &format!("%23{number}")).await), [ada]);
    let grace = user(&app, "grace@navy.test").await;
    app.put(&format!("/contacts/{grace}"), json!({"name": "Grace Hopper"})).await.ok();
    for text in ["grace", "hop", "navy.test"] {
        assert_eq!(find(&browser, text).await["contacts"][0]["id"], json!(grace), "{text}");
    }
    for query in ["q=", "", &format!("q={}", "x".repeat(257))] {
        assert_eq!(browser.get(&format!("/app/v1/search?{query}")).await.status, 400, "{query}");
    }
    browser.get("/app/v1/search?q=a&after=x").await.declined(400, "client_error");
    assert_eq!(ids(&find(&browser, "the").await), [""; 0]);
}

#[both]
async fn a_search_is_narrowed_by_state_assignee_team_and_tag(app: TestApp) {
    let browser = app.browser().await;
    let [ada, bob, eve] =
        [conversation(&app, "ada").await, conversation(&app, "bob").await, conversation(&app, "eve").await];
    let me = app.admin_id.to_string();
    let team = crate::teams::team(&app, "Two", &[], deskwire_domain::teams::Distribution::LoadBalanced).await;
    let team = team.strip_prefix("/teams/").unwrap().to_owned();
    let tag = id(&app.post("/tags", json!({"name": "VIP"})).await.ok());
    act(&browser, &ada, json!({"type": "close"})).await;
    act(&browser, &bob, json!({"type": "assign", "admin_id": me})).await;
    act(&browser, &eve, json!({"type": "assign_team", "team_id": team})).await;
    for id in [&ada, &eve] {
        act(&browser, id, json!({"type": "tag", "tag_id": tag})).await;
    }
    let (by_admin, by_team, by_tag) = (format!("&admin_id={me}"), format!("&team_id={team}"), format!("&tag_id={tag}"));
    let closed_and_tagged = format!("&state=closed{by_tag}");
    for (narrowed, expected) in [
        ("", vec![&eve, &bob, &ada]),
        ("&state=closed", vec![&ada]),
        ("&state=open", vec![&eve, &bob]),
        (&by_admin, vec![&bob]),
        (&by_team, vec![&eve]),
        (&by_tag, vec![&eve, &ada]),
        (&closed_and_tagged, vec![&ada]),
        ("&state=snoozed", vec![]),
    ] {
        let found = ids(&find(&browser, &format!("help{narrowed}")).await);
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{narrowed}");
    }
    // A number is found like words.
    assert_eq!(ids(&find(&browser, &format!("{ada}&state=closed")).await), std::slice::from_ref(&ada));
    assert_eq!(ids(&find(&browser, &format!("{ada}&state=open")).await), [""; 0]);
    for name in ["state", "admin_id", "team_id", "tag_id"] {
        let refused = browser.get(&format!("/app/v1/search?q=help&{name}=x")).await;
        assert_eq!(refused.declined(400, "parameter_invalid")["error"]["field"], name);
    }
    // Who may not see tags cannot search by them.
    let blind = permitted(&app, "Blind", &["read_conversations", "read_tickets"]).await;
    assert_eq!(ids(&find(&blind, &format!("help{by_tag}")).await), [""; 0]);
    assert_eq!(ids(&find(&blind, "help&state=closed").await), std::slice::from_ref(&ada));
}

#[both]
async fn conversations_are_found_by_their_customer(app: TestApp) {
    let browser = app.browser().await;
    let [first, second, other] =
        [conversation(&app, "ada").await, conversation(&app, "bob").await, conversation(&app, "eve").await];
    let contact = |found: &Value| found["row"]["contact"]["id"].as_str().unwrap().to_owned();
    for one in [&first, &second] {
        let shown = browser.get(&format!("/app/v1/conversations/{one}")).await.ok();
        app.put(&format!("/contacts/{}", contact(&shown)), json!({"name": "Dup One"})).await.ok();
    }
    let found = find(&browser, "one%20DUP").await;
    assert_eq!(ids(&found), [second.clone(), first.clone()], "all words, the newest first");
    assert_eq!((found["contacts"].as_array().unwrap().len(), &found["next"]), (2, &Value::Null));
    assert_eq!(ids(&find(&browser, "dup%20ada@").await), std::slice::from_ref(&first), "names and addresses");
    assert_eq!(ids(&find(&browser, "dup%20two").await), [""; 0]);
    act(&browser, &first, json!({"type": "close"})).await;
    assert_eq!(ids(&find(&browser, "dup%20one&state=closed").await), std::slice::from_ref(&first));
    // One that has the words is there once.
    say(&app, &other, "note", "Like Dup One").await;
    say(&app, &second, "note", "Dup One called").await;
    let found = find(&browser, "dup%20one").await;
    assert_eq!(ids(&found), [first, second, other]);
    assert_eq!(found["conversations"][0]["part_id"], Value::Null);
    // Names are for those who may see people.
    let blind = permitted(&app, "Blind", &["read_conversations", "read_tickets"]).await;
    assert_eq!(ids(&find(&blind, "bob@a.test").await), [""; 0]);
}
