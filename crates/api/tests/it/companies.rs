//! `/companies`, and the companies of a contact

use deskwire_domain::Cx;
use deskwire_testkit::{NOW, TestApp, Value, both, json};

/// A company with one user: lists show no others.
async fn company(app: &TestApp, company_id: &str) -> Value {
    let made = app.post("/companies", json!({"company_id": company_id, "name": company_id})).await.ok();
    let user = app
        .post(
            "/contacts",
            json!({"external_id": format!("user of {company_id}"), "email": format!("{company_id}@acme.test")}),
        )
        .await
        .ok();
    attach(app, &user, &made).await
}

async fn attach(app: &TestApp, contact: &Value, company: &Value) -> Value {
    app.post(&format!("/contacts/{}/companies", text(contact)), json!({"id": company["id"]})).await.ok()
}

fn text(object: &Value) -> &str {
    object["id"].as_str().unwrap()
}

fn ids(list: &Value) -> Vec<String> {
    list["data"].as_array().unwrap().iter().map(|c| c["company_id"].as_str().unwrap().to_owned()).collect()
}

#[both]
async fn companies_are_created_and_updated(app: TestApp) {
    let made = app
        .post("/companies", json!({"company_id": "c1", "name": "Acme", "remote_created_at": 1_374_138_000}))
        .await
        .ok();
    let id = text(&made).to_owned();
    assert_eq!(id.len(), 24);
    assert_eq!(
        made,
        json!({
            "type": "company", "company_id": "c1", "id": id, "app_id": app.workspace_id, "name": "Acme",
            "remote_created_at": 1_374_138_000, "created_at": NOW, "updated_at": NOW, "monthly_spend": 0,
            "session_count": 0, "user_count": 0, "tags": {"type": "tag.list", "tags": []},
            "segments": {"type": "segment.list", "segments": []},
            "notes": {"type": "note.list", "notes": [], "data": [], "url": format!("/companies/{id}/notes"), "total_count": 0, "has_more": false},
            "plan": {}, "custom_attributes": {},
        })
    );
    app.clock.advance(10);
    let body = json!({"company_id": "c1", "plan": "Pro", "size": "85", "website": "https://acme.test", "industry": "Anvils",
        "monthly_spend": 155.98, "update_last_request_at": true});
    let changed = app.post("/companies", body).await.ok();
    assert_eq!(changed["id"], made["id"]);
    assert_eq!(changed["name"], "Acme");
    assert_eq!(changed["plan"]["name"], "Pro");
    assert_eq!(changed["plan"]["type"], "plan");
    assert_eq!(changed["size"], 85);
    assert_eq!(changed["monthly_spend"], 155);
    assert_eq!(changed["last_request_at"], NOW + 10);
    assert_eq!(changed["updated_at"], NOW + 10);
    assert_eq!(changed["created_at"], NOW);
    assert_eq!(app.get(&format!("/companies/{id}")).await.ok(), changed);
    assert_eq!(app.get("/companies?company_id=c1").await.ok(), changed);
    assert_eq!(app.get("/companies?name=ACME").await.ok(), changed);
    // The plan is the one of this name, not another.
    let other = app.post("/companies", json!({"company_id": "c2", "name": "Other", "plan": "Pro"})).await.ok();
    assert_eq!(other["plan"], changed["plan"]);
    // Without `remote_created_at`, the company was created now.
    assert_eq!(other["remote_created_at"], NOW + 10);
}

#[both]
async fn put_updates_everything_except_company_id(app: TestApp) {
    let made = app.post("/companies", json!({"company_id": "c1", "name": "Acme", "plan": "Pro", "size": 3})).await.ok();
    let path = format!("/companies/{}", text(&made));
    let changed =
        app.put(&path, json!({"company_id": "other", "name": "Acme 2", "plan": null, "size": null})).await.ok();
    assert_eq!(changed["company_id"], "c1");
    assert_eq!(changed["name"], "Acme 2");
    assert_eq!(changed["plan"], json!({}));
    assert_eq!(changed.get("size"), None);
    app.put("/companies/0123456789abcdef01234567", json!({"name": "x"})).await.refused(404, "company_not_found");
}

