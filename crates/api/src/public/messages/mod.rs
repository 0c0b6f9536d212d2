//! `/messages`

pub(crate) mod view;
