//! What other people's clients send, and what they read.

use deskwire_api::versions::Version;
use deskwire_testkit::{NOW, TestApp, Value, both, json};

use crate::conversations::started;
use crate::support::{company, id, since, user};
use crate::visitors::visitor;

const JSON: &[(&str, &str)] = &[("content-type", "application/json")];

/// Companies with people in them: `c-1`, `c-2` and so on.
async fn companies(app: &TestApp, n: usize) {
    for i in 1..=n {
        company(app, &format!("c-{i}")).await;
        app.clock.advance(1);
    }
}

/// The path and query of an address of ours.
fn path(url: &Value) -> String {
    url.as_str().unwrap().strip_prefix("http://deskwire.test").unwrap().to_owned()
}

fn company_ids(list: &Value) -> Vec<&str> {
    list["data"].as_array().unwrap().iter().map(|c| c["company_id"].as_str().unwrap()).collect()
}

#[both]
async fn company_contacts_page_by_cursor(app: TestApp) {
    let company = app.post("/companies", json!({"company_id": "c", "name": "C"})).await.ok();
    for n in 0..3 {
        let made = app.post("/contacts", json!({"external_id": n.to_string()})).await.ok();
        app.post(&format!("/contacts/{}/companies", made["id"].as_str().unwrap()), json!({"id": company["id"]}))
            .await
            .ok();
    }
    let path = format!("/companies/{}/contacts?per_page=2", company["id"].as_str().unwrap());
    for version in Version::ALL {
        let client = app.version(version.as_str());
        let first = client.get(&path).await.ok();
        let next = &first["pages"]["next"];
        assert_eq!((first["data"].as_array().unwrap().len(), &next["per_page"]), (2, &json!(2)), "{version}");
        let last =
            client.get(&format!("{path}&starting_after={}", next["starting_after"].as_str().unwrap())).await.ok();
        assert_eq!((last["data"].as_array().unwrap().len(), &last["pages"]["next"]), (1, &json!(null)), "{version}");
        assert_eq!(client.get(&format!("{path}&page=2")).await.ok()["data"], last["data"], "{version}");
    }
    app.get(&format!("{path}&starting_after=x")).await.refused(400, "client_error");
}

#[both]
async fn an_operation_without_parameters_ignores_its_body(app: TestApp) {
    let made = app.post("/contacts", json!({"external_id": "x"})).await.ok();
    let contact = format!("/contacts/{}", made["id"].as_str().unwrap());
    let json = [("content-type", "application/json")];
    for (method, path) in [
        ("POST", format!("{contact}/archive")),
        ("POST", format!("{contact}/unarchive")),
        ("GET", contact.clone()),
        ("GET", "/me".to_owned()),
        ("POST", format!("{contact}/block")),
    ] {
        for body in ["[]", "null", "x"] {
            assert_eq!(app.client().raw(method, &path, &json, body).await.status, 200, "{method} {path} {body}");
        }
    }
}

#[both]
async fn deletes_without_parameters_ignore_their_body(app: TestApp) {
    for body in ["[]", "null", "{}", "{\"x\":1}", "\"text\"", "not JSON", "{\"x\":\"\\u0000\"}", "\u{1f600}"] {
        for headers in [JSON, &[], &[("content-type", "text/plain")]] {
            let contact = format!("/contacts/{}", user(&app, "ada@a.test").await);
            let answer = app.client().raw("DELETE", &contact, headers, body.to_owned()).await;
            assert_eq!(answer.ok()["deleted"], true, "{body}");
        }
    }
    let contact = format!("/contacts/{}", user(&app, "ada@a.test").await);
    app.client().off_the_record().raw("DELETE", &contact, JSON, vec![b' '; 11_000_000]).await.blames_the_caller();
    app.get(&contact).await.ok();
    // Where a body has parameters it is read; PHP sends one without any as a list.
    let (conversation, ada) = started(&app, "bob@a.test").await;
    let tag = app.post("/tags", json!({"name": "VIP"})).await.ok();
    let (tags, of) = (format!("{conversation}/tags"), json!({"id": tag["id"], "admin_id": app.admin_id.number()}));
    app.post(&tags, of.clone()).await.ok();
    let tagged = format!("{tags}/{}", id(&tag));
    assert_eq!(
        app.client().raw("DELETE", &tagged, JSON, "[]").await.refused(400, "parameter_not_found"),
        "admin_id is required"
    );
    app.client().raw("DELETE", &tagged, JSON, "[1]").await.refused(400, "parameter_invalid");
    app.client().call("DELETE", &tagged, Some(&of)).await.ok();
    assert_eq!(app.get(&format!("/contacts/{ada}")).await.ok()["type"], "contact");
}

