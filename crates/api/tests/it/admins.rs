//! `/me`, `/admins`, `/away_status_reasons`

use deskwire_domain::Cx;
use std::sync::Arc;

use deskwire_api::versions::Version;
use deskwire_domain::{Actor, Error, admins, away_reasons, teams, workspaces};
use deskwire_store::Tx;
use deskwire_testkit::{NOW, TestApp, Value, both, json};

/// Runs a verb as the operator does, from outside.
async fn as_system<T: Send + 'static>(
    app: &TestApp,
    mut f: impl FnMut(&mut Tx<'_>, &Actor) -> Result<T, Error> + Send + 'static,
) -> T {
    let workspace = app.workspace_id.clone();
    app.write(move |tx| {
        let tenant = Arc::new(workspaces::known(&mut tx.within(&workspace))?.into());
        f(tx, &Actor::system(tenant))
    })
    .await
}

/// Grace with a role, a picture and a place in a team; her id.
async fn grace(app: &TestApp) -> String {
    let id = as_system(app, |tx, actor| {
        let grace = admins::Declared {
            email: "grace@acme.test".to_owned(),
            name: "Grace".to_owned(),
            job_title: Some("Support".to_owned()),
            role: Some("Agent".to_owned()),
            has_inbox_seat: None,
            notify_by_mail: None,
            avatar: Some("https://acme.test/grace.png".to_owned()),
            password_hash: None,
            removed: None,
        };
        assert!(admins::declare(&mut Cx::new(tx, actor), &grace)?);
        assert!(!admins::declare(&mut Cx::new(tx, actor), &grace)?, "declared twice changes nothing");
        let team = teams::Declared {
            name: "Support".to_owned(),
            members: Some(vec!["grace@acme.test".to_owned()]),
            primary: vec!["GRACE@acme.test".to_owned()],
            secondary: Vec::new(),
            assignment_limit: None,
            distribution_method: Some(teams::Distribution::RoundRobin),
        };
        assert!(teams::declare(&mut Cx::new(tx, actor), &team)?);
        assert!(!teams::declare(&mut Cx::new(tx, actor), &team)?);
        admins::named(&mut tx.within(actor.workspace()), Some("grace@acme.test"))
    });
    id.await.to_string()
}

async fn reason(app: &TestApp, label: &str, deleted: bool) -> String {
    let declared_reason =
        away_reasons::Declared { label: label.to_owned(), emoji: "🍔".to_owned(), order: None, deleted };
    as_system(app, move |tx, actor| {
        assert!(away_reasons::declare(&mut Cx::new(tx, actor), &declared_reason)?);
        assert!(!away_reasons::declare(&mut Cx::new(tx, actor), &declared_reason)?);
        Ok(())
    })
    .await;
    let list = app.get("/away_status_reasons").await.ok();
    let found = list["data"].as_array().unwrap().iter().find(|r| r["label"] == label).unwrap();
    found["id"].as_str().unwrap().to_owned()
}

#[both]
async fn me_is_the_admin_of_the_token_and_its_workspace(app: TestApp) {
    let me = app.scoped("read_tags").await.with_version("2.16").get("/me").await.ok();
    assert_eq!(me["id"], app.admin_id.to_string());
    assert_eq!(me["email"], "ada@acme.test");
    assert_eq!(me["email_verified"], true);
    assert_eq!(me["has_inbox_seat"], true);
    assert_eq!(me["avatar"], json!({"type": "avatar", "image_url": null}));
    assert_eq!(
        me["app"],
        json!({"type": "app", "id_code": app.workspace_id, "name": "Acme", "created_at": NOW, "secure": false,
            "identity_verification": false, "timezone": "UTC", "region": "US"})
    );
    app.anonymous().get("/me").await.refused(401, "unauthorized");
}

