//! What happens in a workspace, told to those who follow it while it happens.
//!
//! One task follows the history of each workspace that somebody follows (`hub`), reads each event once, renders it once for
//! all who see the same (`frames`), and puts it into their queues (`queue`), which are bounded. A client has them sent over
//! a WebSocket (`ws`), as server-sent events (`sse`) or by asking again and again (`poll`). Each goes on from the last
//! position that it knows.

mod counts;
mod door;
mod frames;
mod heard;
mod hub;
mod nodes;
mod poll;
mod presence;
mod queue;
mod room;
mod rows;
mod sse;
mod ws;

pub(crate) use frames::Own;
pub(crate) use hub::Hub;
pub(crate) use rows::rows;
