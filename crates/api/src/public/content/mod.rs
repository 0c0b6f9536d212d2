//! What all nouns of content share.

pub(crate) mod input;