#[both]
async fn admins_are_listed_and_found(app: TestApp) {
    let id = grace(&app).await;
    let list = app.get("/admins").await.ok();
    assert_eq!(list["type"], "admin.list");
    let listed = &list["admins"][1];
    assert_eq!(list["admins"][0]["id"], app.admin_id.to_string());
    assert_eq!(listed["id"], id.as_str());
    assert!(listed.get("avatar").is_none());
    assert_eq!(app.get("/admins?display_avatar=true").await.ok()["admins"][1]["avatar"], "https://acme.test/grace.png");
    let one = app.get(&format!("/admins/{id}")).await.ok();
    let team: i64 = app.get("/teams").await.ok()["teams"][0]["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(one["job_title"], "Support");
    assert_eq!(one["role"]["name"], "Agent");
    assert_eq!(one["away_status_reason_id"], Value::Null);
    assert_eq!(one["team_ids"], json!([team]));
    assert_eq!(one["team_priority_level"], json!({"primary_team_ids": [team], "secondary_team_ids": []}));
    app.get("/admins/999").await.refused(404, "admin_not_found");
    app.get("/admins/x").await.refused(404, "admin_not_found");
    app.other_workspace().await.get(&format!("/admins/{id}")).await.refused(404, "admin_not_found");
    app.scoped("read_single_admin").await.get(&format!("/admins/{id}")).await.ok();
    app.scoped("read_single_admin").await.get("/admins").await.refused(401, "token_unauthorized");
}

#[both]
async fn older_versions_keep_their_admin_shape(app: TestApp) {
    let id = grace(&app).await;
    let path = format!("/admins/{id}");
    let old = app.version("2.7").get(&path).await.ok();
    for field in ["role", "team_priority_level", "away_status_reason_id"] {
        assert!(old.get(field).is_none(), "{field}");
    }
    assert_eq!(old["avatar"], "https://acme.test/grace.png");
    assert_eq!(
        app.version("2.11").get(&path).await.ok()["avatar"],
        json!({"image_url": "https://acme.test/grace.png"})
    );
    assert_eq!(app.version("2.12").get(&path).await.ok()["avatar"], "https://acme.test/grace.png");
    assert!(app.version("2.15").get(&path).await.ok().get("role").is_none());
    assert_eq!(app.version("2.16").get(&path).await.ok()["role"]["name"], "Agent");
    let token = app.token_of(&app.workspace_id, deskwire_domain::ids::AdminId::parse(&id).unwrap(), "all").await;
    let me = |version: &str| app.version(version).with_token(&token);
    assert_eq!(me("Unstable").get("/me").await.ok()["role"]["name"], "Agent");
    for version in ["2.7", "2.11", "2.16"] {
        let answer = me(version).get("/me").await.ok();
        assert!(answer.get("role").is_none(), "{version}");
        assert_eq!(answer["avatar"]["image_url"], "https://acme.test/grace.png", "{version}");
    }
}

#[both]
async fn admins_set_and_clear_away_mode(app: TestApp) {
    let (id, lunch) = (grace(&app).await, reason(&app, "Lunch", false).await);
    let gone = reason(&app, "Sabbatical", true).await;
    let path = format!("/admins/{id}/away");
    let away = json!({"away_mode_enabled": true, "away_mode_reassign": true, "away_status_reason_id": lunch});
    let set = app.put(&path, away.clone()).await.ok();
    assert_eq!((&set["away_mode_enabled"], &set["away_mode_reassign"]), (&json!(true), &json!(true)));
    assert_eq!(set["away_status_reason_id"].to_string(), lunch);
    app.put(&path, away).await.ok();
    let back = app
        .put(&path, json!({"away_mode_enabled": false, "away_mode_reassign": false, "away_status_reason_id": lunch}))
        .await
        .ok();
    assert_eq!(back["away_mode_enabled"], false);
    assert_eq!(back["away_status_reason_id"], Value::Null);

    let logs = app.get(&format!("/admins/activity_logs?created_at_after={NOW}")).await.ok();
    let changes: Vec<_> = logs["activity_logs"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|l| l["activity_type"] == "admin_away_mode_change")
        .collect();
    assert_eq!(changes.len(), 2, "setting the same value again is not a change");
    assert_eq!(changes[1]["metadata"]["away_status_reason"], "🍔 Lunch");
    assert_eq!(changes[1]["metadata"]["away_mode"], true);
    assert_eq!(changes[1]["performed_by"]["email"], "ada@acme.test");
    assert_eq!(changes[1]["activity_description"], "Ada Lovelace set Grace to away.");

    let refused = |body: Value| {
        let (app, path) = (&app, path.clone());
        async move { app.put(&path, body).await.with(400) }
    };
    let error_list = refused(json!([])).await;
    assert_eq!((error_list.get("request_id"), &error_list["errors"][0]["code"]), (None, &json!("parameter_invalid")));
    let away =
        |reason: Value| json!({"away_mode_enabled": true, "away_mode_reassign": true, "away_status_reason_id": reason});
    let error_list = refused(away(json!(gone))).await;
    let error = json!({"code": "parameter_invalid", "message": "Away status reason is deleted"});
    assert_eq!(error_list, json!({"type": "error.list", "errors": [error]}));
    assert_eq!(refused(away(json!(7))).await["errors"][0]["code"], "parameter_invalid");
    assert_eq!(refused(away(json!("x"))).await["errors"][0]["code"], "parameter_invalid");
    assert_eq!(refused(json!({"away_mode_enabled": true})).await["errors"][0]["code"], "parameter_not_found");
    assert_eq!(
        refused(json!({"away_mode_enabled": "perhaps", "away_mode_reassign": true})).await["errors"][0]["code"],
        "parameter_invalid"
    );
    let all = json!({"away_mode_enabled": true, "away_mode_reassign": true});
    assert_eq!(
        app.put("/admins/999/away", all.clone()).await.refused(404, "admin_not_found"),
        "Admin for admin_id not found"
    );
    app.other_workspace().await.put(&path, all.clone()).await.refused(404, "admin_not_found");
    app.scoped("read_admins").await.put(&path, all).await.refused(401, "token_unauthorized");
    // Before 2.14 there are no reasons.
    let old = app.version("2.13");
    let old =
        old.put(&path, json!({"away_mode_enabled": true, "away_mode_reassign": true, "away_status_reason_id": gone}));
    assert!(old.await.ok().get("away_status_reason_id").is_none());
}

#[both]
async fn away_reasons_are_ordered(app: TestApp) {
    reason(&app, "Lunch", false).await;
    reason(&app, "Sabbatical", true).await;
    let list = app.get("/away_status_reasons").await.ok();
    assert_eq!(list["type"], "list");
    let lunch = &list["data"][0];
    assert_eq!((&lunch["label"], &lunch["order"], &lunch["deleted"]), (&json!("Lunch"), &json!(1), &json!(false)));
    assert_eq!((&list["data"][1]["order"], &list["data"][1]["deleted"]), (&json!(2), &json!(true)));
    assert_eq!(app.other_workspace().await.get("/away_status_reasons").await.ok()["data"], json!([]));
}

#[both]
async fn activity_logs_come_in_pages_newest_first(app: TestApp) {
    let id = grace(&app).await;
    for n in 0..45 {
        app.clock.advance(1);
        app.put(&format!("/admins/{id}/away"), json!({"away_mode_enabled": n % 2 == 0, "away_mode_reassign": false}))
            .await
            .ok();
    }
    let search = |extra: Value| {
        let mut body = json!({"created_at_after": NOW + 1, "event_types": ["admin_away_mode_change"]});
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        app.post("/admins/activity_logs/search", body)
    };
    let first = search(json!({})).await.ok();
    assert_eq!(first["type"], "activity_log.list");
    assert_eq!(first["pages"]["total_pages"], 3);
    assert_eq!(first["pages"]["per_page"], 20);
    assert_eq!(first["activity_logs"][0]["created_at"], NOW + 45);
    assert_eq!(first["activity_logs"][19]["created_at"], NOW + 26);
    // Entries written meanwhile do not shift the pages.
    app.put(&format!("/admins/{id}/away"), json!({"away_mode_enabled": true, "away_mode_reassign": true})).await.ok();
    let second = search(json!({"starting_after": first["pages"]["next"]["starting_after"]})).await.ok();
    assert_eq!(second["activity_logs"][0]["created_at"], NOW + 25);
    let third = search(json!({"starting_after": second["pages"]["next"]["starting_after"]})).await.ok();
    assert_eq!(third["activity_logs"].as_array().unwrap().len(), 5);
    assert_eq!(third["pages"]["next"], Value::Null);
    let by_number = search(json!({"page": 2, "per_page": 10, "created_at_before": NOW + 44})).await.ok();
    assert_eq!(by_number["activity_logs"][0]["created_at"], NOW + 34);
    assert_eq!(by_number["pages"]["page"], 2);

    assert_eq!(
        search(json!({"event_types": ["app_team_creation"], "created_at_after": NOW})).await.ok()["activity_logs"][0]["performed_by"]
            ["id"],
        "0"
    );
    for (asked, per_page) in [(250, 250), (251, 250)] {
        assert_eq!(search(json!({"per_page": asked})).await.ok()["pages"]["per_page"], per_page);
    }
    search(json!({"event_types": ["nonsense"]})).await.refused(400, "parameter_invalid");
    search(json!({"starting_after": "nonsense"})).await.refused(400, "client_error");
    search(json!({"page": 0})).await.refused(400, "parameter_invalid");
    app.post("/admins/activity_logs/search", json!({})).await.refused(400, "parameter_not_found");
    app.get("/admins/activity_logs").await.refused(400, "parameter_not_found");
    app.get("/admins/activity_logs?created_at_after=soon").await.refused(400, "parameter_invalid");
    // The list is followed by its URLs, the search by its cursors.
    let mut path = format!("/admins/activity_logs?created_at_after={}&per_page=30", NOW + 1);
    let mut seen = Vec::new();
    for _ in 0..9 {
        let page = app.get(&path).await.ok();
        seen.extend(page["activity_logs"].as_array().unwrap().iter().map(|entry| entry["id"].to_string()));
        let Some(next) = page["pages"]["next"].as_str() else { break };
        next[next.find("/admins").unwrap()..].clone_into(&mut path);
    }
    let count = seen.len();
    seen.dedup();
    assert!(count == seen.len() && count > 45, "{count}");
    let early = app
        .get("/admins/activity_logs?created_at_after=2021-12-12T00:00:00.000Z&created_at_before=2022-01-01")
        .await
        .ok();
    assert_eq!(early["activity_logs"], json!([]));
    let others = app.other_workspace().await.get("/admins/activity_logs?created_at_after=0").await.ok();
    assert_eq!(others["activity_logs"], json!([]));
    app.scoped("read_admins")
        .await
        .get("/admins/activity_logs?created_at_after=0")
        .await
        .refused(401, "token_unauthorized");
    app.scoped("read_admins").await.post("/admins/activity_logs/search", json!({"created_at_after": 0})).await.ok();
    app.scoped("read_tags")
        .await
        .post("/admins/activity_logs/search", json!({"created_at_after": 0}))
        .await
        .refused(403, "forbidden");
}

#[both]
async fn every_type_that_is_logged_is_listed(app: TestApp) {
    for (version, many) in [("2.16", 114), ("Unstable", 75)] {
        let list = app.version(version).get("/admins/activity_log_event_types").await.ok();
        assert_eq!(list["type"], "activity_log_event_type.list");
        assert_eq!(list["event_types"].as_array().unwrap().len(), many, "{version}");
    }
}

#[both]
async fn every_version_answers(app: TestApp) {
    let (id, lunch) = (grace(&app).await, reason(&app, "Lunch", false).await);
    for version in Version::ALL {
        let client = app.version(version.as_str());
        client.get("/me").await.ok();
        client.get("/admins?display_avatar=true").await.ok();
        client.get(&format!("/admins/{id}")).await.ok();
        for on in [true, false] {
            let away = json!({"away_mode_enabled": on, "away_mode_reassign": on, "away_status_reason_id": lunch});
            client.put(&format!("/admins/{id}/away"), away).await.ok();
        }
        client.get("/admins/activity_logs?created_at_after=0").await.ok();
        client.get("/admins/999").await.with(404);
        if *version >= Version::V2_14 {
            client.get("/away_status_reasons").await.ok();
        }
        if *version >= Version::V2_16 {
            client.get("/admins/activity_log_event_types").await.ok();
            let pages = json!({"created_at_after": 0, "per_page": 1});
            client.post("/admins/activity_logs/search", pages).await.ok();
        }
    }
}
