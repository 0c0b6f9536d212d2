//! Audiences as a workspace file declares them. Their predicates use the names of tags and segments, because ids differ
//! between workspaces.

use std::collections::HashSet;

use deskwire_store::segments::{self as segment_rows, PersonType};
use deskwire_store::{audiences as store, tags as tag_rows};
use serde::{Deserialize, Serialize};

use super::{Audience, Input, Predicate, create, predicates, update};
use crate::Cx;
use crate::error::{Error, Result};
use crate::ids::{SegmentId, TagId};

/// An audience in a workspace file.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// Its name, which identifies it.
    pub name: String,
    /// The predicates that all members match. The value of a `tag_id` or a `segment_id` is a name.
    #[serde(default)]
    pub predicates: Vec<Condition>,
    /// The roles that members have.
    #[serde(default)]
    pub roles: Vec<Condition>,
}

/// A predicate in a workspace file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// A field of contacts, or of companies after `company.`, as searches name them; `role` of roles.
    #[serde(default = "role")]
    pub attribute: String,
    /// How its value is compared.
    #[serde(default = "eq")]
    pub comparison: String,
    /// The value that it is compared with.
    #[serde(default)]
    pub value: String,
}

fn role() -> String {
    "role".to_owned()
}

fn eq() -> String {
    "eq".to_owned()
}

/// An attribute whose value is the id of a tag or of a segment, of contacts or companies.
enum Reference {
    Tag,
    Segment(&'static [PersonType]),
}

impl Reference {
    fn of(attribute: &str) -> Option<Self> {
        match attribute {
            "tag_id" | "company.tag_id" => Some(Reference::Tag),
            "segment_id" => Some(Reference::Segment(&[PersonType::User, PersonType::Contact])),
            "company.segment_id" => Some(Reference::Segment(&[PersonType::Company])),
            _ => None,
        }
    }

    /// The id of the object with this name.
    fn id(&self, cx: &mut Cx, name: &str) -> Result<String> {
        let unknown = |kind| Error::invalid(format!("there is no {kind} {name:?}")).field("predicates");
        match self {
            Reference::Tag => {
                let tag = tag_rows::all(cx)?.into_iter().find(|tag| tag.name == name);
                Ok(tag.ok_or_else(|| unknown("tag"))?.id.to_string())
            }
            Reference::Segment(kinds) => {
                let mut segments = segment_rows::all(cx)?.into_iter();
                let found = segments.find(|segment| kinds.contains(&segment.person_type) && segment.name == name);
                Ok(found.ok_or_else(|| unknown("segment"))?.id.to_string())
            }
        }
    }

    /// The name of the object with this id. An id that no longer exists is returned unchanged.
    fn name(&self, cx: &mut Cx, id: &str) -> Result<String> {
        let name = match self {
            Reference::Tag => match TagId::parse(id) {
                Some(id) => tag_rows::get(cx, id)?.map(|tag| tag.name),
                None => None,
            },
            Reference::Segment(_) => match SegmentId::parse(id) {
                Some(id) => segment_rows::get(cx, id)?.map(|segment| segment.name),
                None => None,
            },
        };
        Ok(name.unwrap_or_else(|| id.to_owned()))
    }
}

/// Creates or changes an audience. Returns whether anything changed.
pub fn declare(cx: &mut Cx, declared: &Declared) -> Result<bool> {
    let input = Input {
        name: Some(Some(declared.name.trim().to_owned())),
        predicates: Some(read(cx, &declared.predicates)?),
        role_predicates: Some(read(cx, &declared.roles)?),
    };
    let mut same = store::all(cx)?;
    same.retain(|audience| audience.name == declared.name.trim());
    let Some(before) = same.first() else { return create(cx, &input).map(|_| true) };
    Ok(update(cx, before.id, &input)? != *before)
}

fn read(cx: &mut Cx, conditions: &[Condition]) -> Result<Vec<Predicate>> {
    let mut all = Vec::with_capacity(conditions.len());
    for Condition { attribute, comparison, value } in conditions {
        let value = match Reference::of(attribute).filter(|_| !matches!(&**comparison, "known" | "unknown")) {
            Some(reference) => reference.id(cx, value)?,
            None => value.clone(),
        };
        let (attribute, comparison) = (attribute.clone(), comparison.clone());
        all.push(Predicate { attribute, comparison, value, ..Predicate::default() });
    }
    Ok(all)
}

/// All audiences as a workspace file would declare them. Of several with the same name, the oldest.
pub fn declared(cx: &mut Cx) -> Result<Vec<Declared>> {
    let mut names = HashSet::new();
    let mut all = Vec::new();
    for Audience { name, predicates, role_predicates, .. } in store::all(cx)? {
        if names.insert(name.clone()) {
            let (predicates, roles) = (conditions(cx, &predicates)?, conditions(cx, &role_predicates)?);
            all.push(Declared { name, predicates, roles });
        }
    }
    Ok(all)
}

/// The audiences that [`declared`] omits because an older one has the same name.
pub fn undeclared(cx: &mut Cx) -> Result<Vec<Audience>> {
    let mut names = HashSet::new();
    Ok(store::all(cx)?.into_iter().filter(|audience| !names.insert(audience.name.clone())).collect())
}

fn conditions(cx: &mut Cx, stored: &str) -> Result<Vec<Condition>> {
    let mut all = Vec::new();
    for Predicate { attribute, comparison, value, .. } in predicates::read(stored)? {
        let value = match Reference::of(&attribute).filter(|_| !value.is_empty()) {
            Some(reference) => reference.name(cx, &value)?,
            None => value,
        };
        all.push(Condition { attribute, comparison, value });
    }
    Ok(all)
}
