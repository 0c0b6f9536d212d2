//! `/teams`

use deskwire_domain::Cx;
use std::sync::Arc;

use deskwire_api::versions::Version;
use deskwire_domain::{Actor, admins, teams, workspaces};
use deskwire_testkit::{NOW, TestApp, both, json};

/// Adds an admin; the id.
async fn admin(app: &TestApp, name: &str) -> i64 {
    let (workspace, name) = (app.workspace_id.clone(), name.to_owned());
    app.write(move |tx| {
        let tenant = Arc::new(workspaces::known(&mut tx.within(&workspace))?.into());
        let email = format!("{name}@acme.test");
        let declared = admins::Declared {
            email: email.clone(),
            name: name.clone(),
            job_title: None,
            role: None,
            has_inbox_seat: None,
            notify_by_mail: None,
            avatar: None,
            password_hash: None,
            removed: None,
        };
        admins::declare(&mut Cx::new(tx, &Actor::system(tenant)), &declared)?;
        Ok(admins::named(&mut tx.within(&workspace), Some(&email))?.number())
    })
    .await
}

/// Adds a team of these; its path.
pub(crate) async fn team(app: &TestApp, name: &str, members: &[&str], method: teams::Distribution) -> String {
    let workspace = app.workspace_id.clone();
    let declared = teams::Declared {
        name: name.to_owned(),
        members: Some(members.iter().map(|m| format!("{m}@acme.test")).collect()),
        primary: Vec::new(),
        secondary: Vec::new(),
        assignment_limit: Some(10),
        distribution_method: Some(method),
    };
    app.write(move |tx| {
        let tenant = Arc::new(workspaces::known(&mut tx.within(&workspace))?.into());
        teams::declare(&mut Cx::new(tx, &Actor::system(tenant)), &declared)
    })
    .await;
    let list = app.get("/teams").await.ok();
    let made = list["teams"].as_array().unwrap().iter().find(|t| t["name"] == name).unwrap().clone();
    format!("/teams/{}", made["id"].as_str().unwrap())
}

#[both]
async fn teams_are_listed_and_found(app: TestApp) {
    let (bea, cat) = (admin(&app, "bea").await, admin(&app, "cat").await);
    let path = team(&app, "Support", &["bea", "cat"], teams::Distribution::LoadBalanced).await;
    let list = app.get("/teams").await.ok();
    assert_eq!(list["type"], "team.list");
    let one = app.get(&path).await.ok();
    assert_eq!(list["teams"], json!([one]));
    assert_eq!(one["admin_ids"], json!([bea, cat]));
    assert_eq!(one["assignment_limit"], 10);
    assert_eq!(one["distribution_method"], "load_balanced");
    assert_eq!(one["admin_priority_level"], json!({"primary_admin_ids": [bea, cat], "secondary_admin_ids": []}));
    let old = app.version("2.7").get(&path).await.ok();
    assert_eq!(old, json!({"type": "team", "id": one["id"], "name": "Support", "admin_ids": [bea, cat]}));
    assert_eq!(app.get("/teams/999").await.refused(404, "team_not_found"), "Team not found");
    app.get("/teams/x").await.refused(404, "team_not_found");
    let other = app.other_workspace().await;
    other.get(&path).await.refused(404, "team_not_found");
    assert_eq!(other.get("/teams").await.ok()["teams"], json!([]));
    app.scoped("read_users").await.get("/teams").await.refused(401, "token_unauthorized");
}

#[both]
async fn members_are_replaced(app: TestApp) {
    let (bea, cat, dot) = (admin(&app, "bea").await, admin(&app, "cat").await, admin(&app, "dot").await);
    let path = team(&app, "Support", &["bea", "cat"], teams::Distribution::LoadBalanced).await;
    let levels = json!({"primary_admin_ids": [cat], "secondary_admin_ids": [bea]});
    let set = app.put(&path, json!({"admin_ids": [bea, cat], "admin_priority_level": levels})).await.ok();
    assert_eq!(set["admin_priority_level"], levels);
    // One who joins is primary, the others keep their level; a team may be sent back whole.
    let mut whole = set.clone();
    whole["admin_ids"] = json!([bea, dot.to_string()]);
    let set = app.put(&path, whole).await.ok();
    assert_eq!(set["admin_ids"], json!([bea, dot]));
    assert_eq!(set["admin_priority_level"], json!({"primary_admin_ids": [dot], "secondary_admin_ids": [bea]}));

    let logged = || async {
        let body = json!({"created_at_after": NOW, "event_types": ["app_team_membership_modification"]});
        app.post("/admins/activity_logs/search", body).await.ok()["activity_logs"].as_array().unwrap().len()
    };
    let before = logged().await;
    assert_eq!(before, 2);
    app.put(&path, json!({"admin_ids": [dot, bea]})).await.ok();
    assert_eq!(logged().await, before, "an unchanged list makes no changes");
    assert_eq!(app.get(&path).await.ok(), set);
}

