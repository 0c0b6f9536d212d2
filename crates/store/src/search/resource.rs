//! The searchable resources: their tables, columns and links, and the indexes behind them.
//!
//! To add a resource:
//!
//! 1. Add a module of its columns (`columns!`), named after the table. Each column has an index that starts with
//!    `(workspace_id, column)`. Its `WHERE` is the resource's `live`, followed by the column's `guard`, word for word:
//!    SQLite is told to use the index and fails if it does not apply. The index ends with the id. SQLite adds that by
//!    itself, so the translation of migrations omits it there. A column that is long, or searched so rarely that no
//!    write should pay for an index, is `unindexed()`: tests of it only recheck what other tests leave, and objects
//!    cannot be ordered by it. Texts that are compared case-insensitively are stored folded, in a separate column of
//!    kind `Folded`.
//! 2. Choose field prefixes for the texts that are searched by their parts (`grams`). A prefix belongs to one field of
//!    one resource, because `search_grams` contains all resources. Writers pass the same texts with the same prefixes
//!    to [`index_object`](super::index_object). Ids differ between resources, so one table serves all.
//! 3. Add a [`Link`] for each field of which an object has many values: rows of another table, with a primary key of
//!    `(workspace_id, owner, value)` and an index on `(workspace_id, value, owner)`.
//! 4. Store everything else as rows in `search_values`, under numbers that no other resource uses: the ids of its
//!    attributes, which all come from one counter, or numbers of standard fields below 1000.
//! 5. Add a [`Composite`] for columns that are often tested together, such as state, assignee and time of change: first
//!    the columns that are compared for equality, last the one that is compared for order. Tests whose columns are all
//!    in one index are answered, counted and ordered from it alone. Otherwise the row of every object that passes the
//!    most selective test is read, which takes a few microseconds each.
//! 6. Add the [`Resource`] itself. `live` is the condition of the objects that can be found, `id_index` is
//!    `(workspace_id, id) WHERE live`. `values_are_live` is true if every writer removes an object that is no longer
//!    live from `search_values` and `search_grams` (`unindex_object`). Objects found in these tables are then not
//!    rechecked.
//!
//! Two resources may share a table and differ in `live` (tickets are conversations of a type). The narrower one can use
//! the indexes of the wider one, whose condition is part of its own: put the wider one's condition first in `live`.
//! Each candidate then costs a read of its row, so fields that are often searched for deserve their own columns and
//! indexes. `values_are_live` is only true of the wider one.
//!
//! `tests/columns.rs` tests every column in every way: add the new resource there. `tests/random.rs` compares all of
//! the above with an evaluation in memory.

/// How values of a field compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Whole numbers, including times and ids.
    Int,
    /// Floating point numbers.
    Real,
    /// Texts stored folded (see [`fold`](super::fold)). The values they are compared with are folded too.
    Folded,
    /// Texts compared as they are.
    Exact,
    /// True or false.
    Bool,
}

/// A searchable column, and its index.
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// How its values compare.
    pub kind: Kind,
    /// Whether it may be null.
    pub nullable: bool,
    /// The index that starts with the workspace and this column, if there is one.
    pub(crate) index: Option<&'static str>,
    /// The condition that a statement must contain besides the live condition for the index to apply.
    pub(crate) guard: &'static str,
    /// The prefix of its trigrams in `search_grams`, if they are stored.
    pub(crate) letter: Option<char>,
    /// Whether few objects share a value.
    pub(crate) distinct: bool,
}

impl std::fmt::Debug for Column {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl PartialEq for Column {
    fn eq(&self, other: &Column) -> bool {
        std::ptr::eq(self, other)
    }
}

/// A searchable kind of object.
#[derive(Debug)]
pub struct Resource {
    /// The table.
    pub table: &'static str,
    /// The conditions of the objects that can be found, literally as in the indexes.
    pub(crate) live: &'static [&'static str],
    /// The index of the live objects' ids.
    pub(crate) id_index: &'static str,
    /// Whether `search_values` contains rows for live objects only.
    pub(crate) values_are_live: bool,
    /// The searchable columns.
    pub columns: &'static [&'static Column],
    /// The indexes on several columns.
    pub(crate) composites: &'static [Composite],
    /// The fields of which an object has many values.
    pub links: &'static [&'static Link],
}

