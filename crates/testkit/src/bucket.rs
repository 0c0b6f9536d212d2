//! A bucket with the part of S3 that Deskwire uses, in the process, on its own threads. It can be stopped and resumed.

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::body::Body;
use deskwire_store::{Bucket, Keys, Place, hex};
use http::header::{CONTENT_LENGTH, CONTENT_RANGE, ETAG, LAST_MODIFIED, RANGE};
use http::{Method, Request, Response, StatusCode};
use http_body_util::BodyExt;
use sha2::{Digest, Sha256};
use tokio::runtime::{Builder, Runtime};

/// The name of the bucket, and who may use it.
const NAME: &str = "files";
const ID: &str = "test-key";
const MODIFIED: &str = "Sun, 01 Mar 2026 12:00:00 GMT";
/// Objects in one page of a list.
const PAGE: usize = 3;

#[derive(Debug, Default)]
struct State {
    objects: BTreeMap<String, Vec<u8>>,
    /// Parts, by upload and number.
    uploads: BTreeMap<String, BTreeMap<u32, Vec<u8>>>,
    /// The number of requests by method and status, such as `GET 404`.
    answers: BTreeMap<String, usize>,
    /// The number of next requests that fail.
    failing: usize,
    /// The number of next downloads of an object that fail.
    failing_downloads: usize,
    /// How long an object takes to be stored.
    delay: Duration,
    /// Refuses objects after so many.
    room: Option<usize>,
}

/// The server of the bucket.
#[derive(Debug)]
pub struct BucketServer {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    runtime: Option<Runtime>,
}

impl BucketServer {
    /// An empty bucket on a port of its own on 127.0.0.1.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("the listener has an address");
        let mut server = Self { address, state: Arc::default(), runtime: None };
        server.serve(listener);
        server
    }

    /// The place of files in this bucket.
    pub fn place(&self) -> Place {
        let keys = Some(Keys { id: ID.to_owned(), secret: "secret".to_owned() });
        Place::Bucket(Bucket { keys, ..self.settings() })
    }

    /// The value of the setting `files`.
    pub fn setting(&self) -> String {
        Place::Bucket(self.settings()).to_string()
    }

    /// The environment of a program that may use it.
    pub fn environment(&self) -> [(&'static str, &'static str); 2] {
        [("AWS_ACCESS_KEY_ID", ID), ("AWS_SECRET_ACCESS_KEY", "secret")]
    }

    fn settings(&self) -> Bucket {
        Bucket {
            name: NAME.to_owned(),
            prefix: "desk/wire".to_owned(),
            endpoint: Some(format!("http://{}", self.address)),
            region: Some("eu-1".to_owned()),
            keys: None,
        }
    }

    /// Stops it: connections are broken, and refused from now on.
    pub fn stop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }

    /// Resumes it with its objects.
    pub fn resume(&mut self) {
        for _ in 0..100 {
            // The port is free once the threads have ended.
            if let Ok(listener) = TcpListener::bind(self.address) {
                return self.serve(listener);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("the port is not free again");
    }

    fn serve(&mut self, listener: TcpListener) {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime starts");
        let state = self.state.clone();
        let router = axum::Router::new().fallback(move |request| answer(state.clone(), request));
        listener.set_nonblocking(true).expect("a listener can be so");
        runtime.spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).expect("it is listened to");
            axum::serve(listener, router).await.expect("the bucket serves");
        });
        self.runtime = Some(runtime);
    }

    /// Answers this many of the next requests with 500.
    pub fn fail(&self, requests: usize) {
        self.state().failing = requests;
    }

    /// Answers this many of the next downloads of an object with 500.
    pub fn fail_downloads(&self, requests: usize) {
        self.state().failing_downloads = requests;
    }

    /// Limits the number of objects, or removes the limit.
    pub fn limit(&self, objects: Option<usize>) {
        self.state().room = objects;
    }

    /// Sets the time that storing an object takes.
    pub fn delay(&self, delay: Duration) {
        self.state().delay = delay;
    }

    /// The names of its objects.
    pub fn names(&self) -> Vec<String> {
        self.state().objects.keys().cloned().collect()
    }

    /// Changes the content of an object, or removes it.
    pub fn set(&self, name: &str, content: Option<&[u8]>) {
        let mut state = self.state();
        match content {
            Some(content) => drop(state.objects.insert(name.to_owned(), content.to_owned())),
            None => drop(state.objects.remove(name)),
        }
    }

    /// The number of requests with this method and status: `PUT 200`.
    pub fn answered(&self, what: &str) -> usize {
        self.state().answers.get(what).copied().unwrap_or(0)
    }

    /// Uploads in parts that are neither complete nor aborted.
    pub fn unfinished(&self) -> usize {
        self.state().uploads.len()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nobody panics with it")
    }
}

