//! `POST /conversations/{id}/customers`

use deskwire_domain::conversations::{self, Adder};
use deskwire_domain::error::{Error, Result};

use crate::body::Body;
use crate::public::conversations::answer::changed;
use crate::public::conversations::input::{self, id};
use crate::reply::Reply;
use crate::request::Request;

/// Adds a contact to a conversation, on behalf of an admin or of another contact.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = id(&request)?;
    let customer = request.body.object("customer")?.flatten();
    let customer = customer.ok_or_else(|| Error::missing("customer is required").field("customer"))?;
    let customer = Body(customer.clone());
    let who = input::contact(&customer)?;
    let by = match customer.object("customer")?.flatten() {
        Some(acting) => Adder::Contact(input::contact(&Body(acting.clone()))?),
        // Old client libraries send the acting contact beside the customer.
        None => match input::contact_if_named(&request.body)? {
            Some(acting) => Adder::Contact(acting),
            None => Adder::Admin(request.body.needed_id("admin_id")?),
        },
    };
    changed(request, move |cx| conversations::attach(cx, id, &by, &who)).await
}
