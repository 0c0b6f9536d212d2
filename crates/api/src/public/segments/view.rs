//! A segment as the API represents it.

use deskwire_domain::ids::SegmentId;
use deskwire_domain::segments::PersonType;
use deskwire_domain::segments::Segment;
use serde::Serialize;

/// A segment.
#[derive(Serialize)]
pub(crate) struct View<'a> {
    r#type: &'static str,
    id: SegmentId,
    name: &'a str,
    created_at: i64,
    updated_at: i64,
    person_type: PersonType,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<i64>,
}

impl<'a> From<&'a Segment> for View<'a> {
    fn from(segment: &'a Segment) -> Self {
        Self::counted(segment, None)
    }
}

impl<'a> View<'a> {
    /// With the number of its members.
    pub(crate) fn counted(segment: &'a Segment, count: Option<i64>) -> Self {
        Self {
            r#type: "segment",
            id: segment.id,
            name: &segment.name,
            created_at: segment.created_at,
            updated_at: segment.updated_at,
            // The API has no third type: segments of companies count as segments of users.
            person_type: match segment.person_type {
                PersonType::Company => PersonType::User,
                of_people => of_people,
            },
            count,
        }
    }
}
