//! `/contacts/bulk`, `/companies/bulk` and `/jobs/status`

use deskwire_domain::Cx;
use deskwire_store::global::workers::{self, Claimant};
use deskwire_testkit::{NOW, TestApp, Value, both, json};

fn id(object: &Value) -> &str {
    object["id"].as_str().unwrap()
}

/// The job after all work is done.
async fn finished(app: &TestApp, job: &Value) -> Value {
    app.run_jobs().await;
    let noun = if job["type"] == "contacts.bulk.job" { "contacts" } else { "companies" };
    app.get(&format!("/{noun}/bulk/{}", id(job))).await.ok()
}

async fn by_external_id(app: &TestApp, external_id: &str) -> Value {
    app.get(&format!("/contacts/find_by_external_id/{external_id}")).await.ok()
}

/// The refused item of a job's only task: its index and the error code.
async fn refused(app: &TestApp, job: &Value) -> Vec<(i64, String)> {
    let (workspace, job) = (app.workspace_id.clone(), id(job).strip_prefix("job_").unwrap().parse::<i64>().unwrap());
    let text = app.write(move |tx| {
        let sql = "SELECT errors FROM bulk_tasks WHERE workspace_id = $1 AND bulk_job_id = $2";
        Ok(tx.query_one(sql, deskwire_store::params![&workspace, job], |row| row.get::<String>(0))?)
    });
    let errors: Vec<Value> = serde_json::from_str(&text.await).unwrap();
    errors.iter().map(|e| (e["index"].as_i64().unwrap(), e["code"].as_str().unwrap().to_owned())).collect()
}

#[both]
async fn contacts_are_made_in_the_background(app: TestApp) {
    let body = json!({"contacts": [
        {"external_id": "a", "email": "a@acme.test", "name": "Ada", "owner_id": app.admin_id.to_string(), "unknown": 1,
         "companies": [{"company_id": "6", "name": "Blue Sun"}, {"company_id": "7"}]},
        {"role": "lead", "name": "Lee", "email": "lee@acme.test"},
    ]});
    let answer = app.post("/contacts/bulk", body).await;
    let job = answer.with(202);
    assert_eq!(job["type"], "contacts.bulk.job");
    assert_eq!(job["state"], "pending");
    assert_eq!(job["completed_at"], Value::Null);
    assert_eq!(job["url"], format!("http://deskwire.test/contacts/bulk/{}", id(&job)));
    assert_eq!(job["tasks"][0]["item_count"], 2);
    assert_eq!(job["tasks"][0]["state"], "pending");
    app.get("/contacts/find_by_external_id/a").await.refused(404, "not_found");
    app.clock.advance(3);
    let done = finished(&app, &job).await;
    assert_eq!(done["state"], "completed");
    assert_eq!(done["completed_at"], NOW + 3);
    assert_eq!(done["tasks"][0]["state"], "completed");
    assert_eq!(done["tasks"][0]["started_at"], NOW + 3);
    let ada = by_external_id(&app, "a").await;
    assert_eq!(ada["name"], "Ada");
    assert_eq!(ada["owner_id"], app.admin_id.to_string());
    assert_eq!(ada["companies"]["total_count"], 2);
    let sun = app.get("/companies?company_id=6").await.ok();
    assert_eq!((&sun["name"], &sun["user_count"]), (&json!("Blue Sun"), &json!(1)));
    assert!(app.topics().await.contains(&"job.completed".to_owned()));
}

