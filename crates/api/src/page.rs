//! Pages of lists: by cursor, and by number.

use std::borrow::Cow;

use deskwire_domain::cursor::{first_without_cursor, misplaced, open_pair, seal_pair};
use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::Id;
use deskwire_domain::search::{self, Options, Page, Window};
use deskwire_store::search::Order;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use crate::request::Request;
use crate::versions::Feature;

/// The number of rows on a page: the default and the maximum.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The default.
    pub default: i64,
    /// The maximum.
    pub most: i64,
}

/// A page requested by number.
#[derive(Debug, Clone, Copy)]
pub struct Numbered {
    /// From 1.
    pub page: i64,
    /// Rows per page.
    pub per_page: i64,
}

impl Numbered {
    /// Reads `page` and `per_page` of the query.
    pub fn read(request: &Request, limits: Limits) -> Result<Self> {
        if request.query("starting_after").is_some() {
            return Err(misplaced("starting_after", "page"));
        }
        Self::checked(request.query_integer("page")?, request.query_integer("per_page")?, limits)
    }

    /// Reads `page`, or the cursor from the page before, and `per_page`.
    pub fn read_with_cursor(request: &Request, limits: Limits) -> Result<Self> {
        let numbered = Self::checked(request.query_integer("page")?, request.query_integer("per_page")?, limits)?;
        match request.query("starting_after") {
            None => Ok(numbered),
            Some(cursor) => {
                let (page, _) = open_pair::<i64>(request.caller().workspace(), &cursor)?;
                Self::checked(Some(page), Some(numbered.per_page), limits)
            }
        }
    }

    /// The `pages` object, with a cursor for the next page.
    pub fn pages_by_cursor(self, workspace: &str, total: i64) -> Pages {
        let starting_after = || seal_pair(workspace, (self.page + 1, 0_i64));
        self.with_next(total, || Next::Cursor { per_page: self.per_page, starting_after: starting_after() })
    }

    /// Checks the two numbers.
    pub fn checked(page: Option<i64>, per_page: Option<i64>, limits: Limits) -> Result<Self> {
        Ok(Self { page: positive("page", page, 1)?, per_page: per_page_within(per_page, limits)? })
    }

    /// The number of rows before this page.
    pub fn offset(self) -> i64 {
        (self.page - 1).saturating_mul(self.per_page)
    }

    /// The `pages` object with the URLs of the next and the previous page.
    pub fn links(self, request: &Request, total: i64) -> PageLinks {
        let total_pages = pages_of(total, self.per_page);
        let url = |page: i64| request.url_with(&[("page", page.to_string().as_str())]);
        PageLinks {
            r#type: "pages",
            page: self.page,
            per_page: self.per_page,
            total_pages,
            next: (self.page < total_pages).then(|| url(self.page + 1)),
            prev: (self.page > 1).then(|| url(self.page - 1)),
        }
    }

    /// The `pages` object of a list without links to other pages.
    pub fn place(self, total: i64) -> Place {
        let total_pages = pages_of(total, self.per_page);
        Place { r#type: "pages", page: self.page, per_page: self.per_page, total_pages }
    }

    /// The `pages` object of a list with a cursor for the next page, and the URL of that page.
    pub fn pages_after(self, request: &Request, total: i64, cursor: &str) -> Pages {
        let per_page = self.per_page.to_string();
        let place = [("per_page", per_page.as_str()), ("starting_after", cursor)];
        self.with_next(total, || Next::Url(request.url_with(&place)))
    }

    /// The `pages` object of a search with a cursor for the next page.
    pub fn search_pages_after(self, total: i64, cursor: String) -> Pages {
        self.with_next(total, || Next::Cursor { per_page: self.per_page, starting_after: cursor })
    }

    /// The `pages` object with the URL of the next page.
    pub fn pages(self, request: &Request, total: i64) -> Pages {
        self.pages_with(request, total, &[])
    }

    /// The same; the URL repeats these parameters besides those of the query.
    pub fn pages_with(self, request: &Request, total: i64, repeated: &[(&str, &str)]) -> Pages {
        self.with_next(total, || {
            let (page, per_page) = ((self.page + 1).to_string(), self.per_page.to_string());
            let place = [("per_page", per_page.as_str()), ("page", page.as_str())];
            Next::Url(request.url_with(&[place.as_slice(), repeated].concat()))
        })
    }

    /// The `pages` object; `next` describes the next page, if there is one.
    fn with_next(self, total: i64, next: impl FnOnce() -> Next) -> Pages {
        let more = self.page < pages_of(total, self.per_page);
        Pages::new(self, total, more.then(next))
    }
}

/// The requested number of rows on a page.
pub fn per_page_within(requested: Option<i64>, limits: Limits) -> Result<i64> {
    Ok(positive("per_page", requested, limits.default)?.min(limits.most))
}

/// A positive number of 32 bits: responses repeat it to clients that store it in 32 bits.
pub fn positive(name: &'static str, value: Option<i64>, default: i64) -> Result<i64> {
    match value {
        None => Ok(default),
        Some(n) if (1..=i64::from(i32::MAX)).contains(&n) => Ok(n),
        Some(_) => Err(Error::invalid(format!("{name} must be a positive integer below 2^31")).field(name)),
    }
}

/// The search in the body, as the caller's version reads it, with this many results on a page by default.
pub fn search(request: &mut Request, per_page: usize) -> search::Request {
    let (by_days, lenient_order) =
        [Feature::ExactTimes, Feature::SortOrderChecked].map(|f| !request.version().has(f)).into();
    search::Request::read(request.take_body(), Options { by_days, lenient_order, per_page, max_per_page: 150 })
}

/// The cursor in `starting_after`, for lists where `page` has no effect.
pub fn cursor(request: &Request) -> Result<Option<Cow<'_, str>>> {
    let cursor = request.query("starting_after");
    first_without_cursor(request.query_integer("page")?, cursor.is_some())?;
    Ok(cursor)
}

