//! Logging to stderr, as text for people and as JSON for programs.

mod fields;

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::cli::{Failure, Result};
use crate::config::{Format, LogLevel};

/// The default level.
pub(crate) fn default_level(server: bool) -> &'static str {
    if server { "info" } else { "warn" }
}

/// The default format.
pub(crate) fn default_format(server: bool) -> Format {
    if std::io::stderr().is_terminal() || !server { Format::Text } else { Format::Json }
}

/// Starts logging. A server logs at `info`, as JSON unless it runs on a terminal; commands and the demo log warnings
/// only.
pub(crate) fn start(server: bool, level: Option<&LogLevel>, format: Option<Format>) -> Result {
    let level = level.map_or(default_level(server), |level| &level.0);
    let filter = EnvFilter::try_new(level).map_err(Failure::new)?;
    let terminal = std::io::stderr().is_terminal();
    let format = format.unwrap_or_else(|| default_format(server));
    // The access log has a separate setting, so that no level silences it.
    let access = format!("{}=info", deskwire_api::ACCESS_LOG).parse().map_err(Failure::new)?;
    // The HTML parser logs each error in user input.
    let parser = "html5ever=off".parse().map_err(Failure::new)?;
    let filter = filter.add_directive(access).add_directive(parser);
    // A failure to write the log must not end the program: by default, it is printed, which panics.
    let logs =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).log_internal_errors(false);
    let started = match format {
        Format::Text => logs.with_ansi(terminal).with_target(false).try_init(),
        Format::Json => logs
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .fmt_fields(fields::JsonFields)
            .try_init(),
    };
    started.map_err(Failure::new)
}
