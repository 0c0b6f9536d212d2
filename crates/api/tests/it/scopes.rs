//! What a token sees, changes and learns besides what its scopes open: nothing.
//!
//! The walk calls every operation with every scope that opens it, alone and together with each scope that opens another
//! kind of data, and looks for texts that belong to what is closed. A new operation is walked as soon as it is in the
//! table; a new kind of data needs a line in [`Secrets::of`].

use std::collections::HashMap;

use deskwire_api::auth::{Scope, Scopes};
use deskwire_api::public::routes;
use deskwire_api::routes::Route;
use deskwire_api::versions::Version;
use deskwire_domain::{conversations, custom_objects, html::Html, segments};
use deskwire_testkit::{Client, NOW, TestApp, Value, both, json};

use crate::isolation::{self, Things, filled, names};
use crate::support::id;

/// Scopes that open a kind of data each, to be joined with the one that opens an operation.
const OTHERS: &[&str] = &[
    "read_users",
    "read_conversations",
    "read_tickets",
    "read_custom_objects",
    "read_tags",
    "read_single_user_and_company",
    "read_events",
    "gather_app_data",
];
/// How many of those are joined with what opens a change.
const WITH_CHANGES: usize = 4;

/// A text, and the scopes of which one opens it.
struct Secret {
    text: String,
    opened_by: &'static str,
}

/// One of everything, and the texts of each that tell it apart.
struct Secrets {
    things: Things,
    secrets: Vec<Secret>,
    conversation: String,
    /// A conversation that is linked to the ticket.
    linked: String,
    ticket: String,
    object_type: String,
    ticket_type: String,
}

const PERSON: &str = "read_single_user_and_company read_users";
const PEOPLE: &str = "read_users";
/// Who wrote something is told with what they wrote.
const AUTHORS: &str = "read_users read_single_user_and_company read_conversations read_tickets read_events";
const TALK: &str = "read_conversations";
const TICKETS: &str = "read_tickets";

fn last_part(talk: &Value) -> String {
    id(talk["conversation_parts"]["conversation_parts"].as_array().unwrap().last().unwrap())
}

