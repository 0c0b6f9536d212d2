//! The program itself, run as an operator runs it.
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot start must fail")]

mod admin;
mod apply;
mod apps;
mod operator;
mod program;
mod serve;
mod webhooks;
