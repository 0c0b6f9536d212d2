//! How fast the lanes are: `cargo run --release -p deskwire-store --example lanes -- sqlite:/var/tmp/lanes.db`
#![expect(clippy::disallowed_methods, reason = "a measurement, not part of the server")]

use std::time::{Duration, Instant};

use deskwire_store::{Db, Error, Migration, Options, Result, params};

const TABLES: Migration = Migration { number: 1, name: "0001_lanes", sqlite: TABLE, postgres: TABLE };
const TABLE: &str = "CREATE TABLE notes (
    workspace_id BIGINT NOT NULL, id BIGINT NOT NULL, body TEXT NOT NULL, created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id))";
const PUT: &str = "INSERT INTO notes (workspace_id, id, body, created_at) VALUES ($1, $2, $3, $4)";
const GET: &str = "SELECT body, created_at FROM notes WHERE workspace_id = $1 AND id = $2";

#[tokio::main]
async fn main() -> Result<()> {
    let Some(url) = std::env::args().nth(1) else {
        return Err(Error::Unavailable("usage: lanes DATABASE-URL".to_owned()));
    };
    let db = tokio::task::block_in_place(|| {
        let db = Db::open(&url, Options::default())?;
        db.migrate_with(&[TABLES])?;
        Ok::<_, Error>(db)
    })?;
    let seconds = Duration::from_secs(4);

    let (mut one, mut times) = (Vec::new(), Vec::new());
    let until = Instant::now() + seconds;
    while Instant::now() < until {
        let start = Instant::now();
        one.push(put(&db).await?);
        times.push(start.elapsed());
    }
    report("one writer", seconds, times);

    for tasks in [8, 64] {
        let before = db.stats();
        let times = many(&db, tasks, seconds, |db| async move { put(&db).await.map(|_| ()) }).await?;
        report(&format!("{tasks} writers"), seconds, times);
        let after = db.stats();
        println!(
            "    {:.1} writes a commit, log {} KB",
            ratio(after.writes - before.writes, after.write_batches - before.write_batches),
            after.wal_bytes / 1024
        );
    }

    let id = one.first().copied().unwrap_or_default();
    for statements in [1, 3] {
        let read = move |db: Db| async move {
            db.read(move |tx| {
                for _ in 0..statements {
                    tx.query_one(GET, params![1, id], |row| Ok((row.str(0)?.len(), row.get::<i64>(1)?)))?;
                }
                Ok::<_, Error>(())
            })
            .await
        };
        for tasks in [1, 64] {
            let times = many(&db, tasks, seconds / 2, read).await?;
            report(&format!("{tasks} readers of {statements}"), seconds / 2, times);
        }
    }
    tokio::task::block_in_place(|| db.close());
    Ok(())
}

async fn put(db: &Db) -> Result<i64> {
    db.write(|tx| {
        let id = tx.mint();
        let body = "Thanks for getting in touch. ".repeat(10);
        tx.execute(PUT, params![1, id, &body, tx.now()])?;
        Ok(id)
    })
    .await
}

async fn many<F: Future<Output = Result<()>> + Send + 'static>(
    db: &Db,
    tasks: usize,
    time: Duration,
    work: impl Fn(Db) -> F + Copy + Send + 'static,
) -> Result<Vec<Duration>> {
    let until = Instant::now() + time;
    let running: Vec<_> = (0..tasks)
        .map(|_| {
            let db = db.clone();
            tokio::spawn(async move {
                let mut times = Vec::new();
                while Instant::now() < until {
                    let start = Instant::now();
                    work(db.clone()).await?;
                    times.push(start.elapsed());
                    tokio::task::yield_now().await;
                }
                Ok::<_, Error>(times)
            })
        })
        .collect();
    let mut all = Vec::new();
    for task in running {
        all.extend(task.await.map_err(|e| Error::Unavailable(e.to_string()))??);
    }
    Ok(all)
}

fn report(name: &str, time: Duration, mut times: Vec<Duration>) {
    times.sort();
    let at = |percent: usize| times.get(times.len() * percent / 100).copied().unwrap_or_default();
    let a_second = times.len() / usize::try_from(time.as_secs()).unwrap_or(1).max(1);
    println!("{name}: {a_second}/s, median {:?}, p99 {:?}", at(50), at(99));
}

#[expect(clippy::cast_precision_loss, reason = "a ratio to print")]
fn ratio(a: u64, b: u64) -> f64 {
    a as f64 / b.max(1) as f64
}
