//! `GET /companies`, and `/companies/list` with `POST` or `GET`

use std::borrow::Cow;

use deskwire_domain::companies::{self, PageByNumber};
use deskwire_domain::cursor::misplaced;
use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::ids::{SegmentId, TagId};

use super::input::LIMITS;
use super::view;
use crate::page::{Numbered, Pages};
use crate::reply::Reply;
use crate::request::Request;

/// Selects companies.
#[derive(Debug, Clone, Copy)]
enum Selection {
    All,
    Tag(TagId),
    Segment(SegmentId),
}

/// Identifies one company.
#[derive(Debug, Clone)]
enum Named {
    CompanyId(String),
    Name(String),
}

/// One company by `company_id` or `name`. Without them, or if the request has paging parameters, a page of companies.
pub async fn handle(request: Request) -> Result<Reply> {
    let text = |name| request.query(name).map(Cow::into_owned);
    if let Some(named) = text("company_id").map(Named::CompanyId).or_else(|| text("name").map(Named::Name)) {
        return one(&request, named).await;
    }
    let of = match (request.query("tag_id"), request.query("segment_id")) {
        (Some(tag), _) => Selection::Tag(TagId::parse(&tag).ok_or(ErrorKind::ResourceNotFound)?),
        (None, Some(segment)) => Selection::Segment(SegmentId::parse(&segment).ok_or(ErrorKind::ResourceNotFound)?),
        (None, None) => Selection::All,
    };
    let numbered = Numbered::read(&request, LIMITS)?;
    answer(&request, of, numbered, false).await
}

/// The company with this `company_id` or name: an object, or a list if the request has paging parameters.
async fn one(request: &Request, named: Named) -> Result<Reply> {
    let found = request.read(move |cx| match &named {
        Named::CompanyId(company_id) => companies::find_by_company_id(cx, company_id),
        Named::Name(name) => companies::find_by_name(cx, name),
    });
    if request.query("page").is_none() && request.query("per_page").is_none() {
        return view::one(request, &found.await?);
    }
    let numbered = Numbered::read(request, LIMITS)?;
    let all = match found.await {
        Ok(full) => vec![full],
        Err(error) if error.kind == ErrorKind::CompanyNotFound => Vec::new(),
        Err(error) => return Err(error),
    };
    let total = i64::from(!all.is_empty());
    let page = if numbered.page == 1 { all.as_slice() } else { &[] };
    view::page(request, page, total, numbered.pages(request, total))
}

/// A page of all companies, most recently active first. The paging parameters are in the query or in the body.
pub async fn all(request: Request) -> Result<Reply> {
    let number = |name| -> Result<Option<i64>> {
        Ok(match request.query_integer(name)? {
            None => request.body.integer(name)?.flatten(),
            asked => asked,
        })
    };
    if request.query("starting_after").is_some() || request.body.text("starting_after")?.flatten().is_some() {
        return Err(misplaced("starting_after", "page"));
    }
    let numbered = Numbered::checked(number("page")?, number("per_page")?, LIMITS)?;
    let order = match request.query("order") {
        Some(order) => Some(order.into_owned()),
        None => request.body.text("order")?.flatten(),
    };
    let ascending = match order.as_deref() {
        None | Some("desc") => false,
        Some("asc") => true,
        Some(_) => return Err(Error::invalid("order must be 'asc' or 'desc'").field("order")),
    };
    answer(&request, Selection::All, numbered, ascending).await
}

async fn answer(request: &Request, of: Selection, numbered: Numbered, ascending: bool) -> Result<Reply> {
    let page = PageByNumber { offset: numbered.offset(), limit: numbered.per_page, ascending };
    let listed = request.search(move |cx| match of {
        Selection::All => companies::list(cx, page),
        Selection::Tag(tag) => companies::tagged(cx, tag, page),
        Selection::Segment(segment) => companies::in_segment(cx, segment, page),
    });
    let (total, companies) = listed.await?;
    view::page(request, &companies, total, pages(request, numbered, total, ascending))
}

/// The position of the page. The URL of the next page repeats an order from the body.
fn pages(request: &Request, numbered: Numbered, total: i64, ascending: bool) -> Pages {
    let order = ascending.then_some(("order", "asc"));
    numbered.pages_with(request, total, order.as_slice())
}
