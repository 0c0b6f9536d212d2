//! Requests at random, over all operations: none may bring the server to fail, and every refusal has its form.

use deskwire_api::public;
use deskwire_api::routes::Route;
use deskwire_api::versions::Version;
use deskwire_testkit::{Database, TestApp, Value, json};

use crate::rng::Rng;

/// Fields of bodies, and words that occur in them.
const FIELDS: &[&str] = &[
    "id",
    "user_id",
    "external_id",
    "email",
    "role",
    "name",
    "phone",
    "avatar",
    "signed_up_at",
    "last_seen_at",
    "owner_id",
    "custom_attributes",
    "unsubscribed_from_emails",
    "language_override",
    "from",
    "into",
    "skip_duplicate_validation",
    "query",
    "field",
    "operator",
    "value",
    "pagination",
    "per_page",
    "page",
    "starting_after",
    "sort",
    "order",
    "event_name",
    "created_at",
    "metadata",
    "event_summaries",
    "count",
    "first",
    "last",
    "type",
    "user",
    "visitor",
    "company_id",
    "companies",
    "users",
    "untag",
    "plan",
    "size",
    "website",
    "industry",
    "monthly_spend",
    "remote_created_at",
    "body",
    "admin_id",
    "contact_id",
    "model",
    "data_type",
    "options",
    "description",
    "archived",
    "messenger_writable",
    "consent_type",
    "away_mode_enabled",
    "away_mode_reassign",
    "away_status_reason_id",
    "scroll_param",
    "update_last_request_at",
    "tag_id",
    "segment_id",
];
const QUERIES: &[&str] = &[
    "per_page",
    "page",
    "starting_after",
    "order",
    "type",
    "user_id",
    "email",
    "intercom_user_id",
    "summary",
    "before",
    "since",
    "id",
    "count",
    "company_id",
    "name",
    "tag_id",
    "segment_id",
    "scroll_param",
    "cursor",
    "include_merge_history",
    "model",
    "include_archived",
    "include_count",
    "created_at_after",
    "created_at_before",
    "company_external_id",
];
const WORDS: &[&str] = &[
    "",
    " ",
    "user",
    "lead",
    "contact",
    "company",
    "conversation",
    "tag",
    "segment",
    "admin",
    "a@b.test",
    "=",
    "!=",
    "IN",
    "NIN",
    "<",
    ">",
    "~",
    "!~",
    "^",
    "$",
    "AND",
    "OR",
    "role",
    "email",
    "created_at",
    "custom_attributes.plan",
    "custom_attributes.",
    "tag_id",
    "ascending",
    "descending",
    "true",
    "null",
    "0",
    "-1",
    "1",
    "2147483648",
    "9007199254740993",
    "1e999",
    "1772366400",
    "opt_in",
    "opt_out",
    "string",
    "date",
    "%",
    "_",
    "'",
    "\"",
    "\\",
    "';--",
    "ß",
    "İ",
    "👩‍👩‍👧",
    "\u{202e}",
    "\u{ffff}",
    "a\u{300}",
    "2026-03-01",
    "MS4x",
    "eyJ9",
    "../..",
    "*",
    "\" OR \"\"=\"",
    "NEAR(",
    "{}",
    "\u{1}",
];

struct Fuzzer {
    rng: Rng,
    ids: Vec<String>,
}

impl Fuzzer {
    fn word(&mut self) -> String {
        match self.rng.below(8) {
            0..3 => self.rng.pick(WORDS).to_string(),
            3..6 if !self.ids.is_empty() => self.rng.pick(&self.ids).clone(),
            6 => self.rng.pick(WORDS).repeat(self.rng.below(400) + 1),
            _ => self.rng.next().to_string(),
        }
    }

    fn value(&mut self, depth: usize) -> Value {
        match self.rng.below(if depth > 4 { 6 } else { 9 }) {
            0 => Value::Null,
            1 => json!(self.rng.once_in(2)),
            2 => json!(*self.rng.pick(&[0, 1, -1, 1_772_366_400, i64::MAX, i64::MIN, 1 << 53])),
            3 => json!(*self.rng.pick(&[0.5, -0.0, 1e300, 1e-300, 9e15])),
            4 | 5 => json!(self.word()),
            6 => (0..self.rng.below(4)).map(|_| self.value(depth + 1)).collect(),
            _ => self.object(depth + 1),
        }
    }

    fn object(&mut self, depth: usize) -> Value {
        let mut object = json!({});
        for _ in 0..self.rng.below(6) {
            let key = if self.rng.once_in(12) { self.word() } else { self.rng.pick(FIELDS).to_string() };
            object[key] = self.value(depth);
        }
        object
    }

