//! `GET /content/search`

use deskwire_domain::content::{self, ContentEntry, ContentKind, Filter, Query};
use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::ids::{AdminId, FolderId, Id, TagId};
use serde::Serialize;

use crate::page::{Numbered, PageLinks};
use crate::reply::Reply;
use crate::request::Request;

/// The maximum length of a query, in characters.
const MAX_QUERY_LENGTH: usize = 500;
/// The maximum number of values of a list.
const MAX_VALUES: usize = 100;

#[derive(Serialize)]
struct Answer<'a> {
    r#type: &'static str,
    total_count: i64,
    pages: PageLinks,
    data: Vec<Item<'a>>,
}

/// A match. For an article, it has the content in each language.
#[derive(Serialize)]
struct Item<'a> {
    r#type: ContentKind,
    id: String,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    contents: Option<Vec<Content<'a>>>,
}

#[derive(Serialize)]
struct Content<'a> {
    r#type: &'static str,
    id: String,
    title: &'a str,
    locale: &'a str,
}

/// A page of the contents that match a query, best match first, or of the most recently updated ones.
pub async fn handle(request: Request) -> Result<Reply> {
    let page = page(&request)?;
    let Some(query) = query(&request)? else {
        // All requested kinds of content are kinds that this server never has.
        return request.json(&Answer {
            r#type: "list",
            total_count: 0,
            pages: page.links(&request, 0),
            data: Vec::new(),
        });
    };
    let found = request.search(move |cx| content::search_all(cx, &query, page.per_page, page.offset())).await?;
    request.json(&Answer {
        r#type: "list",
        total_count: found.total,
        pages: page.links(&request, found.total),
        data: found.items.iter().map(|item| Item::new(&item.title, &item.entries)).collect(),
    })
}

impl<'a> Item<'a> {
    fn new(title: &'a str, entries: &'a [ContentEntry]) -> Self {
        let (kind, id) = entries.first().map_or((ContentKind::Article, 0), |entry| (entry.kind, entry.content_id));
        let content = |entry: &'a ContentEntry| Content {
            r#type: "article_content",
            id: entry.id.to_string(),
            title: &entry.title,
            locale: &entry.locale,
        };
        let contents = (kind == ContentKind::Article).then(|| entries.iter().map(content).collect());
        Self { r#type: kind, id: id.to_string(), title, contents }
    }
}

/// The page; numbers below 1 count as 1.
fn page(request: &Request) -> Result<Numbered> {
    let number = |name| integer(request, name).map(|value| value.map(|value| value.max(1)));
    let page = number("page")?.unwrap_or(1).min(i64::from(i32::MAX));
    Ok(Numbered { page, per_page: number("per_page")?.unwrap_or(10).min(50) })
}

/// The search; `None` if nothing can match.
fn query(request: &Request) -> Result<Option<Query>> {
    let phrase = request.query("query").map(std::borrow::Cow::into_owned);
    if phrase.as_ref().is_some_and(|phrase| phrase.chars().count() > MAX_QUERY_LENGTH) {
        return Err(invalid(format!("query is too long (maximum is {MAX_QUERY_LENGTH} characters)"), "query"));
    }
    let Some(kinds) = kinds(request)? else { return Ok(None) };
    let state = states(request)?;
    let tags: Vec<TagId> = ids(request, "tag_ids")?;
    let any_tags: Vec<TagId> = ids(request, "any_tag_ids")?;
    let operator = request.query("tag_operator");
    let (mut tagged, untagged) = match operator.as_deref() {
        None | Some("IN") => (vec![tags], Vec::new()),
        Some("NIN") => (Vec::new(), tags),
        Some(_) => return Err(invalid("tag_operator must be 'IN' or 'NIN'", "tag_operator")),
    };
    tagged.push(any_tags);
    tagged.retain(|tags| !tags.is_empty());
    let filter = Filter {
        kinds,
        published: state,
        locales: list(request, "locales")?,
        tagged,
        untagged,
        ai_chatbot: switch(request, "fin_service_state")?,
        ai_copilot: switch(request, "copilot_state")?,
        ai_sales_agent: switch(request, "fin_sales_state")?,
        created_by: ids::<AdminId>(request, "created_by_ids")?,
        updated_by: ids::<AdminId>(request, "last_updated_by_ids")?,
        created: (integer(request, "created_at_after")?, integer(request, "created_at_before")?),
        updated: (integer(request, "updated_at_after")?, integer(request, "updated_at_before")?),
        ..Filter::default()
    };
    Ok(Some(Query { phrase, filter, folders: folders(request)? }))
}

