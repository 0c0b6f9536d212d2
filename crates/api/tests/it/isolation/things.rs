//! One of everything that a name in a path can stand for.

use std::collections::HashMap;

use deskwire_domain::data_connectors::{self, ConnectorState, Start};
use deskwire_domain::fin::procedures;
use deskwire_domain::ids::DataConnectorId;
use deskwire_domain::{Actor, Cx, banners, custom_objects, subscriptions, teams, workflows};
use deskwire_testkit::{Client, NOW, TestApp, Value, json};

use crate::read_only::{self, from_json, unknown_like};

/// A path parameter: the id of a real object, and an id of the same form that does not exist.
pub(crate) struct Thing {
    pub(crate) real: String,
    pub(crate) unknown: String,
}

impl Thing {
    /// A real id, and an unused one of its form.
    fn with_id(real: String) -> Thing {
        Thing { unknown: unknown_like(&real), real }
    }
}

/// The things of one workspace, by the path up to and with the name.
pub(crate) struct Things(HashMap<&'static str, Thing>);

/// The text of an id in an answer.
pub(super) fn id(object: &Value) -> String {
    object["id"].as_str().unwrap_or_else(|| panic!("no id in {object}")).to_owned()
}

/// The id of the one in a list that is not among what every workspace has.
fn named(list: &Value, name: &str) -> String {
    let all = list["data"].as_array().or(list["teams"].as_array());
    let all = all.unwrap_or_else(|| panic!("no list in {list}"));
    id(all
        .iter()
        .find(|o| o["name"] == name || o["default_translation"]["name"] == name)
        .expect("the new object is listed"))
}

impl Things {
    /// One of each kind, made by this client.
    pub(crate) async fn of(app: &TestApp, (client, actor): (&Client, &Actor), mark: &str) -> Things {
        let external = format!("external-{mark}");
        let user =
            client.post("/contacts", json!({"external_id": external, "email": format!("{mark}@acme.test")})).await.ok();
        let path = format!("/contacts/{}", id(&user));
        let company =
            client.post("/companies", json!({"company_id": format!("company-{mark}"), "name": "Acme"})).await.ok();
        client.post(&format!("{path}/companies"), json!({"id": company["id"]})).await.ok();
        let tag = client.post("/tags", json!({"name": "VIP"})).await.ok();
        client.post(&format!("{path}/tags"), json!({"id": tag["id"]})).await.ok();
        let note = client.post(&format!("{path}/notes"), json!({"body": "secret"})).await.ok();
        let attribute = client
            .post("/data_attributes", json!({"name": "plan", "model": "contact", "data_type": "string"}))
            .await
            .ok();
        // Types are looked up by name, so each workspace has one that the other does not have.
        let object_type = format!("Order{mark}");
        let (by, identifier) = (actor.clone(), object_type.clone());
        app.write(move |tx| {
            let relation = json!({"name": "customer", "data_type": "relation", "to": "contact", "reverse": "order"});
            let order = json!({"identifier": identifier, "attributes": [relation]});
            custom_objects::declare(&mut Cx::new(tx, &by), &from_json(&order))?;
            let news = json!({"name": "News", "consent_type": "opt_out"});
            subscriptions::declare(&mut Cx::new(tx, &by), &from_json(&news))?;
            teams::declare(&mut Cx::new(tx, &by), &from_json(&json!({"name": "Support"})))?;
            banners::declare(&mut Cx::new(tx, &by), &from_json(&json!({"name": "Banner", "title": "secret"})))?;
            let steps = json!([{"kind": "say", "instructions": "secret"}]);
            let refund = json!({"name": "Refund", "state": "live", "api_trigger": true, "steps": steps});
            procedures::declare(&mut Cx::new(tx, &by), &from_json(&refund))?;
            Ok(())
        })
        .await;
        let by = actor.clone();
        let workflow = app.write(move |tx| {
            let workflow = json!({"title": "secret", "trigger_type": "inbound_conversation"});
            workflows::declare(&mut Cx::new(tx, &by), &from_json(&workflow))?;
            Ok(deskwire_store::workflows::all(&mut Cx::new(tx, &by))?[0].id)
        });
        let workflow = workflow.await;
        let declared = read_only::declare_all(app, client, actor).await;
        let subscription = named(&client.get("/subscription_types").await.ok(), "News");
        let team = named(&client.get("/teams").await.ok(), "Support");
        client
            .post(&format!("{path}/subscriptions"), json!({"id": subscription, "consent_type": "opt_out"}))
            .await
            .ok();
        let ticket_type = client.post("/ticket_types", json!({"name": "Bug"})).await.ok();
        let ticket_attribute = &ticket_type["ticket_type_attributes"]["data"][0];
        let order = json!({"external_id": "order", "custom_attributes": {"customer": user["id"]}});
        let order = client.post(&format!("/custom_object_instances/{object_type}"), order).await.ok();
        let talk = json!({"from": {"type": "user", "id": id(&user)}, "body": "secret"});
        let talk = client.post("/conversations", talk).await.ok()["conversation_id"].as_str().unwrap().to_owned();
        let admin = actor.admin_id().expect("an admin acts");
        let conversation = format!("/conversations/{talk}");
        client.post(&format!("{conversation}/tags"), json!({"id": tag["id"], "admin_id": admin})).await.ok();
        let written = json!({"type": "admin", "admin_id": admin, "message_type": "note", "body": "secret"});
        let replied = client.post(&format!("{conversation}/reply"), written).await.ok();
        let part = id(replied["conversation_parts"]["conversation_parts"].as_array().unwrap().last().unwrap());
        let list =
            json!({"name": "level", "data_type": "list", "options": [{"label": "a"}, {"label": "b"}, {"label": "c"}]});
        let level = client.post("/conversations/attributes", list).await.ok();
        let option = level["options"][0]["id"].as_str().unwrap().to_owned();
        let tracker = client.post("/ticket_types", json!({"name": "Outage", "category": "Tracker"})).await.ok();
        let ticket = json!({"ticket_type_id": tracker["id"], "contacts": [{"id": user["id"]}]});
        let ticket = client.post("/tickets", ticket).await.ok();
        let at = format!("/tickets/{}", id(&ticket));
        client.post(&format!("{at}/tags"), json!({"id": tag["id"], "admin_id": actor.admin_id()})).await.ok();
        let linked = json!({"conversation_id": talk});
        client.post(&format!("{at}/linked_conversations"), linked).await.ok();
        let people = client.post("/contacts/bulk", json!({"contacts": [{"role": "lead"}]})).await.with(202);
        let firms = client.post("/companies/bulk", json!({"companies": [{"company_id": "bulk"}]})).await.with(202);
        let job = |of: &Value| Thing { real: id(of), unknown: "job_123456789".to_owned() };
        let center = client.get("/help_center/help_centers").await.ok()["data"][0].clone();
        let collections = "/help_center/collections";
        let collection = client.post(collections, json!({"name": "secret"})).await.ok();
        let section = client.post(collections, json!({"name": "secret", "parent_id": collection["id"]})).await.ok();
        let written = json!({"title": "secret", "author_id": actor.admin_id().map(deskwire_domain::ids::AdminId::number), "state": "published"});
        let article = client.post("/articles", written).await.ok();
        let article_path = format!("/articles/{}", id(&article));
        client.post(&format!("{article_path}/tags"), json!({"id": tag["id"]})).await.ok();
        client.put(&format!("{article_path}/draft"), json!({"title": "staged"})).await.ok();
        let versions = client.get(&format!("{article_path}/versions")).await.ok();
        let redirects = format!("/help_center/help_centers/{}/redirects", id(&center));
        let redirect = json!({"from_url": format!("{}/old", center["url"].as_str().unwrap()), "locale": "en",
            "target_type": "collection", "target_id": collection["id"]});
        let redirect = client.post(&redirects, redirect).await.ok();
        let feed = &declared.iter().find(|(path, _)| *path == "/news/newsfeeds/{id}").unwrap().1;
        let news = json!({"title": "secret", "sender_id": admin.number(), "state": "live",
            "newsfeed_assignments": [{"newsfeed_id": feed}]});
        let news = client.post("/news/news_items", news).await.ok();
        let source = json!({"sync_behavior": "api", "url": "https://a.test"});
        let source = client.post("/ai/content_import_sources", source).await.ok()["id"].clone();
        let page = json!({"title": "secret", "html": "secret", "source_id": source, "external_id": "x"});
        let page = client.post("/ai/external_pages", page).await.ok();
        let audience = client.post("/audiences", json!({"name": "secret"})).await.with(201);
        let secret = json!({"name": "secret", "supports_web": true});
        let secret = client.post("/secure_mode_secrets", secret).await.with(201);
        let hours = json!({"name": "secret", "time_zone_name": "UTC", "time_intervals": []});
        let hours = client.post("/office_hours_schedules", hours).await.with(201);
        let day = json!({"exception_date": "2026-12-25", "exception_type": "closed"});
        let day = client
            .post(&format!("/office_hours_schedules/{}/office_hours_exceptions", id(&hours)), day)
            .await
            .with(201);
        let internal = json!({"title": "secret", "author_id": admin.number(), "owner_id": admin.number()});
        let internal = client.post("/internal_articles", internal).await.ok();
        client.post(&format!("/internal_articles/{}/tags", id(&internal)), json!({"id": tag["id"]})).await.ok();
        let connector = client.post("/data_connectors", json!({"name": "secret"})).await.with(201);
        let result = executed(app, actor, &id(&connector)).await;
        let shown = client.get(&format!("/contacts/{}/banners", id(&user))).await.ok();
        let view = shown["data"][0]["view_id"].as_str().expect("a banner is shown").to_owned();
        let message = json!({"message_type": "in_app", "body": "secret", "from": {"type": "admin", "id": admin},
            "to": {"type": "user", "id": user["id"]}});
        client.post("/messages", message).await.ok();
        let period = json!({"created_at_after": 1, "created_at_before": NOW});
        let receipts = client.post("/export/content/data", period).await.ok();
        let selected = json!({"dataset_id": "conversation", "attribute_ids": ["conversation_id"], "start_time": 1,
            "end_time": NOW});
        let report = client.post("/export/reporting_data/enqueue", selected).await.ok();
        let export = |of: &Value| of["job_identifier"].as_str().expect("an export has an id").to_owned();
        let snippet = json!({"title": "secret", "body_markdown": "secret"});
        let snippet = client.post("/content_snippets", snippet).await.with(201);
        client.post(&format!("/content_snippets/{}/tags", id(&snippet)), json!({"id": tag["id"]})).await.ok();
        let folder = client.post("/folders", json!({"folder": {"name": "secret"}})).await.ok()["id"].to_string();
        let external_call = format!("call-{mark}");
        let call = crate::calls::with_everything(app, (client, actor), &external_call).await;
        let phone = call["user_phone_number"].as_str().unwrap().to_owned();
        let phoned = call["intercom_conversation_id"].as_str().unwrap().to_owned();
        let request = json!({"user": {"id": format!("fin-{mark}")}});
        let procedure = client.post("/fin/capabilities", request).await.ok()["capabilities"][0].clone();
        let of_declared = declared.iter().map(|(path, real)| (*path, Thing::with_id(real.clone())));
        let mut things: HashMap<_, _> = of_declared.collect();
        things.extend([
            ("/contacts/{id}", Thing::with_id(id(&user))),
            (
                "/contacts/find_by_external_id/{external_id}",
                Thing { real: external, unknown: "external-nobody".to_owned() },
            ),
            ("/contacts/{id}/companies/{company_id}", Thing::with_id(id(&company))),
            ("/contacts/{id}/tags/{tag_id}", Thing::with_id(id(&tag))),
            ("/contacts/{id}/subscriptions/{subscription_id}", Thing::with_id(subscription)),
            ("/companies/{id}", Thing::with_id(id(&company))),
            ("/contacts/bulk/{id}", job(&people)),
            ("/companies/bulk/{id}", job(&firms)),
            ("/jobs/status/{id}", job(&people)),
            ("/tags/{id}", Thing::with_id(id(&tag))),
            ("/tickets/{id}", Thing::with_id(id(&ticket))),
            ("/tickets/{id}/tags/{tag_id}", Thing::with_id(id(&tag))),
            ("/tickets/{id}/linked_conversations/{conversation_id}", Thing::with_id(talk.clone())),
            ("/ticket_types/{id}", Thing::with_id(id(&ticket_type))),
            ("/ticket_types/{id}/attributes/{attribute_id}", Thing::with_id(id(ticket_attribute))),
            ("/notes/{id}", Thing::with_id(id(&note))),
            ("/articles/{id}", Thing::with_id(id(&article))),
            ("/articles/{id}/tags/{tag_id}", Thing::with_id(id(&tag))),
            ("/articles/{id}/versions/{version_id}", Thing::with_id(id(&versions["data"][0]))),
            ("/content_snippets/{id}", Thing::with_id(id(&snippet))),
            ("/content_snippets/{id}/tags/{tag_id}", Thing::with_id(id(&tag))),
            ("/folders/{id}", Thing::with_id(folder)),
            ("/internal_articles/{id}", Thing::with_id(id(&internal))),
            ("/internal_articles/{id}/tags/{tag_id}", Thing::with_id(id(&tag))),
            ("/help_center/help_centers/{id}", Thing::with_id(id(&center))),
            ("/help_center/help_centers/{id}/redirects/{redirect_id}", Thing::with_id(id(&redirect))),
            ("/help_center/collections/{id}", Thing::with_id(id(&collection))),
            ("/help_center/sections/{id}", Thing::with_id(id(&section))),
            ("/audiences/{id}", Thing::with_id(id(&audience))),
            ("/contacts/{id}/banners/{view_id}", Thing::with_id(view)),
            ("/ecommerce/connectors/{id}", Thing::with_id(source.to_string())),
            ("/data_connectors/{id}", Thing::with_id(id(&connector))),
            ("/data_connectors/{id}/execution_results/{result_id}", Thing::with_id(result)),
            ("/ai/content_import_sources/{id}", Thing::with_id(source.to_string())),
            ("/ai/external_pages/{id}", Thing::with_id(id(&page))),
            ("/fin/procedures/{procedure_id}", Thing::with_id(id(&procedure))),
            ("/procedures/{conversation_id}", Thing::with_id(talk.clone())),
            ("/news/news_items/{id}", Thing::with_id(id(&news))),
            ("/export/content/data/{job_identifier}", Thing::with_id(export(&receipts))),
            ("/export/cancel/{job_identifier}", Thing::with_id(export(&receipts))),
            ("/download/content/data/{job_identifier}", Thing::with_id(export(&receipts))),
            ("/export/reporting_data/{job_identifier}", Thing::with_id(export(&report))),
            ("/download/reporting_data/{job_identifier}", Thing::with_id(export(&report))),
            ("/export/workflows/{id}", Thing::with_id(workflow.to_string())),
            ("/calls/{id}", Thing::with_id(call["intercom_call_id"].as_str().unwrap().to_owned())),
            ("/fin_voice/collect/{id}", Thing::with_id(call["id"].to_string())),
            ("/fin_voice/external_id/{external_id}", Thing { real: external_call, unknown: "call-nobody".to_owned() }),
            ("/fin_voice/phone_number/{phone_number}", Thing { real: phone, unknown: "+14155559999".to_owned() }),
            ("/fin_voice/conversation/{conversation_id}", Thing::with_id(phoned)),
            ("/data_attributes/{id}", Thing::with_id(attribute["id"].to_string().replace('"', ""))),
            ("/admins/{id}", Thing::with_id(actor.admin_id().expect("an admin acts").to_string())),
            ("/teams/{id}", Thing::with_id(team)),
            ("/office_hours_schedules/{id}", Thing::with_id(id(&hours))),
            ("/office_hours_schedules/{id}/office_hours_exceptions/{exception_id}", Thing::with_id(id(&day))),
            ("/secure_mode_secrets/{id}", Thing::with_id(id(&secret))),
            ("/custom_object_instances/{type}", Thing { real: object_type, unknown: "Nobody".to_owned() }),
            ("/custom_object_instances/{type}/{id}", Thing::with_id(id(&order))),
            ("/conversations/{id}", Thing::with_id(talk)),
            ("/conversations/{id}/tags/{tag_id}", Thing::with_id(id(&tag))),
            ("/conversations/{id}/customers/{contact_id}", Thing::with_id(id(&user))),
            ("/conversations/{id}/conversation_parts/{part_id}", Thing::with_id(part)),
            ("/conversations/attributes/{id}", Thing::with_id(level["id"].to_string())),
            (
                "/conversations/attributes/{id}/options/{option_id}",
                Thing { real: option, unknown: "a1b2c3d4-e5f6-7890-abcd-ef1234567890".to_owned() },
            ),
        ]);
        Things(things)
    }

    /// The objects of a path parameter.
    pub(crate) fn at(&self, prefix: &str) -> &Thing {
        self.0.get(prefix).unwrap_or_else(|| panic!("{prefix}: a name in a path needs a real thing in Things::of"))
    }
}

/// The id of the result of executing a data connector, which has no URL.
async fn executed(app: &TestApp, actor: &Actor, connector: &str) -> String {
    let (actor, connector_id) = (actor.clone(), DataConnectorId::parse(connector).unwrap());
    let start = Start {
        connector_id,
        state: ConnectorState::Draft,
        inputs: serde_json::Map::new(),
        source_type: None,
        source_id: None,
        conversation_id: None,
        contact_id: None,
    };
    let id = app.write(move |tx| data_connectors::enqueue(&mut Cx::new(tx, &actor), start.clone())).await;
    app.run_jobs().await;
    id.to_string()
}

/// The body that brings an operation as far as to look its names up.
pub(crate) fn body(operation: &str, theirs: &Things) -> Option<Value> {
    let admin = &theirs.at("/admins/{id}").real;
    Some(match operation {
        "POST /conversations/{id}/reply" => {
            json!({"type": "admin", "admin_id": admin, "message_type": "comment", "body": "x"})
        }
        "POST /conversations/{id}/parts" => json!({"message_type": "open", "admin_id": admin}),
        "POST /conversations/{id}/merge" => {
            json!({"merge_into_conversation_id": theirs.at("/conversations/{id}").real})
        }
        "POST /conversations/{id}/tags" => json!({"id": theirs.at("/tags/{id}").real, "admin_id": admin}),
        "DELETE /conversations/{id}/tags/{tag_id}" | "DELETE /conversations/{id}/customers/{contact_id}" => {
            json!({"admin_id": admin})
        }
        "POST /conversations/{id}/customers" => {
            json!({"admin_id": admin, "customer": {"intercom_user_id": theirs.at("/contacts/{id}").real}})
        }
        "PUT /conversations/{id}/conversation_parts/{part_id}" => {
            json!({"send_state": "sent", "experimental": true, "secret": "x"})
        }
        "POST /conversations/attributes/{id}/options" | "PUT /conversations/attributes/{id}/options/{option_id}" => {
            json!({"label": "x"})
        }
        "PUT /admins/{id}/away" => json!({"away_mode_enabled": true, "away_mode_reassign": false}),
        "POST /contacts/{id}/companies" => json!({"id": theirs.at("/companies/{id}").real}),
        "POST /contacts/{id}/tags"
        | "POST /articles/{id}/tags"
        | "POST /internal_articles/{id}/tags"
        | "POST /content_snippets/{id}/tags" => {
            json!({"id": theirs.at("/tags/{id}").real})
        }
        "POST /contacts/{id}/notes" | "POST /companies/{id}/notes" => json!({"body": "x"}),
        "POST /contacts/{id}/subscriptions" => {
            json!({"id": theirs.at("/contacts/{id}/subscriptions/{subscription_id}").real, "consent_type": "opt_in"})
        }
        "POST /tickets/{id}/reply" => {
            json!({"type": "admin", "admin_id": "1", "message_type": "note", "body": "x"})
        }
        "POST /tickets/{id}/tags" => json!({"id": theirs.at("/tags/{id}").real, "admin_id": "1"}),
        "POST /tickets/{id}/change_type" => json!({"ticket_type_id": "1", "ticket_state_id": "1"}),
        "POST /tickets/{id}/linked_conversations" => json!({"conversation_id": theirs.at("/conversations/{id}").real}),
        "POST /conversations/{id}/convert" => json!({"ticket_type_id": theirs.at("/ticket_types/{id}").real}),
        "POST /ticket_types/{id}/attributes" => json!({"name": "x", "description": "x", "data_type": "string"}),
        "POST /custom_object_instances/{type}" => json!({"external_id": "x"}),
        "PUT /folders/{id}" => json!({"folder": {"name": "x"}}),
        "POST /fin/procedures/{procedure_id}/run" => json!({"conversation_id": "x", "user": {"id": "fin"}}),
        "POST /procedures/{conversation_id}/collect_agent_input" => json!({"step_id": "x", "attribute_values": []}),
        "PUT /articles/{id}/draft" => json!({"title": "x"}),
        "POST /help_center/help_centers/{id}/redirects" => {
            let center = theirs.at("/help_center/help_centers/{id}").real.clone();
            json!({"from_url": format!("x/{center}"), "locale": "en", "target_type": "article", "target_id": "1"})
        }
        "PUT /data_attributes/{id}" => json!({"description": "x"}),
        _ if operation.starts_with("GET ") => return None,
        _ => json!({}),
    })
}
