//! Lists of conversations, their counts and orders, and the views that teammates make.

use deskwire_testkit::{Browser, NOW, TestApp, Value, both, json};

use crate::conversations::started;
use crate::support::id;
use crate::tickets::ticket_type;

/// The ids in a list.
pub(super) async fn listed(browser: &Browser, query: &str) -> Vec<String> {
    let answer = browser.get(&format!("/app/v1/conversations?{query}")).await.ok();
    answer["items"].as_array().unwrap().iter().map(id).collect()
}

/// A conversation of a new contact: its id.
pub(super) async fn conversation(app: &TestApp, name: &str) -> String {
    let (path, _) = started(app, &format!("{name}@a.test")).await;
    path.rsplit('/').next().unwrap().to_owned()
}

pub(super) async fn act(browser: &Browser, id: &str, action: Value) -> Value {
    browser.post(&format!("/app/v1/conversations/{id}/actions"), action).await.ok()
}

#[both]
async fn a_row_shows_who_wrote_what_last(app: TestApp) {
    let browser = app.browser().await;
    let (path, contact) = started(&app, "ada@a.test").await;
    app.put(&format!("/contacts/{contact}"), json!({"name": "Ada"})).await.ok();
    let page = browser.get("/app/v1/conversations?view=all").await.ok();
    assert!(page["position"].is_number());
    let row = &page["items"][0];
    assert_eq!(
        (&row["excerpt"], &row["excerpt_by"], &row["last_author"], &row["last_part_id"]),
        (&json!("Help!"), &json!("contact"), &json!("Ada"), &Value::Null)
    );
    assert_eq!((&row["contact"]["name"], &row["contact"]["id"]), (&json!("Ada"), &json!(contact)));
    assert_eq!(
        (&row["more_contacts"], &row["state"], &row["channel"]),
        (&json!(0), &json!("open"), &json!("messenger"))
    );
    assert_eq!((&row["tag_ids"], &row["ticket"], &row["admin_assignee_id"]), (&json!([]), &Value::Null, &Value::Null));

    let admin = app.admin_id.to_string();
    let long = format!("<p>Dear <b>Ada</b>,</p><p>{}</p>", "we are on it ".repeat(30));
    for (kind, body) in [("comment", long.as_str()), ("note", "Only <i>us</i>")] {
        let message = json!({"message_type": kind, "type": "admin", "admin_id": admin, "body": body});
        app.post(&format!("{path}/reply"), message).await.ok();
        let row = browser.get("/app/v1/conversations?view=all").await.ok()["items"][0].clone();
        let excerpt = row["excerpt"].as_str().unwrap().to_owned();
        if kind == "note" {
            assert_eq!((excerpt.as_str(), &row["excerpt_by"]), ("Only us", &json!("note")));
        } else {
            assert!(excerpt.starts_with("Dear Ada, we are on it") && excerpt.chars().count() == 140, "{excerpt}");
            assert_eq!(row["excerpt_by"], "admin");
        }
        assert!(row["last_part_id"].is_string());
    }
    // Parts that are not messages do not change the excerpt and its time.
    app.clock.advance(60);
    app.post(&format!("{path}/parts"), json!({"message_type": "close", "type": "admin", "admin_id": admin})).await.ok();
    let row = browser.get("/app/v1/conversations?view=all&state=closed").await.ok()["items"][0].clone();
    assert_eq!((&row["excerpt"], &row["state"]), (&json!("Only us"), &json!("closed")));
    assert_eq!((&row["last_at"], &row["updated_at"]), (&json!(NOW), &json!(NOW + 60)));
}

