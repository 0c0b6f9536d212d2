//! `GET /data_attributes`

use deskwire_domain::attributes::Model;
use deskwire_domain::data_attributes::{self, standard};
use deskwire_domain::error::{Error, Kind, Result};

use super::view::View;
use crate::page::List;
use crate::reply::Reply;
use crate::request::Request;
use crate::versions::gates;

/// The attributes of people and companies: those every workspace has, then its own.
pub async fn handle(request: Request) -> Result<Reply> {
    let models = models(&request)?;
    let archived = request.query_flag("include_archived");
    let custom = request.read(move |tx, actor| data_attributes::custom(tx, actor, archived)).await?;
    let mut views = Vec::new();
    for model in models {
        views.extend(standard(model).iter().map(|s| View::standard(model, s)));
        let own = custom.iter().filter(|a| a.model == model.as_str());
        views.extend(own.map(View::custom).collect::<Result<Vec<_>>>()?);
    }
    request.json(&List::whole(views))
}

/// The models asked for. Conversations have attributes of their own since 2.16; before there are none to show.
fn models(request: &Request) -> Result<Vec<Model>> {
    match request.query("model").as_deref() {
        None => Ok(vec![Model::Contact, Model::Company]),
        Some("conversation") if gates::conversation_attributes_apart(request.version()) => Err(Error::new(
            Kind::Unprocessable,
            "model=conversation is no longer supported. Use GET /conversations/attributes instead",
        )),
        Some("conversation") => Ok(Vec::new()),
        Some(name) => Ok(vec![data_attributes::model(name).ok_or_else(data_attributes::bad_model)?]),
    }
}
