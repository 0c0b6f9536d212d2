//! Apps, access tokens and webhooks.

use deskwire_domain::ids::{AdminId, AppId, TokenId, WebhookDeliveryId, WebhookSubscriptionId};
use serde::{Deserialize, Serialize};

/// A scope that can be selected.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ScopeName {
    /// The name in the API.
    pub name: &'static str,
    /// What the scope permits, in English.
    pub text: &'static str,
}

/// A teammate who granted an app access.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Installation {
    /// The teammate.
    #[cfg_attr(test, ts(as = "String"))]
    pub admin_id: AdminId,
    /// The teammate's name; null if the teammate was removed.
    pub admin_name: Option<String>,
    /// Whether the app now requests other scopes than it was granted.
    pub asks_anew: bool,
    /// The number of the app's tokens that act as the teammate.
    pub tokens: i64,
    /// When the teammate last granted access.
    pub authorized_at: i64,
}

/// An app.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AppSettings {
    /// Its id.
    #[cfg_attr(test, ts(as = "String"))]
    pub id: AppId,
    /// The name.
    pub name: String,
    /// The client id, with which the app requests access.
    pub client_id: String,
    /// The URLs to which browsers are redirected after access was granted.
    pub redirect_uris: Vec<String>,
    /// The scopes that the app requests; `all` for all.
    pub scopes: Vec<String>,
    /// The version of its webhooks, and of its requests that specify none.
    pub api_version: Option<String>,
    /// The URL that is notified when the app is uninstalled.
    pub uninstall_url: Option<String>,
    /// Whether its webhooks can be signed.
    pub signs: bool,
    /// The teammates who granted it access.
    pub installs: Vec<Installation>,
    /// When it was created.
    pub created_at: i64,
}

/// The apps of a workspace.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AppsSettings {
    /// The apps, oldest first.
    pub items: Vec<AppSettings>,
    /// The scopes that an app can request.
    pub scopes: Vec<ScopeName>,
    /// The versions that an app can be set to.
    pub versions: Vec<&'static str>,
}

/// An app to be created.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct NewApp {
    /// The name.
    pub name: String,
    /// The redirect URLs.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// The scopes that it requests.
    pub scopes: Vec<String>,
    /// The version of its requests that specify none.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub api_version: Option<String>,
    /// The URL that is notified when the app is uninstalled.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub uninstall_url: Option<String>,
}

/// A change of an app. Omitted fields stay unchanged.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ChangeApp {
    /// The name.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub name: Option<String>,
    /// The redirect URLs.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub redirect_uris: Option<Vec<String>>,
    /// The scopes that it requests.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub scopes: Option<Vec<String>>,
    /// The version of its requests that specify none; empty for the default.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub api_version: Option<String>,
    /// The URL that is notified when the app is uninstalled; empty for none.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub uninstall_url: Option<String>,
}

/// An app with its client secret, which is shown only once.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct AppSecret {
    pub app: AppSettings,
    pub client_secret: String,
}

/// The access that an app lost.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the name says it")]
pub struct RemovedApp {
    pub revoked_tokens: u64,
}

/// An access token. The token itself is not stored.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TokenSettings {
    /// Its id.
    #[cfg_attr(test, ts(as = "String"))]
    pub id: TokenId,
    /// The name.
    pub name: Option<String>,
    /// The app that it was granted to.
    pub app: Option<String>,
    /// The name of the teammate it acts as.
    pub admin_name: String,
    /// Their email address, for those who may change teammates.
    pub admin_email: Option<String>,
    /// The scopes; `all` for all that the teammate's role permits.
    pub scopes: Vec<String>,
    /// The version of its requests that specify none.
    pub api_version: Option<String>,
    /// When it was created.
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
    #[cfg_attr(test, ts(as = "Option<String>"))]
    pub next: Option<TokenId>,
    /// The scopes that the teammate can grant.
    pub scopes: Vec<ScopeName>,
    /// The versions that a token can be set to.
    pub versions: Vec<&'static str>,
}

