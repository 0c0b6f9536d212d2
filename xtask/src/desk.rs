//! Teammates who are signed in to the inbox, written straight into the tables, and the requests that their browsers make.

use std::net::SocketAddr;
use std::time::Duration;

use deskwire_store::{Db, Error, Options};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::client::{Connection, Target};
use crate::server::Workspace;

/// The id of the first teammate, far from those that are counted up.
const FIRST: u64 = 1_000_000;

/// A teammate with a session.
#[derive(Clone, Debug)]
pub(crate) struct Seat {
    /// Their id.
    pub(crate) admin: u64,
    secret: String,
}

/// Adds teammates with a session each to a workspace, before the server starts. `first` distinguishes them from other
/// workspaces.
pub(crate) fn seats(database: &str, workspace: &Workspace, first: u64, count: u64) -> Result<Vec<Seat>, String> {
    let seats: Vec<Seat> =
        (first..first + count).map(|number| Seat { admin: FIRST + number, secret: format!("{number:0>43}") }).collect();
    let options = Options { busy_timeout: Duration::from_secs(60), ..Options::default() };
    let db = Db::open(database, options).map_err(|e| format!("opening {database}: {e}"))?;
    let sql = statements(&workspace.id, &seats);
    db.write_sync::<_, Error>(move |tx| tx.execute_batch(&sql)).map_err(|e| format!("adding teammates: {e}"))?;
    db.close();
    Ok(seats)
}

fn statements(workspace: &str, seats: &[Seat]) -> String {
    let now = std::time::UNIX_EPOCH.elapsed().unwrap_or_default().as_secs();
    let list = |row: &dyn Fn(&Seat) -> String| seats.iter().map(row).collect::<Vec<_>>().join(",");
    let admins = list(&|Seat { admin, .. }| {
        format!(
            "('{workspace}',{admin},'Teammate {admin}','{admin}@desk.example','{admin}@desk.example',TRUE,TRUE,FALSE,FALSE,{now},{now})"
        )
    });
    let sessions = list(&|Seat { admin, secret }| {
        let hash: String = Sha256::digest(secret.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        let until = now + 86_400;
        format!("('{workspace}',{admin},'session','{hash}',{admin},{now},{now},{until})")
    });
    format!(
        "INSERT INTO admins (workspace_id, id, name, email, email_key, email_verified, has_inbox_seat, away_mode_enabled, \
         away_mode_reassign, created_at, updated_at) VALUES {admins}; \
         INSERT INTO inbox_sessions (workspace_id, id, kind, hash, admin_id, created_at, seen_at, expires_at) VALUES {sessions};"
    )
}

impl Seat {
    /// The head of a request, without the empty line that ends it.
    pub(crate) fn head(&self, method: &str, path: &str) -> String {
        format!(
            "{method} /app/v1{path} HTTP/1.1\r\nhost: localhost\r\nx-deskwire: 1\r\ncookie: deskwire-inbox={}\r\n",
            self.secret
        )
    }

    /// A read.
    pub(crate) fn get(&self, path: &str) -> Vec<u8> {
        format!("{}\r\n", self.head("GET", path)).into_bytes()
    }

    /// A write with its key.
    pub(crate) fn write(&self, method: &str, path: &str, key: &str, body: &Value) -> Vec<u8> {
        let (head, body) = (self.head(method, path), body.to_string());
        format!(
            "{head}idempotency-key: {key}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
        .into_bytes()
    }
}

/// Starts so many conversations of one contact; their ids.
pub(crate) async fn conversations(
    addr: SocketAddr,
    workspace: &Workspace,
    count: usize,
) -> Result<Vec<String>, String> {
    let target = Target { addr, token: workspace.token.clone(), version: "Unstable".to_owned() };
    let mut connection = Connection::open(addr).await?;
    let contact = json!({"role": "user", "email": "ada@desk.example"}).to_string();
    let contact = connection.json(&target.post("/contacts", &contact)).await?["id"].clone();
    let message = json!({"from": {"type": "user", "id": contact}, "body": "Where is my order?"}).to_string();
    let mut ids = Vec::with_capacity(count);
    for _ in 0..count {
        let made = connection.json(&target.post("/conversations", &message)).await?;
        ids.push(made["conversation_id"].as_str().ok_or("a conversation has no id")?.to_owned());
    }
    Ok(ids)
}