/// The number of pages for so many rows.
pub fn pages_of(total: i64, per_page: i64) -> i64 {
    total / per_page + i64::from(total % per_page != 0)
}

/// Reads `per_page` and `starting_after` of the query, for a list with the newest first.
pub fn window(request: &Request, limits: Limits) -> Result<Window> {
    let per_page = per_page_within(request.query_integer("per_page")?, limits)?;
    let cursor = cursor(request)?;
    let per_page = usize::try_from(per_page).unwrap_or(usize::MAX);
    Window::new(request.caller().workspace(), per_page, cursor.as_deref(), Order::NEWEST)
}

/// A page of the parts of an object, newest first: by number, or after the part in a cursor.
#[derive(Debug, Clone, Copy)]
pub struct Parts {
    /// The page.
    pub numbered: Numbered,
    /// The part after which the page starts.
    pub after: Option<i64>,
}

impl Parts {
    /// Reads `page`, `per_page` and `starting_after` of the query; the cursor takes precedence.
    pub fn read(request: &Request, limits: Limits) -> Result<Self> {
        let numbered = Numbered::checked(request.query_integer("page")?, request.query_integer("per_page")?, limits)?;
        let opened =
            request.query("starting_after").map(|c| open_pair(request.caller().workspace(), &c)).transpose()?;
        Ok(match opened {
            Some((page, after)) => Self { numbered: Numbered { page, ..numbered }, after: Some(after) },
            None => Self { numbered, after: None },
        })
    }

    /// The offset of this page, without a cursor.
    pub fn offset(self) -> i64 {
        if self.after.is_some() { 0 } else { self.numbered.offset() }
    }

    /// The `pages` object with the URL of the next page; `last` is the last part of the page if more follow. The URL
    /// has a cursor to that part, so that no part is missed or repeated when parts are added or deleted.
    pub fn pages(self, request: &Request, total: i64, last: Option<i64>) -> Pages {
        let next = last.map(|last| {
            let page = self.numbered.page.saturating_add(1);
            let cursor = seal_pair(request.caller().workspace(), (page, last));
            let (page, per_page) = (page.to_string(), self.numbered.per_page.to_string());
            Next::Url(request.url_with(&[("per_page", &per_page), ("page", &page), ("starting_after", &cursor)]))
        });
        Pages::new(self.numbered, total, next)
    }
}

/// The `pages` object of every paged list.
#[derive(Debug, Serialize)]
pub struct Pages {
    r#type: &'static str,
    next: Option<Next>,
    page: i64,
    per_page: i64,
    total_pages: i64,
}

impl Pages {
    /// The `pages` object of a page in a walk, with a cursor if more rows follow.
    pub fn of<T>(page: &Page<T>) -> Self {
        let next = page.next.clone().map(|starting_after| Next::Cursor { per_page: page.per_page, starting_after });
        Self::new(Numbered { page: page.number, per_page: page.per_page }, page.total, next)
    }

