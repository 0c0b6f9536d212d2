//! `/contacts`

use deskwire_testkit::{TestApp, both, json};

#[both]
async fn a_contact_is_created_and_found(app: TestApp) {
    let made =
        app.post("/contacts", json!({"email": "Ada@Acme.test", "name": "Ada", "phone": "+353871234567"})).await.ok();
    assert_eq!(made["role"], "user");
    assert_eq!(made["email"], "Ada@Acme.test");
    assert_eq!(made["email_domain"], "acme.test");
    assert_eq!(made["formatted_phone"], "+353871234567");
    assert_eq!(made["created_at"], deskwire_testkit::NOW);
    let id = made["id"].as_str().unwrap();
    assert_eq!(id.len(), 24);
    assert_eq!(app.get(&format!("/contacts/{id}")).await.ok(), made);
}

#[both]
async fn duplicate_emails_name_the_existing_contact(app: TestApp) {
    let made = app.post("/contacts", json!({"email": "ada@acme.test"})).await.ok();
    let id = made["id"].as_str().unwrap();
    let message = app.post("/contacts", json!({"email": "ADA@acme.test"})).await.refused(409, "conflict");
    assert_eq!(message, format!("A contact matching those details already exists with id={id}"));
    app.post(&format!("/contacts/{id}/archive"), json!({})).await.ok();
    let message = app.post("/contacts", json!({"email": "ada@acme.test"})).await.refused(409, "conflict");
    assert_eq!(message, format!("An archived contact matching those details already exists with id={id}"));
}

#[both]
async fn leads_are_merged_into_users(app: TestApp) {
    let lead = app.post("/contacts", json!({"role": "lead", "email": "x@acme.test", "name": "Lee"})).await.ok();
    let user = app.post("/contacts", json!({"role": "user", "email": "x@acme.test"})).await.ok();
    let merged = app.post("/contacts/merge", json!({"from": lead["id"], "into": user["id"]})).await.ok();
    assert_eq!(merged["id"], user["id"]);
    assert_eq!(merged["name"], "Lee");
    let path = format!("/contacts/{}", lead["id"].as_str().unwrap());
    let deleted = app.get(&path).await;
    let canonical = format!("</contacts/{}>; rel=\"canonical\"", user["id"].as_str().unwrap());
    assert_eq!(deleted.header("link"), Some(&*canonical));
    deleted.refused(410, "contact_merged");
    app.version("2.15").get(&path).await.refused(404, "not_found");
}

#[both]
async fn a_merge_that_would_give_two_users_one_address_names_the_other_user(app: TestApp) {
    let other = app.post("/contacts", json!({"role": "user", "email": "x@acme.test"})).await.ok();
    let lead = app.post("/contacts", json!({"role": "lead", "email": "x@acme.test"})).await.ok();
    let user = app.post("/contacts", json!({"role": "user", "external_id": "u1"})).await.ok();
    let merge = json!({"from": lead["id"], "into": user["id"], "skip_duplicate_validation": true});
    let preview = app.post("/contacts/merge/preview", merge.clone()).await.ok();
    let reason = &preview["reasons"][0];
    assert_eq!((&preview["allowed"], &reason["code"]), (&json!(false), &json!("invalid_merge_role_pair")));
    assert!(reason["message"].as_str().unwrap().contains("another user has that address"), "{reason}");
    let message = app.post("/contacts/merge", merge).await.refused(409, "conflict");
    let id = other["id"].as_str().unwrap();
    assert_eq!(message, format!("A contact matching those details already exists with id={id}"));
    // Nothing has changed.
    let shown = app.get(&format!("/contacts/{}", lead["id"].as_str().unwrap())).await.ok();
    assert_eq!((&shown["role"], &shown["email"]), (&json!("lead"), &json!("x@acme.test")));
}

