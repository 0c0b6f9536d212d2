//! `deskwire changelog`

use clap::Args;
use deskwire_api::public;
use deskwire_api::versions::{self, Version};

use super::{Failure, Result, version};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The older version
    #[arg(long, value_name = "VERSION", value_parser = version, default_value = "2.7")]
    from: Version,
    /// The newer version
    #[arg(long, value_name = "VERSION", value_parser = version, default_value = "Unstable")]
    to: Version,
}

/// Prints the changes of each version after `from`, up to `to`.
pub(crate) fn run(arguments: &Arguments) -> Result {
    let Arguments { from, to } = *arguments;
    if from >= to {
        return Err(Failure::Usage(format!("--from {from} must be older than --to {to}")));
    }
    let table = public::table();
    let operations = table.rows().iter().map(|row| (row.operation, row.window.since(), row.window.until()));
    super::print_line(versions::changelog(from, to, &operations.collect::<Vec<_>>()).trim_end())
}
