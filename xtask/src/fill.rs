//! Fills a workspace with the contacts that are measured.
//!
//! [`fill`] uses the public API only, so it works with any server that implements it. A direct bulk load may replace it if
//! it creates the same people.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::client::{Connection, Target};
use crate::people::{CIRCLES, MEMBERS, Person};

/// Connections that objects are written over.
const CONNECTIONS: usize = 64;
/// At most this many ids are collected for random reads.
const REMEMBERED: u64 = 100_000;
/// Every tenth of the first few thousand contacts gets a tag.
const TAGGED_AMONG: u64 = 3_000;

/// A filled workspace.
#[derive(Clone, Debug)]
pub(crate) struct Filled {
    /// Ids of contacts all over the data set.
    pub(crate) ids: Vec<String>,
    /// The contact with three tags, two notes and two companies.
    pub(crate) rich_id: String,
    /// How long it took to write the contacts, in seconds.
    pub(crate) seconds: f64,
}

/// Writes `count` contacts, the members of the circles, some tags, and one rich contact. The workspace must be new.
///
/// `_database` is where the server keeps them: a bulk load past the API would write there.
pub(crate) async fn fill(target: &Target, admin_id: &str, _database: &str, count: u64) -> Result<Filled, String> {
    let mut connection = Connection::open(target.addr).await?;
    for (name, data_type) in [("plan", "string"), ("seats", "integer"), ("score", "integer")] {
        let body = json!({"name": name, "model": "contact", "data_type": data_type});
        create(&mut connection, target, "/data_attributes", &body).await?;
    }
    let began = Instant::now();
    let ids = contacts(target, count).await?;
    let seconds = began.elapsed().as_secs_f64();

    // The server has closed the first connection, which was idle for as long.
    let mut connection = Connection::open(target.addr).await?;
    let mut tags = Vec::new();
    for name in ["vip", "beta", "churn-risk", "partner", "newsletter"] {
        tags.push(create(&mut connection, target, "/tags", &json!({"name": name})).await?);
    }
    let tagged = ids.iter().filter(|(number, _)| *number < TAGGED_AMONG && number % 10 == 0);
    for ((_, id), tag) in tagged.zip(tags.iter().cycle()) {
        create(&mut connection, target, &format!("/contacts/{id}/tags"), &json!({"id": tag})).await?;
    }
    let rich_id = rich(&mut connection, target, admin_id, &tags).await?;
    Ok(Filled { ids: ids.into_iter().map(|(_, id)| id).collect(), rich_id, seconds })
}

/// Writes the contacts and the members of the circles, and returns numbers and ids of the collected ones.
async fn contacts(target: &Target, count: u64) -> Result<Vec<(u64, String)>, String> {
    let body = move |number| {
        let mut body = String::new();
        Person::of_data_set(number, count).body(&mut body);
        body
    };
    let step = count.div_ceil(REMEMBERED).max(1);
    let mut ids = post_all(target, "/contacts", count + CIRCLES * MEMBERS, body).await?;
    ids.retain(|(number, _)| number.is_multiple_of(step) || *number < TAGGED_AMONG);
    Ok(ids)
}

/// Posts so many objects over many connections; the number and the id of each.
pub(crate) async fn post_all(
    target: &Target,
    path: &'static str,
    count: u64,
    body: impl Fn(u64) -> String + Send + Sync + 'static,
) -> Result<Vec<(u64, String)>, String> {
    let (next, body) = (Arc::new(AtomicU64::new(0)), Arc::new(body));
    let mut tasks = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (target, next, body) = (target.clone(), Arc::clone(&next), Arc::clone(&body));
        tasks.spawn(async move {
            let mut connection = Connection::open(target.addr).await?;
            let (mut request, mut ids) = (Vec::new(), Vec::new());
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= count {
                    return Ok::<_, String>(ids);
                }
                if number > 0 && number.is_multiple_of(100_000) {
                    eprintln!("  {number}");
                }
                let body = body(number);
                target.render(&mut request, "POST", path, &body);
                let reply = connection.call(&request).await?;
                reply.expect_ok().map_err(|e| format!("{e}\nthe request was: {body}"))?;
                let object = serde_json::from_slice(reply.body).map_err(|e| format!("not JSON: {e}"))?;
                ids.push((number, id_of(&object)?));
            }
        });
    }
    let mut ids = Vec::new();
    while let Some(joined) = tasks.join_next().await {
        ids.extend(joined.map_err(|e| format!("a connection failed: {e}"))??);
    }
    ids.sort_unstable();
    Ok(ids)
}

/// Creates the rich contact: the "full contact" whose reading is measured.
async fn rich(connection: &mut Connection, target: &Target, admin_id: &str, tags: &[String]) -> Result<String, String> {
    let body = json!({
        "role": "user",
        "email": "rich.contact@rich.example",
        "external_id": "rich-contact",
        "name": "Rich Contact",
        "phone": "+12125550100",
        "signed_up_at": 1_750_000_000,
        "custom_attributes": {"plan": "enterprise", "score": 1_000},
    });
    let id = create(connection, target, "/contacts", &body).await?;
    for tag in &tags[..3] {
        create(connection, target, &format!("/contacts/{id}/tags"), &json!({"id": tag})).await?;
    }
    for text in ["Prefers to be called in the morning.", "Asked for an invoice by mail."] {
        let body = json!({"body": text, "admin_id": admin_id});
        create(connection, target, &format!("/contacts/{id}/notes"), &body).await?;
    }
    for (company_id, name) in [("bench-1", "Northwind"), ("bench-2", "Contoso")] {
        let body = json!({"company_id": company_id, "name": name});
        let company = create(connection, target, "/companies", &body).await?;
        create(connection, target, &format!("/contacts/{id}/companies"), &json!({"id": company})).await?;
    }
    Ok(id)
}

/// Posts an object and returns the id in the answer.
async fn create(connection: &mut Connection, target: &Target, path: &str, body: &Value) -> Result<String, String> {
    let answer = connection.json(&target.post(path, &body.to_string())).await;
    answer.and_then(|object| id_of(&object)).map_err(|e| format!("POST {path}: {e}"))
}

/// The id of a new object. A new conversation is answered with its first message, which names it.
fn id_of(object: &Value) -> Result<String, String> {
    match object.get("conversation_id").unwrap_or(&object["id"]) {
        Value::String(id) => Ok(id.clone()),
        Value::Number(id) => Ok(id.to_string()),
        _ => Err(format!("the answer has no id: {object}")),
    }
}
