//! The verbs that are run against each other, as calls of the API.

use serde_json::{Value, json};

use super::content::CONTENT;
use super::fixture::Fixture;
use super::inbox::INBOX;
use super::settings::SETTINGS;

/// A pseudo-method: the worker does what is due.
pub(super) const WORK: &str = "WORK";
/// A pseudo-method: applies a workspace file that changes or removes the object in the path.
pub(super) const APPLY: &str = "APPLY";

/// A request.
pub(super) struct Call {
    pub(super) method: &'static str,
    pub(super) path: String,
    pub(super) body: Option<Value>,
}

/// A verb, and the objects of a fixture that it works on.
#[derive(Clone, Copy)]
pub(super) struct Verb {
    pub(super) name: &'static str,
    pub(super) on: &'static [&'static str],
    /// Whether it is part of the short run.
    pub(super) core: bool,
    pub(super) call: fn(&Fixture) -> Call,
}

pub(super) const fn verb(name: &'static str, on: &'static [&'static str], call: fn(&Fixture) -> Call) -> Verb {
    Verb { name, on, core: false, call }
}

pub(super) const fn core(name: &'static str, on: &'static [&'static str], call: fn(&Fixture) -> Call) -> Verb {
    Verb { name, on, core: true, call }
}

pub(super) fn call(method: &'static str, path: String, body: Option<Value>) -> Call {
    Call { method, path, body }
}

pub(super) fn post(path: impl Into<String>, body: Value) -> Call {
    call("POST", path.into(), Some(body))
}

pub(super) fn put(path: impl Into<String>, body: Value) -> Call {
    call("PUT", path.into(), Some(body))
}

pub(super) fn delete(path: impl Into<String>) -> Call {
    call("DELETE", path.into(), None)
}

pub(super) fn contact(f: &Fixture, slot: &str, end: &str) -> String {
    format!("/contacts/{}{end}", f.id(slot))
}

pub(super) fn talk(f: &Fixture, slot: &str, end: &str) -> String {
    format!("/conversations/{}{end}", f.id(slot))
}

fn ticket(f: &Fixture, slot: &str, end: &str) -> String {
    format!("/tickets/{}{end}", f.id(slot))
}

fn merge(f: &Fixture, from: &str, into: &str) -> Call {
    let body = json!({"from": f.id(from), "into": f.id(into), "skip_duplicate_validation": true});
    post("/contacts/merge", body)
}

pub(super) fn reply(f: &Fixture, slot: &str, user: &str) -> Call {
    let body = json!({"message_type": "comment", "type": "user", "intercom_user_id": f.id(user), "body": "Reply"});
    post(talk(f, slot, "/reply"), body)
}

pub(super) fn manage(f: &Fixture, more: &Value) -> Call {
    let mut body = json!({"type": "admin", "admin_id": f.world.admin});
    for (key, value) in more.as_object().into_iter().flatten() {
        body[key] = value.clone();
    }
    post(talk(f, "talk", "/parts"), body)
}

fn attach(f: &Fixture, slot: &str, customer: &Value) -> Call {
    post(talk(f, slot, "/customers"), json!({"admin_id": f.world.admin, "customer": customer}))
}

fn detach(f: &Fixture, who: &str) -> Call {
    let path = talk(f, "shared", &format!("/customers/{}", f.id(who)));
    call("DELETE", path, Some(json!({"admin_id": f.world.admin})))
}

fn new_ticket(f: &Fixture, contact: &Value) -> Call {
    post("/tickets", json!({"ticket_type_id": f.id("kind"), "contacts": [contact], "ticket_attributes": {"Size": "L"}}))
}

fn convert_visitor(f: &Fixture, role: &str, user: &Value) -> Call {
    post("/visitors/convert", json!({"visitor": {"user_id": f.id("visitor")}, "user": user, "type": role}))
}

fn link(f: &Fixture, tracker: &str, object: &str) -> Call {
    post(ticket(f, tracker, "/linked_conversations"), json!({"conversation_id": f.id(object)}))
}

fn order(f: &Fixture, customer: &str) -> Call {
    let body = json!({"external_id": f.mark, "custom_attributes": {"size": "M", "customer": f.id(customer)}});
    post("/custom_object_instances/Order", body)
}

fn fill(f: &Fixture, attribute: &str, with: &str) -> Call {
    let body = json!({"external_id": f.mark, "custom_attributes": {attribute: [f.id(with)]}});
    post("/custom_object_instances/Crate", body)
}

/// All verbs.
pub(super) fn all() -> impl Iterator<Item = &'static Verb> {
    [CONTACTS, ABOUT_CONTACTS, CONVERSATIONS, ABOUT_CONVERSATIONS, FIN, TICKETS, OBJECTS, SETTINGS, CONTENT, INBOX]
        .into_iter()
        .flatten()
}

const CONTACTS: &[Verb] = &[
    verb("contacts.create user", &["newcomer"], |f| {
        post("/contacts", json!({"role": "user", "email": f.email("new")}))
    }),
    verb("contacts.create by external_id", &["newcomer"], |f| {
        post("/contacts", json!({"role": "user", "external_id": f.name("new"), "email": f.email("newer")}))
    }),
    verb("contacts.create lead", &["newcomer"], |f| {
        post("/contacts", json!({"role": "lead", "email": f.email("new")}))
    }),
    verb("contacts.update", &["user"], |f| put(contact(f, "user", ""), json!({"name": "Renamed"}))),
    verb("contacts.update claims email", &["user", "newcomer"], |f| {
        put(contact(f, "user", ""), json!({"email": f.email("new")}))
    }),
    verb("contacts.update other claims email", &["other", "newcomer"], |f| {
        put(contact(f, "other", ""), json!({"email": f.email("new"), "external_id": f.name("new")}))
    }),
    verb("contacts.update lead to user", &["lead"], |f| put(contact(f, "lead", ""), json!({"role": "user"}))),
    core("contacts.delete", &["user"], |f| delete(contact(f, "user", ""))),
    verb("contacts.delete other", &["other"], |f| delete(contact(f, "other", ""))),
    verb("contacts.delete lead", &["lead"], |f| delete(contact(f, "lead", ""))),
    verb("contacts.archive", &["user"], |f| post(contact(f, "user", "/archive"), json!({}))),
    verb("contacts.unarchive", &["user"], |f| post(contact(f, "user", "/unarchive"), json!({}))),
    verb("contacts.archive lead", &["lead"], |f| post(contact(f, "lead", "/archive"), json!({}))),
    verb("contacts.block", &["user"], |f| post(contact(f, "user", "/block"), json!({}))),
    core("contacts.merge lead into user", &["lead", "user"], |f| merge(f, "lead", "user")),
    core("contacts.merge tagged lead into user", &["tagged_lead", "user"], |f| merge(f, "lead", "user")),
    verb("contacts.merge user into lead", &["lead", "user"], |f| merge(f, "user", "lead")),
    verb("contacts.merge lead into other", &["lead", "other"], |f| merge(f, "lead", "other")),
    verb("contacts bulk.update", &["user"], |f| {
        put("/contacts/bulk", json!({"contacts": [{"id": f.id("user"), "name": "Bulk"}]}))
    }),
    verb("contacts bulk.delete", &["user"], |f| {
        post("/contacts/bulk/delete", json!({"contacts": [{"id": f.id("user")}]}))
    }),
    verb("contacts bulk.create", &["newcomer"], |f| {
        let company = json!({"company_id": f.name("new"), "name": "New"});
        let one = json!({"role": "user", "email": f.email("new"), "companies": [company]});
        post("/contacts/bulk", json!({"contacts": [one]}))
    }),
    verb("contacts bulk.create existing", &["user"], |f| {
        post("/contacts/bulk", json!({"contacts": [{"role": "user", "email": f.email("user"), "name": "Bulk"}]}))
    }),
    verb("contacts bulk.several", &["user", "other", "newcomer"], |f| {
        let claim = json!({"id": f.id("other"), "email": f.email("new")});
        put("/contacts/bulk", json!({"contacts": [{"id": f.id("user"), "name": "Bulk"}, claim]}))
    }),
    verb("visitors.update", &["visitor"], |f| put("/visitors", json!({"user_id": f.id("visitor"), "name": "Vera"}))),
    verb("visitors.convert to newcomer", &["visitor", "newcomer"], |f| {
        convert_visitor(f, "user", &json!({"email": f.email("new")}))
    }),
    verb("visitors.convert to user", &["visitor", "user"], |f| {
        convert_visitor(f, "user", &json!({"email": f.email("user")}))
    }),
    verb("visitors.convert to user by id", &["visitor", "user"], |f| {
        convert_visitor(f, "user", &json!({"id": f.id("user")}))
    }),
    verb("visitors.convert to lead", &["visitor"], |f| convert_visitor(f, "lead", &json!({"email": f.email("new")}))),
];

const ABOUT_CONTACTS: &[Verb] = &[
    core("contacts.tag", &["user", "tag"], |f| post(contact(f, "user", "/tags"), json!({"id": f.id("tag")}))),
    verb("contacts.untag", &["tagged"], |f| delete(contact(f, "user", &format!("/tags/{}", f.id("tag"))))),
    core("tags.delete", &["tag"], |f| delete(format!("/tags/{}", f.id("tag")))),
    verb("tags.rename", &["tag", "newcomer"], |f| post("/tags", json!({"id": f.id("tag"), "name": f.name("new")}))),
    verb("tags.create", &["newcomer"], |f| post("/tags", json!({"name": f.name("new")}))),
    verb("tags.tag users", &["tag", "user", "other"], |f| {
        post("/tags", json!({"name": f.name("tag"), "users": [{"id": f.id("other")}, {"email": f.email("user")}]}))
    }),
    verb("tags.tag companies", &["tag", "company"], |f| {
        post("/tags", json!({"name": f.name("tag"), "companies": [{"id": f.id("company")}]}))
    }),
    verb("contacts.note", &["user"], |f| post(contact(f, "user", "/notes"), json!({"body": "Note"}))),
    verb("contacts.subscribe", &["user"], |f| {
        post(contact(f, "user", "/subscriptions"), json!({"id": f.subscription(), "consent_type": "opt_out"}))
    }),
    verb("contacts.unsubscribe", &["subscribed"], |f| {
        delete(contact(f, "user", &format!("/subscriptions/{}", f.subscription())))
    }),
    verb("contacts.tag lead", &["lead", "tag"], |f| post(contact(f, "lead", "/tags"), json!({"id": f.id("tag")}))),
    verb("contacts.note lead", &["lead"], |f| post(contact(f, "lead", "/notes"), json!({"body": "Note"}))),
    verb("contacts.subscribe lead", &["lead"], |f| {
        post(contact(f, "lead", "/subscriptions"), json!({"id": f.subscription(), "consent_type": "opt_out"}))
    }),
    verb("contacts.attach lead to company", &["lead", "company"], |f| {
        post(contact(f, "lead", "/companies"), json!({"id": f.id("company")}))
    }),
    core("contacts.attach company", &["user", "company"], |f| {
        post(contact(f, "user", "/companies"), json!({"id": f.id("company")}))
    }),
    verb("contacts.detach company", &["member"], |f| {
        delete(contact(f, "user", &format!("/companies/{}", f.id("company"))))
    }),
    verb("companies.update", &["company"], |f| {
        put(format!("/companies/{}", f.id("company")), json!({"name": "Renamed", "plan": f.name("plan")}))
    }),
    verb("companies.upsert", &["company"], |f| {
        post("/companies", json!({"company_id": f.name("company"), "size": 7, "plan": f.name("plan")}))
    }),
    verb("companies.upsert new", &["newcomer"], |f| {
        post("/companies", json!({"company_id": f.name("new"), "name": "New"}))
    }),
    core("companies.delete", &["company"], |f| delete(format!("/companies/{}", f.id("company")))),
    verb("companies.delete of member", &["member"], |f| delete(format!("/companies/{}", f.id("company")))),
    verb("companies.delete tagged", &["tagged_company"], |f| delete(format!("/companies/{}", f.id("company")))),
    verb("companies.note", &["company"], |f| {
        post(format!("/companies/{}/notes", f.id("company")), json!({"body": "Note", "admin_id": f.world.admin}))
    }),
    verb("companies bulk.delete", &["member"], |f| {
        post("/companies/bulk/delete", json!({"companies": [{"id": f.id("company")}]}))
    }),
    verb("companies bulk.create", &["company", "newcomer"], |f| {
        let known = json!({"company_id": f.name("company"), "name": "Bulk", "plan": f.name("plan")});
        post("/companies/bulk", json!({"companies": [known, {"company_id": f.name("new"), "name": "New"}]}))
    }),
    verb("companies bulk.update", &["company"], |f| {
        put("/companies/bulk", json!({"companies": [{"id": f.id("company"), "name": "Bulk", "size": 9}]}))
    }),
    verb("events.create", &["user"], |f| {
        let at = crate::NOW - 60;
        post("/events", json!({"event_name": f.mark, "created_at": at, "user_id": f.name("user")}))
    }),
    verb("messages.create", &["user", "other"], |f| {
        let people = json!([{"type": "user", "id": f.id("user")}, {"type": "user", "id": f.id("other")}]);
        let from = json!({"type": "admin", "id": f.world.admin});
        let rest =
            json!({"message_type": "in_app", "body": "Message", "create_conversation_without_contact_reply": true});
        let mut body = json!({"from": from, "to": people});
        for (key, value) in rest.as_object().into_iter().flatten() {
            body[key] = value.clone();
        }
        post("/messages", body)
    }),
];

const CONVERSATIONS: &[Verb] = &[
    verb("worker.run", &["said", "ticket"], |_| call(WORK, String::new(), None)),
    core("conversations.create", &["user"], |f| {
        post("/conversations", json!({"from": {"type": "user", "id": f.id("user")}, "body": "Hello"}))
    }),
    verb("conversations.create by external_id", &["user"], |f| {
        post("/conversations", json!({"from": {"type": "user", "id": f.name("user")}, "body": "Hello"}))
    }),
    verb("conversations.create of lead", &["lead"], |f| {
        post("/conversations", json!({"from": {"type": "lead", "id": f.id("lead")}, "body": "Hello"}))
    }),
    verb("conversations.create of visitor", &["visitor"], |f| {
        post("/conversations", json!({"from": {"type": "contact", "id": f.id("visitor")}, "body": "Hello"}))
    }),
    core("conversations.reply as user", &["talk"], |f| reply(f, "talk", "user")),
    verb("conversations.reply as lead", &["lead_talk"], |f| {
        let body =
            json!({"message_type": "comment", "type": "lead", "intercom_user_id": f.id("lead"), "body": "Reply"});
        post(talk(f, "lead_talk", "/reply"), body)
    }),
    verb("conversations.reply to last", &["user", "talk"], |f| {
        let body =
            json!({"message_type": "comment", "type": "user", "intercom_user_id": f.id("user"), "body": "Reply"});
        post("/conversations/last/reply", body)
    }),
    verb("conversations.reply as admin", &["talk"], |f| {
        let body = json!({"message_type": "comment", "type": "admin", "admin_id": f.world.admin, "body": "Reply"});
        post(talk(f, "talk", "/reply"), body)
    }),
    verb("conversations.note", &["talk"], |f| {
        let body = json!({"message_type": "note", "type": "admin", "admin_id": f.world.admin, "body": "Note"});
        post(talk(f, "talk", "/reply"), body)
    }),
    verb("conversations.close", &["talk"], |f| manage(f, &json!({"message_type": "close"}))),
    verb("conversations.snooze", &["talk"], |f| {
        manage(f, &json!({"message_type": "snoozed", "snoozed_until": crate::NOW + 3600}))
    }),
    verb("conversations.open", &["talk"], |f| manage(f, &json!({"message_type": "open"}))),
    verb("conversations.assign admin", &["talk", "admin"], |f| {
        manage(f, &json!({"message_type": "assignment", "assignee_id": f.id("admin")}))
    }),
    verb("conversations.assign team", &["talk", "team"], |f| {
        let assign = json!({"message_type": "assignment", "assignee_id": f.id("team"), "type": "team"});
        manage(f, &assign)
    }),
    core("conversations.delete", &["talk"], |f| delete(talk(f, "talk", ""))),
    verb("conversations.delete filled", &["filled"], |f| delete(talk(f, "talk", ""))),
    core("conversations.merge", &["talk", "second"], |f| {
        post(talk(f, "talk", "/merge"), json!({"merge_into_conversation_id": f.id("second")}))
    }),
    verb("conversations.merge back", &["talk", "second"], |f| {
        post(talk(f, "second", "/merge"), json!({"merge_into_conversation_id": f.id("talk")}))
    }),
    core("conversations.convert", &["talk", "kind"], |f| {
        post(talk(f, "talk", "/convert"), json!({"ticket_type_id": f.id("kind"), "attributes": {"Size": "S"}}))
    }),
];

const ABOUT_CONVERSATIONS: &[Verb] = &[
    verb("conversations.attach contact", &["talk", "other"], |f| {
        attach(f, "talk", &json!({"intercom_user_id": f.id("other")}))
    }),
    verb("conversations.attach user", &["second", "user"], |f| {
        attach(f, "second", &json!({"user_id": f.name("user")}))
    }),
    verb("conversations.attach lead", &["talk", "lead"], |f| attach(f, "talk", &json!({"email": f.email("lead")}))),
    core("conversations.attach newcomer", &["talk", "newcomer"], |f| {
        attach(f, "talk", &json!({"email": f.email("new")}))
    }),
    verb("conversations.attach newcomer to second", &["second", "newcomer"], |f| {
        attach(f, "second", &json!({"email": f.email("new")}))
    }),
    core("conversations.detach other", &["shared"], |f| detach(f, "other")),
    verb("conversations.detach user", &["shared"], |f| detach(f, "user")),
    verb("conversations.tag", &["talk", "tag"], |f| {
        post(talk(f, "talk", "/tags"), json!({"id": f.id("tag"), "admin_id": f.world.admin}))
    }),
    verb("conversations.untag", &["tagged_talk"], |f| {
        let path = talk(f, "talk", &format!("/tags/{}", f.id("tag")));
        call("DELETE", path, Some(json!({"admin_id": f.world.admin})))
    }),
    verb("conversations.redact part", &["said"], |f| {
        let body =
            json!({"type": "conversation_part", "conversation_id": f.id("talk"), "conversation_part_id": f.id("said")});
        post("/conversations/redact", body)
    }),
    verb("conversations.update title", &["talk"], |f| {
        put(talk(f, "talk", ""), json!({"title": "Title", "read": true}))
    }),
    verb("conversations.update company", &["talk", "company"], |f| {
        put(talk(f, "talk", ""), json!({"company_id": f.id("company")}))
    }),
    verb("conversations.update attribute", &["talk", "field"], |f| {
        put(talk(f, "talk", ""), json!({"custom_attributes": {f.mark.clone(): "a"}}))
    }),
    verb("conversations.update relation", &["talk", "crate"], |f| {
        put(talk(f, "talk", ""), json!({"custom_attributes": {"crates": [f.id("crate")]}}))
    }),
];

/// A message for Fin.
fn fin(f: &Fixture, slot: &str, text: &str) -> Value {
    let message = json!({"author": "user", "body": text, "timestamp": "2026-03-01T11:59:00Z"});
    json!({"conversation_id": f.name(slot), "message": message, "user": {"id": f.name("user"), "name": text}})
}

const FIN: &[Verb] = &[
    verb("fin.start", &["user"], |f| post("/fin/start", fin(f, "started", "Hello"))),
    core("fin.reply", &["session"], |f| post("/fin/reply", fin(f, "session", "Are you there?"))),
    core("fin.escalate", &["session"], |f| {
        post("/fin/escalate", json!({"conversation_id": f.name("session"), "context": "Context"}))
    }),
    verb("fin.reply to team", &["handed_over"], |f| post("/fin/reply", fin(f, "session", "Are you there?"))),
    verb("fin.csat", &["asked"], |f| {
        post("/fin/csat", json!({"conversation_id": f.name("asked"), "rating": "good", "remark": "Quick"}))
    }),
    core("conversations.delete session", &["session"], |f| delete(talk(f, "session", ""))),
    verb("conversations.delete handed over", &["handed_over"], |f| delete(talk(f, "handed_over", ""))),
    verb("conversations.delete asked", &["asked"], |f| delete(talk(f, "asked", ""))),
];

const TICKETS: &[Verb] = &[
    core("tickets.create", &["user", "kind"], |f| new_ticket(f, &json!({"id": f.id("user")}))),
    verb("tickets.create by external_id", &["user", "kind"], |f| {
        new_ticket(f, &json!({"external_id": f.name("user")}))
    }),
    verb("tickets.create by email", &["user", "kind"], |f| new_ticket(f, &json!({"email": f.email("user")}))),
    verb("tickets.create by email of lead", &["lead", "kind"], |f| new_ticket(f, &json!({"email": f.email("lead")}))),
    core("tickets.create for newcomer", &["newcomer", "kind"], |f| new_ticket(f, &json!({"email": f.email("new")}))),
    verb("tickets.create linked", &["talk", "other"], |f| {
        let body = json!({"ticket_type_id": f.tracker_kind(), "contacts": [{"id": f.id("other")}], "conversation_to_link_id": f.id("talk")});
        post("/tickets", body)
    }),
    verb("tickets.reply as user", &["ticket"], |f| {
        let body =
            json!({"message_type": "comment", "type": "user", "intercom_user_id": f.id("user"), "body": "Reply"});
        post(ticket(f, "ticket", "/reply"), body)
    }),
    verb("tickets.reply as admin", &["ticket"], |f| {
        let body = json!({"message_type": "comment", "type": "admin", "admin_id": f.world.admin, "body": "Reply"});
        post(ticket(f, "ticket", "/reply"), body)
    }),
    verb("tickets.update", &["ticket"], |f| put(ticket(f, "ticket", ""), json!({"ticket_attributes": {"Size": "XL"}}))),
    verb("tickets.close", &["ticket"], |f| put(ticket(f, "ticket", ""), json!({"open": false}))),
    verb("tickets.assign", &["ticket", "team"], |f| {
        put(ticket(f, "ticket", ""), json!({"admin_id": f.world.admin, "assignee_id": f.id("team")}))
    }),
    verb("tickets.update company", &["ticket", "company"], |f| {
        put(ticket(f, "ticket", ""), json!({"company_id": f.id("company")}))
    }),
    verb("tickets.change_type", &["ticket", "kind2"], |f| {
        post(
            ticket(f, "ticket", "/change_type"),
            json!({"ticket_type_id": f.id("kind2"), "ticket_state_id": f.state()}),
        )
    }),
    verb("tickets.delete", &["ticket"], |f| delete(ticket(f, "ticket", ""))),
    verb("tickets.tag", &["ticket", "tag"], |f| {
        post(ticket(f, "ticket", "/tags"), json!({"id": f.id("tag"), "admin_id": f.world.admin}))
    }),
    core("tickets.link", &["tracker", "talk"], |f| link(f, "tracker", "talk")),
    verb("tickets.link to second tracker", &["tracker2", "talk"], |f| link(f, "tracker2", "talk")),
    verb("tickets.link ticket", &["tracker", "ticket"], |f| link(f, "tracker", "ticket")),
    verb("tickets.unlink", &["linked"], |f| {
        delete(ticket(f, "tracker", &format!("/linked_conversations/{}", f.id("talk"))))
    }),
    verb("tickets.delete tracker", &["linked"], |f| delete(ticket(f, "tracker", ""))),
    verb("conversations.delete linked", &["linked"], |f| delete(talk(f, "talk", ""))),
];

const OBJECTS: &[Verb] = &[
    verb("objects.upsert", &["order"], |f| order(f, "user")),
    verb("objects.upsert for other", &["order", "other"], |f| order(f, "other")),
    verb("objects.upsert new", &["newcomer", "other"], |f| {
        let body = json!({"external_id": f.name("new"), "custom_attributes": {"customer": f.name("other")}});
        post("/custom_object_instances/Order", body)
    }),
    verb("objects.delete", &["order"], |f| delete(format!("/custom_object_instances/Order/{}", f.id("order")))),
    verb("objects.delete by external_id", &["order"], |f| {
        delete(format!("/custom_object_instances/Order?external_id={}", f.mark))
    }),
    verb("objects.relate from contact", &["order", "other"], |f| {
        put(contact(f, "other", ""), json!({"custom_attributes": {"orders": [f.id("order")]}}))
    }),
    verb("objects.relate conversation", &["crate", "talk"], |f| fill(f, "talks", "talk")),
    verb("objects.relate ticket", &["crate", "ticket"], |f| fill(f, "tickets", "ticket")),
    verb("objects.relate object", &["crate", "order"], |f| fill(f, "contents", "order")),
    verb("objects.unrelate customer", &["order"], |f| {
        let body = json!({"external_id": f.mark, "custom_attributes": {"customer": null}});
        post("/custom_object_instances/Order", body)
    }),
    verb("objects.unrelate from contact", &["order"], |f| {
        put(contact(f, "user", ""), json!({"custom_attributes": {"orders": []}}))
    }),
    verb("objects.unrelate conversations", &["filled"], |f| {
        let body = json!({"external_id": f.mark, "custom_attributes": {"talks": []}});
        post("/custom_object_instances/Crate", body)
    }),
    verb("conversations.unrelate crates", &["filled"], |f| {
        put(talk(f, "talk", ""), json!({"custom_attributes": {"crates": []}}))
    }),
    verb("objects.delete crate", &["crate"], |f| delete(format!("/custom_object_instances/Crate/{}", f.id("crate")))),
];
