//! What came back.

use http::HeaderMap;
use serde_json::Value;

/// An answer of the server.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The JSON body; null when there was none.
    pub body: Value,
    /// What was asked.
    pub asked: String,
}

impl Answer {
    /// The body of a 200.
    #[track_caller]
    pub fn ok(self) -> Value {
        self.with(200)
    }

    /// The body of an answer with this status.
    #[track_caller]
    pub fn with(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{} answered {}", self.asked, self.body);
        self.body
    }

    /// That it is a refusal with this status and code, in the form every refusal has; its message.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> String {
        assert_eq!(self.status, status, "{} answered {}", self.asked, self.body);
        assert_eq!(self.body["type"], "error.list", "{}", self.body);
        assert_eq!(self.body["request_id"].as_str(), self.header("x-request-id"), "{}", self.body);
        assert_eq!(self.body["errors"][0]["code"], code, "{} answered {}", self.asked, self.body);
        self.body["errors"][0]["message"].as_str().unwrap_or_default().to_owned()
    }

    /// A header's text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|v| v.to_str().ok())
    }
}
