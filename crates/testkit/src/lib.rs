//! The test kit: a whole server in the process, on either database, with a frozen clock.
//!
//! ```text
//! #[both]
//! async fn a_contact_is_created(app: TestApp) {
//!     let made = app.post("/contacts", json!({"email": "ada@acme.test"})).await;
//!     made.ok();
//! }
//! ```
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot start must fail")]
#![expect(clippy::disallowed_methods, reason = "it sets up what tests need")]

mod answer;
mod app;
pub mod both;
mod browser;
mod bucket;
mod client;
mod cluster;
mod following;
pub mod pairs;
mod post_office;
mod schemas;
mod sink;
mod template;
mod traffic;

pub use answer::Answer;
pub use app::{Database, NOW, TestApp, Webhooks};
pub use browser::Browser;
pub use bucket::BucketServer;
pub use client::Client;
pub use cluster::Cluster;
pub use deskwire_testkit_macros::both;
pub use following::{Following, StreamEvent};
pub use post_office::{Mail, PostOffice};
pub use serde_json::{Value, json};
pub use sink::{Received, Sink, SinkReply};
