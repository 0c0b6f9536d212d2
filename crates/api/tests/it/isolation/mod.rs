//! Workspaces are isolated: objects of another workspace get exactly the answer of objects that do not exist.
//!
//! Every operation with a name in its path is called from another workspace, once with the name of something real and once
//! with one that does not exist. A new noun needs a line in [`Things::of`], or a row in `read_only`, or the test fails.

mod things;

use deskwire_api::public;
use deskwire_api::routes::Route;
use deskwire_testkit::{Answer, Client, TestApp, Value, both, json};

use things::id;
pub(crate) use things::{Thing, Things, body};

/// The names in a path, each with the path up to it.
pub(crate) fn names(route: &Route) -> Vec<&'static str> {
    route.path.match_indices('}').map(|(end, _)| &route.path[..=end]).collect()
}

/// The path with each parameter replaced by what `pick` returns for the path up to it.
pub(crate) fn filled(route: &Route, pick: impl Fn(&'static str) -> String) -> String {
    let mut path = route.path.to_owned();
    for prefix in names(route) {
        let name = &prefix[prefix.rfind('{').unwrap()..];
        path = path.replacen(name, &pick(prefix), 1);
    }
    path
}

/// Status, code, message and field of an error, without the requested id, which some messages repeat.
fn outcome(answer: &Answer) -> (u16, String, Value) {
    let requested_id = answer.request.rsplit('/').next().filter(|name| name.contains(|c: char| c.is_ascii_digit()));
    let errors = answer.body["errors"].to_string();
    let errors = requested_id.map_or(errors.clone(), |id| errors.replace(id, "..."));
    (answer.status, errors, answer.body["type"].clone())
}

/// The same, where some refusals repeat the name they were given.
pub(crate) fn outcome_of(name: &str, answer: &Answer) -> (u16, String, Value) {
    let (status, errors, of) = outcome(answer);
    (status, errors.replace(name, "NAME"), of)
}

/// That two answers are the same refusal of something unknown.
fn assert_alike(what: &str, thing: &Thing, foreign: &Answer, unknown: &Answer) {
    foreign.blames_the_caller();
    // The description of Fin refuses what it does not find with 400.
    let refused = if what.contains(" /fin/") { 400 } else { 404 };
    assert_eq!(
        unknown.status, refused,
        "{what}: something unknown must be looked up, or the body needs a line in `body`: {}",
        unknown.body
    );
    assert_eq!(outcome_of(&thing.real, foreign), outcome_of(&thing.unknown, unknown), "{what}");
}

/// A request whose body has an id: method, path, an id of the other workspace, an unknown id, and the body.
type Case<'a> = (&'a str, &'a str, &'a (String, String), Box<dyn Fn(&str) -> Value + 'a>);

/// Two workspaces, each with one of everything.
async fn two(app: &TestApp) -> (Client, Things, Things) {
    let (other, actor) = app.neighbour().await;
    let mine = Things::of(app, (&app.client(), &app.actor()), "mine").await;
    let theirs = Things::of(app, (&other, &actor), "theirs").await;
    (other, mine, theirs)
}

#[both]
async fn unknown_references_in_paths(app: TestApp) {
    let (other, mine, theirs) = two(&app).await;
    for route in public::table().rows() {
        let client = other.clone().with_version(route.window.since().as_str());
        // Each name in turn is foreign while the others are of that other workspace.
        for place in names(route) {
            let path = |kind: fn(&Thing) -> &String| {
                filled(route, |at| if at == place { kind(mine.at(at)).clone() } else { theirs.at(at).real.clone() })
            };
            let method = route.method.as_str();
            let foreign = client.call(method, &path(|t| &t.real), body(route.operation, &theirs).as_ref()).await;
            let unknown = client.call(method, &path(|t| &t.unknown), body(route.operation, &theirs).as_ref()).await;
            assert_alike(&format!("{} at {place}", route.operation), mine.at(place), &foreign, &unknown);
        }
    }
    // Nothing of the first workspace was touched, and the way in is not closed for its own.
    let user = app.get(&format!("/contacts/{}", mine.at("/contacts/{id}").real)).await.ok();
    assert_eq!(user["external_id"], "external-mine");
}

#[both]
async fn unknown_references_in_bodies(app: TestApp) {
    let (other, mine, theirs) = two(&app).await;
    let contact = "/contacts/{id}";
    let lead = other.post("/contacts", json!({"role": "lead"})).await.ok();
    let foreign_lead = app.post("/contacts", json!({"role": "lead"})).await.ok();
    let own = &theirs.at(contact).real;
    let hex = (mine.at(contact).real.clone(), mine.at(contact).unknown.clone());
    let leads = (id(&foreign_lead), crate::support::unknown_contact());
    let admin = (app.admin_id.to_string(), "123456789".to_owned());
    let external = ("external-mine".to_owned(), "external-nobody".to_owned());
    let pair = |prefix: &str| (mine.at(prefix).real.clone(), mine.at(prefix).unknown.clone());
    let user_path = format!("/contacts/{own}");
    let company = pair("/companies/{id}");
    let tag = pair("/tags/{id}");
    let subscription = pair("/contacts/{id}/subscriptions/{subscription_id}");
    let [companies, tags, notes, subscriptions] =
        ["companies", "tags", "notes", "subscriptions"].map(|list| format!("{user_path}/{list}"));
    let instance = pair("/custom_object_instances/{type}/{id}");
    let orders = format!("/custom_object_instances/{}", theirs.at("/custom_object_instances/{type}").real);
    let ticket_type = pair("/ticket_types/{id}");
    let states = [app.get("/ticket_states").await.ok(), other.get("/ticket_states").await.ok()];
    let state = (id(&states[0]["data"][0]), "123456789".to_owned());
    let own_type = &theirs.at("/ticket_types/{id}").real;
    let ticket = format!("/tickets/{}", theirs.at("/tickets/{id}").real);
    let [ticket_tags, links, change] =
        ["tags", "linked_conversations", "change_type"].map(|end| format!("{ticket}/{end}"));
    let convert = format!("/conversations/{}/convert", theirs.at("/conversations/{id}").real);
    let new = |key: &str, value: Value| {
        let mut body = json!({"ticket_type_id": own_type, "contacts": [{"id": own}]});
        body[key] = value;
        body
    };
    let conversation = pair("/conversations/{id}");
    let talk = format!("/conversations/{}", theirs.at("/conversations/{id}").real);
    let [customers, talk_tags, merge] = ["customers", "tags", "merge"].map(|list| format!("{talk}/{list}"));
    let by = &theirs.at("/admins/{id}").real;
    let cases: Vec<Case<'_>> = vec![
        ("POST", "/tickets", &hex, Box::new(|x| new("contacts", json!([{"id": x}])))),
        ("POST", "/tickets", &external, Box::new(|x| new("contacts", json!([{"external_id": x}])))),
        ("POST", "/tickets", &ticket_type, Box::new(|x| new("ticket_type_id", json!(x)))),
        ("POST", "/tickets", &company, Box::new(|x| new("company_id", json!(x)))),
        ("POST", "/tickets", &admin, Box::new(|x| new("assignment", json!({"admin_assignee_id": x})))),
        ("POST", "/tickets", &conversation, Box::new(|x| new("conversation_to_link_id", json!(x)))),
        ("POST", "/tickets/enqueue", &hex, Box::new(|x| new("contacts", json!([{"id": x}])))),
        ("PUT", &ticket, &state, Box::new(|x| json!({"ticket_state_id": x}))),
        ("PUT", &ticket, &company, Box::new(|x| json!({"company_id": x}))),
        ("PUT", &ticket, &admin, Box::new(|x| json!({"assignee_id": x}))),
        ("PUT", &ticket, &admin, Box::new(|x| json!({"admin_id": x, "open": false}))),
        ("POST", &ticket_tags, &tag, Box::new(|x| json!({"id": x, "admin_id": by}))),
        ("POST", &links, &conversation, Box::new(|x| json!({"conversation_id": x}))),
        (
            "POST",
            &change,
            &ticket_type,
            Box::new(|x| json!({"ticket_type_id": x, "ticket_state_id": id(&states[1]["data"][0])})),
        ),
        ("POST", &convert, &ticket_type, Box::new(|x| json!({"ticket_type_id": x}))),
        ("PUT", &user_path, &instance, Box::new(|x| json!({"custom_attributes": {"order": [x]}}))),
        ("POST", &orders, &hex, Box::new(|x| json!({"external_id": "x", "custom_attributes": {"customer": x}}))),
        ("POST", &orders, &external, Box::new(|x| json!({"external_id": "x", "custom_attributes": {"customer": x}}))),
        ("POST", "/contacts/merge", &hex, Box::new(|x| json!({"from": lead["id"], "into": x}))),
        ("POST", "/contacts/merge", &leads, Box::new(|x| json!({"from": x, "into": own}))),
        ("POST", "/contacts/merge/preview", &hex, Box::new(|x| json!({"from": lead["id"], "into": x}))),
        ("POST", "/contacts/merge/preview", &leads, Box::new(|x| json!({"from": x, "into": own}))),
        ("POST", "/contacts", &admin, Box::new(|x| json!({"external_id": "new", "owner_id": x}))),
        ("PUT", &user_path, &admin, Box::new(|x| json!({"owner_id": x}))),
        ("POST", "/events", &hex, Box::new(|x| json!({"event_name": "e", "created_at": 1, "id": x}))),
        ("POST", "/events", &external, Box::new(|x| json!({"event_name": "e", "created_at": 1, "user_id": x}))),
        (
            "POST",
            "/events/summaries",
            &external,
            Box::new(|x| json!({"user_id": x, "event_summaries": {"event_name": "e", "first": 1}})),
        ),
        ("POST", &companies, &company, Box::new(|x| json!({"id": x}))),
        ("POST", &tags, &tag, Box::new(|x| json!({"id": x}))),
        ("POST", &notes, &admin, Box::new(|x| json!({"body": "x", "admin_id": x}))),
        ("POST", &subscriptions, &subscription, Box::new(|x| json!({"id": x, "consent_type": "opt_in"}))),
        ("POST", "/tags", &tag, Box::new(|x| json!({"id": x, "name": "Renamed"}))),
        ("POST", &customers, &hex, Box::new(|x| json!({"admin_id": by, "customer": {"intercom_user_id": x}}))),
        ("POST", &customers, &admin, Box::new(|x| json!({"admin_id": x, "customer": {"intercom_user_id": own}}))),
        ("POST", &talk_tags, &tag, Box::new(|x| json!({"id": x, "admin_id": by}))),
        ("PUT", &talk, &company, Box::new(|x| json!({"company_id": x}))),
        ("PUT", &talk, &admin, Box::new(|x| json!({"priority": "high", "admin_id": x}))),
        ("POST", &merge, &conversation, Box::new(|x| json!({"merge_into_conversation_id": x}))),
        (
            "POST",
            "/conversations/redact",
            &conversation,
            Box::new(|x| json!({"type": "source", "conversation_id": x, "source_id": "1"})),
        ),
        ("PUT", "/visitors", &hex, Box::new(|x| json!({"id": x, "name": "x"}))),
        (
            "POST",
            "/visitors/convert",
            &hex,
            Box::new(|x| json!({"type": "user", "user": {"id": x}, "visitor": {"user_id": "v"}})),
        ),
    ];
    for (method, path, (real, unknown), body) in cases {
        let foreign = other.call(method, path, Some(&body(real))).await;
        let unknown_to_all = other.call(method, path, Some(&body(unknown))).await;
        foreign.blames_the_caller();
        assert_eq!(outcome(&foreign), outcome(&unknown_to_all), "{method} {path}");
    }
}

