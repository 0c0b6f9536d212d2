//! Requests that wait for the locks of others, in an order that the tests choose. Only on PostgreSQL do they wait.

use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use deskwire_domain::ids::{ContactId, ConversationId, Id};
use deskwire_store::Error;
use deskwire_testkit::{Answer, Database, TestApp, Value, json};
use tokio::task;

use crate::conversations::started;
use crate::custom_objects;
use crate::support::{id, lead, user};

/// Rows that another transaction has locked.
pub(crate) struct Locked {
    pid: i32,
    release: mpsc::Sender<()>,
    transaction: JoinHandle<()>,
}

impl Locked {
    /// Locks the rows of a table that meet a condition.
    pub(crate) async fn rows(app: &TestApp, table: &str, condition: &str) -> Locked {
        let sql = format!("SELECT pg_backend_pid() FROM {table} WHERE workspace_id = $1 AND {condition} FOR UPDATE");
        let (db, workspace) = (app.db().clone(), app.workspace_id.clone());
        let (tell, mut told) = tokio::sync::mpsc::unbounded_channel::<i32>();
        let (release, released) = mpsc::channel::<()>();
        let transaction = thread::spawn(move || {
            let done: Result<(), Error> = db.write_sync(move |tx| {
                let pid: i32 = tx.query_one(&sql, &[workspace.as_str().into()], |row| row.get(0))?;
                // If the test has failed, nobody listens, and nobody releases the rows.
                let _ = tell.send(pid);
                let _ = released.recv();
                Ok(())
            });
            done.expect("the rows can be locked");
        });
        let pid = told.recv().await.expect("the rows are locked");
        Locked { pid, release, transaction }
    }

