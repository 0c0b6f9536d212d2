//! `POST /content/bulk_actions`

use deskwire_domain::bulk::{self, ContentItem, Item, Operation};
use deskwire_domain::content::{Action, AudienceChange, Availability, Target};
use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::ids::{ArticleId, ContentEntryId, ContentSnippetId, ExternalPageId, Id, InternalArticleId, TagId};
use http::StatusCode;
use http::header::{HeaderValue, LOCATION};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::body::Body;
use crate::reply::Reply;
use crate::request::Request;

/// The maximum number of contents in a request.
const MAX_ITEMS: usize = 1_000;
/// The maximum number of tags, or audiences, in a request.
const MAX_IDS: usize = 100;
/// The types of content.
const TYPES: &[&str] =
    &["article", "article_content", "content_snippet", "external_content", "file_source_content", "internal_article"];

/// The actions, with the types of content that each applies to, and the field with its parameters.
const ACTIONS: &[(&str, &[&str], Option<&str>)] = &[
    ("publish", &["article_content"], None),
    ("unpublish", &["article_content"], None),
    ("delete", &["article_content", "content_snippet", "internal_article"], None),
    (
        "set_availability",
        &["article_content", "content_snippet", "external_content", "internal_article"],
        Some("availability"),
    ),
    ("set_audience", &["article_content", "content_snippet", "external_content", "internal_article"], Some("audience")),
    ("update_tags", &["article", "content_snippet", "external_content", "internal_article"], Some("tags")),
];

/// The parameters of an action.
const FIELDS: &[&str] = &[
    "ai_agent",
    "copilot",
    "sales_agent",
    "add_segment_ids",
    "remove_segment_ids",
    "remove_all",
    "add_tag_ids",
    "remove_tag_ids",
];

#[derive(Serialize)]
struct View {
    r#type: &'static str,
    status: &'static str,
}

