//! `GET /counts`

use deskwire_domain::counts::{self, AdminLoad, CompanySize, Named, Totals};
use deskwire_domain::error::{Error, Result};
use serde_json::{Map, Value, json};

use crate::page::{Limits, Numbered};
use crate::reply::Reply;
use crate::request::Request;

const LIMITS: Limits = Limits { default: 50, most: 150 };

/// The number of objects of each kind, of one kind, or of one kind grouped by another.
pub async fn handle(request: Request) -> Result<Reply> {
    let (of, by) = (request.query("type"), request.query("count"));
    let answer = match (of.as_deref(), by.as_deref()) {
        (None, None) => whole(&request.search(counts::totals).await?),
        (Some("conversation"), None) => {
            let c = request.search(counts::conversations).await?;
            let by_state =
                json!({"assigned": c.assigned, "closed": c.closed, "open": c.open, "unassigned": c.unassigned});
            count("conversation", by_state)
        }
        (Some("conversation"), Some("admin")) => {
            let loads = request.search(counts::conversations_by_admin).await?;
            count("conversation", json!({"admin": loads.iter().map(load).collect::<Vec<_>>()}))
        }
        (Some("user"), Some("tag")) => by_name("user", "tag", request.search(counts::users_by_tag).await?),
        (Some("user"), Some("segment")) => by_name("user", "segment", request.search(counts::users_by_segment).await?),
        (Some("company"), Some("tag")) => by_name("company", "tag", request.search(counts::companies_by_tag).await?),
        (Some("company"), Some("segment")) => {
            by_name("company", "segment", request.search(counts::companies_by_segment).await?)
        }
        (Some("company"), Some("user")) => companies(&request).await?,
        (Some(kind), None) => {
            let totals = request.search(counts::totals).await?;
            let one = whole(&totals).get(kind).filter(|v| v.is_object()).cloned();
            count(kind, one.ok_or_else(|| Error::invalid("type cannot be counted").field("type"))?)
        }
        (None, Some(_)) => return Err(Error::missing("type is required with count").field("type")),
        (Some(_), Some(_)) => return Err(Error::invalid("type cannot be counted by count").field("count")),
    };
    request.json(&answer)
}

fn whole(totals: &Totals) -> Value {
    json!({
        "type": "count.hash",
        "company": {"count": totals.companies},
        "user": {"count": totals.users},
        "lead": {"count": totals.leads},
        "tag": {"count": totals.tags},
        "segment": {"count": totals.segments},
    })
}

/// `{"type": "count", of: what}`
fn count(of: &str, what: Value) -> Value {
    let mut map = Map::from_iter([("type".to_owned(), Value::from("count"))]);
    map.insert(of.to_owned(), what);
    Value::Object(map)
}

/// Each name with its number, as separate objects.
fn by_name(of: &str, by: &str, rows: Vec<Named>) -> Value {
    let items = rows.into_iter().map(|(name, n)| Value::Object(Map::from_iter([(name, n.into())]))).collect();
    count(of, Value::Object(Map::from_iter([(by.to_owned(), Value::Array(items))])))
}

fn load(admin: &AdminLoad) -> Value {
    json!({"id": admin.id.to_string(), "name": admin.name, "open": admin.open, "closed": admin.closed})
}

/// The contacts of each company, on pages.
async fn companies(request: &Request) -> Result<Value> {
    let page = Numbered::read(request, LIMITS)?;
    let read = request.search(move |cx| counts::company_sizes(cx, page.per_page, page.offset()));
    let (rows, total) = read.await?;
    let item = |row: CompanySize| {
        let name = row.name.unwrap_or_else(|| row.company_id.clone());
        let mut item = Map::from_iter([(name, Value::from(row.user_count))]);
        item.insert("remote_company_id".to_owned(), row.company_id.into());
        Value::Object(item)
    };
    let mut answer = count("company", json!({"user": rows.into_iter().map(item).collect::<Vec<_>>()}));
    answer["pages"] = serde_json::to_value(page.pages(request, total)).map_err(Error::internal)?;
    Ok(answer)
}
