//! Who follows the history of a workspace, told of what is new in it.

mod hub;
mod room;

pub(crate) use hub::Hub;
