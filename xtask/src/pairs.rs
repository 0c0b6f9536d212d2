//! Runs every pair of verbs concurrently, many times, and looks for outcomes that neither order of the two has.

use std::time::Instant;

use deskwire_testkit::Database;
use deskwire_testkit::pairs::{self, Plan};

use crate::crash;

/// Settings of a run.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    /// `sqlite`, or `postgres`: a new schema on the server that `DESKWIRE_TEST_POSTGRES` names.
    #[arg(long, default_value = "sqlite")]
    database: String,
    /// How often each pair is run concurrently.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    rounds: u32,
    /// How many rounds of a pair run in parallel.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=64))]
    beside: u32,
    /// How many pairs run in parallel.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=16))]
    lanes: u32,
    /// Only pairs whose name (`a | b`) contains this.
    #[arg(long)]
    only: Option<String>,
    /// Only pairs of the riskiest verbs.
    #[arg(long)]
    core: bool,
    /// Repeats the random choices of a run.
    #[arg(long)]
    seed: Option<u64>,
    /// Prints every pair, not only those with faults.
    #[arg(long)]
    verbose: bool,
}

/// Runs the pairs; fails if one has an outcome that neither order has.
pub(crate) async fn run(options: &Options) -> Result<(), String> {
    let database = match options.database.as_str() {
        "sqlite" => Database::Sqlite,
        "postgres" => Database::Postgres,
        other => return Err(format!("--database is sqlite or postgres, not {other}")),
    };
    let seed = options.seed.unwrap_or_else(crash::seed);
    println!("{} rounds a pair, seed {seed}", options.rounds);
    let plan = Plan {
        rounds: options.rounds as usize,
        beside: options.beside as usize,
        lanes: options.lanes as usize,
        only: options.only.clone(),
        core: options.core,
        seed,
    };
    let (began, mut wrong) = (Instant::now(), 0);
    let count = pairs::run(database, &plan, |outcome| {
        if options.verbose || !outcome.faults.is_empty() {
            println!("{}{}", outcome.pair, if outcome.faults.is_empty() { ": ok" } else { "" });
        }
        for (fault, times) in &outcome.faults {
            println!("    {times} of {}: {fault}", outcome.rounds);
        }
        wrong += usize::from(!outcome.faults.is_empty());
    })
    .await;
    println!("{count} pairs in {:.0} s, {wrong} with faults", began.elapsed().as_secs_f64());
    if wrong > 0 { Err(format!("{wrong} pairs have outcomes that no order has")) } else { Ok(()) }
}
