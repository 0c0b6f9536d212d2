//! Cleanup: by one of several processes at a time.

use deskwire_domain::error::Error;
use deskwire_store::global::duties::{self, Duty};
use deskwire_store::global::workers::{self, Claimant};
use deskwire_store::rate_limits::{self, LimitKind};
use deskwire_testkit::{TestApp, both};

const TIDYING: Duty = Duty { name: "tidy", every: 600, claim_seconds: 3_600 };
const DEAD: i64 = 7;

/// Claims the cleanup for a process that writes no further sign of life; returns how often it was done.
async fn claim(app: &TestApp) -> Option<i64> {
    let by = Claimant { id: DEAD, now_ms: app.clock.now_ms() };
    app.write(move |tx| {
        workers::beat(tx, by)?;
        Ok(duties::claim(tx, TIDYING, by)?)
    })
    .await
}

async fn beat(app: &TestApp) {
    let by = Claimant { id: DEAD, now_ms: app.clock.now_ms() };
    app.write(move |tx| Ok(workers::beat(tx, by)?)).await;
}

#[both]
async fn one_of_several_processes_tidies_and_again_after_ten_minutes(app: TestApp) {
    let others = [app.another_worker(), app.another_worker()];
    for round in 0..4 {
        let (a, b, c) = tokio::join!(app.worker.tidy_in_turn(), others[0].tidy_in_turn(), others[1].tidy_in_turn());
        assert_eq!(usize::from(a) + usize::from(b) + usize::from(c), 1, "round {round}");
        app.clock.advance(599);
        assert!(!others[0].tidy_in_turn().await && !app.worker.tidy_in_turn().await, "cleanup is not due");
        app.clock.advance(1);
    }
    assert_eq!(claim(&app).await, Some(4));
}

#[both]
async fn the_turn_of_a_dead_process_is_over_within_seconds(app: TestApp) {
    assert_eq!(claim(&app).await, Some(0));
    for _ in 0..5 {
        app.clock.advance(3);
        assert!(!app.worker.tidy_in_turn().await, "the other process is still alive");
        beat(&app).await;
    }
    app.clock.advance(3);
    assert!(!app.worker.tidy_in_turn().await, "it may still be alive");
    app.clock.advance(1);
    assert!(app.worker.tidy_in_turn().await);
    // The process was only slow: its late record changes nothing.
    let by = Claimant { id: DEAD, now_ms: app.clock.now_ms() + 9_000_000 };
    app.write(move |tx| Ok(duties::done(tx, TIDYING, by)?)).await;
    app.clock.advance(600);
    assert!(app.worker.tidy_in_turn().await);
}

#[both]
async fn a_process_that_hangs_loses_its_turn_after_an_hour(app: TestApp) {
    assert_eq!(claim(&app).await, Some(0));
    app.clock.advance(3_599);
    beat(&app).await;
    assert!(!app.worker.tidy_in_turn().await);
    app.clock.advance(1);
    beat(&app).await;
    assert!(app.worker.tidy_in_turn().await);
}

#[both]
async fn a_process_whose_time_is_a_little_old_does_not_tidy_again(app: TestApp) {
    let late = Claimant { id: DEAD, now_ms: app.clock.now_ms() - 5_000 };
    assert!(app.worker.tidy_in_turn().await);
    let claimed = app.write(move |tx| {
        workers::beat(tx, late)?;
        Ok(duties::claim(tx, TIDYING, late)?)
    });
    assert_eq!(claimed.await, None);
}

#[both]
async fn a_turn_from_the_future_is_ignored(app: TestApp) {
    let by = Claimant { id: DEAD, now_ms: app.clock.now_ms() + 86_400_000 };
    let done = app.write(move |tx| {
        workers::beat(tx, by)?;
        let claimed = duties::claim(tx, TIDYING, by)?;
        duties::done(tx, TIDYING, by)?;
        Ok::<_, Error>(claimed)
    });
    assert_eq!(done.await, Some(0));
    assert!(app.worker.tidy_in_turn().await, "a due time in the future is ignored");
}

#[both]
async fn windows_of_rate_limits_are_forgotten(app: TestApp) {
    let workspace = app.workspace_id.clone();
    app.write(move |tx| Ok(rate_limits::take(&mut tx.within(&workspace), LimitKind::Token, 1, 60, 1)?)).await;
    let count = async || {
        app.write(|tx| Ok(tx.query_one("SELECT count(*) FROM rate_limits", &[], |row| row.get::<i64>(0))?)).await
    };
    app.clock.advance(3_600);
    assert!(app.worker.tidy_in_turn().await);
    assert_eq!(count().await, 1);
    app.clock.advance(600);
    assert!(app.worker.tidy_in_turn().await);
    assert_eq!(count().await, 0);
}
