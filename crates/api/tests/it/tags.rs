//! `/tags` and `/contacts/{id}/tags`

use deskwire_api::versions::Version;
use deskwire_domain::Cx;
use deskwire_domain::tags::{self, Declared};
use deskwire_testkit::{NOW, TestApp, both, json};

use crate::support::{company, id, lead, since, topics, unknown_contact, user};

#[both]
async fn tag_names_are_unique_ignoring_case(app: TestApp) {
    let made = app.post("/tags", json!({"name": " Vip "})).await.ok();
    assert_eq!(made, json!({"type": "tag", "id": made["id"], "name": "Vip", "users": [], "companies": []}));
    assert_eq!(app.post("/tags", json!({"name": "VIP"})).await.ok(), made);
    let other = app.post("/tags", json!({"name": "Beta"})).await.ok();
    let listed = app.get("/tags").await.ok();
    let tag = json!({"type": "tag", "id": made["id"], "name": "Vip"});
    assert_eq!(listed, json!({"type": "list", "data": [tag, {"type": "tag", "id": other["id"], "name": "Beta"}]}));
    assert_eq!(app.get(&format!("/tags/{}", id(&made))).await.ok(), tag);
}

#[both]
async fn tags_are_renamed_by_id(app: TestApp) {
    let tag = id(&app.post("/tags", json!({"name": "Vip"})).await.ok());
    app.post("/tags", json!({"name": "Beta"})).await.ok();
    let renamed = app.post("/tags", json!({"id": tag, "name": "VIP!"})).await.ok();
    assert_eq!((&renamed["id"], &renamed["name"]), (&json!(tag), &json!("VIP!")));
    let number: i64 = tag.parse().unwrap();
    assert_eq!(app.post("/tags", json!({"id": number, "name": "vip!"})).await.ok()["name"], "vip!");
    let message = app.post("/tags", json!({"id": tag, "name": "BETA"})).await.refused(409, "conflict");
    assert_eq!(message, "A tag named 'BETA' already exists");
    for unknown in ["77", "x", "0"] {
        let message = app.post("/tags", json!({"id": unknown, "name": "New"})).await.refused(404, "not_found");
        assert_eq!(message, "Resource Not Found");
    }
}

#[both]
async fn contacts_are_tagged_by_any_identifier(app: TestApp) {
    let (ada, bob, lee) = (user(&app, "ada@acme.test").await, user(&app, "bob@acme.test").await, lead(&app).await);
    app.clock.advance(10);
    let people = json!([{"id": ada}, {"user_id": "bob"}, {"id": lee}, {"email": "ADA@acme.test"}]);
    let tagged = app.post("/tags", json!({"name": "Vip", "users": people})).await.ok();
    assert_eq!(
        tagged["users"],
        json!([{"id": ada, "tagged": true}, {"id": bob, "tagged": true}, {"id": lee, "tagged": true}])
    );
    for person in [&ada, &bob, &lee] {
        let contact = app.get(&format!("/contacts/{person}")).await.ok();
        assert_eq!((&contact["tags"]["total_count"], &contact["updated_at"]), (&json!(1), &json!(NOW + 10)));
        assert_eq!(contact["tags"]["data"][0]["id"], tagged["id"]);
    }
    app.clock.advance(10);
    app.post("/tags", json!({"name": "vip", "users": [{"id": ada}]})).await.ok();
    assert_eq!(app.get(&format!("/contacts/{ada}")).await.ok()["updated_at"], NOW + 10);
    let off = json!({"name": "Vip", "users": [{"email": "ada@acme.test", "untag": true}, {"id": lee, "untag": true}]});
    let off = app.post("/tags", off).await.ok();
    assert_eq!(off["users"], json!([{"id": ada, "tagged": false}, {"id": lee, "tagged": false}]));
    assert_eq!(app.get(&format!("/contacts/{ada}")).await.ok()["tags"]["total_count"], 0);
    assert_eq!(topics(&app, &ada).await[1..], ["contact.user.tag.created", "contact.user.tag.deleted"]);
    assert_eq!(topics(&app, &lee).await[1..], ["contact.lead.tag.created", "contact.lead.tag.deleted"]);
}

#[both]
async fn companies_are_tagged_and_untagged(app: TestApp) {
    let (one, two) = (company(&app, "one").await, company(&app, "two").await);
    let tagged =
        app.post("/tags", json!({"name": "Big", "companies": [{"id": one}, {"company_id": "two"}]})).await.ok();
    assert_eq!(tagged["companies"], json!([{"id": one, "tagged": true}, {"id": two, "tagged": true}]));
    let off = json!({"name": "Big", "companies": [{"company_id": "two", "untag": true}]});
    assert_eq!(app.post("/tags", off).await.ok()["companies"], json!([{"id": two, "tagged": false}]));
}

