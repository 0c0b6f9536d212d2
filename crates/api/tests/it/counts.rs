//! `/counts`

use deskwire_api::versions::Version;
use deskwire_testkit::{both, json};

both! {
    async fn the_workspace_is_counted(app) {
        for n in 0..3 {
            app.post("/contacts", json!({"external_id": format!("u{n}")})).await.ok();
        }
        let lead = app.post("/contacts", json!({"role": "lead"})).await.ok();
        let zero = json!({"count": 0});
        let whole = json!({"type": "count.hash", "company": zero, "user": {"count": 3}, "lead": {"count": 1}, "tag": zero, "segment": zero});
        for version in Version::ALL {
            assert_eq!(app.version(version.as_str()).off_the_record().get("/counts").await.ok(), whole);
        }
        app.post(&format!("/contacts/{}/archive", lead["id"].as_str().unwrap()), json!({})).await.ok();
        assert_eq!(app.client().off_the_record().get("/counts?type=lead").await.ok(), json!({"type": "count", "lead": {"count": 0}}));
        assert_eq!(app.client().off_the_record().get("/counts?type=user").await.ok(), json!({"type": "count", "user": {"count": 3}}));
        assert_eq!(app.stranger().await.off_the_record().get("/counts").await.ok()["user"], zero);
    }

    async fn each_form_answers(app) {
        assert_eq!(
            app.client().off_the_record().get("/counts?type=conversation").await.ok(),
            json!({"type": "count", "conversation": {"assigned": 0, "closed": 0, "open": 0, "unassigned": 0}})
        );
        assert_eq!(
            app.client().off_the_record().get("/counts?type=conversation&count=admin").await.ok(),
            json!({"type": "count", "conversation": {"admin": [{"id": app.admin_id.to_string(), "name": "Ada Lovelace", "open": 0, "closed": 0}]}})
        );
        for (of, by) in [("user", "tag"), ("user", "segment"), ("company", "tag"), ("company", "segment")] {
            assert_eq!(app.client().off_the_record().get(&format!("/counts?type={of}&count={by}")).await.ok(), json!({"type": "count", of: {by: []}}));
        }
        let companies = app.client().off_the_record().get("/counts?type=company&count=user").await.ok();
        assert_eq!(companies["company"], json!({"user": []}));
        assert_eq!(companies["pages"]["total_pages"], 0);
        for query in ["type=nothing", "count=tag", "type=user&count=lead", "type=conversation&count=tag"] {
            let answer = app.client().off_the_record().get(&format!("/counts?{query}")).await;
            assert_eq!(answer.status, 400, "{query}");
        }
    }

    async fn counting_needs_its_scope(app) {
        app.scoped("read_counts").await.off_the_record().get("/counts").await.ok();
        app.scoped("read_users read_events").await.off_the_record().get("/counts").await.refused(401, "token_unauthorized");
    }
}
