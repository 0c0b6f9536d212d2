//! `GET /segments` and `GET /segments/{id}`

use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::ids::SegmentId;
use deskwire_domain::segments::{self, PersonType, Segment};
use deskwire_domain::{Cx, Noun};
use serde::Serialize;

use crate::auth::Scope::{GatherAppData, ReadUsers};
use crate::page::List;
use crate::reply::Reply;
use crate::request::Request;
use crate::routes::Routes;
use crate::versions::Version::V2_7;

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("GET /segments",      &[ReadUsers, GatherAppData], V2_7.., list);
    routes.row("GET /segments/{id}", &[ReadUsers, GatherAppData], V2_7.., retrieve);
}

/// The segments of people, with their numbers of people on request.
async fn list(request: Request) -> Result<Reply> {
    let all = if request.query_flag("include_count", false)? {
        request.search(counted).await?
    } else {
        let all = request.read(segments::list).await?;
        all.into_iter().map(|segment| (segment, None)).collect()
    };
    let views = all.iter().map(|(segment, count)| View::counted(segment, *count)).collect();
    request.json(&List::whole(views).named("segment.list", "segments"))
}

fn counted(cx: &mut Cx) -> Result<Vec<(Segment, Option<i64>)>> {
    let actor = cx.actor();
    let all = segments::list(cx)?;
    // Only callers who may see people learn how many there are.
    if !actor.reads(Noun::People) {
        return Ok(all.into_iter().map(|segment| (segment, None)).collect());
    }
    all.into_iter()
        .map(|segment| {
            let count = segments::count(cx, &segment)?;
            Ok((segment, Some(count)))
        })
        .collect()
}

/// One segment.
async fn retrieve(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::ResourceNotFound)?;
    let segment = request.read(move |cx| segments::find(cx, id)).await?;
    request.json(&View::from(&segment))
}

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
