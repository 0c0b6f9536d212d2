//! The inbox: signing in, and what `/app/v1` answers to teammates.

mod account;
mod at_once;
mod authority;
mod closing;
mod contacts;
mod developers;
mod files;
mod held;
mod held_conversations;
mod hidden;
mod kinds;
mod lists;
mod live;
mod mail;
mod merging;
mod pages;
mod people;
mod replies;
mod reports;
mod requests;
mod roles;
mod search;
mod second_factor;
mod sent;
mod settings_of_data;
mod sign_in;
mod single_sign_on;
mod slow_bodies;
mod start;
mod starting;
mod threads;
mod workspace;

use deskwire_domain::sign_in::passwords;
use deskwire_domain::{Actor, Cx, admins, sign_in as domain};
use deskwire_testkit::{Answer, Browser, TestApp, json};

/// The password of every admin here.
const PASSWORD: &str = "analytical engine";

/// Sets a password for the acting admin.
async fn set_password(app: &TestApp, actor: Actor, password: &str) {
    let hash = passwords::hash(password).unwrap();
    app.write(move |tx| {
        let cx = &mut Cx::new(tx, &actor);
        let id = actor.admin_id().unwrap();
        let admin = admins::find(cx, id, deskwire_domain::ErrorKind::AdminNotFound)?.admin;
        domain::set_password(cx, &admin, &hash).map(|_| ())
    })
    .await;
}

/// Sends an email address and a password.
async fn sign_in(browser: &mut Browser, email: &str, password: &str) -> Answer {
    let answer = browser.post("/app/v1/session", json!({"email": email, "password": password})).await;
    browser.keep(&answer);
    answer
}