#[both]
async fn unknown_contacts_are_ignored_since_2_16_and_rejected_before(app: TestApp) {
    let ada = user(&app, "ada@acme.test").await;
    let people = json!({"name": "Vip", "users": [{"id": unknown_contact()}, {"id": ada}, {"email": "x@acme.test"}], "companies": [{"id": "?"}]});
    let tagged = app.version("2.16").post("/tags", people).await.ok();
    assert_eq!((&tagged["users"], &tagged["companies"]), (&json!([{"id": ada, "tagged": true}]), &json!([])));
    let old = app.version("2.15");
    let message = old
        .post("/tags", json!({"name": "New", "users": [{"id": ada}, {"user_id": "x"}]}))
        .await
        .refused(404, "not_found");
    assert_eq!(message, "User Not Found");
    let message = old
        .post("/tags", json!({"name": "New", "companies": [{"company_id": "x"}]}))
        .await
        .refused(404, "company_not_found");
    assert_eq!(message, "Company Not Found");
    assert_eq!(app.get("/tags").await.ok()["data"].as_array().unwrap().len(), 1, "a refusal makes no tag");
    assert_eq!(
        old.post("/tags", json!({"name": "Vip", "users": [{"id": ada}]})).await.ok(),
        json!({"type": "tag", "id": tagged["id"], "name": "Vip"})
    );
}

#[both]
async fn invalid_tags_are_rejected(app: TestApp) {
    for body in [
        json!({}),
        json!({"test": "invalid"}),
        json!({"name": null}),
        json!({"name": " "}),
        json!({"name": "a", "users": [{}]}),
        json!({"name": "a", "users": [1]}),
    ] {
        let message = app.post("/tags", body).await.refused(400, "parameter_invalid");
        assert_eq!(message, "invalid tag parameters");
    }
    app.post("/tags", json!({"name": 5})).await.refused(400, "parameter_invalid");
    app.post("/tags", json!({"name": "a", "users": {}})).await.refused(400, "parameter_invalid");
    let many: Vec<_> = (0..1001).map(|i| json!({"user_id": i})).collect();
    app.post("/tags", json!({"name": "a", "users": many})).await.refused(400, "parameter_invalid");
}

#[both]
async fn a_contact_is_tagged_once(app: TestApp) {
    let ada = user(&app, "ada@acme.test").await;
    let tag = id(&app.post("/tags", json!({"name": "Vip"})).await.ok());
    let path = format!("/contacts/{ada}/tags");
    app.clock.advance(5);
    let applied = app.post(&path, json!({"id": tag})).await.ok();
    let by = json!({"type": "admin", "id": app.admin_id.to_string()});
    assert_eq!(applied, json!({"type": "tag", "id": tag, "name": "Vip", "applied_at": NOW + 5, "applied_by": by}));
    app.clock.advance(5);
    assert_eq!(app.post(&path, json!({"id": tag.parse::<i64>().unwrap()})).await.ok(), applied);
    assert_eq!(app.get(&path).await.ok(), json!({"type": "list", "data": [applied]}));
    let contact = app.get(&format!("/contacts/{ada}")).await.ok();
    assert_eq!((&contact["updated_at"], &contact["tags"]["total_count"]), (&json!(NOW + 5), &json!(1)));
    assert_eq!(app.delete(&format!("{path}/{tag}")).await.ok(), applied);
    assert_eq!(app.get(&path).await.ok()["data"], json!([]));
    assert_eq!(app.get(&format!("/contacts/{ada}")).await.ok()["updated_at"], NOW + 10);
    assert_eq!(app.delete(&format!("{path}/{tag}")).await.refused(404, "not_found"), "Resource Not Found");
}

#[both]
async fn missing_contact_wins_over_missing_tag(app: TestApp) {
    let (ada, anonymous) = (user(&app, "ada@acme.test").await, unknown_contact());
    for path in [format!("/contacts/{anonymous}/tags"), "/contacts/x/tags".to_owned()] {
        assert_eq!(app.post(&path, json!({"id": "77"})).await.refused(404, "not_found"), "User Not Found");
        assert_eq!(app.delete(&format!("{path}/77")).await.refused(404, "not_found"), "User Not Found");
        assert_eq!(app.get(&path).await.refused(404, "not_found"), "User Not Found");
    }
    let path = format!("/contacts/{ada}/tags");
    assert_eq!(app.post(&path, json!({"id": "77"})).await.refused(404, "not_found"), "Resource Not Found");
    assert_eq!(app.post(&path, json!({"id": "x"})).await.refused(404, "not_found"), "Resource Not Found");
    assert_eq!(app.delete(&format!("{path}/77")).await.refused(404, "not_found"), "Resource Not Found");
    app.post(&path, json!({})).await.refused(400, "parameter_not_found");
    app.post(&format!("/contacts/{ada}/archive"), json!({})).await.ok();
    app.get(&path).await.refused(404, "not_found");
}

