//! The API through its front door, on both databases. The tree mirrors the URLs.

mod contacts;
mod counts;
mod events;
mod visitors;