#[both]
async fn companies_can_be_created_by_name(app: TestApp) {
    let made = app.post("/companies", json!({"name": "Acme"})).await.ok();
    assert_eq!(made["company_id"], made["id"]);
    let again = app.post("/companies", json!({"name": "Acme"})).await.ok();
    assert_ne!(again["id"], made["id"]);
    app.post("/companies", json!({"size": 3})).await.refused(400, "parameter_not_found");
}

#[both]
async fn values_of_the_wrong_type_are_rejected_by_name(app: TestApp) {
    let message = app.post("/companies", json!({"test": "invalid"})).await.refused(400, "bad_request");
    assert_eq!(message, "bad 'test' parameter");
    let message =
        app.version("2.15").post("/companies", json!({"company_id": "c", "update_last_request_at": true})).await;
    assert_eq!(message.refused(400, "bad_request"), "bad 'update_last_request_at' parameter");
    app.version("2.16")
        .post("/companies", json!({"company_id": "c", "name": "C", "update_last_request_at": true}))
        .await
        .ok();
    app.post("/companies", json!({"company_id": "c", "monthly_spend": 2_147_483_648_i64}))
        .await
        .refused(400, "parameter_invalid");
    app.post("/companies", json!({"company_id": "c", "monthly_spend": "much"})).await.refused(400, "parameter_invalid");
    app.post("/companies", json!({"company_id": "c", "size": "big"})).await.refused(400, "parameter_invalid");
    app.post("/companies", json!({"company_id": "c", "remote_created_at": "soon"}))
        .await
        .refused(400, "parameter_invalid");
    let message = app
        .post("/companies", json!({"company_id": "c", "custom_attributes": {"mood": "good"}}))
        .await
        .refused(400, "parameter_invalid");
    assert_eq!(message, "Custom attribute 'mood' does not exist");
    app.get("/companies?company_id=nobody").await.refused(404, "company_not_found");
    app.get("/companies/nonsense").await.refused(404, "company_not_found");
}

#[both]
async fn contacts_are_attached_and_detached(app: TestApp) {
    let acme = app.post("/companies", json!({"company_id": "c1", "name": "Acme"})).await.ok();
    let ada = app.post("/contacts", json!({"email": "ada@acme.test"})).await.ok();
    assert_eq!(app.get("/companies").await.ok()["total_count"], 0);
    app.clock.advance(5);
    let attached = attach(&app, &ada, &acme).await;
    assert_eq!(attached["user_count"], 1);
    assert_eq!(attached["updated_at"], NOW + 5);
    assert_eq!(attach(&app, &ada, &acme).await["user_count"], 1);
    let seen = app.get(&format!("/contacts/{}", text(&ada))).await.ok();
    assert_eq!(seen["companies"]["total_count"], 1);
    assert_eq!(seen["companies"]["data"][0]["id"], acme["id"]);
    assert_eq!(seen["updated_at"], NOW + 5);
    let companies = app.get(&format!("/contacts/{}/companies", text(&ada))).await.ok();
    assert_eq!(companies["data"], json!([attached]));
    assert_eq!(companies["pages"]["per_page"], 50);
    let contacts = app.get(&format!("/companies/{}/contacts", text(&acme))).await.ok();
    assert_eq!(contacts["data"], json!([seen]));
    assert_eq!(ids(&app.get("/companies").await.ok()), ["c1"]);
    // An archived contact stays attached, but is neither shown nor counted.
    app.post(&format!("/contacts/{}/archive", text(&ada)), json!({})).await.ok();
    assert_eq!(app.get(&format!("/companies/{}/contacts", text(&acme))).await.ok()["total_count"], 0);
    assert_eq!(app.get(&format!("/companies/{}", text(&acme))).await.ok()["user_count"], 0);
    app.post(&format!("/contacts/{}/unarchive", text(&ada)), json!({})).await.ok();

    let path = format!("/contacts/{}/companies/{}", text(&ada), text(&acme));
    assert_eq!(app.delete(&path).await.ok()["user_count"], 0);
    app.delete(&path).await.refused(404, "company_not_found");
    assert_eq!(app.get("/companies").await.ok()["total_count"], 0);
    assert_eq!(app.get(&format!("/contacts/{}", text(&ada))).await.ok()["companies"]["total_count"], 0);
    let topics = app.topics().await;
    let expected = |topic: &str| topics.iter().filter(|t| *t == topic).count();
    assert_eq!((expected("company.contact.attached"), expected("company.contact.detached")), (1, 1));
}

