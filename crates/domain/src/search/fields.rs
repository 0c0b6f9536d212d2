//! The searchable fields: their names, types and the places of their values.

use std::collections::HashMap;

use deskwire_store::data_attributes::DataType;
use deskwire_store::search::{self, Column, Resource, Target, companies as company, contacts as contact};

/// The prefixes of the names of custom attributes and of ticket attributes in queries.
pub(crate) const CUSTOM: &str = "custom_attributes.";
pub(crate) const TICKET_ATTRIBUTE: &str = "ticket_attribute.";

/// The type of a field, which determines its operators and values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// The id of the searched object.
    Id,
    /// A text.
    Text,
    /// An integer.
    Integer,
    /// A number.
    Float,
    /// True or false; never unset.
    Flag,
    /// True, false or unset.
    Boolean,
    /// A time of a contact, compared by the day or by the second, depending on the version.
    Datetime,
    /// A time that is compared by the second.
    Time,
    /// A day: a custom attribute of type date.
    Date,
    /// A tag.
    Tag,
    /// A segment.
    Segment,
    /// True or false, in a column.
    Switch,
    /// The assigned teammate or team; 0 if there is none.
    Assignee,
    /// The linked contacts.
    Contacts,
    /// The linked tags, teammates and others with decimal ids.
    Members,
    /// An author: a contact or a teammate.
    Author,
    /// A text that is compared word by word.
    Words,
    /// Whether a conversation is open: in any state except closed.
    Open,
    /// The category of a ticket's state. The column has the state.
    Category,
}

/// A field that can be compared.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    pub(crate) kind: Type,
    /// The place of its values; `None` for segments.
    pub(crate) target: Option<Target>,
}

/// The source of a standard field without a search column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A column of contacts.
    Column(&'static str),
    /// A member of `contacts.details`; a dot separates the names of an object and of its member.
    Detail(&'static str),
}

/// A standard field that is stored in `search_values` under a small number. A row is stored for each field that is set;
/// for flags, only if true.
#[derive(Clone, Copy, Debug)]
pub struct Standard {
    /// Its number. It is stored: never change or reuse a number.
    pub number: i64,
    /// Its name in queries.
    pub name: &'static str,
    /// Its type.
    pub kind: Type,
    /// The source of its value.
    pub source: Source,
}

pub(super) const fn detail(number: i64, name: &'static str, kind: Type) -> Standard {
    Standard { number, name, kind, source: Source::Detail(name) }
}

const fn column(number: i64, name: &'static str, kind: Type) -> Standard {
    Standard { number, name, kind, source: Source::Column(name) }
}

/// The standard fields of contacts in `search_values`.
pub const STANDARD: &[Standard] = &[
    detail(1, "browser", Type::Text),
    detail(2, "browser_language", Type::Text),
    detail(3, "os", Type::Text),
    detail(4, "location.country", Type::Text),
    detail(5, "location.region", Type::Text),
    detail(6, "location.city", Type::Text),
    column(10, "avatar", Type::Text),
    column(11, "language_override", Type::Text),
    column(12, "unsubscribed_from_emails", Type::Flag),
    column(13, "marked_email_as_spam", Type::Flag),
    column(14, "has_hard_bounced", Type::Flag),
    column(15, "last_email_opened_at", Type::Datetime),
    column(16, "last_email_clicked_at", Type::Datetime),
    detail(20, "ios_last_seen_at", Type::Datetime),
    detail(21, "ios_app_version", Type::Text),
    detail(22, "ios_device", Type::Text),
    detail(23, "ios_os_version", Type::Text),
    detail(24, "ios_app_name", Type::Text),
    detail(25, "ios_sdk_version", Type::Text),
    detail(30, "android_last_seen_at", Type::Datetime),
    detail(31, "android_app_version", Type::Text),
    detail(32, "android_device", Type::Text),
    detail(33, "android_app_name", Type::Text),
    detail(34, "android_sdk_version", Type::Text),
];

/// Other names of the fields of contacts: misspellings in the API's description, and names that clients use.
const ALIASES: &[(&str, &str)] = &[
    ("andoid_sdk_version", "android_sdk_version"),
    ("ios_app_device", "ios_device"),
    ("last_request_at", "last_seen_at"),
];

/// The field prefixes of trigrams, with the column of each.
pub const LETTERS: &[(char, &Column)] = &[
    ('n', &contact::NAME),
    ('e', &contact::EMAIL),
    ('p', &contact::PHONE),
    ('x', &contact::EXTERNAL_ID),
    ('m', &company::NAME),
    ('k', &company::COMPANY_ID),
];

/// The fields of a resource.
#[derive(Debug)]
pub struct Fields {
    /// The searched resource.
    pub resource: &'static Resource,
    /// Names, types and the places of values; segments have no place.
    pub(super) columns: &'static [(&'static str, Type, Option<Target>)],
    pub(super) standard: &'static [Standard],
    pub(super) aliases: &'static [(&'static str, &'static str)],
    /// Whether `>=` and `<=` are valid.
    pub(crate) inclusive: bool,
    /// Whether every exact operator is valid for times and days, `IN` and `NIN` too.
    pub(crate) exact_times: bool,
}

pub(super) const fn at(column: &'static Column) -> Target {
    Target::Column(column)
}

