//! Teammates, roles and invitations, as teammates manage them.

use deskwire_domain::ids::AdminId;
use deskwire_domain::{Cx, admins};
use deskwire_testkit::{Answer, Browser, TestApp, Value, both, json};

use super::live::{next_of, read_hello};
use super::{PASSWORD, set_password, sign_in};

pub(super) const TEAMMATES: &str = "/app/v1/settings/teammates";
pub(super) const ROLES: &str = "/app/v1/settings/roles";
pub(super) const INVITATIONS: &str = "/app/v1/settings/invitations";

/// A teammate of a role, and a browser that is signed in as them.
pub(super) async fn teammate(app: &TestApp, name: &'static str, role: &'static str) -> (AdminId, Browser) {
    let actor = app.actor();
    let id = app
        .write(move |tx| {
            let email = format!("{}@acme.test", name.to_lowercase());
            let declared = json!({"email": email, "name": name, "role": role});
            let cx = &mut Cx::new(tx, &actor);
            admins::declare(cx, &serde_json::from_value(declared).unwrap())?;
            admins::named(cx, Some(&email))
        })
        .await;
    (id, Browser::signed_in(app, &app.workspace_id, id).await)
}

pub(super) async fn role_of(browser: &Browser, id: AdminId) -> Value {
    let listed = browser.get(TEAMMATES).await.ok();
    let found = listed["items"].as_array().unwrap().iter().find(|one| one["id"] == id.to_string());
    found.unwrap()["role"].clone()
}

pub(super) async fn give(browser: &Browser, id: AdminId, role: &str) -> Answer {
    browser.patch(&format!("{TEAMMATES}/{id}"), json!({"role": role})).await
}

/// The descriptions in the activity log of entries of a type.
pub(super) async fn logged(app: &TestApp, activity_type: &'static str) -> Vec<String> {
    app.write(move |tx| {
        let sql = "SELECT activity_description FROM activity_logs WHERE activity_type = $1 ORDER BY id";
        Ok(tx.query_all(sql, deskwire_store::params![activity_type], |row| row.get(0))?)
    })
    .await
}

#[both]
async fn teammates_are_listed_with_their_sign_in_state(app: TestApp) {
    let ada = app.browser().await;
    let (grace, _) = teammate(&app, "Grace", "Agent").await;
    app.clock.advance(120);
    let listed = ada.get(TEAMMATES).await.ok();
    let items = listed["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    assert_eq!(
        (&items[0]["name"], &items[0]["role"], &items[0]["second_factor"]),
        (&json!("Ada Lovelace"), &json!("Owner"), &json!(false))
    );
    assert_eq!((&items[1]["id"], &items[1]["has_inbox_seat"]), (&json!(grace.to_string()), &json!(true)));
    // The visit of this very request is written down beside it.
    let again = ada.get(TEAMMATES).await.ok();
    assert_eq!(again["items"][0]["seen_at"], deskwire_testkit::NOW + 120);
    assert_eq!(again["items"][1]["seen_at"], deskwire_testkit::NOW);
}

#[both]
async fn teammates_cannot_grant_more_than_their_role(app: TestApp) {
    let ada = app.browser().await;
    let body = json!({"name": "Lead", "permissions": ["write_admins", "read_people"]});
    ada.post(ROLES, body).await.ok();
    let (grace, of_grace) = teammate(&app, "Grace", "Admin").await;
    let (linus, of_linus) = teammate(&app, "Linus", "Lead").await;
    // Not to themselves, not to others, and not to an owner.
    give(&of_grace, grace, "Owner").await.declined(403, "forbidden");
    give(&of_linus, linus, "Admin").await.declined(403, "forbidden");
    give(&of_linus, grace, "Lead").await.declined(403, "forbidden");
    give(&of_grace, app.admin_id, "Agent").await.declined(403, "forbidden");
    of_grace.delete(&format!("{TEAMMATES}/{}", app.admin_id)).await.declined(403, "forbidden");
    of_linus.post(INVITATIONS, json!({"email": "x@acme.test", "role": "Agent"})).await.declined(403, "forbidden");
    assert_eq!(role_of(&ada, grace).await, "Admin");
    give(&ada, grace, "Pilot").await.declined(400, "parameter_invalid");
    give(&ada, AdminId::new(999_999), "Agent").await.declined(404, "admin_not_found");

    give(&of_grace, linus, "Viewer").await.ok();
    give(&of_linus, linus, "Viewer").await.declined(403, "forbidden");
    give(&ada, grace, "Owner").await.ok();
    assert_eq!(role_of(&ada, grace).await, "Owner");
    // An owner cannot change another owner, even one whom they made an owner.
    give(&ada, grace, "Agent").await.declined(403, "forbidden");
    let entries = logged(&app, "admin_permission_change").await;
    assert_eq!(
        entries,
        [
            "Grace changed the role of Linus from Lead to Viewer.",
            "Ada Lovelace changed the role of Grace from Admin to Owner."
        ]
    );
}

