//! `deskwire settings`

use clap::parser::ValueSource;
use clap::{ArgMatches, Args};
use serde::Serialize;

use super::{Result, Target};
use crate::config::{Setting, Settings, Values};
use crate::logging;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Print the table of docs/SETTINGS.md instead
    #[arg(long)]
    table: bool,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    server: Settings,
}

impl Arguments {
    /// The effective value of a setting whose default depends on others, or on the system.
    fn computed(&self, setting: &str) -> Option<String> {
        let Self { target, server, .. } = self;
        match setting {
            "files" => Some(server.files.place(&target.url()).to_string()),
            "max_connections" => Some(server.connections().total.to_string()),
            "search_connections" => Some(server.options().search_connections.to_string()),
            "mail_domain" => server.mail.domain().map(str::to_owned),
            "log_level" => Some(logging::default_level(true).to_owned()),
            "log_format" => Some(logging::default_format(true).to_string()),
            _ => None,
        }
    }
}

/// A setting as it is printed.
#[derive(Serialize)]
struct Printed {
    setting: String,
    value: Option<String>,
    /// `flag`, `environment`, `file` or `default`.
    source: &'static str,
    default: String,
    environment: String,
    description: String,
}

/// Prints each setting with its effective value and its source.
pub(crate) fn run(arguments: &Arguments, settings: &[Setting], matches: &ArgMatches, file: &Values) -> Result {
    if arguments.table {
        super::print_line("| Setting | Default | |\n|---|---|---|")?;
        return settings.iter().try_for_each(|setting| super::print_line(setting.row()));
    }
    // A combination that `serve` rejects is rejected here as well.
    arguments.server.check()?;
    let by_data = matches.value_source("data") == Some(ValueSource::CommandLine);
    settings.iter().try_for_each(|setting| {
        let name = setting.name();
        // --data is another way to give the database.
        let is_data = by_data && name == "database";
        let source = match matches.value_source(&name) {
            _ if is_data => "flag",
            Some(ValueSource::CommandLine) => "flag",
            Some(ValueSource::EnvVariable) => "environment",
            _ if file.contains_key(&setting.env()) => "file",
            _ => "default",
        };
        let mut values = matches.get_raw(&name).into_iter().flatten();
        let value = values.next().map(|value| value.to_string_lossy().into_owned());
        let value = if is_data { Some(arguments.target.url()) } else { value };
        let value = value.or_else(|| arguments.computed(&name));
        super::print_json(&Printed {
            value: if setting.is_secret() { value.map(|value| hidden(&name, &value)) } else { value },
            source,
            default: setting.default(),
            environment: setting.env(),
            description: setting.description(),
            setting: name,
        })
    })
}

/// A value with its secrets redacted.
fn hidden(name: &str, value: &str) -> String {
    if name.ends_with("_secret") { "***".to_owned() } else { super::without_password(value) }
}
