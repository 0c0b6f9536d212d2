//! What teammates do at once has the outcome of one order of the two. On SQLite one thread writes, so only PostgreSQL is
//! tested.

use std::time::Duration;

use deskwire_domain::attachments::{self, Content};
use deskwire_domain::ids::{AttachmentId, ConversationId, PartId};
use deskwire_domain::{Actor, Cx, admins};
use deskwire_store::conversation_reads::{self, ConversationRead};
use deskwire_store::params;
use deskwire_testkit::{Browser, Database, NOW, Sink, TestApp, Value, both, json};

use crate::support::{id, user};
use crate::tickets::ticket_type;

const SETTINGS: &str = "/app/v1/settings";
/// How often each pair is run.
const ROUNDS: usize = 8;

fn at(path: &str) -> String {
    format!("{SETTINGS}/{path}")
}

/// A server whose writes wait before each statement, and a teammate.
async fn slowed() -> (TestApp, Browser) {
    let app = TestApp::start_slowed(Database::Postgres, Duration::from_millis(2)).await;
    let browser = app.browser().await;
    (app, browser)
}

/// The item of a list whose field has this value, if there is one.
async fn listed(browser: &Browser, list: &str, field: &str, value: &str) -> Option<Value> {
    let all = browser.get(&at(list)).await.ok();
    all["items"].as_array().unwrap().iter().find(|item| item[field] == value).cloned()
}

#[tokio::test]
async fn changes_of_an_object_type_add_up_on_postgres() {
    let (_app, browser) = slowed().await;
    for round in 0..ROUNDS {
        let identifier = format!("Order{round}");
        browser.post(&at("object_types"), json!({"identifier": identifier})).await.ok();
        let path = at(&format!("object_types/{identifier}"));
        let (named, described) = tokio::join!(
            browser.patch(&path, json!({"name": "Orders"})),
            browser.patch(&path, json!({"description": "What they bought"})),
        );
        named.ok();
        described.ok();
        let shown = listed(&browser, "object_types", "identifier", &identifier).await.unwrap();
        assert_eq!((&shown["name"], &shown["description"]), (&json!("Orders"), &json!("What they bought")));
    }
}

#[tokio::test]
async fn deleting_an_object_type_leaves_a_new_one_on_postgres() {
    let (_app, browser) = slowed().await;
    for round in 0..ROUNDS {
        let (old, new) = (format!("Old{round}"), format!("New{round}"));
        browser.post(&at("object_types"), json!({"identifier": old})).await.ok();
        let path = at(&format!("object_types/{old}"));
        let types = at("object_types");
        let (deleted, made) = tokio::join!(browser.delete(&path), browser.post(&types, json!({"identifier": new})));
        deleted.ok();
        made.ok();
        assert!(listed(&browser, "object_types", "identifier", &old).await.is_none());
        assert!(listed(&browser, "object_types", "identifier", &new).await.is_some(), "{new} was deleted too");
    }
}

/// Contacts show their attributes and the objects that refer to them in one list.
#[tokio::test]
async fn an_attribute_and_a_relation_do_not_share_a_name_on_postgres() {
    let (app, browser) = slowed().await;
    browser.post(&at("object_types"), json!({"identifier": "Order"})).await.ok();
    let (client, path) = (app.client().off_the_record(), at("object_types/Order/attributes"));
    for round in 0..ROUNDS {
        let name = format!("orders{round}");
        let relation = json!({"name": format!("buyer{round}"), "data_type": "relation", "to": "contact",
            "reverse": name});
        let attribute = json!({"name": name, "model": "contact", "data_type": "string"});
        let (related, made) = tokio::join!(browser.post(&path, relation), client.post("/data_attributes", attribute));
        let mut statuses = [related.status, made.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 400], "{} {}", related.text, made.text);
    }
}