#[both]
async fn the_last_owner_stays(app: TestApp) {
    let ada = app.browser().await;
    give(&ada, app.admin_id, "Admin").await.declined(409, "conflict");
    ada.delete(&format!("{TEAMMATES}/{}", app.admin_id)).await.declined(409, "conflict");
    let (grace, of_grace) = teammate(&app, "Grace", "Owner").await;
    // Two owners leave concurrently: the result is that of some order.
    let (one, two) = (format!("{TEAMMATES}/{}", app.admin_id), format!("{TEAMMATES}/{grace}"));
    let (first, second) = tokio::join!(ada.delete(&one), of_grace.delete(&two));
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{} {}", first.text, second.text);
    let left: i64 = app
        .write(|tx| Ok(tx.query_one("SELECT count(*) FROM admins WHERE removed_at IS NULL", &[], |row| row.get(0))?))
        .await;
    assert_eq!(left, 1);
}

#[both]
async fn the_last_teammate_with_write_admins_cannot_be_removed(app: TestApp) {
    let (grace, of_grace) = teammate(&app, "Grace", "Admin").await;
    let actor = app.actor();
    let ada = app.admin_id;
    app.write(move |tx| {
        let declared = json!({"email": "ada@acme.test", "name": "Ada Lovelace", "role": "Viewer"});
        admins::declare(&mut Cx::new(tx, &actor), &serde_json::from_value(declared).unwrap())
    })
    .await;
    give(&of_grace, grace, "Agent").await.declined(409, "conflict");
    of_grace.delete(&format!("{TEAMMATES}/{grace}")).await.declined(409, "conflict");
    give(&of_grace, ada, "Admin").await.ok();
    give(&of_grace, grace, "Agent").await.ok();
    give(&of_grace, grace, "Admin").await.declined(403, "forbidden");
}

#[both]
async fn another_role_applies_at_once_and_keeps_the_session(app: TestApp) {
    let ada = app.browser().await;
    let (grace, of_grace) = teammate(&app, "Grace", "Admin").await;
    let invite = || of_grace.post(INVITATIONS, json!({"email": "eve@acme.test", "role": "Viewer"}));
    let invited = invite().await.ok();
    let mut line = of_grace.follow("/app/v1/live/stream", None).await;
    read_hello(&mut line).await;
    give(&ada, grace, "Viewer").await.ok();
    // Nothing has checked the line: the change itself ends it, and the page reads its permissions again.
    assert_eq!(next_of(&mut line, "bye").await["why"], "restart");
    let start = of_grace.get("/app/v1/start").await.ok();
    assert_eq!(start["me"]["role"], "Viewer");
    assert!(!start["me"]["permissions"].as_array().unwrap().contains(&json!("write_admins")), "{start}");
    invite().await.declined(403, "forbidden");
    let revoke = format!("{INVITATIONS}/{}", invited["invitation"]["id"].as_str().unwrap());
    of_grace.delete(&revoke).await.declined(403, "forbidden");
    give(&ada, grace, "Admin").await.ok();
    of_grace.delete(&revoke).await.ok();
    // So does a role that a workspace file gives.
    let actor = app.actor();
    app.write(move |tx| {
        let declared = json!({"email": "grace@acme.test", "name": "Grace", "role": "Viewer"});
        admins::declare(&mut Cx::new(tx, &actor), &serde_json::from_value(declared).unwrap())
    })
    .await;
    invite().await.declined(403, "forbidden");
    assert_eq!(of_grace.get("/app/v1/start").await.ok()["me"]["role"], "Viewer");
}

