//! The credentials of the demo: a token and a password, the same at each start if they can be stored.

use deskwire_domain::Cx;
use deskwire_domain::ids::AdminId;
use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use deskwire_api::versions::Version;
use deskwire_domain::sign_in::{self, passwords};
use deskwire_domain::{Actor, Error, ErrorKind, Tenant, admins, tokens};
use deskwire_store::Db;
use serde::{Deserialize, Serialize};

use crate::cli::{Failure, Result};

/// The name of the tokens that the demo creates.
const TOKEN_NAME: &str = "demo";

/// The requested credentials of the demo.
#[derive(Debug)]
pub(crate) struct Wanted {
    /// The access token to use, instead of one that the demo creates.
    pub(crate) token: Option<String>,
    /// The API version of requests without one.
    pub(crate) api_version: Option<String>,
    /// Where token and password are stored; `None` for a demo in memory.
    pub(crate) keep: Option<Keep>,
}

/// Where the credentials of the demo are stored.
#[derive(Debug)]
pub(crate) enum Keep {
    /// In this file, beside the database.
    File(PathBuf),
    /// In a file of the workspace in this directory, for a database on another machine.
    Directory(PathBuf),
}

impl Keep {
    fn file(self, workspace: &str) -> PathBuf {
        match self {
            Keep::File(path) => path,
            Keep::Directory(path) => path.join(format!("demo-keys-{workspace}.json")),
        }
    }
}

/// The credentials of the demo.
#[derive(Debug)]
pub(crate) struct Keys {
    /// An access token.
    pub(super) token: String,
    /// The email address of an admin.
    pub(super) email: String,
    /// Their password.
    pub(super) password: String,
    /// The API version of requests without one.
    pub(super) api_version: String,
    /// The secret of a link that signs the admin in to the inbox, once.
    pub(super) link: String,
}

/// The credentials stored for the next start.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct SavedKeys {
    token: Option<String>,
    password: String,
    /// The tokens of starts with an explicit API version, by version.
    #[serde(default)]
    versions: BTreeMap<String, String>,
}

impl SavedKeys {
    fn token(&self, api_version: Option<&str>) -> Option<&String> {
        api_version.map_or(self.token.as_ref(), |version| self.versions.get(version))
    }

    fn keep(&mut self, api_version: Option<&str>, token: &str) {
        match api_version {
            Some(version) => drop(self.versions.insert(version.to_owned(), token.to_owned())),
            None => self.token = Some(token.to_owned()),
        }
    }
}

/// Ensures that the workspace has a token and its first admin a password, and returns both.
pub(super) fn give(db: &Db, tenant: Arc<Tenant>, wanted: Wanted) -> Result<Keys> {
    let Wanted { token: explicit, api_version, keep } = wanted;
    let keep = keep.map(|keep| keep.file(&tenant.id));
    let saved = keep.as_deref().and_then(read);
    let actor = Actor::system(tenant);
    let reader = actor.clone();
    let (admin, stored) = db.search_sync(move |tx| {
        let id = admins::named(&mut tx.within(reader.workspace()), None)?;
        let admin = admins::find(&mut Cx::new(tx, &reader), id, ErrorKind::AdminNotFound)?.admin;
        let stored = sign_in::password(&mut Cx::new(tx, &reader), id)?;
        Ok::<_, Error>((admin, stored))
    })?;
    let known = saved.as_ref().map(|k| k.password.clone()).filter(|p| passwords::verify(p, stored.as_deref()));
    let (password, hash) = if let Some(password) = known {
        (password, None)
    } else {
        let password = passwords::generate()?;
        let hash = passwords::hash(&password)?;
        (password, Some(hash))
    };
    let email = admin.email.clone();
    let mut saved =
        saved.unwrap_or_else(|| SavedKeys { token: None, password: String::new(), versions: BTreeMap::new() });
    let choice = Choice {
        admin_id: admin.id,
        requested: explicit.clone(),
        saved: saved.token(api_version.as_deref()).cloned(),
        fresh: tokens::generate()?,
        api_version: api_version.clone(),
    };
    let (token, granted_version, link) = db.write_sync(move |tx| {
        if let Some(hash) = &hash {
            sign_in::set_password(&mut Cx::new(tx, &actor), &admin, hash)?;
        }
        let token = choice.token(&mut Cx::new(tx, &actor))?;
        let granted = tokens::find(tx, &tokens::hash(&token))?;
        let (granted, _) = granted.ok_or_else(|| Error::internal("a token was lost while it was made"))?;
        let link = sign_in::inbox::make_link(&mut tx.within(actor.workspace()), choice.admin_id)?;
        Ok::<_, Error>((token, granted.api_version, link))
    })?;
    if let Some(path) = keep {
        if explicit.is_none() {
            saved.keep(api_version.as_deref(), &token);
        }
        saved.password.clone_from(&password);
        write(&path, &saved)?;
    }
    let api_version = granted_version.unwrap_or_else(|| Version::DEFAULT.to_string());
    Ok(Keys { token, email, password, api_version, link })
}

