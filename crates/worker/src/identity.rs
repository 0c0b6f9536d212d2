//! HTTP requests to an identity provider, which the API sends when teammates sign in.

use std::time::Duration;

use bytes::Bytes;
use deskwire_api::inbox::oidc::{Fetched, Fetcher};
use http::{HeaderMap, Method, StatusCode};

use crate::outbound::{Outbound, Outgoing, RemoteResponse};

/// How long the identity provider may take to respond.
const LIMIT: Duration = Duration::from_secs(10);
/// The maximum size of a response, in bytes.
const MAX_BYTES: usize = 256 << 10;

/// The guarded HTTP client for the API.
#[derive(Debug)]
pub struct Identities(pub Outbound);

impl Fetcher for Identities {
    fn get<'a>(&'a self, url: &'a str) -> Fetched<'a> {
        Box::pin(async move { body(self.0.get(url, MAX_BYTES, LIMIT).await.map_err(|failure| failure.to_string())?) })
    }

    fn post<'a>(&'a self, url: &'a str, headers: HeaderMap, form: String) -> Fetched<'a> {
        let request = Outgoing { method: Method::POST, url, headers, body: Bytes::from(form) };
        Box::pin(
            async move { body(self.0.send(request, MAX_BYTES, LIMIT).await.map_err(|failure| failure.to_string())?) },
        )
    }
}

fn body(response: RemoteResponse) -> Result<Bytes, String> {
    match response.status {
        StatusCode::OK => Ok(response.body),
        status => Err(format!("it answered {}", status.as_u16())),
    }
}
