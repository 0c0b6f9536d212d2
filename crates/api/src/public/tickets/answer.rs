//! Answers that are one ticket.

use deskwire_domain::Cx;
use deskwire_domain::conversations::{Changed, Context, Full};
use deskwire_domain::error::Result;

use super::view;
use crate::public::conversations::answer::change_one;
use crate::public::conversations::scene::Scene;
use crate::reply::Reply;
use crate::request::Request;

/// Makes a change and responds with the changed ticket.
pub(crate) async fn changed<C: Into<Changed>>(
    request: Request,
    change: impl FnMut(&mut Cx) -> Result<C> + Send + 'static,
) -> Result<Reply> {
    let (full, context) = change_one(&request, change).await?;
    render(&request, &full, &context)
}

/// Responds with a ticket.
pub(crate) fn render(request: &Request, full: &Full, context: &Context) -> Result<Reply> {
    request.json(&view::view(full, context, &Scene::of(request)))
}
