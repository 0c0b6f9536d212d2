//! Everything derived from the declarations of settings: their names, their values from the environment and the
//! settings file, and their rows in docs/SETTINGS.md.
//!
//! The settings are the arguments of `serve` that have an environment variable. A value of the settings file becomes
//! the default of its argument, so that clap itself prefers flags, then the environment, then the file, then the
//! default.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fmt::Write;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command};

use crate::cli::{Failure, Result};

/// The prefix of the names of environment variables.
pub(crate) const PREFIX: &str = "DESKWIRE_";
/// The maximum edit distance at which a name counts as a typo.
const MAX_DISTANCE: usize = 2;
/// Names that people may try, and the setting that each means.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("addr", "listen"),
    ("address", "listen"),
    ("base_url", "public_url"),
    ("bind", "listen"),
    ("data", "database"),
    ("data_dir", "database"),
    ("database_path", "database"),
    ("database_url", "database"),
    ("db", "database"),
    ("db_url", "database"),
    ("external_url", "public_url"),
    ("host", "listen"),
    ("log", "log_level"),
    ("port", "listen"),
    ("postgres_url", "database"),
    ("sms_gateway", "sms_url"),
    ("smtp", "smtp_url"),
    ("smtp_host", "smtp_url"),
    ("uploads", "files"),
    ("url", "public_url"),
];

/// The values of the settings file, by environment variable.
pub(crate) type Values = HashMap<String, String>;

/// A setting.
#[derive(Debug)]
pub(crate) struct Setting {
    arg: Arg,
    /// The default of `demo`, if it differs.
    demo: Option<String>,
}

impl Setting {
    /// All settings, in the order of their declaration.
    pub(crate) fn all(command: &Command) -> Vec<Setting> {
        let of = |name: &str| command.find_subcommand(name).into_iter().flat_map(Command::get_arguments);
        let all = of("serve").chain(command.get_arguments().filter(|arg| arg.get_id() != "config"));
        let setting = |arg: &Arg| {
            let demo = of("demo").find(|other| other.get_id() == arg.get_id()).and_then(literal);
            Setting { demo: demo.filter(|demo| literal(arg).as_ref() != Some(demo)), arg: arg.clone() }
        };
        all.filter(|arg| arg.get_env().is_some()).map(setting).collect()
    }

    /// Its name in the settings file.
    pub(crate) fn name(&self) -> String {
        self.arg.get_id().as_str().to_owned()
    }

    /// Its environment variable.
    pub(crate) fn env(&self) -> String {
        self.arg.get_env().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Whether its value may contain a password.
    pub(crate) fn is_secret(&self) -> bool {
        self.arg.is_hide_env_values_set()
    }

    /// Whether it takes a list.
    pub(crate) fn is_list(&self) -> bool {
        self.arg.get_value_names().is_some_and(|names| names.iter().any(|name| name == "LIST"))
    }

    /// Validates a value. The error names what is accepted.
    pub(crate) fn check(&self, value: &str) -> Result<(), String> {
        let flag = OsString::from(format!("--{}={value}", self.arg.get_long().unwrap_or_default()));
        let alone = Command::new("check").no_binary_name(true).arg(self.arg.clone().env(None::<&str>));
        alone.try_get_matches_from([flag]).map(drop).map_err(|error| accepted(&error))
    }

    /// Its description.
    pub(crate) fn description(&self) -> String {
        let help = self.arg.get_long_help().or(self.arg.get_help()).map(ToString::to_string).unwrap_or_default();
        help.split(" [default: ").next().unwrap_or_default().to_owned()
    }

    /// The description of its default.
    pub(crate) fn default(&self) -> String {
        let help = self.arg.get_long_help().or(self.arg.get_help()).map(ToString::to_string).unwrap_or_default();
        let text = help.split_once(" [default: ").map(|(_, text)| text.trim_end_matches(']').to_owned());
        literal(&self.arg).or(text).unwrap_or_else(|| "none".to_owned())
    }

    /// Its row in docs/SETTINGS.md.
    pub(crate) fn row(&self) -> String {
        let quoted = |value: &str| format!("`{value}`");
        let mut default = if literal(&self.arg).is_some() { quoted(&self.default()) } else { self.default() };
        if let Some(demo) = &self.demo {
            let _ = write!(default, "; demo: {}", quoted(demo)); // a string takes everything
        }
        format!("| `{}` | {default} | {} |", self.name(), self.description())
    }
}

/// The declared default value.
fn literal(arg: &Arg) -> Option<String> {
    arg.get_default_values().first().map(|value| value.to_string_lossy().into_owned())
}

/// Prefixes the names of all environment variables of a command.
pub(crate) fn prefixed(command: Command) -> Command {
    let named = |arg: Arg| match arg.get_env() {
        Some(name) => {
            let name = format!("{PREFIX}{}", name.to_string_lossy());
            arg.env(name)
        }
        None => arg,
    };
    command.mut_args(named).mut_subcommands(prefixed)
}

/// Makes the values of the settings file the defaults of a command. Empty variables count as not set.
pub(crate) fn with_defaults(command: Command, values: &Values) -> Command {
    #[expect(clippy::disallowed_methods, reason = "this is where settings are read")]
    let given = |arg: Arg| {
        let Some(name) = arg.get_env().map(|name| name.to_string_lossy().into_owned()) else { return arg };
        let arg = match values.get(&name) {
            Some(value) => arg.default_value(value.clone()),
            None => arg,
        };
        if std::env::var_os(&name).is_some_and(|value| value.is_empty()) { arg.env(None::<&str>) } else { arg }
    };
    command.mut_args(given).mut_subcommands(|command| with_defaults(command, values))
}

/// Exits with the help or an error of clap, or returns an error with a message of our own.
pub(crate) fn usage_failure(error: &clap::Error) -> Failure {
    // Clap would repeat the value, which may contain a password.
    match (error.kind(), error.get(ContextKind::InvalidArg)) {
        (ErrorKind::ValueValidation, Some(ContextValue::String(flag))) => {
            let flag = flag.split(' ').next().unwrap_or_default();
            Failure::Usage(format!("{flag}: {}", accepted(error)))
        }
        _ => error.exit(),
    }
}

/// Extracts from an error about a value what the argument accepts.
fn accepted(error: &clap::Error) -> String {
    use std::error::Error;
    match (error.source(), error.get(ContextKind::ValidValue)) {
        (Some(text), _) => text.to_string(),
        (None, Some(ContextValue::Strings(values))) if !values.is_empty() => {
            format!("must be one of {}", values.join(", "))
        }
        _ => "must not be empty".to_owned(),
    }
}

/// A hint with a similar name, if there is one.
pub(crate) fn meant(name: &str, known: &[String]) -> String {
    let plain = |name: &str| name.trim_start_matches(PREFIX).to_lowercase();
    let typed = plain(name);
    let other = OTHER_NAMES.iter().find(|(other, _)| *other == typed).map(|(_, setting)| *setting);
    let by_other_name = known.iter().find(|known| Some(plain(known).as_str()) == other);
    let near = known.iter().map(|known| (strsim::damerau_levenshtein(&typed, &plain(known)), known)).min();
    let near = near.filter(|(distance, _)| *distance <= MAX_DISTANCE).map(|(_, known)| known);
    match by_other_name.or(near) {
        Some(known) => format!("; did you mean {known}?"),
        None => "; `deskwire settings` lists them".to_owned(),
    }
}