#[both]
async fn attaching_unknown_objects_is_rejected(app: TestApp) {
    let acme = app.post("/companies", json!({"company_id": "c1", "name": "Acme"})).await.ok();
    let ada = app.post("/contacts", json!({"email": "ada@acme.test"})).await.ok();
    let path = format!("/contacts/{}/companies", text(&ada));
    assert_eq!(app.post(&path, json!({})).await.refused(400, "parameter_not_found"), "company not specified");
    app.post(&path, json!({"id": "123"})).await.refused(404, "company_not_found");
    let message = app
        .post("/contacts/0123456789abcdef01234567/companies", json!({"id": acme["id"]}))
        .await
        .refused(404, "not_found");
    assert_eq!(message, "User Not Found");
    let id = deskwire_domain::ids::ContactId::parse(text(&ada)).unwrap();
    let workspace = app.workspace_id.clone();
    app.write(move |tx| {
        tx.execute(
            "UPDATE contacts SET company_count = 1000 WHERE workspace_id = $1 AND id = $2",
            deskwire_store::params![&workspace, id],
        )?;
        Ok(())
    })
    .await;
    let message = app.post(&path, json!({"id": acme["id"]})).await.refused(400, "contact_company_limit_exceeded");
    assert_eq!(message, "Contact has reached the maximum of 1000 company associations");
}

#[both]
async fn deleting_a_company_detaches_contacts_and_frees_its_id(app: TestApp) {
    let acme = company(&app, "c1").await;
    let path = format!("/companies/{}", text(&acme));
    let contacts = app.get(&format!("{path}/contacts")).await.ok();
    let user = &contacts["data"][0];
    assert_eq!(app.delete(&path).await.ok(), json!({"id": acme["id"], "object": "company", "deleted": true}));
    app.delete(&path).await.refused(404, "company_not_found");
    app.get(&path).await.refused(404, "company_not_found");
    app.get(&format!("{path}/contacts")).await.refused(404, "company_not_found");
    app.get("/companies?company_id=c1").await.refused(404, "company_not_found");
    assert_eq!(app.get(&format!("/contacts/{}", text(user))).await.ok()["companies"]["total_count"], 0);
    let again = app.post("/companies", json!({"company_id": "c1", "name": "Acme"})).await.ok();
    assert_ne!(again["id"], acme["id"]);
    assert_eq!(again["user_count"], 0);
    assert!(app.topics().await.contains(&"company.deleted".to_owned()));
}

#[both]
async fn a_deleted_contact_is_no_longer_counted(app: TestApp) {
    let acme = company(&app, "c1").await;
    let contacts = app.get(&format!("/companies/{}/contacts", text(&acme))).await.ok();
    app.delete(&format!("/contacts/{}", text(&contacts["data"][0]))).await.ok();
    assert_eq!(app.get(&format!("/companies/{}", text(&acme))).await.ok()["user_count"], 0);
}

