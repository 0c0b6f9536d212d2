//! A client's search: a query, an order and a page.

use deskwire_store::search::{Filter, Order, Resource};
use serde_json::{Map, Value};

use super::compile::find;
use super::fields::{Fields, Type};
use super::query::Query;
use super::{Context, Page, Window, values, walk};
use crate::error::{Error, ErrorKind, Result};
use crate::ids::Id;
use crate::{Cx, cursor};

/// How a search is parsed.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Whether the times of contacts and companies are compared by whole days (versions up to 2.16).
    pub by_days: bool,
    /// Whether `asc` and `desc` are valid orders (versions up to 2.15).
    pub lenient_order: bool,
    /// The number of results per page if the request has none.
    pub per_page: usize,
    /// The maximum number of results per page. Larger numbers are reduced to it.
    pub max_per_page: usize,
}

/// A parsed search. Its errors are reported when it runs: first those of the query, then those of the order and of the
/// page.
#[derive(Debug, Clone)]
pub struct Request {
    pub(crate) query: Query,
    sort: Result<Sort>,
    pagination: Result<Pagination>,
    by_days: bool,
}

#[derive(Debug, Clone)]
struct Sort {
    /// The name of the field in the query; `None` for the time of creation.
    field: Option<String>,
    descending: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Pagination {
    pub(super) per_page: usize,
    /// The cursor as the client sent it.
    pub(super) starting_after: Option<String>,
    /// The number of the page, which has a meaning only together with a cursor.
    pub(super) page: Option<i64>,
}

impl Request {
    /// Parses the body of a search.
    pub fn read(body: Value, options: Options) -> Self {
        let (query, mut rest) = match body {
            Value::Object(mut body) => match body.remove("query").unwrap_or_default() {
                Value::Null => (Error::missing("query is required").field("query").into(), body),
                query => (Query::read(query), body),
            },
            _ => (Error::invalid("The search must be a JSON object").into(), Map::new()),
        };
        Self {
            query,
            sort: Sort::read(&rest.remove("sort").unwrap_or_default(), options),
            pagination: Pagination::read(rest.remove("pagination").unwrap_or_default(), options),
            by_days: options.by_days,
        }
    }

    /// Returns whether the query or the order names a field whose name starts with `prefix`.
    pub(crate) fn names(&self, prefix: &str) -> bool {
        let sort = self.sort.as_ref().ok().and_then(|sort| sort.field.as_deref());
        self.query.names(prefix) || sort.is_some_and(|field| field.starts_with(prefix))
    }

    /// Returns the context for a search of contacts or companies, without any names of the workspace.
    pub(crate) fn context<I: Id>(&self, cx: &Cx) -> Context<'static> {
        Context { by_days: self.by_days, ..Context::new::<I>(cx) }
    }

    /// Returns the filter and the order for the store, and the page.
    pub(super) fn compile(
        &self,
        fields: &'static Fields,
        context: &Context<'_>,
    ) -> Result<(Filter, Order, &Pagination)> {
        let filter = context.compile(&self.query, fields)?;
        let order = self.sort.as_ref().map_err(Error::clone)?.order(fields, context)?;
        Ok((filter, order, self.pagination.as_ref().map_err(Error::clone)?))
    }

    /// Returns the requested page of the results. `load` reads the objects by their ids.
    pub(crate) fn run<I: Id, T>(
        &self,
        cx: &mut Cx,
        (fields, resource): (&'static Fields, &'static Resource),
        context: &Context<'_>,
        load: impl FnOnce(&mut Cx, &[I]) -> Result<T>,
    ) -> Result<Page<T>> {
        let (filter, order, pagination) = self.compile(fields, context)?;
        let cursor = pagination.starting_after.as_deref();
        cursor::first_without_cursor(pagination.page, cursor.is_some())?;
        let window = Window::new(cx.workspace(), pagination.per_page, cursor, order)?;
        walk(cx, resource, (&filter, order), &window, load)
    }
}

impl Sort {
    fn read(sort: &Value, options: Options) -> Result<Self> {
        let sort = match sort {
            Value::Null => return Ok(Self { field: None, descending: true }),
            Value::Object(sort) => sort,
            other => {
                let text = format!("sort must be an object with field and order, not {}", values::short(other));
                return Err(Error::invalid(text).field("sort"));
            }
        };
        let descending = match sort.get("order") {
            None | Some(Value::Null) => true,
            Some(Value::String(order)) => match order.as_str() {
                "ascending" => false,
                "descending" => true,
                "asc" if options.lenient_order => false,
                "desc" if options.lenient_order => true,
                other => return Err(bad_order(other)),
            },
            Some(other) => return Err(bad_order(&other.to_string())),
        };
        let field = match sort.get("field") {
            None | Some(Value::Null) => None,
            Some(Value::String(name)) => Some(name.clone()),
            Some(other) => return Err(bad_field(&values::short(other))),
        };
        Ok(Self { field, descending })
    }

    fn order(&self, fields: &'static Fields, context: &Context<'_>) -> Result<Order> {
        let Some(name) = &self.field else {
            return Ok(Order { descending: self.descending, ..Order::NEWEST });
        };
        let field = find(fields, context, name)?;
        let ordered = !matches!(field.kind, Type::Flag | Type::Open | Type::Category);
        let target = field.target.filter(|target| ordered && target.orders());
        target.map(|target| Order { target, descending: self.descending }).ok_or_else(|| bad_field(name))
    }
}

fn bad_order(order: &str) -> Error {
    let text = format!("Invalid sort order '{order}'. Must be one of: ascending, descending");
    Error::new(ErrorKind::InvalidSortOrder, text).field("sort")
}

fn bad_field(name: &str) -> Error {
    Error::new(ErrorKind::InvalidField, format!("{name} is not a valid sort field")).field("sort")
}

impl Pagination {
    /// Parses the pagination. Unknown members are ignored.
    fn read(pagination: Value, options: Options) -> Result<Self> {
        let mut pagination = match pagination {
            Value::Null => Map::new(),
            Value::Object(pagination) => pagination,
            other => {
                let text = format!("pagination must be an object, not {}", values::short(&other));
                return Err(Error::invalid(text).field("pagination"));
            }
        };
        let per_page = match pagination.get("per_page") {
            None | Some(Value::Null) => options.per_page,
            Some(value) => match values::integer("per_page", value).map(usize::try_from) {
                Ok(Ok(per_page)) if per_page > 0 => per_page.min(options.max_per_page),
                _ => {
                    let (most, given) = (options.max_per_page, values::short(value));
                    let text = format!("per_page must be a number from 1 to {most}, not {given}");
                    return Err(Error::invalid(text).field("per_page"));
                }
            },
        };
        let starting_after = match pagination.remove("starting_after") {
            None | Some(Value::Null) => None,
            Some(Value::String(cursor)) => Some(cursor).filter(|cursor| !cursor.is_empty()),
            Some(_) => return Err(Error::from(ErrorKind::ClientError).field("starting_after")),
        };
        let page = match pagination.get("page") {
            None | Some(Value::Null) => None,
            Some(value) => Some(values::integer("page", value)?),
        };
        Ok(Self { per_page, starting_after, page })
    }
}
