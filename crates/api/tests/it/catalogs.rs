//! `/ecommerce`

use deskwire_testkit::{Answer, Client, TestApp, Value, both, json};

/// An API import source: where its catalog is uploaded to.
async fn catalog(app: &TestApp) -> String {
    let source = json!({"sync_behavior": "api", "url": "https://shop.test"});
    let source = app.post("/ai/content_import_sources", source).await.ok();
    format!("/ecommerce/connectors/{}/catalog", source["id"])
}

/// Uploads a form of these texts, with this file.
async fn upload(client: &Client, path: &str, texts: &[(&str, &str)], file: Option<&str>) -> Answer {
    let mut form = String::new();
    for (name, text) in texts {
        form.push_str(&format!("--bound\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n"));
    }
    if let Some(file) = file {
        let head = "Content-Disposition: form-data; name=\"catalog\"; filename=\"products.json\"\r\nContent-Type: application/json";
        form.push_str(&format!("--bound\r\n{head}\r\n\r\n{file}\r\n"));
    }
    form.push_str("--bound--\r\n");
    client.raw("POST", path, &[("content-type", "multipart/form-data; boundary=bound")], form).await
}

fn product(id: &str, title: &str) -> Value {
    json!({"id": id, "title": title, "url": format!("https://shop.test/{id}")})
}

