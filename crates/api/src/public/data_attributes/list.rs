//! `GET /data_attributes`

use deskwire_domain::attributes::Model;
use deskwire_domain::conversation_attributes;
use deskwire_domain::data_attributes::{self, standard};
use deskwire_domain::error::{Error, ErrorKind, Result};

use super::view::View;
use crate::page::List;
use crate::reply::Reply;
use crate::request::Request;
use crate::versions::Feature;

/// The attributes of people and companies: the standard ones, then the custom ones. Versions without operations for the
/// attributes of conversations list those here as well.
pub async fn handle(request: Request) -> Result<Reply> {
    let (models, conversations) = models(&request)?;
    let archived = request.query_flag("include_archived", false)?;
    let read = request.read(move |cx| {
        let of_conversations = if conversations { conversation_attributes::list(cx, archived)? } else { Vec::new() };
        Ok((data_attributes::custom(cx, archived)?, of_conversations))
    });
    let (custom, of_conversations) = read.await?;
    let mut views = Vec::new();
    for model in models {
        views.extend(standard(model).iter().map(|s| View::standard(model, s)));
        let own = custom.iter().filter(|a| a.model == model);
        views.extend(own.map(View::custom).collect::<Result<Vec<_>>>()?);
    }
    views.extend(of_conversations.iter().map(View::conversation).collect::<Result<Vec<_>>>()?);
    request.json(&List::whole(views))
}

/// The requested models, and whether to list attributes of conversations: only if the request names them, and since
/// 2.16 never.
fn models(request: &Request) -> Result<(Vec<Model>, bool)> {
    match request.query("model").as_deref() {
        None => Ok((vec![Model::Contact, Model::Company], false)),
        Some("conversation") if request.version().has(Feature::ConversationAttributes) => Err(Error::new(
            ErrorKind::Unprocessable,
            "model=conversation is no longer supported. Use GET /conversations/attributes instead",
        )),
        Some("conversation") => Ok((Vec::new(), true)),
        Some(name) => Ok((vec![Model::parse(name).ok_or_else(data_attributes::bad_model)?], false)),
    }
}
