//! `/subscription_types`

pub mod list;
pub(crate) mod view;
