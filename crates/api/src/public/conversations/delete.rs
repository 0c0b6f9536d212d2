//! `DELETE /conversations/{id}`

use deskwire_domain::conversations;
use deskwire_domain::error::Result;

use super::input::id;
use crate::auth::Scope;
use crate::public::deleted::Deleted;
use crate::reply::Reply;
use crate::request::Request;
use crate::versions::Feature;

/// Deletes a conversation permanently. Its statistics are kept unless the request says otherwise, which requires a
/// scope.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = id(&request)?;
    let retain = !request.version().has(Feature::MetricsDeletion) || request.query_flag("retain_metrics", true)?;
    if !retain && !request.caller().scopes().has(Scope::DeleteConversationsAndMetrics) {
        return Err(Scope::DeleteConversationsAndMetrics.missing());
    }
    request.write(move |cx| conversations::delete(cx, id, retain)).await?;
    request.json(&Deleted::new("conversation", id.to_string()))
}
