//! `/help_center/help_centers/{id}/redirects`

pub mod create;
pub mod delete;
pub mod list;
pub mod retrieve;
mod view;

use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::ids::Id;

use crate::request::Request;

/// An id in the path. These operations write "not found" in another way than others.
fn id<I: Id>(request: &Request, name: &str) -> Result<I> {
    let unknown = || Error::new(ErrorKind::ResourceNotFound, "Resource not found");
    I::parse(request.param(name)).ok_or_else(unknown)
}
