//! Apps getting their tokens, from the link that a browser follows to the uninstalling.

mod browser;
mod consent;
mod roles;
mod sign_in;
mod tokens;

use deskwire_domain::Cx;
use std::sync::Arc;

use browser::{Browser, Page};
use deskwire_domain::apps::{self, Made};
use deskwire_domain::sign_in::passwords;
use deskwire_domain::{Actor, admins, sign_in as domain};
use deskwire_testkit::{Answer, TestApp, Value, json};

/// The password of every admin here.
const PASSWORD: &str = "analytical engine";
/// Where the app that most tests register lives.
const BACK: &str = "https://sync.test/back";

/// Gives an admin a password.
async fn set_password(app: &TestApp, actor: Actor, password: &str) {
    let hash = passwords::hash(password).unwrap();
    app.write(move |tx| {
        let admin = admins::find(
            &mut Cx::new(tx, &actor),
            actor.admin_id().unwrap(),
            deskwire_domain::ErrorKind::AdminNotFound,
        )?
        .admin;
        domain::set_password(&mut Cx::new(tx, &actor), &admin, &hash).map(|_| ())
    })
    .await;
}

/// An app of the workspace that comes back to these places and asks for these scopes.
async fn register(app: &TestApp, name: &str, back: &[&str], scopes: &str) -> Made {
    let (workspace, name, scopes) = (app.workspace_id.clone(), name.to_owned(), scopes.to_owned());
    let back: Vec<String> = back.iter().map(|uri| (*uri).to_owned()).collect();
    app.write(move |tx| apps::create(&mut tx.within(&workspace), &name, &back, &scopes)).await
}

/// A default app, and an admin who can sign in.
async fn ready(app: &TestApp) -> Made {
    set_password(app, app.actor(), PASSWORD).await;
    register(app, "Sync", &[BACK, "https://sync.test/other?tenant=7"], "read_users write_tags").await
}

/// The link of an app.
fn link(made: &Made) -> String {
    format!("/oauth?client_id={}&state=xyz", made.client_id)
}

/// Signs in at a link: the consent page.
async fn signed_in(browser: &mut Browser, link: &str) -> Page {
    let page = browser.get(link).await;
    let page = browser.submit(&page, &[("email", "ada@acme.test"), ("password", PASSWORD)]).await;
    let to = page.leads_to(303);
    browser.get(&to).await
}

/// Signs in and consents; returns the code that the app gets.
async fn code(app: &TestApp, made: &Made) -> String {
    let mut browser = Browser::new(app);
    let page = signed_in(&mut browser, &link(made)).await;
    allowed(&browser.submit(&page, &[("decision", "allow")]).await)
}

/// The code in the answer to an Allow.
fn allowed(page: &Page) -> String {
    let to = page.leads_to(302);
    let query = to.split_once('?').unwrap().1;
    query.split('&').find_map(|pair| pair.strip_prefix("code=")).unwrap_or_else(|| panic!("no code in {to}")).to_owned()
}

/// Asks for the token of a code.
async fn exchange(app: &TestApp, made: &Made, code: &str) -> Answer {
    let body = json!({"client_id": made.client_id, "client_secret": made.client_secret, "code": code});
    app.anonymous().post("/auth/eagle/token", body).await
}

/// A token, by the whole way.
async fn token(app: &TestApp, made: &Made) -> String {
    let code = code(app, made).await;
    text(&exchange(app, made, &code).await.ok()["access_token"])
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// The types of the activity log entries, oldest first.
async fn logged(app: &TestApp) -> Vec<String> {
    let workspace = app.workspace_id.clone();
    app.write(move |tx| {
        let sql = "SELECT activity_type FROM activity_logs WHERE workspace_id = $1 ORDER BY id";
        Ok(tx.query_all(sql, deskwire_store::params![&workspace], |row| row.get(0))?)
    })
    .await
}

/// The operator.
fn operator(app: &TestApp) -> Actor {
    Actor::system(Arc::clone(&app.actor().tenant))
}