#[both]
async fn rows_of_older_releases_are_worked_out_and_then_indexed(app: TestApp) {
    let browser = app.browser().await;
    let (path, _) = started(&app, "ada@a.test").await;
    let admin = app.admin_id.to_string();
    let message = json!({"message_type": "note", "type": "admin", "admin_id": admin, "body": "Quokka"});
    app.post(&format!("{path}/reply"), message).await.ok();
    let silent = conversation(&app, "bob").await;
    let before = browser.get("/app/v1/conversations?view=all").await.ok();
    let old = |table: &'static str| {
        let workspace = app.workspace_id.clone();
        app.write(move |tx| {
            tx.execute(&format!("{table} WHERE workspace_id = $1"), &[(&*workspace).into()]).map_err(Into::into)
        })
    };
    old("UPDATE conversations SET last_by = NULL, last_part_id = NULL, last_part_at = NULL, last_excerpt = NULL, last_author_id = NULL").await;
    let forgotten = app.write(|tx| {
        let sql = if tx.dialect() == deskwire_store::Dialect::Sqlite {
            "DELETE FROM search_grams WHERE rowid > $1"
        } else {
            "DELETE FROM search_grams WHERE object_id > $1"
        };
        tx.execute(sql, &[0_i64.into()]).map_err(Into::into)
    });
    forgotten.await;
    assert_eq!(browser.get("/app/v1/conversations?view=all").await.ok()["items"], before["items"]);
    assert_eq!(browser.get("/app/v1/search?q=quokka").await.ok()["conversations"], json!([]));

    old("INSERT INTO jobs (workspace_id, id, kind, payload, state, attempts, run_at, lease_until, owner, error, created_at) \
         SELECT workspace_id, 31, 'conversation.index', '{}', 'pending', 0, 0, 0, 0, NULL, 0 FROM workspaces")
    .await;
    app.run_jobs().await;
    let filled = app
        .write(|tx| {
            Ok(tx.query_one("SELECT count(*) FROM conversations WHERE last_by IS NULL", &[], |row| row.get::<i64>(0))?)
        })
        .await;
    assert_eq!(filled, 0);
    assert_eq!(browser.get("/app/v1/conversations?view=all").await.ok()["items"], before["items"]);
    for (word, found) in [("quokka", number(&path)), ("help", silent.as_str())] {
        let hits = browser.get(&format!("/app/v1/search?q={word}")).await.ok();
        assert_eq!(hits["conversations"][0]["row"]["id"], found, "{word}: {hits}");
    }
}