/// Applies an admin of a workspace file.
async fn declared(app: &TestApp, actor: &Actor, admin: Value) -> deskwire_domain::Result<bool> {
    let (actor, admin): (Actor, admins::Declared) = (actor.clone(), serde_json::from_value(admin).unwrap());
    app.db().write(move |tx| admins::declare(&mut Cx::new(tx, &actor), &admin)).await
}

#[tokio::test]
async fn one_of_two_who_are_removed_stays_on_postgres() {
    let (app, _browser) = slowed().await;
    for _ in 0..ROUNDS {
        let (_, actor) = app.neighbour().await;
        declared(&app, &actor, json!({"email": "bo@other.test", "name": "Bo"})).await.unwrap();
        let removed = |email: &str| declared(&app, &actor, json!({"email": email, "name": "Gone", "removed": true}));
        let (eve, bo) = tokio::join!(removed("eve@other.test"), removed("bo@other.test"));
        assert_ne!(eve.is_ok(), bo.is_ok(), "{eve:?} {bo:?}");
    }
}

/// A teammate whose role is not there could do everything.
#[tokio::test]
async fn a_restored_teammate_has_a_role_that_is_there_on_postgres() {
    let (app, browser) = slowed().await;
    let actor = app.actor();
    for round in 0..ROUNDS {
        let (role, email) = (format!("Desk {round}"), format!("desk{round}@acme.test"));
        browser.post(&at("roles"), json!({"name": role, "permissions": ["read_people"]})).await.ok();
        declared(&app, &actor, json!({"email": email, "name": "Grace", "role": role})).await.unwrap();
        declared(&app, &actor, json!({"email": email, "name": "Grace", "removed": true})).await.unwrap();
        let path = at(&format!("roles/{}", id(&listed(&browser, "roles", "name", &role).await.unwrap())));
        let back = json!({"email": email, "name": "Grace", "removed": false});
        let (restored, deleted) = tokio::join!(declared(&app, &actor, back), browser.delete(&path));
        restored.unwrap();
        let expected = match deleted.status {
            200 => "Viewer",
            409 => role.as_str(),
            status => panic!("{status} {}", deleted.text),
        };
        assert_eq!(listed(&browser, "teammates", "email", &email).await.unwrap()["role"], expected);
    }
}

/// A team without members: its id.
async fn team(browser: &Browser, name: &str) -> String {
    browser.post(&at("teams"), json!({"name": name, "member_ids": []})).await.ok();
    id(&listed(browser, "teams", "name", name).await.unwrap())
}

fn written(name: &str, team_ids: &[&str], actions: &Value) -> Value {
    json!({"name": name, "html": "<p>Hi</p>", "team_ids": team_ids, "available_on": ["inbox"], "actions": actions})
}

/// A macro for everyone, without actions: its path.
async fn saved(browser: &Browser, name: &str) -> String {
    let made = browser.post(&at("macros"), written(name, &[], &json!([]))).await.ok();
    at(&format!("macros/{}", id(&made["macro"])))
}

#[tokio::test]
async fn a_macro_is_of_no_team_that_is_deleted_on_postgres() {
    let (_app, browser) = slowed().await;
    for round in 0..ROUNDS {
        let name = format!("Hi {round}");
        let (path, team) = (saved(&browser, &name).await, team(&browser, &name).await);
        let gone = at(&format!("teams/{team}"));
        let (changed, deleted) =
            tokio::join!(browser.put(&path, written(&name, &[team.as_str()], &json!([]))), browser.delete(&gone));
        deleted.ok();
        assert!([200, 400].contains(&changed.status), "{}", changed.text);
        assert_eq!(browser.get(&path).await.ok()["macro"]["team_ids"], json!([]));
    }
}

