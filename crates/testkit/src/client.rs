//! Clients of the server under test.

use std::io::Read;
use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use flate2::read::MultiGzDecoder;
use http::Request;
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use crate::answer::Answer;
use crate::following::Following;
use crate::traffic;

/// A client with or without a token, in a version or that of the app.
#[derive(Clone)]
pub struct Client {
    pub(crate) router: Router,
    pub(crate) token: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) recorded: bool,
    pub(crate) address: Option<SocketAddr>,
    pub(crate) host: String,
}

impl Client {
    /// The same client with another token.
    #[must_use]
    pub fn with_token(mut self, token: &str) -> Client {
        self.token = Some(token.to_owned());
        self
    }

    /// The same client in another version; an empty one sends no header.
    #[must_use]
    pub fn with_version(mut self, version: &str) -> Client {
        self.version = (!version.is_empty()).then(|| version.to_owned());
        self
    }

    /// The same client without recording its traffic, for requests that are not in the API's description.
    #[must_use]
    pub fn off_the_record(mut self) -> Client {
        self.recorded = false;
        self
    }

    /// The same client at another network address.
    #[must_use]
    pub fn at(mut self, address: &str) -> Client {
        self.address = Some(SocketAddr::new(address.parse().expect("a network address"), 50_000));
        self
    }

    /// The same client, asking for another host.
    #[must_use]
    pub fn for_host(mut self, host: &str) -> Client {
        host.clone_into(&mut self.host);
        self
    }

    /// `GET`.
    pub async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, None).await
    }

    /// `POST` with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.call("POST", path, Some(&body)).await
    }

    /// `PUT` with a JSON body.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.call("PUT", path, Some(&body)).await
    }

    /// `DELETE` without a body.
    pub async fn delete(&self, path: &str) -> Answer {
        self.call("DELETE", path, None).await
    }

    /// Any method, with or without a JSON body.
    pub async fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let mut request = Request::builder();
        let body = match body {
            None => Body::empty(),
            Some(value) => {
                request = request.header("content-type", "application/json");
                Body::from(value.to_string())
            }
        };
        self.send(method, path, request, body).await
    }

    /// A request with any headers and any bytes.
    pub async fn raw(&self, method: &str, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        let request = headers.iter().fold(Request::builder(), |r, (name, value)| r.header(*name, *value));
        self.send(method, path, request, body.into()).await
    }

    /// Follows a stream of events, after the event of this id if there is one.
    pub async fn follow(&self, path: &str, last: Option<i64>) -> Following {
        self.follow_with(path, last, &[]).await
    }

    /// The same with further headers.
    pub(crate) async fn follow_with(&self, path: &str, last: Option<i64>, headers: &[(&str, &str)]) -> Following {
        let mut request = Request::builder().uri(path).header("host", &self.host);
        request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if let Some(version) = &self.version {
            request = request.header("intercom-version", version);
        }
        if let Some(last) = last {
            request = request.header("last-event-id", last.to_string());
        }
        if let Some(address) = self.address {
            request = request.extension(ConnectInfo(address));
        }
        let request = request.body(Body::empty()).expect("a request");
        let Ok(response) = self.router.clone().oneshot(request).await;
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Following::new(response.into_body())
    }

    async fn send(&self, method: &str, path: &str, mut request: http::request::Builder, body: Body) -> Answer {
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if let Some(version) = &self.version {
            request = request.header("intercom-version", version);
        }
        if let Some(address) = self.address {
            request = request.extension(ConnectInfo(address));
        }
        let request = request.method(method).uri(path).header("host", &self.host).body(body).expect("a request");
        let Ok(response) = self.router.clone().oneshot(request).await;
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("the answer has a whole body").to_bytes();
        let size = bytes.len();
        let bytes = match parts.headers.get("content-encoding") {
            Some(_) => {
                let mut plain = Vec::new();
                MultiGzDecoder::new(&*bytes).read_to_end(&mut plain).expect("the body is gzip");
                plain
            }
            None => bytes.to_vec(),
        };
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let request = format!("{method} {path}");
        let answer = Answer { status: parts.status.as_u16(), headers: parts.headers, body, bytes, text, size, request };
        if let Some(version) = answer.header("intercom-version").filter(|_| self.recorded) {
            traffic::record(version, method, path, answer.status, &answer.body);
        }
        answer
    }
}
