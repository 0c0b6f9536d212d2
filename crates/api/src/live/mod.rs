//! Live updates: pushes what happens in a workspace to the clients that follow it.
//!
//! One task for each followed workspace reads its history (`hub`). It reads each event once, renders it once for all
//! clients with the same permissions (`frames`), and puts the frames into their bounded queues (`queue`). A client
//! receives them over a WebSocket (`ws`), as server-sent events (`sse`) or by long polling (`poll`), and resumes from
//! the last position that it knows.

mod admission;
mod client_frame;
mod counts;
mod frames;
mod hub;
mod peers;
mod poll;
mod presence;
mod queue;
mod room;
mod rows;
mod sse;
mod start;
mod viewer;
mod ws;

pub(crate) use frames::{DraftVersions, Marks};
pub(crate) use hub::Hub;
pub(crate) use peers::EndedSessions;
pub(crate) use rows::rows;