/// Enqueues a bulk action as a job.
pub async fn handle(request: Request) -> Result<Reply> {
    let (items, tags) = items(&request.body)?;
    let of = if request.body.get("action") == Some(&json!("delete")) { Operation::Delete } else { Operation::Update };
    let job = request.write(move |cx| bulk::enqueue_content(cx, of, &items, &tags)).await?;
    let mut reply =
        request.json_with(StatusCode::ACCEPTED, &View { r#type: "content_bulk_action", status: "queued" })?;
    if let Some(id) = job {
        // The description has no other field for the job.
        let location = format!("{}/jobs/status/{id}", request.origin);
        reply.headers.insert(LOCATION, HeaderValue::try_from(location).map_err(Error::internal)?);
    }
    Ok(reply)
}

/// The items of the job, and the tags that must exist.
fn items(body: &Body) -> Result<(Vec<Value>, Vec<TagId>)> {
    let name = body.get("action").and_then(Value::as_str).unwrap_or_default();
    let known = ACTIONS.iter().find(|(action, ..)| *action == name);
    let unknown = || {
        let names: Vec<&str> = ACTIONS.iter().map(|(action, ..)| *action).collect();
        invalid(format!("action must be one of {}", names.join(", ")), "action")
    };
    let (_, types, field) = known.ok_or_else(unknown)?;
    let mut shared = json!({"action": name});
    if let Some(field) = field {
        shared[*field] = known_fields(body.get(field).unwrap_or(&Value::Null));
    }
    let tags = match action(&shared)? {
        Action::UpdateTags { add, remove } => [add, remove].concat(),
        _ => Vec::new(),
    };
    let ids = body.get("content_ids").and_then(Value::as_array);
    let ids = ids.ok_or_else(|| invalid("content_ids must be an array", "content_ids"))?;
    if ids.is_empty() || ids.len() > MAX_ITEMS {
        return Err(invalid(format!("content_ids must have 1 to {MAX_ITEMS} items"), "content_ids"));
    }
    let mut items: Vec<Value> = Vec::new();
    for given in ids {
        let of = given["type"].as_str().filter(|of| TYPES.contains(of));
        let id = given["id"].as_str().map(str::to_owned).or_else(|| given["id"].as_i64().map(|id| id.to_string()));
        let (Some(of), Some(id)) = (of, id) else {
            return Err(invalid("content_ids must be objects with a type and an id", "content_ids"));
        };
        if !types.contains(&of) {
            continue;
        }
        let mut item = shared.clone();
        (item["type"], item["id"]) = (of.into(), id.into());
        items.push(item);
    }
    items.dedup();
    Ok((items, tags))
}

/// The fields of an action's parameters. Every item of the job stores them, so no others may be included.
fn known_fields(given: &Value) -> Value {
    let known = FIELDS.iter().filter_map(|field| Some(((*field).to_owned(), given.get(field)?.clone())));
    known.collect::<Map<String, Value>>().into()
}

fn parsed<I: Id>(id: &str) -> Result<I> {
    I::parse(id).ok_or_else(|| ErrorKind::ResourceNotFound.into())
}

/// Parses an item of a job, for the worker.
pub(crate) fn item(item: &Value) -> Result<Item> {
    let id = item["id"].as_str().unwrap_or_default();
    let target = match item["type"].as_str().unwrap_or_default() {
        "article_content" => Target::ArticleContent(parsed::<ContentEntryId>(id)?),
        "article" => Target::Article(parsed::<ArticleId>(id)?),
        "internal_article" => Target::InternalArticle(parsed::<InternalArticleId>(id)?),
        "content_snippet" => Target::Snippet(parsed::<ContentSnippetId>(id)?),
        "external_content" => Target::ExternalPage(parsed::<ExternalPageId>(id)?),
        of => return Err(Error::internal(format!("an item of type {of}"))),
    };
    Ok(Item::Content(ContentItem { action: action(item)?, target }))
}

fn action(body: &Value) -> Result<Action> {
    Ok(match body["action"].as_str().unwrap_or_default() {
        "publish" => Action::Publish,
        "unpublish" => Action::Unpublish,
        "delete" => Action::Delete,
        "set_availability" => Action::SetAvailability(availability(&body["availability"])?),
        "set_audience" => Action::SetAudience(audience(&body["audience"])?),
        "update_tags" => {
            let tags = &body["tags"];
            let field = "tags";
            let (add, remove): (Vec<TagId>, Vec<TagId>) =
                (ids(tags, "add_tag_ids", field)?, ids(tags, "remove_tag_ids", field)?);
            let mut all = [add.as_slice(), &remove].concat();
            all.sort_unstable();
            all.dedup();
            if all.is_empty() || all.len() > MAX_IDS {
                let message = format!("tags must have 1 to {MAX_IDS} ids in add_tag_ids and remove_tag_ids");
                return Err(invalid(message, field));
            }
            Action::UpdateTags { add, remove }
        }
        of => return Err(Error::internal(format!("an action {of}"))),
    })
}

fn availability(given: &Value) -> Result<Availability> {
    let flag = |name: &str| match &given[name] {
        Value::Null => Ok(None),
        Value::Bool(flag) => Ok(Some(*flag)),
        _ => Err(invalid("availability must have booleans", "availability")),
    };
    let set = Availability {
        ai_chatbot: flag("ai_agent")?,
        ai_copilot: flag("copilot")?,
        ai_sales_agent: flag("sales_agent")?,
    };
    if set == Availability::default() {
        return Err(invalid("availability must have ai_agent, copilot or sales_agent", "availability"));
    }
    Ok(set)
}

fn audience(given: &Value) -> Result<AudienceChange> {
    let field = "audience";
    let change = AudienceChange {
        remove_all: match &given["remove_all"] {
            Value::Null => false,
            Value::Bool(flag) => *flag,
            _ => return Err(invalid("audience.remove_all must be a boolean", field)),
        },
        remove: ids(given, "remove_segment_ids", field)?,
        add: ids(given, "add_segment_ids", field)?,
    };
    if change == AudienceChange::default() {
        return Err(invalid("audience must have add_segment_ids, remove_segment_ids or remove_all", field));
    }
    Ok(change)
}

fn ids<I: Id>(given: &Value, name: &str, field: &'static str) -> Result<Vec<I>> {
    let malformed_value = || invalid(format!("{field}.{name} must be an array of at most {MAX_IDS} integers"), field);
    let ids = match &given[name] {
        Value::Null => return Ok(Vec::new()),
        Value::Array(ids) if ids.len() <= MAX_IDS => ids,
        _ => return Err(malformed_value()),
    };
    let id = |id: &Value| id.as_i64().or_else(|| id.as_str()?.parse().ok()).map(I::new).ok_or_else(malformed_value);
    ids.iter().map(id).collect()
}

fn invalid(message: impl Into<std::borrow::Cow<'static, str>>, field: &'static str) -> Error {
    Error::new(ErrorKind::Unprocessable, message).field(field)
}