#[tokio::test]
async fn a_macro_names_a_team_as_it_is_called_on_postgres() {
    let (_app, browser) = slowed().await;
    for round in 0..ROUNDS {
        let (old, new) = (format!("Old {round}"), format!("New {round}"));
        let (path, team) = (saved(&browser, &old).await, team(&browser, &old).await);
        let assigns = |team: &str| json!([{"type": "assign_team", "team": team}]);
        let renamed = at(&format!("teams/{team}"));
        let (changed, renamed) = tokio::join!(
            browser.put(&path, written(&old, &[], &assigns(&old))),
            browser.put(&renamed, json!({"name": new, "member_ids": []})),
        );
        renamed.ok();
        let expected = match changed.status {
            200 => assigns(&new),
            400 => json!([]),
            status => panic!("{status} {}", changed.text),
        };
        assert_eq!(browser.get(&path).await.ok()["macro"]["actions"], expected);
    }
}

/// A conversation that a contact started: its id.
async fn started(app: &TestApp, contact: &str) -> String {
    let first = json!({"from": {"type": "user", "id": contact}, "body": "Help!"});
    app.post("/conversations", first).await.ok()["conversation_id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_title_is_that_of_the_ticket_on_postgres() {
    let (app, browser) = slowed().await;
    let (kind, ada) = (ticket_type(&app, "Bug", "Customer").await, user(&app, "ada@acme.test").await);
    for _ in 0..ROUNDS {
        let talk = started(&app, &ada).await;
        let path = format!("/app/v1/conversations/{talk}/actions");
        let (titled, converted) = tokio::join!(
            browser.post(&path, json!({"type": "title", "title": "Dark"})),
            browser.post(&path, json!({"type": "convert", "ticket_type_id": kind})),
        );
        titled.ok();
        converted.ok();
        let ticket = app.get(&format!("/tickets/{talk}")).await.ok();
        assert_eq!(ticket["ticket_attributes"]["_default_title_"], "Dark");
    }
}

#[tokio::test]
async fn no_mark_is_left_of_a_deleted_conversation_on_postgres() {
    let (app, browser) = slowed().await;
    let (client, ada) = (app.client().off_the_record(), user(&app, "ada@acme.test").await);
    for _ in 0..ROUNDS {
        let talk = started(&app, &ada).await;
        let (actions, path) = (format!("/app/v1/conversations/{talk}/actions"), format!("/conversations/{talk}"));
        let (read, deleted) = tokio::join!(browser.post(&actions, json!({"type": "read"})), client.delete(&path));
        deleted.ok();
        assert!([200, 404].contains(&read.status), "{}", read.text);
        let (workspace, talk) = (app.workspace_id.clone(), talk.parse::<i64>().unwrap());
        let left = app.write(move |tx| {
            let sql = "SELECT count(*) FROM conversation_reads WHERE workspace_id = $1 AND conversation_id = $2";
            Ok(tx.query_one(sql, params![&workspace, talk], |row| row.get::<i64>(0))?)
        });
        assert_eq!(left.await, 0);
    }
}

/// Two devices may look at a conversation in one order and record it in the other.
#[both]
async fn only_marking_as_unread_goes_back(app: TestApp) {
    let (workspace, admin_id) = (app.workspace_id.clone(), app.admin_id);
    let conversation_id = ConversationId::new(7);
    let marks = app.write(move |tx| {
        let tx = &mut tx.within(&workspace);
        let mut marks = Vec::new();
        for (part, is_unread) in [(10, false), (5, false), (4, true), (9, false)] {
            let part_id = PartId::new(part);
            let read = ConversationRead { conversation_id, admin_id, part_id, is_unread, updated_at: NOW };
            conversation_reads::put(tx, &read)?;
            let read = conversation_reads::get(tx, conversation_id, admin_id)?;
            marks.extend(read.map(|read| (read.part_id.number(), read.is_unread)));
        }
        Ok(marks)
    });
    assert_eq!(marks.await, [(10, false), (10, false), (4, true), (9, false)]);
}

#[tokio::test]
async fn a_webhook_is_set_whether_or_not_the_one_before_is_removed_on_postgres() {
    let (_app, browser) = slowed().await;
    let made = browser.post(&at("apps"), json!({"name": "Hooks", "scopes": ["read_users"]})).await.ok();
    let path = at(&format!("apps/{}/webhook", id(&made["app"])));
    let to = |page: &str| json!({"url": format!("https://hooks.test/{page}"), "topics": ["contact.user.created"]});
    for round in 0..ROUNDS {
        let before = browser.put(&path, to(&format!("before{round}"))).await.ok();
        let gone = at(&format!("webhooks/{}", id(&before)));
        let (set, removed) = tokio::join!(browser.put(&path, to(&format!("after{round}"))), browser.delete(&gone));
        set.ok();
        removed.ok();
    }
}

/// A delivery without a webhook would wait forever, with what it tells about a customer.
#[tokio::test]
async fn no_delivery_is_left_of_a_webhook_that_is_removed_on_postgres() {
    let (app, browser) = slowed().await;
    let (client, sink) = (app.client().off_the_record(), Sink::start().await);
    let made = browser.post(&at("apps"), json!({"name": "Hooks", "scopes": ["read_users"]})).await.ok();
    let path = at(&format!("apps/{}/webhook", id(&made["app"])));
    for round in 0..ROUNDS {
        let wanted = json!({"url": sink.url("/hook"), "topics": ["contact.user.created"]});
        let gone = at(&format!("webhooks/{}", id(&browser.put(&path, wanted).await.ok())));
        client.post("/contacts", json!({"email": format!("ada{round}@acme.test")})).await.ok();
        let (_, removed) = tokio::join!(app.run_jobs(), browser.delete(&gone));
        removed.ok();
        let workspace = app.workspace_id.clone();
        let left = app.write(move |tx| {
            let sql = "SELECT count(*) FROM webhook_deliveries WHERE workspace_id = $1";
            Ok(tx.query_one(sql, params![&workspace], |row| row.get::<i64>(0))?)
        });
        assert_eq!(left.await, 0);
    }
}

/// Its message no longer has the file, so nothing else would lead to it.
#[tokio::test]
async fn a_file_that_is_fetched_while_it_is_redacted_is_removed_on_postgres() {
    let (app, _browser) = slowed().await;
    let (client, ada) = (app.client().off_the_record(), user(&app, "ada@acme.test").await);
    for round in 0..ROUNDS {
        let talk = started(&app, &ada).await;
        let reply = json!({"message_type": "comment", "type": "user", "intercom_user_id": ada, "body": "Look",
            "attachment_urls": ["https://files.test/a.txt"]});
        let replied = app.post(&format!("/conversations/{talk}/reply"), reply).await.ok();
        let part = id(&replied["conversation_parts"]["conversation_parts"][0]);
        let redact = json!({"type": "conversation_part", "conversation_id": talk, "conversation_part_id": part});
        let (workspace, hash) = (app.workspace_id.clone(), format!("{round:064x}"));
        let content = Content { content_type: "text/plain".to_owned(), filesize: 5, size: None, hash: hash.clone() };
        let of = workspace.clone();
        let newest = app.write(move |tx| {
            let sql = "SELECT max(id) FROM attachments WHERE workspace_id = $1";
            Ok(AttachmentId::new(tx.query_one(sql, params![&of], |row| row.get(0))?))
        });
        let (of, file) = (workspace.clone(), newest.await);
        let fetched = app.write(move |tx| attachments::fetched(&mut tx.within(&of), file, &content));
        let ((), redacted) = tokio::join!(fetched, client.post("/conversations/redact", redact));
        redacted.ok();
        let loose = app.write(move |tx| {
            let sql = "SELECT count(*) FROM loose_files WHERE workspace_id = $1 AND hash = $2";
            Ok(tx.query_one(sql, params![&workspace, &hash], |row| row.get::<i64>(0))?)
        });
        assert_eq!(loose.await, 1);
    }
}