#[both]
async fn rejected_items_do_not_affect_others(app: TestApp) {
    app.post("/contacts", json!({"external_id": "taken", "email": "taken@acme.test"})).await.ok();
    let deleted = app.post("/contacts", json!({"external_id": "gone", "email": "gone@acme.test"})).await.ok();
    app.post(&format!("/contacts/{}/archive", id(&deleted)), json!({})).await.ok();
    let mut contacts: Vec<Value> =
        (0..45).map(|n| json!({"external_id": format!("new {n}"), "email": format!("new{n}@acme.test")})).collect();
    contacts[3] = json!({"external_id": "taken", "email": "taken@acme.test"});
    contacts[25] = json!({"external_id": "gone", "email": "gone@acme.test"});
    contacts[30] = json!({"external_id": "typed", "email": "typed@acme.test", "signed_up_at": "soon"});
    // Its contact must not stay when its companies are refused.
    contacts[44] = json!({"external_id": "half", "email": "half@acme.test", "companies": [{"name": "no id"}]});
    let job = app.post("/contacts/bulk", json!({"contacts": contacts})).await.with(202);
    let done = finished(&app, &job).await;
    assert_eq!(done["state"], "completed_with_errors");
    assert_eq!(done["tasks"][0]["state"], "completed_with_errors");
    let codes = [(3, "conflict"), (25, "conflict"), (30, "parameter_invalid"), (44, "parameter_not_found")];
    assert_eq!(refused(&app, &job).await, codes.map(|(n, code)| (n, code.to_owned())));
    for n in [0, 2, 4, 26, 43] {
        by_external_id(&app, &format!("new%20{n}")).await;
    }
    for missing in ["typed", "half"] {
        app.get(&format!("/contacts/find_by_external_id/{missing}")).await.refused(404, "not_found");
    }
}

#[both]
async fn contacts_are_changed_and_deleted_in_the_background(app: TestApp) {
    let made = app.post("/contacts", json!({"external_id": "a", "email": "a@acme.test", "name": "Ada"})).await.ok();
    let other = app.post("/contacts", json!({"external_id": "b", "email": "b@acme.test"})).await.ok();
    let sun = app.post("/companies", json!({"company_id": "6", "name": "Sun"})).await.ok();
    app.post(&format!("/contacts/{}/companies", id(&made)), json!({"id": sun["id"]})).await.ok();
    let body = json!({"contacts": [
        {"id": made["id"], "name": "Ada L", "role": "lead", "companies": [{"company_id": "6", "remove": true}, {"company_id": "8", "name": "Moon"},
         {"company_id": "never seen", "remove": true}], "tags": {"add": [{"id": "123"}], "remove": [{"id": 5}]}},
        {"id": "0123456789abcdef01234567", "name": "nobody"},
    ]});
    let job = app.put("/contacts/bulk", body).await.with(202);
    assert_eq!(finished(&app, &job).await["state"], "completed_with_errors");
    assert_eq!(refused(&app, &job).await, [(1, "not_found".to_owned())]);
    let ada = by_external_id(&app, "a").await;
    assert_eq!((&ada["name"], &ada["role"]), (&json!("Ada L"), &json!("user")));
    let companies = app.get(&format!("/contacts/{}/companies", id(&made))).await.ok();
    assert_eq!(companies["total_count"], 1);
    assert_eq!(companies["data"][0]["name"], "Moon");
    assert_eq!(app.get("/companies?company_id=6").await.ok()["user_count"], 0);
    app.get("/companies?company_id=never%20seen").await.refused(404, "company_not_found");

    let job = app
        .post("/contacts/bulk/delete", json!({"contacts": [{"id": made["id"]}, {"id": other["id"]}]}))
        .await
        .with(202);
    assert_eq!(finished(&app, &job).await["state"], "completed");
    app.get(&format!("/contacts/{}", id(&other))).await.refused(404, "not_found");
}

#[both]
async fn contacts_are_tagged_and_untagged_in_the_background(app: TestApp) {
    let made = app.post("/contacts", json!({"external_id": "a", "email": "a@acme.test"})).await.ok();
    let actor = app.actor();
    let tags: Vec<deskwire_domain::ids::TagId> = app
        .write(move |tx| {
            ["one", "two"]
                .into_iter()
                .map(|name| {
                    let change = deskwire_domain::tags::Change { name: name.to_owned(), ..Default::default() };
                    Ok(deskwire_domain::tags::save(&mut Cx::new(tx, &actor), &change)?.tag.id)
                })
                .collect()
        })
        .await;
    let add: Vec<Value> = tags.iter().map(|id| json!({"id": id.to_string()})).collect();
    let job =
        app.put("/contacts/bulk", json!({"contacts": [{"id": made["id"], "tags": {"add": add}}]})).await.with(202);
    assert_eq!(finished(&app, &job).await["state"], "completed");
    assert_eq!(by_external_id(&app, "a").await["tags"]["total_count"], 2);
    let body =
        json!({"contacts": [{"id": made["id"], "tags": {"remove": [{"id": tags[0].to_string()}, {"id": "77"}]}}]});
    let job = app.put("/contacts/bulk", body).await.with(202);
    assert_eq!(finished(&app, &job).await["state"], "completed");
    let left = by_external_id(&app, "a").await;
    assert_eq!(left["tags"]["data"][0]["id"], tags[1].to_string());
    assert_eq!(left["tags"]["total_count"], 1);
}

