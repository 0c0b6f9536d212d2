//! One object of every noun, with unique texts, and the requests that operations are called with.

use deskwire_api::auth::{Scope, Scopes};
use deskwire_api::routes::Route;
use deskwire_domain::Cx;
use deskwire_domain::{calls, conversations, custom_objects, html::Html, segments};
use deskwire_testkit::{NOW, TestApp, Value, json};

use super::has_any;
use crate::isolation::{self, Things, filled, names};
use crate::read_only;
use crate::support::id;

/// A text, and the scopes of which one opens it.
pub(super) struct Secret {
    pub(super) text: String,
    pub(super) opened_by: &'static str,
}

/// One object of every noun, and the unique texts of each.
pub(super) struct Secrets {
    pub(super) things: Things,
    pub(super) secrets: Vec<Secret>,
    pub(super) conversation: String,
    /// A conversation that is linked to the ticket.
    pub(super) linked: String,
    pub(super) ticket: String,
    object_type: String,
    pub(super) ticket_type: String,
}

const PERSON: &str = "read_single_user_and_company read_users";
const PEOPLE: &str = "read_users";
/// Authors are shown with what they wrote.
const AUTHORS: &str = "read_users read_single_user_and_company read_conversations read_tickets read_events";
const TALK: &str = "read_conversations";
const TICKETS: &str = "read_tickets";

fn last_part(talk: &Value) -> String {
    id(talk["conversation_parts"]["conversation_parts"].as_array().unwrap().last().unwrap())
}