#[both]
async fn companies_accept_both_ids(app: TestApp) {
    for version in since(Version::V2_7) {
        let (client, key) = (app.version(version), format!("c-{version}"));
        let made = client.post("/companies", json!({"company_id": key, "name": "Acme"})).await.ok();
        let both = json!({"id": made["id"], "company_id": key, "name": "Acme Inc"});
        let saved = client.post("/companies", both).await.ok();
        assert_eq!((&saved["id"], &saved["name"]), (&made["id"], &json!("Acme Inc")));
        let changed =
            client.put(&format!("/companies/{}", id(&made)), json!({"id": made["id"], "name": "Acme Ltd"})).await.ok();
        assert_eq!(changed["name"], "Acme Ltd");
    }
    let [a, b] = [
        app.post("/companies", json!({"company_id": "a"})).await.ok(),
        app.post("/companies", json!({"company_id": "b"})).await.ok(),
    ];
    for contradiction in [
        json!({"id": a["id"], "company_id": "b"}),
        json!({"id": a["id"], "company_id": "new"}),
        json!({"id": a["id"]}),
        json!({"id": "x", "company_id": "a"}),
    ] {
        let answer = app.post("/companies", contradiction).await;
        assert_eq!(answer.body["errors"][0]["field"], "id");
        assert!(answer.refused(400, "bad_request").starts_with("bad 'id' parameter"));
    }
    app.put(&format!("/companies/{}", id(&a)), json!({"id": b["id"], "name": "B"})).await.refused(400, "bad_request");
    app.post("/companies", json!({"id": 5.5, "company_id": "a"})).await.refused(400, "parameter_invalid");
    assert_eq!(app.get(&format!("/companies/{}", id(&a))).await.ok()["name"], a["name"]);
    // A null is ignored.
    assert_eq!(app.post("/companies", json!({"id": null, "company_id": "a"})).await.ok()["id"], a["id"]);
}

#[both]
async fn company_lists_page_by_url(app: TestApp) {
    companies(&app, 5).await;
    for version in since(Version::V2_7) {
        let client = app.version(version);
        let first = client.get("/companies?per_page=2").await.ok();
        assert_eq!((&first["pages"]["page"], &first["pages"]["total_pages"]), (&json!(1), &json!(3)), "{version}");
        let second = client.get(&path(&first["pages"]["next"])).await.ok();
        let third = client.get(&path(&second["pages"]["next"])).await.ok();
        assert_eq!((&third["pages"]["page"], &third["pages"]["next"]), (&json!(3), &Value::Null));
        let all = [company_ids(&first), company_ids(&second), company_ids(&third)].concat();
        assert_eq!(all, ["c-5", "c-4", "c-3", "c-2", "c-1"]);
        let first = client.post("/companies/list", json!({"per_page": 3, "order": "asc"})).await.ok();
        let rest = client.post(&path(&first["pages"]["next"]), json!({})).await.ok();
        assert_eq!([company_ids(&first), company_ids(&rest)].concat(), ["c-1", "c-2", "c-3", "c-4", "c-5"]);
        assert_eq!(rest["pages"]["next"], Value::Null);
    }
}

