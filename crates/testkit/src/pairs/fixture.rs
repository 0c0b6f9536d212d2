//! The objects that verbs work on: created for each round, and named by their role in it.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use deskwire_domain::{Actor, Cx, custom_objects, fin, subscriptions};
use deskwire_store::{Tx, params};
use serde_json::{Value, json};

use super::Jobs;
use crate::answer::Answer;
use crate::app::NOW;
use crate::browser::Browser;
use crate::client::Client;

/// Fixtures of one workspace: some objects of a workspace are limited in number.
const FIXTURES: usize = 100;

/// The objects of a fixture, each after those it depends on: its name and its dependencies.
const SLOTS: &[(&str, &[&str])] = &[
    ("newcomer", &[]),
    ("user", &[]),
    ("other", &[]),
    ("lead", &[]),
    ("company", &[]),
    ("tag", &[]),
    ("label", &[]),
    ("team", &[]),
    ("admin", &[]),
    ("visitor", &[]),
    ("attribute", &[]),
    ("field", &[]),
    ("kind", &[]),
    ("kind2", &[]),
    ("crate", &[]),
    ("member", &["user", "company"]),
    ("tagged", &["user", "tag"]),
    ("tagged_lead", &["lead", "tag"]),
    ("tagged_company", &["company", "tag"]),
    ("subscribed", &["user"]),
    ("talk", &["user"]),
    ("said", &["talk"]),
    ("second", &["other"]),
    ("shared", &["user", "other"]),
    ("lead_talk", &["lead"]),
    ("tagged_talk", &["talk", "tag"]),
    ("merged", &["talk", "second"]),
    ("held", &["talk"]),
    ("ticket", &["user", "kind"]),
    ("tracker", &["other"]),
    ("tracker2", &["other"]),
    ("linked", &["tracker", "talk"]),
    ("order", &["user"]),
    ("segment", &["user"]),
    ("assigned", &["talk", "admin"]),
    ("away", &["assigned"]),
    ("with_team", &["talk", "team"]),
    ("filled", &["crate", "talk"]),
    ("session", &["user"]),
    ("handed_over", &["session"]),
    ("asked", &["user"]),
    ("folder", &[]),
    ("drawer", &[]),
    ("collection", &[]),
    ("audience", &[]),
    ("article", &[]),
    ("filed", &["article", "folder"]),
    ("internal", &[]),
    ("snippet", &[]),
    ("news", &[]),
    ("call", &[]),
    ("phoned", &["call"]),
];

