//! What tests drive Deskwire with: a whole server in the process, on either database, with a frozen clock.
//!
//! ```text
//! both! {
//!     async fn a_contact_is_created(app) {
//!         let made = app.post("/contacts", json!({"email": "ada@acme.test"})).await;
//!         made.ok();
//!     }
//! }
//! ```
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot start must fail")]

mod answer;
mod app;
mod client;
mod cluster;
mod following;
pub mod pairs;
mod post_office;
mod sink;
mod traffic;

pub use answer::Answer;
pub use app::{Database, NOW, TestApp, Webhooks};
pub use client::Client;
pub use cluster::Cluster;
pub use following::{Following, Said};
pub use post_office::{Mail, PostOffice};
pub use serde_json::{Value, json};
pub use sink::{Received, Sink, Told};

/// Runs each test on SQLite and on PostgreSQL.
#[macro_export]
macro_rules! both {
    ($($(#[$meta:meta])* async fn $name:ident($app:ident) $body:block)+) => {$(
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports, reason = "not every test needs what its file imports")]
            use super::*;

            async fn run($app: $crate::TestApp) $body

            #[tokio::test]
            async fn sqlite() {
                run($crate::TestApp::start($crate::Database::Sqlite).await).await;
            }

            #[tokio::test]
            async fn postgres() {
                run($crate::TestApp::start($crate::Database::Postgres).await).await;
            }
        }
    )+};
}