impl Secrets {
    /// Fills the workspace.
    pub(super) async fn of(app: &TestApp) -> Secrets {
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
            segments::declare(&mut Cx::new(tx, &by), &serde_json::from_value(firms).unwrap())?;
            let attributes = json!([
                {"name": "word", "data_type": "string"},
                {"name": "talk", "data_type": "relation", "to": "conversation", "reverse": "cases"},
                {"name": "errand", "data_type": "relation", "to": "ticket", "reverse": "errands"},
                {"name": "who", "data_type": "relation", "to": "contact", "reverse": "cases"},
            ]);
            let case = json!({"identifier": "Case", "attributes": attributes});
            custom_objects::declare(&mut Cx::new(tx, &by), &serde_json::from_value(case).unwrap())?;
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
        let message = json!({"from": {"type": "user", "id": contact}, "body": "zq-talk-source"});
        let linked = app.post("/conversations", message).await.ok()["conversation_id"].as_str().unwrap().to_owned();
        app.post(&format!("/tickets/{ticket}/linked_conversations"), json!({"conversation_id": linked})).await.ok();
        let talk = format!("/conversations/{conversation}");
        app.put(&talk, json!({"company_id": company, "title": "zq-talk-title"})).await.ok();
        let note = json!({"type": "admin", "admin_id": admin, "message_type": "note", "body": "zq-talk-note"});
        app.post(&format!("{talk}/reply"), note).await.ok();
        for (path, name) in [(talk, "zq-talk-tag"), (format!("/tickets/{ticket}"), "zq-ticket-tag")] {
            let tag = id(&app.post("/tags", json!({"name": name})).await.ok());
            app.post(&format!("{path}/tags"), json!({"id": tag, "admin_id": admin})).await.ok();
        }
        app.post("/help_center/collections", json!({"name": "zq-collection"})).await.ok();
        let article = format!("/articles/{}", at("/articles/{id}"));
        app.put(&article, json!({"title": "zq-article", "state": "published"})).await.ok();
        app.put(&format!("{article}/draft"), json!({"title": "zq-staged"})).await.ok();
        let internal = format!("/internal_articles/{}", at("/internal_articles/{id}"));
        app.put(&internal, json!({"title": "zq-internal"})).await.ok();
        let snippet = format!("/content_snippets/{}", at("/content_snippets/{id}"));
        app.put(&snippet, json!({"title": "zq-snippet"})).await.ok();
        let folder = format!("/folders/{}", at("/folders/{id}"));
        app.put(&folder, json!({"folder": {"name": "zq-folder"}})).await.ok();
        let page = json!({"title": "zq-page", "html": "zq-page", "external_id": "x",
            "source_id": things.at("/ai/content_import_sources/{id}").real});
        app.post("/ai/external_pages", page).await.ok();
        app.post("/data_connectors", json!({"name": "zq-connector"})).await.with(201);
        app.post("/audiences", json!({"name": "zq-audience"})).await.with(201);
        let news = json!({"title": "zq-news", "sender_id": app.admin_id, "state": "live",
            "newsfeed_assignments": [{"newsfeed_id": things.at("/news/newsfeeds/{id}").real}]});
        app.post("/news/news_items", news).await.ok();
        let call = json!({"external_id": "zq-call", "phone": "+14155550999", "ended_at": NOW, "ended_reason": "zq-call-reason",
            "transcript": [{"at": 1, "by": "contact", "text": "zq-call-text"}]});
        let by = app.actor();
        app.write(move |tx| calls::declare(&mut Cx::new(tx, &by), &serde_json::from_value(call.clone()).unwrap()))
            .await;
        let relations = json!({"word": "zq-object-word", "talk": conversation, "errand": ticket, "who": contact});
        let case = json!({"external_id": "zq-object-id", "custom_attributes": relations});
        app.post("/custom_object_instances/Case", case).await.ok();
        let (by, side) = (app.actor(), deskwire_domain::ids::ConversationId::parse(&conversation).unwrap());
        app.write(move |tx| {
            let words = Html::of_text("zq-talk-side").unwrap();
            conversations::side_conversations::start(&mut Cx::new(tx, &by), side, by.admin_id().unwrap(), &words)
        })
        .await;
        let signer = json!({"name": "zq-signer", "supports_web": true});
        app.post("/secure_mode_secrets", signer).await.with(201);
        let hours = json!({"name": "zq-hours", "time_zone_name": "UTC", "time_intervals": []});
        app.post("/office_hours_schedules", hours).await.with(201);
        app.run_jobs().await;
        let secret = |text: &str, opened_by| Secret { text: text.to_owned(), opened_by };
        let mut secrets = vec![
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
            secret("zq-collection", "read_articles"),
            secret("zq-article", "read_articles read_content"),
            secret("zq-staged", "read_articles"),
            secret("zq-internal", "read_articles read_content"),
            secret("zq-snippet", "read_content_snippets read_content"),
            secret("zq-folder", "read_articles"),
            secret("zq-news", "read_news"),
            secret("zq-page", "read_ai_content read_content"),
            secret("zq-audience", "read_audiences"),
            secret("zq-signer", "read_secure_mode_secrets read_admins read_activity_logs"),
            secret("zq-hours", "read_write_office_hours read_admins read_activity_logs"),
            secret("zq-connector", "read_data_connectors"),
            secret("zq-call", TALK),
            Secret { text: linked.clone(), opened_by: TALK },
            Secret { text: ticket.clone(), opened_by: TICKETS },
        ];
        secrets.extend(read_only::nouns(&app.workspace_id).iter().map(|noun| secret(noun.text, noun.opened_by)));
        let (object_type, ticket_type) = ("Case".to_owned(), id(&kind));
        Secrets { things, secrets, conversation, linked, ticket, object_type, ticket_type }
    }

    /// What an operation is called with: the path, and a body that brings it as far as to answer.
    pub(super) async fn request(&self, app: &TestApp, route: &Route, held: Scopes) -> (String, Option<Value>) {
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
        match route.operation {
            "GET /segments" => path.push_str("?include_count=true"),
            "GET /events" => {
                path.push_str(&format!("?type=user&intercom_user_id={}", self.things.at("/contacts/{id}").real));
            }
            "GET /admins/activity_logs" => path.push_str("?created_at_after=1"),
            _ => {}
        }
        let body = self.body(app, route, held).await;
        (path, body.or_else(|| isolation::body(route.operation, &self.things)))
    }