fn number(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

#[both]
async fn each_view_lists_matching_conversations(app: TestApp) {
    let browser = app.browser().await;
    let me = app.admin_id.to_string();
    let mine = conversation(&app, "mine").await;
    let nobodys = conversation(&app, "nobodys").await;
    let asleep = conversation(&app, "asleep").await;
    let done = conversation(&app, "done").await;
    let tagged = conversation(&app, "tagged").await;
    for id in [&mine, &asleep, &done] {
        act(&browser, id, json!({"type": "assign", "admin_id": me})).await;
    }
    act(&browser, &asleep, json!({"type": "snooze", "until": NOW + 3600})).await;
    act(&browser, &done, json!({"type": "close"})).await;
    let tag = id(&app.post("/tags", json!({"name": "VIP"})).await.ok());
    act(&browser, &tagged, json!({"type": "tag", "tag_id": tag})).await;
    let kind = ticket_type(&app, "Bug", "Customer").await;
    let ticket = conversation(&app, "ticket").await;
    act(&browser, &ticket, json!({"type": "convert", "ticket_type_id": kind})).await;
    let with = crate::support::user(&app, "new@a.test").await;
    let created = browser.post("/app/v1/conversations", json!({"contact_id": with, "html": "<p>Hi</p>"})).await.ok();
    let created = id(&created["row"]);
    let [company, empty] = ["acme", "empty"].map(|name| json!({"company_id": name}));
    let (company, empty) = (app.post("/companies", company).await.ok(), app.post("/companies", empty).await.ok());
    app.post(&format!("/contacts/{with}/companies"), json!({"id": company["id"]})).await.ok();
    let (company, empty) = (id(&company), id(&empty));

    let sorted = |mut ids: Vec<&String>| {
        ids.sort();
        ids.into_iter().cloned().collect::<Vec<String>>()
    };
    for (query, expected) in [
        ("view=mine", vec![&mine]),
        ("view=mine&state=all", vec![&mine, &asleep, &done]),
        ("view=snoozed", vec![&asleep]),
        ("view=closed&state=open", vec![&done]),
        ("view=unassigned", vec![&nobodys, &tagged, &ticket, &created]),
        ("view=tickets", vec![&ticket]),
        ("view=created", vec![&created]),
        (&format!("view=tag:{tag}"), vec![&tagged]),
        (&format!("view=teammate:{me}"), vec![&mine]),
        (&format!("view=contact:{with}&state=all"), vec![&created]),
        (&format!("view=company:{company}&state=all"), vec![&created]),
        (&format!("view=company:{empty}&state=all"), vec![]),
        ("view=all&state=closed", vec![&done]),
        ("view=all&state=all", vec![&mine, &nobodys, &asleep, &done, &tagged, &ticket, &created]),
    ] {
        let mut found = listed(&browser, query).await;
        found.sort();
        assert_eq!(found, sorted(expected), "{query}");
    }
    let counts = browser
        .get(&format!("/app/v1/conversations/counts?views=mine,unassigned,snoozed,closed,tickets,tag:{tag}"))
        .await;
    assert_eq!(
        counts.ok()["counts"],
        json!({"mine": 1, "unassigned": 4, "snoozed": 1, "closed": 1, "tickets": 1, (format!("tag:{tag}")): 1})
    );
    let row = browser.get("/app/v1/conversations?view=tickets").await.ok()["items"][0].clone();
    assert_eq!((&row["ticket"]["type"], &row["title"]), (&json!("Bug"), &json!("Help!")));
}

#[both]
async fn snoozed_and_closed_conversations_are_listed_for_any_assignee(app: TestApp) {
    let browser = app.browser().await;
    let agent = super::roles::teammate(&app, "Chat", Some(&["read_people", "write_conversations"])).await;
    let other = Browser::signed_in(&app, &app.workspace_id, agent).await;
    let (nobodys, theirs) = (conversation(&app, "nobodys").await, conversation(&app, "theirs").await);
    let done = conversation(&app, "done").await;
    act(&browser, &theirs, json!({"type": "assign", "admin_id": agent.to_string()})).await;
    for id in [&nobodys, &theirs] {
        act(&browser, id, json!({"type": "snooze", "until": NOW + 3600})).await;
    }
    act(&browser, &done, json!({"type": "close"})).await;
    for browser in [&browser, &other] {
        let mut snoozed = listed(browser, "view=snoozed").await;
        snoozed.sort();
        let mut expected = [nobodys.clone(), theirs.clone()];
        expected.sort();
        assert_eq!(snoozed, expected);
        assert_eq!(listed(browser, "view=closed").await, std::slice::from_ref(&done));
        let counts = browser.get("/app/v1/conversations/counts?views=snoozed,closed").await.ok();
        assert_eq!(counts["counts"], json!({"snoozed": 2, "closed": 1}));
    }
}

#[both]
async fn lists_come_in_each_order_and_in_windows(app: TestApp) {
    let browser = app.browser().await;
    let mut ids = Vec::new();
    for n in 0..7 {
        ids.push(conversation(&app, &format!("c{n}")).await);
        app.clock.advance(10);
    }
    for (id, priority) in [(1, "high"), (4, "urgent"), (5, "high")] {
        act(&browser, &ids[id], json!({"type": "priority", "priority": priority})).await;
        app.clock.advance(10);
    }
    let admin = app.admin_id.to_string();
    let message = json!({"message_type": "comment", "type": "admin", "admin_id": admin, "body": "Hi"});
    app.post(&format!("/conversations/{}/reply", ids[0]), message).await.ok();
    for (sort, expected) in [
        ("newest", [0, 5, 4, 1, 6, 3, 2]),
        ("oldest", [2, 3, 6, 1, 4, 5, 0]),
        ("waiting", [1, 2, 3, 4, 5, 6, 0]),
        ("priority", [4, 5, 1, 0, 6, 3, 2]),
    ] {
        let expected: Vec<&String> = expected.iter().map(|n| &ids[*n]).collect();
        for limit in [2, 3, 50] {
            let (mut found, mut after) = (Vec::new(), String::new());
            loop {
                let query = format!("view=all&sort={sort}&limit={limit}{after}");
                let page = browser.get(&format!("/app/v1/conversations?{query}")).await.ok();
                let items = page["items"].as_array().unwrap();
                assert!(items.len() <= limit);
                found.extend(items.iter().map(id));
                let Some(next) = page["next"].as_str() else { break };
                after = format!("&after={next}");
            }
            assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{sort} by {limit}");
        }
    }
}

#[both]
async fn invalid_list_parameters_are_rejected(app: TestApp) {
    let browser = app.browser().await;
    for (query, status, code) in [
        ("", 400, "parameter_not_found"),
        ("view=none", 404, "view_not_found"),
        ("view=team:x", 404, "view_not_found"),
        ("view=77", 404, "view_not_found"),
        ("view=all&state=gone", 400, "parameter_invalid"),
        ("view=all&sort=random", 400, "parameter_invalid"),
        ("view=all&limit=51", 400, "parameter_invalid"),
        ("view=all&limit=0", 400, "parameter_invalid"),
        ("view=all&after=x", 400, "client_error"),
    ] {
        browser.get(&format!("/app/v1/conversations?{query}")).await.declined(status, code);
    }
    browser.get("/app/v1/conversations/counts?views=mine,none").await.declined(404, "view_not_found");
}

#[both]
async fn teammates_make_views_of_their_own(app: TestApp) {
    let browser = app.browser().await;
    let id_of = conversation(&app, "ada").await;
    let other = conversation(&app, "bob").await;
    act(&browser, &id_of, json!({"type": "priority", "priority": "high"})).await;
    let query = json!({"operator": "AND", "value": [{"field": "priority", "operator": "=", "value": "high"}]});
    let body = json!({"name": " Urgent ones ", "query": query, "sort": "waiting"});
    let made = browser.post("/app/v1/views", body).await.ok()["view"].clone();
    assert_eq!(
        (&made["name"], &made["kind"], &made["sort"], &made["count"]),
        (&json!("Urgent ones"), &json!("own"), &json!("waiting"), &json!(1))
    );
    let view = id(&made);
    assert_eq!(listed(&browser, &format!("view={view}")).await, std::slice::from_ref(&id_of));
    assert_eq!(browser.get("/app/v1/views").await.ok()["items"], json!([made]));

    let changed = json!({"name": "All of them", "query": null, "sort": "newest"});
    let changed = browser.put(&format!("/app/v1/views/{view}"), changed).await.ok()["view"].clone();
    assert_eq!((&changed["query"], &changed["count"]), (&Value::Null, &json!(2)));
    let mut found = listed(&browser, &format!("view={view}")).await;
    found.sort();
    assert_eq!(found, [id_of, other]);

    for (body, field) in [
        (json!({"name": "", "query": null}), "name"),
        (json!({"name": "x".repeat(81), "query": null}), "name"),
        (json!({"name": "x", "query": {"field": "no_such", "operator": "=", "value": 1}}), "query"),
        (json!({"query": null}), "name"),
    ] {
        let answer = browser.post("/app/v1/views", body.clone()).await;
        assert_eq!(answer.status, 400, "{body} {}", answer.body);
        if field == "name" {
            assert_eq!(answer.body["error"]["field"], field, "{body}");
        }
    }
    browser.put("/app/v1/views/77", json!({"name": "x"})).await.declined(404, "view_not_found");
    browser.delete(&format!("/app/v1/views/{view}")).await.ok();
    browser.delete(&format!("/app/v1/views/{view}")).await.declined(404, "view_not_found");
    assert_eq!(browser.get("/app/v1/views").await.ok()["items"], json!([]));
    for n in 0..50 {
        browser.post("/app/v1/views", json!({"name": format!("v{n}")})).await.ok();
    }
    browser.post("/app/v1/views", json!({"name": "one more"})).await.declined(422, "parameter_invalid");
}
