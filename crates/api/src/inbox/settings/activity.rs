//! `GET /app/v1/settings/activity`: the activity log of the workspace.

use deskwire_domain::activity::{self as verbs, ActivityLog, Area, Wanted};
use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::AdminId;
use deskwire_domain::{Noun, Principal};
use serde_json::{Map, Value};

use crate::inbox::request::Request;
use crate::inbox::rows::{Needs, Rows};
use crate::inbox::types::{ActivityEntries, ActivityEntry};
use crate::reply::Reply;

pub(super) fn rows(rows: &mut Rows) {
    rows.row("GET /app/v1/settings/activity", Needs::write(Noun::Admins), list);
}

/// A window of the entries, newest first.
async fn list(request: Request) -> Result<Reply> {
    let unknown = |field: &'static str| Error::invalid(format!("{field} is unknown")).field(field);
    let admin = request.query("admin_id").map(|id| AdminId::parse(&id).ok_or_else(|| unknown("admin_id")));
    let area = request.query("area").map(|name| Area::parse(&name).ok_or_else(|| unknown("area")));
    let wanted = Wanted {
        admin: admin.transpose()?,
        area: area.transpose()?,
        from: request.query_integer("from")?,
        until: request.query_integer("until")?,
        after: request.query("after").map(std::borrow::Cow::into_owned),
        limit: request.row_limit()?,
    };
    request
        .search(move |cx| {
            let (rows, next) = verbs::search(cx, &wanted)?;
            Ok(ActivityEntries { items: rows.into_iter().map(view).collect::<Result<_>>()?, next })
        })
        .await
}

fn view(row: ActivityLog) -> Result<ActivityEntry> {
    let admin = Principal::of(row.actor_type, row.actor_id).and_then(Principal::admin_id);
    let metadata: Map<String, Value> = serde_json::from_str(&row.metadata).map_err(Error::internal)?;
    Ok(ActivityEntry {
        id: row.uuid,
        at: row.created_at,
        area: verbs::area(&row.activity_type).as_str(),
        kind: row.activity_type,
        text: row.activity_description,
        admin_id: admin,
        email: row.admin_email,
        ip: row.ip,
        metadata,
    })
}