impl Secrets {
    /// Fills the workspace.
    async fn of(app: &TestApp) -> Secrets {
        let things = Things::of(app, (&app.client(), &app.actor()), "walked").await;
        let admin = app.admin_id.to_string();
        let at = |prefix: &'static str| things.at(prefix).real.clone();
        let (contact, company) = (at("/contacts/{id}"), at("/companies/{id}"));
        let conversation = at("/conversations/{id}");
        for (model, name) in [("contact", "hush"), ("company", "whisper")] {
            let attribute = json!({"name": name, "model": model, "data_type": "string"});
            app.post("/data_attributes", attribute).await.ok();
        }
        let person = json!({"phone": "+14155550101", "custom_attributes": {"hush": "zq-person-attribute"}});
        app.put(&format!("/contacts/{contact}"), person).await.ok();
        app.post("/contacts", json!({"email": "zq-silent@acme.test", "name": "zq-silent-name"})).await.ok();
        app.post(&format!("/contacts/{contact}/notes"), json!({"body": "zq-person-note"})).await.ok();
        let firm = json!({"name": "zq-company-name", "custom_attributes": {"whisper": "zq-company-attribute"}});
        app.put(&format!("/companies/{company}"), firm).await.ok();
        app.post(&format!("/companies/{company}/notes"), json!({"body": "zq-company-note"})).await.ok();
        app.post("/tags", json!({"name": "zq-company-tag", "companies": [{"id": company}]})).await.ok();
        app.post("/tags", json!({"name": "zq-person-tag", "users": [{"id": contact}]})).await.ok();
        app.post("/tags", json!({"name": "zq-free-tag"})).await.ok();
        let event = json!({"event_name": "zq-event", "created_at": NOW, "id": contact});
        app.post("/events", event).await.with(202);
        let by = app.actor();
        app.write(move |tx| {
            let query = json!({"field": "name", "operator": "=", "value": "zq-company-name"});
            let firms = json!({"name": "zq-company-segment", "person_type": "company", "query": query});
            segments::declare(tx, &by, &serde_json::from_value(firms).unwrap())?;
            let attributes = json!([
                {"name": "word", "data_type": "string"},
                {"name": "talk", "data_type": "relation", "to": "conversation", "reverse": "cases"},
                {"name": "errand", "data_type": "relation", "to": "ticket", "reverse": "errands"},
                {"name": "who", "data_type": "relation", "to": "contact", "reverse": "cases"},
            ]);
            let case = json!({"identifier": "Case", "attributes": attributes});
            custom_objects::declare(tx, &by, &serde_json::from_value(case).unwrap())?;
            Ok(())
        })
        .await;
        let kind = json!({"name": "zq-ticket-type", "category": "Tracker"});
        let kind = app.post("/ticket_types", kind).await.ok();
        let new = json!({"ticket_type_id": kind["id"], "contacts": [{"id": contact}], "company_id": company,
            "ticket_attributes": {"_default_title_": "zq-ticket-title"}});
        let ticket = id(&app.post("/tickets", new).await.ok());
        let note = json!({"type": "admin", "admin_id": admin, "message_type": "note", "body": "zq-ticket-note"});
        app.post(&format!("/tickets/{ticket}/reply"), note).await.ok();
        let said = json!({"from": {"type": "user", "id": contact}, "body": "zq-talk-source"});
        let linked = app.post("/conversations", said).await.ok()["conversation_id"].as_str().unwrap().to_owned();
        app.post(&format!("/tickets/{ticket}/linked_conversations"), json!({"conversation_id": linked})).await.ok();
        let talk = format!("/conversations/{conversation}");
        app.put(&talk, json!({"company_id": company, "title": "zq-talk-title"})).await.ok();
        let note = json!({"type": "admin", "admin_id": admin, "message_type": "note", "body": "zq-talk-note"});
        app.post(&format!("{talk}/reply"), note).await.ok();
        for (path, name) in [(talk, "zq-talk-tag"), (format!("/tickets/{ticket}"), "zq-ticket-tag")] {
            let tag = id(&app.post("/tags", json!({"name": name})).await.ok());
            app.post(&format!("{path}/tags"), json!({"id": tag, "admin_id": admin})).await.ok();
        }
        let relations = json!({"word": "zq-object-word", "talk": conversation, "errand": ticket, "who": contact});
        let case = json!({"external_id": "zq-object-id", "custom_attributes": relations});
        app.post("/custom_object_instances/Case", case).await.ok();
        let (by, side) = (app.actor(), conversation.parse().unwrap());
        app.write(move |tx| {
            let words = Html::of_text("zq-talk-side").unwrap();
            conversations::side_conversations::start(tx, &by, side, by.admin_id.unwrap(), &words)
        })
        .await;
        app.run_jobs().await;
        let secret = |text: &str, opened_by| Secret { text: text.to_owned(), opened_by };
        let secrets = vec![
            secret("walked@acme.test", AUTHORS),
            secret("external-walked", AUTHORS),
            secret("14155550101", PERSON),
            secret("zq-person-attribute", PERSON),
            secret("zq-silent", PEOPLE),
            secret("zq-person-note", PEOPLE),
            secret("zq-company-name", PERSON),
            secret("zq-company-attribute", PERSON),
            secret("zq-company-note", PEOPLE),
            secret("zq-company-tag", "read_users read_single_user_and_company read_tags"),
            secret("zq-person-tag", "read_tags"),
            secret("zq-free-tag", "read_tags"),
            secret("zq-talk-tag", "read_tags read_conversations"),
            secret("zq-ticket-tag", "read_tags read_tickets"),
            secret("zq-event", "read_events"),
            secret("zq-company-segment", "read_users gather_app_data"),
            secret("zq-ticket-type", TICKETS),
            secret("zq-ticket-title", TICKETS),
            secret("zq-ticket-note", TICKETS),
            secret("zq-talk-source", TALK),
            secret("zq-talk-title", TALK),
            secret("zq-talk-note", TALK),
            secret("zq-talk-side", TALK),
            secret("zq-object", "read_custom_objects"),
            Secret { text: linked.clone(), opened_by: TALK },
            Secret { text: ticket.clone(), opened_by: TICKETS },
        ];
        let (object_type, ticket_type) = ("Case".to_owned(), id(&kind));
        Secrets { things, secrets, conversation, linked, ticket, object_type, ticket_type }
    }