#[both]
async fn removing_a_teammate_ends_their_sessions_at_once(app: TestApp) {
    let ada = app.browser().await;
    let (grace, of_grace) = teammate(&app, "Grace", "Agent").await;
    let contact = app.client().post("/contacts", json!({"role": "user", "email": "a@b.test"})).await.ok();
    let from = json!({"type": "user", "id": contact["id"]});
    for _ in 0..3 {
        let made = app.client().post("/conversations", json!({"from": from, "body": "Hello"})).await.ok();
        let path = format!("/conversations/{}/parts", made["conversation_id"].as_str().unwrap());
        let assign = json!({"message_type": "assignment", "type": "admin", "admin_id": app.admin_id.to_string(), "assignee_id": grace.to_string()});
        app.client().post(&path, assign).await.ok();
    }
    let (_, outsider) = app.neighbour().await;
    let other = Browser::signed_in(&app, outsider.workspace(), outsider.admin_id().unwrap()).await;
    let path = format!("{TEAMMATES}/{grace}");
    other.delete(&path).await.declined(404, "admin_not_found");
    other.patch(&path, json!({"role": "Viewer"})).await.declined(404, "admin_not_found");
    other.put(&format!("{path}/away"), json!({"away": true})).await.declined(404, "admin_not_found");
    other.delete(&format!("{path}/totp")).await.declined(404, "admin_not_found");

    let removed = ada.delete(&path).await.ok();
    assert_eq!((&removed["unassigned"], &removed["done"]), (&json!(3), &json!(true)));
    of_grace.get(TEAMMATES).await.declined(401, "unauthorized");
    ada.delete(&path).await.declined(404, "admin_not_found");
    assert_eq!(logged(&app, "admin_deletion").await, ["Ada Lovelace removed Grace."]);
}

#[both]
async fn seats_and_absences(app: TestApp) {
    let ada = app.browser().await;
    let (grace, of_grace) = teammate(&app, "Grace", "Viewer").await;
    let path = format!("{TEAMMATES}/{grace}");
    ada.patch(&path, json!({"has_inbox_seat": false})).await.ok();
    ada.put(&format!("{path}/away"), json!({"away": true, "reassigns": true})).await.ok();
    ada.put(&format!("{path}/away"), json!({"away": true, "reason_id": "x"})).await.declined(400, "parameter_invalid");
    let items = ada.get(TEAMMATES).await.ok()["items"].clone();
    assert_eq!(
        (&items[1]["has_inbox_seat"], &items[1]["away"], &items[1]["reassigns"]),
        (&json!(false), &json!(true), &json!(true))
    );
    // Oneself needs no permission; others do.
    of_grace.put("/app/v1/me/away", json!({"away": false})).await.ok();
    of_grace.put(&format!("{TEAMMATES}/{}/away", app.admin_id), json!({"away": true})).await.declined(403, "forbidden");
    assert_eq!(ada.get(TEAMMATES).await.ok()["items"][1]["away"], false);
    assert_eq!(logged(&app, "seat_change").await, ["Ada Lovelace gave Grace no inbox seat any more."]);
}

#[both]
async fn a_lost_second_factor_is_reset(app: TestApp) {
    set_password(&app, app.actor(), PASSWORD).await;
    let (grace, of_grace) = teammate(&app, "Grace", "Admin").await;
    let (linus, of_linus) = teammate(&app, "Linus", "Agent").await;
    app.write(move |tx| {
        let sql = "INSERT INTO second_factors (workspace_id, admin_id, secret, last_step, created_at, confirmed_at) \
                   SELECT workspace_id, id, 'ABC', 0, 1, 1 FROM admins";
        Ok(tx.execute(sql, &[])?)
    })
    .await;
    let of = |id: AdminId| format!("{TEAMMATES}/{id}/totp");
    of_grace.delete(&of(grace)).await.declined(403, "forbidden");
    of_grace.delete(&of(app.admin_id)).await.declined(403, "forbidden");
    of_linus.delete(&of(grace)).await.declined(403, "forbidden");
    of_grace.delete(&of(linus)).await.ok();
    of_grace.delete(&of(linus)).await.ok();
    let listed = of_grace.get(TEAMMATES).await.ok();
    let on: Vec<&Value> = listed["items"].as_array().unwrap().iter().map(|one| &one["second_factor"]).collect();
    assert_eq!(on, [true, true, false]);
    assert_eq!(logged(&app, "admin_two_factor_auth_change").await, ["Grace reset the second factor of Linus."]);
}