#[both]
async fn companies_are_written_in_the_background(app: TestApp) {
    let old = app.post("/companies", json!({"company_id": "c1", "name": "Old"})).await.ok();
    let body = json!({"companies": [{"company_id": "c1", "name": "New", "unknown": 1}, {"company_id": "c2", "name": "Two", "plan": "Pro"},
        {"company_id": "c3", "monthly_spend": "much"}]});
    let job = app.post("/companies/bulk", body).await.with(202);
    assert_eq!(job["type"], "companies.bulk.job");
    assert_eq!(finished(&app, &job).await["state"], "completed_with_errors");
    assert_eq!(app.get(&format!("/companies/{}", id(&old))).await.ok()["name"], "New");
    let two = app.get("/companies?company_id=c2").await.ok();
    assert_eq!(two["plan"]["name"], "Pro");

    let body = json!({"companies": [{"id": two["id"], "company_id": "other", "size": 7}, {"id": "0123456789abcdef01234567", "size": 7}]});
    let job = app.put("/companies/bulk", body).await.with(202);
    assert_eq!(finished(&app, &job).await["state"], "completed_with_errors");
    assert_eq!(refused(&app, &job).await, [(1, "company_not_found".to_owned())]);
    let changed = app.get(&format!("/companies/{}", id(&two))).await.ok();
    assert_eq!((&changed["size"], &changed["company_id"]), (&json!(7), &json!("c2")));

    let job = app.post("/companies/bulk/delete", json!({"companies": [{"id": two["id"]}]})).await.with(202);
    assert_eq!(finished(&app, &job).await["state"], "completed");
    app.get(&format!("/companies/{}", id(&two))).await.refused(404, "company_not_found");
}

#[both]
async fn tasks_are_added_to_a_job_while_it_is_open(app: TestApp) {
    let one = json!({"contacts": [{"external_id": "a", "email": "a@acme.test"}]});
    let job = app.post("/contacts/bulk", one).await.with(202);
    let more = json!({"contacts": [{"external_id": "b", "email": "b@acme.test"}], "job": {"id": job["id"]}});
    let added = app.post("/contacts/bulk", more.clone()).await.with(202);
    assert_eq!(added["id"], job["id"]);
    assert_eq!(added["tasks"].as_array().unwrap().len(), 2);
    // A job of contacts is not a job of companies.
    let message = app
        .post("/companies/bulk", json!({"companies": [{"company_id": "c"}], "job": {"id": job["id"]}}))
        .await
        .refused(404, "job_not_found");
    assert_eq!(message, format!("job {} not found", id(&job)));
    app.get(&format!("/companies/bulk/{}", id(&job))).await.refused(404, "job_not_found");
    let done = finished(&app, &job).await;
    assert_eq!(done["state"], "completed");
    by_external_id(&app, "a").await;
    by_external_id(&app, "b").await;
    let message = app.post("/contacts/bulk", more).await.refused(403, "forbidden");
    assert_eq!(message, format!("job {} is closed for new task updates", id(&job)));
    let other = app.other_workspace().await;
    other.get(&format!("/contacts/bulk/{}", id(&job))).await.refused(404, "job_not_found");
    other.get(&format!("/jobs/status/{}", id(&job))).await.refused(404, "job_not_found");
}

