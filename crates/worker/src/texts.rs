//! Sending text messages through a gateway: an HTTP server that takes `{"to", "text"}` and passes messages on to
//! phones.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use deskwire_api::texts::{Sent, TextSender};
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, InvalidHeaderValue};
use serde_json::json;

use crate::outbound::Outbound;

/// How long the gateway may take to respond.
const LIMIT: Duration = Duration::from_secs(10);

/// A gateway, by its URL. Each message is attempted once: after a broken connection, it may or may not have been sent.
pub struct Gateway {
    outbound: Outbound,
    url: String,
    /// The `Authorization` header: `Bearer` and the secret.
    authorization: Option<HeaderValue>,
}

impl fmt::Debug for Gateway {
    /// Without the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Gateway {
    /// A gateway, with a secret if it requires one; an error if the secret is not a valid header value.
    pub fn new(outbound: Outbound, url: String, secret: Option<&str>) -> Result<Self, InvalidHeaderValue> {
        let mut authorization = secret.map(|secret| HeaderValue::from_str(&format!("Bearer {secret}"))).transpose()?;
        if let Some(authorization) = &mut authorization {
            authorization.set_sensitive(true);
        }
        Ok(Self { outbound, url, authorization })
    }
}

impl TextSender for Gateway {
    fn send<'a>(&'a self, to: &'a str, text: &'a str) -> Sent<'a> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.extend(self.authorization.clone().map(|authorization| (AUTHORIZATION, authorization)));
        let body = Bytes::from(json!({"to": to, "text": text}).to_string());
        Box::pin(async move {
            match self.outbound.post(&self.url, headers, body, LIMIT).await {
                Ok(answer) if answer.status.is_success() => Ok(()),
                Ok(answer) => Err(format!("the gateway answered {}", answer.status.as_u16())),
                Err(failure) => Err(failure.to_string()),
            }
        })
    }
}

/// Logs messages instead of sending them, for demos.
#[derive(Debug)]
pub struct Logged;

impl TextSender for Logged {
    fn send<'a>(&'a self, to: &'a str, text: &'a str) -> Sent<'a> {
        tracing::warn!(to, text, "a text message is logged instead of being sent");
        Box::pin(std::future::ready(Ok(())))
    }
}