#[both]
async fn custom_roles_are_created_changed_and_deleted(app: TestApp) {
    let ada = app.browser().await;
    let listed = ada.get(ROLES).await.ok();
    let names: Vec<&str> = listed["items"].as_array().unwrap().iter().map(|r| r["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Owner", "Admin", "Agent", "Viewer"]);
    assert_eq!(listed["items"][1]["id"], Value::Null);
    assert_eq!(listed["permissions"].as_array().unwrap().len(), 14);

    let lead =
        json!({"name": " Lead ", "permissions": ["write_conversations", "read_people"], "can_manage_content": true});
    ada.post(ROLES, lead.clone()).await.ok();
    ada.post(ROLES, json!({"name": "LEAD", "permissions": []})).await.declined(409, "conflict");
    ada.post(ROLES, json!({"name": "agent", "permissions": []})).await.declined(400, "parameter_invalid");
    ada.post(ROLES, json!({"name": "Odd", "permissions": ["fly"]})).await.declined(400, "parameter_invalid");
    for name in ["", "Ow\u{200b}ner"] {
        ada.post(ROLES, json!({"name": name, "permissions": []})).await.declined(400, "parameter_invalid");
    }
    let role = ada.get(ROLES).await.ok()["items"][4].clone();
    assert_eq!(role["permissions"], json!(["read_people", "read_conversations", "write_conversations"]));
    let path = format!("{ROLES}/{}", role["id"].as_str().unwrap());

    let (grace, of_grace) = teammate(&app, "Grace", "Lead").await;
    of_grace.post("/app/v1/contacts", json!({"email": "a@b.test"})).await.declined(403, "forbidden");
    ada.put(&path, json!({"name": "Chief", "permissions": ["all"]})).await.ok();
    // A changed role takes effect at once, in open sessions too.
    of_grace.post("/app/v1/contacts", json!({"email": "a@b.test"})).await.ok();
    of_grace.put(&path, lead).await.declined(403, "forbidden");
    ada.delete(&path).await.declined(409, "conflict");
    let (_, outsider) = app.neighbour().await;
    let other = Browser::signed_in(&app, outsider.workspace(), outsider.admin_id().unwrap()).await;
    other.delete(&path).await.declined(404, "not_found");
    give(&ada, grace, "Viewer").await.ok();
    ada.delete(&path).await.ok();
    ada.delete(&path).await.declined(404, "not_found");
    let viewer = ada.get(ROLES).await.ok()["items"][3]["id"].as_str().unwrap().to_owned();
    ada.delete(&format!("{ROLES}/{viewer}")).await.declined(403, "forbidden");
    assert_eq!(logged(&app, "role_deletion").await, ["Ada Lovelace deleted the role Chief."]);
}

/// The secret at the end of a link.
pub(super) fn secret_of(link: &Value) -> String {
    link.as_str().unwrap().rsplit_once("/inbox/join/").unwrap().1.to_owned()
}

async fn invite(browser: &Browser, email: &str, by_mail: bool) -> Value {
    browser.post(INVITATIONS, json!({"email": email, "role": "Agent", "by_mail": by_mail})).await.ok()
}

pub(super) async fn show(app: &TestApp, secret: &str) -> Answer {
    Browser::new(app).post("/app/v1/session/invitation", json!({"secret": secret})).await
}

pub(super) async fn join(browser: &mut Browser, secret: &str, password: &str) -> Answer {
    let body = json!({"secret": secret, "name": "Grace", "password": password});
    let answer = browser.post("/app/v1/session/join", body).await;
    browser.keep(&answer);
    answer
}