    /// What an operation is called with: the path, and a body that brings it as far as to answer.
    async fn request(&self, app: &TestApp, route: &Route) -> (String, Option<Value>) {
        let real = |at: &'static str| match at {
            "/tickets/{id}" => self.ticket.clone(),
            "/custom_object_instances/{type}" => self.object_type.clone(),
            "/custom_object_instances/{type}/{id}" => "zq-object-id".to_owned(),
            at => self.things.at(at).real.clone(),
        };
        let mut path = filled(route, real);
        if let Some(victim) = self.victim(app, route).await {
            path = path.replacen(&real(names(route)[0]), &victim, 1);
        }
        if route.path == "/segments" || route.path == "/tags" {
            path.push_str("?include_count=true");
        }
        let body = self.body(app, route).await;
        (path, body.or_else(|| isolation::body(route.operation, &self.things)))
    }

    /// Something to be destroyed, in the place of what is walked over.
    async fn victim(&self, app: &TestApp, route: &Route) -> Option<String> {
        let contact = &self.things.at("/contacts/{id}").real;
        Some(match route.operation {
            "DELETE /contacts/{id}" | "POST /contacts/{id}/archive" | "POST /contacts/{id}/block" => {
                id(&app.post("/contacts", json!({"role": "lead"})).await.ok())
            }
            "DELETE /companies/{id}" => {
                id(&app.post("/companies", json!({"company_id": "victim", "name": "victim"})).await.ok())
            }
            "DELETE /tags/{id}" => id(&app.post("/tags", json!({"name": "victim"})).await.ok()),
            "DELETE /tickets/{id}" => {
                let new = json!({"ticket_type_id": self.ticket_type, "contacts": [{"id": contact}]});
                id(&app.post("/tickets", new).await.ok())
            }
            "DELETE /conversations/{id}" | "POST /conversations/{id}/merge" | "POST /conversations/{id}/convert" => {
                let said = json!({"from": {"type": "user", "id": contact}, "body": "victim"});
                app.post("/conversations", said).await.ok()["conversation_id"].as_str().unwrap().to_owned()
            }
            "DELETE /custom_object_instances/{type}" | "DELETE /custom_object_instances/{type}/{id}" => {
                "Nobody".to_owned()
            }
            _ => return None,
        })
    }

    async fn body(&self, app: &TestApp, route: &Route) -> Option<Value> {
        let at = |prefix: &'static str| self.things.at(prefix).real.clone();
        let (contact, admin) = (at("/contacts/{id}"), app.admin_id.to_string());
        let find = |field: &str| json!({"query": {"field": field, "operator": ">", "value": 0}});
        let said = json!({"type": "admin", "admin_id": admin, "message_type": "note", "body": "x"});
        Some(match route.operation {
            "POST /contacts/search"
            | "POST /companies/search"
            | "POST /conversations/search"
            | "POST /tickets/search" => find("created_at"),
            "POST /contacts/merge" | "POST /contacts/merge/preview" => {
                let lead = id(&app.post("/contacts", json!({"role": "lead"})).await.ok());
                json!({"from": lead, "into": contact, "skip_duplicate_validation": true})
            }
            // Notes show whether their author is away.
            "PUT /admins/{id}/away" => json!({"away_mode_enabled": false, "away_mode_reassign": false}),
            "POST /contacts" => json!({"role": "lead"}),
            "PUT /contacts/{id}" => json!({"custom_attributes": {"cases": ["zq-object-id"]}}),
            "POST /companies" => json!({"company_id": "company-walked"}),
            "PUT /companies/{id}" => json!({"plan": "Gold"}),
            "POST /conversations" => json!({"from": {"type": "user", "id": contact}, "body": "x"}),
            "PUT /conversations/{id}" => {
                json!({"company_id": at("/companies/{id}"), "custom_attributes": {"cases": ["zq-object-id"]}})
            }
            "POST /conversations/{id}/reply" | "POST /tickets/{id}/reply" => said,
            "POST /conversations/{id}/merge" => json!({"merge_into_conversation_id": self.conversation}),
            "POST /conversations/redact" => {
                let path = format!("/conversations/{}", self.conversation);
                let part = last_part(&app.post(&format!("{path}/reply"), said).await.ok());
                json!({"type": "conversation_part", "conversation_id": self.conversation, "conversation_part_id": part})
            }
            "POST /messages" => json!({"message_type": "in_app", "body": "x", "from": {"type": "admin", "id": admin},
                "to": {"type": "user", "id": contact}, "create_conversation_without_contact_reply": true}),
            "POST /tickets" | "POST /tickets/enqueue" => json!({"ticket_type_id": self.ticket_type,
                "contacts": [{"id": contact}], "company_id": at("/companies/{id}"), "conversation_to_link_id": self.conversation}),
            "PUT /tickets/{id}" => json!({"company_id": at("/companies/{id}")}),
            "POST /tickets/{id}/tags" => json!({"id": at("/tags/{id}"), "admin_id": admin}),
            "POST /tickets/{id}/change_type" => json!({"ticket_type_id": self.ticket_type, "ticket_state_id": "1"}),
            "POST /custom_object_instances/{type}" => {
                let related = json!({"talk": self.conversation, "errand": self.ticket, "who": contact});
                json!({"external_id": "zq-object-id", "custom_attributes": related})
            }
            "POST /tags" => json!({"name": "zq-free-tag", "users": [{"id": contact}]}),
            "POST /events" => json!({"event_name": "e", "created_at": NOW, "id": contact}),
            "POST /contacts/bulk" => json!({"contacts": [{"role": "lead"}]}),
            "PUT /contacts/bulk" => {
                let tag = json!([{"id": at("/tags/{id}")}]);
                json!({"contacts": [{"id": contact, "tag": tag, "custom_attributes": {"cases": ["zq-object-id"]}}]})
            }
            _ => return None,
        })
    }

    /// All that can be changed, as who may see everything sees it, by the kind of data.
    async fn state(&self, app: &TestApp) -> Vec<(Scope, Value)> {
        let path = |prefix: &'static str| prefix.replace("{id}", &self.things.at(prefix).real);
        let mut all = Vec::new();
        for (scope, path) in [
            (Scope::WriteUsersCompanies, path("/contacts/{id}")),
            (Scope::WriteUsersCompanies, path("/companies/{id}")),
            (Scope::WriteConversations, path("/conversations/{id}")),
            (Scope::WriteTickets, format!("/tickets/{}", self.ticket)),
            (Scope::WriteTags, "/tags".to_owned()),
            (Scope::ReadWriteCustomObjects, "/custom_object_instances/Case/zq-object-id".to_owned()),
        ] {
            let mut seen = app.client().off_the_record().get(&path).await.ok();
            // The company of a conversation is told with its own kind, and what a contact last said with the messages.
            for moved in ["updated_at", "last_replied_at", "last_contacted_at", "company"] {
                seen.as_object_mut().unwrap().remove(moved);
            }
            all.push((scope, seen));
        }
        all
    }
}