/// The fields of contacts.
pub static CONTACTS: Fields = Fields {
    resource: &search::CONTACTS,
    columns: &[
        ("id", Type::Id, Some(Target::Id)),
        ("role", Type::Text, Some(at(&contact::ROLE))),
        ("name", Type::Text, Some(at(&contact::NAME))),
        ("owner_id", Type::Integer, Some(at(&contact::OWNER_ID))),
        ("email", Type::Text, Some(at(&contact::EMAIL))),
        ("email_domain", Type::Text, Some(at(&contact::EMAIL_DOMAIN))),
        ("phone", Type::Text, Some(at(&contact::PHONE))),
        ("formatted_phone", Type::Text, Some(at(&contact::FORMATTED_PHONE))),
        ("external_id", Type::Text, Some(at(&contact::EXTERNAL_ID))),
        ("created_at", Type::Datetime, Some(at(&contact::CREATED_AT))),
        ("signed_up_at", Type::Datetime, Some(at(&contact::SIGNED_UP_AT))),
        ("updated_at", Type::Datetime, Some(at(&contact::UPDATED_AT))),
        ("last_seen_at", Type::Datetime, Some(at(&contact::LAST_SEEN_AT))),
        ("last_contacted_at", Type::Datetime, Some(at(&contact::LAST_CONTACTED_AT))),
        ("last_replied_at", Type::Datetime, Some(at(&contact::LAST_REPLIED_AT))),
        ("tag_id", Type::Tag, Some(Target::Link(&contact::TAGS))),
        ("segment_id", Type::Segment, None),
    ],
    standard: STANDARD,
    aliases: ALIASES,
    inclusive: true,
    exact_times: false,
};

/// The fields of companies.
pub static COMPANIES: Fields = Fields {
    resource: &search::COMPANIES,
    columns: &[
        ("company_id", Type::Text, Some(at(&company::COMPANY_ID))),
        ("name", Type::Text, Some(at(&company::NAME))),
        ("created_at", Type::Time, Some(at(&company::CREATED_AT))),
        ("updated_at", Type::Time, Some(at(&company::UPDATED_AT))),
        ("remote_created_at", Type::Time, Some(at(&company::REMOTE_CREATED_AT))),
        ("last_request_at", Type::Time, Some(at(&company::LAST_REQUEST_AT))),
        ("monthly_spend", Type::Integer, Some(at(&company::MONTHLY_SPEND))),
        ("session_count", Type::Integer, Some(at(&company::SESSION_COUNT))),
        ("user_count", Type::Integer, Some(at(&company::USER_COUNT))),
        ("tag_id", Type::Tag, Some(Target::Link(&company::TAGS))),
    ],
    standard: &[],
    aliases: &[],
    inclusive: false,
    exact_times: false,
};

/// The type of a custom attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CustomType {
    /// `string`, with or without options.
    String,
    /// `integer`.
    Integer,
    /// `float`.
    Float,
    /// `boolean`.
    Boolean,
    /// `date`, also named `datetime`: compared by the day.
    Date,
    /// A time, compared by the second.
    Time,
}

impl From<DataType> for CustomType {
    fn from(data_type: DataType) -> Self {
        match data_type {
            DataType::String => CustomType::String,
            DataType::Integer => CustomType::Integer,
            DataType::Float => CustomType::Float,
            DataType::Boolean => CustomType::Boolean,
            DataType::Date => CustomType::Date,
        }
    }
}

/// A custom attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Custom {
    /// Its id, under which `search_values` stores its values.
    pub id: i64,
    /// Its type.
    pub kind: CustomType,
}

impl Fields {
    /// Returns the field with this name.
    pub(crate) fn find(&self, name: &str, custom: &HashMap<String, Custom>) -> Option<Field> {
        let of_tickets = std::ptr::eq(self.resource, &raw const search::TICKETS);
        let prefix = if of_tickets { TICKET_ATTRIBUTE } else { CUSTOM };
        if let Some(attribute) = name.strip_prefix(prefix) {
            return custom.get(attribute).copied().map(custom_field);
        }
        let alias = self.aliases.iter().find(|(alias, _)| *alias == name);
        let name = alias.map_or(name, |(_, name)| name);
        if let Some((_, kind, target)) = self.columns.iter().find(|(known, ..)| *known == name) {
            return Some(Field { kind: *kind, target: *target });
        }
        let standard = self.standard.iter().find(|field| field.name == name)?;
        Some(value(standard.number, standard.kind))
    }
}

fn custom_field(custom: Custom) -> Field {
    let kind = match custom.kind {
        CustomType::String => Type::Text,
        CustomType::Integer => Type::Integer,
        CustomType::Float => Type::Float,
        CustomType::Boolean => Type::Boolean,
        CustomType::Date => Type::Date,
        CustomType::Time => Type::Time,
    };
    value(custom.id, kind)
}

fn value(field: i64, kind: Type) -> Field {
    Field { kind, target: Some(Target::Value { field, text: kind == Type::Text }) }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn numbers_and_names_are_used_once() {
        let numbers: HashSet<i64> = STANDARD.iter().map(|field| field.number).collect();
        let names: HashSet<&str> = STANDARD.iter().map(|field| field.name).collect();
        assert_eq!(numbers.len(), STANDARD.len());
        assert_eq!(names.len(), STANDARD.len());
        assert!(numbers.iter().all(|number| (1..1000).contains(number)));
    }

    #[test]
    fn aliases_lead_to_fields() {
        for (alias, name) in ALIASES {
            let none = HashMap::new();
            assert!(CONTACTS.find(alias, &none).is_some(), "{alias}");
            assert!(CONTACTS.find(name, &none).is_some(), "{name}");
        }
    }
}