#[both]
async fn lists_of_the_help_center_page_by_url(app: TestApp) {
    let article = json!({"title": "Refunds", "author_id": app.admin_id.number(), "state": "published"});
    let internal = json!({"title": "Refunds", "author_id": app.admin_id.number(), "owner_id": app.admin_id.number()});
    for (at, body) in
        [("/articles", article), ("/help_center/collections", json!({"name": "A"})), ("/internal_articles", internal)]
    {
        for _ in 0..5 {
            app.post(at, body.clone()).await.ok();
            app.clock.advance(1);
        }
    }
    for list in ["/articles", "/articles/search?phrase=refunds", "/help_center/collections", "/internal_articles"] {
        let begin = format!("{list}{}per_page=2", if list.contains('?') { '&' } else { '?' });
        let (mut next, mut seen) = (Some(begin), Vec::new());
        while let Some(at) = next {
            let page = app.get(&at).await.ok();
            let rows = page["data"].as_array().or(page["data"]["articles"].as_array()).unwrap();
            seen.extend(rows.iter().map(|one| one["id"].to_string()));
            next =
                page["pages"]["next"].as_str().map(|url| url.strip_prefix("http://deskwire.test").unwrap().to_owned());
        }
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 5, "{list}");
    }
}

#[both]
async fn company_lookup_with_page_returns_a_list(app: TestApp) {
    companies(&app, 2).await;
    assert_eq!(app.get("/companies?company_id=c-1").await.ok()["type"], "company");
    for query in ["company_id=c-1&per_page=10", "company_id=c-1&page=1", "name=c-1&page=1&per_page=1"] {
        let list = app.get(&format!("/companies?{query}")).await.ok();
        assert_eq!((&list["type"], &list["total_count"], company_ids(&list)), (&json!("list"), &json!(1), vec!["c-1"]));
        assert_eq!(list["pages"]["next"], Value::Null);
    }
    let beyond = app.get("/companies?company_id=c-1&page=2").await.ok();
    assert_eq!((&beyond["data"], &beyond["total_count"]), (&json!([]), &json!(1)));
    let none = app.get("/companies?company_id=nobody&page=1").await.ok();
    assert_eq!((&none["data"], &none["total_count"]), (&json!([]), &json!(0)));
    app.get("/companies?company_id=nobody").await.refused(404, "company_not_found");
    app.get("/companies?company_id=c-1&page=0").await.refused(400, "parameter_invalid");
}

#[both]
async fn lists_reject_cursors_of_other_lists(app: TestApp) {
    let ada = user(&app, "ada@a.test").await;
    for list in ["/contacts", "/conversations", "/contacts/activities", &format!("/contacts/{ada}/merge_history")] {
        let client = app.client().off_the_record();
        client.get(&format!("{list}?page=1")).await.ok();
        for page in ["2", "0", "-1"] {
            let answer = client.get(&format!("{list}?page={page}")).await;
            assert_eq!(answer.body["errors"][0]["field"], "page", "{list}");
            assert!(answer.refused(400, "parameter_invalid").contains("starting_after"));
        }
        client.get(&format!("{list}?page=x")).await.refused(400, "parameter_invalid");
    }
    let query = json!({"field": "role", "operator": "=", "value": "user"});
    let search =
        async |pagination: Value| app.post("/contacts/search", json!({"query": query, "pagination": pagination})).await;
    user(&app, "bob@a.test").await;
    let first = search(json!({"per_page": 1, "page": 1})).await.ok();
    // `pages.next` may be sent back as it came, with the number of its page.
    let cursor = &first["pages"]["next"]["starting_after"];
    search(json!({"per_page": 1, "page": 2, "starting_after": cursor})).await.ok();
    search(json!({"per_page": 1, "page": 2})).await.refused(400, "parameter_invalid");
    app.get(&format!("/contacts?per_page=1&page=2&starting_after={}", cursor.as_str().unwrap())).await.ok();
    for list in ["/companies", "/conversations/deleted", &format!("/contacts/{ada}/companies")] {
        let answer = app.client().off_the_record().get(&format!("{list}?starting_after=x")).await;
        assert_eq!(answer.body["errors"][0]["field"], "starting_after", "{list}");
        answer.refused(400, "parameter_invalid");
    }
    app.post("/companies/list", json!({"starting_after": "x"})).await.refused(400, "parameter_invalid");
}

