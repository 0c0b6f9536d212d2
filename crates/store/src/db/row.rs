//! Result rows, read by position.

use rusqlite::types::ValueRef;

use super::postgres::columns;
use crate::archive::Cell;
use crate::{Error, Result};

/// A result row. Columns are read by position, from 0.
pub struct Row<'r>(pub(crate) Inner<'r>);

pub(crate) enum Inner<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r tokio_postgres::Row),
}

impl Row<'_> {
    /// Returns column `i` as a `T`. Fails with [`Error::Column`] if there is no such column, or it is null or of
    /// another type.
    pub fn get<T: FromColumn>(&self, i: usize) -> Result<T> {
        T::from_column(self, i)
    }

    /// Returns column `i` as text, borrowed from the row.
    pub fn str(&self, i: usize) -> Result<&str> {
        self.opt_str(i)?.ok_or_else(|| Error::column(i, "is null"))
    }

    /// Returns column `i` as text, borrowed from the row. `None` if it is null.
    pub fn opt_str(&self, i: usize) -> Result<Option<&str>> {
        match self.0 {
            Inner::Sqlite(row) => match value(row, i)? {
                ValueRef::Null => Ok(None),
                ValueRef::Text(text) => std::str::from_utf8(text).map(Some).map_err(|e| Error::column(i, e)),
                other => Err(mismatch(i, "text", &other)),
            },
            Inner::Postgres(row) => match columns::get::<columns::Text>(row, i)? {
                None => Ok(None),
                Some(columns::Text(text)) => Ok(Some(text)),
            },
        }
    }

    /// Returns column `i` as the type that it has.
    pub(crate) fn cell(&self, i: usize) -> Result<Cell> {
        match self.0 {
            Inner::Sqlite(row) => Ok(match value(row, i)? {
                ValueRef::Null => Cell::Null,
                ValueRef::Integer(n) => Cell::Int(n),
                ValueRef::Real(x) => Cell::Real(x),
                ValueRef::Text(text) => {
                    Cell::Text(std::str::from_utf8(text).map_err(|e| Error::column(i, e))?.to_owned())
                }
                ValueRef::Blob(bytes) => Cell::Bytes(bytes.to_vec()),
            }),
            Inner::Postgres(row) => Ok(columns::get::<Cell>(row, i)?.unwrap_or(Cell::Null)),
        }
    }

    /// Returns the number of columns.
    pub fn len(&self) -> usize {
        match self.0 {
            Inner::Sqlite(row) => row.as_ref().column_count(),
            Inner::Postgres(row) => row.len(),
        }
    }

    /// Returns whether the row has no columns.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

fn value<'r>(row: &'r rusqlite::Row<'_>, i: usize) -> Result<ValueRef<'r>> {
    row.get_ref(i).map_err(|e| Error::column(i, e))
}

fn mismatch(i: usize, wanted: &str, found: &ValueRef<'_>) -> Error {
    Error::column(i, format!("wanted {wanted}, found {}", found.data_type()))
}

/// A type that a column can be read as.
pub trait FromColumn: Sized {
    /// Reads column `i` of `row`. `None` if it is null.
    fn from_nullable(row: &Row<'_>, i: usize) -> Result<Option<Self>>;

    /// Reads column `i` of `row`. Null is an error unless the type can represent it.
    fn from_column(row: &Row<'_>, i: usize) -> Result<Self> {
        Self::from_nullable(row, i)?.ok_or_else(|| Error::column(i, "is null"))
    }
}

impl FromColumn for i64 {
    fn from_nullable(row: &Row<'_>, i: usize) -> Result<Option<i64>> {
        match row.0 {
            Inner::Sqlite(row) => match value(row, i)? {
                ValueRef::Null => Ok(None),
                ValueRef::Integer(n) => Ok(Some(n)),
                other => Err(mismatch(i, "an integer", &other)),
            },
            Inner::Postgres(row) => Ok(columns::get::<columns::Int>(row, i)?.map(|n| n.0)),
        }
    }
}

impl FromColumn for i32 {
    fn from_nullable(row: &Row<'_>, i: usize) -> Result<Option<i32>> {
        i64::from_nullable(row, i)?.map(|n| i32::try_from(n).map_err(|e| Error::column(i, e))).transpose()
    }
}

impl FromColumn for f64 {
    #[expect(clippy::cast_precision_loss, reason = "reading an integer as a float accepts the loss of precision")]
    fn from_nullable(row: &Row<'_>, i: usize) -> Result<Option<f64>> {
        match row.0 {
            Inner::Sqlite(row) => match value(row, i)? {
                ValueRef::Null => Ok(None),
                ValueRef::Real(x) => Ok(Some(x)),
                ValueRef::Integer(n) => Ok(Some(n as f64)),
                other => Err(mismatch(i, "a number", &other)),
            },
            Inner::Postgres(row) => Ok(columns::get::<columns::Real>(row, i)?.map(|x| x.0)),
        }
    }
}

impl FromColumn for bool {
    fn from_nullable(row: &Row<'_>, i: usize) -> Result<Option<bool>> {
        match row.0 {
            Inner::Sqlite(row) => match value(row, i)? {
                ValueRef::Null => Ok(None),
                ValueRef::Integer(n @ (0 | 1)) => Ok(Some(n == 1)),
                other => Err(mismatch(i, "a boolean", &other)),
            },
            Inner::Postgres(row) => Ok(columns::get::<columns::Bool>(row, i)?.map(|b| b.0)),
        }
    }
}

impl FromColumn for String {
    fn from_nullable(row: &Row<'_>, i: usize) -> Result<Option<String>> {
        Ok(row.opt_str(i)?.map(str::to_owned))
    }
}

impl FromColumn for Vec<u8> {
    fn from_nullable(row: &Row<'_>, i: usize) -> Result<Option<Vec<u8>>> {
        match row.0 {
            Inner::Sqlite(row) => match value(row, i)? {
                ValueRef::Null => Ok(None),
                ValueRef::Blob(bytes) => Ok(Some(bytes.to_vec())),
                other => Err(mismatch(i, "bytes", &other)),
            },
            Inner::Postgres(row) => columns::get::<Vec<u8>>(row, i),
        }
    }
}

impl<T: FromColumn> FromColumn for Option<T> {
    fn from_nullable(row: &Row<'_>, i: usize) -> Result<Option<Option<T>>> {
        T::from_nullable(row, i).map(Some)
    }

    fn from_column(row: &Row<'_>, i: usize) -> Result<Option<T>> {
        T::from_nullable(row, i)
    }
}