/// The titles of the pages of the workspace, and whether Fin answers from each.
async fn pages(app: &TestApp) -> Vec<(String, bool)> {
    let list = app.get("/ai/external_pages").await.ok();
    let mut pages: Vec<_> = list["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|page| (page["title"].as_str().unwrap().to_owned(), page["ai_agent_availability"].as_bool().unwrap()))
        .collect();
    pages.sort();
    pages
}

fn named(names: &[&str]) -> Vec<(String, bool)> {
    names.iter().map(|name| ((*name).to_owned(), true)).collect()
}

#[both]
async fn products_of_a_catalog_become_pages(app: TestApp) {
    let (path, client) = (catalog(&app).await, app.client());
    let kept = json!({"title": "Kept", "html": "x", "external_id": "own", "source_id": path.split('/').nth(3).unwrap().parse::<i64>().unwrap()});
    app.post("/ai/external_pages", kept).await.ok();
    let shirt = json!({"id": "shirt", "title": "Shirt", "url": "https://shop.test/shirt", "description": "<p>Soft</p><script>x</script>",
        "tags": ["organic"], "category_path": ["Clothing", "Shirts"], "collections": ["Summer", {"title": "Sale"}],
        "available_options": [{"name": "Size", "values": ["S", "M"]}],
        "variants": [{"id": "s", "title": "S / White", "price": 19.5, "in_stock": true, "sku": "TS-S"}, {"id": "m", "price": 29, "in_stock": false}],
        "additional_data": {"vendor": "Acme"}});
    let mut better = product("hat", "Better hat");
    better["description"] = "A warm hat".into();
    let variants = json!([{"id": "x", "in_stock": false}]);
    let sold_out = json!({"id": "gone", "title": "Sold out", "url": "https://shop.test/gone", "variants": variants});
    let file = json!([shirt, sold_out, product("hat", "Hat"), better]).to_string();
    let started = upload(&client, &path, &[], Some(&file)).await.with(202);
    assert_eq!(
        started,
        json!({"import_job_id": started["import_job_id"], "status": "processing", "message": "Catalog received. Sync has started."})
    );
    let message = upload(&client, &path, &[], Some(&file)).await.refused(409, "sync_in_progress");
    assert_eq!(message, "A catalog upload is already in progress. Please wait for it to complete.");
    app.run_jobs().await;
    let mut expected = named(&["Better hat", "Shirt"]);
    expected.extend([("Kept".to_owned(), false), ("Sold out".to_owned(), false)]);
    expected.sort();
    assert_eq!(pages(&app).await, expected);
    let list = app.get("/ai/external_pages").await.ok();
    let shirt = list["data"].as_array().unwrap().iter().find(|page| page["title"] == "Shirt").unwrap();
    assert_eq!((&shirt["external_id"], &shirt["url"]), (&json!("shirt"), &json!("https://shop.test/shirt")));
    let html = shirt["html"].as_str().unwrap();
    for fact in [
        "Soft",
        "19.5 to 29 USD",
        "Clothing &gt; Shirts",
        "Summer, Sale",
        "organic",
        "S, M",
        "https://shop.test/shirt?variant=s",
    ] {
        assert!(html.contains(fact), "{fact} is not in {html}");
    }
    assert!(!html.contains("script") && !html.contains("variant=m"));
    let is_flat = |html: &str| html.split("</p>").all(|part| part.matches("<p").count() <= 1);
    assert!(list["data"].as_array().unwrap().iter().all(|page| is_flat(page["html"].as_str().unwrap())), "{list}");
    // Six characters of a text, not the one that JSON writes so.
    let mut escaped = product("new", "New");
    escaped["description"] = json!("a literal \\u0000");
    let again = json!([product("hat", "Hat"), escaped]).to_string();
    upload(&client, &path, &[], Some(&again)).await.with(202);
    app.run_jobs().await;
    let mut expected = named(&["Hat", "New"]);
    expected.insert(1, ("Kept".to_owned(), false));
    assert_eq!(pages(&app).await, expected, "products that the new catalog lacks are removed, other pages stay");
}

#[both]
async fn a_catalog_may_come_in_parts(app: TestApp) {
    let (path, client) = (catalog(&app).await, app.client());
    let part = |names: &[&str]| json!(names.iter().map(|name| product(name, name)).collect::<Vec<_>>()).to_string();
    let first = upload(&client, &path, &[("finalize", "false")], Some(&part(&["a", "b"]))).await.ok();
    let job = first["import_job_id"].as_str().unwrap().to_owned();
    assert_eq!(first, json!({"import_job_id": job, "next_part_number": 2}));
    let message =
        upload(&client, &path, &[("finalize", "false")], Some(&part(&["a"]))).await.refused(409, "sync_in_progress");
    assert_eq!(message, "A multipart upload is already in progress. Use import_job_id to continue.");
    let of = |number: &'static str| [("finalize", "false"), ("import_job_id", &*job), ("part_number", number)];
    let message = upload(&client, &path, &of("3"), Some(&part(&["c"]))).await.refused(422, "invalid_part_number");
    assert_eq!(message, "Expected part 2, got 3");
    for names in [["c"], ["d"]] {
        let second = upload(&client, &path, &of("2"), Some(&part(&names))).await.ok();
        assert_eq!(second["next_part_number"], 3, "a part that is sent again is not stored again");
    }
    let finish = [("finalize", "true"), ("import_job_id", &*job)];
    assert_eq!(upload(&client, &path, &finish, None).await.with(202)["import_job_id"], json!(job));
    let message = upload(&client, &path, &finish, None).await.refused(409, "upload_session_not_finalizable");
    assert_eq!(message, "Upload session cannot be finalized in its current state.");
    app.run_jobs().await;
    assert_eq!(pages(&app).await, named(&["a", "b", "c"]));
    // An upload that was abandoned for a day does not block the next one.
    upload(&client, &path, &[("finalize", "false")], Some(&part(&["x"]))).await.ok();
    app.clock.advance(86_401);
    upload(&client, &path, &[], Some(&part(&["y"]))).await.with(202);
    app.run_jobs().await;
    assert_eq!(pages(&app).await, named(&["y"]));
    app.delete(&path.replace("/ecommerce/connectors", "/ai/content_import_sources").replace("/catalog", ""))
        .await
        .with(204);
    let left =
        app.write(|tx| Ok(tx.query_one("SELECT count(*) FROM catalog_products", &[], |row| row.get::<i64>(0))?)).await;
    assert_eq!(left, 0);
}

#[both]
async fn invalid_catalogs_are_rejected(app: TestApp) {
    let (path, client) = (catalog(&app).await, app.client());
    let is_file = Some("[]");
    for (texts, file, status, code, why) in [
        (&[][..], None, 400, "parameter_not_found", "catalog file is required"),
        (&[("catalog", "[]")], None, 400, "parameter_not_found", "catalog must be an uploaded file"),
        (&[], Some("nothing"), 422, "invalid_catalog_format", "catalog must be a JSON array"),
        (&[], Some("{}"), 422, "invalid_catalog_format", "catalog must be a JSON array"),
        (&[], Some("[1]"), 422, "invalid_catalog_format", "each item in the catalog array must be a JSON object"),
        (&[], Some("[{\"id\": \"a\"}]"), 422, "invalid_catalog_format", "item 1: title is required"),
        (
            &[],
            Some("[{\"id\": \"a\", \"title\": \"a\", \"url\": \"http://a.test\"}]"),
            422,
            "invalid_catalog_format",
            "item 1: url must be an https URL",
        ),
        (&[("part_number", "0")], is_file, 422, "invalid_part_number", "part_number must be a positive integer"),
        (
            &[("finalize", "true")],
            None,
            422,
            "import_job_id_required",
            "Include import_job_id to continue an existing upload session.",
        ),
        (
            &[("part_number", "2")],
            is_file,
            422,
            "import_job_id_required",
            "Include import_job_id to continue an existing upload session.",
        ),
        (
            &[("finalize", "true"), ("import_job_id", "job_1")],
            None,
            404,
            "upload_session_not_found",
            "No active upload session found for the provided import_job_id.",
        ),
        (&[("finalize", "maybe")], is_file, 400, "parameter_invalid", "finalize must be a boolean"),
    ] {
        assert_eq!(upload(&client, &path, texts, file).await.refused(status, code), why);
    }
    for (key, value, field, why) in [
        ("title", json!("a\0b"), "title", "contains a NUL character, which is not allowed"),
        ("extra", json!([{"x": "\0"}]), "extra[0].x", "contains a NUL character, which is not allowed"),
        ("id", json!(7), "id", "must be a string"),
        ("title", json!(" "), "title", "must have 1 to 2000 bytes"),
        ("price_min", json!("12"), "price_min", "must be a number"),
        ("tags", json!(["a", 1]), "tags", "must be an array of strings"),
        ("available_options", json!([{"values": []}]), "available_options[0].name", "is required"),
        ("variants", json!([{"id": "s"}, {"id": "m", "price": "29.99"}]), "variants[1].price", "must be a number"),
    ] {
        let mut wrong = product("b", "b");
        wrong[key] = value;
        let refused = upload(&client, &path, &[], Some(&json!([product("a", "a"), wrong]).to_string())).await;
        assert_eq!(refused.body["errors"][0]["field"], format!("catalog[1].{field}"));
        assert_eq!(refused.refused(422, "invalid_catalog_format"), format!("item 2: {field} {why}"));
    }
    let unknown = upload(&client, "/ecommerce/connectors/1/catalog", &[], is_file).await;
    assert_eq!(unknown.refused(404, "import_source_not_found"), "No connector found with the provided id.");
    let without = client.post(&path, json!({})).await.refused(400, "parameter_not_found");
    assert_eq!(without, "catalog file is required");
    let text = client.post(&path, json!({"catalog": "[]"})).await.refused(400, "parameter_not_found");
    assert_eq!(text, "catalog must be an uploaded file");
    let headers = [("content-type", "text/plain")];
    client.raw("POST", &path, &headers, "[]").await.refused(415, "media_type_not_acceptable");
    app.version("2.16").off_the_record().post(&path, json!({})).await.refused(400, "intercom_version_invalid");
}