impl Resource {
    /// Returns a name that differs from those of all other resources, including those of the same table.
    pub(crate) fn name(&self) -> String {
        format!("{} {:?}", self.table, self.live)
    }
}

/// An index on several columns, for tests that are often combined. If the index covers all of a filter, no row is read.
#[derive(Debug)]
pub(crate) struct Composite {
    /// Its name.
    pub(crate) index: &'static str,
    /// Its columns after the workspace, in order.
    pub(crate) columns: &'static [&'static Column],
    /// The columns after those, which avoid reading rows. Their own indexes may leave fewer candidates.
    pub(crate) besides: &'static [&'static Column],
    /// The condition that a statement must contain besides the live condition for the index to apply.
    pub(crate) guard: &'static str,
}

/// A field of which an object has any number of values, all of them ids: one row of another table each.
pub struct Link {
    /// The table.
    pub table: &'static str,
    /// SQLite's name for its primary key: the workspace, the object and the value.
    pub(crate) key: &'static str,
    /// Its column for the object.
    pub(crate) owner: &'static str,
    /// Its column for the value.
    pub(crate) value: &'static str,
    /// The index on the workspace, the value and the object.
    pub(crate) index: &'static str,
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.table)
    }
}

impl PartialEq for Link {
    fn eq(&self, other: &Link) -> bool {
        std::ptr::eq(self, other)
    }
}

/// Returns a link: its table, SQLite's name for its primary key, its columns for the object and the value, its index.
pub(super) const fn link(
    table: &'static str,
    key: &'static str,
    owner: &'static str,
    value: &'static str,
    index: &'static str,
) -> Link {
    Link { table, key, owner, value, index }
}

pub(super) const fn column(name: &'static str, kind: Kind, index: &'static str) -> Column {
    Column { name, kind, nullable: false, index: Some(index), guard: "", letter: None, distinct: false }
}

/// Returns a column without an index. Candidates come from other tests of the search.
pub(super) const fn unindexed(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, nullable: false, index: None, guard: "", letter: None, distinct: false }
}

impl Column {
    pub(super) const fn nullable(mut self) -> Column {
        self.nullable = true;
        self
    }

    pub(super) const fn guard(mut self, guard: &'static str) -> Column {
        self.guard = guard;
        self
    }

    pub(super) const fn grams(mut self, letter: char) -> Column {
        self.letter = Some(letter);
        self
    }

    pub(super) const fn distinct(mut self) -> Column {
        self.distinct = true;
        self
    }
}

