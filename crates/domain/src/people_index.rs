//! Keeping the search index in step with contacts.

use deskwire_store::Tx;
use deskwire_store::companies::Company;
use deskwire_store::contacts::Contact;
use deskwire_store::data_attributes::DataAttribute;
use deskwire_store::search::{self, Document, SearchValue};
use serde_json::{Value, json};

use crate::actor::Actor;
use crate::attributes::{self, Model};
use crate::error::Result;
use crate::search::fields::{STANDARD, Source};

/// Makes a contact's change known to searches; `before` is what they know of it, if anything.
pub(crate) fn put_contact(tx: &mut Tx<'_>, actor: &Actor, before: Option<&Contact>, contact: &Contact) -> Result<()> {
    let plain = |c: &Contact| c.custom_attributes == "{}";
    let known = if plain(contact) && before.is_none_or(plain) {
        Vec::new()
    } else {
        attributes::with_archived(tx, actor, Model::Contact)?
    };
    let new = document(contact, &known);
    match before {
        Some(before) => {
            search::reindex_object(tx, actor.workspace(), contact.id, &document(before, &known), &new)?;
        }
        None => search::index_object(tx, actor.workspace(), contact.id, &new)?,
    }
    Ok(())
}

/// The same for a company.
pub(crate) fn put_company(tx: &mut Tx<'_>, actor: &Actor, before: Option<&Company>, company: &Company) -> Result<()> {
    let plain = |c: &Company| c.custom_attributes == "{}";
    let known = if plain(company) && before.is_none_or(plain) {
        Vec::new()
    } else {
        attributes::with_archived(tx, actor, Model::Company)?
    };
    let document = |c: &Company| {
        let texts = [('k', Some(&c.company_id)), ('m', c.name_key.as_ref())];
        Document {
            texts: texts.into_iter().filter_map(|(letter, text)| Some((letter, text?.clone()))).collect(),
            values: custom_values(&known, &c.custom_attributes),
        }
    };
    let new = document(company);
    match before {
        Some(before) => {
            search::reindex_object(tx, actor.workspace(), company.id, &document(before), &new)?;
        }
        None => search::index_object(tx, actor.workspace(), company.id, &new)?,
    }
    Ok(())
}

/// Takes an object out of searches.
pub(crate) fn drop(tx: &mut Tx<'_>, actor: &Actor, id: i64) -> Result<()> {
    Ok(search::unindex_object(tx, actor.workspace(), id)?)
}

fn document(contact: &Contact, known: &[DataAttribute]) -> Document {
    let texts =
        [('e', &contact.email_key), ('n', &contact.name_key), ('p', &contact.phone), ('x', &contact.external_id)];
    Document {
        texts: texts.into_iter().filter_map(|(letter, text)| Some((letter, text.clone()?))).collect(),
        values: standard_values(contact).chain(custom_values(known, &contact.custom_attributes)).collect(),
    }
}

/// The standard fields that have no column for searching.
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

/// The values of custom attributes, as searches compare them.
pub(crate) fn custom_values(known: &[DataAttribute], json: &str) -> Vec<SearchValue> {
    let values = attributes::parse(json);
    known.iter().filter_map(|a| search_value(a.id, values.get(&a.name)?)).collect()
}

/// A value as searches compare it: a folded text, or a number.
fn search_value(field: i64, value: &Value) -> Option<SearchValue> {
    match value {
        Value::String(text) => Some(SearchValue::text(field, text)),
        Value::Number(number) => Some(SearchValue::number(field, number.as_f64()?)),
        Value::Bool(truth) => Some(SearchValue::number(field, f64::from(u8::from(*truth)))),
        _ => None,
    }
}
