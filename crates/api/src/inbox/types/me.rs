//! Signing in, and what teammates set for themselves.

use serde::{Deserialize, Serialize};

/// How far a browser is with signing in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Step {
    /// Email address and password are to be sent.
    SignIn,
    /// The same again, with one of these workspaces.
    Choose,
    /// The code of the second factor is to be sent.
    Totp,
    /// It is signed in.
    Done,
}

/// The answer to each step of signing in.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SignIn {
    /// What comes next.
    pub step: Step,
    /// The workspaces to choose from.
    pub workspaces: Option<Vec<WorkspaceName>>,
}

/// How far a browser is with signing in, and how it may go on.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SessionState {
    /// What comes next.
    pub step: Step,
    /// The workspaces to choose from.
    pub workspaces: Option<Vec<WorkspaceName>>,
    /// The name of the provider of identities to sign in through, if there is one.
    pub sso: Option<String>,
}

/// A workspace to choose.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct WorkspaceName {
    pub id: String,
    pub name: String,
}

/// A browser that a teammate is signed in with.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Session {
    /// Its id.
    pub id: String,
    /// Whether it is the one that asks.
    pub is_this: bool,
    /// What it says of itself.
    pub user_agent: Option<String>,
    /// Where it signed in from.
    pub address: Option<String>,
    /// When it signed in.
    pub created_at: i64,
    /// When it was last used, give or take a minute.
    pub seen_at: i64,
}

/// The browsers that a teammate is signed in with.
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
    /// Whether they do.
    pub active: bool,
    /// How many recovery codes are left.
    pub recovery_codes_left: i64,
}

/// What an authenticator app is given. It counts once a code is confirmed.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SecondFactorSetup {
    /// The secret, in base 32, to be typed.
    pub secret: String,
    /// The same as an `otpauth:` URL, for a QR code.
    pub url: String,
}

/// The codes that stand in for a lost second factor, shown this once.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the name says it")]
pub struct RecoveryCodes {
    pub codes: Vec<String>,
}

/// What a teammate is told by mail, unless they have read it in the inbox.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct MailSettings {
    /// Conversations that are assigned to them, or to their team.
    pub assigned: bool,
    /// Where they are mentioned.
    pub mentioned: bool,
    /// What customers say in conversations of theirs.
    pub replied: bool,
    /// Everything else in conversations of theirs.
    pub other: bool,
}
