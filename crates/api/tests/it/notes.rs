//! `/notes`, `/contacts/{id}/notes` and `/companies/{id}/notes`

use deskwire_api::versions::Version;
use deskwire_testkit::{NOW, TestApp, both, json};

use crate::support::{company, id, since, topics, unknown_contact, user};

#[both]
async fn a_note_is_written_on_a_contact(app: TestApp) {
    let ada = user(&app, "ada@acme.test").await;
    app.clock.advance(9);
    let path = format!("/contacts/{ada}/notes");
    let note = app.post(&path, json!({"body": "Hello", "admin_id": app.admin_id.number()})).await.ok();
    let author = json!({
        "type": "admin", "id": app.admin_id.to_string(), "name": "Ada Lovelace", "email": "ada@acme.test",
        "away_mode_enabled": false, "away_mode_reassign": false, "has_inbox_seat": true, "team_ids": [],
    });
    assert_eq!(
        note,
        json!({
            "type": "note", "id": note["id"], "created_at": NOW + 9, "contact": {"type": "contact", "id": ada},
            "author": author, "body": "<p>Hello</p>",
        })
    );
    assert_eq!(app.get(&format!("/notes/{}", id(&note))).await.ok(), note);
    let contact = app.get(&format!("/contacts/{ada}")).await.ok();
    assert_eq!((&contact["notes"]["total_count"], &contact["updated_at"]), (&json!(1), &json!(NOW + 9)));
    let by_token = app
        .post(&path, json!({"body": "<b onclick=x>Hi</b><script>x</script>", "contact_id": unknown_contact()}))
        .await
        .ok();
    assert_eq!((&by_token["author"], &by_token["body"]), (&author, &json!("<p><b>Hi</b></p>")));
    assert_eq!(topics(&app, &ada).await[1..], ["contact.note.created", "contact.note.created"]);
}

#[both]
async fn notes_come_newest_first_in_pages(app: TestApp) {
    let ada = user(&app, "ada@acme.test").await;
    let path = format!("/contacts/{ada}/notes");
    let empty = app.get(&path).await.ok();
    assert_eq!(
        empty,
        json!({
            "type": "list", "data": [], "total_count": 0,
            "pages": {"type": "pages", "next": null, "page": 1, "per_page": 50, "total_pages": 0},
        })
    );
    for i in 0..3 {
        app.post(&path, json!({"body": format!("{i}")})).await.ok();
    }
    let first = app.get(&format!("{path}?per_page=2")).await.ok();
    assert_eq!((&first["data"][0]["body"], &first["data"][1]["body"]), (&json!("<p>2</p>"), &json!("<p>1</p>")));
    assert_eq!((&first["total_count"], &first["pages"]["total_pages"]), (&json!(3), &json!(2)));
    let next = first["pages"]["next"].as_str().unwrap().strip_prefix("http://deskwire.test").unwrap();
    assert!(next.starts_with(&format!("{path}?per_page=2&page=2&starting_after=")), "{next}");
    app.post(&path, json!({"body": "late"})).await.ok();
    let second = app.get(next).await.ok();
    assert_eq!((&second["data"][0]["body"], &second["pages"]["next"]), (&json!("<p>0</p>"), &json!(null)));
    assert_eq!((&second["pages"]["page"], second["data"].as_array().unwrap().len()), (&json!(2), 1));
    let by_number = app.get(&format!("{path}?per_page=2&page=2")).await.ok();
    assert_eq!((&by_number["data"][1]["body"], &by_number["pages"]["next"]), (&json!("<p>0</p>"), &json!(null)));
    app.get(&format!("{path}?starting_after=x")).await.refused(400, "client_error");
    app.get(&format!("{path}?page=0")).await.refused(400, "parameter_invalid");
    assert_eq!(app.get(&format!("{path}?page=9")).await.ok()["data"], json!([]));
}

