//! Environment variables that look like settings and are none.

use std::io::Write;

use clap::Command;

use super::{Failure, Result};

const PREFIX: &str = "DESKWIRE_";
/// How many letters may differ for a name to count as mistyped.
const TYPO: usize = 2;

/// Refuses a variable whose name is nearly that of a setting, and warns of one that is not: it may be meant for another
/// program, as those that Kubernetes sets for a service called `deskwire` are.
pub(super) fn check(command: &Command) -> Result {
    let known = names(command);
    let set = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    for name in set.filter(|name| name.starts_with(PREFIX) && !known.contains(name) && !is_of_tests(name)) {
        if let Some(nearest) = nearest(&name, &known) {
            let words = format!("the environment variable {name} is no setting; is {nearest} meant?");
            return Err(Failure::Usage(words));
        }
        // Nobody is left to warn if stderr is closed.
        let _ = writeln!(std::io::stderr(), "deskwire: warning: the environment variable {name} is no setting");
    }
    Ok(())
}

/// The variables that a command or one below it reads.
fn names(command: &Command) -> Vec<String> {
    let own = command.get_arguments().filter_map(|a| a.get_env()?.to_str().map(str::to_owned));
    own.chain(command.get_subcommands().flat_map(names)).collect()
}

/// The names that the repository's own tests use.
fn is_of_tests(name: &str) -> bool {
    ["DESKWIRE_TEST_", "DESKWIRE_TRAFFIC", "DESKWIRE_PLANS", "DESKWIRE_CONTRACT"].iter().any(|p| name.starts_with(p))
}

fn nearest<'k>(name: &str, known: &'k [String]) -> Option<&'k String> {
    let distances = known.iter().map(|k| (strsim::damerau_levenshtein(name, k), k));
    distances.min().filter(|(distance, _)| *distance <= TYPO).map(|(_, k)| k)
}
