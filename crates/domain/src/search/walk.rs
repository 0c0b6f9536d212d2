//! Reading a page of the objects that match a filter.

use deskwire_store::search::{self as store, Filter, Order, Position, Resource};

use crate::error::{ErrorKind, Result};
use crate::ids::Id;
use crate::{Cx, cursor};

/// The requested part of the results.
#[derive(Debug, Clone)]
pub struct Window {
    per_page: usize,
    after: Option<Position>,
}

impl Window {
    /// Returns the window after this cursor, or the first one if there is no cursor. Fails if the cursor belongs to
    /// another order.
    pub fn new(workspace: &str, per_page: usize, cursor: Option<&str>, order: Order) -> Result<Self> {
        let position = |text: &str| Position::decode(&cursor::open(workspace, text)?, order);
        let after = cursor.map(|c| position(c).ok_or(ErrorKind::ClientError)).transpose()?;
        Ok(Self { per_page, after })
    }
}

/// A page of results.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The objects, in order.
    pub items: T,
    /// The number of results on all pages.
    pub total: i64,
    /// The number of this page, from 1.
    pub number: i64,
    /// The number of results per page.
    pub per_page: i64,
    /// The cursor of the next page; `None` on the last page.
    pub next: Option<String>,
}

/// Returns a page of the objects that match a filter. `load` reads them by their ids.
pub(crate) fn walk<I: Id, T>(
    cx: &mut Cx,
    resource: &'static Resource,
    (filter, order): (&Filter, Order),
    window: &Window,
    load: impl FnOnce(&mut Cx, &[I]) -> Result<T>,
) -> Result<Page<T>> {
    let found = store::run(cx, resource, filter, order, window.after.as_ref(), window.per_page)?;
    let number = window.after.as_ref().map_or(1, |position| position.page);
    let ids: Vec<I> = found.ids.into_iter().map(I::new).collect();
    Ok(Page {
        items: load(cx, &ids)?,
        total: i64::try_from(found.total).unwrap_or(i64::MAX),
        number: i64::try_from(number).unwrap_or(i64::MAX),
        per_page: i64::try_from(window.per_page).unwrap_or(i64::MAX),
        next: found.next.map(|position| cursor::seal(cx.workspace(), &position.encode())),
    })
}