#[both]
async fn invalid_bulk_requests_are_rejected_at_once(app: TestApp) {
    let many: Vec<Value> = (0..101).map(|_| json!({})).collect();
    for (noun, one) in [("contacts", "contact"), ("companies", "company")] {
        let create = format!("/{noun}/bulk");
        let cases = [
            (json!({}), "field_not_found", format!("{noun} field must be supplied")),
            (json!({noun: {}}), "type_mismatch", format!("{noun} must be an array")),
            (json!({noun: [1]}), "type_mismatch", format!("each {one} must be an object")),
            (json!({noun: many}), "parameter_invalid", format!("maximum number of {noun} per request is 100")),
        ];
        for (body, code, words) in cases {
            assert_eq!(app.post(&create, body.clone()).await.refused(422, code), words);
            assert_eq!(app.put(&create, body.clone()).await.refused(422, code), words);
            assert_eq!(app.post(&format!("{create}/delete"), body).await.refused(422, code), words);
        }
        let words = format!("{noun} must be identified by id");
        let nameless = json!({noun: [{"id": "x"}, {"name": "nobody"}]});
        assert_eq!(app.put(&create, nameless.clone()).await.refused(422, "field_not_found"), words);
        assert_eq!(app.post(&format!("{create}/delete"), nameless).await.refused(422, "field_not_found"), words);
        let message =
            app.post(&create, json!({noun: [{}], "job": {"id": "job_v2_1"}})).await.refused(404, "job_not_found");
        assert_eq!(message, "job job_v2_1 not found");
        app.get(&format!("{create}/job_1")).await.refused(404, "job_not_found");
        for (scope, may) in [("read_users", false), ("write_users_companies", true), ("read_write_users", true)] {
            let status =
                app.scoped(scope).await.post(&create, json!({noun: [{"name": "x", "role": "lead"}]})).await.status;
            assert_eq!(status == 202, may, "{scope}");
        }
    }
    assert_eq!(app.run_jobs().await, 4);
}

#[both]
async fn claims_of_a_dead_worker_are_taken_over(app: TestApp) {
    let contacts: Vec<Value> =
        (0..50).map(|n| json!({"external_id": format!("u{n}"), "email": format!("u{n}@acme.test")})).collect();
    let job = app.post("/contacts/bulk", json!({"contacts": contacts})).await.with(202);
    // A worker claims the job, does the first items, and is no more.
    let (clock, workspace) = (app.clock.clone(), app.workspace_id.clone());
    let claimed = app
        .write(move |tx| {
            let by = Claimant { id: 1, now_ms: clock.now_ms() };
            workers::beat(tx, by)?;
            Ok(deskwire_store::jobs::claim(
                &mut tx.within(&workspace),
                by,
                deskwire_domain::jobs::JobKind::Bulk,
                i64::MAX,
                1,
            )?
            .remove(0))
        })
        .await;
    let first = claimed.clone();
    app.write(move |tx| deskwire_domain::bulk::step(tx, &first, deskwire_api::public::bulk::item)).await;
    let running = app.get(&format!("/contacts/bulk/{}", id(&job))).await.ok();
    assert_eq!(running["state"], "running");
    app.clock.advance(3);
    assert_eq!(app.run_jobs().await, 0, "it was alive a moment ago");
    by_external_id(&app, "u19").await;
    app.get("/contacts/find_by_external_id/u20").await.refused(404, "not_found");
    app.clock.advance(1);
    assert_eq!(app.run_jobs().await, 1);
    let done = app.get(&format!("/contacts/bulk/{}", id(&job))).await.ok();
    assert_eq!(done["state"], "completed", "no item was done twice: making a contact twice is refused");
    assert_eq!(app.get("/contacts").await.ok()["total_count"], 50);
    // Should the first one come back after all, the job is no longer its own.
    assert!(
        !app.write(move |tx| Ok(deskwire_store::jobs::lock_if_claimed(&mut tx.within(&claimed.workspace), &claimed)?))
            .await
    );
    assert_eq!(app.run_jobs().await, 0);
}