    /// An object to be destroyed, instead of the one that other operations use.
    async fn victim(&self, app: &TestApp, route: &Route) -> Option<String> {
        let contact = &self.things.at("/contacts/{id}").real;
        Some(match route.operation {
            "DELETE /contacts/{id}" | "POST /contacts/{id}/archive" | "POST /contacts/{id}/block" => {
                id(&app.post("/contacts", json!({"role": "lead"})).await.ok())
            }
            "DELETE /companies/{id}" => {
                id(&app.post("/companies", json!({"company_id": "victim", "name": "victim"})).await.ok())
            }
            "DELETE /secure_mode_secrets/{id}" => {
                let victim = json!({"name": "victim", "supports_web": true});
                id(&app.post("/secure_mode_secrets", victim).await.with(201))
            }
            "DELETE /office_hours_schedules/{id}" => {
                let victim = json!({"name": "victim", "time_zone_name": "UTC", "time_intervals": []});
                id(&app.post("/office_hours_schedules", victim).await.with(201))
            }
            "DELETE /tags/{id}" => id(&app.post("/tags", json!({"name": "victim"})).await.ok()),
            "DELETE /articles/{id}" | "PUT /articles/{id}" | "POST /articles/{id}/draft/publish" => {
                let victim = json!({"title": "victim", "author_id": app.admin_id.number(), "state": "published"});
                let victim = id(&app.post("/articles", victim).await.ok());
                app.put(&format!("/articles/{victim}/draft"), json!({"title": "staged"})).await.ok();
                victim
            }
            "DELETE /help_center/collections/{id}" | "DELETE /help_center/sections/{id}" => {
                let top = id(&app.post("/help_center/collections", json!({"name": "victim"})).await.ok());
                let victim = json!({"name": "victim", "parent_id": top});
                let section = id(&app.post("/help_center/collections", victim).await.ok());
                if route.operation.contains("sections") { section } else { top }
            }
            "DELETE /ai/content_import_sources/{id}" => {
                let victim = json!({"sync_behavior": "api", "url": "https://victim.test"});
                app.post("/ai/content_import_sources", victim).await.ok()["id"].to_string()
            }
            "DELETE /ai/external_pages/{id}" => {
                let from = &self.things.at("/ai/content_import_sources/{id}").real;
                let victim = json!({"title": "x", "html": "x", "source_id": from, "external_id": "victim"});
                id(&app.post("/ai/external_pages", victim).await.ok())
            }
            "DELETE /data_connectors/{id}" => {
                id(&app.post("/data_connectors", json!({"name": "victim"})).await.with(201))
            }
            "DELETE /audiences/{id}" => id(&app.post("/audiences", json!({"name": "victim"})).await.with(201)),
            "DELETE /content_snippets/{id}" => {
                let victim = json!({"title": "victim", "body_markdown": "x"});
                id(&app.post("/content_snippets", victim).await.with(201))
            }
            "DELETE /folders/{id}" => {
                app.post("/folders", json!({"folder": {"name": "victim"}})).await.ok()["id"].to_string()
            }
            "DELETE /internal_articles/{id}" | "PUT /internal_articles/{id}" => {
                let (title, by) = ("victim", app.admin_id.number());
                let victim = json!({"title": title, "author_id": by, "owner_id": by});
                id(&app.post("/internal_articles", victim).await.ok())
            }
            "DELETE /news/news_items/{id}" => {
                let victim = json!({"title": "victim", "sender_id": app.admin_id});
                id(&app.post("/news/news_items", victim).await.ok())
            }
            "DELETE /tickets/{id}" => {
                let new = json!({"ticket_type_id": self.ticket_type, "contacts": [{"id": contact}]});
                id(&app.post("/tickets", new).await.ok())
            }
            "DELETE /conversations/{id}" | "POST /conversations/{id}/merge" | "POST /conversations/{id}/convert" => {
                self.talk(app).await
            }
            "DELETE /custom_object_instances/{type}" | "DELETE /custom_object_instances/{type}/{id}" => {
                "Nobody".to_owned()
            }
            _ => return None,
        })
    }

