//! An audience as the API represents it.

use deskwire_domain::audiences::Audience;
use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::AudienceId;
use serde::Serialize;
use serde_json::value::RawValue;

/// An audience.
#[derive(Serialize)]
pub(crate) struct View<'a> {
    r#type: &'static str,
    id: AudienceId,
    name: &'a str,
    predicates: &'a RawValue,
    role_predicates: &'a RawValue,
    created_at: i64,
    updated_at: i64,
}

impl<'a> View<'a> {
    pub(crate) fn new(audience: &'a Audience) -> Result<Self> {
        let predicates = |json: &'a str| serde_json::from_str(json).map_err(Error::internal);
        Ok(Self {
            r#type: "audience",
            id: audience.id,
            name: &audience.name,
            predicates: predicates(&audience.predicates)?,
            role_predicates: predicates(&audience.role_predicates)?,
            created_at: audience.created_at,
            updated_at: audience.updated_at,
        })
    }
}
