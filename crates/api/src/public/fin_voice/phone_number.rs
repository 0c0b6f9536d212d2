//! `GET /fin_voice/phone_number/{phone_number}`

use deskwire_domain::Phone;
use deskwire_domain::calls::Registered;
use deskwire_domain::error::{ErrorKind, Result};

use super::collect::show;
use crate::reply::Reply;
use crate::request::Request;

/// The last registered call of a phone number.
pub async fn handle(request: Request) -> Result<Reply> {
    let number = request.param("phone_number");
    if number.trim() != number {
        return Err(ErrorKind::CallNotFound.into());
    }
    let phone = Phone::read(number.to_owned(), &request.caller().tenant().default_country);
    show(&request, Registered::Phone(phone)).await
}
