//! Responses with one conversation.

use deskwire_domain::Cx;
use deskwire_domain::conversations::{self, Changed, Context, Full};
use deskwire_domain::error::Result;

use super::scene::Scene;
use super::view;
use crate::reply::Reply;
use crate::request::Request;

/// Makes a change and responds with the changed conversation.
pub(crate) async fn changed<C: Into<Changed>>(
    request: Request,
    change: impl FnMut(&mut Cx) -> Result<C> + Send + 'static,
) -> Result<Reply> {
    let (full, context) = change_one(&request, change).await?;
    render(&request, &full, &context)
}

/// Makes a change and returns the changed conversation or ticket.
pub(in crate::public) async fn change_one<C: Into<Changed>>(
    request: &Request,
    mut change: impl FnMut(&mut Cx) -> Result<C> + Send + 'static,
) -> Result<(Full, Context)> {
    let written = request.write(move |cx| {
        let changed = change(cx)?;
        conversations::one(cx, changed)
    });
    written.await
}

/// Responds with a conversation.
pub(crate) fn render(request: &Request, full: &Full, context: &Context) -> Result<Reply> {
    request.json(&view::view(full, context, &Scene::of(request))?)
}