    /// A search, more or less.
    fn search(&mut self, depth: usize) -> Value {
        if depth < 3 && self.rng.once_in(2) {
            let inner: Vec<Value> = (0..=self.rng.below(3)).map(|_| self.search(depth + 1)).collect();
            return json!({"operator": *self.rng.pick(&["AND", "OR"]), "value": inner});
        }
        let operator = *self.rng.pick(&["=", "!=", "IN", "NIN", "<", ">", "~", "!~", "^", "$"]);
        let field = *self.rng.pick(&[
            "role",
            "email",
            "name",
            "created_at",
            "custom_attributes.plan",
            "tag_id",
            "id",
            "phone",
            "owner_id",
            "segment_id",
            "external_id",
            "last_seen_at",
        ]);
        let value = if self.rng.once_in(3) { self.value(3) } else { json!(self.word()) };
        json!({"field": field, "operator": operator, "value": value})
    }

    fn body(&mut self, path: &str) -> String {
        let mut body = self.object(0);
        if path.ends_with("/search") && !self.rng.once_in(4) {
            body["query"] = self.search(0);
            if self.rng.once_in(2) {
                body["sort"] = json!({"field": self.rng.pick(FIELDS), "order": self.rng.pick(WORDS)});
            }
        }
        let mut text = body.to_string();
        if self.rng.once_in(25) {
            // Cut somewhere: no JSON any more.
            let mut at = self.rng.below(text.len() + 1);
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            text.truncate(at);
        }
        text
    }

    fn path(&mut self, route: &Route) -> String {
        let segment =
            |fuzzer: &mut Self, s: &str| if s.starts_with('{') { escaped(&fuzzer.word()) } else { s.to_owned() };
        let path: Vec<String> = route.path.split('/').map(|s| segment(self, s)).collect();
        let mut path = path.join("/");
        for n in 0..self.rng.below(4) {
            path.push(if n == 0 { '?' } else { '&' });
            let name: &str = self.rng.pick::<&str>(QUERIES);
            path.push_str(name);
            path.push('=');
            path.push_str(&if self.rng.once_in(30) { "%00%ff%".to_owned() } else { escaped(&self.word()) });
        }
        path.truncate(60_000);
        path
    }
}

/// A text with everything but letters and digits escaped; now and then cut in the middle of a character.
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02x}") })
        .collect()
}

/// Remembers the ids in an answer, for later requests.
fn collect(value: &Value, ids: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match value {
                    Value::String(s) if key == "id" || key == "starting_after" || key == "scroll_param" => {
                        ids.push(s.clone());
                    }
                    _ => collect(value, ids),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|v| collect(v, ids)),
        _ => {}
    }
}

async fn run(database: Database, seed: u64, requests: usize) {
    let app = TestApp::start(database).await;
    app.post("/data_attributes", json!({"name": "plan", "model": "contact", "data_type": "string"})).await;
    let table = public::table();
    let mut fuzzer = Fuzzer { rng: Rng(seed), ids: vec![app.admin_id.to_string()] };
    for n in 0..requests {
        let route = fuzzer.rng.pick(table.rows()).clone();
        let (path, body) = (fuzzer.path(&route), fuzzer.body(route.path));
        let version = if fuzzer.rng.once_in(3) { *fuzzer.rng.pick(Version::ALL) } else { Version::Unstable };
        let client = app.version(version.as_str()).off_the_record();
        let headers: &[(&str, &str)] =
            if fuzzer.rng.once_in(20) { &[] } else { &[("content-type", "application/json")] };
        let sent = if route.method == "GET" && !fuzzer.rng.once_in(10) { String::new() } else { body };
        let answer = client.raw(route.method.as_str(), &path, headers, sent.clone()).await;
        assert!(
            answer.status < 500,
            "request {n} of seed {seed}: {} {path} {sent} answered {}",
            route.method,
            answer.body
        );
        answer.is_well_formed();
        collect(&answer.body, &mut fuzzer.ids);
        let many = fuzzer.ids.len();
        if many > 200 {
            fuzzer.ids.drain(..many - 200);
        }
    }
    // Still there, and still itself.
    app.post("/contacts", json!({"role": "lead", "name": "last"})).await.ok();
}

#[tokio::test]
async fn nothing_makes_the_server_fail_sqlite() {
    for seed in 1..=4 {
        run(Database::Sqlite, seed, 600).await;
    }
}

#[tokio::test]
async fn nothing_makes_the_server_fail_postgres() {
    for seed in 5..=6 {
        run(Database::Postgres, seed, 600).await;
    }
}
