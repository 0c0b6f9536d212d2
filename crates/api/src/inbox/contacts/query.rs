//! The parameters of lists of contacts and companies: `q`, words in one of a few fields; `filter`, a query in the
//! language of searches, as JSON; `sort` and `order`; `after` and `limit`.

use deskwire_domain::error::{Error, Result};
use deskwire_domain::search::{self, Options};
use serde_json::{Map, Value, json};

use super::super::request::{DEFAULT_ROWS, MAX_ROWS, Request};

/// A list as a request describes it.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    pub(crate) query: Value,
    sort: Value,
}

impl Listed {
    /// Reads the parameters. `fields` are those that `q` searches, and `all` is a field that every object has.
    pub(crate) fn read(request: &Request, fields: &[&str], all: &str) -> Result<Self> {
        let filter = match request.query("filter") {
            None => None,
            Some(text) => {
                let read = serde_json::from_str::<Value>(&text);
                let read =
                    read.map_err(|error| Error::invalid(format!("filter is not JSON: {error}")).field("filter"))?;
                search::check_seen(request.actor(), &read).map_err(|error| error.field("filter"))?;
                Some(read)
            }
        };
        let term = |field: &str, words: &str| json!({"field": field, "operator": "~", "value": words});
        let words_query = request.search_words()?.map(|words| {
            let terms: Vec<Value> = fields.iter().map(|field| term(field, &words)).collect();
            json!({"operator": "OR", "value": terms})
        });
        let query = match (words_query, filter) {
            (None, None) => json!({"field": all, "operator": ">", "value": 0}),
            (Some(one), None) | (None, Some(one)) => one,
            (Some(words_query), Some(filter)) => json!({"operator": "AND", "value": joined(words_query, filter)}),
        };
        let order = if request.query("order").as_deref() == Some("ascending") { "ascending" } else { "descending" };
        let sort = match request.query("sort") {
            Some(field) => json!({"field": field, "order": order}),
            None => json!({"field": "created_at", "order": order}),
        };
        Ok(Self { query, sort })
    }

    /// The search for the requested window.
    pub(crate) fn window(&self, request: &Request) -> Result<search::Request> {
        let after = request.query("after").map(std::borrow::Cow::into_owned);
        Ok(self.page(after, request.row_limit()?))
    }

    /// The search for the largest window after a cursor.
    pub(crate) fn largest(&self, after: Option<String>) -> search::Request {
        self.page(after, MAX_ROWS)
    }

    fn page(&self, after: Option<String>, limit: usize) -> search::Request {
        let mut pagination = Map::from_iter([("per_page".to_owned(), Value::from(limit))]);
        pagination.extend(after.map(|after| ("starting_after".to_owned(), Value::from(after))));
        let body = json!({"query": self.query, "sort": self.sort, "pagination": pagination});
        let options = Options { by_days: false, lenient_order: false, per_page: DEFAULT_ROWS, max_per_page: MAX_ROWS };
        search::Request::read(body, options)
    }
}

/// Joins the query of `q` and that of `filter`. The terms of an AND group are listed beside `q`, so that joining does
/// not nest the group deeper.
fn joined(words_query: Value, filter: Value) -> Vec<Value> {
    match filter {
        Value::Object(mut group) if group.get("operator") == Some(&Value::from("AND")) => {
            let mut all = vec![words_query];
            match group.remove("value") {
                Some(Value::Array(tests)) => all.extend(tests),
                other => all.push(json!({"operator": "AND", "value": other})),
            }
            all
        }
        filter => vec![words_query, filter],
    }
}

/// Streaming lists as comma-separated values.
pub(crate) mod csv {
    use std::future::Future;

    use bytes::Bytes;
    use deskwire_domain::error::Result;
    use deskwire_domain::inbox::exports::{self, List};
    use deskwire_store::csv::Csv;
    use futures_util::stream;
    use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, HeaderValue};
    use serde_json::Value;

    use crate::inbox::request::Request;
    use crate::inbox::types::Nothing;
    use crate::reply::Reply;

    /// The maximum number of rows of an export.
    pub(crate) const MAX_EXPORT_ROWS: i64 = 100_000;

    /// A chunk of an export: its text, its number of rows, and the cursor of the next one.
    pub(crate) type Piece = (Csv, Option<String>);

    /// Appends a text. One that a spreadsheet would take for a formula is marked as text.
    pub(crate) fn text(csv: &mut Csv, value: Option<&str>) {
        match value {
            Some(value) if value.starts_with(['=', '+', '-', '@', '\t', '\r']) => csv.value(Some(&format!("'{value}"))),
            value => csv.value(value),
        }
    }

    /// Logs the export of what matches a query, and responds with all chunks, reading each when the one before has been
    /// sent. The first is read at once, so that an invalid request still gets an error; a later failure truncates the
    /// response.
    pub(crate) async fn reply<F, Fut>(request: &Request, (list, query): (List, Value), piece: F) -> Result<Reply>
    where
        F: Fn(Option<String>) -> Fut + Send + 'static,
        Fut: Future<Output = Result<Piece>> + Send,
    {
        let (first, next) = piece(None).await?;
        let ip = request.ip();
        request.write_unstored(move |cx| exports::record(cx, list, &query, ip.as_deref()).map(|()| Nothing {})).await?;
        let rows = first.rows();
        let begun = (Some((first, next)), None::<String>, rows, piece);
        let pieces = stream::unfold(begun, |(ready, after, rows, piece)| async move {
            let (csv, next, rows) = match (ready, after) {
                (Some((csv, next)), _) => (csv, next, rows),
                (None, Some(cursor)) if rows < MAX_EXPORT_ROWS => {
                    let (csv, next) = piece(Some(cursor)).await.ok()?;
                    let rows = rows + csv.rows();
                    (csv, next, rows)
                }
                (None, _) => return None,
            };
            Some((Bytes::copy_from_slice(csv.text()), (None, next, rows, piece)))
        });
        let mut reply = Reply::stream("text/csv; charset=utf-8", pieces);
        let file = format!("attachment; filename=\"{list}.csv\"");
        if let Ok(file) = HeaderValue::from_str(&file) {
            reply.headers.insert(CONTENT_DISPOSITION, file);
        }
        reply.headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Ok(reply)
    }
}
