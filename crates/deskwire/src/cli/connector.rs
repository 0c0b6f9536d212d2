//! `deskwire connector`

use std::time::{Duration, Instant};

use clap::{Args, Subcommand};
use deskwire_domain::data_connectors::{self, ConnectorState, Execution, ExecutionError, Start};
use deskwire_domain::error::{Error, ErrorKind};
use deskwire_domain::ids::{ContactId, DataConnectorId};
use deskwire_domain::times;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{Failure, In, Result};
use crate::config::whole;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Have a running server execute a data connector, and print the result as JSON; fails if the execution fails
    Run(Run),
}

#[derive(Debug, Args)]
pub(crate) struct Run {
    /// The connector's id
    #[arg(value_name = "ID", value_parser = super::id)]
    id: i64,
    /// The value of an input; may be repeated
    #[arg(long = "input", value_name = "NAME=VALUE", value_parser = input)]
    inputs: Vec<(String, String)>,
    /// Execute the draft instead of the live version
    #[arg(long)]
    draft: bool,
    /// The id of the contact on whose behalf it is executed
    #[arg(long, value_name = "ID", value_parser = contact)]
    contact: Option<ContactId>,
    /// Seconds to wait for the result
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = whole(0_u64, 3600))]
    wait: u64,
    #[command(flatten)]
    within: In,
}

/// An execution as it is printed.
#[derive(Serialize)]
struct ExecutionResult<'a> {
    id: i64,
    success: bool,
    http_status: Option<i64>,
    error_type: Option<ExecutionError>,
    error_message: Option<&'a str>,
    execution_time_ms: Option<i64>,
    request_url: Option<&'a str>,
    request_body: Option<&'a str>,
    response_body: Option<&'a str>,
    created_at: String,
}

impl<'a> ExecutionResult<'a> {
    fn new(execution: &'a Execution) -> Self {
        Self {
            id: execution.id.number(),
            success: execution.success,
            http_status: execution.http_status,
            error_type: execution.error_type,
            error_message: execution.error_message.as_deref(),
            execution_time_ms: execution.execution_time_ms,
            request_url: execution.request_url.as_deref(),
            request_body: execution.request_body.as_deref(),
            response_body: execution.response_body.as_deref(),
            created_at: times::iso(execution.created_at),
        }
    }
}

pub(crate) fn run(Command::Run(run): Command) -> Result {
    let connector_id = DataConnectorId::new(run.id);
    let start = Start {
        connector_id,
        state: if run.draft { ConnectorState::Draft } else { ConnectorState::Live },
        inputs: run.inputs.into_iter().map(|(name, value)| (name, Value::from(value))).collect::<Map<_, _>>(),
        source_type: None,
        source_id: None,
        conversation_id: None,
        contact_id: run.contact,
    };
    let id = run.within.write::<_, Error>(move |cx| data_connectors::enqueue(cx, start.clone()))?;
    let until = Instant::now() + Duration::from_secs(run.wait);
    loop {
        let found = run.within.read::<_, Error>(move |cx| match data_connectors::execution(cx, connector_id, id) {
            Ok(execution) => Ok(Some(execution)),
            Err(error) if error.kind == ErrorKind::ExecutionResultNotFound => Ok(None),
            Err(error) => Err(error),
        })?;
        if let Some(execution) = found {
            super::print_json(&ExecutionResult::new(&execution))?;
            let reason = execution.error_message.unwrap_or_default();
            return if execution.success { Ok(()) } else { Err(Failure::new(reason)) };
        }
        if Instant::now() >= until {
            return Err(Failure::new(format!(
                "no running server has executed it yet; the result will have the id {id}"
            )));
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn input(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(name, _)| !name.is_empty());
    pair.map(|(name, value)| (name.to_owned(), value.to_owned()))
        .ok_or_else(|| format!("must be NAME=VALUE, not {text:?}"))
}

fn contact(text: &str) -> Result<ContactId, String> {
    ContactId::parse(text).ok_or_else(|| format!("must be the id of a contact, not {text:?}"))
}
