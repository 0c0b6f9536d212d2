//! Uninstalling an app, by a teammate or by the app itself.

use deskwire_store::apps::App;
use deskwire_store::{Hold, apps, tokens as store};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::Cx;
use crate::activity;
use crate::error::Result;
use crate::ids::{AppId, TokenId};
use crate::jobs::{self, JobKind, Work};
use crate::{secrets, tokens};

/// The uninstall notice and its URL: the payload of the job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The URL to post to.
    pub url: String,
    /// The workspace that the app lost access to.
    pub app_id: String,
    /// The HMAC-SHA256 of [`Notice::body`] with the app's client secret, in hexadecimal digits; `None` for an app
    /// without a secret.
    #[serde(default)]
    pub signature: Option<String>,
}

impl Work for Notice {
    const KIND: JobKind = JobKind::UninstallNotice;
}

impl Notice {
    fn new(url: &str, app_id: &str, secret: Option<&str>) -> Self {
        let notice = Self { url: url.to_owned(), app_id: app_id.to_owned(), signature: None };
        let signature = secret.map(|secret| secrets::signature(secret, &notice.body()));
        Self { signature, ..notice }
    }

    /// The request body.
    pub fn body(&self) -> String {
        json!({"app_id": self.app_id}).to_string()
    }
}

/// Uninstalls the token's app from the workspace. If the token belongs to no app, only the token is revoked.
pub fn uninstall(cx: &mut Cx, app_id: Option<AppId>, token_id: TokenId, ip: Option<&str>) -> Result<()> {
    let app = match app_id {
        Some(id) => apps::get(cx, id)?,
        None => None,
    };
    match app {
        Some(app) => uninstall_app(cx, &app, ip).map(|_| ()),
        None => tokens::revoke(cx, token_id).map(|_| ()),
    }
}

/// Uninstalls an app from its workspace. Returns the number of tokens revoked.
pub fn uninstall_app(cx: &mut Cx, app: &App, ip: Option<&str>) -> Result<u64> {
    let actor = cx.actor();
    // A token that is being issued to the app is stored before this, or not at all.
    if apps::hold(cx, app.id, Hold::End)?.is_none() {
        return Ok(0);
    }
    let ended = store::revoke_app(cx, app.id)?;
    let installs = apps::uninstall(cx, app.id)?;
    if ended + installs == 0 {
        // It was already uninstalled: the notice is sent once.
        return Ok(0);
    }
    let metadata = json!({"app_name": app.name, "client_id": app.client_id});
    let action = format!("uninstalled the app {}", app.name);
    activity::log_action(cx, "app_package_uninstallation", &action, metadata, ip)?;
    if let Some(url) = &app.uninstall_url {
        let secret = apps::signing_secret(cx, app.id)?;
        let notice = Notice::new(url, actor.workspace(), secret.as_deref());
        jobs::insert(cx, &notice)?;
    }
    Ok(ended)
}
