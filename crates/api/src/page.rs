//! Pages of lists: by cursor, and by number.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use deskwire_domain::error::{Error, Kind, Result};
use deskwire_domain::search::Parsed;
use deskwire_store::search::{Found, Order, Position};
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use crate::request::Request;

/// How many rows a list gives when it is not told, and at most.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// When the caller does not say.
    pub default: i64,
    /// However much the caller asks for.
    pub most: i64,
}

/// A page asked for by number.
#[derive(Debug, Clone, Copy)]
pub struct Numbered {
    /// From 1.
    pub page: i64,
    /// Rows a page.
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

    /// Reads `page`, or the cursor that the page before showed, and `per_page`.
    pub fn read_with_cursor(request: &Request, limits: Limits) -> Result<Self> {
        let numbered = Self::checked(request.query_integer("page")?, request.query_integer("per_page")?, limits)?;
        match request.query("starting_after") {
            None => Ok(numbered),
            Some(cursor) => {
                let (page, _) = open_pair(request.caller().workspace(), &cursor)?;
                Self::checked(Some(page), Some(numbered.per_page), limits)
            }
        }
    }

    /// The `pages` object, with a cursor for the next page.
    pub fn pages_by_cursor(self, workspace: &str, total: i64) -> Pages {
        let total_pages = pages_of(total, self.per_page);
        let next = (self.page < total_pages).then(|| Next::Cursor {
            per_page: self.per_page,
            starting_after: seal_pair(workspace, (self.page + 1, 0)),
        });
        Pages { r#type: "pages", next, page: self.page, per_page: self.per_page, total_pages }
    }

    /// Checks the two numbers.
    pub fn checked(page: Option<i64>, per_page: Option<i64>, limits: Limits) -> Result<Self> {
        Ok(Self { page: positive("page", page, 1)?, per_page: per_page_within(per_page, limits)? })
    }

    /// How many rows come before this page.
    pub fn offset(self) -> i64 {
        (self.page - 1).saturating_mul(self.per_page)
    }

    /// The `pages` object of a list that does not say how to go on.
    pub fn place(self, total: i64) -> Place {
        let total_pages = pages_of(total, self.per_page);
        Place { r#type: "pages", page: self.page, per_page: self.per_page, total_pages }
    }

    /// The `pages` object, with the URL of the next page.
    pub fn pages(self, request: &Request, total: i64) -> Pages {
        self.pages_with(request, total, &[])
    }

    /// The same; the URL repeats these parameters besides those of the query.
    pub fn pages_with(self, request: &Request, total: i64, repeated: &[(&str, &str)]) -> Pages {
        let total_pages = pages_of(total, self.per_page);
        let next = (self.page < total_pages).then(|| {
            let (page, per_page) = ((self.page + 1).to_string(), self.per_page.to_string());
            let place = [("per_page", per_page.as_str()), ("page", page.as_str())];
            Next::Url(request.url_with(&[place.as_slice(), repeated].concat()))
        });
        Pages { r#type: "pages", next, page: self.page, per_page: self.per_page, total_pages }
    }
}

/// Refuses a `page` that would be ignored: where cursors lead from page to page, the first one needs no cursor and the
/// others have one. Clients send both where they repeat what `pages.next` said.
pub fn first_without_cursor(page: Option<i64>, has_cursor: bool) -> Result<()> {
    match page {
        Some(page) if page != 1 && !has_cursor => Err(misplaced("page", "starting_after")),
        _ => Ok(()),
    }
}

/// The refusal of a parameter that belongs to the other kind of list.
pub fn misplaced(name: &'static str, instead: &str) -> Error {
    Error::invalid(format!("{name} does not lead to other pages of this list; use {instead}")).field(name)
}

/// The rows a page may have, from what the caller asked for.
pub fn per_page_within(asked: Option<i64>, limits: Limits) -> Result<i64> {
    Ok(positive("per_page", asked, limits.default)?.min(limits.most))
}

/// A number of 32 bits, as answers repeat it to clients that keep it in as many.
pub fn positive(name: &'static str, value: Option<i64>, default: i64) -> Result<i64> {
    match value {
        None => Ok(default),
        Some(n) if (1..=i64::from(i32::MAX)).contains(&n) => Ok(n),
        Some(_) => Err(Error::invalid(format!("{name} must be a positive integer below 2^31")).field(name)),
    }
}

fn pages_of(total: i64, per_page: i64) -> i64 {
    total / per_page + i64::from(total % per_page != 0)
}

/// A page asked for by cursor.
#[derive(Debug, Clone)]
pub struct Cursored {
    /// Rows a page.
    pub per_page: i64,
    /// Where the page before ended; none for the first page.
    pub after: Option<Position>,
}

impl Cursored {
    /// Reads `per_page` and `starting_after` of the query, for a list in this order.
    pub fn read(request: &Request, limits: Limits, order: Order) -> Result<Self> {
        let per_page = per_page_within(request.query_integer("per_page")?, limits)?;
        let cursor = request.query("starting_after");
        first_without_cursor(request.query_integer("page")?, cursor.is_some())?;
        Self::opened(request.caller().workspace(), per_page, cursor.as_deref(), order)
    }

    /// Opens a cursor that a client sent back.
    pub fn opened(workspace: &str, per_page: i64, cursor: Option<&str>, order: Order) -> Result<Self> {
        let position = |text: &str| Position::decode(&open(workspace, text)?, order);
        let after = cursor.map(|c| position(c).ok_or(Kind::ClientError)).transpose()?;
        Ok(Self { per_page, after })
    }

    /// The page that a search's body asks for.
    pub fn of(workspace: &str, asked: &Parsed) -> Result<Self> {
        let per_page = i64::try_from(asked.per_page).unwrap_or(i64::MAX);
        first_without_cursor(asked.page, asked.starting_after.is_some())?;
        Self::opened(workspace, per_page, asked.starting_after.as_deref(), asked.order)
    }

    /// How many rows to fetch.
    pub fn limit(&self) -> usize {
        usize::try_from(self.per_page).unwrap_or(usize::MAX)
    }

    /// The `pages` object, with a cursor when more rows follow.
    pub fn pages(&self, workspace: &str, found: &Found) -> Pages {
        let next = found.next.as_ref().map(|position| Next::Cursor {
            per_page: self.per_page,
            starting_after: seal(workspace, &position.encode()),
        });
        let total_pages = pages_of(total(found), self.per_page);
        let page = self.after.as_ref().map_or(1, number);
        Pages { r#type: "pages", next, page, per_page: self.per_page, total_pages }
    }
}

/// A page of the parts of one object, newest first: by number, or after the part that a cursor names.
#[derive(Debug, Clone, Copy)]
pub struct Parts {
    /// From 1.
    page: i64,
    /// Rows a page.
    pub per_page: i64,
    /// The part after which the page starts.
    pub after: Option<i64>,
}

impl Parts {
    /// Reads `page`, `per_page` and `starting_after` of the query; the cursor wins.
    pub fn read(request: &Request, limits: Limits) -> Result<Self> {
        let numbered = Numbered::checked(request.query_integer("page")?, request.query_integer("per_page")?, limits)?;
        let opened =
            request.query("starting_after").map(|c| open_pair(request.caller().workspace(), &c)).transpose()?;
        Ok(match opened {
            Some((page, after)) => Self { page, per_page: numbered.per_page, after: Some(after) },
            None => Self { page: numbered.page, per_page: numbered.per_page, after: None },
        })
    }

    /// How many rows come before this page, where no cursor says.
    pub fn offset(self) -> i64 {
        if self.after.is_some() { 0 } else { (self.page - 1).saturating_mul(self.per_page) }
    }

    /// The `pages` object; `last` is the last part of the page when more follow.
    pub fn pages(self, workspace: &str, total: i64, last: Option<i64>) -> Pages {
        let page = self.page.saturating_add(1);
        let starting_after = |last| seal_pair(workspace, (page, last));
        let next = last.map(|last| Next::Cursor { per_page: self.per_page, starting_after: starting_after(last) });
        let total_pages = pages_of(total, self.per_page);
        Pages { r#type: "pages", next, page: self.page, per_page: self.per_page, total_pages }
    }
}

fn number(position: &Position) -> i64 {
    i64::try_from(position.page).unwrap_or(i64::MAX)
}

/// How many rows a walk found in all.
pub fn total(found: &Found) -> i64 {
    i64::try_from(found.total).unwrap_or(i64::MAX)
}

/// A cursor: base64 of the workspace's mark and the position.
fn seal(workspace: &str, position: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{:08x}{position}", mark(workspace, position)))
}

fn open(workspace: &str, cursor: &str) -> Option<String> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let (found, position) = text.split_at_checked(8)?;
    (found == format!("{:08x}", mark(workspace, position))).then(|| position.to_owned())
}

/// A cursor over rows told apart by a time and an id.
pub fn seal_pair(workspace: &str, (at, id): (i64, i64)) -> String {
    seal(workspace, &format!("{at}.{id}"))
}

/// Opens what [`seal_pair`] closed.
pub fn open_pair(workspace: &str, cursor: &str) -> Result<(i64, i64)> {
    let pair = open(workspace, cursor).and_then(|position| {
        let (at, id) = position.split_once('.')?;
        Some((at.parse().ok()?, id.parse().ok()?))
    });
    pair.ok_or_else(|| Kind::ClientError.into())
}

/// Ties a position to its workspace. What keeps tenants apart is that every query carries the workspace;
/// the mark only tells an honest client early that its cursor belongs elsewhere.
fn mark(workspace: &str, position: &str) -> u32 {
    workspace
        .bytes()
        .chain([0])
        .chain(position.bytes())
        .fold(0x811c_9dc5, |h, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193))
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

/// Where a page stands, for the lists that do not say how to go on.
#[derive(Debug, Serialize)]
pub struct Place {
    r#type: &'static str,
    page: i64,
    per_page: i64,
    total_pages: i64,
}

/// How the next page is asked for.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Next {
    Url(String),
    Cursor { per_page: i64, starting_after: String },
}

/// A list: `{"type": "list", "data": [...]}`, with the names that an operation gives it instead, and with its total and
/// place where it has them.
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
    /// A list that is always whole.
    pub fn whole(data: Vec<T>) -> Self {
        Self { r#type: "list", name: "data", data, total_count: None, pages: None }
    }

    /// One page of a longer list.
    pub fn page(data: Vec<T>, total: i64, pages: Pages) -> Self {
        Self { pages: Some(pages), ..Self::whole(data).counted(total) }
    }

    /// With another type, and its rows in another field than `data`.
    #[must_use]
    pub fn named(self, r#type: &'static str, name: &'static str) -> Self {
        Self { r#type, name, ..self }
    }

    /// With how many there are in all.
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