impl Drop for BucketServer {
    fn drop(&mut self) {
        self.stop();
    }
}

async fn answer(state: Arc<Mutex<State>>, request: Request<Body>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let bytes = body.collect().await.map(|body| body.to_bytes().to_vec()).unwrap_or_default();
    let delay = state.lock().expect("nobody panics with it").delay;
    if parts.method == Method::PUT {
        tokio::time::sleep(delay).await;
    }
    let mut state = state.lock().expect("nobody panics with it");
    let query: BTreeMap<String, String> = parts.uri.query().map(pairs).unwrap_or_default();
    let response = if state.failing > 0 {
        state.failing -= 1;
        status(StatusCode::INTERNAL_SERVER_ERROR)
    } else if is_signed(&parts.headers, &bytes) {
        match parts.uri.path().strip_prefix("/files").map(|path| path.trim_start_matches('/').to_owned()) {
            Some(name) if name.is_empty() && parts.method == Method::GET => list(&state, &query),
            Some(_) if parts.method == Method::GET && state.failing_downloads > 0 => {
                state.failing_downloads -= 1;
                status(StatusCode::INTERNAL_SERVER_ERROR)
            }
            Some(name) => object(&mut state, &parts, &name, &query, bytes),
            None => status(StatusCode::NOT_FOUND),
        }
    } else {
        status(StatusCode::FORBIDDEN)
    };
    *state.answers.entry(format!("{} {}", parts.method, response.status().as_u16())).or_default() += 1;
    response
}

/// Whether a request has a signature by the key, over the body that it has.
fn is_signed(headers: &http::HeaderMap, body: &[u8]) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let signed = text("authorization");
    signed.starts_with(&format!("AWS4-HMAC-SHA256 Credential={ID}/"))
        && signed.contains("/eu-1/s3/aws4_request")
        && signed.contains("Signature=")
        && text("x-amz-content-sha256") == hex(&Sha256::digest(body))
}

