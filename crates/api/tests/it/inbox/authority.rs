//! What a teammate may still do while another one removes them or takes permissions from them.

use deskwire_domain::admins::{self, Management};
use deskwire_domain::ids::AdminId;
use deskwire_domain::invitations::{self, Delivery, Invite};
use deskwire_domain::{Actor, Cx, ErrorKind, tokens};
use deskwire_store::params;
use deskwire_testkit::{Browser, TestApp, both, json};

use super::PASSWORD;
use super::people::{INVITATIONS, ROLES, TEAMMATES, give, join, logged, role_of, secret_of, show, teammate};

const TOKENS: &str = "/app/v1/settings/tokens";

#[both]
async fn tokens_do_not_outlive_the_removal_of_their_owner(app: TestApp) {
    let ada = app.browser().await;
    ada.post(ROLES, json!({"name": "Builder", "permissions": ["all"], "can_manage_apps": true})).await.ok();
    let (grace, of_grace) = teammate(&app, "Grace", "Builder").await;
    let body = json!({"name": "CI", "scopes": ["all"]});
    let early = of_grace.post(TOKENS, body.clone()).await.ok()["token"].as_str().unwrap().to_owned();

    let path = format!("{TEAMMATES}/{grace}");
    let create = || of_grace.post(TOKENS, body.clone());
    let (removed, one, two, three) = tokio::join!(ada.delete(&path), create(), create(), create());
    assert_eq!(removed.ok()["done"], true);
    app.app.tokens.refresh(app.db()).await;
    for made in [one, two, three] {
        if let Some(token) = made.body["token"].as_str() {
            app.client().with_token(token).get("/contacts").await.refused(401, "token_revoked");
        }
    }

    // A request that was permitted before the removal, and runs after it.
    let actor = Actor::admin(app.actor().tenant, grace);
    let late = app.db().write(move |tx| {
        let token = tokens::generate()?;
        let (admin_id, name) = (grace, Some("Late"));
        let new = tokens::New { app_id: None, admin_id, token: &token, scopes: "all", name, api_version: None };
        tokens::issue(&mut Cx::new(tx, &actor), &new, None)
    });
    assert_eq!(late.await.unwrap_err().kind, ErrorKind::AdminNotFound);
    // A token that was left over by an earlier version.
    app.write(move |tx| Ok(tx.execute("UPDATE tokens SET revoked_at = NULL WHERE admin_id = $1", params![grace])?))
        .await;
    app.client().with_token(&early).get("/contacts").await.refused(401, "unauthorized");
}

#[both]
async fn two_teammates_cannot_take_permissions_from_each_other(app: TestApp) {
    let (grace, of_grace) = teammate(&app, "Grace", "Admin").await;
    let (linus, of_linus) = teammate(&app, "Linus", "Admin").await;
    let (one, two) = tokio::join!(give(&of_grace, linus, "Viewer"), give(&of_linus, grace, "Viewer"));
    let ((winner, loser), refused) = if one.status == 200 { ((grace, linus), two) } else { ((linus, grace), one) };
    assert!(matches!(refused.status, 401 | 403), "{}", refused.text);
    let ada = app.browser().await;
    assert_eq!(role_of(&ada, winner).await, "Admin");
    assert_eq!(role_of(&ada, loser).await, "Viewer");

    // Requests that were permitted before, and run after the change of the role.
    let actor = Actor::admin(app.actor().tenant, loser);
    let (wanted, by) = (Management { role: Some("Viewer".to_owned()), has_inbox_seat: None }, actor.clone());
    let late = app.db().write(move |tx| admins::manage(&mut Cx::new(tx, &by), winner, &wanted, None));
    assert_eq!(late.await.unwrap_err().kind, ErrorKind::Forbidden);
    let invite = Invite { email: "eve@acme.test".to_owned(), role: "Viewer".to_owned(), has_inbox_seat: false };
    let delivery = Delivery { base: "https://desk.test/inbox/join/".to_owned(), by_mail: false };
    let late = app.db().write(move |tx| invitations::create(&mut Cx::new(tx, &actor), &invite, &delivery, None));
    assert_eq!(late.await.unwrap_err().kind, ErrorKind::Forbidden);
}