/// What an operation changes by its own scope, although it belongs to another kind of data: tagging, links, and who
/// takes part (ADR 20).
fn changes(operation: &str, kind: Scope) -> bool {
    let tags = operation.contains("/tags");
    match kind {
        Scope::WriteUsersCompanies => {
            tags || operation.contains("/custom_object_instances") || operation.contains("/bulk")
        }
        Scope::WriteConversations => {
            tags || operation.contains("/linked_conversations")
                || operation.contains("/custom_object_instances")
                || operation.starts_with("POST /tickets")
        }
        Scope::WriteTickets => operation.contains("/custom_object_instances"),
        Scope::ReadWriteCustomObjects => operation.starts_with("PUT "),
        _ => false,
    }
}

/// The clients that have been made, by their scopes.
struct Clients(HashMap<String, Client>);

impl Clients {
    async fn of(&mut self, app: &TestApp, scopes: &str) -> Client {
        if !self.0.contains_key(scopes) {
            self.0.insert(scopes.to_owned(), app.scoped(scopes).await.off_the_record());
        }
        self.0[scopes].clone()
    }
}

fn has_any(scopes: Scopes, wanted: &str) -> bool {
    wanted.split(' ').any(|name| scopes.has(Scope::parse(name).unwrap()))
}

/// The scopes to call an operation with: each that opens it, alone and with each of the others.
fn combinations(route: &Route) -> Vec<String> {
    let own = route.scopes.iter().map(|scope| scope.as_str());
    let others = &OTHERS[..if route.method == "GET" { OTHERS.len() } else { WITH_CHANGES }];
    own.flat_map(|own| std::iter::once(own.to_owned()).chain(others.iter().map(move |other| format!("{own} {other}"))))
        .collect()
}

