//! Authentication and authorization: from a token to a `Caller`.

mod caller;
mod enforce;
mod scope;
mod tokens;

pub use caller::{Caller, Identity};
pub(crate) use enforce::{VERSION_HEADER, basic, check_address, check_once, enforce, identify, version};
pub use scope::{Scope, Scopes};
pub use tokens::Tokens;