#[both]
async fn company_lists_page_by_last_request_at(app: TestApp) {
    for n in 0..7 {
        company(&app, &format!("c{n}")).await;
    }
    for n in [3, 1, 5] {
        app.clock.advance(60);
        app.post("/companies", json!({"company_id": format!("c{n}"), "update_last_request_at": true})).await.ok();
    }
    let first = app.post("/companies/list?per_page=3", json!({})).await.ok();
    assert_eq!(ids(&first), ["c5", "c1", "c3"]);
    assert_eq!(first["total_count"], 7);
    assert_eq!(first["pages"]["total_pages"], 3);
    assert_eq!(first["pages"]["next"], "http://deskwire.test/companies/list?per_page=3&page=2");
    let second = app.post("/companies/list", json!({"per_page": 3, "page": 2})).await.ok();
    assert_eq!(ids(&second), ["c6", "c4", "c2"]);
    let third = app.post("/companies/list?per_page=3&page=3", json!({})).await.ok();
    assert_eq!(ids(&third), ["c0"]);
    assert_eq!(third["pages"]["next"], Value::Null);
    assert_eq!(ids(&app.post("/companies/list?per_page=3&page=4", json!({})).await.ok()), Vec::<String>::new());
    assert_eq!(ids(&app.post("/companies/list?order=asc&per_page=2", json!({})).await.ok()), ["c3", "c1"]);
    assert_eq!(ids(&app.get("/companies?per_page=3").await.ok()), ["c5", "c1", "c3"]);
    // What leads to the next page is followed with GET.
    let mut page = app.post("/companies/list", json!({"per_page": 3, "order": "asc"})).await.ok();
    let mut all = ids(&page);
    while let Some(next) = page["pages"]["next"].as_str() {
        page = app.get(next.strip_prefix("http://deskwire.test").unwrap()).await.ok();
        all.extend(ids(&page));
    }
    assert_eq!(all.len(), 7);
    assert_eq!(all[..2], ["c3", "c1"]);
    assert_eq!(app.get("/companies").await.ok()["pages"]["per_page"], 15);
    assert_eq!(app.get("/companies?per_page=500").await.ok()["pages"]["per_page"], 60);
    app.post("/companies/list?per_page=60&page=166", json!({})).await.ok();
    let message = app.post("/companies/list?per_page=60&page=167", json!({})).await.refused(400, "bad_request");
    assert_eq!(message, "page limit reached, please use scroll API");
    app.post("/companies/list?order=up", json!({})).await.refused(400, "parameter_invalid");
}

#[both]
async fn paging_returns_stable_rows_once_during_writes(app: TestApp) {
    let contact = app.post("/contacts", json!({"external_id": "u", "email": "u@acme.test"})).await.ok();
    let mut all = Vec::new();
    for n in 0..230 {
        let made = app.post("/companies", json!({"company_id": format!("c{n}"), "name": "Acme"})).await.ok();
        attach(&app, &contact, &made).await;
        all.push(made);
    }
    let first = app.get("/companies/scroll").await.ok();
    let param = first["scroll_param"].as_str().unwrap().to_owned();
    assert_eq!(first["data"].as_array().unwrap().len(), 100);
    assert_eq!((&first["pages"], &first["total_count"]), (&Value::Null, &Value::Null));
    assert_eq!(
        app.get("/companies/scroll").await.refused(400, "scroll_exists"),
        "scroll already exists for this workspace"
    );
    let mut seen = ids(&first);
    let next = format!("/companies/scroll?scroll_param={param}");
    for round in 0.. {
        assert!(round < 9, "the walk ends");
        // Concurrent requests delete, change and create companies, on pages that were read and on later ones.
        app.delete(&format!("/companies/{}", text(&all[round]))).await.ok();
        app.delete(&format!("/companies/{}", text(&all[229 - round]))).await.ok();
        app.post("/companies", json!({"company_id": "c150", "update_last_request_at": true})).await.ok();
        if round == 0 {
            company(&app, "late").await;
        }
        let batch = app.get(&next).await.ok();
        assert_eq!(batch["scroll_param"], param.as_str());
        if batch["data"] == json!([]) {
            break;
        }
        seen.extend(ids(&batch));
    }
    let count = |id: &str| seen.iter().filter(|s| *s == id).count();
    for n in 4..220 {
        assert_eq!(count(&format!("c{n}")), 1, "c{n}");
    }
    // Clients that follow the parameter get a null once.
    let end = app.get(&next).await.ok();
    assert_eq!((&end["data"], &end["scroll_param"]), (&json!([]), &Value::Null));
    assert_eq!(app.get(&next).await.refused(404, "not_found"), "scroll parameter not found");
    app.get("/companies/scroll").await.ok();
}

