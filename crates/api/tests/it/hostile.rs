//! Hostile requests: each is rejected, and none does harm.

use deskwire_api::Config;
use deskwire_testkit::{Client, Database, TestApp, Value, both, json};

const JSON: (&str, &str) = ("content-type", "application/json");

async fn post_raw(client: &Client, path: &str, body: impl Into<Vec<u8>>) -> deskwire_testkit::Answer {
    client.raw("POST", path, &[JSON], body.into()).await
}

#[both]
async fn bodies_must_be_json_objects(app: TestApp) {
    let client = app.client().off_the_record();
    let deep = |open: &str, close: &str| format!("{{\"name\": {}{}}}", open.repeat(10_000), close.repeat(10_000));
    let bodies: Vec<Vec<u8>> = vec![
        b"{".to_vec(),
        b"{\"email\": ".to_vec(),
        b"{\"email\": \"a@b.test\"} trailing".to_vec(),
        b"{'email': 'a@b.test'}".to_vec(),
        b"{\"email\": \"a@b.test\",}".to_vec(),
        b"email=a@b.test".to_vec(),
        b"[]".to_vec(),
        b"[{\"email\": \"a@b.test\"}]".to_vec(),
        b"null".to_vec(),
        b"true".to_vec(),
        b"5".to_vec(),
        b"\"text\"".to_vec(),
        b"NaN".to_vec(),
        b" ".to_vec(),
        b"\0".to_vec(),
        b"\xef\xbb\xbf{}".to_vec(),
        b"{\"email\": \"\xff\xfe\"}".to_vec(),
        b"{\"\xc3\x28\": 1}".to_vec(),
        b"{\"email\": \"\\ud800\"}".to_vec(),
        b"{\"name\": \"\\udc00\\ud800\", \"role\": \"lead\"}".to_vec(),
        b"{\"name\": \"a\\u0000b\", \"role\": \"lead\"}".to_vec(),
        b"{\"role\": \"lead\", \"custom_attributes\": {\"a\\u0000\": 1}}".to_vec(),
        b"{\"name\": \"a\nb\"}".to_vec(),
        b"{\"signed_up_at\": 1e400, \"role\": \"lead\"}".to_vec(),
        b"{\"signed_up_at\": -1e400, \"role\": \"lead\"}".to_vec(),
        format!("{{\"signed_up_at\": 1{}, \"role\": \"lead\"}}", "0".repeat(1000)).into_bytes(),
        deep("[", "]").into_bytes(),
        deep("{\"a\":", "}").into_bytes(),
        "[".repeat(100_000).into_bytes(),
    ];
    for body in bodies {
        let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        let answer = post_raw(&client, "/contacts", body).await;
        assert_eq!(answer.status, 400, "{shown} {}", answer.body);
        answer.blames_the_caller();
    }
    assert_eq!(app.get("/contacts").await.ok()["total_count"], 0);
}

#[both]
async fn an_empty_body_is_an_empty_object(app: TestApp) {
    for headers in [&[][..], &[JSON]] {
        app.client().raw("POST", "/contacts", headers, "").await.refused(400, "parameter_not_found");
    }
}

#[both]
async fn duplicate_keys_use_the_last_value(app: TestApp) {
    let answer = post_raw(&app.client(), "/contacts", "{\"email\": \"a@b.test\", \"email\": \"c@d.test\"}").await;
    assert_eq!(answer.ok()["email"], "c@d.test");
}

#[both]
async fn every_script_round_trips(app: TestApp) {
    for name in [
        "\u{feff}x",
        "👩‍👩‍👧",
        "\u{202e}abc",
        "'; DROP TABLE contacts; --",
        "%00",
        "\\0",
        "\u{fffe}\u{ffff}",
        "a\u{1}b",
        "{\"a\":1}",
        "ẞß",
    ] {
        let made = app.post("/contacts", json!({"role": "lead", "name": name})).await.ok();
        assert_eq!(made["name"], name);
        assert_eq!(app.get(&format!("/contacts/{}", made["id"].as_str().unwrap())).await.ok()["name"], name);
    }
}

#[both]
async fn bodies_need_a_json_content_type(app: TestApp) {
    let body = "{\"email\": \"a@b.test\"}";
    for media in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "json",
        "application/jsonx",
        "",
    ] {
        let answer = app.client().off_the_record().raw("POST", "/contacts", &[("content-type", media)], body).await;
        answer.blames_the_caller();
        answer.refused(415, "media_type_not_acceptable");
    }
    app.client().raw("POST", "/contacts", &[], body).await.refused(415, "media_type_not_acceptable");
    for (n, media) in
        ["application/json; charset=utf-8", "APPLICATION/JSON", "application/json;", "application/vnd.api+json"]
            .into_iter()
            .enumerate()
    {
        let body = format!("{{\"email\": \"a{n}@b.test\"}}");
        app.client().raw("POST", "/contacts", &[("content-type", media)], body).await.ok();
    }
}