#[both]
async fn teammates_are_listed_under_admins_and_teammates(app: TestApp) {
    let (conversation, _) = started(&app, "ada@a.test").await;
    let reply = json!({"type": "admin", "admin_id": app.admin_id.number(), "message_type": "comment", "body": "Hi"});
    app.post(&format!("{conversation}/reply"), reply).await.ok();
    for version in since(Version::V2_7) {
        let teammates = app.version(version).get(&conversation).await.ok()["teammates"].clone();
        let ada = json!([{"type": "admin", "id": app.admin_id.to_string()}]);
        assert_eq!(teammates, json!({"type": "admin.list", "teammates": ada, "admins": ada}), "{version}");
    }
}

#[both]
async fn statistics_show_all_their_keys(app: TestApp) {
    let (conversation, _) = started(&app, "ada@a.test").await;
    let always = [
        "time_to_assignment",
        "time_to_admin_reply",
        "time_to_first_close",
        "time_to_last_close",
        "median_time_to_reply",
        "first_assignment_at",
        "first_admin_reply_at",
        "first_close_at",
        "last_assignment_at",
        "last_assignment_admin_reply_at",
        "last_admin_reply_at",
        "last_close_at",
        "last_closed_by_id",
    ];
    for version in since(Version::V2_7) {
        let handling = Version::parse(version) >= Some(Version::V2_13);
        let statistics = app.version(version).get(&conversation).await.ok()["statistics"].clone();
        for key in always {
            assert_eq!(statistics.get(key), Some(&Value::Null), "{version} {key}");
        }
        for key in ["handling_time", "adjusted_handling_time"] {
            assert_eq!(statistics.get(key), handling.then_some(&Value::Null), "{version} {key}");
        }
        let counts =
            ["count_reopens", "count_assignments", "count_conversation_parts"].map(|key| statistics[key].clone());
        assert_eq!(counts, [0, 0, 0].map(Value::from), "{version}");
        assert_eq!(statistics["first_contact_reply_at"], NOW);
    }
}

#[both]
async fn a_filter_without_a_value_means_null(app: TestApp) {
    user(&app, "ada@a.test").await;
    app.post("/contacts", json!({"role": "lead", "name": "Bob"})).await.ok();
    let count =
        async |filter: Value| app.post("/contacts/search", json!({"query": filter})).await.ok()["total_count"].clone();
    assert_eq!(count(json!({"field": "name", "operator": "!="})).await, 1);
    assert_eq!(count(json!({"field": "name", "operator": "="})).await, 1);
    assert_eq!(count(json!({"operator": "AND", "value": [{"field": "email", "operator": "!="}, {"field": "name", "operator": "="}]})).await, 1);
    for operator in [">", "IN", "~"] {
        let refused = app.post("/contacts/search", json!({"query": {"field": "name", "operator": operator}})).await;
        refused.blames_the_caller();
    }
    app.post("/contacts/search", json!({"query": {"field": "name", "operator": "IN"}}))
        .await
        .refused(400, "parameter_not_found");
    app.post("/contacts/search", json!({"query": {"field": "segment_id", "operator": "="}})).await.blames_the_caller();
}

#[both]
async fn visitors_are_converted_to_leads_without_a_user(app: TestApp) {
    for (n, user) in [None, Some(Value::Null), Some(json!({}))].into_iter().enumerate() {
        let made = visitor(&app, &format!("3ecf64d0-9ed1-4e9f-88e1-da7d6e6782f{n}")).await;
        let mut body = json!({"type": "lead", "visitor": {"id": made["id"]}});
        if let Some(user) = user {
            body["user"] = user;
        }
        let lead = app.post("/visitors/convert", body).await.ok();
        assert_eq!((&lead["id"], &lead["role"]), (&made["id"], &json!("lead")));
    }
    let made = visitor(&app, "3ecf64d0-9ed1-4e9f-88e1-da7d6e6782f9").await;
    let answer = app.post("/visitors/convert", json!({"type": "user", "visitor": {"id": made["id"]}})).await;
    assert_eq!(answer.body["errors"][0]["field"], "user");
    answer.refused(400, "parameter_not_found");
    app.post("/visitors/convert", json!({"type": "lead", "user": 5, "visitor": {"id": made["id"]}}))
        .await
        .refused(400, "parameter_invalid");
    app.post("/visitors/convert", json!({"visitor": {"id": made["id"]}})).await.refused(400, "parameter_not_found");
}

