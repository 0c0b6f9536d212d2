//! Datasets of reporting: their attributes, each with its SQL expression.

mod admins;
mod calls;
mod conversations;
mod states;

use crate::csv::Csv;
use crate::ids::{CompanyId, ContactId};
use crate::{Result, Row, WorkspaceTx, params};

/// All datasets.
pub const DATASETS: &[Dataset] =
    &[conversations::CONVERSATIONS, states::STATES, conversations::TICKETS, admins::STATUS_CHANGES, calls::CALLS];

/// The number of objects per statement.
const SLICE: usize = 1000;

/// A dataset: one row per object of a table.
#[derive(Debug)]
pub struct Dataset {
    /// Its id in requests.
    pub id: &'static str,
    /// Its display name.
    pub name: &'static str,
    /// What a row represents.
    pub description: &'static str,
    /// The attribute that assigns rows to a period.
    pub time: &'static str,
    /// The attributes.
    pub attributes: &'static [Attribute],
    /// The table, with a condition that lets an index find its rows in the order of time.
    table: &'static str,
    condition: &'static str,
    /// The condition of the rows in the dataset, and that of the rows in a narrow one. `t` is the row.
    member: &'static str,
    narrow: &'static str,
}

/// An attribute of a dataset.
#[derive(Debug)]
pub struct Attribute {
    /// Its id in requests.
    pub id: &'static str,
    /// The kind of attribute, the prefix of the qualified id.
    pub prefix: &'static str,
    /// Its display name.
    pub name: &'static str,
    /// The kind of data that it shows, besides statistics.
    pub shows: Option<Shows>,
    kind: Kind,
    /// `t` is the row, `$1` the workspace.
    sql: &'static str,
}

/// A kind of data that an attribute shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shows {
    /// Contacts or companies.
    People,
    /// The content of conversations.
    Conversations,
    /// The content of tickets.
    Tickets,
    /// Tags.
    Tags,
    /// Names of teammates and teams.
    Admins,
}

/// How a value is read.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Text,
    /// Whole numbers, times in unix seconds and decimal ids.
    Number,
    Flag,
    Contact,
    Company,
}

/// The last object that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Its time, in unix seconds.
    pub at: i64,
    /// Its id.
    pub id: i64,
}

impl Position {
    /// The position before all objects of this second.
    pub const fn before(second: i64) -> Self {
        Self { at: second.saturating_sub(1), id: i64::MAX }
    }
}

impl Attribute {
    const fn new(prefix: &'static str, id: &'static str, name: &'static str, kind: Kind, sql: &'static str) -> Self {
        Self { id, prefix, name, shows: None, kind, sql }
    }

    const fn shows(self, shows: Shows) -> Self {
        Self { shows: Some(shows), ..self }
    }

    /// Its id with the prefix, unique among all attributes.
    pub fn qualified_id(&self) -> String {
        format!("{}.{}", self.prefix, self.id)
    }

    fn write(&self, row: &Row<'_>, i: usize, csv: &mut Csv) -> Result<()> {
        match self.kind {
            Kind::Text => csv.value(row.opt_str(i)?),
            Kind::Number => csv.plain(row.get::<Option<i64>>(i)?),
            Kind::Flag => csv.plain(row.get::<Option<bool>>(i)?),
            Kind::Contact => csv.plain(row.get::<Option<ContactId>>(i)?),
            Kind::Company => csv.plain(row.get::<Option<CompanyId>>(i)?),
        }
        Ok(())
    }
}

/// A selection from a dataset.
#[derive(Debug, Clone)]
pub struct Selection {
    /// The dataset.
    pub dataset: &'static Dataset,
    /// The attributes, in the order of the columns.
    pub attributes: Vec<&'static Attribute>,
    /// Whether to omit rows that only some API versions have.
    pub is_narrow: bool,
}

impl Selection {
    /// `$2`, `$3`: the last object read; `$4`: the last second of the period; `$5`: the number of objects to read. The
    /// slice is taken from the table before its rows are filtered, so that each statement is bounded.
    fn sql(&self) -> String {
        let Dataset { table, condition, member, narrow, .. } = self.dataset;
        let member = if self.is_narrow { narrow } else { member };
        let columns: String = self.attributes.iter().map(|attribute| format!(", {}", attribute.sql)).collect();
        format!(
            "SELECT t.created_at, t.id, {member}{columns} FROM (SELECT * FROM {table} WHERE workspace_id = $1 \
             AND (created_at, id) > ($2, $3) AND created_at <= $4{condition} ORDER BY created_at, id LIMIT $5) t \
             ORDER BY t.created_at, t.id"
        )
    }
}

/// Writes the rows of the next objects up to and including a second. Returns the position to continue at, if there may
/// be more.
pub fn slice(
    tx: &mut WorkspaceTx,
    selection: &Selection,
    until: i64,
    after: Position,
    csv: &mut Csv,
) -> Result<Option<Position>> {
    let limit = i64::try_from(SLICE).unwrap_or(i64::MAX);
    let read = tx.query_all(&selection.sql(), params![after.at, after.id, until, limit], |row| {
        if row.get::<bool>(2)? {
            for (attribute, i) in selection.attributes.iter().zip(3..) {
                attribute.write(row, i, csv)?;
            }
            csv.end();
        }
        Ok(Position { at: row.get(0)?, id: row.get(1)? })
    })?;
    Ok(if read.len() == SLICE { read.last().copied() } else { None })
}
