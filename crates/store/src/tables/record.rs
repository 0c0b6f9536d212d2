//! Rows as structs whose fields are their columns.

use crate::{Result, Value, WorkspaceTx};

/// `record! { pub struct Name in "table" { column: Type, ... } }`: the struct of a row, with the list of its columns,
/// reading one and its values, all from one list.
macro_rules! record {
    ($(#[$meta:meta])* pub struct $name:ident in $table:literal {
        $(#[$first_meta:meta])* $first:ident: $first_type:ty,
        $($(#[$field_meta:meta])* $field:ident: $type:ty,)*
    }) => {
        $(#[$meta])*
        #[expect(missing_docs, reason = "the columns are told of in the migration")]
        pub struct $name {
            $(#[$first_meta])* pub $first: $first_type,
            $($(#[$field_meta])* pub $field: $type,)*
        }

        impl $crate::tables::record::Record for $name {
            const TABLE: &'static str = $table;
            const COLUMNS: &'static str = concat!(stringify!($first) $(, ", ", stringify!($field))*);
            const WIDTH: usize = [stringify!($first) $(, stringify!($field))*].len();

            fn from_row(row: &$crate::Row<'_>) -> $crate::Result<Self> {
                let mut at = 0..Self::WIDTH;
                // The range has a number for each field.
                let mut next = || at.next().unwrap_or_default();
                Ok(Self { $first: row.get(next())?, $($field: row.get(next())?,)* })
            }

            fn values(&self) -> Vec<$crate::Value<'_>> {
                vec![$crate::Value::from(&self.$first) $(, $crate::Value::from(&self.$field))*]
            }
        }
    };
}
pub(crate) use record;

/// The most rows that one statement adds.
const AT_ONCE: usize = 64;

/// The struct of a row.
pub(crate) trait Record: Sized {
    /// The table.
    const TABLE: &'static str;
    /// All columns but the workspace, in order.
    const COLUMNS: &'static str;
    /// How many.
    const WIDTH: usize;

    /// Reads a row of these columns.
    fn from_row(row: &crate::Row<'_>) -> Result<Self>;

    /// The values in the order of the columns.
    fn values(&self) -> Vec<Value<'_>>;

    /// `SELECT` of these columns in a workspace; what follows says which rows: `$1` is the workspace.
    fn select(which: &str) -> String {
        format!("SELECT {} FROM {} WHERE workspace_id = $1{which}", Self::COLUMNS, Self::TABLE)
    }

    /// Adds the row; what is taken is an error.
    fn insert(&self, tx: &mut WorkspaceTx) -> Result<()> {
        self.insert_or(tx, "")?;
        Ok(())
    }

    /// Adds several rows; what is taken is an error. They go in by powers of two, so that few different statements arise.
    fn insert_all(tx: &mut WorkspaceTx, rows: &[Self]) -> Result<()> {
        let mut rest = rows;
        while !rest.is_empty() {
            let count = 1 << rest.len().min(AT_ONCE).ilog2();
            let (now, later) = rest.split_at(count);
            let mut values = Vec::with_capacity(count * Self::WIDTH);
            for row in now {
                values.extend(row.values());
            }
            let places = (0..count).map(|row| format!("($1, {})", super::places(row * Self::WIDTH + 2, Self::WIDTH)));
            let places = places.collect::<Vec<_>>().join(", ");
            let sql = format!("INSERT INTO {} (workspace_id, {}) VALUES {places}", Self::TABLE, Self::COLUMNS);
            tx.execute(&sql, &values)?;
            rest = later;
        }
        Ok(())
    }

    /// Adds the row unless another one has the same in these columns (`(a, b)`; empty for any that are unique);
    /// whether it was added.
    fn insert_new(&self, tx: &mut WorkspaceTx, unique: &str) -> Result<bool> {
        Ok(self.insert_or(tx, &format!(" ON CONFLICT {unique} DO NOTHING"))? == 1)
    }

    /// Adds the row; what follows says what to do if it cannot be. How many rows were written.
    fn insert_or(&self, tx: &mut WorkspaceTx, or: &str) -> Result<u64> {
        let places = super::places(1, Self::WIDTH + 1);
        let sql = format!("INSERT INTO {} (workspace_id, {}) VALUES ({places}){or}", Self::TABLE, Self::COLUMNS);
        tx.execute(&sql, &self.values())
    }

    /// Writes what is different from `before`, where `key` (columns and values) is this row. A column that is named is
    /// written to its indexes again, whether it changed or not, so only those that changed are named.
    fn update(&self, tx: &mut WorkspaceTx, before: &Self, key: &[(&str, Value<'_>)]) -> Result<()> {
        let (old, new) = (before.values(), self.values());
        let mut set = String::new();
        let mut values = Vec::new();
        for (column, (old, new)) in Self::COLUMNS.split(", ").zip(old.into_iter().zip(new)) {
            if old != new {
                values.push(new);
                let comma = if set.is_empty() { "" } else { ", " };
                set.push_str(&format!("{comma}{column} = ${}", values.len() + 1));
            }
        }
        if set.is_empty() {
            return Ok(());
        }
        let mut which = "workspace_id = $1".to_owned();
        for (column, value) in key {
            values.push(*value);
            which.push_str(&format!(" AND {column} = ${}", values.len() + 1));
        }
        tx.execute(&format!("UPDATE {} SET {set} WHERE {which}", Self::TABLE), &values)?;
        Ok(())
    }
}
