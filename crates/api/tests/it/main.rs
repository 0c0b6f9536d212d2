//! The API through its front door, on both databases. The tree mirrors the URLs.

mod admins;
mod contacts;
mod teams;
