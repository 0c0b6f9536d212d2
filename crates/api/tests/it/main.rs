//! The API through its front door, on both databases. The tree mirrors the URLs.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

mod admins;
mod contacts;
mod teams;
