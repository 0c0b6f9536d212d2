//! `GET /events`

use deskwire_domain::Person;
use deskwire_domain::data_events::{self, Page, Place};
use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::DataEventId;

use super::view::{Event, Item, List};
use crate::page::{Limits, per_page_within};
use crate::reply::Reply;
use crate::request::Request;

const LIMITS: Limits = Limits { default: 50, most: 150 };
/// Larger numbers are milliseconds: as seconds, they would be in the year 5138.
const MILLISECONDS: i64 = 100_000_000_000;

/// The events of a person: each one of the last 90 days, or a summary by name.
pub async fn handle(request: Request) -> Result<Reply> {
    if request.query("type").as_deref() != Some("user") {
        return Err(Error::invalid("type must be 'user'").field("type"));
    }
    let person = person(&request)?;
    if request.query_flag("summary", false)? {
        let read = request.search(move |cx| data_events::summaries(cx, &person));
        let (contact, rows) = read.await?;
        return request.json(&List::new("event.summary", &contact, rows.into_iter().map(Item::from).collect(), None));
    }
    let limit = per_page_within(request.query_integer("per_page")?, LIMITS)?;
    let page = Page { before: before(&request)?, since: request.query_integer("since")?.map(second), limit };
    let read = request.read(move |cx| data_events::list(cx, &person, page));
    let (contact, mut rows) = read.await?;
    let more = rows.len() > usize::try_from(limit).unwrap_or(usize::MAX);
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = rows.last().filter(|_| more).map(|last| {
        let place = format!("{}.{}", last.created_at * 1000, last.id);
        request.url_with(&[("per_page", &limit.to_string()), ("before", &place)])
    });
    let events = rows.iter().map(|event| Event::new(&contact, event)).collect::<Result<_>>()?;
    request.json(&List::new("event.list", &contact, events, next))
}

/// The person: identified by a parameter, or by the `filter` object of the newest description (which one official
/// client sends as `filter[user_id]=`, the other as JSON).
fn person(request: &Request) -> Result<Person> {
    let filter: serde_json::Value =
        request.query("filter").and_then(|f| serde_json::from_str(&f).ok()).unwrap_or_default();
    let text = |name: &str| {
        let plain = request.query(name).or_else(|| request.query(&format!("filter[{name}]")));
        plain.map(std::borrow::Cow::into_owned).or_else(|| Some(filter.get(name)?.as_str()?.to_owned()))
    };
    text("intercom_user_id")
        .map(Person::Id)
        .or_else(|| text("user_id").map(Person::UserId))
        .or_else(|| text("email").map(Person::Email))
        .ok_or_else(|| Error::missing("One of user_id, email or intercom_user_id is required").field("user_id"))
}

/// Where the previous page ended: a time, or a time and the id within its second.
fn before(request: &Request) -> Result<Option<Place>> {
    let Some(text) = request.query("before") else { return Ok(None) };
    let (time, id) = text.split_once('.').unwrap_or((&text, "0"));
    match (time.parse().map(second), id.parse().map(DataEventId::new)) {
        (Ok(second), Ok(id)) => Ok(Some((second, id))),
        _ => Err(Error::invalid("before must be a unix timestamp").field("before")),
    }
}

/// The first whole second at or after a time in seconds or milliseconds.
fn second(time: i64) -> i64 {
    if time >= MILLISECONDS { time / 1000 + i64::from(time % 1000 != 0) } else { time }
}
