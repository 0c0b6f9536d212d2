//! The `deskwire` program: a server, and the commands that look after it.

mod cli;
mod config;
mod logging;
mod serve;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
