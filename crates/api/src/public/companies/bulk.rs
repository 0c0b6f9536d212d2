//! `POST /companies/bulk`, `PUT /companies/bulk`, `POST /companies/bulk/delete`, `GET /companies/bulk/{id}`

use deskwire_domain::bulk::{Item, Noun, Operation};
use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::ids::CompanyId;
use serde_json::Value;

use super::input;
use crate::public::bulk;
use crate::reply::Reply;
use crate::request::Request;

/// Creates companies, or updates those with the same `company_id`.
pub async fn create(request: Request) -> Result<Reply> {
    bulk::enqueue(request, Noun::Companies, Operation::Create).await
}

/// Changes companies.
pub async fn update(request: Request) -> Result<Reply> {
    bulk::enqueue(request, Noun::Companies, Operation::Update).await
}

/// Deletes companies.
pub async fn delete(request: Request) -> Result<Reply> {
    bulk::enqueue(request, Noun::Companies, Operation::Delete).await
}

/// The status of a job.
pub async fn status(request: Request) -> Result<Reply> {
    bulk::status(request, Noun::Companies).await
}

/// Parses an item.
pub(in crate::public) fn item(operation: Operation, item: &Value) -> Result<Item> {
    let id = || -> Result<CompanyId> { Ok(CompanyId::parse(&bulk::id(item)?).ok_or(ErrorKind::CompanyNotFound)?) };
    let input = || input::read(&bulk::only(item, input::KEYS));
    Ok(match operation {
        Operation::Create => Item::UpsertCompany(input()?),
        Operation::Update => Item::UpdateCompany(id()?, input()?),
        Operation::Delete => Item::DeleteCompany(id()?),
    })
}
