//! The results of all reads of a fixture, without what differs between fixtures.

use std::collections::BTreeMap;
use std::collections::HashMap;

use serde_json::{Value, json};

use super::fixture::Fixture;
use crate::answer::Answer;

/// The least number of digits of an id that is not from a counter of the workspace.
const SHORT: usize = 12;

/// The answer of a verb: the status and, for an error, its code and message.
pub(super) fn outcome(fixture: &Fixture, answer: &Answer) -> String {
    // The inbox has one error, the API a list.
    let error = if answer.body["error"].is_object() { &answer.body["error"] } else { &answer.body["errors"][0] };
    if error.is_null() {
        return answer.status.to_string();
    }
    let mut message = Names::of(fixture).value("", &error["message"]).to_string();
    // Messages name small numbers, too.
    for (slot, id) in fixture.ids().filter(|(_, id)| id.len() > 3) {
        message = message.replace(id, slot);
    }
    format!("{} {} {message}", answer.status, error["code"].as_str().unwrap_or_default())
}

/// The results of all reads of the objects of a fixture, one line for each.
pub(super) async fn everything(fixture: &Fixture) -> BTreeMap<String, String> {
    let names = Names::of(fixture);
    let mut seen = BTreeMap::new();
    let mut reads = Vec::new();
    let contains = |field: &str| json!({"query": {"field": field, "operator": "~", "value": fixture.mark}});
    reads.push(("contacts by email".to_owned(), "POST", "/contacts/search".to_owned(), Some(contains("email"))));
    for slot in &fixture.slots {
        reads_of(fixture, slot, &mut reads);
    }
    for (what, method, path, body) in reads {
        let answer = fixture.world.client.call(method, &path, body.as_ref()).await;
        seen.insert(what, rendered(&names, &answer));
    }
    seen
}

