//! What the inbox is told: the views of `/app/v1`. A test writes them down as TypeScript, for `web/shared/api.gen.ts`.
//!
//! Ids are texts in the form of the API, times are unix seconds, and what is absent is null.

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

/// An answer that says only that it is done.
#[derive(Debug, Clone, Copy, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Nothing {}