#[both]
async fn an_invitation_makes_a_teammate_once(app: TestApp) {
    let ada = app.browser().await;
    let made = invite(&ada, "Grace@Acme.test", false).await;
    let secret = secret_of(&made["link"]);
    let shown = show(&app, &secret).await.ok();
    assert_eq!(
        shown,
        json!({"workspace": "Acme", "email": "Grace@Acme.test", "role": "Agent", "invited_by": "Ada Lovelace"})
    );
    let (mut one, mut two) = (Browser::new(&app), Browser::new(&app));
    join(&mut one, &secret, "short").await.declined(400, "parameter_invalid");
    let answers = tokio::join!(join(&mut one, &secret, PASSWORD), join(&mut two, &secret, PASSWORD));
    let mut statuses = [answers.0.status, answers.1.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 404]);
    let mut joined = if answers.0.status == 200 { one } else { two };
    let start = joined.get("/app/v1/start").await.ok();
    assert_eq!(
        (&start["me"]["name"], &start["me"]["email"], &start["me"]["role"]),
        (&json!("Grace"), &json!("Grace@Acme.test"), &json!("Agent"))
    );
    sign_in(&mut joined, "grace@acme.test", PASSWORD).await.ok();
    show(&app, &secret).await.declined(404, "invitation_not_found");
    assert_eq!(ada.get(INVITATIONS).await.ok()["items"], json!([]));
    assert_eq!(ada.get(TEAMMATES).await.ok()["items"].as_array().unwrap().len(), 2);
    ada.post(INVITATIONS, json!({"email": "grace@acme.test", "role": "Agent"})).await.declined(409, "conflict");
    assert_eq!(logged(&app, "app_admin_join").await, ["Grace joined the workspace."]);
    let emitted = app.topics().await;
    assert_eq!(emitted.iter().filter(|topic| *topic == "admin.added_to_workspace").count(), 1, "{emitted:?}");
}

#[both]
async fn invitations_end_and_are_renewed(app: TestApp) {
    let ada = app.browser().await;
    let made = invite(&ada, "grace@acme.test", false).await;
    let (first, id) = (secret_of(&made["link"]), made["invitation"]["id"].as_str().unwrap().to_owned());
    ada.post(INVITATIONS, json!({"email": "GRACE@acme.test", "role": "Agent"})).await.declined(409, "conflict");
    ada.post(INVITATIONS, json!({"email": "grace", "role": "Agent"})).await.declined(400, "parameter_invalid");
    ada.post(INVITATIONS, json!({"email": "b@acme.test", "role": "Pilot"})).await.declined(400, "parameter_invalid");
    let kept: String = app.write(|tx| Ok(tx.query_one("SELECT hash FROM invitations", &[], |row| row.get(0))?)).await;
    assert!(!kept.contains(&first));
    app.clock.advance(7 * 86_400);
    show(&app, &first).await.declined(404, "invitation_not_found");
    let again = app.browser().await;
    let second = secret_of(&again.post(&format!("{INVITATIONS}/{id}/renew"), json!({})).await.ok()["link"]);
    show(&app, &first).await.declined(404, "invitation_not_found");
    show(&app, &second).await.ok();
    let (_, outsider) = app.neighbour().await;
    let other = Browser::signed_in(&app, outsider.workspace(), outsider.admin_id().unwrap()).await;
    other.delete(&format!("{INVITATIONS}/{id}")).await.declined(404, "not_found");
    other.post(&format!("{INVITATIONS}/{id}/renew"), json!({})).await.declined(404, "not_found");
    again.delete(&format!("{INVITATIONS}/{id}")).await.ok();
    join(&mut Browser::new(&app), &second, PASSWORD).await.declined(404, "invitation_not_found");
    for word in ["creation", "change", "deletion"] {
        let name: &'static str = match word {
            "creation" => "admin_invite_creation",
            "change" => "admin_invite_change",
            _ => "admin_invite_deletion",
        };
        assert_eq!(logged(&app, name).await.len(), 1, "{word}");
    }
}

