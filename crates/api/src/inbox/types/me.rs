//! Signing in, and teammates' own settings.

use deskwire_domain::ids::InboxSessionId;
use serde::{Deserialize, Serialize};

/// The next step of signing in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Step {
    /// The browser must send an email address and a password.
    SignIn,
    /// The browser must send them again with one of the workspaces.
    Choose,
    /// The browser must send the code of the second factor.
    Totp,
    /// The browser is signed in.
    Done,
}

/// The response to each step of signing in.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SignIn {
    /// The next step.
    pub step: Step,
    /// The workspaces to choose from.
    pub workspaces: Option<Vec<WorkspaceName>>,
}

/// The next step of signing in, and the ways to sign in.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SessionState {
    /// The next step.
    pub step: Step,
    /// The workspaces to choose from.
    pub workspaces: Option<Vec<WorkspaceName>>,
    /// The name of the identity provider to sign in through, if there is one.
    pub sso: Option<String>,
}

/// A workspace that can be chosen.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct WorkspaceName {
    pub id: String,
    pub name: String,
}

/// A browser in which a teammate is signed in.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Session {
    /// Its id.
    #[cfg_attr(test, ts(as = "String"))]
    pub id: InboxSessionId,
    /// Whether it is the browser that sent the request.
    pub is_this: bool,
    /// The `User-Agent` header.
    pub user_agent: Option<String>,
    /// The IP address from which it signed in.
    pub address: Option<String>,
    /// When it signed in.
    pub created_at: i64,
    /// When it was last used, within a minute.
    pub seen_at: i64,
}

/// The browsers in which a teammate is signed in.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct Sessions {
    pub items: Vec<Session>,
}

/// Whether a teammate needs a code to sign in.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SecondFactor {
    /// Whether the second factor is active.
    pub active: bool,
    /// The number of recovery codes that are left.
    pub recovery_codes_left: i64,
}

/// The secret for an authenticator app. It is not active before a code is confirmed.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SecondFactorSetup {
    /// The secret in base 32, for manual entry.
    pub secret: String,
    /// The secret as an `otpauth:` URL, for a QR code.
    pub url: String,
}

/// The codes that replace a lost second factor, shown only once.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the name says it")]
pub struct RecoveryCodes {
    pub codes: Vec<String>,
}

/// Whether a teammate can sign in with a password.
#[derive(Debug, Clone, Copy, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PasswordState {
    /// Whether they have one. Without one, they sign in through an identity provider or with a link.
    pub exists: bool,
}

/// The events of which a teammate is notified by mail, unless they have read them in the inbox.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct MailSettings {
    /// Conversations that are assigned to them, or to their team.
    pub assigned: bool,
    /// Mentions of them.
    pub mentioned: bool,
    /// Customers' replies in their conversations.
    pub replied: bool,
    /// Other events in their conversations.
    pub other: bool,
}
