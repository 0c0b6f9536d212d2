//! An app is thrown out, or leaves.

use deskwire_store::apps::App;
use deskwire_store::{Tx, apps, jobs, tokens as store};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::activity::{self, Entry};
use crate::actor::Actor;
use crate::error::{Error, Result};
use crate::tokens;

/// The kind of job that tells an app of its end.
pub const NOTICE: &str = "uninstall_notice";

/// What an app is to be told, and where: the payload of such a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The URL to post to.
    pub url: String,
    /// The workspace that the app has no access to any more.
    pub app_id: String,
}

/// Ends all that the token's app may do in the workspace. A token that belongs to no app ends alone.
pub fn uninstall(tx: &mut Tx<'_>, actor: &Actor, app_id: Option<i64>, token_id: i64, ip: Option<&str>) -> Result<()> {
    let app = match app_id {
        Some(id) => apps::get(tx, actor.workspace(), id)?,
        None => None,
    };
    match app {
        Some(app) => uninstall_app(tx, actor, &app, ip).map(|_| ()),
        None => tokens::revoke(tx, actor.workspace(), token_id).map(|_| ()),
    }
}

/// Ends all that an app may do in its workspace: how many tokens ended.
pub fn uninstall_app(tx: &mut Tx<'_>, actor: &Actor, app: &App, ip: Option<&str>) -> Result<u64> {
    let ended = store::revoke_app(tx, actor.workspace(), app.id)?;
    let installs = apps::uninstall(tx, actor.workspace(), app.id)?;
    if ended + installs == 0 {
        // It was thrown out before, perhaps a moment ago: it is told once.
        return Ok(0);
    }
    let description = format!("{} uninstalled the app {}.", activity::name_of(tx, actor)?, app.name);
    let metadata = json!({"app_name": app.name, "client_id": app.client_id});
    activity::log(tx, actor, Entry { activity_type: "app_package_uninstallation", description, metadata, ip })?;
    if let Some(url) = &app.uninstall_url {
        let notice = Notice { url: url.clone(), app_id: actor.workspace().to_owned() };
        let payload = serde_json::to_string(&notice).map_err(Error::internal)?;
        jobs::insert(tx, actor.workspace(), NOTICE, &payload)?;
    }
    Ok(ended)
}
