//! The optional access log: one line for each request.

use deskwire_domain::ids::AppId;
use std::net::IpAddr;
use std::time::Instant;

use http::{Method, StatusCode, Uri};

/// The target of its log lines, which are enabled at any level.
pub const TARGET: &str = "access";
/// Query parameters without private data.
const HARMLESS: &[&str] = &["page", "per_page", "order", "sort", "display_as", "type", "topics", "items", "after"];

/// The contents of a line.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) started: Instant,
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) status: StatusCode,
    pub(crate) request_id: String,
    pub(crate) workspace: Option<String>,
    pub(crate) app: Option<AppId>,
    pub(crate) address: Option<IpAddr>,
}

impl Line {
    /// Writes the entry with the number of bytes sent.
    pub(crate) fn write(&self, bytes: usize) {
        let query = self.uri.query().map(redacted);
        tracing::info!(
            target: TARGET,
            method = %self.method,
            path = path(&self.uri),
            query = query.as_deref(),
            status = self.status.as_u16(),
            bytes,
            micros = u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX),
            request_id = %self.request_id,
            workspace = self.workspace.as_deref(),
            app = self.app.map(AppId::number),
            address = self.address.map(tracing::field::display),
            "request"
        );
    }
}

/// The path as logs show it: links to unsubscribe and to sign in contain secrets.
pub(crate) fn path(uri: &Uri) -> &str {
    match uri.path() {
        path if path.starts_with("/unsubscribe/") => "/unsubscribe/{link}",
        path if path.starts_with("/inbox/enter/") => "/inbox/enter/{secret}",
        path => path,
    }
}

/// A query without the values that may be secret or private: codes, signatures, tokens, addresses of people.
fn redacted(query: &str) -> String {
    let redacted = |pair: &str| match pair.split_once('=') {
        Some((name, _)) if HARMLESS.contains(&name) => pair.to_owned(),
        Some((name, _)) => format!("{name}=***"),
        None => "***".to_owned(),
    };
    query.split('&').filter(|pair| !pair.is_empty()).map(redacted).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::{path, redacted};

    #[test]
    fn secrets_in_urls_are_not_logged() {
        assert_eq!(redacted("page=2&email=a%40b.test&signature=ab&&x"), "page=2&email=***&signature=***&***");
        assert_eq!(path(&"/unsubscribe/secret?x=1".parse().unwrap_or_default()), "/unsubscribe/{link}");
        assert_eq!(path(&"/contacts/1?x=1".parse().unwrap_or_default()), "/contacts/1");
    }
}
