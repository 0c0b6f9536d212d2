//! `/app/v1/views`: the views that a teammate created.

use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::ids::ViewId;
use deskwire_domain::inbox::views::{self, Draft, View as Row, Which};
use deskwire_domain::inbox::{lists, views::ViewSort};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::request::Request;
use super::rows::{Needs, Rows};
use super::types::{Nothing, OneView, Sort, View, ViewKind, Views};
use crate::reply::Reply;

pub(super) fn rows(rows: &mut Rows) {
    let read = Needs::READ_CONVERSATIONS;
    rows.row("GET /app/v1/views", read, list);
    rows.row("POST /app/v1/views", read, create);
    rows.row("PUT /app/v1/views/{id}", read, update);
    rows.row("DELETE /app/v1/views/{id}", read, delete);
}

#[derive(Deserialize)]
struct Body {
    name: String,
    #[serde(default)]
    query: Option<Map<String, Value>>,
    #[serde(default)]
    sort: Option<Sort>,
}

impl Body {
    fn draft(self) -> Draft {
        Draft {
            name: self.name,
            query: self.query.map(Value::Object),
            sort: self.sort.map_or_else(ViewSort::default, Sort::row),
        }
    }
}

async fn list(request: Request) -> Result<Reply> {
    request.search(|cx| Ok(Views { items: own(cx)? })).await
}

async fn create(request: Request) -> Result<Reply> {
    let draft = request.body::<Body>()?.draft();
    request
        .write(move |cx| {
            let row = views::create(cx, &draft)?;
            one(cx, &row)
        })
        .await
}

async fn update(request: Request) -> Result<Reply> {
    let id: ViewId = request.id("id", ErrorKind::ViewNotFound)?;
    let draft = request.body::<Body>()?.draft();
    request
        .write(move |cx| {
            let row = views::update(cx, id, &draft)?;
            one(cx, &row)
        })
        .await
}

async fn delete(request: Request) -> Result<Reply> {
    let id: ViewId = request.id("id", ErrorKind::ViewNotFound)?;
    request.write(move |cx| views::delete(cx, id).map(|()| Nothing {})).await
}

/// The views of the teammate with their counts.
pub(crate) fn own(cx: &mut deskwire_domain::Cx) -> Result<Vec<View>> {
    let rows = views::all(cx)?;
    let lists: Vec<Which> = rows.iter().map(|row| Which::Own(row.id)).collect();
    let counts = lists::counts(cx, &lists)?;
    rows.iter().zip(counts).map(|(row, count)| view(row, count)).collect()
}

fn one(cx: &mut deskwire_domain::Cx, row: &Row) -> Result<OneView> {
    let count = lists::counts(cx, &[Which::Own(row.id)])?.pop().unwrap_or_default();
    Ok(OneView { view: view(row, count)? })
}

fn view(row: &Row, count: usize) -> Result<View> {
    let query = match views::query(row)? {
        Some(Value::Object(query)) => Some(query),
        Some(_) => return Err(Error::internal("a view whose query is not an object")),
        None => None,
    };
    Ok(View {
        id: row.id.to_string(),
        kind: ViewKind::Own,
        name: row.name.clone(),
        query,
        sort: Sort::of(row.sort),
        count: i64::try_from(count).unwrap_or(i64::MAX),
    })
}
