//! The worker stops on request, whatever it is doing.

use std::time::Duration;

use deskwire_testkit::{TestApp, both, json};
use tokio::sync::oneshot;

#[both]
async fn the_worker_stops_at_any_moment(app: TestApp) {
    for round in 0..20_u64 {
        let (stop, stopped) = oneshot::channel::<()>();
        let worker = tokio::spawn(app.worker.clone().run(async move { drop(stopped.await) }));
        for contact in 0..3 {
            app.post("/contacts", json!({"role": "user", "email": format!("{round}.{contact}@a.test")})).await.ok();
        }
        // At a different moment each time: while it works, collects events, or waits.
        tokio::time::sleep(Duration::from_millis(round)).await;
        drop(stop);
        tokio::time::timeout(Duration::from_secs(10), worker).await.expect("the worker stops in time").unwrap();
    }
}