#[both]
async fn failing_jobs_are_retried_then_abandoned(app: TestApp) {
    let job =
        app.post("/contacts/bulk", json!({"contacts": [{"external_id": "a", "email": "a@acme.test"}]})).await.with(202);
    let set = async |from: &'static str, to: &'static str| {
        app.write(move |tx| {
            Ok(tx.execute(
                "UPDATE bulk_tasks SET operation = $1 WHERE operation = $2",
                deskwire_store::params![to, from],
            )?)
        })
        .await
    };
    set("create", "broken").await;
    assert_eq!(app.run_jobs().await, 1);
    assert_eq!(app.run_jobs().await, 0, "it waits before a retry");
    app.clock.advance(10);
    set("broken", "create").await;
    assert_eq!(app.run_jobs().await, 1);
    assert_eq!(app.get(&format!("/contacts/bulk/{}", id(&job))).await.ok()["state"], "completed");

    let job =
        app.post("/contacts/bulk", json!({"contacts": [{"external_id": "b", "email": "b@acme.test"}]})).await.with(202);
    set("create", "broken").await;
    for _ in 0..8 {
        assert_eq!(app.run_jobs().await, 1);
        app.clock.advance(3600);
    }
    assert_eq!(app.run_jobs().await, 0);
    let given_up = app.get(&format!("/contacts/bulk/{}", id(&job))).await.ok();
    assert_eq!(given_up["state"], "completed_with_errors");
    let left: (String, String) = app
        .write(|tx| {
            Ok(tx.query_one("SELECT state, error FROM jobs WHERE state = 'failed'", &[], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?)
        })
        .await;
    assert_eq!(left, ("failed".to_owned(), "no such operation".to_owned()));
}

#[both]
async fn job_status_is_reported(app: TestApp) {
    let job =
        app.post("/contacts/bulk", json!({"contacts": [{"external_id": "a", "email": "a@acme.test"}]})).await.with(202);
    let bad = app.post("/companies/bulk", json!({"companies": [{"size": 3}]})).await.with(202);
    let path = format!("/jobs/status/{}", id(&job));
    let status = app.get(&path).await.ok();
    assert_eq!(
        status,
        json!({
            "type": "job", "id": job["id"], "url": format!("http://deskwire.test{path}"), "status": "pending",
            "resource_type": "contacts.bulk.job", "resource_id": job["id"], "resource_url": job["url"],
        })
    );
    app.run_jobs().await;
    for version in ["2.14", "2.15", "2.16", "Unstable"] {
        assert_eq!(app.version(version).get(&path).await.ok()["status"], "success");
        let message = app.version(version).get("/jobs/status/1").await.refused(404, "job_not_found");
        assert_eq!(message, "Job Not Found");
    }
    assert_eq!(app.get(&format!("/jobs/status/{}", id(&bad))).await.ok()["status"], "failed");
    app.scoped("read_jobs").await.get(&path).await.ok();
    assert_ne!(app.scoped("read_users").await.get(&path).await.status, 200);
}

#[both]
async fn old_rows_are_purged(app: TestApp) {
    let job =
        app.post("/contacts/bulk", json!({"contacts": [{"external_id": "a", "email": "a@acme.test"}]})).await.with(202);
    let open = app.post("/companies", json!({"company_id": "c", "name": "C"})).await.ok();
    app.post(
        &format!(
            "/contacts/{}/companies",
            id(&app.post("/contacts", json!({"external_id": "x", "email": "x@acme.test"})).await.ok())
        ),
        json!({"id": open["id"]}),
    )
    .await
    .ok();
    app.get("/companies/scroll").await.ok();
    app.run_jobs().await;
    let count = async |table: &'static str| {
        app.write(move |tx| Ok(tx.query_one(&format!("SELECT count(*) FROM {table}"), &[], |row| row.get::<i64>(0))?))
            .await
    };
    deskwire_worker::tidy(app.db()).await;
    assert!(count("events").await > 0);
    assert_eq!((count("jobs").await, count("scrolls").await), (1, 1));
    app.clock.advance(8 * 86_400);
    deskwire_worker::tidy(app.db()).await;
    assert_eq!((count("jobs").await, count("scrolls").await, count("bulk_jobs").await), (0, 0, 1));
    app.get(&format!("/contacts/bulk/{}", id(&job))).await.ok();
    app.clock.advance(23 * 86_400);
    deskwire_worker::tidy(app.db()).await;
    assert_eq!((count("events").await, count("bulk_jobs").await, count("bulk_tasks").await), (0, 0, 0));
}

#[both]
async fn the_worker_runs_until_stopped(app: TestApp) {
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let worker = tokio::spawn(app.worker.clone().run(async move { drop(stopped.await) }));
    let job =
        app.post("/contacts/bulk", json!({"contacts": [{"external_id": "a", "email": "a@acme.test"}]})).await.with(202);
    for _ in 0..200 {
        if app.get(&format!("/contacts/bulk/{}", id(&job))).await.ok()["state"] == "completed" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    by_external_id(&app, "a").await;
    stop.send(()).unwrap();
    tokio::time::timeout(std::time::Duration::from_secs(10), worker).await.expect("it stops").unwrap();
}