#[both]
async fn a_scroll_that_has_ended_lets_another_begin(app: TestApp) {
    let first = app.get("/companies/scroll").await.ok();
    assert_eq!(first["data"], json!([]));
    let param = first["scroll_param"].as_str().unwrap();
    let second = app.get("/companies/scroll").await.ok()["scroll_param"].as_str().unwrap().to_owned();
    assert_ne!(second, param);
    app.get(&format!("/companies/scroll?scroll_param={param}")).await.refused(404, "not_found");
    app.get(&format!("/companies/scroll?scroll_param={second}")).await.ok();
}

#[both]
async fn scrolls_expire_after_a_minute(app: TestApp) {
    company(&app, "c1").await;
    let param = app.get("/companies/scroll").await.ok()["scroll_param"].as_str().unwrap().to_owned();
    app.clock.advance(59);
    let next = format!("/companies/scroll?scroll_param={param}");
    app.clock.advance(1);
    app.get(&next).await.refused(404, "not_found");
    app.get("/companies/scroll").await.ok();
}

#[both]
async fn concurrent_upserts_make_one_company(app: TestApp) {
    for n in 0..20 {
        let body = json!({"company_id": format!("race {n}"), "name": "Acme", "plan": format!("plan {n}")});
        let (one, two, three) = tokio::join!(
            app.post("/companies", body.clone()),
            app.post("/companies", body.clone()),
            app.post("/companies", body.clone())
        );
        let (one, two, three) = (one.ok(), two.ok(), three.ok());
        assert_eq!(one["id"], two["id"]);
        assert_eq!(one["id"], three["id"]);
        assert_eq!(one["plan"], two["plan"]);
    }
}

#[both]
async fn concurrent_attachments_count_once(app: TestApp) {
    let acme = app.post("/companies", json!({"company_id": "c1", "name": "Acme"})).await.ok();
    let ada = app.post("/contacts", json!({"external_id": "ada", "email": "ada@acme.test"})).await.ok();
    tokio::join!(attach(&app, &ada, &acme), attach(&app, &ada, &acme), attach(&app, &ada, &acme));
    assert_eq!(app.get(&format!("/companies/{}", text(&acme))).await.ok()["user_count"], 1);
    assert_eq!(app.get(&format!("/contacts/{}", text(&ada))).await.ok()["companies"]["total_count"], 1);
}

#[both]
async fn other_workspaces_see_nothing(app: TestApp) {
    let acme = company(&app, "c1").await;
    let user = app.get(&format!("/companies/{}/contacts", text(&acme))).await.ok()["data"][0].clone();
    let eve = app.other_workspace().await;
    let path = format!("/companies/{}", text(&acme));
    eve.get(&path).await.refused(404, "company_not_found");
    eve.put(&path, json!({"name": "x"})).await.refused(404, "company_not_found");
    eve.delete(&path).await.refused(404, "company_not_found");
    eve.get("/companies?company_id=c1").await.refused(404, "company_not_found");
    eve.get(&format!("{path}/contacts")).await.refused(404, "company_not_found");
    eve.get(&format!("/contacts/{}/companies", text(&user))).await.refused(404, "not_found");
    assert_eq!(eve.get("/companies").await.ok()["total_count"], 0);
    let hers = eve.post("/companies", json!({"company_id": "c1", "name": "Acme"})).await.ok();
    assert_ne!(hers["id"], acme["id"]);
    eve.post(&format!("/contacts/{}/companies", text(&user)), json!({"id": hers["id"]}))
        .await
        .refused(404, "not_found");
    app.post(&format!("/contacts/{}/companies", text(&user)), json!({"id": hers["id"]}))
        .await
        .refused(404, "company_not_found");
    // Her walk does not stand in the way of ours.
    eve.get("/companies/scroll").await.ok();
    app.get("/companies/scroll").await.ok();
}