/// A request that names something: the scopes, method and path, the name of what is hidden and one that nobody has, and
/// the body. The path names it where it has braces.
type Case<'a> = (&'a str, &'a str, String, &'a str, &'a str, Box<dyn Fn(&str) -> Value + 'a>);

both! {
    async fn nothing_is_shown_or_changed_that_the_scopes_do_not_open(app) {
        let seeded = Secrets::of(&app).await;
        let mut clients = Clients(HashMap::new());
        let (mut calls, mut answered, mut faults) = (0, HashMap::new(), Vec::new());
        let mut state = seeded.state(&app).await;
        for route in routes::table().rows() {
            let version = if route.window.contains(Version::Unstable) { "Unstable" } else { "2.11" };
            for scopes in combinations(route) {
                let client = clients.of(&app, &scopes).await.with_version(version);
                let held = Scopes::parse(&scopes).unwrap();
                let (path, body) = seeded.request(&app, route).await;
                let answer = client.call(route.method.as_str(), &path, body.as_ref()).await;
                answer.is_well_formed();
                let asked = format!("{path} {}", body.unwrap_or_default());
                for secret in &seeded.secrets {
                    let told = answer.text.contains(&secret.text) && !asked.contains(&secret.text);
                    if told && !has_any(held, secret.opened_by) {
                        faults.push(format!("{} with {scopes} tells {}: {}", route.operation, secret.text, answer.text));
                    }
                }
                if route.method != "GET" && answer.status < 300 {
                    if answer.text.contains("\"job") || answer.text.contains(".job\"") {
                        app.run_jobs().await;
                    }
                    let before = std::mem::replace(&mut state, seeded.state(&app).await);
                    for ((kind, before), (_, after)) in before.iter().zip(&state) {
                        let mine = held.has(*kind) || (held.has(Scope::ReadWriteUsers) && *kind == Scope::WriteUsersCompanies);
                        if !mine && !changes(route.operation, *kind) && before != after {
                            faults.push(format!("{} with {scopes} changed\n{before}\n{after}", route.operation));
                        }
                    }
                }
                *answered.entry(route.operation).or_insert(false) |= answer.status < 300;
                calls += 1;
            }
        }
        assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
        assert!(calls > 500, "{calls}");
        // A walk over refusals would prove nothing.
        let refused: Vec<_> = answered.iter().filter(|(_, ok)| !**ok).map(|(operation, _)| *operation).collect();
        assert!(refused.len() < 20, "{} operations were refused each time: {refused:?}", refused.len());
    }

    async fn events_tell_no_more_than_the_operations(app) {
        let seeded = Secrets::of(&app).await;
        let at = |prefix: &'static str| seeded.things.at(prefix).real.clone();
        app.put(&format!("/conversations/{}", seeded.conversation), json!({"title": "zq-end"})).await.ok();
        app.put(&format!("/contacts/{}", at("/contacts/{id}")), json!({"name": "zq-end"})).await.ok();
        let title = json!({"ticket_attributes": {"_default_title_": "zq-end"}});
        app.put(&format!("/tickets/{}", seeded.ticket), title).await.ok();
        let event = json!({"event_name": "zq-end", "created_at": NOW + 1, "id": at("/contacts/{id}")});
        app.clock.advance(1);
        app.post("/events", event).await.with(202);
        app.run_jobs().await;
        for scopes in ["read_conversations", "read_users", "read_single_user_and_company", "read_tickets", "read_events"] {
            let held = Scopes::parse(scopes).unwrap();
            let client = app.scoped(scopes).await;
            let mut stream = client.follow("/app/events?after=0&items=true", None).await;
            let mut heard = 0;
            loop {
                let said = stream.next().await.expect("the stream goes on").data.to_string();
                for secret in seeded.secrets.iter().filter(|secret| !has_any(held, secret.opened_by)) {
                    assert!(!said.contains(&secret.text), "{scopes} hears {}: {said}", secret.text);
                }
                heard += 1;
                if said.contains("zq-end\"") {
                    break;
                }
            }
            assert!(heard > 1 || scopes == "read_events", "{scopes}");
        }
    }

    async fn what_is_hidden_is_answered_like_what_is_not_there(app) {
        let seeded = Secrets::of(&app).await;
        let at = |prefix: &'static str| seeded.things.at(prefix).real.clone();
        let (contact, company, tag, admin) = (at("/contacts/{id}"), at("/companies/{id}"), at("/tags/{id}"), app.admin_id.to_string());
        let (talk, ticket) = (seeded.conversation.as_str(), seeded.ticket.as_str());
        let [none, no_hex] = ["123456789".to_owned(), crate::support::nobody()];
        let instances = "/custom_object_instances/Case";
        let related = |name: &'static str| move |x: &str| json!({"external_id": "x", "custom_attributes": {name: x}});
        let new = |key: &'static str| {
            let (kind, contact) = (seeded.ticket_type.clone(), contact.clone());
            move |x: &str| {
                let mut body = json!({"ticket_type_id": kind, "contacts": [{"id": contact}]});
                body[key] = x.into();
                body
            }
        };
        let say = |_: &str| json!({"type": "admin", "admin_id": admin, "message_type": "note", "body": "x"});
        let nothing = |_: &str| Value::Null;
        let cases: Vec<Case<'_>> = vec![
            ("write_tickets", "POST", format!("/tickets/{ticket}/linked_conversations"), talk, &none, Box::new(|x| json!({"conversation_id": x}))),
            ("write_tickets", "DELETE", format!("/tickets/{ticket}/linked_conversations/{{}}"), &seeded.linked, &none, Box::new(nothing)),
            ("write_tickets", "POST", "/tickets".to_owned(), talk, &none, Box::new(new("conversation_to_link_id"))),
            ("write_tickets", "POST", "/tickets/enqueue".to_owned(), talk, &none, Box::new(new("conversation_to_link_id"))),
            ("write_tickets", "POST", "/tickets".to_owned(), &company, &no_hex, Box::new(new("company_id"))),
            ("write_tickets", "PUT", format!("/tickets/{ticket}"), &company, &no_hex, Box::new(|x| json!({"company_id": x}))),
            ("write_tickets", "POST", format!("/tickets/{ticket}/tags"), &tag, &none, Box::new(|x| json!({"id": x, "admin_id": admin}))),
            ("write_conversations", "PUT", format!("/conversations/{talk}"), &company, &no_hex, Box::new(|x| json!({"company_id": x}))),
            ("write_conversations", "PUT", format!("/conversations/{talk}"), "zq-object-id", "zq-no-object", Box::new(|x| json!({"custom_attributes": {"cases": [x]}}))),
            ("write_conversations", "GET", "/conversations/{}".to_owned(), ticket, &none, Box::new(nothing)),
            ("write_conversations", "POST", "/conversations/{}/reply".to_owned(), ticket, &none, Box::new(say)),
            ("write_conversations", "POST", "/conversations/{}/convert".to_owned(), ticket, &none, Box::new(|_| json!({"ticket_type_id": "1"}))),
            ("write_conversations", "DELETE", "/conversations/{}".to_owned(), ticket, &none, Box::new(nothing)),
            ("write_conversations", "POST", format!("/conversations/{talk}/merge"), ticket, &none, Box::new(|x| json!({"merge_into_conversation_id": x}))),
            ("read_write_custom_objects", "POST", instances.to_owned(), talk, &none, Box::new(related("talk"))),
            ("read_write_custom_objects", "POST", instances.to_owned(), ticket, &none, Box::new(related("errand"))),
            ("read_write_custom_objects read_conversations", "POST", instances.to_owned(), ticket, &none, Box::new(related("talk"))),
            ("read_write_custom_objects", "POST", instances.to_owned(), &contact, &no_hex, Box::new(related("who"))),
            ("read_custom_objects", "GET", format!("{instances}?references_conversation_id={{}}"), talk, &none, Box::new(nothing)),
            ("read_custom_objects read_conversations", "GET", format!("{instances}?references_conversation_id={{}}"), ticket, &none, Box::new(nothing)),
            ("read_custom_objects", "GET", format!("{instances}?references_contact_id={{}}"), &contact, &no_hex, Box::new(nothing)),
            ("write_users_companies", "PUT", format!("/contacts/{contact}"), "zq-object-id", "zq-no-object", Box::new(|x| json!({"custom_attributes": {"cases": [x]}}))),
        ];
        for (scopes, method, path, real, unknown, body) in cases {
            let client = app.scoped(scopes).await.off_the_record();
            let mut told = Vec::new();
            for name in [real, unknown] {
                let path = path.replace("{}", name);
                let body = Some(body(name)).filter(|body| !body.is_null());
                let answer = client.call(method, &path, body.as_ref()).await;
                answer.is_well_formed();
                let id = answer.header("x-request-id").unwrap().to_owned();
                told.push((answer.status, answer.text.replace(&id, "").replace(name, "")));
            }
            assert_eq!(told[0], told[1], "{method} {path} with {scopes}");
            assert!(told[0].0 >= 400 || method == "GET", "{method} {path} with {scopes}: {told:?}");
        }
    }

    async fn names_are_counted_for_who_may_read_them(app) {
        let counts = app.scoped("read_counts").await.off_the_record();
        for (query, scope) in [
            ("type=company&count=user", "read_users"), ("type=user&count=tag", "read_tags"), ("type=company&count=tag", "read_tags"),
            ("type=user&count=segment", "gather_app_data"), ("type=company&count=segment", "read_users"), ("type=conversation&count=admin", "read_admins"),
        ] {
            let path = format!("/counts?{query}");
            counts.get(&path).await.refused(401, "token_unauthorized");
            app.scoped(&format!("read_counts {scope}")).await.off_the_record().get(&path).await.ok();
        }
        counts.get("/counts?type=conversation").await.ok();
        let segments = app.scoped("gather_app_data").await.get("/segments?include_count=true").await.ok();
        assert!(segments["segments"][0].get("count").is_none(), "{segments}");
    }
}
