//! Scrolling over all companies, batch by batch.

use deskwire_store::{companies as store, scrolls};

use super::{Full, read};
use crate::Cx;
use crate::error::{ErrorKind, Result};
use crate::ids::CompanyId;
use crate::secrets::uuid;

/// The number of companies per batch.
const BATCH: i64 = 100;
/// How long a scroll stays open without a call, in seconds.
const IDLE: i64 = 60;
const RESOURCE: &str = "companies";

/// One batch of a scroll.
#[derive(Debug)]
pub struct Scroll {
    /// The id of the scroll, the same for every batch; `None` once it has ended.
    pub param: Option<String>,
    /// The companies; none at the end.
    pub companies: Vec<Full>,
}

/// Opens a scroll over all companies, or continues one.
///
/// Companies come in ascending order of their ids, so each company that exists throughout is returned exactly once. An
/// empty batch ends the scroll. One more call returns no companies and no id: clients that follow the id stop there.
pub fn scroll(cx: &mut Cx, param: Option<&str>) -> Result<Scroll> {
    let expires_at = cx.now() + IDLE;
    let (param, position) = if let Some(param) = param {
        let position = scrolls::position(cx, RESOURCE, param)?.ok_or(ErrorKind::ScrollNotFound)?;
        (param.to_owned(), position)
    } else {
        let param = uuid()?;
        if !scrolls::open(cx, RESOURCE, &param, expires_at)? {
            return Err(ErrorKind::ScrollExists.into());
        }
        (param, 0)
    };
    if position == scrolls::FINISHED {
        scrolls::close(cx, RESOURCE)?;
        return Ok(Scroll { param: None, companies: Vec::new() });
    }
    let companies = store::after(cx, CompanyId::new(position), BATCH)?;
    let next = companies.last().map_or(scrolls::FINISHED, |last| last.id.number());
    scrolls::advance(cx, RESOURCE, next, expires_at)?;
    Ok(Scroll { param: Some(param), companies: read::load_many(cx, companies)? })
}
