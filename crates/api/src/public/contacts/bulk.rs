//! `POST /contacts/bulk`, `PUT /contacts/bulk`, `POST /contacts/bulk/delete`, `GET /contacts/bulk/{id}`

use deskwire_domain::Tenant;
use deskwire_domain::bulk::{CompanyLink, ContactItem, Item, Noun, Operation};
use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::ids::{ContactId, TagId};
use serde_json::Value;

use super::input;
use crate::body::Body;
use crate::public::bulk;
use crate::reply::Reply;
use crate::request::Request;

/// The fields that can be set when a contact is updated.
const UPDATE: &[&str] = &[
    "external_id",
    "email",
    "name",
    "phone",
    "avatar",
    "owner_id",
    "unsubscribed_from_emails",
    "language_override",
    "custom_attributes",
];
/// The additional fields that can be set when a contact is created.
const CREATE: &[&str] = &["role", "signed_up_at", "last_seen_at"];

/// Creates contacts.
pub async fn create(request: Request) -> Result<Reply> {
    bulk::enqueue(request, Noun::Contacts, Operation::Create).await
}

/// Changes contacts.
pub async fn update(request: Request) -> Result<Reply> {
    bulk::enqueue(request, Noun::Contacts, Operation::Update).await
}

/// Deletes contacts permanently.
pub async fn delete(request: Request) -> Result<Reply> {
    bulk::enqueue(request, Noun::Contacts, Operation::Delete).await
}

/// The status of a job.
pub async fn status(request: Request) -> Result<Reply> {
    bulk::status(request, Noun::Contacts).await
}

/// Parses an item.
pub(in crate::public) fn item(tenant: &Tenant, operation: Operation, item: &Value) -> Result<Item> {
    let id = || -> Result<ContactId> { Ok(ContactId::parse(&bulk::id(item)?).ok_or(ErrorKind::ContactNotFound)?) };
    Ok(match operation {
        Operation::Create => Item::CreateContact(contact(tenant, item, &[UPDATE, CREATE].concat())?),
        Operation::Update => Item::UpdateContact(id()?, contact(tenant, item, UPDATE)?),
        Operation::Delete => Item::DeleteContact(id()?),
    })
}

fn contact(tenant: &Tenant, item: &Value, keys: &[&str]) -> Result<ContactItem> {
    let companies = match &item["companies"] {
        Value::Null => Vec::new(),
        Value::Array(companies) => companies.iter().map(company).collect::<Result<_>>()?,
        _ => return Err(Error::invalid("companies must be an array").field("companies")),
    };
    Ok(ContactItem {
        input: input::read(&bulk::only(item, keys), tenant)?,
        companies,
        tag: tags(&item["tags"]["add"]),
        untag: tags(&item["tags"]["remove"]),
    })
}

fn company(item: &Value) -> Result<CompanyLink> {
    let Value::Object(map) = item else {
        return Err(Error::invalid("each company must be an object").field("companies"));
    };
    let body = Body(map.clone());
    let company_id = body.id("company_id")?.flatten().filter(|text| !text.trim().is_empty());
    Ok(CompanyLink {
        company_id: company_id.ok_or_else(|| Error::missing("company_id is required").field("company_id"))?,
        name: body.text("name")?.flatten(),
        remove: body.boolean("remove")?.flatten().unwrap_or(false),
    })
}

/// The ids of tags. Invalid ids are ignored, like those of tags that do not exist.
fn tags(list: &Value) -> Vec<TagId> {
    let id = |tag: &Value| match &tag["id"] {
        Value::String(text) => TagId::parse(text),
        Value::Number(number) => number.as_i64().map(TagId::new),
        _ => None,
    };
    list.as_array().into_iter().flatten().filter_map(id).collect()
}
