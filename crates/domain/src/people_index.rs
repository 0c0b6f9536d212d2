//! Keeping the search index in step with contacts.

use deskwire_store::Tx;
use deskwire_store::contacts::Contact;
use deskwire_store::data_attributes::DataAttribute;
use deskwire_store::search::{self, Document, SearchValue};
use serde_json::Value;

use crate::actor::Actor;
use crate::attributes::{self, Model};
use crate::error::Result;

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

/// Takes an object out of searches.
pub(crate) fn drop(tx: &mut Tx<'_>, actor: &Actor, id: i64) -> Result<()> {
    Ok(search::unindex_object(tx, actor.workspace(), id)?)
}

fn document(contact: &Contact, known: &[DataAttribute]) -> Document {
    let texts =
        [('e', &contact.email_key), ('n', &contact.name_key), ('p', &contact.phone), ('x', &contact.external_id)];
    Document {
        texts: texts.into_iter().filter_map(|(letter, text)| Some((letter, text.clone()?))).collect(),
        values: custom_values(known, &contact.custom_attributes),
    }
}

/// The values of custom attributes, as searches compare them.
pub(crate) fn custom_values(known: &[DataAttribute], json: &str) -> Vec<SearchValue> {
    let values = attributes::parse(json);
    let value = |a: &DataAttribute| match values.get(&a.name)? {
        Value::String(text) => Some(SearchValue::text(a.id, text)),
        Value::Number(number) => Some(SearchValue::number(a.id, number.as_f64()?)),
        Value::Bool(truth) => Some(SearchValue::number(a.id, f64::from(u8::from(*truth)))),
        _ => None,
    };
    known.iter().filter_map(value).collect()
}