#[both]
async fn invalid_members_are_rejected(app: TestApp) {
    let (bea, cat) = (admin(&app, "bea").await, admin(&app, "cat").await);
    let path = team(&app, "Support", &["bea"], teams::Distribution::LoadBalanced).await;
    let plain = team(&app, "Plain", &["bea"], teams::Distribution::RoundRobin).await;
    let (path, plain) = (path.as_str(), plain.as_str());
    let refused = |path: &str, body| {
        let (app, path) = (&app, path.to_owned());
        async move { app.put(&path, body).await.refused(400, "parameter_invalid") }
    };
    assert_eq!(refused(path, json!({"admin_ids": ["x"]})).await, "admin_ids must contain only numeric admin ids");
    assert_eq!(
        refused(path, json!({"admin_ids": [bea], "name": "Else"})).await,
        "Only admin_ids and admin_priority_level can be updated on a team, but the request changed name"
    );
    assert_eq!(
        refused(path, json!({"admin_ids": [bea], "colour": "red"})).await,
        "Only admin_ids and admin_priority_level can be updated on a team, but the request changed colour"
    );
    assert_eq!(
        refused(path, json!({"admin_ids": [bea], "admin_priority_level": {"primary_admin_ids": [cat]}})).await,
        format!("admin_priority_level names {cat}, which is on neither the team nor admin_ids")
    );
    let twice = json!({"primary_admin_ids": [bea], "secondary_admin_ids": [bea]});
    assert_eq!(
        refused(path, json!({"admin_ids": [bea], "admin_priority_level": twice})).await,
        format!("admin_priority_level gives {bea} more than one priority level")
    );
    refused(path, json!({"admin_ids": []})).await;
    refused(path, json!({"admin_ids": [999]})).await;
    refused(path, json!({"admin_ids": (1..=1001).collect::<Vec<i64>>()})).await;
    refused(&format!("{path}?admin_ids=1"), json!({"admin_ids": [bea]})).await;
    refused(plain, json!({"admin_ids": [bea], "admin_priority_level": {"secondary_admin_ids": [bea]}})).await;
    let primary = json!({"admin_ids": [bea], "admin_priority_level": {"primary_admin_ids": [bea]}});
    assert!(app.put(plain, primary).await.ok().get("admin_priority_level").is_none());
    app.put(path, json!({})).await.refused(400, "parameter_not_found");
    assert_eq!(
        app.put("/teams/999", json!({"admin_ids": [bea]})).await.refused(404, "team_not_found"),
        "Team not found"
    );
    app.other_workspace().await.put(path, json!({"admin_ids": [bea]})).await.refused(404, "team_not_found");
    app.scoped("read_admins").await.put(path, json!({"admin_ids": [bea]})).await.refused(403, "forbidden");
    assert_eq!(app.get(path).await.ok()["admin_ids"], json!([bea]), "nothing refused was done");
}

#[both]
async fn metrics_name_each_member(app: TestApp) {
    let bea = admin(&app, "bea").await;
    let path = team(&app, "Support", &["bea"], teams::Distribution::Manual).await;
    let metrics = app.get(&format!("{path}/metrics?idle_threshold=999999999")).await.ok();
    assert_eq!(metrics["type"], "team_metric.list");
    assert_eq!(
        metrics["data"],
        json!([{"type": "team_metric", "admin_id": bea.to_string(), "open": 0, "idle": 0, "snoozed": 0}])
    );
    app.get("/teams/999/metrics").await.refused(404, "team_not_found");
    app.get(&format!("{path}/metrics?idle_threshold=soon")).await.refused(400, "parameter_invalid");
}

#[both]
async fn every_version_answers(app: TestApp) {
    let bea = admin(&app, "bea").await;
    let balanced = team(&app, "Balanced", &["bea"], teams::Distribution::LoadBalanced).await;
    team(&app, "Plain", &[], teams::Distribution::RoundRobin).await;
    for version in Version::ALL {
        let client = app.version(version.as_str());
        client.get("/teams").await.ok();
        client.get(&balanced).await.ok();
        client.get("/teams/999").await.with(404);
        if *version >= Version::V2_16 {
            client.get(&format!("{balanced}/metrics")).await.ok();
        }
    }
    app.put(&balanced, json!({"admin_ids": [bea]})).await.ok();
}