macro_rules! columns {
    ($($(#[$doc:meta])* $name:ident = $column:expr;)+) => {
        $($(#[$doc])* pub static $name: Column = $column;)+
        pub(super) static ALL: &[&Column] = &[$(&$name,)+];
    };
}
pub(super) use columns;

/// The columns of contacts.
pub mod contacts {
    use super::{Column, Kind, Link, column, link};

    /// The tags on a contact.
    pub static TAGS: Link =
        link("contact_tags", "sqlite_autoindex_contact_tags_1", "contact_id", "tag_id", "contact_tags_tag");

    columns! {
        /// `user` or `lead`.
        ROLE = column("role", Kind::Exact, "contacts_role");
        /// The caller's own id.
        EXTERNAL_ID = column("external_id", Kind::Exact, "contacts_external_id_key").nullable()
            .guard("external_id IS NOT NULL AND state <> 'merged'").grams('x').distinct();
        /// The email address, folded.
        EMAIL = column("email_key", Kind::Folded, "contacts_email").nullable()
            .guard("email_key IS NOT NULL").grams('e').distinct();
        /// The domain of the email address, in lower case.
        EMAIL_DOMAIN = column("email_domain", Kind::Folded, "contacts_email_domain").nullable()
            .guard("email_domain IS NOT NULL");
        /// The phone number.
        PHONE = column("phone", Kind::Exact, "contacts_phone").nullable()
            .guard("phone IS NOT NULL").grams('p').distinct();
        /// The phone number, formatted for people.
        FORMATTED_PHONE = column("formatted_phone", Kind::Exact, "contacts_formatted_phone").nullable()
            .guard("formatted_phone IS NOT NULL").distinct();
        /// The name, folded.
        NAME = column("name_key", Kind::Folded, "contacts_name").nullable()
            .guard("name_key IS NOT NULL").grams('n');
        /// The teammate who owns the contact.
        OWNER_ID = column("owner_id", Kind::Int, "contacts_owner").nullable()
            .guard("owner_id IS NOT NULL");
        /// When it was created.
        CREATED_AT = column("created_at", Kind::Int, "contacts_created_at");
        /// When it was last changed.
        UPDATED_AT = column("updated_at", Kind::Int, "contacts_updated_at");
        /// When the person signed up.
        SIGNED_UP_AT = column("signed_up_at", Kind::Int, "contacts_signed_up_at").nullable()
            .guard("signed_up_at IS NOT NULL");
        /// When the person was last seen.
        LAST_SEEN_AT = column("last_seen_at", Kind::Int, "contacts_last_seen_at").nullable()
            .guard("last_seen_at IS NOT NULL");
        /// When the person last replied.
        LAST_REPLIED_AT = column("last_replied_at", Kind::Int, "contacts_last_replied_at").nullable()
            .guard("last_replied_at IS NOT NULL");
        /// When the person was last contacted.
        LAST_CONTACTED_AT = column("last_contacted_at", Kind::Int, "contacts_last_contacted_at").nullable()
            .guard("last_contacted_at IS NOT NULL");
    }
}

/// The columns of companies.
pub mod companies {
    use super::{Column, Kind, Link, column, link};

    /// The tags on a company.
    pub static TAGS: Link =
        link("company_tags", "sqlite_autoindex_company_tags_1", "company_id", "tag_id", "company_tags_tag");

    columns! {
        /// The caller's own id.
        COMPANY_ID = column("company_id", Kind::Exact, "companies_company_id_key").grams('k').distinct();
        /// The name, folded.
        NAME = column("name_key", Kind::Folded, "companies_name").nullable().grams('m');
        /// When it was created.
        CREATED_AT = column("created_at", Kind::Int, "companies_created_at");
        /// When it was last changed.
        UPDATED_AT = column("updated_at", Kind::Int, "companies_updated_at");
        /// When it was created in the caller's system.
        REMOTE_CREATED_AT = column("remote_created_at", Kind::Int, "companies_remote_created_at").nullable();
        /// When one of its people was last seen.
        LAST_REQUEST_AT = column("last_request_at", Kind::Int, "companies_last_request_at").nullable();
        /// Its monthly spend.
        MONTHLY_SPEND = column("monthly_spend", Kind::Int, "companies_monthly_spend");
        /// The number of sessions of its people.
        SESSION_COUNT = column("session_count", Kind::Int, "companies_session_count");
        /// The number of its contacts.
        USER_COUNT = column("user_count", Kind::Int, "companies_user_count");
    }
}

/// Contacts that are not archived, blocked or merged.
pub static CONTACTS: Resource = Resource {
    table: "contacts",
    live: &["state = 'active'"],
    id_index: "contacts_id",
    values_are_live: true,
    columns: contacts::ALL,
    composites: &[],
    links: &[&contacts::TAGS],
};

/// Companies that are not archived and have people.
pub static COMPANIES: Resource = Resource {
    table: "companies",
    live: &["state = 'active'", "user_count > 0"],
    id_index: "companies_id",
    values_are_live: false,
    columns: companies::ALL,
    composites: &[],
    links: &[&companies::TAGS],
};
