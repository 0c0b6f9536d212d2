//! Apps are notified when they are uninstalled.

use deskwire_domain::Cx;
use deskwire_domain::apps::{self, App, Changes};
use deskwire_domain::{oauth, tokens};
use deskwire_store::params;
use deskwire_testkit::{Sink, SinkReply, TestApp, both, json};
use sha2::{Digest, Sha256};

/// An installed app with this URL for notices.
async fn installed(app: &TestApp, url: String) -> App {
    let actor = app.actor();
    app.write(move |tx| {
        let workspace = actor.workspace();
        let made = apps::create(&mut tx.within(workspace), "Sync", &["https://sync.test/".to_owned()], "read_users")?;
        let secret = "UPDATE apps SET signing_secret = '0123456789abcdef' WHERE workspace_id = $1 AND id = $2";
        tx.execute(secret, params![workspace, made.id])?;
        tokens::create(
            &mut tx.within(workspace),
            Some(made.id),
            actor.admin_id().unwrap(),
            &tokens::generate()?,
            "read_users",
        )?;
        let changes = Changes { uninstall_url: Some(url.clone()), ..Changes::default() };
        apps::update(&mut tx.within(workspace), &made.client_id, &changes)
    })
    .await
}

async fn uninstall(app: &TestApp, installed: &App) -> u64 {
    let (actor, installed) = (app.actor(), installed.clone());
    app.write(move |tx| oauth::uninstall_app(&mut Cx::new(tx, &actor), &installed, None)).await
}

/// The state of the notice, and the error of its last attempt.
async fn notice(app: &TestApp) -> (String, Option<String>) {
    let workspace = app.workspace_id.clone();
    app.write(move |tx| {
        let sql = "SELECT state, error FROM jobs WHERE workspace_id = $1 AND kind = 'uninstall_notice'";
        Ok(tx.query_one(sql, params![&workspace], |row| Ok((row.get(0)?, row.get(1)?)))?)
    })
    .await
}

/// HMAC-SHA256 in hexadecimal digits, after RFC 2104.
fn signature(secret: &str, body: &[u8]) -> String {
    let block = |pad: u8| {
        let mut block = [pad; 64];
        block.iter_mut().zip(secret.bytes()).for_each(|(b, s)| *b ^= s);
        block
    };
    let inner = Sha256::digest([&block(0x36), body].concat());
    deskwire_store::hex(&Sha256::digest([&block(0x5c)[..], &inner].concat()))
}

#[both]
async fn notifies_an_app_once_after_the_commit(app: TestApp) {
    let sink = Sink::start().await;
    let sync = installed(&app, sink.url("/gone?x=1")).await;
    assert_eq!(uninstall(&app, &sync).await, 1);
    assert_eq!(uninstall(&app, &sync).await, 0, "there is nothing left to end");
    assert!(sink.received().is_empty());
    app.run_jobs().await;
    let received = sink.take();
    assert_eq!((received[0].method.as_str(), received[0].path.as_str()), ("POST", "/gone?x=1"));
    assert_eq!(received[0].header("content-type"), Some("application/json"));
    assert_eq!(received[0].json(), json!({"app_id": app.workspace_id}));
    assert_eq!(received[0].header("x-body-signature").unwrap(), signature("0123456789abcdef", &received[0].body));
    assert_eq!(received.len(), 1);
    assert_eq!(notice(&app).await, ("done".to_owned(), None));
    app.clock.advance(3_600);
    app.run_jobs().await;
    assert!(sink.take().is_empty());
}

#[both]
async fn notifies_an_unreachable_app_again(app: TestApp) {
    let sink = Sink::start().await;
    sink.next([SinkReply::status(500), SinkReply::status(302)]);
    let sync = installed(&app, sink.url("/gone")).await;
    uninstall(&app, &sync).await;
    app.run_jobs().await;
    let (state, error) = notice(&app).await;
    assert_eq!(state, "pending");
    assert!(error.unwrap().ends_with("/gone answered 500"));
    for _ in 0..2 {
        app.clock.advance(40);
        app.run_jobs().await;
    }
    assert_eq!(sink.take().len(), 3);
    assert_eq!(notice(&app).await.0, "done");
}

#[both]
async fn does_not_connect_to_private_addresses(app: TestApp) {
    let sync = installed(&app, "http://10.0.0.1/gone".to_owned()).await;
    uninstall(&app, &sync).await;
    app.run_jobs().await;
    assert!(notice(&app).await.1.unwrap().contains("not a public address"));
    for _ in 0..8 {
        app.clock.advance(3_600);
        app.run_jobs().await;
    }
    assert_eq!(notice(&app).await.0, "failed");
}
