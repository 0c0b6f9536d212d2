//! Only admins whose role allows it may give apps access.

use deskwire_domain::Cx;
use deskwire_domain::admins;
use deskwire_testkit::{TestApp, both, json};

use super::{Actor, BACK, Browser, PASSWORD, allowed, link, logged, ready, set_password, signed_in};

/// An admin of this role who can sign in, as `roles` of a workspace file declare it.
async fn teammate(app: &TestApp, name: &'static str, role: Option<&'static str>, can_manage_apps: Option<bool>) {
    let actor = app.actor();
    let email = format!("{}@acme.test", name.to_lowercase());
    let id = app
        .write(move |tx| {
            if let Some(role) = role {
                let declared = json!({"name": role, "can_manage_apps": can_manage_apps});
                admins::declare_role(&mut Cx::new(tx, &actor), &serde_json::from_value(declared).unwrap())?;
            }
            let declared = json!({"email": email, "name": name, "role": role});
            admins::declare(&mut Cx::new(tx, &actor), &serde_json::from_value(declared).unwrap())?;
            admins::named(&mut tx.within(actor.workspace()), Some(&email))
        })
        .await;
    set_password(app, Actor::admin(app.actor().tenant, id), PASSWORD).await;
}

async fn sign_in(browser: &mut Browser, link: &str, email: &str) -> super::Page {
    let page = browser.get(link).await;
    let page = browser.submit(&page, &[("email", email), ("password", PASSWORD)]).await;
    let to = page.leads_to(303);
    browser.get(&to).await
}

#[both]
async fn roles_without_permission_cannot_give_consent(app: TestApp) {
    let made = ready(&app).await;
    teammate(&app, "Grace", Some("Agent"), None).await;
    teammate(&app, "Linus", None, None).await;
    for email in ["grace@acme.test", "linus@acme.test"] {
        let mut browser = Browser::new(&app);
        let page = sign_in(&mut browser, &link(&made), email).await;
        let shown = page.with_status(403);
        assert!(
            shown.contains("does not allow you to grant access to apps") && shown.contains("<li>Ada Lovelace</li>"),
            "{shown}"
        );
        assert!(!shown.contains("value=\"allow\""), "{shown}");
        // Sending the form directly is refused as well.
        let form = page.forms().pop().unwrap();
        browser.send(&form, &[("decision", "allow"), ("scopes", "read_users write_tags")], &[]).await.with_status(403);
        assert_eq!(
            browser.send(&form, &[("decision", "deny")], &[]).await.leads_to(302),
            format!("{BACK}?error=access_denied&state=xyz")
        );
    }
    assert!(!logged(&app).await.contains(&"app_package_installation".to_owned()));
    let codes: i64 = app.write(|tx| Ok(tx.query_one("SELECT count(*) FROM oauth_codes", &[], |row| row.get(0))?)).await;
    assert_eq!(codes, 0);
}

#[both]
async fn roles_are_granted_and_revoked(app: TestApp) {
    let made = ready(&app).await;
    teammate(&app, "Grace", Some("Lead"), Some(true)).await;
    let mut browser = Browser::new(&app);
    let page = sign_in(&mut browser, &link(&made), "grace@acme.test").await;
    allowed(&browser.submit(&page, &[("decision", "allow")]).await);
    // The role is checked again when the form is sent.
    let page = browser.get(&link(&made)).await;
    teammate(&app, "Grace", Some("Lead"), Some(false)).await;
    let form = page.forms().pop().unwrap();
    browser.send(&form, &[("decision", "allow")], &[]).await.with_status(403);
    assert!(logged(&app).await.contains(&"role_change".to_owned()));
    // The first admin is an owner, and stays able to.
    let mut browser = Browser::new(&app);
    let page = signed_in(&mut browser, &link(&made)).await;
    allowed(&browser.submit(&page, &[("decision", "allow")]).await);
    // A role declared without the setting keeps its value.
    let actor = app.actor();
    let unchanged = app
        .write(move |tx| {
            admins::declare_role(&mut Cx::new(tx, &actor), &serde_json::from_value(json!({"name": "Owner"})).unwrap())
        })
        .await;
    assert!(!unchanged);
}