/// The requested kinds, without those that this server never has.
fn kinds(request: &Request) -> Result<Option<Vec<ContentKind>>> {
    let names = list(request, "content_types")?;
    let mut kinds = Vec::new();
    for name in &names {
        match name.as_str() {
            "article" => kinds.push(ContentKind::Article),
            "internal_article" => kinds.push(ContentKind::InternalArticle),
            "snippet" => kinds.push(ContentKind::Snippet),
            "external_content" => kinds.push(ContentKind::ExternalPage),
            // Files cannot be uploaded to this server.
            "file_source_content" => {}
            _ => {
                let message = "content_types must be of 'snippet', 'external_content', 'file_source_content', \
                             'internal_article' and 'article'";
                return Err(invalid(message, "content_types"));
            }
        }
    }
    kinds.sort_unstable();
    kinds.dedup();
    Ok((names.is_empty() || !kinds.is_empty()).then_some(kinds))
}

/// Whether to search published or unpublished content; `None` for both.
fn states(request: &Request) -> Result<Option<bool>> {
    let states = list(request, "states")?;
    if states.iter().any(|state| !["published", "draft"].contains(&state.as_str())) {
        return Err(invalid("states must be of 'published' and 'draft'", "states"));
    }
    let has = |wanted: &str| states.iter().any(|state| state == wanted);
    Ok(match (has("published"), has("draft")) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => None,
    })
}

fn folders(request: &Request) -> Result<Option<Vec<FolderId>>> {
    let ids = ids(request, "folder_ids")?;
    let of = request.query("folder_entity_type");
    match of.as_deref() {
        None if ids.is_empty() => Ok(None),
        None => Err(invalid("folder_entity_type is required with folder_ids", "folder_entity_type")),
        Some("folder") => Ok((!ids.is_empty()).then_some(ids)),
        Some(_) => Err(invalid("folder_entity_type must be 'folder'", "folder_entity_type")),
    }
}

fn switch(request: &Request, name: &'static str) -> Result<Option<bool>> {
    match request.query(name).as_deref() {
        None => Ok(None),
        Some("on") => Ok(Some(true)),
        Some("off") => Ok(Some(false)),
        Some(_) => Err(invalid(format!("{name} must be 'on' or 'off'"), name)),
    }
}

fn integer(request: &Request, name: &'static str) -> Result<Option<i64>> {
    request.query_integer(name).map_err(|error| invalid(error.message, name))
}

fn ids<I: Id>(request: &Request, name: &'static str) -> Result<Vec<I>> {
    let id = |text: &String| text.parse().map(I::new).map_err(|_| invalid(format!("{name} must be integers"), name));
    list(request, name)?.iter().map(id).collect()
}

/// A comma-separated list, or a repeated parameter.
fn list(request: &Request, name: &'static str) -> Result<Vec<String>> {
    let values = request.query_list(name);
    if values.len() > MAX_VALUES {
        return Err(invalid(format!("{name} has more than {MAX_VALUES} values"), name));
    }
    Ok(values)
}

fn invalid(message: impl Into<std::borrow::Cow<'static, str>>, field: &'static str) -> Error {
    Error::new(ErrorKind::DataInvalid, message).field(field)
}
