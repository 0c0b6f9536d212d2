//! Signing in: sessions, and how guessing is slowed down.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use deskwire_api::Config;
use deskwire_testkit::{Database, TestApp, both};
use tokio::task::JoinSet;

use super::{Browser, Made, PASSWORD, Page, allowed, link, logged, ready, set_password, signed_in};

/// A wrong password for an account: the status, and how long to wait.
async fn attempt(browser: &mut Browser, made: &Made, email: &str, password: &str) -> (u16, Option<i64>) {
    let page = browser.get(&link(made)).await;
    let page = browser.submit(&page, &[("email", email), ("password", password)]).await;
    (page.0.status, page.0.header("retry-after").map(|seconds| seconds.parse().unwrap()))
}

/// All that is stored of sign-ins, as one text.
async fn stored(app: &TestApp) -> String {
    let rows = app.write(|tx| {
        let mut all = Vec::new();
        for sql in [
            "SELECT hash FROM admin_passwords",
            "SELECT hash FROM admin_sessions",
            "SELECT hash FROM oauth_codes",
            "SELECT subject FROM sign_in_attempts",
        ] {
            all.extend(tx.query_all(sql, &[], |row| row.get::<String>(0))?);
        }
        Ok(all)
    });
    rows.await.join("\n")
}

#[both]
async fn password_guesses_on_an_account_are_limited(app: TestApp) {
    let made = ready(&app).await;
    let mut browser = Browser::new(&app);
    for _ in 0..5 {
        assert_eq!(attempt(&mut browser, &made, "ada@acme.test", "wrong").await, (403, None));
    }
    // Not even the right password helps now, however the address is written.
    assert_eq!(attempt(&mut browser, &made, " ADA@acme.test", PASSWORD).await, (429, Some(15)));
    app.clock.advance(14);
    assert_eq!(attempt(&mut browser, &made, "ada@acme.test", PASSWORD).await, (429, Some(1)));
    app.clock.advance(1);
    assert_eq!(attempt(&mut browser, &made, "ada@acme.test", "wrong").await, (403, None));
    let page = browser.get(&link(&made)).await;
    let page = browser.submit(&page, &[("email", "ada@acme.test"), ("password", PASSWORD)]).await;
    let text = page.with_status(429);
    assert!(text.contains("too many failed attempts. Please try again in 30 seconds."), "{text}");
    app.clock.advance(30);
    assert_eq!(attempt(&mut browser, &made, "ada@acme.test", PASSWORD).await.0, 303);
    // A success resets the count.
    for _ in 0..5 {
        assert_eq!(attempt(&mut Browser::new(&app), &made, "ada@acme.test", "wrong").await, (403, None));
    }
    let log = logged(&app).await;
    assert_eq!(log.iter().filter(|t| *t == "admin_login_failure").count(), 11);
    assert_eq!(log.iter().filter(|t| *t == "admin_login_success").count(), 1);
}

#[both]
async fn sign_ins_from_one_address_do_not_block_others(app: TestApp) {
    let made = ready(&app).await;
    let answered = Arc::new(AtomicUsize::new(0));
    let mut crowd = JoinSet::new();
    for n in 0..200 {
        // IPv6 networks are distinguished by their first 64 bits.
        let mut browser = Browser::at(&app, &format!("2001:db8:0:7::{n:x}"));
        let page = browser.get(&link(&made)).await;
        let answered = answered.clone();
        crowd.spawn(async move {
            let email = format!("nobody{n}@acme.test");
            let page = browser.submit(&page, &[("email", &email), ("password", "wrong")]).await;
            answered.fetch_add(usize::from(page.0.status == 403), Ordering::Relaxed);
            page.0.status
        });
    }
    let mut browser = Browser::at(&app, "2001:db8:0:8::1");
    let page = browser.get(&link(&made)).await;
    while answered.load(Ordering::Relaxed) == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    let before = answered.load(Ordering::Relaxed);
    let page = browser.submit(&page, &[("email", "ada@acme.test"), ("password", PASSWORD)]).await;
    assert_eq!(page.0.status, 303);
    // It waited for a few of them at most, however many there are.
    let meanwhile = answered.load(Ordering::Relaxed) - before;
    assert!(meanwhile <= 8, "{meanwhile} others were let in first");
    let statuses = crowd.join_all().await;
    assert!(statuses.iter().all(|s| matches!(s, 403 | 429)), "{statuses:?}");
    assert!(statuses.contains(&429));
}

