//! Sends the steps of one version and records the answers.

use std::collections::HashMap;
use std::fmt::Write;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::description::Description;
use super::hooks::Hooks;
use super::recipes::{self, Step};
use crate::client::{Connection, Target, Types};

/// How long a job may take.
const JOB_LIMIT: Duration = Duration::from_secs(20);
/// How long to wait before a job is polled again.
const PAUSE: Duration = Duration::from_millis(50);
/// The status of an operation that the server does not have yet.
const NOT_IMPLEMENTED: u16 = 501;
const DAY: u64 = 86_400;
const BOUNDARY: &str = "deskwire-contract";

/// The results of the steps of one version.
#[derive(Debug, Default)]
pub(super) struct Driven {
    /// Every exchange, as the checker reads it.
    pub(super) exchanges: Vec<Value>,
    /// Steps that were not answered with success: the file, the call and what happened.
    pub(super) failures: Vec<Failure>,
}

/// A step that was not answered with success.
#[derive(Debug)]
pub(super) struct Failure {
    /// Where the step is.
    pub(super) file: &'static str,
    /// The call.
    pub(super) call: String,
    /// In which version.
    pub(super) version: &'static str,
    /// The actual answer.
    pub(super) answer: String,
}

/// The arguments of a command for the workspace of a version.
#[derive(Debug)]
pub(super) struct Cli {
    /// The program.
    pub(super) binary: PathBuf,
    /// The database's URL.
    pub(super) database: String,
    /// The workspace's id.
    pub(super) workspace: String,
}

/// The run of one version, in its own workspace.
struct Driver {
    version: &'static str,
    target: Target,
    connection: Connection,
    cli: Cli,
    hooks: Hooks,
    values: HashMap<String, Value>,
    driven: Driven,
}

/// Takes all steps that a version has.
pub(super) async fn drive(
    version: &'static str,
    target: Target,
    cli: Cli,
    steps: Arc<Vec<(&'static str, Step)>>,
    description: Arc<Description>,
    hooks: Hooks,
) -> Result<Driven, String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_err(|e| e.to_string())?.as_secs();
    let given = [json!(now), json!(now - DAY), json!(now + DAY), json!(target.addr.to_string())];
    let values = recipes::GIVEN.map(str::to_owned).into_iter().zip(given).collect();
    let connection = Connection::open(target.addr).await?;
    let mut driver = Driver { version, target, connection, cli, hooks, values, driven: Driven::default() };
    for (file, step) in steps.iter().filter(|(_, step)| step.is_for(version)) {
        let sent_as = step.sent_as.as_deref().unwrap_or(version);
        if let Some(command) = step.call.strip_prefix("deskwire ") {
            driver.run_command(file, step, command)?;
        } else if let Some(webhook) = step.call.strip_prefix("webhook ") {
            driver.await_webhook(file, step, webhook).await;
        } else if description.has(sent_as, &step.call) {
            driver.take_step(file, step, sent_as).await?;
        }
    }
    Ok(driver.driven)
}

impl Driver {
    /// Runs a command in the workspace, if all that it uses is there, and takes values from what it prints.
    fn run_command(&mut self, file: &'static str, step: &Step, command: &str) -> Result<(), String> {
        let Some(command) = recipes::text(command, &self.values) else { return Ok(()) };
        let Cli { binary, database, workspace } = &self.cli;
        let output = Command::new(binary)
            .args(command.split(' '))
            .args(["--workspace", workspace, "--database", database])
            .output()
            .map_err(|e| format!("starting {}: {e}", binary.display()))?;
        let answer = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
        let status = if output.status.success() { 200 } else { 500 };
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        let taken = self.take_values(step, status, &answer);
        self.note(file, step, taken.map_err(|error| format!("{error} {errors}")));
        Ok(())
    }

    /// Waits for the notification of a topic about a conversation (`TOPIC CONVERSATION`), and takes values from it.
    async fn await_webhook(&mut self, file: &'static str, step: &Step, webhook: &str) {
        let Some(webhook) = recipes::text(webhook, &self.values) else { return };
        let (topic, conversation) = webhook.split_once(' ').unwrap_or((&webhook, ""));
        let received = self.hooks.wait(&self.cli.workspace, topic, &conversation.into()).await;
        let taken = received.and_then(|notification| self.take_values(step, 200, &notification));
        self.note(file, step, taken);
    }

