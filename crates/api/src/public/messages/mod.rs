//! `/messages`

pub mod create;
mod input;
pub mod status;
pub(crate) mod view;
pub mod whatsapp_status;
