//! `GET /segments`

use deskwire_domain::error::Result;
use deskwire_domain::segments::{self, Segment};
use deskwire_domain::{Cx, Noun};

use super::view::View;
use crate::page::List;
use crate::reply::Reply;
use crate::request::Request;

/// The segments of people, with their numbers of people on request.
pub async fn handle(request: Request) -> Result<Reply> {
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
