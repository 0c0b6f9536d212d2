//! Answers of the server.

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
    /// The body as it was received.
    pub bytes: Vec<u8>,
    /// The same as text.
    pub text: String,
    /// How many bytes were received, before decompression.
    pub size: usize,
    /// The request.
    pub request: String,
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
        assert_eq!(self.status, status, "{} answered {}", self.request, self.body);
        self.body
    }

    /// Asserts an error with this status and code, in the form of every error; returns its message.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> String {
        assert_eq!(self.status, status, "{} answered {}", self.request, self.body);
        assert_eq!(self.body["type"], "error.list", "{}", self.body);
        assert_eq!(self.body["request_id"].as_str(), self.header("x-request-id"), "{}", self.body);
        assert_eq!(self.body["errors"][0]["code"], code, "{} answered {}", self.request, self.body);
        self.body["errors"][0]["message"].as_str().unwrap_or_default().to_owned()
    }

    /// Asserts an error of the inbox with this status and code; returns the whole body.
    #[track_caller]
    pub fn declined(self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{} answered {}", self.request, self.body);
        let error = &self.body["error"];
        assert_eq!(error["code"], code, "{} answered {}", self.request, self.body);
        assert_eq!(error["request_id"].as_str(), self.header("x-request-id"), "{}", self.body);
        assert!(error["message"].is_string(), "{}", self.body);
        self.body
    }

    /// Asserts a 4xx in the form of every error.
    #[track_caller]
    pub fn blames_the_caller(&self) {
        assert!((400..500).contains(&self.status), "{} answered {} {}", self.request, self.status, self.body);
        self.is_well_formed();
    }

    /// Asserts that it is not a 5xx and has the headers of every answer and, if it is an error, the form of every error.
    #[track_caller]
    pub fn is_well_formed(&self) {
        let described = || format!("{} answered {} {}", self.request, self.status, self.body);
        assert!(self.status < 500, "{}", described());
        for header in ["x-request-id", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"] {
            assert!(self.header(header).is_some(), "{} without {header}", described());
        }
        // These are described in another form.
        let own = |path: &str| self.status == 400 && self.request.contains(path);
        if own("/phone_call_redirects") && self.body["error_key"].is_string() {
            assert!(self.body["message"].is_string(), "{}", described());
        } else if own("/messages/") && self.body["type"] == "error" {
            assert!(self.body["message"].is_string() && self.body["request_id"].is_string(), "{}", described());
        } else if self.status == 422 && self.request.contains(" /fin/csat") {
            let mut messages = self.body["errors"].as_object().expect("an object of errors").values();
            assert!(messages.len() == 1 && messages.all(Value::is_string), "{}", described());
        } else if self.status >= 400 {
            assert_eq!(self.body["type"], "error.list", "{}", described());
            let error = &self.body["errors"][0];
            // The description shows these without the id; the header has it anyway.
            let away = self.status == 400 && self.request.starts_with("PUT /admins/") && self.request.contains("/away");
            let attributes =
                [404, 422, 400].contains(&self.status) && self.request.contains(" /conversations/attributes");
            let calls = self.status == 400 && self.request.starts_with("POST /calls/search");
            let terse = away || attributes || calls;
            if !(terse && self.body.get("request_id").is_none()) {
                assert_eq!(self.body["request_id"].as_str(), self.header("x-request-id"), "{}", described());
            }
            assert!(error["code"].is_string() && error["message"].is_string(), "{}", described());
        }
    }

    /// A header's text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|v| v.to_str().ok())
    }
}