#[both]
async fn bulk_tagging_ignores_foreign_objects(app: TestApp) {
    let (other, mine, _) = two(&app).await;
    let ids = |x: &str| json!({"name": "VIP", "users": [{"id": x}]});
    let (real, unknown) = (&mine.at("/contacts/{id}").real, &mine.at("/contacts/{id}").unknown);
    for version in ["2.15", "Unstable"] {
        let client = other.clone().with_version(version);
        let foreign = client.post("/tags", ids(real)).await;
        let unknown_to_all = client.post("/tags", ids(unknown)).await;
        assert_eq!(foreign.status, unknown_to_all.status);
        let text = |answer: &Answer, id: &str| {
            answer.body.to_string().replace(id, "").replace(answer.header("x-request-id").unwrap(), "")
        };
        assert_eq!(text(&foreign, real), text(&unknown_to_all, unknown));
    }
    assert_eq!(app.get(&format!("/contacts/{real}")).await.ok()["tags"]["total_count"], 1);
}

#[both]
async fn names_are_unique_per_workspace_only(app: TestApp) {
    let other = app.other_workspace().await;
    let body = json!({"external_id": "u", "email": "u@acme.test"});
    let mine = app.post("/contacts", body.clone()).await.ok();
    let theirs = other.post("/contacts", body).await.ok();
    assert_ne!(mine["id"], theirs["id"]);
    assert_eq!(app.get("/contacts").await.ok()["total_count"], 1);
    assert_eq!(other.get("/contacts").await.ok()["data"][0]["id"], theirs["id"]);
    assert_eq!(other.get("/contacts/activities").await.ok()["data"].as_array().unwrap().len(), 1);
}