    /// Waits until this many transactions wait for it, or for one that does.
    pub(crate) async fn awaited_by(&self, app: &TestApp, count: i64) {
        let sql = format!(
            "WITH RECURSIVE waiting(pid) AS (SELECT CAST({} AS INT) UNION SELECT a.pid FROM pg_stat_activity a \
             JOIN waiting w ON w.pid = ANY(pg_blocking_pids(a.pid))) SELECT count(*) - 1 FROM waiting",
            self.pid
        );
        for _ in 0..2000 {
            let sql = sql.clone();
            let waiting: i64 = app.write(move |tx| Ok(tx.query_one(&sql, &[], |row| row.get(0))?)).await;
            if waiting >= count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("fewer than {count} transactions wait for the rows");
    }

    /// Ends the transaction.
    pub(crate) fn release(self) {
        self.release.send(()).expect("the transaction waits");
        self.transaction.join().expect("the transaction ends");
    }
}

/// Sends a request, but does not wait for its answer.
pub(crate) fn sent(app: &TestApp, method: &'static str, path: &str, body: Option<Value>) -> task::JoinHandle<Answer> {
    let (client, path) = (app.client().off_the_record(), path.to_owned());
    tokio::spawn(async move { client.call(method, &path, body.as_ref()).await })
}

/// The count that a statement over the workspace, `$1`, returns.
pub(crate) async fn counted(app: &TestApp, sql: &'static str) -> i64 {
    let workspace = app.workspace_id.clone();
    app.write(move |tx| Ok(tx.query_one(sql, &[workspace.as_str().into()], |row| row.get(0))?)).await
}

/// The number that rows have instead of an id.
pub(crate) fn number<I: Id>(id: &str) -> i64 {
    I::parse(id).expect("an id of the API").number()
}

/// The merge has locked the lead and waits for the user when the tag is deleted.
#[tokio::test]
async fn a_tag_that_is_deleted_beside_a_merge_is_not_counted_on_postgres() {
    let app = TestApp::start(Database::Postgres).await;
    let (lead, user) = (lead(&app).await, user(&app, "ada@acme.test").await);
    let tag = id(&app.post("/tags", json!({"name": "VIP"})).await.ok());
    app.post(&format!("/contacts/{lead}/tags"), json!({"id": tag})).await.ok();

    let locked = Locked::rows(&app, "contacts", &format!("id = {}", number::<ContactId>(&user))).await;
    let body = json!({"from": lead, "into": user, "skip_duplicate_validation": true});
    let merge = sent(&app, "POST", "/contacts/merge", Some(body));
    locked.awaited_by(&app, 1).await;
    let deletion = sent(&app, "DELETE", &format!("/tags/{tag}"), None);
    locked.awaited_by(&app, 2).await;
    locked.release();
    assert_eq!([merge.await.unwrap().status, deletion.await.unwrap().status], [200, 200]);

    let shown = app.get(&format!("/contacts/{user}")).await.ok();
    assert_eq!((&shown["tags"]["data"], &shown["tags"]["total_count"]), (&json!([]), &json!(0)));
    assert_eq!(counted(&app, "SELECT count(*) FROM contacts WHERE workspace_id = $1 AND tag_count <> 0").await, 0);
}

/// The macro has read the teams and waits for the conversation when its team is deleted.
#[tokio::test]
async fn a_macro_does_not_assign_to_a_team_that_is_deleted_meanwhile_on_postgres() {
    const TEAMS: &str = "/app/v1/settings/teams";
    let app = TestApp::start(Database::Postgres).await;
    let (path, _) = started(&app, "ada@acme.test").await;
    let talk = path.trim_start_matches("/conversations/");
    let ada = app.browser().await;
    ada.post(TEAMS, json!({"name": "Support", "member_ids": []})).await.ok();
    let team = id(&ada.get(TEAMS).await.ok()["items"][0]);
    let actions = json!([{"type": "assign_team", "team": "Support"}, {"type": "close"}]);
    let new =
        json!({"name": "Over", "html": "<p>Hi</p>", "team_ids": [], "available_on": ["inbox"], "actions": actions});
    let made = id(&ada.post("/app/v1/settings/macros", new).await.ok()["macro"]);

    let locked = Locked::rows(&app, "conversations", &format!("id = {}", number::<ConversationId>(talk))).await;
    let at = format!("/app/v1/conversations/{talk}/macro");
    let deletion = async {
        locked.awaited_by(&app, 1).await;
        ada.delete(&format!("{TEAMS}/{team}")).await.ok();
        locked.release();
    };
    let (done, ()) = tokio::join!(ada.post(&at, json!({"macro_id": made})), deletion);
    let done = done.ok();
    assert_eq!((&done["row"]["state"], &done["row"]["team_assignee_id"]), (&json!("closed"), &Value::Null));
    assert_eq!(done["skipped"], json!([{"type": "assign_team", "team": "Support"}]));
}

/// Both instances have found the ticket when either is related to it.
#[tokio::test]
async fn a_ticket_with_one_instance_keeps_one_on_postgres() {
    let app = TestApp::start(Database::Postgres).await;
    custom_objects::declare(&app).await;
    let kind = id(&app.post("/ticket_types", json!({"name": "Bug"})).await.ok());
    let ada = user(&app, "ada@acme.test").await;
    let ticket = id(&app.post("/tickets", json!({"ticket_type_id": kind, "contacts": [{"id": ada}]})).await.ok());
    let locked = Locked::rows(&app, "conversations", &format!("id = {}", number::<ConversationId>(&ticket))).await;
    let save = |name: &str| {
        let body = json!({"external_id": name, "custom_attributes": {"asked": ticket}});
        sent(&app, "POST", "/custom_object_instances/Nothing", Some(body))
    };
    let saves = [save("one"), save("two")];
    locked.awaited_by(&app, 2).await;
    locked.release();
    for save in saves {
        assert_eq!(save.await.unwrap().status, 200);
    }
    assert_eq!(counted(&app, "SELECT count(*) FROM custom_object_links WHERE workspace_id = $1").await, 1);
}

/// The instance is checked and waits for its customer when its type is deleted.
#[tokio::test]
async fn a_type_whose_first_instance_is_being_saved_is_not_deleted_on_postgres() {
    const TYPES: &str = "/app/v1/settings/object_types";
    let app = TestApp::start(Database::Postgres).await;
    let browser = app.browser().await;
    browser.post(TYPES, json!({"identifier": "Order"})).await.ok();
    let customer = json!({"name": "customer", "data_type": "relation", "to": "contact"});
    browser.post(&format!("{TYPES}/Order/attributes"), customer).await.ok();
    let ada = user(&app, "ada@acme.test").await;
    let locked = Locked::rows(&app, "contacts", &format!("id = {}", number::<ContactId>(&ada))).await;
    let order = json!({"external_id": "one", "custom_attributes": {"customer": ada}});
    let save = sent(&app, "POST", "/custom_object_instances/Order", Some(order));
    locked.awaited_by(&app, 1).await;
    let deletion = async {
        locked.awaited_by(&app, 2).await;
        locked.release();
    };
    let path = format!("{TYPES}/Order");
    let (deleted, ()) = tokio::join!(browser.delete(&path), deletion);
    deleted.declined(409, "conflict");
    assert_eq!(save.await.unwrap().status, 200);
    app.get("/custom_object_instances/Order/one").await.ok();
}

/// Another device has written the first draft and waits for its file when a reply is withdrawn.
#[tokio::test]
async fn a_reply_that_is_taken_back_joins_a_draft_that_is_being_saved_on_postgres() {
    let app = TestApp::start(Database::Postgres).await;
    let (path, _) = started(&app, "ada@acme.test").await;
    let at = format!("/app/v1{path}");
    let browser = app.browser().await;
    let headers = [("content-type", "text/plain"), ("x-file-name", "a.txt")];
    let file = browser.raw("POST", "/app/v1/uploads", &headers, b"a".to_vec()).await.ok();
    let reply = browser.post(&format!("{at}/reply"), json!({"kind": "reply", "html": "<p>Too soon</p>"})).await.ok();
    let locked = Locked::rows(&app, "uploads", "TRUE").await;
    let draft = format!("{at}/drafts/reply");
    let draft = browser.put(&draft, json!({"html": "<p>more</p>", "attachment_ids": [file["id"]], "base": 0}));
    let withdraw = format!("{at}/parts/{}/withdraw", id(&reply["part"]));
    let withdrawal = async {
        locked.awaited_by(&app, 1).await;
        let release = async {
            locked.awaited_by(&app, 2).await;
            locked.release();
        };
        tokio::join!(browser.post(&withdraw, json!({})), release).0
    };
    let (saved, back) = tokio::join!(draft, withdrawal);
    saved.ok();
    assert_eq!(back.ok()["draft"]["html"], "<p>Too soon</p><p>more</p>");
}