    fn note(&mut self, file: &'static str, step: &Step, taken: Result<(), String>) {
        if let Err(answer) = taken {
            self.driven.failures.push(Failure { file, call: step.call.clone(), version: self.version, answer });
        }
    }

    /// Sends a step, if all that it uses is there, until its answer is the one it waits for.
    async fn take_step(&mut self, file: &'static str, step: &Step, sent_as: &str) -> Result<(), String> {
        for (name, signed) in &step.sign {
            let Some(signed) = recipes::text(signed, &self.values) else { return Ok(()) };
            self.values.insert(name.clone(), signature(&self.target.token, &signed).into());
        }
        let Some((call, body)) = self.filled(step) else { return Ok(()) };
        let (method, path) = call.split_once(' ').ok_or_else(|| format!("{file}: {call:?} has no path"))?;
        let form = format!("multipart/form-data; boundary={BOUNDARY}");
        let types = Types {
            accept: step.accept.as_deref().unwrap_or("application/json"),
            content: if step.form.is_some() { &form } else { "application/json" },
        };
        let mut request = Vec::new();
        sent_as.clone_into(&mut self.target.version);
        self.target.render_as(types, &mut request, method, path, &body);
        // A multipart form is recognized by the names of its parts.
        let sent = serde_json::from_str(&body).unwrap_or_else(|_| json!(step.form));
        let began = Instant::now();
        let (status, answer) = loop {
            let reply = self.connection.call(&request).await?;
            let status = reply.status;
            let answer: Value = serde_json::from_slice(reply.body).unwrap_or(Value::Null);
            if status == NOT_IMPLEMENTED {
                return Ok(());
            }
            let mut exchange = json!({"version": sent_as, "method": method, "path": path, "status": status, "body": &answer, "request": &sent});
            if let Some(reason) = step.refused.as_ref().filter(|_| !succeeded(status)) {
                exchange["note"] = format!("refused: {reason}").into();
            }
            self.driven.exchanges.push(exchange);
            if !succeeded(status) || !step.waits_for(&answer) || began.elapsed() > JOB_LIMIT {
                break (status, answer);
            }
            tokio::time::sleep(PAUSE).await;
        };
        let taken = self.take_values(step, status, &answer);
        self.note(file, step, taken);
        Ok(())
    }

    /// Stores the values that a step takes from its answer; an error if the answer is not the expected one.
    fn take_values(&mut self, step: &Step, status: u16, answer: &Value) -> Result<(), String> {
        if !succeeded(status) {
            let refused = format!("{status} {}", answer.get("errors").unwrap_or(answer));
            return if step.refused.is_some() { Ok(()) } else { Err(refused) };
        }
        if step.waits_for(answer) {
            return Err(format!("not as it should be after {JOB_LIMIT:?}: {answer}"));
        }
        for (name, pointer) in &step.take {
            let value = recipes::at(answer, pointer).ok_or_else(|| format!("no {name} at {pointer} of {answer}"))?;
            self.values.insert(name.clone(), value.clone());
        }
        Ok(())
    }

    /// The call and the body of a step; none where a value is missing because its own step was not answered.
    fn filled(&self, step: &Step) -> Option<(String, String)> {
        let call = recipes::text(&step.call, &self.values)?;
        let body = match (&step.body, &step.form) {
            (Some(template), _) => recipes::body(template, &self.values)?.to_string(),
            (None, Some(form)) => {
                let mut out = String::new();
                for (name, value) in form {
                    let value = recipes::text(value, &self.values)?;
                    let (file, value) = match value.strip_prefix('@') {
                        Some(content) => ("; filename=\"file.json\"\r\ncontent-type: application/json", content),
                        None => ("", value.as_str()),
                    };
                    let head = format!("content-disposition: form-data; name=\"{name}\"{file}");
                    write!(out, "--{BOUNDARY}\r\n{head}\r\n\r\n{value}\r\n").ok()?;
                }
                format!("{out}--{BOUNDARY}--\r\n")
            }
            (None, None) => String::new(),
        };
        Some((call, body))
    }
}

fn succeeded(status: u16) -> bool {
    (200..400).contains(&status)
}

/// The signature of a text by the owner of a token: the key is the token's hash.
#[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
fn signature(token: &str, text: &str) -> String {
    let key = deskwire_store::hex(&Sha256::digest(token.as_bytes()));
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("a key of any length will do");
    mac.update(text.as_bytes());
    deskwire_store::hex(&mac.finalize().into_bytes())
}
