//! `deskwire doctor`

use clap::Args;

use super::{Result, Target};
use crate::config::File;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    target: Target,
}

pub(crate) fn run(arguments: &Arguments, file: &File) -> Result {
    let db = arguments.target.open(file)?;
    db.ping()?;
    super::say("ok")
}
