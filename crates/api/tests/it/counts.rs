//! `/counts`

use deskwire_api::versions::Version;
use deskwire_testkit::{TestApp, both, json};

#[both]
async fn the_workspace_is_counted(app: TestApp) {
    for n in 0..3 {
        app.post("/contacts", json!({"external_id": format!("u{n}")})).await.ok();
    }
    let lead = app.post("/contacts", json!({"role": "lead"})).await.ok();
    let zero = json!({"count": 0});
    let whole = json!({"type": "count.hash", "company": zero, "user": {"count": 3}, "lead": {"count": 1}, "tag": zero, "segment": {"count": 3}});
    for version in Version::ALL {
        assert_eq!(app.version(version.as_str()).off_the_record().get("/counts").await.ok(), whole);
    }
    app.post(&format!("/contacts/{}/archive", lead["id"].as_str().unwrap()), json!({})).await.ok();
    assert_eq!(
        app.client().off_the_record().get("/counts?type=lead").await.ok(),
        json!({"type": "count", "lead": {"count": 0}})
    );
    assert_eq!(
        app.client().off_the_record().get("/counts?type=user").await.ok(),
        json!({"type": "count", "user": {"count": 3}})
    );
    assert_eq!(app.other_workspace().await.off_the_record().get("/counts").await.ok()["user"], zero);
}

#[both]
async fn every_count_has_its_shape(app: TestApp) {
    assert_eq!(
        app.client().off_the_record().get("/counts?type=conversation").await.ok(),
        json!({"type": "count", "conversation": {"assigned": 0, "closed": 0, "open": 0, "unassigned": 0}})
    );
    assert_eq!(
        app.client().off_the_record().get("/counts?type=conversation&count=admin").await.ok(),
        json!({"type": "count", "conversation": {"admin": [{"id": app.admin_id.to_string(), "name": "Ada Lovelace", "open": 0, "closed": 0}]}})
    );
    for (of, by) in [("user", "tag"), ("company", "tag"), ("company", "segment")] {
        assert_eq!(
            app.client().off_the_record().get(&format!("/counts?type={of}&count={by}")).await.ok(),
            json!({"type": "count", of: {by: []}})
        );
    }
    assert_eq!(
        app.client().off_the_record().get("/counts?type=user&count=segment").await.ok(),
        json!({"type": "count", "user": {"segment": [{"Active": 0}, {"New": 0}, {"Slipping Away": 0}]}})
    );
    let companies = app.client().off_the_record().get("/counts?type=company&count=user").await.ok();
    assert_eq!(companies["company"], json!({"user": []}));
    assert_eq!(companies["pages"]["total_pages"], 0);
    for query in ["type=nothing", "count=tag", "type=user&count=lead", "type=conversation&count=tag"] {
        let answer = app.client().off_the_record().get(&format!("/counts?{query}")).await;
        assert_eq!(answer.status, 400, "{query}");
    }
}

#[both]
async fn counts_group_by_tag_segment_and_company(app: TestApp) {
    let client = app.client().off_the_record();
    let ada = app.post("/contacts", json!({"external_id": "ada"})).await.ok();
    let lee = app.post("/contacts", json!({"role": "lead"})).await.ok();
    let company = app.post("/companies", json!({"company_id": "c-1", "name": "Acme"})).await.ok();
    for contact in [&ada, &lee] {
        app.post(&format!("/contacts/{}/companies", contact["id"].as_str().unwrap()), json!({"id": company["id"]}))
            .await
            .ok();
    }
    app.post("/tags", json!({"name": "VIP", "users": [{"id": ada["id"]}, {"id": lee["id"]}]})).await.ok();
    app.post("/tags", json!({"name": "Big", "companies": [{"id": company["id"]}]})).await.ok();
    let counted = |query: &'static str| {
        let client = client.clone();
        async move { client.get(&format!("/counts?{query}")).await.ok() }
    };
    assert_eq!(counted("type=user&count=tag").await["user"]["tag"], json!([{"VIP": 1}, {"Big": 0}]));
    assert_eq!(counted("type=company&count=tag").await["company"]["tag"], json!([{"VIP": 0}, {"Big": 1}]));
    assert_eq!(counted("type=user&count=segment").await["user"]["segment"][1], json!({"New": 1}));
    let companies = counted("type=company&count=user").await;
    assert_eq!(companies["company"]["user"], json!([{"Acme": 2, "remote_company_id": "c-1"}]));
    assert_eq!(companies["pages"]["total_pages"], 1);
    let whole = counted("").await;
    assert_eq!(
        (&whole["company"], &whole["tag"], &whole["lead"]),
        (&json!({"count": 1}), &json!({"count": 2}), &json!({"count": 1}))
    );
}

#[both]
async fn counting_needs_its_scope(app: TestApp) {
    app.scoped("read_counts").await.off_the_record().get("/counts").await.ok();
    app.scoped("read_users read_events").await.off_the_record().get("/counts").await.refused(401, "token_unauthorized");
}