#[both]
async fn sign_in_does_not_reveal_accounts(app: TestApp) {
    let made = ready(&app).await;
    let (mut known, mut unknown) = (Browser::new(&app), Browser::new(&app));
    for n in 0..6 {
        let (a, b) = (known.get(&link(&made)).await, unknown.get(&link(&made)).await);
        let a = known.submit(&a, &[("email", "ada@acme.test"), ("password", "wrong")]).await;
        let b = unknown.submit(&b, &[("email", "bob@acme.test"), ("password", "wrong")]).await;
        assert_eq!(a.0.status, if n < 5 { 403 } else { 429 });
        assert_eq!(a.0.status, b.0.status);
        assert_eq!(a.0.header("retry-after"), b.0.header("retry-after"));
        let plain = |text: &str, email: &str, proof: &str| text.replace(email, "").replace(proof, "");
        let csrf = |page: &Page| page.forms()[0].fields.iter().find(|(n, _)| n == "csrf").unwrap().1.clone();
        assert_eq!(plain(&a.0.text, "ada@acme.test", &csrf(&a)), plain(&b.0.text, "bob@acme.test", &csrf(&b)));
    }
}

#[both]
async fn concurrent_password_guesses_are_all_counted(app: TestApp) {
    let made = ready(&app).await;
    let mut browser = Browser::new(&app);
    let form = browser.get(&link(&made)).await.forms().pop().unwrap();
    let cookie = format!("deskwire={}", browser.cookie().unwrap());
    let fields = form.fields.iter().map(|(n, v)| format!("{n}={v}"));
    let body = fields.filter(|f| !f.starts_with("email=") && !f.starts_with("password=")).collect::<Vec<_>>().join("&");
    let guesses = (0..20).map(|n| {
        let (client, body, cookie) =
            (app.anonymous(), format!("{body}&email=ada%40acme.test&password=guess{n}"), cookie.clone());
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("cookie", cookie.as_str())];
        let headers = headers.map(|(n, v)| (n, v.to_owned()));
        tokio::spawn(async move {
            let headers: Vec<_> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
            client.raw("POST", "/oauth/sign_in", &headers, body).await.status
        })
    });
    let mut looked_at = 0;
    for guess in guesses.collect::<Vec<_>>() {
        let status = guess.await.unwrap();
        assert!(status == 403 || status == 429, "{status}");
        looked_at += usize::from(status == 403);
    }
    assert_eq!(looked_at, 5);
}

#[both]
async fn password_guesses_from_an_address_are_limited(app: TestApp) {
    let made = ready(&app).await;
    for n in 0..20 {
        let address = format!("2001:db8:1:2::{n:x}");
        assert_eq!(
            attempt(&mut Browser::at(&app, &address), &made, &format!("a{n}@acme.test"), "wrong").await,
            (403, None)
        );
    }
    assert_eq!(
        attempt(&mut Browser::at(&app, "2001:db8:1:2::ffff"), &made, "ada@acme.test", PASSWORD).await,
        (429, Some(15))
    );
    // Others are not kept waiting, and the account was not counted against.
    assert_eq!(attempt(&mut Browser::at(&app, "2001:db8:1:3::1"), &made, "ada@acme.test", PASSWORD).await.0, 303);
    app.clock.advance(15);
    // A success with another account does not reset the count of the address.
    assert_eq!(attempt(&mut Browser::at(&app, "2001:db8:1:2::1"), &made, "ada@acme.test", PASSWORD).await.0, 303);
    assert_eq!(attempt(&mut Browser::at(&app, "2001:db8:1:2::1"), &made, "b@acme.test", "wrong").await, (403, None));
    assert_eq!(attempt(&mut Browser::at(&app, "2001:db8:1:2::1"), &made, "c@acme.test", "wrong").await.0, 429);
    // An hour of quiet does.
    app.clock.advance(3_600);
    for n in 0..10 {
        assert_eq!(
            attempt(&mut Browser::at(&app, "2001:db8:1:2::1"), &made, &format!("d{n}@acme.test"), "wrong").await.0,
            403
        );
    }
}

