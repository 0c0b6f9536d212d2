//! The `deskwire` program: a server, and the commands that look after it.

mod cli;
mod config;
mod demo;
mod logging;
mod mail;
mod serve;
mod workspace_file;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