#[both]
async fn errors_name_the_missing_field(app: TestApp) {
    let ada = user(&app, "ada@acme.test").await;
    let (path, lost) = (format!("/contacts/{ada}/notes"), format!("/contacts/{}/notes", unknown_contact()));
    for body in [json!({}), json!({"body": ""}), json!({"body": "<script>x</script>"}), json!({"body": null})] {
        assert_eq!(app.post(&path, body).await.refused(400, "parameter_not_found"), "body is required");
    }
    for admin in [json!(123), json!("x")] {
        let message = app.post(&path, json!({"body": "Hello", "admin_id": admin})).await.refused(404, "not_found");
        assert_eq!(message, "Resource Not Found");
    }
    assert_eq!(
        app.post(&lost, json!({"body": "Hello", "admin_id": 1})).await.refused(404, "not_found"),
        "User Not Found"
    );
    assert_eq!(app.get(&lost).await.refused(404, "not_found"), "User Not Found");
    assert_eq!(app.get("/notes/12").await.refused(404, "not_found"), "Resource Not Found");
    assert_eq!(app.get(&path).await.ok()["total_count"], 0);
}

#[both]
async fn companies_have_notes(app: TestApp) {
    let acme = company(&app, "acme").await;
    let path = format!("/companies/{acme}/notes");
    let note = app.post(&path, json!({"body": "Hello", "admin_id": app.admin_id.to_string()})).await.ok();
    assert_eq!((&note["company"], note.get("contact")), (&json!({"type": "company", "id": acme}), None));
    assert_eq!(app.get(&path).await.ok()["data"], json!([note]));
    assert!(app.version("2.15").get(&path).await.ok()["data"][0].get("company").is_none());
    for lost in [unknown_contact(), "x".to_owned()] {
        let message = app.get(&format!("/companies/{lost}/notes")).await.refused(404, "company_not_found");
        assert_eq!(message, "Company Not Found");
        app.post(&format!("/companies/{lost}/notes"), json!({"body": "x"})).await.refused(404, "company_not_found");
    }
}

#[both]
async fn other_workspaces_and_missing_scopes_get_nothing(app: TestApp) {
    let ada = user(&app, "ada@acme.test").await;
    let note = id(&app.post(&format!("/contacts/{ada}/notes"), json!({"body": "Hello"})).await.ok());
    let other = app.other_workspace().await;
    other.get(&format!("/notes/{note}")).await.refused(404, "not_found");
    other.post(&format!("/contacts/{ada}/notes"), json!({"body": "x"})).await.refused(404, "not_found");
    let reader = app.scoped("read_users").await;
    reader.get(&format!("/notes/{note}")).await.ok();
    reader.post(&format!("/contacts/{ada}/notes"), json!({"body": "x"})).await.refused(401, "token_unauthorized");
    reader
        .post(&format!("/companies/{}/notes", unknown_contact()), json!({"body": "x"}))
        .await
        .refused(403, "forbidden");
}

#[both]
async fn every_operation_answers_in_every_version(app: TestApp) {
    let acme = company(&app, "acme").await;
    for version in since(Version::V2_7) {
        let client = app.version(version);
        let ada = user(&app, &format!("ada-{version}@acme.test")).await;
        let note = id(&client.post(&format!("/contacts/{ada}/notes"), json!({"body": "Hello"})).await.ok());
        client.post(&format!("/contacts/{ada}/notes"), json!({"body": "Again"})).await.ok();
        client.get(&format!("/contacts/{ada}/notes?per_page=1")).await.ok();
        client.get(&format!("/contacts/{ada}/notes")).await.ok();
        client.get(&format!("/notes/{note}")).await.ok();
        client.get("/notes/7").await.refused(404, "not_found");
    }
    for version in since(Version::V2_16) {
        app.version(version).post(&format!("/companies/{acme}/notes"), json!({"body": "Hello"})).await.ok();
    }
    for version in since(Version::V2_15) {
        app.version(version).get(&format!("/companies/{acme}/notes")).await.ok();
    }
}
