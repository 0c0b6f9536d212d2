//! A browser that keeps cookies and fills in forms, and runs no scripts.

use deskwire_domain::apps::Made;
use deskwire_testkit::{Answer, Client, TestApp};

use crate::support::{main_of, snapshot};

/// A browser.
pub(super) struct Browser {
    client: Client,
    cookies: Vec<(String, String)>,
}

/// A page it shows, or where it is sent.
pub(super) struct Page(pub(super) Answer);

/// A form on a page.
pub(super) struct Form {
    pub(super) action: String,
    pub(super) fields: Vec<(String, String)>,
}

impl Browser {
    pub(super) fn new(app: &TestApp) -> Browser {
        Browser { client: app.anonymous(), cookies: Vec::new() }
    }

    /// A browser at a network address.
    pub(super) fn at(app: &TestApp, address: &str) -> Browser {
        Browser { client: app.anonymous().at(address), cookies: Vec::new() }
    }

    /// The value of its only cookie.
    pub(super) fn cookie(&self) -> Option<&str> {
        assert!(self.cookies.len() <= 1);
        self.cookies.first().map(|(_, value)| value.as_str())
    }

    pub(super) fn forget_cookies(&mut self) {
        self.cookies.clear();
    }

    pub(super) async fn get(&mut self, path: &str) -> Page {
        self.call("GET", path, String::new(), &[]).await
    }

    /// Fills these into the last form of a page that has all of them, or is made for them, and sends it.
    pub(super) async fn submit(&mut self, page: &Page, typed: &[(&str, &str)]) -> Page {
        let form = page.forms().pop().expect("the page has a form");
        self.send(&form, typed, &[]).await
    }

    /// Sends a form with these values instead of its own.
    pub(super) async fn send(&mut self, form: &Form, typed: &[(&str, &str)], headers: &[(&str, &str)]) -> Page {
        let kept = form.fields.iter().map(|(n, v)| (n.as_str(), v.as_str()));
        let kept = kept.filter(|(name, _)| typed.iter().all(|(n, _)| n != name));
        let body: Vec<String> =
            kept.chain(typed.iter().copied()).map(|(n, v)| format!("{}={}", encode(n), encode(v))).collect();
        self.call("POST", &form.action, body.join("&"), headers).await
    }

    async fn call(&mut self, method: &str, path: &str, body: String, headers: &[(&str, &str)]) -> Page {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let cookies = cookies.join("; ");
        let mut all = Vec::new();
        if headers.iter().all(|(name, _)| *name != "content-type") {
            all.push(("content-type", "application/x-www-form-urlencoded"));
        }
        if !cookies.is_empty() {
            all.push(("cookie", &cookies));
        }
        all.extend(headers);
        let answer = self.client.raw(method, path, &all, body).await;
        for set in answer.headers.get_all("set-cookie") {
            let (pair, rules) = set.to_str().unwrap().split_once("; ").unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            assert!(rules.contains("Path=/; HttpOnly; SameSite=Lax"), "{rules}");
            self.cookies.retain(|(n, _)| n != name);
            if !rules.contains("Max-Age=0") {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        let page = Page(answer);
        page.is_guarded();
        page
    }
}

impl Page {
    /// Its text, which came with this status.
    #[track_caller]
    pub(super) fn with_status(&self, status: u16) -> &str {
        assert_eq!(self.0.status, status, "{} answered {}", self.0.request, self.0.text);
        assert_eq!(self.0.header("content-type"), Some("text/html; charset=utf-8"));
        assert_eq!(self.0.header("location"), None);
        &self.0.text
    }

    /// Compares it with a snapshot, where the app and the proof of the forms have their names.
    #[track_caller]
    pub(super) fn matches_snapshot(&self, name: &str, app: &Made) {
        let form = self.forms().pop().expect("the page has a form");
        let proof = form.fields.iter().find(|(name, _)| name == "csrf").expect("forms have a proof");
        let varying = [("client_id", app.client_id.as_str()), ("csrf", proof.1.as_str())];
        snapshot(name, main_of(self.with_status(200)), &varying);
    }

    /// Where it sends the browser.
    #[track_caller]
    pub(super) fn leads_to(&self, status: u16) -> String {
        assert_eq!(self.0.status, status, "{} answered {}", self.0.request, self.0.text);
        self.0.header("location").expect("it leads somewhere").to_owned()
    }

    /// Asserts the headers that every page sends to browsers and proxies.
    #[track_caller]
    fn is_guarded(&self) {
        for (name, value) in [
            ("cache-control", "no-store"),
            ("x-frame-options", "DENY"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
        ] {
            assert_eq!(self.0.header(name), Some(value), "{} answered {}", self.0.request, self.0.text);
        }
        if self.0.header("content-type").is_some_and(|t| t.starts_with("text/html")) {
            let policy = self.0.header("content-security-policy").unwrap();
            assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
            assert!(policy.contains("frame-ancestors 'none'; base-uri 'none'"), "{policy}");
            let text = &self.0.text;
            assert!(text.starts_with("<!DOCTYPE html>") && text.contains("<html lang=\"en\">"), "{text}");
            assert!(!text.contains("<script") && !text.contains("src="), "{text}");
        }
    }

    /// The forms, in order.
    pub(super) fn forms(&self) -> Vec<Form> {
        let parts = self.0.text.split("<form ").skip(1);
        let form = |part: &str| {
            let (head, rest) = part.split_once('>').unwrap();
            assert!(head.contains("method=\"post\""), "{head}");
            let inside = rest.split_once("</form>").unwrap().0;
            let inputs = inside.split("<input ").skip(1).map(|input| input.split_once('>').unwrap().0);
            let field = |input: &str| Some((attribute(input, "name")?, attribute(input, "value").unwrap_or_default()));
            Form { action: attribute(head, "action").unwrap(), fields: inputs.filter_map(field).collect() }
        };
        parts.map(form).collect()
    }
}

/// An attribute of a tag, as a browser reads it.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = tag.find(&format!("{name}=\""))? + name.len() + 2;
    let value = tag[start..].split_once('"')?.0;
    let plain = [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")];
    Some(plain.iter().fold(value.to_owned(), |text, (escaped, plain)| text.replace(escaped, plain)))
}

/// Percent-encodes as forms do.
pub(super) fn encode(text: &str) -> String {
    let encoded = |b: u8| match b {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(b).to_string(),
        b' ' => "+".to_owned(),
        _ => format!("%{b:02X}"),
    };
    text.bytes().map(encoded).collect()
}
