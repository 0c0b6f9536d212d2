//! The views of `/app/v1`. A test writes them as TypeScript, for `web/shared/api.gen.ts`.
//!
//! Ids are the types of the domain. They are strings in the form of the API, which `ts(as = "String")` says to the
//! test. Times are unix seconds, and absent values are null.

mod contacts;
mod conversations;
mod developers;
mod lists;
mod macros;
mod me;
mod people;
mod replies;
mod reports;
mod sent;
mod settings;
mod start;
mod teammates;
#[cfg(test)]
mod typescript;

pub use contacts::*;
pub use conversations::*;
pub use developers::*;
pub use lists::*;
pub use macros::*;
pub use me::*;
pub use people::*;
pub use replies::*;
pub use reports::*;
pub use sent::*;
pub use settings::*;
pub use start::*;
pub use teammates::*;

use serde::Serialize;

/// The response of a request that succeeded and returns nothing.
#[derive(Debug, Clone, Copy, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Nothing {}
