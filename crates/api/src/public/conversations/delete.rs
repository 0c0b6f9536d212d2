//! `DELETE /conversations/{id}`

use deskwire_domain::conversations;
use deskwire_domain::error::Result;

use super::input::id;
use crate::auth::Scope;
use crate::public::deleted::Deleted;
use crate::reply::Reply;
use crate::request::Request;
use crate::versions::Feature;

/// Deletes a conversation for good. Its statistics stay unless the caller, who needs a scope for it, says otherwise.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = id(&request)?;
    let retain = !request.version().has(Feature::MetricsDeletion) || request.query_flag("retain_metrics", true)?;
    if !retain && !request.caller().scopes().has(Scope::DeleteConversationsAndMetrics) {
        return Err(Scope::DeleteConversationsAndMetrics.missing());
    }
    request.write(move |cx| conversations::delete(cx, id, retain)).await?;
    request.json(&Deleted::new("conversation", id.to_string()))
}
