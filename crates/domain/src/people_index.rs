//! Updating the search index of contacts and companies.

use deskwire_store::companies::Company;
use deskwire_store::contacts::Contact;
use deskwire_store::data_attributes::DataAttribute;
use deskwire_store::search::{self, Document, SearchValue};
use serde_json::{Value, json};

use crate::Cx;
use crate::attributes::{self, Known, Model};
use crate::error::Result;
use crate::ids::Id;
use crate::search::fields::{STANDARD, Source};

/// Indexes a changed contact. `before` is the state that is indexed, if any.
pub(crate) fn put_contact(cx: &mut Cx, before: Option<&Contact>, contact: &Contact) -> Result<()> {
    put_contact_with(cx, before, contact, &mut Known::new(Model::Contact))
}

/// Like [`put_contact`], for callers who may have read the attributes already.
pub(crate) fn put_contact_with(
    cx: &mut Cx,
    before: Option<&Contact>,
    contact: &Contact,
    known: &mut Known,
) -> Result<()> {
    put(cx, known, contact.id, before, contact, |c| &c.custom_attributes, of_contact)
}

/// Indexes a changed company, like [`put_contact_with`].
pub(crate) fn put_company(cx: &mut Cx, before: Option<&Company>, company: &Company, known: &mut Known) -> Result<()> {
    put(cx, known, company.id, before, company, |c| &c.custom_attributes, of_company)
}

/// Indexes a contact or company. Reads the attributes only if one is set.
fn put<T>(
    cx: &mut Cx,
    known: &mut Known,
    id: impl Id,
    before: Option<&T>,
    after: &T,
    custom: fn(&T) -> &String,
    document: fn(&T, &[DataAttribute]) -> Document,
) -> Result<()> {
    let plain = |object: &T| custom(object) == "{}";
    let known = if plain(after) && before.is_none_or(plain) { &[] } else { known.all(cx)? };
    let new = document(after, known);
    match before {
        Some(before) => search::reindex_object(cx, id.number(), &document(before, known), &new)?,
        None => search::index_object(cx, id.number(), &new)?,
    }
    Ok(())
}

/// Removes an object from the search index.
pub(crate) fn remove(cx: &mut Cx, id: impl Id) -> Result<()> {
    Ok(search::unindex_object(cx, id.number())?)
}

fn of_contact(contact: &Contact, known: &[DataAttribute]) -> Document {
    let texts =
        [('e', &contact.email_key), ('n', &contact.name_key), ('p', &contact.phone), ('x', &contact.external_id)];
    Document {
        texts: texts.into_iter().filter_map(|(letter, text)| Some((letter, text.clone()?))).collect(),
        words: Vec::new(),
        values: standard_values(contact).chain(custom_values(known, &contact.custom_attributes)).collect(),
    }
}

fn of_company(company: &Company, known: &[DataAttribute]) -> Document {
    let texts = [('k', Some(&company.company_id)), ('m', company.name_key.as_ref())];
    Document {
        texts: texts.into_iter().filter_map(|(letter, text)| Some((letter, text?.clone()))).collect(),
        words: Vec::new(),
        values: custom_values(known, &company.custom_attributes),
    }
}

/// Returns the values of the standard fields that searches cannot read from a column.
fn standard_values(contact: &Contact) -> impl Iterator<Item = SearchValue> {
    let details = attributes::parse(&contact.details);
    let columns = [
        ("avatar", json!(contact.avatar)),
        ("language_override", json!(contact.language_override)),
        ("unsubscribed_from_emails", json!(contact.unsubscribed_from_emails)),
        ("marked_email_as_spam", json!(contact.marked_email_as_spam)),
        ("has_hard_bounced", json!(contact.has_hard_bounced)),
        ("last_email_opened_at", json!(contact.last_email_opened_at)),
        ("last_email_clicked_at", json!(contact.last_email_clicked_at)),
    ];
    STANDARD.iter().filter_map(move |field| {
        let value = match field.source {
            Source::Column(name) => columns.iter().find(|(n, _)| *n == name).map(|(_, v)| v)?,
            Source::Detail(path) => match path.split_once('.') {
                Some((outer, inner)) => details.get(outer)?.get(inner)?,
                None => details.get(path)?,
            },
        };
        search_value(field.number, value).filter(|_| *value != Value::Bool(false))
    })
}

/// Returns the values of custom attributes in the form that searches compare.
pub(crate) fn custom_values(known: &[DataAttribute], json: &str) -> Vec<SearchValue> {
    let values = attributes::parse(json);
    known.iter().filter_map(|a| search_value(a.id.number(), values.get(&a.name)?)).collect()
}

/// Returns a value in the form that searches compare: a folded text or a number.
fn search_value(field: i64, value: &Value) -> Option<SearchValue> {
    match value {
        Value::String(text) => Some(SearchValue::text(field, text)),
        Value::Number(number) => Some(SearchValue::number(field, number.as_f64()?)),
        Value::Bool(truth) => Some(SearchValue::number(field, f64::from(u8::from(*truth)))),
        _ => None,
    }
}
