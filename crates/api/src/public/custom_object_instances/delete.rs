//! `DELETE /custom_object_instances/{type}/{id}`, and by `?external_id=` without the id.

use deskwire_domain::custom_objects;
use deskwire_domain::error::Result;

use crate::public::deleted::Deleted;
use crate::reply::Reply;
use crate::request::Request;

/// Deletes an instance by its id.
pub async fn handle(request: Request) -> Result<Reply> {
    let (identifier, id) = (request.param("type").to_owned(), request.param("id").to_owned());
    let gone = request.write(move |cx| custom_objects::delete(cx, &identifier, &id)).await?;
    request.json(&Deleted::new(request.param("type"), gone.to_string()))
}

/// Deletes an instance by its external id.
pub async fn by_external_id(request: Request) -> Result<Reply> {
    let identifier = request.param("type").to_owned();
    let external_id = request.query("external_id").map(std::borrow::Cow::into_owned);
    let deleted = request.write(move |cx| {
        custom_objects::find_type(cx, &identifier)?;
        let external_id = external_id.as_deref().ok_or_else(super::list::external_id_needed)?;
        custom_objects::delete_by_external_id(cx, &identifier, external_id)
    });
    let gone = deleted.await?;
    request.json(&Deleted::new(request.param("type"), gone.to_string()))
}