#[both]
async fn failures_from_elsewhere_do_not_lock_an_account(app: TestApp) {
    let made = ready(&app).await;
    let at = |address: &str| Browser::at(&app, address);
    let (home, office) = ("2001:db8:a::1", "198.51.100.7");
    assert_eq!(attempt(&mut at(home), &made, "ada@acme.test", PASSWORD).await.0, 303);
    // Networks that guess together: each has its own limit, and together they have a rate.
    for n in 0..98 {
        let address = format!("203.0.113.{}", n / 4);
        assert_eq!(attempt(&mut at(&address), &made, "ada@acme.test", "wrong").await, (403, None), "{n}");
    }
    assert_eq!(attempt(&mut at(office), &made, "ada@acme.test", PASSWORD).await.0, 303, "a success is not counted");
    for n in 98..100 {
        assert_eq!(attempt(&mut at("203.0.113.99"), &made, "ada@acme.test", "wrong").await, (403, None), "{n}");
    }
    assert_eq!(attempt(&mut at("192.0.2.1"), &made, "ada@acme.test", PASSWORD).await, (429, Some(36)));
    // Networks that are known for the account are not held up, and have a limit of their own.
    assert_eq!(attempt(&mut at("2001:db8:a::2"), &made, "ada@acme.test", PASSWORD).await.0, 303);
    for _ in 0..5 {
        assert_eq!(attempt(&mut at(office), &made, "ada@acme.test", "wrong").await, (403, None));
    }
    assert_eq!(attempt(&mut at(office), &made, "ada@acme.test", PASSWORD).await, (429, Some(15)));
    // Failures from the same network with other accounts do not delay them either.
    for n in 0..20 {
        assert_eq!(attempt(&mut at(home), &made, &format!("a{n}@acme.test"), "wrong").await.0, 403);
    }
    assert_eq!(attempt(&mut at(home), &made, "b@acme.test", "wrong").await.0, 429);
    assert_eq!(attempt(&mut at(home), &made, "ada@acme.test", PASSWORD).await.0, 303);
    // A new password lets in from anywhere.
    set_password(&app, app.actor(), "another password").await;
    assert_eq!(attempt(&mut at("192.0.2.1"), &made, "ada@acme.test", "another password").await.0, 303);
}

#[both]
async fn a_network_is_known_for_ninety_days(app: TestApp) {
    let made = ready(&app).await;
    let guess_from_all_over = async || {
        for n in 0..100 {
            let address = format!("203.0.113.{}", n / 4);
            attempt(&mut Browser::at(&app, &address), &made, "ada@acme.test", "wrong").await;
        }
    };
    assert_eq!(attempt(&mut Browser::at(&app, "192.0.2.1"), &made, "ada@acme.test", PASSWORD).await.0, 303);
    app.clock.advance(89 * 86_400);
    deskwire_worker::tidy(app.db()).await;
    guess_from_all_over().await;
    assert_eq!(attempt(&mut Browser::at(&app, "192.0.2.2"), &made, "ada@acme.test", "wrong").await.0, 429);
    assert_eq!(attempt(&mut Browser::at(&app, "192.0.2.1"), &made, "ada@acme.test", "wrong").await.0, 403);
    app.clock.advance(2 * 86_400);
    guess_from_all_over().await;
    assert_eq!(attempt(&mut Browser::at(&app, "192.0.2.1"), &made, "ada@acme.test", "wrong").await.0, 429);
}

#[both]
async fn a_locked_account_looks_the_same_whether_it_exists(app: TestApp) {
    let made = ready(&app).await;
    for email in ["ada@acme.test", "nobody@acme.test"] {
        for n in 0..100 {
            let address = format!("2001:db8:{}::1", n / 4);
            assert_eq!(attempt(&mut Browser::at(&app, &address), &made, email, "wrong").await, (403, None));
            if n % 4 == 3 {
                app.clock.advance(1);
            }
        }
        assert_eq!(attempt(&mut Browser::at(&app, "192.0.2.1"), &made, email, "wrong").await, (429, Some(35)));
        app.clock.advance(3_600);
    }
}

#[both]
async fn only_admins_with_a_password_sign_in(app: TestApp) {
    let made = ready(&app).await;
    let (_, eve) = app.neighbour().await;
    set_password(&app, eve, "eve's own password").await;
    let mut browser = Browser::new(&app);
    assert_eq!(attempt(&mut browser, &made, "eve@other.test", "eve's own password").await.0, 403);
    assert_eq!(attempt(&mut browser, &made, "", "").await.0, 403);
    assert_eq!(attempt(&mut browser, &made, "ada@acme.test", "").await.0, 403);
    let long = "x".repeat(4_001);
    assert_eq!(attempt(&mut browser, &made, "ada@acme.test", &long).await.0, 400);
    app.write(|tx| Ok(tx.execute("DELETE FROM admin_passwords", &[])?)).await;
    assert_eq!(attempt(&mut browser, &made, "ada@acme.test", PASSWORD).await.0, 403);
}

