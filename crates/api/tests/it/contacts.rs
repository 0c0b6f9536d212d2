//! `/contacts`

use deskwire_testkit::{both, json};

both! {
    async fn a_contact_is_created_and_found(app) {
        let made = app.post("/contacts", json!({"email": "Ada@Acme.test", "name": "Ada", "phone": "+353871234567"})).await.ok();
        assert_eq!(made["role"], "user");
        assert_eq!(made["email"], "Ada@Acme.test");
        assert_eq!(made["email_domain"], "acme.test");
        assert_eq!(made["formatted_phone"], "+353871234567");
        assert_eq!(made["created_at"], deskwire_testkit::NOW);
        let id = made["id"].as_str().unwrap();
        assert_eq!(id.len(), 24);
        assert_eq!(app.get(&format!("/contacts/{id}")).await.ok(), made);
    }

    async fn a_taken_email_names_the_contact_in_the_way(app) {
        let made = app.post("/contacts", json!({"email": "ada@acme.test"})).await.ok();
        let id = made["id"].as_str().unwrap();
        let message = app.post("/contacts", json!({"email": "ADA@acme.test"})).await.refused(409, "conflict");
        assert_eq!(message, format!("A contact matching those details already exists with id={id}"));
        app.post(&format!("/contacts/{id}/archive"), json!({})).await.ok();
        let message = app.post("/contacts", json!({"email": "ada@acme.test"})).await.refused(409, "conflict");
        assert_eq!(message, format!("An archived contact matching those details already exists with id={id}"));
    }

    async fn a_lead_becomes_part_of_a_user(app) {
        let lead = app.post("/contacts", json!({"role": "lead", "email": "x@acme.test", "name": "Lee"})).await.ok();
        let user = app.post("/contacts", json!({"role": "user", "email": "x@acme.test"})).await.ok();
        let merged = app.post("/contacts/merge", json!({"from": lead["id"], "into": user["id"]})).await.ok();
        assert_eq!(merged["id"], user["id"]);
        assert_eq!(merged["name"], "Lee");
        let path = format!("/contacts/{}", lead["id"].as_str().unwrap());
        let gone = app.get(&path).await;
        assert_eq!(gone.header("link"), Some(&*format!("</contacts/{}>; rel=\"canonical\"", user["id"].as_str().unwrap())));
        gone.refused(410, "contact_merged");
        app.version("2.15").get(&path).await.refused(404, "not_found");
    }
}