    fn new(Numbered { page, per_page }: Numbered, total: i64, next: Option<Next>) -> Self {
        Self { r#type: "pages", next, page, per_page, total_pages: pages_of(total, per_page) }
    }
}

/// The `pages` object of lists that link to the next and the previous page.
#[derive(Debug, Serialize)]
pub struct PageLinks {
    r#type: &'static str,
    page: i64,
    per_page: i64,
    total_pages: i64,
    next: Option<String>,
    prev: Option<String>,
}

/// The position of a page, for lists without a next page.
#[derive(Debug, Serialize)]
pub struct Place {
    r#type: &'static str,
    page: i64,
    per_page: i64,
    total_pages: i64,
}

/// How to request the next page.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Next {
    Url(String),
    Cursor { per_page: i64, starting_after: String },
}

/// A list: `{"type": "list", "data": [...]}`, with other names where an operation uses them, and with total and pages
/// where it has them.
#[derive(Debug)]
pub struct List<T> {
    r#type: &'static str,
    name: &'static str,
    /// The rows.
    pub data: Vec<T>,
    total_count: Option<i64>,
    pages: Option<Pages>,
}

impl<T> List<T> {
    /// A list without pages.
    pub fn whole(data: Vec<T>) -> Self {
        Self { r#type: "list", name: "data", data, total_count: None, pages: None }
    }

    /// One page of a longer list.
    pub fn page(data: Vec<T>, total: i64, pages: Pages) -> Self {
        Self { pages: Some(pages), ..Self::whole(data).counted(total) }
    }

    /// Sets another type, and another field than `data` for the rows.
    #[must_use]
    pub fn named(self, r#type: &'static str, name: &'static str) -> Self {
        Self { r#type, name, ..self }
    }

    /// Adds the total number of rows.
    #[must_use]
    pub fn counted(self, total: i64) -> Self {
        Self { total_count: Some(total), ..self }
    }
}

impl<T: Serialize> Serialize for List<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_struct("List", 4)?;
        list.serialize_field("type", self.r#type)?;
        list.serialize_field(self.name, &self.data)?;
        if let Some(total) = self.total_count {
            list.serialize_field("total_count", &total)?;
        }
        if let Some(pages) = &self.pages {
            list.serialize_field("pages", pages)?;
        }
        list.end()
    }
}

/// A page of a list with its position beside the rows.
#[derive(Debug, Serialize)]
pub struct FlatList<T> {
    r#type: &'static str,
    data: Vec<T>,
    total_count: i64,
    page: i64,
    per_page: i64,
    total_pages: i64,
}

impl<T> FlatList<T> {
    /// One page of a longer list.
    pub fn new(data: Vec<T>, Numbered { page, per_page }: Numbered, total: i64) -> Self {
        Self { r#type: "list", data, total_count: total, page, per_page, total_pages: pages_of(total, per_page) }
    }
}

/// A page of a list without a total, with a cursor for the next page.
#[derive(Debug, Serialize)]
pub struct CursorList<T> {
    r#type: &'static str,
    data: Vec<T>,
    pages: CursorPages,
}

#[derive(Debug, Serialize)]
struct CursorPages {
    r#type: &'static str,
    per_page: i64,
    next: Option<AfterCursor>,
}

#[derive(Debug, Serialize)]
struct AfterCursor {
    starting_after: String,
}

impl<T> CursorList<T> {
    /// Reads `per_page`, and the position in `starting_after`.
    pub fn read<I: Id>(request: &Request, limits: Limits) -> Result<(i64, Option<(i64, I)>)> {
        let per_page = per_page_within(request.query_integer("per_page")?, limits)?;
        let after = cursor(request)?.map(|cursor| open_pair(request.caller().workspace(), &cursor)).transpose()?;
        Ok((per_page, after))
    }

    /// The page with this data, and the cursor of the next page.
    pub fn of(data: Vec<T>, per_page: i64, next: Option<String>) -> Self {
        let next = next.map(|starting_after| AfterCursor { starting_after });
        Self { r#type: "list", data, pages: CursorPages { r#type: "pages", per_page, next } }
    }

    /// The page with these rows. One more than fits on the page means that more pages follow.
    pub fn new<'r, R, I: Id>(
        request: &Request,
        per_page: i64,
        rows: &'r [R],
        place: impl Fn(&R) -> (i64, I),
        view: impl Fn(&'r R) -> T,
    ) -> Self {
        let returned = usize::try_from(per_page).unwrap_or(usize::MAX).min(rows.len());
        let last = rows[..returned].last().filter(|_| rows.len() > returned);
        let workspace = request.caller().workspace();
        let next = last.map(|row| seal_pair(workspace, place(row)));
        Self::of(rows[..returned].iter().map(view).collect(), per_page, next)
    }
}