    /// A new conversation.
    async fn talk(&self, app: &TestApp) -> String {
        let message = json!({"from": {"type": "user", "id": self.things.at("/contacts/{id}").real}, "body": "victim"});
        app.post("/conversations", message).await.ok()["conversation_id"].as_str().unwrap().to_owned()
    }

    /// The body refers to objects of other kinds that the scopes allow.
    async fn body(&self, app: &TestApp, route: &Route, held: Scopes) -> Option<Value> {
        let opened =
            |scope: &str, name: &str, value: Value| if has_any(held, scope) { json!({name: value}) } else { json!({}) };
        let at = |prefix: &'static str| self.things.at(prefix).real.clone();
        let (contact, admin) = (at("/contacts/{id}"), app.admin_id.to_string());
        let find = |field: &str| json!({"query": {"field": field, "operator": ">", "value": 0}});
        let message = json!({"type": "admin", "admin_id": admin, "message_type": "note", "body": "x"});
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
            "POST /admins/activity_logs/search" => json!({"created_at_after": 0}),
            "POST /contacts" => json!({"role": "lead"}),
            "PUT /contacts/{id}" => json!({"custom_attributes": {"cases": ["zq-object-id"]}}),
            "POST /companies" => json!({"company_id": "company-walked"}),
            "PUT /companies/{id}" => json!({"plan": "Gold"}),
            "POST /conversations" => json!({"from": {"type": "user", "id": contact}, "body": "x"}),
            "PUT /conversations/{id}" => {
                let relations = opened("read_custom_objects", "cases", json!(["zq-object-id"]));
                let mut body = opened("read_users", "company_id", json!(at("/companies/{id}")));
                body["custom_attributes"] = relations;
                body
            }
            "POST /conversations/{id}/reply" | "POST /tickets/{id}/reply" => message,
            "POST /conversations/{id}/merge" => json!({"merge_into_conversation_id": self.conversation}),
            "POST /conversations/redact" => {
                let path = format!("/conversations/{}", self.conversation);
                let part = last_part(&app.post(&format!("{path}/reply"), message).await.ok());
                json!({"type": "conversation_part", "conversation_id": self.conversation, "conversation_part_id": part})
            }
            "POST /messages" => json!({"message_type": "in_app", "body": "x", "from": {"type": "admin", "id": admin},
                "to": {"type": "user", "id": contact}, "create_conversation_without_contact_reply": true}),
            "POST /tickets" | "POST /tickets/enqueue" => {
                let mut body = opened("read_users", "company_id", json!(at("/companies/{id}")));
                body["ticket_type_id"] = json!(self.ticket_type);
                body["contacts"] = json!([{"id": contact}]);
                if has_any(held, "read_conversations") {
                    body["conversation_to_link_id"] = json!(self.talk(app).await);
                }
                body
            }
            "POST /tickets/{id}/linked_conversations" => json!({"conversation_id": self.talk(app).await}),
            "PUT /tickets/{id}" => json!({"company_id": at("/companies/{id}")}),
            "POST /tickets/{id}/tags" => json!({"id": at("/tags/{id}"), "admin_id": admin}),
            "POST /tickets/{id}/change_type" => json!({"ticket_type_id": self.ticket_type, "ticket_state_id": "1"}),
            "POST /custom_object_instances/{type}" => {
                let mut related = opened("read_conversations", "talk", json!(self.conversation));
                if has_any(held, "read_tickets") {
                    related["errand"] = json!(self.ticket);
                }
                if has_any(held, "read_users") {
                    related["who"] = json!(contact);
                }
                json!({"external_id": "zq-object-id", "custom_attributes": related})
            }
            "POST /tags" => json!({"name": "zq-free-tag", "users": [{"id": contact}]}),
            "POST /events" => json!({"event_name": "e", "created_at": NOW, "id": contact}),
            "POST /articles" => json!({"title": "secret", "author_id": app.admin_id.number()}),
            "POST /content_snippets" => json!({"title": "secret", "body_markdown": "x"}),
            "PUT /content_snippets/{id}" => json!({"title": "zq-snippet"}),
            "POST /folders" | "PUT /folders/{id}" => json!({"folder": {"name": "zq-folder"}}),
            "POST /content/bulk_actions" => json!({"action": "set_availability", "availability": {"copilot": true},
                "content_ids": [{"type": "content_snippet", "id": at("/content_snippets/{id}")}]}),
            "POST /internal_articles" => {
                json!({"title": "secret", "author_id": app.admin_id.number(), "owner_id": app.admin_id.number()})
            }
            "PUT /internal_articles/{id}" | "PUT /articles/{id}" => json!({"title": "victim"}),
            "PUT /articles/{id}/draft" => json!({"title": "zq-staged"}),
            "POST /articles/{id}/tags" | "POST /internal_articles/{id}/tags" | "POST /content_snippets/{id}/tags" => {
                json!({"id": at("/tags/{id}")})
            }
            "POST /help_center/collections"
            | "PUT /help_center/collections/{id}"
            | "POST /audiences"
            | "POST /data_connectors" => {
                json!({"name": "secret"})
            }
            "POST /ai/content_import_sources" => json!({"sync_behavior": "api", "url": "https://a.test"}),
            "POST /ai/external_pages" => json!({"title": "secret", "html": "x", "external_id": "secret",
                "source_id": at("/ai/content_import_sources/{id}")}),
            "POST /export/content/data" => json!({"created_at_after": 1, "created_at_before": NOW}),
            "POST /export/reporting_data/enqueue" => json!({"dataset_id": "conversation", "start_time": 1,
                "attribute_ids": ["conversation_id"], "end_time": NOW}),
            "POST /news/news_items" => json!({"title": "secret", "sender_id": admin}),
            "POST /help_center/sections" => json!({"name": "secret", "parent_id": at("/help_center/collections/{id}")}),
            "POST /help_center/help_centers/{id}/redirects" => {
                let all = app.get("/help_center/help_centers").await.ok();
                let from = format!("{}/{}", all["data"][0]["url"].as_str().unwrap(), held.iter().count());
                let to = json!({"from_url": from, "locale": "en", "target_type": "collection"});
                let mut to = to.as_object().unwrap().clone();
                to.insert("target_id".to_owned(), json!(at("/help_center/collections/{id}")));
                Value::Object(to)
            }
            "POST /secure_mode_secrets" => json!({"name": "secret", "supports_web": true}),
            "POST /office_hours_schedules" => json!({"name": "x", "time_zone_name": "UTC", "time_intervals": []}),
            "POST /office_hours_schedules/{id}/office_hours_exceptions" => {
                json!({"exception_date": "2026-12-26", "exception_type": "closed"})
            }
            "POST /calls/search" => json!({"conversation_ids": [at("/fin_voice/conversation/{conversation_id}")]}),
            "POST /fin_voice/register" => {
                let calls = app.get("/calls").await.ok()["total_count"].clone();
                json!({"phone_number": "+14155550998", "call_id": format!("walked-{calls}")})
            }
            "POST /data_attributes" => json!({"name": "walked", "model": "contact", "data_type": "string"}),
            "POST /conversations/attributes" => json!({"name": "walked", "data_type": "string"}),
            "POST /ticket_types" => json!({"name": "walked"}),
            "POST /contacts/bulk" => json!({"contacts": [{"role": "lead"}]}),
            "PUT /contacts/bulk" => {
                let tag = json!([{"id": at("/tags/{id}")}]);
                json!({"contacts": [{"id": contact, "tag": tag, "custom_attributes": {"cases": ["zq-object-id"]}}]})
            }
            _ => return None,
        })
    }

    /// The state of all objects with full permissions, by the kind of data.
    pub(super) async fn state(&self, app: &TestApp) -> Vec<(Scope, Value)> {
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
            // The company of a conversation belongs to companies, and a contact's last message to messages.
            for moved in ["updated_at", "last_replied_at", "last_contacted_at", "company"] {
                seen.as_object_mut().unwrap().remove(moved);
            }
            all.push((scope, seen));
        }
        all
    }
}
