//! Apps: programs that ask users for access.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use deskwire_store::{Tx, tokens as store};

use crate::error::{Error, Result};
use crate::tokens;

/// An app that was just made. Its secret is shown this once.
#[derive(Debug, Clone)]
pub struct Made {
    /// The app's own id.
    pub id: i64,
    /// What it calls itself when it asks.
    pub client_id: String,
    /// What it proves itself with.
    pub client_secret: String,
}

/// Registers an app of a workspace.
pub fn create(tx: &mut Tx<'_>, workspace: &str, name: &str, redirect_uris: &[String], scopes: &str) -> Result<Made> {
    let (id, client_id, client_secret) = (tx.mint(), random::<16>()?, random::<32>()?);
    let secret_hash = tokens::hex(&tokens::hash(&client_secret));
    let redirect_uris = redirect_uris.join("\n");
    store::insert_app(
        tx,
        workspace,
        &store::NewApp {
            id,
            name,
            client_id: &client_id,
            secret_hash: &secret_hash,
            signing_secret: &client_secret,
            redirect_uris: &redirect_uris,
            scopes,
        },
    )?;
    Ok(Made { id, client_id, client_secret })
}

fn random<const BYTES: usize>() -> Result<String> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).map_err(Error::internal)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}
