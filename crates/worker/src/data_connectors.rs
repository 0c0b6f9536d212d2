//! Sending the requests of data connectors.

use std::time::{Duration, Instant};

use bytes::Bytes;
use deskwire_domain::data_connectors::{self, ExecutionError, Failed, Outcome, Outgoing};
use deskwire_domain::error::Result;
use deskwire_domain::jobs::Job;
use deskwire_store::fair::Key;
use http::Method;
use http::header::{HeaderMap, HeaderName, HeaderValue};

use crate::kinds::Outside;
use crate::outbound::{self, Failure, Outbound};

/// How long the other server may take to respond.
const LIMIT: Duration = Duration::from_secs(30);
/// The maximum size of a response, in bytes.
const MAX_BYTES: usize = 1 << 20;

/// Sends a connector's request and records the outcome.
pub(crate) async fn execute(outside: &Outside, job: &Job) -> Result<()> {
    let db = outside.db.with_key(Key::workspace(&job.workspace));
    let of = job.clone();
    let prepared = db.read(move |tx| data_connectors::prepare(tx, &of)).await?;
    let outcome = match &prepared.request {
        Ok(request) => Some(send(&outside.outbound, request).await),
        Err(_) => None,
    };
    let of = job.clone();
    db.write(move |tx| data_connectors::record(tx, &of, &prepared, outcome.as_ref())).await
}

async fn send(outbound: &Outbound, request: &Outgoing) -> Outcome {
    let begun = Instant::now();
    let answer = match headers(request) {
        Some(headers) => {
            let method =
                Method::from_bytes(request.method.as_str().to_ascii_uppercase().as_bytes()).unwrap_or_default();
            let body = Bytes::from(request.body.clone());
            let request = outbound::Outgoing { method, url: &request.url, headers, body };
            outbound.send(request, MAX_BYTES, LIMIT).await.map_err(|failure| failed(&failure))
        }
        None => Err(Failed(ExecutionError::RequestConfiguration, "A header is not valid".to_owned())),
    };
    let response = answer.map(|answer| (answer.status.as_u16(), String::from_utf8_lossy(&answer.body).into_owned()));
    Outcome { response, ms: i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX) }
}

fn headers(request: &Outgoing) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    for (name, value) in &request.headers {
        headers.insert(HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_str(value).ok()?);
    }
    Some(headers)
}

/// The failure as an execution records it: without the URL, which may contain secrets.
fn failed(failure: &Failure) -> Failed {
    let (error, message) = match failure {
        Failure::Refused(_) => (
            ExecutionError::RequestConfiguration,
            "The URL is not valid, or leads to an address that is not public".to_owned(),
        ),
        Failure::Unreachable(_) => (ExecutionError::ThirdParty, "The server cannot be reached".to_owned()),
        Failure::Broken(_) => (ExecutionError::ThirdParty, "The server broke the connection".to_owned()),
        Failure::TimedOut(limit) => {
            (ExecutionError::Faraday, format!("No response within {} seconds", limit.as_secs()))
        }
        Failure::TooLarge(most) => (ExecutionError::Faraday, format!("The response is larger than {most} bytes")),
        Failure::TooSlow(_) | Failure::Busy(_) | Failure::Unwritten(_) => {
            (ExecutionError::Faraday, "The server is too slow".to_owned())
        }
    };
    Failed(error, message)
}