#[both]
async fn the_owner_of_a_message_has_the_described_fields(app: TestApp) {
    let ada = user(&app, "ada@a.test").await;
    for version in since(Version::V2_7) {
        let body = json!({"from": {"type": "admin", "id": app.admin_id.number()}, "to": {"type": "user", "id": ada}, "message_type": "inapp", "body": "x"});
        let sent = app.version(version).post("/messages", body).await.ok();
        assert_eq!(
            sent["owner"],
            json!({"type": "admin", "id": app.admin_id.to_string(), "name": "Ada Lovelace",
            "email": "ada@acme.test", "away_mode_enabled": false, "away_mode_reassign": false}),
            "{version}"
        );
    }
}

#[both]
async fn attachments_without_dimensions_have_null_in_2_11(app: TestApp) {
    let (conversation, _) = started(&app, "ada@a.test").await;
    let file = json!([{"name": "a.txt", "content_type": "text/plain", "data": "aGVsbG8="}]);
    let reply = json!({"type": "admin", "admin_id": app.admin_id.number(), "message_type": "comment", "body": "x", "attachment_files": file});
    app.post(&format!("{conversation}/reply"), reply).await.ok();
    for version in since(Version::V2_7) {
        let found = app.version(version).get(&conversation).await.ok();
        let file = &found["conversation_parts"]["conversation_parts"][0]["attachments"][0];
        let shown = (version == "2.11").then_some(&Value::Null);
        assert_eq!((file.get("width"), file.get("height")), (shown, shown), "{version}: {file}");
    }
}

#[both]
async fn invalid_phone_numbers_have_no_formatted_phone(app: TestApp) {
    let (workspace, text) = (app.workspace_id.clone(), "(919) 555-5555");
    let made = app.post("/contacts", json!({"role": "user", "external_id": "us", "phone": text})).await.ok();
    assert_eq!(made["formatted_phone"], "+19195555555");
    app.write(move |tx| {
        tx.execute(
            "UPDATE workspaces SET default_country = 'IE' WHERE workspace_id = $1",
            deskwire_store::params![&workspace],
        )?;
        Ok(deskwire_store::global::credentials::bump(tx)?)
    })
    .await;
    app.app.tokens.refresh(app.db()).await;
    let made = app.post("/contacts", json!({"role": "user", "external_id": "ie", "phone": text})).await.ok();
    assert_eq!((&made["phone"], &made["formatted_phone"]), (&json!(text), &Value::Null));
    let count = async |operator: &str, value: &str| {
        let query = json!({"query": {"field": "phone", "operator": operator, "value": value}});
        app.post("/contacts/search", query).await.ok()["total_count"].clone()
    };
    assert_eq!((count("=", text).await, count("~", "555-5555").await), (json!(2), json!(2)));
}

#[both]
async fn requests_to_delete_a_user_are_carried_out(app: TestApp) {
    let user = app.post("/contacts", json!({"external_id": "u-1", "email": "ada@acme.test"})).await.ok();
    let request = json!({"intercom_user_id": user["id"]});
    for version in ["2.7", "2.16", "Unstable"] {
        let client = app.version(version);
        client.post("/user_delete_requests", json!({})).await.refused(400, "parameter_not_found");
        client.post("/user_delete_requests", json!({"intercom_user_id": "0"})).await.refused(404, "not_found");
    }
    let foreign = app.other_workspace().await.post("/user_delete_requests", request.clone()).await;
    foreign.refused(404, "not_found");
    let reader = app.scoped("read_users").await;
    reader.post("/user_delete_requests", request.clone()).await.refused(401, "token_unauthorized");
    assert_eq!(app.get("/contacts").await.ok()["total_count"], 1);
    let first = app.post("/user_delete_requests", request.clone()).await.ok()["id"].as_i64().unwrap();
    assert_eq!(app.get("/contacts").await.ok()["total_count"], 0);
    app.post("/user_delete_requests", request).await.refused(404, "not_found");
    let lead = app.post("/contacts", json!({"role": "lead", "name": "Bea"})).await.ok();
    let second = app.post("/user_delete_requests", json!({"intercom_user_id": lead["id"]})).await.ok();
    assert_eq!(second, json!({"id": first + 1}));
}
