//! A token sees, changes and learns nothing beyond its scopes.
//!
//! The walk calls every operation with every scope that opens it, alone and together with each scope that opens another
//! kind of data, and looks for texts of forbidden objects. A new operation is covered as soon as it is in the
//! table; a new kind of data needs a line in [`Secrets::of`], or a row in `read_only`.

mod secrets;

use std::collections::HashMap;

use deskwire_api::auth::{Scope, Scopes};
use deskwire_api::public;
use deskwire_api::routes::Route;
use deskwire_api::versions::Version;
use deskwire_testkit::{Client, TestApp, Value, both, json};
use secrets::Secrets;

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
const WITH_CHANGES: usize = 5;

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

fn has_any(scopes: Scopes, expected: &str) -> bool {
    expected.split(' ').any(|name| scopes.has(Scope::parse(name).unwrap()))
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

#[both]
async fn scope_pairs_show_and_change_nothing_else(app: TestApp) {
    let seeded = Secrets::of(&app).await;
    let mut clients = Clients(HashMap::new());
    let (mut calls, mut answered, mut faults) = (0, HashMap::new(), Vec::new());
    let mut state = seeded.state(&app).await;
    for route in public::table().rows() {
        let newest = Version::ALL.iter().rfind(|version| route.window.contains(**version));
        let version = newest.expect("each operation is in a version").as_str();
        for scopes in combinations(route) {
            let client = clients.of(&app, &scopes).await.with_version(version);
            let held = Scopes::parse(&scopes).unwrap();
            let (path, body) = seeded.request(&app, route, held).await;
            let answer = client.call(route.method.as_str(), &path, body.as_ref()).await;
            answer.is_well_formed();
            let request_text = format!("{path} {}", body.unwrap_or_default());
            for secret in &seeded.secrets {
                let leaked = answer.text.contains(&secret.text) && !request_text.contains(&secret.text);
                if leaked && !has_any(held, secret.opened_by) {
                    faults.push(format!("{} with {scopes} tells {}: {}", route.operation, secret.text, answer.text));
                }
            }
            if route.method != "GET" && answer.status < 300 {
                if answer.text.contains("\"job") || answer.text.contains(".job\"") {
                    app.run_jobs().await;
                }
                let before = std::mem::replace(&mut state, seeded.state(&app).await);
                for ((kind, before), (_, after)) in before.iter().zip(&state) {
                    let mine =
                        held.has(*kind) || (held.has(Scope::ReadWriteUsers) && *kind == Scope::WriteUsersCompanies);
                    if !mine && !changes(route.operation, *kind) && before != after {
                        faults.push(format!("{} with {scopes} changed\n{before}\n{after}", route.operation));
                    }
                }
            }
            *answered.entry(route.operation).or_insert(false) |= answer.status < 400;
            calls += 1;
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    assert!(calls > 500, "{calls}");
    // A walk over refusals would prove nothing.
    let refused: Vec<_> = answered.iter().filter(|(_, ok)| !**ok).map(|(operation, _)| *operation).collect();
    assert!(refused.len() < 30, "{} operations were refused each time: {refused:?}", refused.len());
}

#[both]
async fn hidden_objects_are_answered_as_not_found(app: TestApp) {
    let seeded = Secrets::of(&app).await;
    let at = |prefix: &'static str| seeded.things.at(prefix).real.clone();
    let (contact, company, tag, admin) =
        (at("/contacts/{id}"), at("/companies/{id}"), at("/tags/{id}"), app.admin_id.to_string());
    let (talk, ticket) = (seeded.conversation.as_str(), seeded.ticket.as_str());
    let [none, no_hex] = ["123456789".to_owned(), crate::support::unknown_contact()];
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
        (
            "write_tickets",
            "POST",
            format!("/tickets/{ticket}/linked_conversations"),
            talk,
            &none,
            Box::new(|x| json!({"conversation_id": x})),
        ),
        (
            "write_tickets",
            "DELETE",
            format!("/tickets/{ticket}/linked_conversations/{{}}"),
            &seeded.linked,
            &none,
            Box::new(nothing),
        ),
        ("write_tickets", "POST", "/tickets".to_owned(), talk, &none, Box::new(new("conversation_to_link_id"))),
        ("write_tickets", "POST", "/tickets/enqueue".to_owned(), talk, &none, Box::new(new("conversation_to_link_id"))),
        ("write_tickets", "POST", "/tickets".to_owned(), &company, &no_hex, Box::new(new("company_id"))),
        (
            "write_tickets",
            "PUT",
            format!("/tickets/{ticket}"),
            &company,
            &no_hex,
            Box::new(|x| json!({"company_id": x})),
        ),
        (
            "write_tickets",
            "POST",
            format!("/tickets/{ticket}/tags"),
            &tag,
            &none,
            Box::new(|x| json!({"id": x, "admin_id": admin})),
        ),
        (
            "write_conversations",
            "PUT",
            format!("/conversations/{talk}"),
            &company,
            &no_hex,
            Box::new(|x| json!({"company_id": x})),
        ),
        (
            "write_conversations",
            "PUT",
            format!("/conversations/{talk}"),
            "zq-object-id",
            "zq-no-object",
            Box::new(|x| json!({"custom_attributes": {"cases": [x]}})),
        ),
        ("write_conversations", "GET", "/conversations/{}".to_owned(), ticket, &none, Box::new(nothing)),
        ("write_conversations", "POST", "/conversations/{}/reply".to_owned(), ticket, &none, Box::new(say)),
        (
            "write_conversations",
            "POST",
            "/conversations/{}/convert".to_owned(),
            ticket,
            &none,
            Box::new(|_| json!({"ticket_type_id": "1"})),
        ),
        ("write_conversations", "DELETE", "/conversations/{}".to_owned(), ticket, &none, Box::new(nothing)),
        (
            "write_conversations",
            "POST",
            format!("/conversations/{talk}/merge"),
            ticket,
            &none,
            Box::new(|x| json!({"merge_into_conversation_id": x})),
        ),
        ("read_write_custom_objects", "POST", instances.to_owned(), talk, &none, Box::new(related("talk"))),
        ("read_write_custom_objects", "POST", instances.to_owned(), ticket, &none, Box::new(related("errand"))),
        (
            "read_write_custom_objects read_conversations",
            "POST",
            instances.to_owned(),
            ticket,
            &none,
            Box::new(related("talk")),
        ),
        ("read_write_custom_objects", "POST", instances.to_owned(), &contact, &no_hex, Box::new(related("who"))),
        (
            "read_custom_objects",
            "GET",
            format!("{instances}?references_conversation_id={{}}"),
            talk,
            &none,
            Box::new(nothing),
        ),
        (
            "read_custom_objects read_conversations",
            "GET",
            format!("{instances}?references_conversation_id={{}}"),
            ticket,
            &none,
            Box::new(nothing),
        ),
        (
            "read_custom_objects",
            "GET",
            format!("{instances}?references_contact_id={{}}"),
            &contact,
            &no_hex,
            Box::new(nothing),
        ),
        (
            "write_users_companies",
            "PUT",
            format!("/contacts/{contact}"),
            "zq-object-id",
            "zq-no-object",
            Box::new(|x| json!({"custom_attributes": {"cases": [x]}})),
        ),
    ];
    for (scopes, method, path, real, unknown, body) in cases {
        let client = app.scoped(scopes).await.off_the_record();
        let mut answers = Vec::new();
        for name in [real, unknown] {
            let path = path.replace("{}", name);
            let body = Some(body(name)).filter(|body| !body.is_null());
            let answer = client.call(method, &path, body.as_ref()).await;
            answer.is_well_formed();
            let id = answer.header("x-request-id").unwrap().to_owned();
            answers.push((answer.status, answer.text.replace(&id, "").replace(name, "")));
        }
        assert_eq!(answers[0], answers[1], "{method} {path} with {scopes}");
        assert!(answers[0].0 >= 400 || method == "GET", "{method} {path} with {scopes}: {answers:?}");
    }
}

#[both]
async fn counts_by_name_need_the_scope_to_read_names(app: TestApp) {
    let counts = app.scoped("read_counts").await.off_the_record();
    for (query, scope) in [
        ("type=company&count=user", "read_users"),
        ("type=user&count=tag", "read_tags"),
        ("type=company&count=tag", "read_tags"),
        ("type=user&count=segment", "gather_app_data"),
        ("type=company&count=segment", "read_users"),
        ("type=conversation&count=admin", "read_admins"),
    ] {
        let path = format!("/counts?{query}");
        counts.get(&path).await.refused(401, "token_unauthorized");
        app.scoped(&format!("read_counts {scope}")).await.off_the_record().get(&path).await.ok();
    }
    counts.get("/counts?type=conversation").await.ok();
    let segments = app.scoped("gather_app_data").await.get("/segments?include_count=true").await.ok();
    assert!(segments["segments"][0].get("count").is_none(), "{segments}");
}
