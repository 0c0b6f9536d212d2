//! The `deskwire` program: a server, and the commands that look after it.
#![warn(clippy::print_stdout, clippy::print_stderr)] // They panic when nobody reads any more.

mod cli;
mod config;
mod demo;
mod descriptors;
mod interrupt;
mod logging;
mod serve;
mod terminal;
mod workspace_file;

use std::process::ExitCode;

/// What a request needs is many small pieces of memory, made on one thread and given back on another; the system's
/// own allocator takes twice as long over them.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::main()
}