#[both]
async fn every_operation_answers_in_every_version_it_is_in(app: TestApp) {
    company(&app, "c1").await;
    let full = json!({"company_id": "c2", "name": "Full", "plan": "Pro", "size": 3, "website": "https://acme.test", "industry": "Anvils",
        "update_last_request_at": true, "remote_created_at": 5});
    let full = app.post("/companies", full).await.ok();
    let full = text(&full);
    let acme = app.post("/companies", json!({"company_id": "c1", "plan": "Pro"})).await.ok();
    let user = app.get(&format!("/companies/{}/contacts", text(&acme))).await.ok()["data"][0].clone();
    let (acme, user) = (text(&acme), text(&user));
    for version in deskwire_api::versions::Version::ALL {
        let client = app.version(version.as_str());
        let seen = client.get(&format!("/companies/{acme}")).await.ok();
        assert_eq!(client.get(&format!("/companies/{full}")).await.ok()["website"], "https://acme.test");
        assert_eq!(seen.get("notes").is_some(), *version >= deskwire_api::versions::Version::V2_16, "{version}");
        client.get("/companies").await.ok();
        client.get("/companies?company_id=c1").await.ok();
        client.get("/companies?name=c1").await.ok();
        client.get("/companies?name=nobody").await.refused(404, "company_not_found");
        client.post("/companies/list?per_page=1", json!({})).await.ok();
        client.get("/companies/scroll").await.ok();
        app.clock.advance(61);
        client.get(&format!("/companies/{acme}/contacts")).await.ok();
        client.get(&format!("/companies/{acme}/segments")).await.ok();
        client.get(&format!("/contacts/{user}/companies")).await.ok();
        client.put(&format!("/companies/{acme}"), json!({"name": "Acme"})).await.ok();
        client.put(&format!("/companies/{acme}"), json!({"name": "c1"})).await.ok();
        let made = client.post("/companies", json!({"company_id": format!("of {version}"), "name": "Acme"})).await.ok();
        client.post(&format!("/contacts/{user}/companies"), json!({"id": made["id"]})).await.ok();
        client.post(&format!("/contacts/{user}/companies"), json!({})).await.refused(400, "parameter_not_found");
        client.delete(&format!("/contacts/{user}/companies/{}", text(&made))).await.ok();
        client.delete(&format!("/companies/{}", text(&made))).await.ok();
        let nameless = client.post("/companies", json!({"company_id": format!("nameless {version}"), "size": 3, "website": "https://a.test", "industry": "Anvils"})).await.ok();
        assert_eq!(nameless["name"], "");
        client.post(&format!("/contacts/{user}/companies"), json!({"id": nameless["id"]})).await.ok();
        client.get(&format!("/contacts/{user}/companies")).await.ok();
        client.delete(&format!("/companies/{}", text(&nameless))).await.ok();
        client.delete(&format!("/companies/{}", text(&made))).await.refused(404, "company_not_found");
    }
}

#[both]
async fn companies_are_searched(app: TestApp) {
    for (id, name, spend) in [("c1", "Anvil Works", 10), ("c2", "Rocket Works", 500), ("c3", "Nobody", 700)] {
        let made = company(&app, id).await;
        app.put(&format!("/companies/{}", text(&made)), json!({"name": name, "monthly_spend": spend})).await.ok();
    }
    app.post("/companies", json!({"company_id": "c4", "name": "Works without users"})).await.ok();
    let search = async |query: Value| {
        app.post("/companies/search", json!({"query": query, "sort": {"field": "created_at", "order": "ascending"}}))
            .await
    };
    let found = search(json!({"field": "name", "operator": "~", "value": "works"})).await.ok();
    let mut names = ids(&found);
    names.sort();
    assert_eq!(names, ["c1", "c2"]);
    assert_eq!(found["total_count"], 2);
    assert_eq!(found["pages"]["per_page"], 15);
    let found = search(json!({"field": "monthly_spend", "operator": ">", "value": 500})).await.ok();
    assert_eq!(ids(&found), ["c3"]);
    let found = search(json!({"field": "company_id", "operator": "=", "value": "c2"})).await.ok();
    assert_eq!(ids(&found), ["c2"]);
    let message =
        search(json!({"field": "segment_id", "operator": "=", "value": "x"})).await.refused(400, "invalid_field");
    assert_eq!(message, "segment_id is not a valid search field");
    // Renamed and deleted companies are no longer found under their old names.
    let renamed = app.get("/companies?company_id=c1").await.ok();
    app.put(&format!("/companies/{}", text(&renamed)), json!({"name": "Hammers"})).await.ok();
    let deleted = app.get("/companies?company_id=c2").await.ok();
    app.delete(&format!("/companies/{}", text(&deleted))).await.ok();
    assert_eq!(search(json!({"field": "name", "operator": "~", "value": "works"})).await.ok()["total_count"], 0);
}

