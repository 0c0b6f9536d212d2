//! `deskwire object-types`

use clap::Args;
use deskwire_domain::{Error, custom_objects};

use super::{In, Result};
use crate::config::File;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    within: In,
}

pub(crate) fn run(arguments: &Arguments, file: &File) -> Result {
    let all = arguments.within.read::<_, Error>(file, custom_objects::declared)?;
    all.iter().try_for_each(super::say_json)
}
