//! A new data attribute.

use deskwire_store::counters::{self, Counter};
use deskwire_store::data_attributes::{self as store, DataAttribute, DataType};
use deskwire_store::workspaces;

use super::{bad_model, standard, stored};
use crate::Cx;
use crate::attributes::Model;
use crate::custom_objects;
use crate::error::{Error, ErrorKind, Result};
use crate::names;

/// The maximum number of live attributes per model.
const MAX: i64 = 250;
/// The maximum length of a name, in characters.
const MAX_LENGTH: usize = 190;

/// A new data attribute.
#[derive(Debug, Clone, Default)]
pub struct New {
    /// `contact` or `company`.
    pub model: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Its description.
    pub description: Option<String>,
    /// `string`, `integer`, `float`, `boolean`, `date` (also `datetime`) or `options`.
    pub data_type: Option<String>,
    /// The options of a list.
    pub options: Option<Vec<String>>,
    /// Whether the messenger may write it.
    pub messenger_writable: bool,
}

/// Creates a data attribute.
pub fn create(cx: &mut Cx, new: &New) -> Result<DataAttribute> {
    let actor = cx.actor();
    let model = new.model.as_deref().and_then(Model::parse).ok_or_else(bad_model)?;
    let name = checked(new.name.as_deref())?;
    if standard(model).iter().any(|s| s.full_name.eq_ignore_ascii_case(name)) {
        return Err(Error::invalid(format!(
            "'{name}' is one of our standard attributes for your {of} data. To save this as new {of} data, use a different name.",
            of = word(model)
        ))
        .field("name"));
    }
    // Serializes the creation of attributes in a workspace, those of custom objects too, so that names and the limit hold.
    workspaces::lock(cx)?;
    if let Some(taken) = store::by_name(cx, name)? {
        return Err(name_taken(&taken, model));
    }
    // Contacts show related custom objects among their attributes.
    if model == Model::Contact {
        let relations = custom_objects::relations(cx, custom_objects::ObjectKind::Contact)?;
        if relations.iter().any(|r| r.name == name) {
            return Err(Error::invalid(format!("Contacts show custom objects as '{name}': use a different name."))
                .field("name"));
        }
    }
    let (data_type, options) = typed(new.data_type.as_deref(), new.options.as_deref())?;
    if is_full(cx, model)? {
        return Err(full(model));
    }
    let now = cx.now();
    let attribute = DataAttribute {
        id: counters::next(cx, Counter::Attribute)?,
        model,
        name: name.to_owned(),
        description: new.description.clone().filter(|d| !d.is_empty()),
        data_type,
        options,
        messenger_writable: new.messenger_writable,
        archived: false,
        admin_id: actor.admin_id(),
        created_at: now,
        updated_at: now,
    };
    if !store::insert_new(cx, &attribute)? {
        return Err(cx.collided("data_attributes").into());
    }
    Ok(attribute)
}

/// The error for a model that has the maximum number of attributes.
pub(super) fn full(model: Model) -> Error {
    let message = format!("You can have at most {MAX} {} data attributes", word(model));
    Error::new(ErrorKind::AttributeLimit, message)
}

/// Whether a model has the maximum number of attributes. The workspace is locked, so that the limit holds.
pub(super) fn is_full(cx: &mut Cx, model: Model) -> Result<bool> {
    Ok(store::count_live(cx, model)? >= MAX)
}

/// Validates the name of an attribute.
pub(crate) fn checked(name: Option<&str>) -> Result<&str> {
    let name = name.map_or("", str::trim);
    if name.is_empty() {
        return Err(Error::missing("name is required").field("name"));
    }
    names::at_most("name", name, MAX_LENGTH)?;
    let plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_') || is_currency(c);
    if !name.chars().all(plain) {
        return Err(Error::invalid(
            "Your name for this attribute must only contain alphanumeric characters, currency symbols, and hyphens",
        )
        .field("name"));
    }
    Ok(name)
}

fn is_currency(c: char) -> bool {
    matches!(c, '$' | '\u{a2}'..='\u{a5}' | '\u{58f}' | '\u{60b}' | '\u{e3f}' | '\u{20a0}'..='\u{20cf}')
}

fn name_taken(taken: &DataAttribute, model: Model) -> Error {
    Error::invalid(format!(
        "You already have '{}' in your {} data. To save this as new {} data, use a different name.",
        taken.name,
        word(taken.model),
        word(model)
    ))
    .field("name")
}

/// The name of a model's data in messages.
const fn word(model: Model) -> &'static str {
    match model {
        Model::Company => "company",
        Model::Contact => "people",
    }
}

/// The type and the options as they are stored. Lists are texts with options.
fn typed(data_type: Option<&str>, options: Option<&[String]>) -> Result<(DataType, Option<String>)> {
    let given = options.filter(|o| !o.is_empty());
    let plain = match data_type {
        Some("options" | "list") => return Ok((DataType::String, Some(stored(given.unwrap_or_default())?))),
        Some("string") => return Ok((DataType::String, given.map(stored).transpose()?)),
        Some("integer") => DataType::Integer,
        Some("float") => DataType::Float,
        Some("boolean") => DataType::Boolean,
        Some("date" | "datetime") => DataType::Date,
        _ => return Err(Error::invalid("Data Type isn't an option").field("data_type")),
    };
    if given.is_some() {
        return Err(Error::invalid("Only a list type data attribute has options").field("options"));
    }
    Ok((plain, None))
}