#[both]
async fn every_operation_answers_in_every_version_that_has_it(app: TestApp) {
    for version in deskwire_api::versions::Version::ALL {
        let client = app.version(version.as_str());
        let name = version.as_str();
        let user = client.post("/contacts", json!({
            "external_id": format!("user-{name}"), "email": format!("user@{name}.test"), "name": "User", "phone": "+353871234567",
            "signed_up_at": 1_700_000_000, "owner_id": app.admin_id.number(), "avatar": "https://acme.test/a.png",
        })).await.ok();
        assert_eq!(
            user["owner_id"],
            if name < "2.16" && name != "Unstable" || name.len() == 3 {
                json!(app.admin_id.number())
            } else {
                json!(app.admin_id.to_string())
            },
            "{name}"
        );
        let shows = matches!(name, "2.11" | "2.13" | "Unstable");
        assert_eq!(user.get("formatted_phone").is_some(), shows, "{name}");
        let lead = client.post("/contacts", json!({"role": "lead", "email": format!("user@{name}.test")})).await.ok();
        let (user, lead) = (user["id"].as_str().unwrap(), lead["id"].as_str().unwrap());
        client.put(&format!("/contacts/{user}"), json!({"name": "Someone"})).await.ok();
        client.get("/contacts?per_page=2").await.ok();
        client.get(&format!("/contacts/{user}?include_merge_history=true")).await.ok();
        client.post(&format!("/contacts/{lead}/archive"), json!({})).await.ok();
        client.post(&format!("/contacts/{lead}/unarchive"), json!({})).await.ok();
        if *version == deskwire_api::versions::Version::Unstable {
            let preview = client.post("/contacts/merge/preview", json!({"from": lead, "into": user})).await.ok();
            assert_eq!(preview["allowed"], true);
            client.get("/contacts/activities").await.ok();
        }
        client.post("/contacts/merge?include_merge_history=true", json!({"from": lead, "into": user})).await.ok();
        if *version >= deskwire_api::versions::Version::V2_13 {
            client.get(&format!("/contacts/find_by_external_id/user-{name}")).await.ok();
            client.post(&format!("/contacts/{user}/block"), json!({})).await.ok();
        }
        if *version >= deskwire_api::versions::Version::V2_16 {
            let other = client.post("/contacts", json!({"email": format!("other@{name}.test")})).await.ok();
            client.get(&format!("/contacts/{}/merge_history", other["id"].as_str().unwrap())).await.ok();
        }
        client.delete(&format!("/contacts/{user}")).await.ok();
    }
}

#[both]
async fn searches_return_matches(app: TestApp) {
    for n in 0..25 {
        let role = if n % 5 == 0 { "lead" } else { "user" };
        app.post(
            "/contacts",
            json!({"role": role, "email": format!("p{n}@d{}.test", n % 2), "name": format!("Person {n}")}),
        )
        .await
        .ok();
    }
    let count = async |query: serde_json::Value| {
        app.post("/contacts/search", json!({"query": query})).await.ok()["total_count"].clone()
    };
    assert_eq!(count(json!({"field": "role", "operator": "=", "value": "lead"})).await, 5);
    assert_eq!(count(json!({"field": "email_domain", "operator": "=", "value": "D1.test"})).await, 12);
    assert_eq!(count(json!({"field": "name", "operator": "~", "value": "son 1"})).await, 11);
    assert_eq!(count(json!({"field": "email", "operator": "^", "value": "p2"})).await, 6);
    assert_eq!(count(json!({"field": "created_at", "operator": ">", "value": 0})).await, 25);
    assert_eq!(count(json!({"operator": "AND", "value": [
        {"field": "role", "operator": "!=", "value": "lead"},
        {"operator": "OR", "value": [{"field": "name", "operator": "$", "value": "7"}, {"field": "email", "operator": "=", "value": "p1@d1.test"}]},
    ]})).await, 3);
    let mut seen = Vec::new();
    let mut pagination = json!({"per_page": 10});
    loop {
        let page = app
            .post(
                "/contacts/search",
                json!({"query": {"field": "id", "operator": ">", "value": ""}, "pagination": pagination}),
            )
            .await
            .ok();
        seen.extend(page["data"].as_array().unwrap().iter().map(|c| c["name"].clone()));
        assert_eq!(page["total_count"], 25);
        assert_eq!(page["pages"]["total_pages"], 3);
        let Some(next) = page["pages"]["next"]["starting_after"].as_str() else { break };
        pagination = json!({"per_page": 10, "starting_after": next});
    }
    assert_eq!(seen, (0..25).rev().map(|n| json!(format!("Person {n}"))).collect::<Vec<_>>());
    app.post("/contacts/search", json!({"query": {"field": "shoe", "operator": "=", "value": 1}}))
        .await
        .refused(400, "invalid_field");
    app.post(
        "/contacts/search",
        json!({"query": {"field": "id", "operator": "=", "value": "x"}, "pagination": {"starting_after": "garbage"}}),
    )
    .await
    .refused(400, "client_error");
}

