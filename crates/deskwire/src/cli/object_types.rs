//! `deskwire object-types`

use clap::Args;
use deskwire_domain::{Error, custom_objects};

use super::{In, Result};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    within: In,
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    let all = arguments.within.read::<_, Error>(custom_objects::declared)?;
    all.iter().try_for_each(super::print_json)
}