/// These objects and their dependencies, in the order of creation.
pub(super) fn closure(slots: &[&'static str]) -> Vec<&'static str> {
    let mut needed: Vec<&str> = slots.to_vec();
    for (slot, needs) in SLOTS.iter().rev() {
        if needed.contains(slot) {
            needed.extend(*needs);
        }
    }
    SLOTS.iter().map(|(slot, _)| *slot).filter(|slot| needed.contains(slot)).collect()
}

/// A workspace for many fixtures.
pub(super) struct World {
    pub(super) jobs: Arc<Jobs>,
    pub(super) client: Client,
    browser: Browser,
    pub(super) actor: Actor,
    pub(super) admin: String,
    tracker_kind: String,
    procedure: String,
    subscription: String,
    state: String,
    used: AtomicUsize,
}

impl World {
    /// A new workspace on the server.
    pub(super) async fn new(jobs: &Arc<Jobs>) -> Arc<World> {
        let app = &jobs.app;
        let (client, actor) = app.neighbour().await;
        let client = client.off_the_record();
        let by = actor.clone();
        app.write(move |tx| {
            let relation = |name: &str, to: &str, reverse: &str, many: &str| json!({"name": name, "data_type": "relation", "to": to, "reverse": reverse, "cardinality": many});
            let size = json!({"name": "size", "data_type": "string"});
            let order = json!({"identifier": "Order", "attributes": [size, relation("customer", "contact", "orders", "one")]});
            let of_crates = [
                relation("talks", "conversation", "crates", "many"),
                relation("tickets", "ticket", "boxes", "many"),
                relation("contents", "Order", "crates", "many"),
            ];
            let boxes = json!({"identifier": "Crate", "attributes": of_crates});
            for declared in [order, boxes] {
                let declared = serde_json::from_value(declared).expect("a type is declared well");
                custom_objects::declare(&mut Cx::new(tx, &by), &declared)?;
            }
            let news = serde_json::from_value(json!({"name": "News", "consent_type": "opt_out"}));
            subscriptions::declare(&mut Cx::new(tx, &by), &news.expect("a subscription type is declared well"))?;
            fin::declare(&mut Cx::new(tx, &by), &fin::Declared { csat: Some(true), ..fin::Declared::default() })?;
            let greet = json!({"name": "Greet", "state": "live", "api_trigger": true,
                "steps": [{"kind": "say", "instructions": "Hello"}]});
            let greet = serde_json::from_value(greet).expect("a procedure is declared well");
            fin::procedures::declare(&mut Cx::new(tx, &by), &greet)?;
            Ok(())
        })
        .await;
        let tracker = json!({"name": "Outage", "category": "Tracker"});
        let tracker_kind = id(&client.post("/ticket_types", tracker).await.ok());
        let known = client.post("/fin/capabilities", json!({"user": {"id": "nobody"}})).await.ok();
        let procedure = id(&known["capabilities"][0]);
        let subscription = id(&client.get("/subscription_types").await.ok()["data"][0]);
        let state = id(&client.get("/ticket_states").await.ok()["data"][0]);
        let admin_id = actor.admin_id().expect("an admin acts");
        let (browser, admin) = (Browser::signed_in(app, actor.workspace(), admin_id).await, admin_id.to_string());
        let used = AtomicUsize::new(0);
        Arc::new(World {
            jobs: Arc::clone(jobs),
            client,
            browser,
            actor,
            admin,
            tracker_kind,
            procedure,
            subscription,
            state,
            used,
        })
    }

    /// Calls the API, or the inbox as the admin.
    pub(super) async fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        if path.starts_with("/app/v1/") {
            self.browser.call(method, path, body).await
        } else {
            self.client.call(method, path, body).await
        }
    }

    /// Whether a new workspace is due.
    pub(super) fn is_full(&self) -> bool {
        self.used.load(Ordering::Relaxed) >= FIXTURES
    }
}

/// The objects of one round.
pub(super) struct Fixture {
    pub(super) world: Arc<World>,
    /// Part of all names, so that objects of two rounds are distinct.
    pub(super) mark: String,
    pub(super) slots: Vec<&'static str>,
    ids: HashMap<&'static str, String>,
}

impl Fixture {
    /// Creates the objects.
    pub(super) async fn make(world: &Arc<World>, number: usize, slots: &[&'static str]) -> Fixture {
        world.used.fetch_add(1, Ordering::Relaxed);
        let mark = format!("q{number:07}q");
        let mut fixture = Fixture { world: Arc::clone(world), mark, slots: closure(slots), ids: HashMap::new() };
        for slot in fixture.slots.clone() {
            let made = fixture.slot(slot).await;
            fixture.ids.insert(slot, made);
        }
        fixture
    }

    /// The id of an object.
    pub(super) fn id(&self, slot: &str) -> &str {
        self.ids.get(slot).map_or_else(|| panic!("the fixture has no {slot}"), String::as_str)
    }

    /// The ids and what they are the ids of.
    pub(super) fn ids(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.ids.iter().map(|(slot, id)| (*slot, id.as_str()))
    }

    /// A name that no other fixture has.
    pub(super) fn name(&self, of: &str) -> String {
        format!("{of}.{}", self.mark)
    }

    /// An address that no other fixture has.
    pub(super) fn email(&self, of: &str) -> String {
        format!("{of}.{}@pairs.test", self.mark)
    }

    /// A phone number that no other fixture has.
    pub(super) fn phone(&self) -> String {
        let number: u64 = self.mark.trim_matches('q').parse().unwrap_or_default();
        format!("+1415{:07}", 2_000_000 + number)
    }

    pub(super) fn subscription(&self) -> &str {
        &self.world.subscription
    }

    pub(super) fn state(&self) -> &str {
        &self.world.state
    }

    pub(super) fn tracker_kind(&self) -> &str {
        &self.world.tracker_kind
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let answer = self.world.call("POST", path, Some(&body)).await;
        assert!(answer.status < 300, "{path} answered {}", answer.text);
        answer.body
    }

    async fn slot(&self, slot: &'static str) -> String {
        let (id_of, admin) = (|slot: &str| self.id(slot).to_owned(), self.world.admin.clone());
        match slot {
            "newcomer" => self.mark.clone(),
            "user" | "other" => {
                let body =
                    json!({"role": "user", "email": self.email(slot), "external_id": self.name(slot), "name": slot});
                id(&self.post("/contacts", body).await)
            }
            "lead" => {
                id(&self.post("/contacts", json!({"role": "lead", "email": self.email(slot), "name": slot})).await)
            }
            "company" => id(&self.post("/companies", json!({"company_id": self.name(slot), "name": slot})).await),
            "tag" | "label" => id(&self.post("/tags", json!({"name": self.name(slot)})).await),
            "attribute" => {
                let body = json!({"name": self.mark, "model": "contact", "data_type": "string"});
                let made = self.post("/data_attributes", body).await;
                made["id"].to_string().replace('"', "")
            }
            "field" => {
                let options = json!([{"label": "a"}, {"label": "b"}, {"label": "c"}]);
                let body = json!({"name": self.mark, "data_type": "list", "options": options});
                self.post("/conversations/attributes", body).await["id"].to_string().replace('"', "")
            }
            "kind" | "kind2" => {
                let made = self.post("/ticket_types", json!({"name": self.name(slot), "category": "Customer"})).await;
                let size = json!({"name": "Size", "description": "", "data_type": "string"});
                self.post(&format!("/ticket_types/{}/attributes", id(&made)), size).await;
                id(&made)
            }
            "crate" => id(&self.post("/custom_object_instances/Crate", json!({"external_id": self.mark})).await),
            "member" => {
                let path = format!("/contacts/{}/companies", id_of("user"));
                id(&self.post(&path, json!({"id": id_of("company")})).await)
            }
            "tagged" | "tagged_lead" => {
                let who = id_of(if slot == "tagged" { "user" } else { "lead" });
                id(&self.post(&format!("/contacts/{who}/tags"), json!({"id": id_of("tag")})).await)
            }
            "tagged_company" => {
                let body = json!({"name": self.name("tag"), "companies": [{"id": id_of("company")}]});
                id(&self.post("/tags", body).await)
            }
            "subscribed" => {
                let body = json!({"id": self.world.subscription, "consent_type": "opt_out"});
                id(&self.post(&format!("/contacts/{}/subscriptions", id_of("user")), body).await)
            }
            "talk" | "second" | "lead_talk" | "shared" => self.conversation(slot).await,
            "said" => {
                let body = json!({"message_type": "comment", "type": "user", "intercom_user_id": id_of("user"), "body": "Said"});
                let shown = self.post(&format!("/conversations/{}/reply", id_of("talk")), body).await;
                id(shown["conversation_parts"]["conversation_parts"]
                    .as_array()
                    .and_then(|parts| parts.last())
                    .expect("a reply is a part"))
            }
            "tagged_talk" => {
                let body = json!({"id": id_of("tag"), "admin_id": admin});
                id(&self.post(&format!("/conversations/{}/tags", id_of("talk")), body).await)
            }
            "ticket" => self.ticket(&id_of("kind"), "user").await,
            "tracker" | "tracker2" => self.ticket(&self.world.tracker_kind, "other").await,
            "merged" => {
                let into = json!({"merge_into_conversation_id": id_of("second")});
                id(&self.post(&format!("/conversations/{}/merge", id_of("talk")), into).await)
            }
            "held" => {
                let path = format!("/app/v1/conversations/{}/reply", id_of("talk"));
                id(&self.post(&path, json!({"kind": "reply", "html": "<p>Held</p>"})).await["part"])
            }
            "linked" => {
                let path = format!("/tickets/{}/linked_conversations", id_of("tracker"));
                id(&self.post(&path, json!({"conversation_id": id_of("talk")})).await)
            }
            "order" => {
                let body =
                    json!({"external_id": self.mark, "custom_attributes": {"size": "L", "customer": id_of("user")}});
                id(&self.post("/custom_object_instances/Order", body).await)
            }
            "session" | "asked" => {
                let mut body = json!({"conversation_id": self.name(slot), "user": {"id": self.name("user")}});
                if slot == "session" {
                    body["message"] = json!({"author": "user", "body": "Hi", "timestamp": "2026-03-01T11:50:00Z"});
                    self.post("/fin/start", body).await;
                } else {
                    // Its last step ends the session, which asks for a rating.
                    self.post(&format!("/fin/procedures/{}/run", self.world.procedure), body).await;
                }
                // Another lane may have taken the job of the answer, and not be done with it.
                self.settle().await;
                self.newest_of("user").await
            }
            "handed_over" => {
                self.post("/fin/escalate", json!({"conversation_id": self.name("session")})).await;
                self.newest_of("user").await
            }
            "filled" => {
                let body = json!({"external_id": self.mark, "custom_attributes": {"talks": [id_of("talk")]}});
                id(&self.post("/custom_object_instances/Crate", body).await)
            }
            "assigned" | "with_team" => {
                let (kind, to) = if slot == "assigned" { ("admin", "admin") } else { ("team", "team") };
                let body =
                    json!({"message_type": "assignment", "type": kind, "admin_id": admin, "assignee_id": id_of(to)});
                id(&self.post(&format!("/conversations/{}/parts", id_of("talk")), body).await)
            }
            "away" => {
                let body = json!({"away_mode_enabled": true, "away_mode_reassign": true});
                id(&self.world.client.put(&format!("/admins/{}/away", id_of("admin")), body).await.ok())
            }
            "folder" | "drawer" => id(&self.post("/folders", json!({"folder": {"name": self.name(slot)}})).await),
            "collection" => id(&self.post("/help_center/collections", json!({"name": self.name(slot)})).await),
            "audience" => id(&self.post("/audiences", json!({"name": self.name(slot)})).await),
            "article" | "internal" | "news" | "snippet" => id(&self.content(slot).await),
            "filed" => {
                let folder: i64 = id_of("folder").parse().unwrap_or_default();
                let path = format!("/articles/{}", id_of("article"));
                id(&self.world.client.put(&path, json!({"folder_id": folder})).await.ok())
            }
            "call" => {
                let call = json!({"phone_number": self.phone(), "call_id": self.name(slot)});
                id_at(&self.post("/fin_voice/register", call).await, "intercom_call_id")
            }
            "phoned" => {
                let call = self.world.client.get(&format!("/calls/{}", id_of("call"))).await.ok();
                id_at(&call, "conversation_id")
            }
            "team" | "admin" | "visitor" | "segment" => self.declared(slot).await,
            unknown => panic!("{unknown} is not an object of a fixture"),
        }
    }

    async fn conversation(&self, slot: &str) -> String {
        let from = match slot {
            "second" => "other",
            "lead_talk" => "lead",
            _ => "user",
        };
        let role = if from == "lead" { "lead" } else { "user" };
        let body = json!({"from": {"type": role, "id": self.id(from)}, "body": slot});
        let made = self.post("/conversations", body).await;
        let made = made["conversation_id"].as_str().expect("a conversation has an id").to_owned();
        if slot == "shared" {
            let add = json!({"admin_id": self.world.admin, "customer": {"intercom_user_id": self.id("other")}});
            self.post(&format!("/conversations/{made}/customers"), add).await;
        }
        made
    }

    /// The conversation of a contact that was created last.
    async fn newest_of(&self, contact: &str) -> String {
        let query = json!({"query": {"field": "contact_ids", "operator": "=", "value": self.id(contact)}});
        let found = self.post("/conversations/search", query).await;
        let ids = found["conversations"].as_array().into_iter().flatten().map(id);
        ids.max_by_key(|id| id.parse::<i64>().unwrap_or_default()).expect("the contact has a conversation")
    }

    async fn content(&self, slot: &str) -> Value {
        let (title, admin) = (self.name(slot), self.world.admin.parse::<i64>().unwrap_or_default());
        match slot {
            "article" => {
                let body = json!({"title": title, "body": "Text", "author_id": admin, "state": "published"});
                self.post("/articles", body).await
            }
            "internal" => {
                let body = json!({"title": title, "body": "Text", "author_id": admin, "owner_id": admin});
                self.post("/internal_articles", body).await
            }
            "news" => self.post("/news/news_items", json!({"title": title, "sender_id": admin})).await,
            _ => self.post("/content_snippets", json!({"title": title, "body_markdown": "Text"})).await,
        }
    }

    /// Works until no bulk job of content is left, whose ids their answers do not have.
    pub(super) async fn all_bulk_jobs(&self) -> String {
        let sql = "SELECT count(*) FROM bulk_jobs WHERE workspace_id = $1 AND type = 'content.bulk.job' AND completed_at IS NULL";
        let is_done =
            self.work_until_none(move |tx, workspace| tx.query_one(sql, params![workspace], |row| row.get(0)));
        if is_done.await { "202 done" } else { "202 never done" }.to_owned()
    }

    /// Works until nothing of the workspace is due.
    pub(super) async fn settle(&self) {
        let sql =
            "SELECT count(*) FROM jobs WHERE workspace_id = $1 AND state IN ('pending', 'running') AND run_at <= $2";
        let due = move |tx: &mut Tx<'_>, workspace: &str| tx.query_one(sql, params![workspace, NOW], |row| row.get(0));
        assert!(self.work_until_none(due).await, "there is always work");
    }

    /// Works until `left` counts none; false when that takes too long.
    async fn work_until_none(
        &self,
        left: impl Fn(&mut Tx<'_>, &str) -> deskwire_store::Result<i64> + Copy + Send + 'static,
    ) -> bool {
        for _ in 0..super::TIMEOUT {
            self.world.jobs.run().await;
            let workspace = self.world.actor.workspace().to_owned();
            if self.world.jobs.app.write(move |tx| Ok(left(tx, &workspace)?)).await == 0 {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        false
    }

    async fn ticket(&self, kind: &str, of: &str) -> String {
        id(&self.post("/tickets", json!({"ticket_type_id": kind, "contacts": [{"id": self.id(of)}]})).await)
    }
}

/// The id in an answer.
fn id(object: &Value) -> String {
    id_at(object, "id")
}

/// The same under another name.
fn id_at(object: &Value, name: &str) -> String {
    object[name].as_str().map_or_else(|| object[name].to_string(), str::to_owned)
}