#[both]
async fn invitations_end_with_the_teammate_who_made_them(app: TestApp) {
    let ada = app.browser().await;
    let (grace, of_grace) = teammate(&app, "Grace", "Admin").await;
    let of_eve = json!({"email": "eve@acme.test", "role": "Admin"});
    let made = of_grace.post(INVITATIONS, of_eve).await.ok();
    let secret = secret_of(&made["link"]);
    show(&app, &secret).await.ok();
    ada.delete(&format!("{TEAMMATES}/{grace}")).await.ok();
    show(&app, &secret).await.declined(404, "invitation_not_found");
    join(&mut Browser::new(&app), &secret, PASSWORD).await.declined(404, "invitation_not_found");
    assert_eq!(ada.get(INVITATIONS).await.ok()["items"], json!([]));
    let withdrawn = "Ada Lovelace withdrew the invitations that Grace made: eve@acme.test.";
    assert_eq!(logged(&app, "admin_invite_deletion").await, [withdrawn]);
}

#[both]
async fn invitations_give_what_their_maker_may_give_now(app: TestApp) {
    let ada = app.browser().await;
    let lead = |permissions: &[&str]| json!({"name": "Lead", "permissions": permissions});
    ada.post(ROLES, lead(&["write_admins", "read_people"])).await.ok();
    ada.post(ROLES, json!({"name": "Reader", "permissions": ["read_people"]})).await.ok();
    let roles = ada.get(ROLES).await.ok()["items"].clone();
    let found = roles.as_array().unwrap().iter().find(|role| role["name"] == "Lead").unwrap();
    let path = format!("{ROLES}/{}", found["id"].as_str().unwrap());
    let (linus, of_linus) = teammate(&app, "Linus", "Lead").await;
    let made = of_linus.post(INVITATIONS, json!({"email": "eve@acme.test", "role": "Reader"})).await.ok();
    let secret = secret_of(&made["link"]);

    // The definition of the maker's role has changed, and changes back.
    ada.put(&path, lead(&["write_admins"])).await.ok();
    show(&app, &secret).await.declined(404, "invitation_not_found");
    join(&mut Browser::new(&app), &secret, PASSWORD).await.declined(404, "invitation_not_found");
    ada.put(&path, lead(&["write_admins", "read_people"])).await.ok();
    show(&app, &secret).await.ok();
    // The maker has another role, and may not invite anybody.
    give(&ada, linus, "Agent").await.ok();
    join(&mut Browser::new(&app), &secret, PASSWORD).await.declined(404, "invitation_not_found");
    // Whoever renews an invitation vouches for it.
    let renewal = format!("{INVITATIONS}/{}/renew", made["invitation"]["id"].as_str().unwrap());
    let renewed = ada.post(&renewal, json!({})).await.ok();
    assert_eq!(renewed["invitation"]["invited_by"], app.admin_id.to_string());
    join(&mut Browser::new(&app), &secret_of(&renewed["link"]), PASSWORD).await.ok();
}

#[both]
async fn away_mode_of_others_needs_the_right_to_change_them(app: TestApp) {
    let ada = app.browser().await;
    let body = json!({"name": "Lead", "permissions": ["write_admins", "read_people"]});
    ada.post(ROLES, body).await.ok();
    let (grace, of_grace) = teammate(&app, "Grace", "Admin").await;
    let (linus, of_linus) = teammate(&app, "Linus", "Lead").await;
    let path = |id: AdminId| format!("{TEAMMATES}/{id}/away");
    let away = json!({"away": true, "reassigns": true});
    of_grace.put(&path(app.admin_id), away.clone()).await.declined(403, "forbidden");
    of_linus.put(&path(grace), away.clone()).await.declined(403, "forbidden");
    of_linus.put(&path(AdminId::new(999_999)), away.clone()).await.declined(404, "admin_not_found");
    let shown = ada.get(TEAMMATES).await.ok()["items"].clone();
    assert!(shown.as_array().unwrap().iter().all(|one| one["away"] == false), "{shown}");
    // Oneself, and those who may do less.
    of_linus.put(&path(linus), away.clone()).await.ok();
    of_grace.put(&path(linus), json!({"away": false})).await.ok();
    ada.put(&path(app.admin_id), away).await.ok();
}
