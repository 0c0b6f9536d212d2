//! The worker from outside.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

mod claims;
mod fairness;
mod files;
mod outbound;
mod stopping;
mod uninstalled;
mod webhook_items;
mod webhooks;