#[both]
async fn sessions_expire(app: TestApp) {
    let made = ready(&app).await;
    let mut browser = Browser::new(&app);
    let page = signed_in(&mut browser, &link(&made)).await;
    app.clock.advance(899);
    assert!(browser.get(&link(&made)).await.with_status(200).contains("Allow"));
    app.clock.advance(1);
    assert!(browser.get(&link(&made)).await.with_status(200).contains("Sign in to"), "the session expires");
    let late = browser.submit(&page, &[("decision", "allow")]).await;
    assert!(late.with_status(403).contains("session has ended"));

    let page = signed_in(&mut browser, &link(&made)).await;
    let secret = browser.cookie().unwrap().to_owned();
    let out = page.forms().remove(0);
    let to = browser.send(&out, &[], &[]).await.leads_to(303);
    assert_eq!(browser.cookie(), None);
    assert!(browser.get(&to).await.with_status(200).contains("Sign in to"), "signing out ends the session");
    let kept = app.anonymous().raw("GET", &link(&made), &[("cookie", &format!("a=b; deskwire={secret}"))], "").await;
    assert!(kept.text.contains("Sign in to"), "even with the old cookie");
    assert_eq!(logged(&app).await.last().unwrap(), "admin_logout");

    signed_in(&mut browser, &link(&made)).await.with_status(200);
    set_password(&app, app.actor(), "another password").await;
    assert!(browser.get(&link(&made)).await.with_status(200).contains("Sign in to"), "a new password ends the session");
    browser.forget_cookies();
    assert_eq!(attempt(&mut browser, &made, "ada@acme.test", PASSWORD).await.0, 403);
    assert_eq!(attempt(&mut browser, &made, "ada@acme.test", "another password").await.0, 303);
}

#[both]
async fn secrets_are_not_stored_in_plain_text(app: TestApp) {
    let made = ready(&app).await;
    let mut browser = Browser::new(&app);
    let page = signed_in(&mut browser, &link(&made)).await;
    let secret = browser.cookie().unwrap().to_owned();
    let code = allowed(&browser.submit(&page, &[("decision", "allow")]).await);
    attempt(&mut Browser::new(&app), &made, "ada@acme.test", "wrong").await;
    let before = stored(&app).await;
    assert!(before.contains("$argon2id$v=19$m=19456,t=2,p=1$"), "{before}");
    for secret in [PASSWORD, &secret, &code, &made.client_secret, "ada@acme.test"] {
        assert!(!before.contains(secret), "{secret} is in {before}");
    }
    // In time all of it is forgotten, but for the password.
    app.clock.advance(92 * 86_400);
    deskwire_worker::tidy(app.db()).await;
    assert_eq!(stored(&app).await.lines().count(), 1);
}

#[tokio::test]
async fn behind_a_trusted_proxy_the_client_address_counts() {
    let config = Config { rate_limit: None, proxies: "127.0.0.1".parse().unwrap(), ..Config::default() };
    let app = TestApp::start_with(Database::Sqlite, config).await;
    let made = ready(&app).await;
    let mut browser = Browser::at(&app, "127.0.0.1");
    let form = browser.get(&link(&made)).await.forms().pop().unwrap();
    for (n, status) in (0..21).map(|n| (n, if n < 20 { 403 } else { 429 })) {
        let email = format!("a{n}@acme.test");
        let from = [("x-forwarded-for", "203.0.113.5, 198.51.100.7")];
        browser.send(&form, &[("email", &email), ("password", "wrong")], &from).await.with_status(status);
    }
    let from = [("x-forwarded-for", "198.51.100.7, 198.51.100.8")];
    browser.send(&form, &[("email", "ada@acme.test"), ("password", PASSWORD)], &from).await.leads_to(303);
    let logs = app.get(&format!("/admins/activity_logs?created_at_after={}", app.clock.now() - 10)).await.ok();
    assert_eq!(logs["activity_logs"][0]["performed_by"]["ip"], "198.51.100.8");
}
