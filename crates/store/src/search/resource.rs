//! What can be searched: the tables, their columns and the indexes behind them.

/// How values of a field compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Whole numbers, also times and ids.
    Int,
    /// Floating point numbers.
    Real,
    /// Texts stored folded (see [`fold`](super::fold)); what they are compared with is folded too.
    Folded,
    /// Texts compared as they are.
    Exact,
}

/// A column that can be searched, and its index.
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// How its values compare.
    pub kind: Kind,
    /// Whether it may be null.
    pub nullable: bool,
    /// The index that starts with the workspace and this column.
    pub(crate) index: &'static str,
    /// What a statement must say besides the live condition for the index to apply.
    pub(crate) guard: &'static str,
    /// The letter of its pieces in `search_grams`, if they are there.
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

/// A kind of object that can be searched.
#[derive(Debug)]
pub struct Resource {
    /// The table.
    pub table: &'static str,
    /// What is true of the objects that can be found, literally as the indexes have it.
    pub(crate) live: &'static [&'static str],
    /// The index of the live objects' ids.
    pub(crate) id_index: &'static str,
    /// Whether `search_values` has rows for the live objects only.
    pub(crate) values_are_live: bool,
    pub(crate) tags: Tags,
    /// The columns that can be searched.
    pub columns: &'static [&'static Column],
}

/// Where the tags of a resource are.
#[derive(Debug)]
pub(crate) struct Tags {
    pub(crate) table: &'static str,
    pub(crate) owner: &'static str,
    pub(crate) index: &'static str,
}

const fn column(name: &'static str, kind: Kind, index: &'static str) -> Column {
    Column { name, kind, nullable: false, index, guard: "", letter: None, distinct: false }
}

impl Column {
    const fn nullable(mut self) -> Column {
        self.nullable = true;
        self
    }

    const fn guard(mut self, guard: &'static str) -> Column {
        self.guard = guard;
        self
    }

    const fn grams(mut self, letter: char) -> Column {
        self.letter = Some(letter);
        self
    }

    const fn distinct(mut self) -> Column {
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

/// The columns of contacts.
pub mod contacts {
    use super::{Column, Kind, column};

    columns! {
        /// `user` or `lead`.
        ROLE = column("role", Kind::Exact, "contacts_role");
        /// The caller's own id.
        EXTERNAL_ID = column("external_id", Kind::Exact, "contacts_external_id_key").nullable()
            .guard("external_id IS NOT NULL AND state <> 'merged'").grams('x').distinct();
        /// The e-mail address, folded.
        EMAIL = column("email_key", Kind::Folded, "contacts_email").nullable()
            .guard("email_key IS NOT NULL").grams('e').distinct();
        /// What stands behind the @, in lower case.
        EMAIL_DOMAIN = column("email_domain", Kind::Folded, "contacts_email_domain").nullable()
            .guard("email_domain IS NOT NULL");
        /// The phone number.
        PHONE = column("phone", Kind::Exact, "contacts_phone").nullable()
            .guard("phone IS NOT NULL").grams('p').distinct();
        /// The phone number, written for people.
        FORMATTED_PHONE = column("formatted_phone", Kind::Exact, "contacts_formatted_phone").nullable()
            .guard("formatted_phone IS NOT NULL").distinct();
        /// The name, folded.
        NAME = column("name_key", Kind::Folded, "contacts_name").nullable()
            .guard("name_key IS NOT NULL").grams('n');
        /// The admin who looks after the contact.
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
    use super::{Column, Kind, column};

    columns! {
        /// The caller's own id.
        COMPANY_ID = column("company_id", Kind::Exact, "companies_company_id_key").grams('k').distinct();
        /// The name, folded.
        NAME = column("name_key", Kind::Folded, "companies_name").nullable().grams('m');
        /// When it was created.
        CREATED_AT = column("created_at", Kind::Int, "companies_created_at");
        /// When it was last changed.
        UPDATED_AT = column("updated_at", Kind::Int, "companies_updated_at");
        /// When the caller says it was created.
        REMOTE_CREATED_AT = column("remote_created_at", Kind::Int, "companies_remote_created_at").nullable();
        /// When someone of it was last seen.
        LAST_REQUEST_AT = column("last_request_at", Kind::Int, "companies_last_request_at").nullable();
        /// What it spends a month.
        MONTHLY_SPEND = column("monthly_spend", Kind::Int, "companies_monthly_spend");
        /// How many sessions its people had.
        SESSION_COUNT = column("session_count", Kind::Int, "companies_session_count");
        /// How many contacts it has.
        USER_COUNT = column("user_count", Kind::Int, "companies_user_count");
    }
}

/// Contacts that are neither archived, blocked nor merged.
pub static CONTACTS: Resource = Resource {
    table: "contacts",
    live: &["state = 'active'"],
    id_index: "contacts_id",
    values_are_live: true,
    tags: Tags { table: "contact_tags", owner: "contact_id", index: "contact_tags_tag" },
    columns: contacts::ALL,
};

/// Companies that are not archived and have people.
pub static COMPANIES: Resource = Resource {
    table: "companies",
    live: &["state = 'active'", "user_count > 0"],
    id_index: "companies_id",
    values_are_live: false,
    tags: Tags { table: "company_tags", owner: "company_id", index: "company_tags_tag" },
    columns: companies::ALL,
};