#[both]
async fn companies_show_their_segments_and_tags(app: TestApp) {
    let acme = company(&app, "c1").await;
    company(&app, "c2").await;
    let (workspace, actor) = (app.workspace_id.clone(), app.actor());
    let (segment, tag) = app.write(move |tx| {
        let declared = json!({"name": "Big", "person_type": "company", "query": {"field": "monthly_spend", "operator": ">", "value": 100}});
        deskwire_domain::segments::declare(&mut Cx::new(tx, &actor), &serde_json::from_value(declared).unwrap())?;
        let segment = deskwire_store::segments::all(&mut tx.within(&workspace))?.into_iter().find(|s| s.name == "Big").unwrap();
        let change = deskwire_domain::tags::Change {
            name: "vip".to_owned(),
            companies: vec![deskwire_domain::tags::Item { key: deskwire_domain::tags::Key::External("c1".to_owned()), untag: false }],
            ..Default::default()
        };
        Ok((segment, deskwire_domain::tags::save(&mut Cx::new(tx, &actor), &change)?.tag))
    }).await;
    let path = format!("/companies/{}", text(&acme));
    assert_eq!(app.get(&format!("{path}/segments")).await.ok()["data"], json!([]));
    let changed = app.put(&path, json!({"monthly_spend": 200})).await.ok();
    assert_eq!(changed["segments"]["segments"][0]["name"], "Big");
    assert_eq!(changed["tags"]["tags"], json!([{"type": "tag", "id": tag.id.to_string(), "name": "vip"}]));
    let segments = app.get(&format!("{path}/segments")).await.ok();
    assert_eq!(segments["data"].as_array().unwrap().len(), 1);
    let segment = segment.id.to_string();
    assert_eq!(segments["data"][0]["id"], segment.as_str());
    assert_eq!(ids(&app.get(&format!("/companies?segment_id={segment}")).await.ok()), ["c1"]);
    assert_eq!(ids(&app.get(&format!("/companies?tag_id={}", tag.id)).await.ok()), ["c1"]);
    assert_eq!(app.get("/companies?tag_id=12345").await.ok()["total_count"], 0);
    app.get("/companies?segment_id=nonsense").await.refused(404, "not_found");
}

#[both]
async fn fetched_companies_can_be_sent_back(app: TestApp) {
    let made = company(&app, "c1").await;
    let path = format!("/companies/{}", text(&made));
    app.put(&path, json!({"plan": "Gold", "size": 7, "website": "https://c1.test", "monthly_spend": 12})).await.ok();
    app.post("/tags", json!({"name": "VIP", "companies": [{"company_id": "c1"}]})).await.ok();
    for version in ["2.7", "2.11", "2.15", "2.16", "Unstable"] {
        let client = app.version(version);
        let fetched = client.get(&path).await.ok();
        assert_eq!(client.put(&path, fetched.clone()).await.ok(), fetched, "{version}");
        assert_eq!(client.post("/companies", fetched.clone()).await.ok(), fetched, "{version}");
    }
    assert_eq!(app.put(&path, json!({"plan": {}})).await.ok()["plan"], json!({}));
    app.put(&path, json!({"plan": {"name": 5}})).await.refused(400, "parameter_invalid");
    assert_eq!(app.put(&path, json!({"shoe": 1})).await.refused(400, "bad_request"), "bad 'shoe' parameter");
}
