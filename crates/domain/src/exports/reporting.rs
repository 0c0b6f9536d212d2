//! Exports of reporting data: selected attributes of a dataset.

use deskwire_store::reporting::{Attribute, DATASETS, Dataset, Selection, Shows};
use serde_json::json;

use super::{Export, ExportKind, insert, new};
use crate::Cx;
use crate::actor::{Actor, Noun};
use crate::error::{Error, ErrorKind, Result};

/// The maximum number of pending exports per workspace.
const MAX_PENDING: i64 = 5;
/// The maximum number of attributes per export.
const ATTRIBUTES: usize = 200;
/// How many unknown attributes an error lists, and how many bytes of each.
const NAMED: usize = 10;
const SHOWN: usize = 100;

/// A requested export.
#[derive(Debug, Clone)]
pub struct Request {
    /// The dataset.
    pub dataset_id: String,
    /// Its attributes, by their ids or qualified ids.
    pub attribute_ids: Vec<String>,
    /// The first second of the period.
    pub start_time: i64,
    /// The last second of the period.
    pub end_time: i64,
    /// Whether to omit conversations without a message from a contact.
    pub is_narrow: bool,
}

/// The datasets, each with the attributes that the actor may export. Attributes that are more than statistics require a
/// permission.
pub fn datasets(actor: &Actor) -> Vec<(&'static Dataset, Vec<&'static Attribute>)> {
    let offered = |dataset: &'static Dataset| {
        let attributes = dataset.attributes.iter();
        (dataset, attributes.filter(|attribute| may_export(actor, attribute)).collect())
    };
    DATASETS.iter().map(offered).collect()
}

fn may_export(actor: &Actor, attribute: &Attribute) -> bool {
    attribute.shows.is_none_or(|shows| {
        actor.reads(match shows {
            Shows::People => Noun::People,
            Shows::Conversations => Noun::Conversations,
            Shows::Tickets => Noun::Tickets,
            Shows::Tags => Noun::Tags,
            Shows::Admins => Noun::Admins,
        })
    })
}

/// Whether the actor may export every attribute of an export, which another actor may have requested.
pub(super) fn may_read(actor: &Actor, export: &Export) -> bool {
    let Some(dataset) = export.dataset.as_deref().and_then(dataset) else { return true };
    let ids = export.attributes.as_deref().and_then(|json| serde_json::from_str::<Vec<String>>(json).ok());
    ids.unwrap_or_default()
        .iter()
        .all(|id| attribute(dataset, id).is_some_and(|attribute| may_export(actor, attribute)))
}

/// Enqueues an export of a dataset.
pub fn enqueue(cx: &mut Cx, request: &Request, ip: Option<&str>) -> Result<Export> {
    if request.attribute_ids.is_empty() {
        return Err(bad("attribute_ids must contain at least one attribute_id"));
    }
    if request.attribute_ids.len() > ATTRIBUTES {
        return Err(bad(format!("attribute_ids must not contain more than {ATTRIBUTES} attribute_ids")));
    }
    let dataset = dataset(&request.dataset_id)
        .ok_or_else(|| bad(format!("{} is not a valid dataset_id", shortened(&request.dataset_id))))?;
    let actor = cx.actor();
    let known = |id: &&String| attribute(dataset, id).is_some_and(|attribute| may_export(actor, attribute));
    let unknown: Vec<&str> =
        request.attribute_ids.iter().filter(|id| !known(id)).map(|id| shortened(id)).take(NAMED).collect();
    if !unknown.is_empty() {
        return Err(bad(format!("attribute_ids invalid for {} dataset: {}", dataset.id, unknown.join(", "))));
    }
    if request.start_time > request.end_time {
        return Err(bad("start_time must not be later than end_time"));
    }
    let mut export = new(cx, ExportKind::ReportingData, request.start_time, request.end_time);
    export.dataset = Some(dataset.id.to_owned());
    export.attributes = Some(json!(request.attribute_ids).to_string());
    export.is_narrow = request.is_narrow;
    insert(cx, export, MAX_PENDING, "reporting dataset export jobs", ip)
}

/// The selection of an export, and the names of its columns as the request spelled them.
pub(super) fn selection(export: &Export) -> Result<(Selection, Vec<String>)> {
    let not_available = || Error::internal("an export of what this release does not have");
    let dataset = export.dataset.as_deref().and_then(dataset).ok_or_else(not_available)?;
    let names: Vec<String> =
        serde_json::from_str(export.attributes.as_deref().unwrap_or("[]")).map_err(Error::internal)?;
    let attributes = names.iter().map(|id| attribute(dataset, id).ok_or_else(not_available)).collect::<Result<_>>()?;
    Ok((Selection { dataset, attributes, is_narrow: export.is_narrow }, names))
}

fn dataset(id: &str) -> Option<&'static Dataset> {
    DATASETS.iter().find(|dataset| dataset.id == id)
}

fn attribute(dataset: &'static Dataset, id: &str) -> Option<&'static Attribute> {
    let (prefix, plain) = id.split_once('.').map_or((None, id), |(prefix, plain)| (Some(prefix), plain));
    let named =
        |attribute: &&Attribute| attribute.id == plain && prefix.is_none_or(|prefix| attribute.prefix == prefix);
    dataset.attributes.iter().find(named)
}

/// The beginning of a text.
fn shortened(text: &str) -> &str {
    text.char_indices().nth(SHOWN).map_or(text, |(end, _)| &text[..end])
}

fn bad(message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::BadRequest, message)
}
