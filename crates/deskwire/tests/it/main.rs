//! The program itself, run as an operator runs it.
#![expect(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test that cannot start must fail")]
#![expect(clippy::disallowed_methods, reason = "tests set up what is around the server themselves")]

mod admin;
mod apply;
mod apps;
mod backup;
mod changelog;
mod connector;
mod counts;
mod disk;
mod files;
mod logs;
mod nodes;
mod operator;
mod program;
mod removal;
mod serve;
mod settings;
mod terminal;
mod usage;
mod webhooks;
