//! `/contacts/{id}/banners`

pub mod dismiss;
pub mod list;
mod view;