/// The candidates for the token of the demo.
struct Choice {
    /// The admin that a new one acts as.
    admin_id: AdminId,
    /// The requested one.
    requested: Option<String>,
    /// The stored one of earlier starts with the same version.
    saved: Option<String>,
    /// A new one.
    fresh: String,
    /// The requested version.
    api_version: Option<String>,
}

impl Choice {
    /// The requested token, else the stored one, else a new one that replaces those that the demo created before. An
    /// existing token keeps its version, because it may be in use.
    fn token(&self, cx: &mut Cx) -> Result<String, Error> {
        if let Some(token) = &self.requested {
            return match Self::version_of(cx, token)? {
                None => self.grant(cx, token, None),
                Some(version) => self.checked(token, &version),
            };
        }
        if let Some(token) = &self.saved
            && Self::version_of(cx, token)?.is_some()
        {
            return Ok(token.clone());
        }
        let name = match &self.api_version {
            Some(version) => format!("{TOKEN_NAME} {version}"),
            None => TOKEN_NAME.to_owned(),
        };
        tokens::revoke_named(cx, &name)?;
        self.grant(cx, &self.fresh, Some(&name))
    }

    /// The version of a token; `None` if it is not a token of this workspace.
    fn version_of(cx: &mut Cx, token: &str) -> Result<Option<String>, Error> {
        let actor = cx.actor();
        let found = tokens::find(cx, &tokens::hash(token))?;
        let ours = found.filter(|(grant, _)| grant.tenant.id == actor.workspace());
        Ok(ours.map(|(grant, _)| grant.api_version.unwrap_or_else(|| Version::DEFAULT.to_string())))
    }

    fn checked(&self, token: &str, version: &str) -> Result<String, Error> {
        match &self.api_version {
            Some(requested) if requested != version => Err(Error::invalid(format!(
                "this token has the API version {version}, and may be in use: leave out --api-version, or use another token"
            ))),
            _ => Ok(token.to_owned()),
        }
    }

    fn grant(&self, cx: &mut Cx, token: &str, name: Option<&str>) -> Result<String, Error> {
        let api_version = self.api_version.as_deref();
        let new = tokens::New { app_id: None, admin_id: self.admin_id, token, scopes: "all", name, api_version };
        if !tokens::grant_chosen(cx, &new)? {
            return Err(Error::invalid("this token was revoked, or belongs to another workspace"));
        }
        Ok(token.to_owned())
    }
}

/// The stored credentials. An unreadable file counts as missing.
fn read(path: &Path) -> Option<SavedKeys> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

/// Stores the credentials in a file that only the owner can read.
fn write(path: &Path, saved: &SavedKeys) -> Result {
    let text = serde_json::to_vec(saved).map_err(Failure::new)?;
    let unwritten = |e: io::Error| Failure::new(format!("cannot write {}: {e}", path.display()));
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory).map_err(unwritten)?;
    }
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
    file.and_then(|mut file| file.write_all(&text)).map_err(unwritten)
}
