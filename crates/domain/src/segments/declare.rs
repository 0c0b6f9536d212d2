//! Segments as a workspace file declares them, and the default segments of every workspace.

use deskwire_store::{WorkspaceTx, segments as store};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::members;
use super::{PersonType, Segment, query};
use crate::error::{Error, Result};
use crate::search::Query;
use crate::{Cx, Removed, names};

/// A segment as a workspace file declares it.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// Its name, unique among segments of its kind.
    pub name: String,
    /// `user`, `contact` (leads) or `company`.
    #[serde(default = "user")]
    pub person_type: String,
    /// A search query; `days_ago` may stand for the value of a time.
    pub query: Value,
}

fn user() -> String {
    "user".to_owned()
}

/// Creates or changes the segment as declared. Returns whether anything changed.
pub fn declare(cx: &mut Cx, declared: &Declared) -> Result<bool> {
    let person_type = check(cx, declared)?;
    let found = store::lock_by_name(cx, person_type, &declared.name)?;
    let now = cx.now();
    match found {
        Some(segment) if query::json(&segment) == declared.query => Ok(false),
        Some(before) => {
            let after = Segment { query: declared.query.to_string(), updated_at: now, ..before.clone() };
            store::update(cx, &before, &after)?;
            Ok(true)
        }
        None => {
            insert(cx, &declared.name, person_type, &declared.query)?;
            Ok(true)
        }
    }
}

/// All segments as a workspace file would declare them.
pub fn declared(cx: &mut Cx) -> Result<Vec<Declared>> {
    let declared =
        |s: Segment| Declared { query: query::json(&s), name: s.name, person_type: s.person_type.to_string() };
    Ok(store::all(cx)?.into_iter().map(declared).collect())
}

fn check(cx: &mut Cx, declared: &Declared) -> Result<PersonType> {
    names::checked("name", &declared.name)?;
    let person_type = PersonType::parse(&declared.person_type)
        .ok_or_else(|| Error::invalid("person_type must be 'user', 'contact' or 'company'").field("person_type"))?;
    let query = Query::read(declared.query.clone());
    if query.names("segment_id") {
        return Err(Error::invalid("A segment cannot ask for a segment").field("query"));
    }
    members::compile(cx, &[(person_type, &query)])?.swap_remove(0)?;
    Ok(person_type)
}

/// Removes the segments whose person type and name are not among these.
pub fn prune(cx: &mut Cx, keep: &[(&str, &str)]) -> Result<Vec<Removed>> {
    let mut removed = Vec::new();
    for segment in store::all(cx)? {
        if !keep.contains(&(segment.person_type.as_str(), segment.name.as_str())) {
            let kind = if segment.person_type == PersonType::Company { "company" } else { "contact" };
            let uses = vec![(kind, members::count(cx, &segment)?)];
            store::delete(cx, segment.id)?;
            removed.push(Removed { name: segment.name, uses });
        }
    }
    Ok(removed)
}

/// Creates the default segments of a new workspace.
pub fn predefined(tx: &mut WorkspaceTx) -> Result<()> {
    let within = |field: &str, days: i64| json!({"field": field, "operator": ">", "days_ago": days});
    let before = |field: &str, days: i64| json!({"field": field, "operator": "<", "days_ago": days});
    let slipping = json!({"operator": "AND", "value": [within("last_seen_at", 60), before("last_seen_at", 30)]});
    let segments =
        [("Active", within("last_seen_at", 30)), ("New", within("created_at", 30)), ("Slipping Away", slipping)];
    for (name, query) in segments {
        insert(tx, name, PersonType::User, &query)?;
    }
    Ok(())
}

fn insert(tx: &mut WorkspaceTx, name: &str, person_type: PersonType, query: &Value) -> Result<()> {
    let segment = Segment {
        id: tx.mint(),
        name: name.to_owned(),
        person_type,
        query: query.to_string(),
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    Ok(store::insert(tx, &segment)?)
}
