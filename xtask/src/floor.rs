//! The floor: a bare axum server that answers with a static JSON body, without a database.
//!
//! It shows what the machine, the HTTP stack and the load generator allow; results are given relative to it.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Bytes;
use axum::http::header::{CONTENT_TYPE, HeaderName};
use axum::http::{HeaderValue, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use serde_json::Value;

/// Settings of the floor.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    /// Address to listen on.
    #[arg(long)]
    listen: SocketAddr,
    /// Size of the answer's body in bytes.
    #[arg(long, default_value_t = 1700)]
    bytes: usize,
}

const JSON: [(HeaderName, HeaderValue); 1] = [(CONTENT_TYPE, HeaderValue::from_static("application/json"))];

/// Serves until it is killed.
pub(crate) fn run(options: &Options) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| format!("starting the runtime: {e}"))?;
    let app = router(body(options.bytes));
    let listen = options.listen;
    runtime
        .block_on(async move {
            let listener = tokio::net::TcpListener::bind(listen).await?;
            axum::serve(axum::serve::ListenerExt::tap_io(listener, |stream| drop(stream.set_nodelay(true))), app).await
        })
        .map_err(|e| format!("serving the floor on {listen}: {e}"))
}

fn router(answer: Bytes) -> Router {
    let read = answer.clone();
    let write = move |body: Bytes| {
        let answer = answer.clone();
        async move {
            match serde_json::from_slice::<Value>(&body) {
                Ok(_) => (JSON, answer).into_response(),
                Err(e) => (StatusCode::BAD_REQUEST, e.to_string()).into_response(),
            }
        }
    };
    Router::new()
        .route("/readyz", get(|| async { "ok" }))
        .route("/contacts/{id}", get(move || std::future::ready((JSON, read.clone()))))
        .route("/contacts", post(write.clone()))
        .route("/contacts/search", post(write))
}

/// A JSON object of `bytes` bytes.
fn body(bytes: usize) -> Bytes {
    let (before, after) = (r#"{"type":"contact","id":"66f2a1b3c4d5e6f708192a3b","filler":""#, r#""}"#);
    let filler = "x".repeat(bytes.saturating_sub(before.len() + after.len()));
    Bytes::from(format!("{before}{filler}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_is_json_of_the_size_asked_for() {
        let body = body(1700);
        assert_eq!(body.len(), 1700);
        assert!(serde_json::from_slice::<Value>(&body).is_ok());
    }
}
