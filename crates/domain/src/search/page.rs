//! Pages and their order.

use deskwire_store::search::Order;
use serde_json::Value;

use super::fields::{Fields, Type};
use super::{Context, filter, values};
use crate::error::{Error, ErrorKind, Result};

/// The order of `sort`.
pub(super) fn order(sort: Option<&Value>, fields: &'static Fields, context: &Context<'_>) -> Result<Order> {
    let sort = match sort {
        None | Some(Value::Null) => return Ok(Order::NEWEST),
        Some(Value::Object(sort)) => sort,
        Some(other) => {
            let text = format!("sort must be an object with field and order, not {}", values::short(other));
            return Err(Error::invalid(text).field("sort"));
        }
    };
    let descending = match sort.get("order") {
        None | Some(Value::Null) => true,
        Some(Value::String(order)) => match order.as_str() {
            "ascending" => false,
            "descending" => true,
            "asc" if context.lenient_order => false,
            "desc" if context.lenient_order => true,
            other => return Err(bad_order(&format!("'{other}'"))),
        },
        Some(other) => return Err(bad_order(&format!("'{other}'"))),
    };
    let name = match sort.get("field") {
        None | Some(Value::Null) => {
            return Ok(Order { descending, ..Order::NEWEST });
        }
        Some(Value::String(name)) => name.as_str(),
        Some(other) => {
            let text = format!("{} is not a valid sort field", values::short(other));
            return Err(Error::new(ErrorKind::InvalidField, text).field("sort"));
        }
    };
    let field = filter::find(fields, context, name)?;
    match field.target {
        Some(target) if target.orders() && !matches!(field.kind, Type::Flag | Type::Open) => {
            Ok(Order { target, descending })
        }
        _ => {
            let text = format!("{name} is not a valid sort field");
            Err(Error::new(ErrorKind::InvalidField, text).field("sort"))
        }
    }
}

fn bad_order(order: &str) -> Error {
    let text = format!("Invalid sort order {order}. Must be one of: ascending, descending");
    Error::new(ErrorKind::InvalidSortOrder, text).field("sort")
}

/// The size of a page and where it starts.
#[derive(Debug)]
pub(super) struct Pagination {
    pub(super) per_page: usize,
    pub(super) starting_after: Option<String>,
    pub(super) page: Option<i64>,
}

/// Reads the `pagination` of a search. Unknown members are ignored.
pub(super) fn pagination(pagination: Option<&Value>, context: &Context<'_>) -> Result<Pagination> {
    let pagination = match pagination {
        None | Some(Value::Null) => {
            return Ok(Pagination { per_page: context.per_page, starting_after: None, page: None });
        }
        Some(Value::Object(pagination)) => pagination,
        Some(other) => {
            let text = format!("pagination must be an object, not {}", values::short(other));
            return Err(Error::invalid(text).field("pagination"));
        }
    };
    let per_page = match pagination.get("per_page") {
        None | Some(Value::Null) => context.per_page,
        Some(value) => match values::integer("per_page", value).map(usize::try_from) {
            Ok(Ok(per_page)) if per_page > 0 => per_page.min(context.max_per_page),
            _ => {
                let text = format!(
                    "per_page must be a number from 1 to {}, not {}",
                    context.max_per_page,
                    values::short(value)
                );
                return Err(Error::invalid(text).field("per_page"));
            }
        },
    };
    let starting_after = match pagination.get("starting_after") {
        None | Some(Value::Null) => None,
        Some(Value::String(cursor)) if cursor.is_empty() => None,
        Some(Value::String(cursor)) => Some(cursor.clone()),
        Some(_) => return Err(Error::from(ErrorKind::ClientError).field("starting_after")),
    };
    let page = match pagination.get("page") {
        None | Some(Value::Null) => None,
        Some(value) => Some(values::integer("page", value)?),
    };
    Ok(Pagination { per_page, starting_after, page })
}
