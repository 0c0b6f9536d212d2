//! Webhooks: the consequences of failing endpoints.

use std::time::Duration;

use deskwire_domain::Cx;
use deskwire_domain::webhooks::{self, Chosen, Subscription};
use deskwire_store::params;
use deskwire_store::webhook_deliveries::{self, DeliveryState};
use deskwire_store::webhook_subscriptions::{self as subscriptions, WebhookState};
use deskwire_testkit::{SinkReply, TestApp, both, json};

use crate::webhooks::{CREATED, MINUTE, deliveries, live, log, only, subscription, user};

#[both]
async fn retries_a_failure_once_after_a_minute(app: TestApp) {
    let hooks = live(&app, "all", "2.16", CREATED).await;
    hooks.sink.next([SinkReply::status(500), SinkReply::status(302), SinkReply::status(200)]);
    user(&app, "ada@acme.test").await;
    app.run_jobs().await;
    app.clock.advance(MINUTE - 1);
    app.run_jobs().await;
    assert_eq!(hooks.sink.received().len(), 1);
    app.clock.advance(1);
    app.run_jobs().await;
    let received = hooks.sink.take();
    assert_eq!(received.len(), 2);
    let (first, second) = (received[0].json(), received[1].json());
    assert_eq!((&first["id"], &first["first_sent_at"]), (&second["id"], &second["first_sent_at"]));
    assert_eq!((&first["delivery_attempts"], &second["delivery_attempts"]), (&json!(1), &json!(2)));
    let failed = only(&app).await;
    assert_eq!((failed.state.as_str(), failed.attempts), ("failed", 2));
    let statuses: Vec<_> = log(&failed).iter().map(|a| a["status"].clone()).collect();
    assert_eq!(statuses, [500, 302]);
    app.clock.advance(100 * MINUTE);
    app.run_jobs().await;
    assert!(hooks.sink.take().is_empty());
    // It can be replayed, with the same id.
    let actor = app.actor();
    let chosen = Chosen { id: Some(failed.id), ..Chosen::default() };
    assert_eq!(app.write(move |tx| webhooks::replay(&mut Cx::new(tx, &actor), &chosen)).await, 1);
    app.run_jobs().await;
    let again = hooks.sink.take();
    assert_eq!((&again[0].json()["id"], &again[0].json()["delivery_attempts"]), (&first["id"], &json!(3)));
    assert_eq!(again[0].json()["data"], first["data"]);
    assert_eq!(only(&app).await.state, DeliveryState::Sent);
}

#[both]
async fn a_timeout_is_a_failure(app: TestApp) {
    let hooks = live(&app, "all", "2.16", CREATED).await;
    hooks.sink.next([SinkReply::status(200).after(Duration::from_secs(7))]);
    user(&app, "ada@acme.test").await;
    app.run_jobs().await;
    let waiting = only(&app).await;
    assert_eq!((waiting.state.as_str(), waiting.attempts), ("pending", 1));
    assert_eq!(log(&waiting)[0]["error"], "no answer within 5s");
    app.clock.advance(MINUTE);
    app.run_jobs().await;
    assert_eq!(only(&app).await.state, DeliveryState::Sent);
}

#[both]
async fn status_410_disables_the_subscription(app: TestApp) {
    let hooks = live(&app, "all", "2.16", CREATED).await;
    hooks.sink.always(SinkReply::status(410));
    user(&app, "ada@acme.test").await;
    app.run_jobs().await;
    let disabled = subscription(&app, hooks.id).await;
    assert_eq!((disabled.state.as_str(), disabled.reason.as_deref()), ("disabled", Some("the endpoint answered 410")));
    assert_eq!(only(&app).await.state, DeliveryState::Failed);
    user(&app, "bob@acme.test").await;
    app.clock.advance(MINUTE);
    app.run_jobs().await;
    assert_eq!(hooks.sink.take().len(), 1);
}