type Read = (String, &'static str, String, Option<Value>);

fn reads_of(fixture: &Fixture, slot: &str, reads: &mut Vec<Read>) {
    let id = || fixture.id(slot).to_owned();
    let mut get = |path: String| reads.push((slot.to_owned(), "GET", path, None));
    match slot {
        "user" | "other" | "lead" => {
            get(format!("/contacts/{}", id()));
            for list in ["notes", "subscriptions", "segments", "companies"] {
                reads.push((format!("{list} of {slot}"), "GET", format!("/contacts/{}/{list}", id()), None));
            }
            for noun in ["conversations", "tickets"] {
                let query = json!({"query": {"field": "contact_ids", "operator": "=", "value": id()}});
                reads.push((format!("{noun} of {slot}"), "POST", format!("/{noun}/search"), Some(query)));
            }
        }
        "company" => {
            get(format!("/companies/{}", id()));
            reads.push((format!("notes of {slot}"), "GET", format!("/companies/{}/notes", id()), None));
            reads.push((format!("contacts of {slot}"), "GET", format!("/companies/{}/contacts", id()), None));
            let path = format!("/companies?company_id={}", fixture.name(slot));
            reads.push((format!("{slot} by company_id"), "GET", path, None));
        }
        "tag" | "label" => {
            get(format!("/tags/{}", id()));
            for (noun, field) in [("contacts", "tag_id"), ("conversations", "tag_ids")] {
                let query = json!({"query": {"field": field, "operator": "=", "value": id()}});
                reads.push((format!("{noun} with {slot}"), "POST", format!("/{noun}/search"), Some(query)));
            }
        }
        "talk" | "second" | "shared" | "lead_talk" | "phoned" | "session" | "handed_over" | "asked" => {
            get(format!("/conversations/{}", id()));
        }
        "ticket" | "tracker" | "tracker2" => get(format!("/tickets/{}", id())),
        "kind" | "kind2" => get(format!("/ticket_types/{}", id())),
        "order" => get(format!("/custom_object_instances/Order?external_id={}", fixture.mark)),
        "crate" => get(format!("/custom_object_instances/Crate?external_id={}", fixture.mark)),
        "visitor" => get(format!("/visitors?user_id={}", id())),
        "team" => get(format!("/teams/{}", id())),
        "admin" => get(format!("/admins/{}", id())),
        "segment" => get(format!("/segments/{}?include_count=true", id())),
        "field" => get(format!("/conversations/attributes/{}", id())),
        "folder" | "drawer" => get(format!("/folders/{}", id())),
        "collection" => get(format!("/help_center/collections/{}", id())),
        "audience" => get(format!("/audiences/{}", id())),
        "news" => get(format!("/news/news_items/{}", id())),
        "call" => get(format!("/calls/{}", id())),
        "article" | "internal" | "snippet" => {
            let noun = match slot {
                "article" => "articles",
                "internal" => "internal_articles",
                _ => "content_snippets",
            };
            get(format!("/{noun}/{}", id()));
            // What searches find, and in which states.
            reads.push(("content".to_owned(), "GET", format!("/content/search?query={}", fixture.mark), None));
        }
        "newcomer" => {
            get(format!("/contacts/find_by_external_id/{}", fixture.name("new")));
            let path = format!("/companies?company_id={}", fixture.name("new"));
            reads.push(("new company".to_owned(), "GET", path, None));
        }
        _ => {}
    }
}

fn rendered(names: &Names, answer: &Answer) -> String {
    let mut body = answer.body.clone();
    if let Value::Object(map) = &mut body {
        for noise in ["request_id", "pages", "errors"] {
            if noise != "errors" || answer.status < 400 {
                map.remove(noise);
            }
        }
        // Results are sorted newest first, and two that are created at once have no order.
        for list in ["data", "conversations", "tickets", "contacts"] {
            if let Some(Value::Array(items)) = map.get_mut(list) {
                items.sort_by_key(|item| names.value("", item).to_string());
            }
        }
    }
    format!("{} {}", answer.status, names.value("", &body))
}

/// The names of ids.
struct Names {
    by_id: HashMap<String, &'static str>,
    mark: String,
    phone: String,
}

impl Names {
    fn of(fixture: &Fixture) -> Names {
        let world = [(fixture.world.admin.as_str(), "me"), (fixture.tracker_kind(), "tracker kind")];
        let ids = fixture.ids().filter(|(slot, _)| !matches!(*slot, "newcomer" | "visitor"));
        let mut ids: Vec<(&'static str, &str)> = ids.chain(world.into_iter().map(|(id, name)| (name, id))).collect();
        // Several slots can be one object, which has the last of their names.
        ids.sort_unstable();
        let by_id = ids.into_iter().map(|(name, id)| (id.to_owned(), name)).collect();
        Names { by_id, mark: fixture.mark.clone(), phone: fixture.phone() }
    }

    /// The value with names instead of ids; `key` is its key.
    fn value(&self, key: &str, value: &Value) -> Value {
        let is_id = key == "id" || key == "ids" || key.ends_with("_id") || key.ends_with("_ids");
        match value {
            Value::Object(map) => {
                map.iter().filter(|(key, _)| !is_random(key)).map(|(k, v)| (self.text(k), self.value(k, v))).collect()
            }
            Value::Array(items) => {
                let mut items: Vec<Value> = items.iter().map(|item| self.value(key, item)).collect();
                // Ids grow with time; what is ordered by them has the order in which two fixtures made the same.
                if matches!(key, "linked_objects" | "tags" | "contacts" | "companies" | "teammates" | "admins") {
                    items.sort_by_key(Value::to_string);
                }
                items.into()
            }
            Value::Number(number) if is_id => self.id(&number.to_string()),
            Value::String(text) if is_id && !text.contains(&self.mark) => self.id(text),
            Value::String(text) => self.text(text).into(),
            other => other.clone(),
        }
    }

    fn id(&self, id: &str) -> Value {
        match self.by_id.get(id) {
            _ if id.is_empty() || id == "0" => id.into(),
            // Counters are per noun, so one number can be the id of several objects.
            _ if id.len() < SHORT => "<number>".into(),
            Some(name) => format!("<{name}>").into(),
            None => "<new>".into(),
        }
    }

    /// A text without what differs from fixture to fixture: marks, phone numbers, and long runs of digits.
    fn text(&self, text: &str) -> String {
        let text = text.replace(&self.mark, "*").replace(&self.phone, "+*");
        let mut out = String::with_capacity(text.len());
        let mut run = String::new();
        for c in text.chars().chain(['\n']) {
            if c.is_ascii_hexdigit() || c == '-' {
                run.push(c);
                continue;
            }
            if run.len() >= 13 && run.chars().any(|c| c.is_ascii_digit()) {
                out.push_str(self.by_id.get(&run).map_or("<new>", |name| name));
            } else {
                out.push_str(&run);
            }
            run.clear();
            out.push(c);
        }
        out.pop();
        out
    }
}

/// Fields that are random, or change with other work.
fn is_random(key: &str) -> bool {
    matches!(key, "pseudonym" | "avatar" | "url" | "icon" | "ticket_id" | "signed_up_at" | "position" | "tag_list")
}
