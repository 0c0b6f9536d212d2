//! Apps, access tokens and webhooks.

use serde::{Deserialize, Serialize};

/// A scope that can be chosen.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ScopeName {
    /// Its name in the API.
    pub name: &'static str,
    /// What it permits, in English.
    pub text: &'static str,
}

/// A teammate who let an app in.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Installation {
    /// The teammate.
    pub admin_id: String,
    /// Their name; null once they were removed.
    pub admin_name: Option<String>,
    /// Whether the app asks for other scopes now than it was given.
    pub asks_anew: bool,
    /// How many tokens of theirs the app has.
    pub tokens: i64,
    /// When they last agreed.
    pub authorized_at: i64,
}

/// An app.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AppSettings {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it calls itself when it asks for access.
    pub client_id: String,
    /// Where people come back to after they granted access.
    pub redirect_uris: Vec<String>,
    /// The scopes that it asks for; `all` for all.
    pub scopes: Vec<String>,
    /// The version of its requests that name none, and of its webhooks.
    pub api_version: Option<String>,
    /// Where it is told that it was uninstalled.
    pub uninstall_url: Option<String>,
    /// Whether its webhooks can be signed.
    pub signs: bool,
    /// Who let it in.
    pub installs: Vec<Installation>,
    /// When it was made.
    pub created_at: i64,
}

/// The apps of a workspace.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AppsSettings {
    /// The apps, oldest first.
    pub items: Vec<AppSettings>,
    /// The scopes that an app may ask for.
    pub scopes: Vec<ScopeName>,
    /// The versions that it may be set to.
    pub versions: Vec<&'static str>,
}

/// An app to be made.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct NewApp {
    /// Its name.
    pub name: String,
    /// Where people come back to.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// The scopes that it asks for.
    pub scopes: Vec<String>,
    /// The version of its requests that name none.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub api_version: Option<String>,
    /// Where it is told that it was uninstalled.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub uninstall_url: Option<String>,
}

/// A change of an app; what is absent stays.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ChangeApp {
    /// Its name.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub name: Option<String>,
    /// Where people come back to.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub redirect_uris: Option<Vec<String>>,
    /// The scopes that it asks for.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub scopes: Option<Vec<String>>,
    /// The version of its requests that name none; empty for the default.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub api_version: Option<String>,
    /// Where it is told that it was uninstalled; empty for nowhere.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub uninstall_url: Option<String>,
}

/// An app with its client secret, which is shown this once.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct AppSecret {
    pub app: AppSettings,
    pub client_secret: String,
}

/// What an app lost.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the name says it")]
pub struct RemovedApp {
    pub revoked_tokens: u64,
}

/// An access token. The token itself is not kept.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TokenSettings {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: Option<String>,
    /// The app that it was granted to.
    pub app: Option<String>,
    /// The teammate it acts as.
    pub admin_email: String,
    /// Its scopes; `all` for all that the role of the teammate permits.
    pub scopes: Vec<String>,
    /// The version of its requests that name none.
    pub api_version: Option<String>,
    /// When it was made.
    pub created_at: i64,
    /// When it was last used.
    pub last_used_at: Option<i64>,
    /// When it was revoked.
    pub revoked_at: Option<i64>,
}

/// A page of tokens.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TokensSettings {
    /// The tokens, newest first.
    pub items: Vec<TokenSettings>,
    /// The `before` of the next page.
    pub next: Option<String>,
    /// The scopes that the teammate may give.
    pub scopes: Vec<ScopeName>,
    /// The versions that a token may be set to.
    pub versions: Vec<&'static str>,
}

/// A token to be made.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct NewToken {
    /// What it is called.
    pub name: String,
    /// Its scopes.
    pub scopes: Vec<String>,
    /// The version of its requests that name none.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub api_version: Option<String>,
}

/// A new token, which is shown this once.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct TokenSecret {
    pub item: TokenSettings,
    pub token: String,
}

/// The state of a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum WebhookState {
    /// The endpoint was not asked yet.
    Unverified,
    /// It gets what happens.
    Live,
    /// The endpoint did not answer well when it was asked.
    Refused,
    /// The endpoint answered 410.
    Disabled,
    /// The endpoint has failed for too long.
    Suspended,
}

/// A webhook subscription.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct WebhookSettings {
    /// Its id.
    pub id: String,
    /// Its app.
    pub app_id: String,
    /// The name of the app.
    pub app_name: String,
    /// The endpoint.
    pub url: String,
    /// What it is told of.
    pub topics: Vec<String>,
    /// Its state.
    pub state: WebhookState,
    /// Why it is in this state.
    pub reason: Option<String>,
    /// Topics that are not sent, each with the reason.
    pub not_sent: Vec<String>,
    /// Until when nothing is sent, because the endpoint asked for it or failed often.
    pub paused_until: Option<i64>,
    /// Since when it has failed.
    pub failing_since: Option<i64>,
    /// When it was made.
    pub created_at: i64,
}

/// A topic that can be chosen.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TopicName {
    /// Its name.
    pub name: &'static str,
    /// The app needs one of these scopes.
    pub scopes: Vec<&'static str>,
    /// The first API version that has it.
    pub since: &'static str,
}

/// The webhook subscriptions of a workspace.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct WebhooksSettings {
    pub items: Vec<WebhookSettings>,
    pub topics: Vec<TopicName>,
}

/// The subscription that an app is to have.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct SetWebhook {
    pub url: String,
    pub topics: Vec<String>,
}

/// The state of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum DeliveryState {
    /// It is still to be sent, or to be sent again.
    Pending,
    /// The endpoint took it.
    Sent,
    /// It is not tried any more.
    Failed,
    /// It was no longer needed.
    Dropped,
}

/// A delivery, as a list shows it.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct WebhookDelivery {
    /// Its id.
    pub id: String,
    /// Its subscription.
    pub subscription_id: String,
    /// What happened.
    pub topic: String,
    /// Its state.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: i64,
    /// What the endpoint answered last.
    pub status: Option<u16>,
    /// What went wrong last.
    pub error: Option<String>,
    /// When it was last tried.
    pub sent_at: Option<i64>,
    /// When it is tried next.
    pub due_at: Option<i64>,
    /// When it happened.
    pub event_at: i64,
}

/// A page of deliveries, newest first.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct WebhookDeliveries {
    /// The deliveries.
    pub items: Vec<WebhookDelivery>,
    /// The `before` of the next page.
    pub next: Option<String>,
}

/// An attempt of a delivery.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DeliveryAttempt {
    /// When it began.
    pub at: i64,
    /// The status of the answer.
    pub status: Option<u16>,
    /// How many milliseconds it took.
    pub ms: i64,
    /// What went wrong.
    pub error: Option<String>,
    /// The beginning of the answer.
    pub answer: Option<String>,
}

/// A delivery with what was sent and answered.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct WebhookDeliveryDetail {
    /// The delivery.
    #[serde(flatten)]
    pub delivery: WebhookDelivery,
    /// What the endpoint knows it by.
    pub notification_id: String,
    /// The JSON that was last sent, or will be.
    pub body: String,
    /// Whether that is only its beginning.
    pub is_cut: bool,
    /// The attempts, oldest first.
    pub log: Vec<DeliveryAttempt>,
}

/// Which deliveries are sent again.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ReplayFailed {
    /// Those of events since this second that failed.
    pub since: i64,
}

/// How many deliveries are sent again.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Replayed {
    /// How many.
    pub count: i64,
    /// Whether others are left, because that is the most at once.
    pub may_have_more: bool,
}
