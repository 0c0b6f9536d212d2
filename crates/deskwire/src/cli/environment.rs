//! The environment: unknown variables with the prefix of settings, and invalid values.

use clap::Command;

use super::{Failure, Result};
use crate::config::{PREFIX, Setting, meant};

/// Rejects unknown variables with the prefix of settings, and invalid values.
pub(super) fn check(command: &Command, settings: &[Setting]) -> Result {
    let known = names(command);
    #[expect(clippy::disallowed_methods, reason = "unknown names are found among all variables")]
    let set = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
    for (name, value) in set.filter(|(name, _)| name.starts_with(PREFIX)) {
        let value = value.to_string_lossy();
        let is_foreign = is_of_tests(&name) || is_of_kubernetes(&name, &value);
        if !known.contains(&name) && !is_foreign {
            let message = format!("the environment variable {name} is not a setting{}", meant(&name, &known));
            return Err(Failure::Usage(message));
        }
        let setting = settings.iter().find(|setting| setting.env() == name && !value.is_empty());
        let checked = setting.map_or(Ok(()), |setting| setting.check(&value));
        checked.map_err(|message| Failure::Usage(format!("{name}: {message}")))?;
    }
    Ok(())
}

/// The variables that a command or its subcommands read.
fn names(command: &Command) -> Vec<String> {
    let own = command.get_arguments().filter_map(|a| a.get_env()?.to_str().map(str::to_owned));
    own.chain(command.get_subcommands().flat_map(names)).collect()
}

/// The names that the repository's own tests use.
fn is_of_tests(name: &str) -> bool {
    ["DESKWIRE_TEST_", "DESKWIRE_TRAFFIC", "DESKWIRE_PLANS", "DESKWIRE_CONTRACT", "DESKWIRE_BIN", "DESKWIRE_REQUIRE_UI"]
        .iter()
        .any(|own| name.starts_with(own))
}

/// Whether Kubernetes sets the variable in each container for a service called `deskwire` or `deskwire-...`.
fn is_of_kubernetes(name: &str, value: &str) -> bool {
    let numbered = |(_, rest): (&str, &str)| rest.starts_with(|c: char| c.is_ascii_digit());
    name.ends_with("_SERVICE_HOST")
        || name.contains("_SERVICE_PORT")
        || name.split_once("_PORT_").is_some_and(numbered)
        || (name.ends_with("_PORT") && value.contains("://"))
}
