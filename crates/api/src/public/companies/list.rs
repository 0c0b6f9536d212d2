//! `GET /companies` and `POST /companies/list`

use deskwire_domain::companies::{self, Page};
use deskwire_domain::error::{Error, Kind, Result};
use deskwire_domain::ids;

use super::{LIMITS, view};
use crate::page::Numbered;
use crate::reply::Reply;
use crate::request::Request;

/// Which companies are asked for.
#[derive(Debug, Clone, Copy)]
enum Of {
    All,
    Tag(i64),
    Segment(i64),
}

/// One company, by `company_id` or `name`; else a page of them.
pub async fn handle(request: Request) -> Result<Reply> {
    let (company_id, name) = (request.query("company_id"), request.query("name"));
    let full = if let Some(company_id) = company_id.map(std::borrow::Cow::into_owned) {
        request.read(move |tx, actor| companies::find_by_company_id(tx, actor, &company_id)).await?
    } else if let Some(name) = name.map(std::borrow::Cow::into_owned) {
        request.read(move |tx, actor| companies::find_by_name(tx, actor, &name)).await?
    } else {
        let of = match (request.query("tag_id"), request.query("segment_id")) {
            (Some(tag), _) => Of::Tag(ids::parse_decimal(&tag).ok_or(Kind::ResourceNotFound)?),
            (None, Some(segment)) => Of::Segment(ids::parse_hex(&segment).ok_or(Kind::ResourceNotFound)?),
            (None, None) => Of::All,
        };
        let page = Numbered::read(&request, LIMITS)?;
        let page = page.going_on(request.caller().workspace(), request.query("starting_after").as_deref())?;
        return answer(&request, of, page, false).await;
    };
    view::one(&request, &full)
}

/// A page of all companies, the most recently active first. The page may be asked for by query or by body.
pub async fn all(request: Request) -> Result<Reply> {
    let number = |name| -> Result<Option<i64>> {
        Ok(match request.query_integer(name)? {
            None => request.body.integer(name)?.flatten(),
            asked => asked,
        })
    };
    let page = Numbered::checked(number("page")?, number("per_page")?, LIMITS)?;
    let cursor = match request.query("starting_after") {
        Some(cursor) => Some(cursor.into_owned()),
        None => request.body.text("starting_after")?.flatten(),
    };
    let page = page.going_on(request.caller().workspace(), cursor.as_deref())?;
    let order = match request.query("order") {
        Some(order) => Some(order.into_owned()),
        None => request.body.text("order")?.flatten(),
    };
    let ascending = match order.as_deref() {
        None | Some("desc") => false,
        Some("asc") => true,
        Some(_) => return Err(Error::invalid("order must be 'asc' or 'desc'").field("order")),
    };
    answer(&request, Of::All, page, ascending).await
}

async fn answer(request: &Request, of: Of, numbered: Numbered, ascending: bool) -> Result<Reply> {
    let page = Page { offset: numbered.offset(), limit: numbered.per_page, ascending };
    let listed = request.search(move |tx, actor| match of {
        Of::All => companies::list(tx, actor, page),
        Of::Tag(tag) => companies::tagged(tx, actor, tag, page),
        Of::Segment(segment) => companies::in_segment(tx, actor, segment, page),
    });
    let (total, companies) = listed.await?;
    view::page(request, &companies, total, numbered.cursor_pages(request.caller().workspace(), total))
}
