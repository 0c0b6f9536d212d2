//! Developer tasks: `cargo xtask bench` measures the server, `cargo xtask compare` two
//! of them, `cargo xtask crash` kills it and checks its data,
//! `cargo xtask connections` holds thousands of them, `cargo xtask live` does so with sockets of the inbox,
//! `cargo xtask failover` has PostgreSQL fail over under it, `cargo xtask servers` kills one of two servers,
//! `cargo xtask pairs` runs verbs against each other,
//! `cargo xtask proxy` measures HAProxy in front of two servers,
//! `cargo xtask contract` calls every operation of every version.
#![expect(clippy::cast_precision_loss, reason = "counts and times here are far below 2^52")]
#![expect(clippy::disallowed_methods, reason = "a tool for developers drives the server from outside")]

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod articles;
mod attack;
mod bench;
mod client;
mod compare;
mod connections;
mod contract;
mod crash;
mod crash_desk;
mod crash_work;
mod desk;
mod exports;
mod failover;
mod failover_clients;
mod fairness;
mod fill;
mod floor;
mod haproxy;
mod hooks;
mod live;
mod load;
mod pairs;
mod people;
mod proxy;
mod report;
mod scale;
mod scenario;
mod server;
mod servers;
mod talks;
mod writers;

/// Developer tasks of Deskwire.
#[derive(Parser, Debug)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand, Debug)]
enum Task {
    /// Measure the server against a bare axum server, and against the goals
    Bench(bench::Options),
    /// Measure two servers under the same requests, in turn
    Compare(compare::Options),
    /// Kill the server while it writes, sends webhooks, exports and works through bulk jobs, and check that nothing is lost
    Crash(crash::Options),
    /// Hold thousands of idle connections during normal service, and stop the server under load
    Connections(connections::Options),
    /// Call every operation of every version, and hold the answers against the published descriptions
    Contract(contract::Options),
    /// Have PostgreSQL fail over while two servers write, and check that nothing is lost and service is back soon
    Failover(failover::Options),
    /// Measure a quiet workspace alone, and while another one attacks
    Fairness(fairness::Options),
    /// Hold thousands of idle sockets of the inbox, and measure how soon teammates see what another one does
    Live(live::Options),
    /// Run every pair of verbs concurrently, and look for outcomes that neither order of the two has
    Pairs(pairs::Options),
    /// Measure what HAProxy in front of two servers on one PostgreSQL costs
    Proxy(proxy::Options),
    /// Measure reports and lists over a million conversations
    Scale(scale::Options),
    /// Kill one of two servers on one PostgreSQL while both work, and check that they are one service and nothing is lost
    Servers(servers::Options),
    /// Serve a static answer: what `bench` compares with
    Floor(floor::Options),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().task {
        Task::Bench(options) => on_one_thread(bench::run(&options)),
        Task::Compare(options) => on_one_thread(compare::run(&options)),
        Task::Crash(options) => on_one_thread(crash::run(&options)),
        Task::Connections(options) => on_one_thread(connections::run(&options)),
        Task::Contract(options) => on_one_thread(contract::run(&options)),
        Task::Failover(options) => on_one_thread(failover::run(&options)),
        Task::Fairness(options) => on_one_thread(fairness::run(&options)),
        Task::Live(options) => on_one_thread(live::run(&options)),
        Task::Pairs(options) => on_one_thread(pairs::run(&options)),
        Task::Proxy(options) => on_one_thread(proxy::run(&options)),
        Task::Scale(options) => on_one_thread(scale::run(&options)),
        Task::Servers(options) => on_one_thread(servers::run(&options)),
        Task::Floor(options) => floor::run(&options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Clients share two cores with the server they load, so they keep to one thread.
fn on_one_thread(task: impl Future<Output = Result<(), String>>) -> Result<(), String> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| format!("starting the runtime: {e}"))?
        .block_on(task)
}
