//! The `deskwire` program: a server, and the commands that administer it.
#![warn(clippy::print_stdout, clippy::print_stderr)] // They panic when the reader has closed the pipe.

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

/// A request makes many small allocations on one thread and frees them on another, for which the system allocator takes
/// twice as long.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::main()
}
