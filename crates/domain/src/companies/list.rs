//! Pages of companies.

use deskwire_store::search::{self, Filter, Order, Target};

use super::{Full, find, find_many};
use crate::Cx;
use crate::attributes::Model;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{CompanyId, SegmentId, TagId};
use crate::search::{COMPANIES, CUSTOM, Page, Request};
use crate::segments::{self, Segment};

/// The maximum offset of a page.
const MAX_DEPTH: i64 = 10_000;

/// A page by number.
#[derive(Debug, Clone, Copy)]
pub struct PageByNumber {
    /// How many rows come before it.
    pub offset: i64,
    /// How many rows it has.
    pub limit: i64,
    /// Whether the least recently active company comes first.
    pub ascending: bool,
}

/// Companies with people, most recently active first, and the total count.
pub fn list(cx: &mut Cx, page: PageByNumber) -> Result<(i64, Vec<Full>)> {
    filtered(cx, &Filter::All, page)
}

/// The same for companies with a tag.
pub fn tagged(cx: &mut Cx, tag: TagId, page: PageByNumber) -> Result<(i64, Vec<Full>)> {
    filtered(cx, &Filter::eq(Target::Link(&search::companies::TAGS), tag.number()), page)
}

/// The same for companies in a segment.
pub fn in_segment(cx: &mut Cx, segment: SegmentId, page: PageByNumber) -> Result<(i64, Vec<Full>)> {
    let filter = segments::company_filter(cx, segment)?;
    filtered(cx, &filter, page)
}

/// Companies with people that match a search.
pub fn search(cx: &mut Cx, request: &Request) -> Result<Page<Vec<Full>>> {
    let context = request.context::<CompanyId>(cx).with_attributes(cx, Model::Company, request.names(CUSTOM))?;
    request.run(cx, (&COMPANIES, &search::COMPANIES), &context, find_many)
}

fn filtered(cx: &mut Cx, filter: &Filter, page: PageByNumber) -> Result<(i64, Vec<Full>)> {
    let deep = page.offset.saturating_add(page.limit);
    if deep > MAX_DEPTH {
        return Err(Error::new(ErrorKind::BadRequest, "page limit reached, please use scroll API"));
    }
    let order = Order { target: Target::Column(&search::companies::LAST_REQUEST_AT), descending: !page.ascending };
    let limit = usize::try_from(deep).unwrap_or(0);
    let found = search::run(cx, &search::COMPANIES, filter, order, None, limit)?;
    let offset = usize::try_from(page.offset).unwrap_or(usize::MAX);
    let ids: Vec<CompanyId> = found.ids.into_iter().skip(offset).map(CompanyId::new).collect();
    let companies = find_many(cx, &ids)?;
    Ok((i64::try_from(found.total).unwrap_or(i64::MAX), companies))
}

/// The segments that a company is in.
pub fn segments_of(cx: &mut Cx, id: CompanyId) -> Result<Vec<Segment>> {
    Ok(find(cx, id)?.segments)
}