#[both]
async fn text_search_ignores_case_and_form(app: TestApp) {
    let found = async |path: &str, field: &str, operator: &str, value: &str| {
        let query = json!({"query": {"field": field, "operator": operator, "value": value}});
        app.post(path, query).await.ok()["total_count"].clone()
    };
    // One e with an accent, and an e with an accent after it.
    for (written, searched) in
        [("Ren\u{e9}e", "Rene\u{301}e"), ("Rene\u{301}", "REN\u{c9}"), ("\u{1100}\u{1161}", "\u{ac00}")]
    {
        let made = app.post("/contacts", json!({"role": "lead", "name": written})).await.ok();
        let id = made["id"].as_str().unwrap();
        let conversation = json!({"from": {"type": "lead", "id": id}, "body": format!("I am {written}!")});
        app.post("/conversations", conversation).await.ok();
        for operator in ["=", "~", "^", "$"] {
            let count = found("/contacts/search", "name", operator, searched).await;
            assert_eq!(count, 1, "{written} {operator} {searched}");
        }
        for operator in ["=", "~"] {
            assert_eq!(
                found("/conversations/search", "source.body", operator, searched).await,
                1,
                "{written} {operator} {searched}"
            );
        }
        assert_eq!(app.get(&format!("/contacts/{id}")).await.ok()["name"], written, "the name is stored as written");
        app.delete(&format!("/contacts/{id}")).await.ok();
    }
}

#[both]
async fn blank_and_millisecond_search_values_match_nothing(app: TestApp) {
    app.post("/contacts", json!({"email": "ada@a.test", "name": "Ada L"})).await.ok();
    let search = async |path: &str, field: &str, operator: &str, value: serde_json::Value| {
        app.post(path, json!({"query": {"field": field, "operator": operator, "value": value}})).await
    };
    for (path, field) in [("/contacts/search", "name"), ("/conversations/search", "source.body")] {
        for operator in ["~", "!~", "^", "$"] {
            for blank in ["", " ", "\t\n"] {
                search(path, field, operator, json!(blank)).await.refused(400, "parameter_invalid");
            }
        }
    }
    for operator in [">", "<", "="] {
        let found = search("/contacts/search", "created_at", operator, json!(deskwire_testkit::NOW * 1000)).await.ok();
        assert_eq!(found["total_count"], 0, "{operator}");
    }
}

#[both]
async fn an_email_address_is_one_that_mail_can_be_sent_to(app: TestApp) {
    for email in
        ["ada", "@acme.test", "ada@", "a@acme.test,b@acme.test", "ada@acme.test>", "a@b@acme.test", "a b@acme.test"]
    {
        let why =
            app.post("/contacts", json!({"role": "user", "email": email})).await.refused(400, "parameter_invalid");
        assert_eq!(why, "email is not a valid email address", "{email}");
    }
    for email in ["ada+tag@acme.test", "o'hara@acme.test", "ada@münchen.test"] {
        let made = app.post("/contacts", json!({"role": "user", "email": email})).await.ok();
        assert_eq!(made["email"], email);
    }
}