#[both]
async fn unknown_paths_are_not_found(app: TestApp) {
    let client = app.client().off_the_record();
    let long = format!("/contacts/{}", "a".repeat(60_000));
    let deep = "/contacts".repeat(5_000);
    for path in [
        "//",
        "/nowhere",
        "/contact",
        "/Contacts",
        "/contacts//",
        "/contacts//archive",
        "/contacts/%00",
        "/contacts/a%00b",
        "/contacts/%ff%fe",
        "/contacts/..%2f..%2fetc%2fpasswd",
        "/contacts/1/nowhere",
        "/contacts/%",
        "/contacts/%zz",
        "/contacts/%F0%9F",
        "/contacts/find_by_external_id/%00",
        "/contacts/find_by_external_id/%ff",
        "/contacts/find_by_external_id/",
        "/contacts/{id}",
        "/contacts/000000000000000000000000",
        "/contacts/ffffffffffffffffffffffff",
        "/contacts/-1",
        "/contacts/0",
        "/contacts/99999999999999999999999",
        "/contacts/%20",
        "/contacts/1%27%20OR%201=1",
        &long,
        &deep,
    ] {
        let answer = client.get(path).await;
        answer.blames_the_caller();
        answer.refused(404, "not_found");
    }
}

#[both]
async fn invalid_queries_are_rejected_or_ignored(app: TestApp) {
    let client = app.client().off_the_record();
    let long = format!("/visitors?user_id={}", "a".repeat(60_000));
    for path in [
        "/visitors?user_id=%00",
        "/visitors?user_id=a%00b",
        "/visitors?id=%00",
        "/visitors?user_id=%ff%fe",
        "/visitors?%00=1",
        "/visitors?user_id=",
        "/visitors?user_id",
        "/visitors?=&&&=",
        "/contacts?per_page=",
        "/contacts?per_page=0",
        "/contacts?per_page=-1",
        "/contacts?per_page=1e3",
        "/contacts?per_page=99999999999999999999",
        "/contacts?per_page=%ff",
        "/contacts?per_page=1%00",
        "/contacts?starting_after=%ff",
        "/contacts?starting_after=x%00",
        "/contacts/activities?starting_after=-1",
        "/contacts/activities?starting_after=99999999999999999999",
        "/events?type=user&user_id=%00",
        "/events?type=user&email=%ff",
        "/events?type=user&intercom_user_id=%27",
        "/counts?type=%00",
        "/counts?type=%ff",
        "/counts?type=type",
        &long,
    ] {
        let answer = client.get(path).await;
        if answer.status == 200 {
            assert!(["/contacts?per_page="].contains(&path), "{path}");
        } else {
            answer.blames_the_caller();
        }
    }
}

#[both]
async fn invalid_values_are_rejected_for_every_contact_field(app: TestApp) {
    let client = app.client();
    let texts = [json!(true), json!([]), json!({}), json!(["a"]), json!({"a": 1})];
    let fields: [(&str, Vec<Value>); 13] = [
        ("role", [&texts[..], &[json!(5), json!("admin"), json!("visitor"), json!("")]].concat()),
        ("external_id", [&texts[..], &[json!(1.5), json!("x".repeat(100_000))]].concat()),
        (
            "email",
            [
                &texts[..],
                &[
                    json!(5),
                    json!("x"),
                    json!("@"),
                    json!("a@"),
                    json!("a b@c.test"),
                    json!("x".repeat(100_000)),
                    json!(format!("{}@b.test", "a".repeat(300))),
                ],
            ]
            .concat(),
        ),
        ("phone", [&texts[..], &[json!(5), json!("5".repeat(100_000))]].concat()),
        ("name", [&texts[..], &[json!(5), json!("x".repeat(100_000))]].concat()),
        ("avatar", vec![json!(5), json!(true), json!([]), json!({"image_url": 5}), json!("x".repeat(100_000))]),
        (
            "signed_up_at",
            vec![json!("yesterday"), json!(true), json!(-1), json!(1.5), json!(1e300), json!(u64::MAX), json!({})],
        ),
        ("last_seen_at", vec![json!("2026-03-01"), json!([1]), json!(-1), json!(i64::MIN)]),
        (
            "owner_id",
            [
                &texts[..],
                &[json!(1), json!("1"), json!(-1), json!("x"), json!(1.5), json!(u64::MAX), json!("9".repeat(100_000))],
            ]
            .concat(),
        ),
        ("unsubscribed_from_emails", vec![json!("yes"), json!(1), json!([]), json!({})]),
        ("email_verified", vec![json!("yes"), json!(1), json!([]), json!({})]),
        ("language_override", [&texts[..], &[json!(5), json!("x".repeat(100_000))]].concat()),
        ("custom_attributes", vec![json!("x"), json!(5), json!([]), json!({"unknown": 1}), json!({"": 1})]),
    ];
    for (field, values) in fields {
        for value in values {
            let mut body = json!({"email": "ada@acme.test"});
            body[field] = value.clone();
            let answer = client.post("/contacts", body).await;
            let shown = value.to_string();
            assert_eq!(answer.status, 400, "{field} {:.80} {}", shown, answer.body);
            answer.blames_the_caller();
            assert_eq!(
                answer.body["errors"][0]["field"].as_str().map(|f| f.replace("image_url", "avatar")).as_deref(),
                Some(field),
                "{shown:.80}"
            );
        }
    }
    assert_eq!(app.get("/contacts").await.ok()["total_count"], 0);
}

#[tokio::test]
async fn a_body_over_the_limit_is_too_large() {
    let config = Config { rate_limit: None, body_limit: 1_000, ..Config::default() };
    let app = TestApp::start_with(Database::Sqlite, config).await;
    let body = |length: usize| format!("{{\"role\": \"lead\", \"other\": \"{}\"}}", "x".repeat(length - 29));
    assert_eq!(body(1_000).len(), 1_000);
    post_raw(&app.client(), "/contacts", body(1_000)).await.ok();
    let answer = post_raw(&app.client().off_the_record(), "/contacts", body(1_001)).await;
    answer.blames_the_caller();
    answer.refused(413, "payload_too_large");
    app.get("/contacts").await.ok();
}
