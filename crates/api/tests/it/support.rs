//! What several files of tests need.

use deskwire_api::versions::Version;
use deskwire_testkit::{TestApp, Value, json};

/// Compares a text with `snapshots/NAME.snap`, which is the same on both databases. Values that differ from run to run are
/// replaced by their names. `INSTA_UPDATE=always` updates the snapshots.
pub(crate) fn snapshot(name: &str, text: &str, varying: &[(&str, &str)]) {
    let text = varying.iter().fold(text.to_owned(), |text, (name, value)| text.replace(value, &format!("[{name}]")));
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// What people see of a page, or of a mail.
pub(crate) fn main_of(html: &str) -> &str {
    let start = html.find("<main>").expect("a page has <main>");
    &html[start..]
}

/// The versions from one on.
pub(crate) fn since(first: Version) -> impl Iterator<Item = &'static str> {
    Version::ALL.iter().filter(move |v| **v >= first).map(|v| v.as_str())
}

/// A user of this email address: its id.
pub(crate) async fn user(app: &TestApp, email: &str) -> String {
    id(&app.post("/contacts", json!({"email": email, "external_id": email.split('@').next()})).await.ok())
}

/// A lead: its id.
pub(crate) async fn lead(app: &TestApp) -> String {
    id(&app.post("/contacts", json!({"role": "lead", "email": "lead@acme.test"})).await.ok())
}

/// The id in an answer.
pub(crate) fn id(body: &Value) -> String {
    body["id"].as_str().unwrap().to_owned()
}

/// A well-formed id of no contact.
pub(crate) fn unknown_contact() -> String {
    deskwire_domain::ids::ContactId::new(4096).to_string()
}

/// A company with one user in it, straight in the tables: its id.
pub(crate) async fn company(app: &TestApp, company_id: &str) -> String {
    let (workspace, company_id) = (app.workspace_id.clone(), company_id.to_owned());
    let id = app
        .write(move |tx| {
            let (id, now): (deskwire_domain::ids::CompanyId, _) = (tx.mint(), tx.now());
            tx.execute(
                "INSERT INTO companies (workspace_id, id, state, company_id, name, name_key, monthly_spend, session_count, user_count, \
                 remote_created_at, created_at, updated_at, custom_attributes) VALUES ($1, $2, 'active', $3, $3, $3, 0, 0, 1, $4, $4, $4, '{}')",
                &[(&*workspace).into(), id.into(), (&*company_id).into(), now.into()],
            )?;
            Ok(id)
        })
        .await;
    id.to_string()
}

/// The topics of what happened to an object, oldest first.
pub(crate) async fn topics(app: &TestApp, object: &str) -> Vec<String> {
    let (workspace, object) = (app.workspace_id.clone(), deskwire_domain::ids::ContactId::parse(object).unwrap());
    app.write(move |tx| {
        let sql = "SELECT topic FROM events WHERE workspace_id = $1 AND object_id = $2 ORDER BY id";
        Ok(tx.query_all(sql, &[(&*workspace).into(), object.into()], |row| row.get(0))?)
    })
    .await
}
