//! What teammates see and do in the inbox, beyond what the API has.

pub mod answers;
pub mod preferences;