fn object(
    state: &mut State,
    parts: &http::request::Parts,
    name: &str,
    query: &BTreeMap<String, String>,
    bytes: Vec<u8>,
) -> Response<Body> {
    let upload = query.get("uploadId");
    match (&parts.method, upload) {
        (&Method::POST, None) if query.contains_key("uploads") => {
            let id = format!("upload-{}-{}", state.uploads.len(), name.len());
            state.uploads.insert(id.clone(), BTreeMap::new());
            xml(&format!("<InitiateMultipartUploadResult><UploadId>{id}</UploadId></InitiateMultipartUploadResult>"))
        }
        (&Method::PUT, Some(id)) => {
            let number = query.get("partNumber").and_then(|number| number.parse().ok());
            match (state.uploads.get_mut(id), number) {
                (Some(upload), Some(number)) => {
                    upload.insert(number, bytes);
                    tagged(StatusCode::OK)
                }
                _ => status(StatusCode::NOT_FOUND),
            }
        }
        (&Method::POST, Some(id)) => match state.uploads.remove(id) {
            Some(upload) => {
                state.objects.insert(name.to_owned(), upload.into_values().flatten().collect());
                xml("<CompleteMultipartUploadResult><ETag>\"tag\"</ETag></CompleteMultipartUploadResult>")
            }
            None => status(StatusCode::NOT_FOUND),
        },
        (&Method::DELETE, Some(id)) => {
            state.uploads.remove(id);
            status(StatusCode::NO_CONTENT)
        }
        (&Method::PUT, None) if state.room.is_some_and(|room| state.objects.len() >= room) => {
            status(StatusCode::FORBIDDEN)
        }
        (&Method::PUT, None) => {
            state.objects.insert(name.to_owned(), bytes);
            tagged(StatusCode::OK)
        }
        (&Method::DELETE, None) => {
            state.objects.remove(name);
            status(StatusCode::NO_CONTENT)
        }
        (&Method::GET | &Method::HEAD, None) => match state.objects.get(name) {
            Some(content) => read(parts, content),
            None => status(StatusCode::NOT_FOUND),
        },
        _ => status(StatusCode::BAD_REQUEST),
    }
}

/// The content of an object, or the requested range of it.
fn read(parts: &http::request::Parts, content: &[u8]) -> Response<Body> {
    let range = parts.headers.get(RANGE).and_then(|range| {
        let (first, last) = range.to_str().ok()?.strip_prefix("bytes=")?.split_once('-')?;
        let last = last.parse::<usize>().ok()?.min(content.len().checked_sub(1)?);
        Some((first.parse::<usize>().ok()?, last))
    });
    let mut response = tagged(StatusCode::OK);
    let sent = match range {
        Some((first, last)) => {
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            let text = format!("bytes {first}-{last}/{}", content.len());
            response.headers_mut().insert(CONTENT_RANGE, text.parse().expect("it is a header"));
            &content[first..=last]
        }
        None => content,
    };
    response.headers_mut().insert(CONTENT_LENGTH, sent.len().into());
    if parts.method == Method::GET {
        *response.body_mut() = Body::from(sent.to_vec());
    }
    response
}

/// A page of the objects whose names begin with a prefix.
fn list(state: &State, query: &BTreeMap<String, String>) -> Response<Body> {
    let (prefix, after) = (query.get("prefix").cloned().unwrap_or_default(), query.get("continuation-token"));
    let mut found = state.objects.iter().filter(|(name, _)| name.starts_with(&prefix));
    let page: Vec<_> = found.by_ref().filter(|(name, _)| after.is_none_or(|after| *name > after)).take(PAGE).collect();
    let entries: String = page
        .iter()
        .map(|(name, content)| {
            format!(
                "<Contents><Key>{name}</Key><Size>{}</Size><LastModified>2026-03-01T12:00:00.000Z</LastModified>\
                 <ETag>\"tag\"</ETag></Contents>",
                content.len()
            )
        })
        .collect();
    let next = match (found.next(), page.last()) {
        (Some(_), Some((name, _))) => format!("<NextContinuationToken>{name}</NextContinuationToken>"),
        _ => String::new(),
    };
    xml(&format!("<ListBucketResult>{entries}{next}</ListBucketResult>"))
}

/// The names and values of a query.
fn pairs(query: &str) -> BTreeMap<String, String> {
    let plain = |text: &str| text.replace("%2F", "/");
    query
        .split('&')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (plain(name), plain(value)))
        .collect()
}

fn xml(text: &str) -> Response<Body> {
    Response::new(Body::from(format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{text}")))
}

fn status(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

fn tagged(of: StatusCode) -> Response<Body> {
    let mut response = status(of);
    response.headers_mut().insert(ETAG, http::HeaderValue::from_static("\"tag\""));
    response.headers_mut().insert(LAST_MODIFIED, http::HeaderValue::from_static(MODIFIED));
    response
}
