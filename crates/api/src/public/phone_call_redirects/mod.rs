//! `/phone_call_redirects`

pub mod create;
