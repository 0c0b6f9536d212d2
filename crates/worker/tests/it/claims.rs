//! Claims of processes that died, and claims made by a wrong clock.

use deskwire_domain::Cx;
use deskwire_store::global::queues;
use deskwire_store::global::workers::{self, Claimant};
use deskwire_store::{Tx, jobs, mails, params};
use deskwire_testkit::{TestApp, both, json};

use crate::webhooks::{live, user};

const DEAD: i64 = 7;

/// A process that has just written a sign of life.
fn dead(app: &TestApp) -> Claimant {
    Claimant { id: DEAD, now_ms: app.clock.now_ms() }
}

/// Claims all due work of the workspace; returns the number of jobs, mails and subscriptions.
async fn claim(app: &TestApp, by: Claimant) -> (usize, usize, usize) {
    let workspace = app.workspace_id.clone();
    app.write(move |tx| {
        workers::beat(tx, by)?;
        let jobs =
            jobs::claim(&mut tx.within(&workspace), by, deskwire_domain::jobs::JobKind::Bulk, i64::MAX, 10)?.len();
        let mails = mails::claim(&mut tx.within(&workspace), by, 10)?.len();
        Ok((jobs, mails, queues::claim_webhooks(tx, by, 10, None)?.len()))
    })
    .await
}

/// Claims all due work of the workspace for a process that writes no further sign of life.
async fn claim_all(app: &TestApp) {
    assert_eq!(claim(app, dead(app)).await, (1, 1, 1));
}

/// A bulk job, a mail and a webhook, each due.
async fn due(app: &TestApp) -> deskwire_testkit::Webhooks {
    let hooks = live(app, "all", "2.16", &["contact.user.created"]).await;
    let ada = user(app, "ada@acme.test").await["id"].clone();
    let message = json!({"from": {"type": "admin", "id": app.admin_id.number()}, "to": {"type": "user", "id": ada},
        "message_type": "email", "subject": "Hi", "body": "Hi", "create_conversation_without_contact_reply": true});
    app.post("/messages", message).await.ok();
    app.write(|tx| Ok(tx.execute("UPDATE webhook_subscriptions SET owner = 1, owner_until = 1", &[])?)).await;
    app.run_jobs().await;
    assert_eq!(hooks.sink.take().len(), 1);
    let id = hooks.id;
    let actor = app.actor();
    app.write(move |tx| {
        let chosen = deskwire_store::webhook_deliveries::Chosen { subscription: Some(id), ..Default::default() };
        deskwire_domain::webhooks::replay(&mut Cx::new(tx, &actor), &chosen)
    })
    .await;
    app.post("/contacts/bulk", json!({"contacts": [{"email": "bulk@acme.test"}]})).await.with(202);
    hooks
}

async fn processed_counts(app: &TestApp, hooks: &deskwire_testkit::Webhooks) -> (usize, usize, usize) {
    let (mails, deliveries) =
        (app.mails().await.len(), hooks.sink.take().iter().filter(|r| r.method == "POST").count());
    let bulk: i64 = app
        .write(|tx| {
            Ok(tx.query_one("SELECT count(*) FROM jobs WHERE kind = 'bulk' AND state = 'done'", &[], |r| r.get(0))?)
        })
        .await;
    (usize::try_from(bulk).unwrap(), mails, deliveries.min(1))
}

fn from_the_future(tx: &mut Tx<'_>, until: i64) -> deskwire_store::Result<()> {
    tx.execute("UPDATE jobs SET lease_until = $1 WHERE state = 'running'", params![until])?;
    tx.execute("UPDATE mails SET lease_until = $1 WHERE state = 'pending'", params![until])?;
    tx.execute("UPDATE webhook_subscriptions SET owner_until = $1", params![until])?;
    Ok(())
}

#[both]
async fn claims_of_dead_processes_expire_within_seconds(app: TestApp) {
    let hooks = due(&app).await;
    claim_all(&app).await;
    app.clock.advance(3);
    assert_eq!(processed_counts(&app, &hooks).await, (0, 0, 0), "it may still be alive");
    app.clock.advance(1);
    assert_eq!(processed_counts(&app, &hooks).await, (1, 1, 1));
}

#[both]
async fn claims_of_live_processes_are_kept(app: TestApp) {
    let hooks = due(&app).await;
    claim_all(&app).await;
    for _ in 0..5 {
        app.clock.advance(3);
        let by = dead(&app);
        app.write(move |tx| Ok(workers::beat(tx, by)?)).await;
        assert_eq!(processed_counts(&app, &hooks).await, (0, 0, 0));
    }
    let by = dead(&app);
    app.write(move |tx| Ok(workers::leave(tx, by)?)).await;
    assert_eq!(processed_counts(&app, &hooks).await, (1, 1, 1), "the process recorded that it ended");
}

#[both]
async fn a_process_whose_time_is_a_little_old_takes_no_claims_of_others(app: TestApp) {
    let hooks = due(&app).await;
    claim_all(&app).await;
    // It read the time before the other one claimed, or the clock of the new primary is behind.
    let late = Claimant { id: DEAD + 1, now_ms: app.clock.now_ms() - 5_000 };
    assert_eq!(claim(&app, late).await, (0, 0, 0));
    app.clock.advance(4);
    assert_eq!(processed_counts(&app, &hooks).await, (1, 1, 1));
}

#[both]
async fn claims_from_the_future_are_ignored(app: TestApp) {
    let hooks = due(&app).await;
    claim_all(&app).await;
    // The clock of the process, and so its sign of life, was a day ahead.
    let (by, until) = (Claimant { now_ms: app.clock.now_ms() + 86_400_000, ..dead(&app) }, app.clock.now() + 86_400);
    app.write(move |tx| {
        workers::beat(tx, by)?;
        Ok(from_the_future(tx, until)?)
    })
    .await;
    assert_eq!(processed_counts(&app, &hooks).await, (1, 1, 1));
}

#[both]
async fn a_claim_from_the_future_of_a_live_process_blocks_no_work(app: TestApp) {
    let hooks = due(&app).await;
    claim_all(&app).await;
    let until = app.clock.now() + 86_400;
    app.write(move |tx| Ok(from_the_future(tx, until)?)).await;
    assert_eq!(processed_counts(&app, &hooks).await, (1, 1, 1));
}