#[both]
async fn an_invitation_comes_by_mail_and_its_link_is_forgotten(app: TestApp) {
    let ada = app.browser().await;
    let made = invite(&ada, "grace@acme.test", true).await;
    let path = format!("{INVITATIONS}/{}/renew", made["invitation"]["id"].as_str().unwrap());
    ada.post(&path, json!({"by_mail": true})).await.declined(409, "conflict");
    app.clock.advance(61);
    let renewed = ada.post(&path, json!({"by_mail": true})).await.ok();
    let mails = app.mails().await;
    // The first one waited until it was replaced: one mail is sent, with the link that is good.
    assert_eq!(mails.len(), 1);
    let mail = &mails[0];
    assert_eq!(
        (mail.delivered_to.as_slice(), mail.subject.as_str()),
        (&["grace@acme.test".to_owned()][..], "Join Acme on Deskwire")
    );
    assert!(mail.from.starts_with("Ada Lovelace (Acme)"), "{}", mail.from);
    let link = renewed["link"].as_str().unwrap();
    assert!(mail.text.contains(link) && mail.html.contains(link), "{}", mail.text);
    let left: i64 = app
        .write(|tx| Ok(tx.query_one("SELECT count(*) FROM invitations WHERE link IS NOT NULL", &[], |row| row.get(0))?))
        .await;
    assert_eq!(left, 0);
    join(&mut Browser::new(&app), &secret_of(&renewed["link"]), PASSWORD).await.ok();
}

#[both]
async fn an_invitation_restores_a_removed_teammate(app: TestApp) {
    let ada = app.browser().await;
    let (grace, _) = teammate(&app, "Grace", "Admin").await;
    ada.delete(&format!("{TEAMMATES}/{grace}")).await.ok();
    let made = invite(&ada, "grace@acme.test", false).await;
    join(&mut Browser::new(&app), &secret_of(&made["link"]), PASSWORD).await.ok();
    assert_eq!(role_of(&ada, grace).await, "Agent");
}

#[both]
async fn teams_are_made_changed_and_deleted(app: TestApp) {
    const TEAMS: &str = "/app/v1/settings/teams";
    let ada = app.browser().await;
    let (grace, of_grace) = teammate(&app, "Grace", "Agent").await;
    let team = json!({"name": " Support ", "member_ids": [grace.to_string()], "distribution": "round_robin", "assignment_limit": 5});
    of_grace.post(TEAMS, team.clone()).await.declined(403, "forbidden");
    ada.post(TEAMS, team.clone()).await.ok();
    ada.post(TEAMS, team).await.declined(409, "conflict");
    ada.post(TEAMS, json!({"name": "Odd", "member_ids": ["999999"]})).await.declined(400, "parameter_invalid");
    ada.post(TEAMS, json!({"name": "Odd", "member_ids": ["x"]})).await.declined(400, "parameter_invalid");
    ada.post(TEAMS, json!({"name": "Odd", "member_ids": [], "assignment_limit": 0}))
        .await
        .declined(400, "parameter_invalid");
    let listed = of_grace.get(TEAMS).await.ok()["items"].clone();
    let id = listed[0]["id"].as_str().unwrap().to_owned();
    let made = json!({"id": id, "name": "Support", "member_ids": [grace.to_string()], "distribution": "round_robin", "assignment_limit": 5});
    assert_eq!(listed, json!([made]));
    let path = format!("{TEAMS}/{id}");
    ada.put(&path, json!({"name": "Help", "member_ids": []})).await.ok();
    let listed = ada.get(TEAMS).await.ok()["items"].clone();
    assert_eq!(
        (&listed[0]["name"], &listed[0]["member_ids"], &listed[0]["assignment_limit"]),
        (&json!("Help"), &json!([]), &Value::Null)
    );
    let (_, outsider) = app.neighbour().await;
    let other = Browser::signed_in(&app, outsider.workspace(), outsider.admin_id().unwrap()).await;
    other.put(&path, json!({"name": "Theirs", "member_ids": []})).await.declined(404, "team_not_found");
    other.delete(&path).await.declined(404, "team_not_found");
    assert_eq!(ada.delete(&path).await.ok()["unassigned"], 0);
    ada.delete(&path).await.declined(404, "team_not_found");
    let changes = logged(&app, "app_team_membership_modification").await;
    assert!(changes.contains(&"Ada Lovelace renamed the team Support to Help.".to_owned()), "{changes:?}");
}