#[both]
async fn deleting_a_tag_removes_it_everywhere(app: TestApp) {
    let (ada, bob) = (user(&app, "ada@acme.test").await, user(&app, "bob@acme.test").await);
    let acme = company(&app, "acme").await;
    let everyone = json!({"name": "Vip", "users": [{"id": ada}, {"id": bob}], "companies": [{"id": acme}]});
    let tag = id(&app.post("/tags", everyone).await.ok());
    app.post("/tags", json!({"name": "Beta", "users": [{"id": ada}]})).await.ok();
    app.clock.advance(60);
    let deleted = app.delete(&format!("/tags/{tag}")).await;
    assert_eq!(deleted.header("content-type"), None);
    assert_eq!(deleted.with(200), json!(null));
    app.get(&format!("/tags/{tag}")).await.refused(404, "not_found");
    app.delete(&format!("/tags/{tag}")).await.refused(404, "not_found");
    let contact = app.get(&format!("/contacts/{ada}")).await.ok();
    assert_eq!((&contact["tags"]["total_count"], &contact["updated_at"]), (&json!(1), &json!(NOW + 60)));
    assert_eq!(app.get(&format!("/contacts/{bob}")).await.ok()["tags"]["total_count"], 0);
    assert_eq!(app.get(&format!("/contacts/{ada}/tags")).await.ok()["data"][0]["name"], "Beta");
}

#[both]
async fn tags_used_by_segments_cannot_be_deleted(app: TestApp) {
    let tag = id(&app.post("/tags", json!({"name": "Vip"})).await.ok());
    let (actor, value) = (app.actor(), tag.clone());
    app.write(move |tx| {
        let query = json!({"operator": "OR", "value": [{"field": "tag_id", "operator": "=", "value": value}]});
        let segment =
            deskwire_domain::segments::Declared { name: "Seg 1".to_owned(), person_type: "user".to_owned(), query };
        deskwire_domain::segments::declare(&mut Cx::new(tx, &actor), &segment)
    })
    .await;
    let message = app.delete(&format!("/tags/{tag}")).await.refused(400, "tag_has_dependent_objects");
    assert_eq!(message, "Unable to delete Tag with dependent objects. Segments: Seg 1.");
}

#[both]
async fn other_workspaces_and_missing_scopes_get_nothing(app: TestApp) {
    let ada = user(&app, "ada@acme.test").await;
    let tag = id(&app.post("/tags", json!({"name": "Vip", "users": [{"id": ada}]})).await.ok());
    let other = app.other_workspace().await;
    assert_eq!(other.get("/tags").await.ok()["data"], json!([]));
    other.get(&format!("/tags/{tag}")).await.refused(404, "not_found");
    other.delete(&format!("/tags/{tag}")).await.refused(404, "not_found");
    other.get(&format!("/contacts/{ada}/tags")).await.refused(404, "not_found");
    assert_eq!(other.post("/tags", json!({"name": "Vip", "users": [{"id": ada}]})).await.ok()["users"], json!([]));
    let reader = app.scoped("read_tags").await;
    reader.get(&format!("/contacts/{ada}/tags")).await.ok();
    reader.post("/tags", json!({"name": "x"})).await.refused(401, "token_unauthorized");
    app.scoped("write_users_companies")
        .await
        .post(&format!("/contacts/{ada}/tags"), json!({"id": tag}))
        .await
        .refused(401, "token_unauthorized");
}

#[both]
async fn declared_tags_are_created_once(app: TestApp) {
    let mut changed = Vec::new();
    for name in ["Vip", "vip"] {
        let (actor, name) = (app.actor(), name.to_owned());
        changed
            .push(app.write(move |tx| tags::declare(&mut Cx::new(tx, &actor), &Declared { name: name.clone() })).await);
    }
    assert_eq!(changed, [true, false]);
}

#[both]
async fn every_operation_answers_in_every_version(app: TestApp) {
    for version in since(Version::V2_7) {
        let client = app.version(version);
        let ada = user(&app, &format!("ada-{version}@acme.test")).await;
        let tag = id(&client.post("/tags", json!({"name": version})).await.ok());
        client.post("/tags", json!({"name": format!("{version}!"), "id": tag, "users": [{"id": ada}]})).await.ok();
        client.delete(&format!("/contacts/{ada}/tags/{tag}")).await.ok();
        client.post(&format!("/contacts/{ada}/tags"), json!({"id": tag})).await.ok();
        client.get(&format!("/contacts/{ada}/tags")).await.ok();
        client.get("/tags").await.ok();
        client.get(&format!("/tags/{tag}")).await.ok();
        client.delete(&format!("/tags/{tag}")).await.with(200);
        client.delete(&format!("/tags/{tag}")).await.refused(404, "not_found");
        client.post("/tags", json!({})).await.refused(400, "parameter_invalid");
    }
}
