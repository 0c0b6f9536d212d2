//! The endpoint that notifications of all workspaces are sent to, and text messages.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::http::StatusCode;
use serde_json::Value;

/// How long a notification may take.
const LIMIT: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(20);
/// The topics of the subscription: their notifications have values that no answer of the API has.
const TOPICS: &str = "\"procedure.hitl_notification.created\"";

/// The last notification of each workspace and topic.
type Notifications = HashMap<(String, String), Value>;

/// The endpoint, on its own port. It answers 200.
#[derive(Clone, Debug)]
pub(super) struct Hooks {
    addr: SocketAddr,
    received: Arc<Mutex<Notifications>>,
}

impl Hooks {
    /// Starts it.
    pub(super) async fn start() -> Result<Self, String> {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let listener = listener.map_err(|e| format!("opening a port for webhooks: {e}"))?;
        let addr = listener.local_addr().map_err(|e| format!("asking for the port: {e}"))?;
        let received = Arc::<Mutex<Notifications>>::default();
        let shared = Arc::clone(&received);
        let router = axum::Router::new().fallback(move |body: Bytes| {
            // A new endpoint is verified without a body, and text messages have no topic.
            let notification: Value = serde_json::from_slice(&body).unwrap_or_default();
            if let (Some(workspace), Some(topic)) = (notification["app_id"].as_str(), notification["topic"].as_str()) {
                let key = (workspace.to_owned(), topic.to_owned());
                shared.lock().unwrap_or_else(PoisonError::into_inner).insert(key, notification);
            }
            std::future::ready(StatusCode::OK)
        });
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { addr, received })
    }

    /// Its URL; as a gateway for text messages it has a secret.
    pub(super) fn gateway(&self) -> String {
        format!("http://:contract-secret@{}/sms", self.addr)
    }

    /// The part of a workspace file that subscribes it. `number` distinguishes the workspaces.
    pub(super) fn subscription(&self, number: usize) -> String {
        format!(
            "\n[[apps]]\nname = \"Hooks\"\nclient_id = \"hooks-{number}\"\nclient_secret = \"0123456789abcdef\"\n\
             scopes = [\"read_conversations\", \"read_tickets\"]\napi_version = \"Unstable\"\n\
             [[webhooks]]\napp = \"hooks-{number}\"\nurl = \"http://{}/hook\"\ntopics = [{TOPICS}]\n",
            self.addr
        )
    }

    /// The last notification of a workspace and topic, once it is about this object.
    pub(super) async fn wait(&self, workspace: &str, topic: &str, conversation: &Value) -> Result<Value, String> {
        let (key, began) = ((workspace.to_owned(), topic.to_owned()), Instant::now());
        loop {
            let received = self.received.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
            match received {
                Some(received) if received["data"]["item"]["conversation_id"] == *conversation => return Ok(received),
                _ if began.elapsed() > LIMIT => return Err(format!("no webhook of {topic} came after {LIMIT:?}")),
                _ => tokio::time::sleep(PAUSE).await,
            }
        }
    }
}