#[both]
async fn status_429_delays_all_deliveries_with_backoff(app: TestApp) {
    let hooks = live(&app, "all", "2.16", CREATED).await;
    hooks.sink.always(SinkReply::status(429));
    for name in ["a", "b", "c"] {
        user(&app, &format!("{name}@acme.test")).await;
    }
    app.run_jobs().await;
    let throttled = subscription(&app, hooks.id).await;
    assert_eq!((throttled.throttle_seconds, throttled.throttled_until), (60, app.clock.now() + 60));
    let first = hooks.sink.take().len();
    user(&app, "d@acme.test").await;
    app.clock.advance(59);
    app.run_jobs().await;
    assert!(hooks.sink.take().is_empty(), "the others wait too");
    // Also deliveries written by a process that has not seen the change.
    let (workspace, late) = (app.workspace_id.clone(), Subscription { throttled_until: 0, ..throttled });
    app.write(move |tx| {
        let new = webhooks::new_delivery(tx, &late, "contact.user.created", "{}".to_owned());
        webhook_deliveries::insert(&mut tx.within(&workspace), &new)?;
        Ok(subscriptions::due_at(&mut tx.within(&workspace), late.id, new.run_at)?)
    })
    .await;
    app.run_jobs().await;
    assert!(hooks.sink.take().is_empty());
    app.clock.advance(1);
    app.run_jobs().await;
    assert_eq!(subscription(&app, hooks.id).await.throttle_seconds, 120);
    assert!(!hooks.sink.take().is_empty() && first <= 3);
    // A 429 is not a failed attempt: afterwards, all are sent.
    hooks.sink.always(SinkReply::status(200));
    app.clock.advance(120);
    app.run_jobs().await;
    assert_eq!(hooks.sink.take().len(), 5);
    assert_eq!(subscription(&app, hooks.id).await.throttle_seconds, 0);
    // Deliveries older than two hours are given up.
    hooks.sink.always(SinkReply::status(429));
    user(&app, "e@acme.test").await;
    for _ in 0..8 {
        app.run_jobs().await;
        app.clock.advance(subscription(&app, hooks.id).await.throttle_seconds);
    }
    hooks.sink.take();
    app.run_jobs().await;
    assert!(hooks.sink.take().is_empty());
    assert_eq!(deliveries(&app, Chosen { state: Some(DeliveryState::Dropped), ..Chosen::default() }).await.len(), 1);
    assert!(subscription(&app, hooks.id).await.throttle_seconds <= 7200);
}

/// A subscription that has had its thousandth error, with what waits for it: the user a, and one user for each name.
async fn paused(app: &TestApp, waiting: &[&str]) -> deskwire_testkit::Webhooks {
    let hooks = live(app, "all", "2.16", CREATED).await;
    hooks.sink.always(SinkReply::status(500));
    user(app, "a@acme.test").await;
    app.run_jobs().await;
    let (workspace, id) = (app.workspace_id.clone(), hooks.id);
    let errors = app.write(move |tx| {
        tx.execute(
            "UPDATE webhook_subscriptions SET errors = 999 WHERE workspace_id = $1 AND id = $2",
            params![&workspace, id],
        )?;
        Ok(())
    });
    errors.await;
    app.clock.advance(MINUTE);
    for name in waiting {
        user(app, &format!("{name}@acme.test")).await;
    }
    app.run_jobs().await;
    hooks
}

#[both]
async fn repeated_errors_pause_and_then_suspend(app: TestApp) {
    let hooks = paused(&app, &["b", "c", "d"]).await;
    let paused = subscription(&app, hooks.id).await;
    assert_eq!(paused.paused_until, app.clock.now() + 15 * MINUTE);
    hooks.sink.take();
    user(&app, "e@acme.test").await;
    app.clock.advance(15 * MINUTE - 1);
    app.run_jobs().await;
    assert!(hooks.sink.take().is_empty());
    app.clock.advance(1);
    app.run_jobs().await;
    assert!(!hooks.sink.take().is_empty());
    assert_eq!(subscription(&app, hooks.id).await.state, WebhookState::Live);
    app.clock.advance(7 * 24 * 60 * MINUTE);
    app.run_jobs().await;
    user(&app, "f@acme.test").await;
    app.run_jobs().await;
    let suspended = subscription(&app, hooks.id).await;
    assert_eq!(suspended.state, WebhookState::Suspended);
    assert!(suspended.reason.unwrap().contains("seven days"));
}

#[both]
async fn resuming_sends_the_deliveries_that_wait_for_the_end_of_a_pause(app: TestApp) {
    let hooks = paused(&app, &["b", "c"]).await;
    assert!(subscription(&app, hooks.id).await.paused_until > app.clock.now());
    hooks.sink.take();
    hooks.sink.always(SinkReply::status(200));
    let actor = app.actor();
    app.clock.advance(1);
    app.write(move |tx| webhooks::resume(&mut Cx::new(tx, &actor), hooks.id)).await;
    user(&app, "d@acme.test").await;
    app.run_jobs().await;
    app.run_jobs().await;
    let mut sent: Vec<String> =
        hooks.sink.take().iter().map(|hook| hook.json()["data"]["item"]["email"].to_string()).collect();
    sent.retain(|email| email != "null");
    sent.sort_unstable();
    // The first was attempted twice, which is the maximum.
    assert_eq!(sent, ["b", "c", "d"].map(|name| format!("\"{name}@acme.test\"")));
}