/// A token to be created.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct NewToken {
    /// The name.
    pub name: String,
    /// The scopes.
    pub scopes: Vec<String>,
    /// The version of its requests that specify none.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub api_version: Option<String>,
}

/// A new token, which is shown only once.
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
    /// The endpoint has not been verified yet.
    Unverified,
    /// The endpoint receives notifications.
    Live,
    /// The endpoint failed the verification.
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
    #[cfg_attr(test, ts(as = "String"))]
    pub id: WebhookSubscriptionId,
    /// The app.
    #[cfg_attr(test, ts(as = "String"))]
    pub app_id: AppId,
    /// The name of the app.
    pub app_name: String,
    /// The URL of the endpoint.
    pub url: String,
    /// Its topics.
    pub topics: Vec<String>,
    /// The state.
    pub state: WebhookState,
    /// The reason for the state.
    pub reason: Option<String>,
    /// Topics that are not sent, each with the reason.
    pub not_sent: Vec<String>,
    /// Until when nothing is sent, because the endpoint asked for it or failed often.
    pub paused_until: Option<i64>,
    /// Since when the endpoint has been failing.
    pub failing_since: Option<i64>,
    /// When it was created.
    pub created_at: i64,
}

/// A topic that can be selected.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TopicName {
    /// The name.
    pub name: &'static str,
    /// The scopes, one of which the app needs.
    pub scopes: Vec<&'static str>,
    /// The first API version that has the topic.
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

/// The subscription to be set for an app.
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
    /// It is still to be sent, or to be retried.
    Pending,
    /// The endpoint accepted it.
    Sent,
    /// It is not retried any more.
    Failed,
    /// It was no longer needed.
    Dropped,
}

/// A delivery in a list.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct WebhookDelivery {
    /// Its id.
    #[cfg_attr(test, ts(as = "String"))]
    pub id: WebhookDeliveryId,
    /// The subscription.
    #[cfg_attr(test, ts(as = "String"))]
    pub subscription_id: WebhookSubscriptionId,
    /// The topic of the event.
    pub topic: String,
    /// The state.
    pub state: DeliveryState,
    /// The number of attempts.
    pub attempts: i64,
    /// The status of the last response.
    pub status: Option<u16>,
    /// The last error.
    pub error: Option<String>,
    /// When it was last attempted.
    pub sent_at: Option<i64>,
    /// When it is attempted next.
    pub due_at: Option<i64>,
    /// When the event happened.
    pub event_at: i64,
}

/// A page of deliveries, newest first.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct WebhookDeliveries {
    /// The deliveries.
    pub items: Vec<WebhookDelivery>,
    /// The `before` of the next page.
    #[cfg_attr(test, ts(as = "Option<String>"))]
    pub next: Option<WebhookDeliveryId>,
}

/// An attempt of a delivery.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DeliveryAttempt {
    /// When it began.
    pub at: i64,
    /// The status of the response.
    pub status: Option<u16>,
    /// The duration in milliseconds.
    pub ms: i64,
    /// The error.
    pub error: Option<String>,
    /// The beginning of the response.
    pub answer: Option<String>,
}

/// A delivery with its body and its attempts.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct WebhookDeliveryDetail {
    /// The delivery.
    #[serde(flatten)]
    pub delivery: WebhookDelivery,
    /// The id that the endpoint receives.
    pub notification_id: String,
    /// The JSON that was last sent, or will be sent.
    pub body: String,
    /// Whether the body is truncated.
    pub is_cut: bool,
    /// The attempts, oldest first.
    pub log: Vec<DeliveryAttempt>,
}

/// Which deliveries are retried.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ReplayFailed {
    /// Failed deliveries of events since this time, in unix seconds.
    pub since: i64,
}

/// The number of deliveries that are retried.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Replayed {
    /// The number.
    pub count: i64,
    /// Whether there may be more, because the number in one call is limited.
    pub may_have_more: bool,
}
