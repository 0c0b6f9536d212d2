//! Rows as structs whose fields are columns, and the statements that every table has.
//!
//! [`row!`] declares the rows that a statement returns, [`record!`] the row of a table: its list of columns generates
//! the reading, the values and the named functions. The text of each statement is built once per process.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use super::{padded, places};
use crate::ids::Id;
use crate::{Hold, Result, Row, Value, WorkspaceTx};

/// `row! { pub struct Name { field: Type, other: Type = "SQL expression", ... } }`: the struct of a returned row. A
/// field without an expression is the column with its name.
macro_rules! row {
    (@column $field:ident) => {
        stringify!($field)
    };
    (@column $field:ident $sql:literal) => {
        $sql
    };
    ($(#[$meta:meta])* pub struct $name:ident {
        $(#[$first_meta:meta])* $first:ident: $first_type:ty $(= $first_sql:literal)?,
        $($(#[$field_meta:meta])* $field:ident: $type:ty $(= $sql:literal)?,)*
    }) => {
        $(#[$meta])*
        #[expect(missing_docs, reason = "the columns are described in the migration")]
        pub struct $name {
            $(#[$first_meta])* pub $first: $first_type,
            $($(#[$field_meta])* pub $field: $type,)*
        }

        impl $crate::tables::record::FromRow for $name {
            const SELECTED: &'static str = concat!(
                $crate::tables::record::row!(@column $first $($first_sql)?)
                $(, ", ", $crate::tables::record::row!(@column $field $($sql)?))*
            );
            const WIDTH: usize = [stringify!($first) $(, stringify!($field))*].len();

            fn from_row(row: &$crate::Row<'_>) -> $crate::Result<Self> {
                let mut at = 0..Self::WIDTH;
                // The range has a number for each field.
                let mut next = || at.next().unwrap_or_default();
                Ok(Self { $first: row.get(next())?, $($field: row.get(next())?,)* })
            }
        }
    };
}
pub(crate) use row;

/// The row of a table and its functions.
///
/// ```text
/// record! {
///     /// A tag's row.
///     #[derive(Debug, Clone)]
///     pub struct Tag in "tags", key (id: TagId), order "created_at, id" {
///         id: TagId,
///         name: String,
///     }
///     pub fn get, lock, all, insert, update, delete;
/// }
/// ```
///
/// The key is the primary key without the workspace. `order` is that of `all` and `page`, by default that of the key.
/// `unique` lists the columns whose conflicts `insert_new` tolerates, by default those of any unique index. A column
/// whose name differs from its field is given: `kind: String = "type"`. Fields in `and { ... }` are read by an
/// expression and never written. Functions may be renamed: `insert as insert_task`.
macro_rules! record {
    ($(#[$meta:meta])* pub struct $name:ident in $table:literal, key $key:tt
        $(, order $order:literal)? $(, unique $unique:literal)? {
            $($(#[$field_meta:meta])* $field:ident: $type:ty $(= $column:literal)?,)*
        }
        $(and { $($(#[$read_meta:meta])* $read:ident: $read_type:ty = $sql:literal,)* })?
        $(pub fn $($verb:ident $(as $alias:ident)?),+;)?
    ) => {
        $crate::tables::record::row! {
            $(#[$meta])*
            pub struct $name {
                $($(#[$field_meta])* $field: $type $(= $column)?,)*
                $($($(#[$read_meta])* $read: $read_type = $sql,)*)?
            }
        }

        impl $crate::tables::record::Record for $name {
            const TABLE: &'static str = $table;
            const COLUMNS: &'static [&'static str] = &[$($crate::tables::record::row!(@column $field $($column)?)),*];
            const KEY: &'static [&'static str] = $crate::tables::record::verb!(@columns $key);
            const ORDER: &'static str = concat!("", $($order)?);
            const UNIQUE: &'static str = concat!("", $($unique)?);
            type Values<'a> = [$crate::Value<'a>; [$(stringify!($field)),*].len()];

            fn values(&self) -> Self::Values<'_> {
                [$($crate::Value::from(&self.$field)),*]
            }

            fn statements() -> &'static $crate::tables::record::Statements {
                static STATEMENTS: $crate::tables::record::Statements = $crate::tables::record::Statements::new();
                &STATEMENTS
            }
        }

        $($($crate::tables::record::verb! { $verb $(as $alias)?, $name $key })+)?
    };
}
pub(crate) use record;

/// One function of a table.
macro_rules! verb {
    (@columns ($($key:ident: $type:ty),*)) => {
        &[$(stringify!($key)),*]
    };
    (get as $function:ident, $name:ident ($($key:ident: $type:ty),*)) => {
        #[doc = concat!("The [`", stringify!($name), "`] of this key.")]
        pub fn $function(tx: &mut $crate::WorkspaceTx, $($key: $type),*) -> $crate::Result<Option<$name>> {
            <$name as $crate::tables::record::Record>::get(tx, &[$($crate::Value::from($key)),*])
        }
    };
    (lock as $function:ident, $name:ident ($($key:ident: $type:ty),*)) => {
        #[doc = concat!("The [`", stringify!($name), "`] of this key, locked to be changed.")]
        pub fn $function(tx: &mut $crate::WorkspaceTx, $($key: $type),*) -> $crate::Result<Option<$name>> {
            <$name as $crate::tables::record::Record>::hold(tx, &[$($crate::Value::from($key)),*], $crate::Hold::Change)
        }
    };
    (hold as $function:ident, $name:ident ($($key:ident: $type:ty),*)) => {
        #[doc = concat!("The [`", stringify!($name), "`] of this key, locked as `hold` says.")]
        pub fn $function(
            tx: &mut $crate::WorkspaceTx,
            $($key: $type,)*
            hold: $crate::Hold,
        ) -> $crate::Result<Option<$name>> {
            <$name as $crate::tables::record::Record>::hold(tx, &[$($crate::Value::from($key)),*], hold)
        }
    };
    (get_many as $function:ident, $name:ident ($key:ident: $type:ty)) => {
        #[doc = concat!("Each [`", stringify!($name), "`] of these ids, in their order; unknown ones are left out.")]
        pub fn $function(tx: &mut $crate::WorkspaceTx, ids: &[$type]) -> $crate::Result<Vec<$name>> {
            <$name as $crate::tables::record::Record>::get_many(tx, ids, |row| row.$key)
        }
    };
    (all as $function:ident, $name:ident $key:tt) => {
        #[doc = concat!("Every [`", stringify!($name), "`] of the workspace, in order.")]
        pub fn $function(tx: &mut $crate::WorkspaceTx) -> $crate::Result<Vec<$name>> {
            <$name as $crate::tables::record::Record>::all(tx)
        }
    };
    (page as $function:ident, $name:ident $key:tt) => {
        #[doc = concat!("A page of the rows of [`", stringify!($name), "`], in order, and the total count.")]
        pub fn $function(tx: &mut $crate::WorkspaceTx, limit: i64, offset: i64) -> $crate::Result<(Vec<$name>, i64)> {
            <$name as $crate::tables::record::Record>::page(tx, limit, offset)
        }
    };
    (insert as $function:ident, $name:ident $key:tt) => {
        #[doc = concat!("Adds a [`", stringify!($name), "`].")]
        pub fn $function(tx: &mut $crate::WorkspaceTx, row: &$name) -> $crate::Result<()> {
            $crate::tables::record::Record::insert(row, tx)
        }
    };
    (insert_new as $function:ident, $name:ident $key:tt) => {
        #[doc = concat!("Adds a [`", stringify!($name), "`] unless what it must not share is taken; whether it was added.")]
        pub fn $function(tx: &mut $crate::WorkspaceTx, row: &$name) -> $crate::Result<bool> {
            $crate::tables::record::Record::insert_new(row, tx)
        }
    };
    (insert_all as $function:ident, $name:ident $key:tt) => {
        #[doc = concat!("Adds each [`", stringify!($name), "`] of these.")]
        pub fn $function(tx: &mut $crate::WorkspaceTx, rows: &[$name]) -> $crate::Result<()> {
            $crate::tables::record::Record::insert_all(tx, rows)
        }
    };
    (update as $function:ident, $name:ident ($($key:ident: $type:ty),*)) => {
        #[doc = concat!("Writes the columns of a [`", stringify!($name), "`] that differ from `before`, which is locked.")]
        pub fn $function(tx: &mut $crate::WorkspaceTx, before: &$name, after: &$name) -> $crate::Result<()> {
            let key = [$($crate::Value::from(&after.$key)),*];
            $crate::tables::record::Record::update(after, tx, before, &key)
        }
    };
    (delete as $function:ident, $name:ident ($($key:ident: $type:ty),*)) => {
        #[doc = concat!("Removes the [`", stringify!($name), "`] of this key.")]
        pub fn $function(tx: &mut $crate::WorkspaceTx, $($key: $type),*) -> $crate::Result<()> {
            <$name as $crate::tables::record::Record>::delete(tx, &[$($crate::Value::from($key)),*])
        }
    };
    ($verb:ident, $name:ident $key:tt) => {
        $crate::tables::record::verb! { $verb as $verb, $name $key }
    };
}
pub(crate) use verb;

/// `select!(Tag, " AND name = $2")`: the statement that reads these rows of a workspace, built once. With a transaction
/// and a [`Hold`], it locks them: `select!(Tag, " AND name = $2", tx, Hold::Change)`.
macro_rules! select {
    ($name:ident, $which:literal) => {{
        static SQL: std::sync::LazyLock<String> =
            std::sync::LazyLock::new(|| <$name as $crate::tables::record::Record>::select($which));
        SQL.as_str()
    }};
    ($name:ident, $which:literal, $tx:expr, $hold:expr) => {{
        static SQL: $crate::tables::record::Held = $crate::tables::record::Held::new();
        SQL.get($tx, $hold, || <$name as $crate::tables::record::Record>::select($which))
    }};
}
pub(crate) use select;

/// The rows that a statement returns.
pub(crate) trait FromRow: Sized {
    /// The expressions to select, in the order of the fields.
    const SELECTED: &'static str;
    /// The number of columns.
    const WIDTH: usize;

    /// Reads these columns of a row, which may be followed by others.
    fn from_row(row: &Row<'_>) -> Result<Self>;
}

/// The row of a table of a workspace.
pub(crate) trait Record: FromRow {
    /// The table.
    const TABLE: &'static str;
    /// The written columns: all except the workspace.
    const COLUMNS: &'static [&'static str];
    /// The primary key without the workspace.
    const KEY: &'static [&'static str];
    /// The order of [`all`](Self::all); by the key if empty.
    const ORDER: &'static str;
    /// The columns whose conflicts [`insert_new`](Self::insert_new) tolerates; any unique index if empty.
    const UNIQUE: &'static str;
    /// The place of the column with the time of the last change, if the table has one.
    const CHANGED_AT: Option<usize> = position(Self::COLUMNS, "updated_at");
    /// An array with a value for each column.
    type Values<'a>: AsRef<[Value<'a>]>
    where
        Self: 'a;

    /// The values in the order of the columns.
    fn values(&self) -> Self::Values<'_>;

    /// The cached texts of the statements below.
    fn statements() -> &'static Statements;

    /// `SELECT` of the rows of a workspace, `$1`, that match `which`.
    fn select(which: &str) -> String {
        format!("SELECT {} FROM {} WHERE workspace_id = $1{which}", Self::SELECTED, Self::TABLE)
    }

    /// The condition of the key, its values from `$first` on.
    fn key_condition(first: usize) -> String {
        Self::KEY.iter().zip(first..).map(|(column, place)| format!(" AND {column} = ${place}")).collect()
    }

    /// The row of a key.
    fn get(tx: &mut WorkspaceTx, key: &[Value<'_>]) -> Result<Option<Self>> {
        let sql = Self::statements().get.as_read(|| Self::select(&Self::key_condition(2)));
        tx.query_opt(sql, key, Self::from_row)
    }

    /// The row of a key, locked.
    fn hold(tx: &mut WorkspaceTx, key: &[Value<'_>], hold: Hold) -> Result<Option<Self>> {
        let sql = Self::statements().get.get(tx, hold, || Self::select(&Self::key_condition(2)));
        Self::locked(tx, sql, key)
    }

    /// The first row of a statement that locks it. What this transaction writes from now on is not older than it.
    fn locked(tx: &mut WorkspaceTx, sql: &str, values: &[Value<'_>]) -> Result<Option<Self>> {
        let found = tx.query_opt(sql, values, Self::from_row)?;
        if let (Some(row), Some(place)) = (&found, Self::CHANGED_AT)
            && let Some(Value::Int(changed_at)) = row.values().as_ref().get(place)
        {
            tx.follow(*changed_at);
        }
        Ok(found)
    }

    /// Whether a changed value would set the time of the last change back.
    fn goes_back(column: usize, old: &Value<'_>, new: &Value<'_>) -> bool {
        Self::CHANGED_AT == Some(column) && matches!((old, new), (Value::Int(old), Value::Int(new)) if new < old)
    }

    /// The rows of several ids, in their order. Omits unknown ids.
    fn get_many<I: Id>(tx: &mut WorkspaceTx, ids: &[I], id: impl Fn(&Self) -> I) -> Result<Vec<Self>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let values = padded(ids);
        let build = || {
            let key = Self::KEY.join(", ");
            Self::select(&format!(" AND {key} IN ({})", places(2, values.len())))
        };
        let sql = Self::statements().get_many.get(values.len(), build);
        let rows = tx.query_all(&sql, &values, Self::from_row)?;
        let mut found: HashMap<I, Self> = rows.into_iter().map(|row| (id(&row), row)).collect();
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }

    /// All rows of the workspace.
    fn all(tx: &mut WorkspaceTx) -> Result<Vec<Self>> {
        let sql = Self::statements().all.get_or_init(|| Self::select(&Self::in_order()));
        tx.query_all(sql, &[], Self::from_row)
    }

    /// `ORDER BY` in the order of the table.
    fn in_order() -> String {
        let order = if Self::ORDER.is_empty() { Self::KEY.join(", ") } else { Self::ORDER.to_owned() };
        format!(" ORDER BY {order}")
    }

    /// A page of the rows of the workspace, and how many rows there are.
    fn page(tx: &mut WorkspaceTx, limit: i64, offset: i64) -> Result<(Vec<Self>, i64)> {
        let statements = Self::statements();
        let sql = statements.page.get_or_init(|| Self::select(&format!("{} LIMIT $2 OFFSET $3", Self::in_order())));
        let rows = tx.query_all(sql, &[limit.into(), offset.into()], Self::from_row)?;
        let count = || format!("SELECT count(*) FROM {} WHERE workspace_id = $1", Self::TABLE);
        Ok((rows, tx.query_one(statements.count.get_or_init(count), &[], |row| row.get(0))?))
    }

    /// `INSERT` of this many rows; `$1` is the workspace.
    fn insertion(rows: usize) -> String {
        let (columns, width) = (Self::COLUMNS.join(", "), Self::COLUMNS.len());
        let row = |n: usize| format!("($1, {})", places(n * width + 2, width));
        let rows = (0..rows).map(row).collect::<Vec<_>>().join(", ");
        format!("INSERT INTO {} (workspace_id, {columns}) VALUES {rows}", Self::TABLE)
    }

    /// Adds the row. Fails if the key or a unique value is taken.
    fn insert(&self, tx: &mut WorkspaceTx) -> Result<()> {
        let sql = Self::statements().inserts.get(1, || Self::insertion(1));
        tx.send(&sql, self.values().as_ref())
    }

    /// Adds several rows, in batches of powers of two, so that there are few different statements.
    fn insert_all(tx: &mut WorkspaceTx, rows: &[Self]) -> Result<()> {
        let mut rest = rows;
        while !rest.is_empty() {
            let count = 1 << rest.len().min(BATCH_SIZE).ilog2();
            let (now, later) = rest.split_at(count);
            let mut values = Vec::with_capacity(count * Self::COLUMNS.len());
            for row in now {
                values.extend_from_slice(row.values().as_ref());
            }
            tx.send(&Self::statements().inserts.get(count, || Self::insertion(count)), &values)?;
            rest = later;
        }
        Ok(())
    }

    /// Adds the row unless a unique value is taken. Returns whether it was added.
    fn insert_new(&self, tx: &mut WorkspaceTx) -> Result<bool> {
        let sql = Self::statements()
            .insert_new
            .get_or_init(|| format!("{} ON CONFLICT {} DO NOTHING", Self::insertion(1), Self::UNIQUE));
        Ok(tx.execute(sql, self.values().as_ref())? == 1)
    }

    /// Writes the columns that differ from `before`. A column in an `UPDATE` is written to its indexes even if it has
    /// not changed, so the statement has only those that have. The time of the last change never goes back.
    fn update(&self, tx: &mut WorkspaceTx, before: &Self, key: &[Value<'_>]) -> Result<()> {
        const { assert!(Self::COLUMNS.len() <= Changed::BITS as usize, "more columns than bits") };
        let (old, new) = (before.values(), self.values());
        let mut changed: Changed = 0;
        let mut values = Vec::new();
        for (column, (old, new)) in old.as_ref().iter().zip(new.as_ref()).enumerate() {
            if old != new && !Self::goes_back(column, old, new) {
                changed |= 1 << column;
                values.push(*new);
            }
        }
        if changed == 0 {
            return Ok(());
        }
        let sql = Self::statements().update(changed, || {
            let named = Self::COLUMNS.iter().enumerate().filter(|(column, _)| changed >> column & 1 == 1);
            let set = named.zip(2..).map(|((_, name), place)| format!("{name} = ${place}")).collect::<Vec<_>>();
            let key = Self::key_condition(set.len() + 2);
            format!("UPDATE {} SET {} WHERE workspace_id = $1{key}", Self::TABLE, set.join(", "))
        });
        values.extend_from_slice(key);
        tx.send(&sql, &values)
    }

    /// Removes the row of a key.
    fn delete(tx: &mut WorkspaceTx, key: &[Value<'_>]) -> Result<()> {
        let sql = Self::statements()
            .delete
            .get_or_init(|| format!("DELETE FROM {} WHERE workspace_id = $1{}", Self::TABLE, Self::key_condition(2)));
        tx.send(sql, key)
    }
}

/// The maximum number of rows that one statement adds.
const BATCH_SIZE: usize = 64;
/// The maximum number of cached `UPDATE` statements of a table, one per set of columns.
const UPDATES: usize = 256;

/// The place of a name in a list.
const fn position(names: &[&str], wanted: &str) -> Option<usize> {
    let mut place = 0;
    while place < names.len() {
        if are_equal(names[place].as_bytes(), wanted.as_bytes()) {
            return Some(place);
        }
        place += 1;
    }
    None
}

/// `==`, which cannot be called in constants.
const fn are_equal(one: &[u8], other: &[u8]) -> bool {
    let mut place = 0;
    while place < one.len() && place < other.len() && one[place] == other[place] {
        place += 1;
    }
    place == one.len() && place == other.len()
}

/// The changed columns, as bits.
type Changed = u128;

/// The cached texts of the statements of a table.
pub(crate) struct Statements {
    get: Held,
    get_many: Counted,
    all: OnceLock<String>,
    page: OnceLock<String>,
    count: OnceLock<String>,
    inserts: Counted,
    insert_new: OnceLock<String>,
    delete: OnceLock<String>,
    updates: RwLock<BTreeMap<Changed, Arc<str>>>,
}

impl Statements {
    pub(crate) const fn new() -> Self {
        Self {
            get: Held::new(),
            get_many: Counted::new(),
            all: OnceLock::new(),
            page: OnceLock::new(),
            count: OnceLock::new(),
            inserts: Counted::new(),
            insert_new: OnceLock::new(),
            delete: OnceLock::new(),
            updates: RwLock::new(BTreeMap::new()),
        }
    }

    fn update(&self, changed: Changed, build: impl FnOnce() -> String) -> Arc<str> {
        if let Some(known) = self.updates.read().unwrap_or_else(PoisonError::into_inner).get(&changed) {
            return Arc::clone(known);
        }
        let sql: Arc<str> = build().into();
        let mut updates = self.updates.write().unwrap_or_else(PoisonError::into_inner);
        if updates.len() < UPDATES {
            updates.insert(changed, Arc::clone(&sql));
        }
        sql
    }
}

/// The cached texts of a statement that reads rows: without a lock, and for each kind of lock.
pub(crate) struct Held([OnceLock<String>; 4]);

impl Held {
    pub(crate) const fn new() -> Self {
        Self([const { OnceLock::new() }; 4])
    }

    fn as_read(&self, build: impl FnOnce() -> String) -> &str {
        self.0[0].get_or_init(build)
    }

    pub(crate) fn get(&self, tx: &WorkspaceTx, hold: Hold, build: impl FnOnce() -> String) -> &str {
        let clause = tx.hold(hold);
        if clause.is_empty() {
            return self.as_read(build);
        }
        let text = match hold {
            Hold::Reference => &self.0[1],
            Hold::Change => &self.0[2],
            Hold::End => &self.0[3],
        };
        text.get_or_init(|| format!("{}{clause}", build()))
    }
}

/// The cached texts of a statement over a power of two of rows, up to 1,024 rows.
pub(crate) struct Counted([OnceLock<String>; 11]);

impl Counted {
    pub(crate) const fn new() -> Self {
        Self([const { OnceLock::new() }; 11])
    }

    fn get(&self, count: usize, build: impl FnOnce() -> String) -> Cow<'_, str> {
        match self.0.get(count.ilog2() as usize) {
            Some(text) => Cow::Borrowed(text.get_or_init(build)),
            None => Cow::Owned(build()),
        }
    }
}
