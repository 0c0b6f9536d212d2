//! The worker from outside.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot continue must fail")]
#![expect(clippy::disallowed_methods, reason = "tests set up what is around the server themselves")]

mod claims;
mod fairness;
mod files;
mod outbound;
mod stopping;
mod tidying;
mod uninstalled;
mod webhook_admins;
mod webhook_failures;
mod webhook_items;
mod webhooks;
