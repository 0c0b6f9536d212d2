//! A browser with the inbox: a cookie, and the headers that its pages send.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::Body;
use deskwire_api::{App, Server};
use deskwire_domain::ids::AdminId;
use deskwire_domain::sign_in::inbox::{self, Device};
use deskwire_store::params;
use serde_json::Value;

use crate::answer::Answer;
use crate::app::TestApp;
use crate::client::Client;
use crate::following::Following;

static KEYS: AtomicU64 = AtomicU64::new(0);

/// A browser, signed in or not.
#[derive(Clone)]
pub struct Browser {
    client: Client,
    /// The value of its cookie.
    pub cookie: Option<String>,
    key: Option<String>,
    site: &'static str,
}

impl Browser {
    /// A browser that is not signed in.
    pub fn new(app: &TestApp) -> Browser {
        Browser { client: app.anonymous().off_the_record(), cookie: None, key: None, site: "same-origin" }
    }

    /// A browser that is signed in as an admin of a workspace. The events of the sign-in are removed.
    pub async fn signed_in(app: &TestApp, workspace: &str, admin_id: AdminId) -> Browser {
        let workspace = workspace.to_owned();
        let opened = app.write(move |tx| {
            let link = inbox::make_link(&mut tx.within(&workspace), admin_id)?;
            let last = "SELECT COALESCE(MAX(id), 0) FROM events WHERE workspace_id = $1";
            let last: i64 = tx.query_one(last, params![&workspace], |row| row.get(0))?;
            let opened = inbox::follow_link(tx, &link, &Device::default())?;
            tx.execute("DELETE FROM events WHERE workspace_id = $1 AND id > $2", params![&workspace, last])?;
            Ok(opened)
        });
        Browser { cookie: opened.await, ..Browser::new(app) }
    }

    /// The same browser at another network address.
    #[must_use]
    pub fn at(mut self, address: &str) -> Browser {
        self.client = self.client.at(address);
        self
    }

    /// The same browser, whose requests another process answers.
    #[must_use]
    pub fn through(mut self, app: &Arc<App>) -> Browser {
        self.client.router = deskwire_api::serve::router(Server::new(app.clone()));
        self
    }

    /// The same browser on a page of another site: `cross-site` or `same-site`.
    #[must_use]
    pub fn from_site(mut self, site: &'static str) -> Browser {
        self.site = site;
        self
    }

    /// The same browser, whose writes have this `Idempotency-Key`. Otherwise each has a new one.
    #[must_use]
    pub fn with_key(mut self, key: &str) -> Browser {
        self.key = Some(key.to_owned());
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

    /// `PATCH` with a JSON body.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.call("PATCH", path, Some(&body)).await
    }

    /// `DELETE` without a body.
    pub async fn delete(&self, path: &str) -> Answer {
        self.call("DELETE", path, None).await
    }

    /// Follows a stream of events, after the event of this id if there is one.
    pub async fn follow(&self, path: &str, last: Option<i64>) -> Following {
        let cookie = format!("deskwire-inbox={}", self.cookie.as_deref().unwrap_or_default());
        self.client.follow_with(path, last, &[("sec-fetch-site", self.site), ("cookie", &cookie)]).await
    }

    /// Any method, with or without a JSON body.
    pub async fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let body = body.map_or_else(Vec::new, |body| body.to_string().into_bytes());
        self.raw(method, path, &[("content-type", "application/json")], body).await
    }

    /// Any method with these headers besides its own, and any bytes.
    pub async fn raw(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
        self.stream(method, path, headers, body.into()).await
    }

    /// The same with a body that may arrive slowly.
    pub async fn stream(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Body) -> Answer {
        let new = || format!("key-{}", KEYS.fetch_add(1, Ordering::Relaxed));
        let key = self.key.clone().unwrap_or_else(new);
        let cookie = self.cookie.as_ref().map(|value| format!("deskwire-inbox={value}"));
        let mut all = vec![("sec-fetch-site", self.site), ("x-deskwire", "1"), ("idempotency-key", &key)];
        all.extend(cookie.as_ref().map(|cookie| ("cookie", cookie.as_str())));
        all.extend_from_slice(headers);
        self.client.raw(method, path, &all, body).await
    }

    /// Keeps the cookie that an answer sets; whether it set one.
    pub fn keep(&mut self, answer: &Answer) -> bool {
        let Some(text) = answer.header("set-cookie") else { return false };
        let value = text.split(';').next().and_then(|pair| pair.strip_prefix("deskwire-inbox="));
        self.cookie = value.filter(|value| !value.is_empty()).map(str::to_owned);
        true
    }
}

impl TestApp {
    /// A browser that is signed in to the inbox as the first admin.
    pub async fn browser(&self) -> Browser {
        Browser::signed_in(self, &self.workspace_id, self.admin_id).await
    }
}
