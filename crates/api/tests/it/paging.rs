//! Pages: opaque cursors, paging that neither skips nor repeats rows, and the limits of page sizes.

use std::collections::HashMap;

use deskwire_testkit::{Client, TestApp, Value, both, json};

use crate::rng::Rng;

/// One page of a walk over contacts: the list, or a search that all users match.
async fn page(client: &Client, searched: bool, per_page: usize, after: Option<&str>) -> Value {
    if searched {
        let query = json!({"field": "role", "operator": "=", "value": "user"});
        let mut pagination = json!({"per_page": per_page});
        if let Some(after) = after {
            pagination["starting_after"] = json!(after);
        }
        return client.post("/contacts/search", json!({"query": query, "pagination": pagination, "sort": {"field": "created_at", "order": "descending"}})).await.ok();
    }
    let after = after.map(|a| format!("&starting_after={a}")).unwrap_or_default();
    client.get(&format!("/contacts?per_page={per_page}{after}")).await.ok()
}

async fn users(app: &TestApp, mark: &str, n: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for i in 0..n {
        let made = app.post("/contacts", json!({"external_id": format!("{mark}-{i}")})).await.ok();
        ids.push(made["id"].as_str().unwrap().to_owned());
        app.clock.advance(1);
    }
    ids
}

/// Something that happens to contacts while someone walks over them; those in `stay` are changed at most.
async fn disturb(app: &TestApp, rng: &mut Rng, stay: &[String], go: &mut Vec<String>, n: usize) {
    match rng.below(5) {
        0 | 1 => {
            let made = app.post("/contacts", json!({"external_id": format!("new-{n}")})).await.ok();
            go.push(made["id"].as_str().unwrap().to_owned());
        }
        2 => {
            let id = rng.pick(stay);
            app.put(&format!("/contacts/{id}"), json!({"name": format!("name {n}")})).await.ok();
        }
        3 if !go.is_empty() => {
            let id = go.swap_remove(rng.below(go.len()));
            app.delete(&format!("/contacts/{id}")).await.ok();
        }
        _ if !go.is_empty() => {
            let id = go.swap_remove(rng.below(go.len()));
            app.post(&format!("/contacts/{id}/archive"), json!({})).await.ok();
        }
        _ => {}
    }
    app.clock.advance(i64::try_from(rng.below(3)).unwrap());
}

#[both]
async fn paging_during_updates_neither_skips_nor_repeats(app: TestApp) {
    let mut rng = Rng(20_260_301);
    let mut n = 0;
    let stay = users(&app, "stay", 40).await;
    let mut go = users(&app, "go", 20).await;
    for searched in [false, true, false, true] {
        let per_page = rng.below(7) + 1;
        let mut seen: HashMap<String, usize> = HashMap::new();
        let mut after: Option<String> = None;
        loop {
            let client = app.client();
            n += 1;
            let (answer, ()) = tokio::join!(
                page(&client, searched, per_page, after.as_deref()),
                disturb(&app, &mut rng, &stay, &mut go, n)
            );
            let data = answer["data"].as_array().unwrap();
            assert!(data.len() <= per_page);
            for contact in data {
                *seen.entry(contact["id"].as_str().unwrap().to_owned()).or_default() += 1;
            }
            after = answer["pages"]["next"]["starting_after"].as_str().map(str::to_owned);
            if after.is_none() {
                break;
            }
        }
        assert!(seen.values().all(|times| *times == 1), "searched {searched}, {per_page} a page: something came twice");
        for id in &stay {
            assert!(seen.contains_key(id), "searched {searched}, {per_page} a page: {id} was skipped");
        }
    }
}

#[both]
async fn pages_report_their_position(app: TestApp) {
    let ids = users(&app, "u", 5).await;
    for searched in [false, true] {
        let first = page(&app.client(), searched, 2, None).await;
        assert_eq!(
            (&first["total_count"], &first["pages"]["page"], &first["pages"]["total_pages"]),
            (&json!(5), &json!(1), &json!(3))
        );
        assert_eq!(first["data"][0]["id"], json!(ids[4]));
        let cursor = first["pages"]["next"]["starting_after"].as_str().unwrap();
        let second = page(&app.client(), searched, 2, Some(cursor)).await;
        assert_eq!((&second["data"][0]["id"], &second["pages"]["page"]), (&json!(ids[2]), &json!(2)));
        let cursor = second["pages"]["next"]["starting_after"].as_str().unwrap();
        let third = page(&app.client(), searched, 2, Some(cursor)).await;
        assert_eq!(third["data"].as_array().unwrap().len(), 1);
        assert_eq!(third["pages"]["next"], Value::Null);
    }
}

#[both]
async fn forged_and_foreign_cursors_are_rejected(app: TestApp) {
    users(&app, "u", 3).await;
    let other = app.other_workspace().await;
    for name in ["a", "b", "c"] {
        other.post("/contacts", json!({"external_id": name})).await.ok();
    }
    let query = json!({"field": "role", "operator": "=", "value": "user"});
    for searched in [false, true] {
        let foreign = page(&other, searched, 1, None).await;
        let foreign = foreign["pages"]["next"]["starting_after"].as_str().unwrap().to_owned();
        let own = page(&app.client(), searched, 1, None).await;
        let own = own["pages"]["next"]["starting_after"].as_str().unwrap().to_owned();
        let (mut cut, mut longer) = (own.clone(), own.clone());
        cut.pop();
        longer.push('x');
        for cursor in [
            foreign.as_str(),
            &cut,
            &longer,
            "x",
            "1",
            "WzE3MDc5MzAwODEwMDAsMTMxLDJd",
            "MDAwMDAwMDAx",
            "-",
            "😀",
            &"A".repeat(1900),
        ] {
            let answer = if searched {
                app.post(
                    "/contacts/search",
                    json!({"query": query, "pagination": {"per_page": 1, "starting_after": cursor}}),
                )
                .await
            } else {
                app.get(&format!("/contacts?starting_after={}", cursor.replace('😀', "%F0%9F%98%80"))).await
            };
            answer.blames_the_caller();
            answer.refused(400, "client_error");
        }
    }
    app.get("/contacts/activities?starting_after=x").await.refused(400, "client_error");
}

#[both]
async fn page_sizes_are_limited(app: TestApp) {
    users(&app, "u", 3).await;
    for (path, default) in [("/contacts", 10), ("/contacts/activities", 50)] {
        assert_eq!(app.get(path).await.ok()["pages"]["per_page"], default);
        assert_eq!(app.get(&format!("{path}?per_page=150")).await.ok()["pages"]["per_page"], 150);
        assert_eq!(app.get(&format!("{path}?per_page=100000")).await.ok()["pages"]["per_page"], 150);
        for bad in ["0", "-1", "x", "1.5", "99999999999999999999"] {
            app.get(&format!("{path}?per_page={bad}")).await.refused(400, "parameter_invalid");
        }
    }
}

#[both]
async fn numbered_pages_link_to_each_other(app: TestApp) {
    let user = app.post("/contacts", json!({"external_id": "u"})).await.ok();
    let attach = format!("/contacts/{}/companies", user["id"].as_str().unwrap());
    for n in 0..5 {
        let company =
            app.post("/companies", json!({"company_id": format!("c{n}"), "name": format!("C {n}")})).await.ok();
        app.post(&attach, json!({"id": company["id"]})).await.ok();
    }
    for list in ["/companies", &attach] {
        let mut next = Some(format!("{list}?per_page=2"));
        let (mut seen, mut pages) = (Vec::new(), 0);
        while let Some(path) = next {
            let answer = app.get(&path).await.ok();
            pages += 1;
            assert_eq!(
                (&answer["pages"]["page"], &answer["pages"]["total_pages"]),
                (&json!(pages), &json!(3)),
                "{path}"
            );
            let rows = answer["data"].as_array().or(answer["companies"].as_array()).unwrap();
            seen.extend(rows.iter().map(|c| c["company_id"].as_str().unwrap().to_owned()));
            let url = answer["pages"]["next"].as_str();
            next = url.map(|url| url.strip_prefix("http://deskwire.test").unwrap().to_owned());
        }
        seen.sort();
        assert_eq!(seen, ["c0", "c1", "c2", "c3", "c4"], "{list}");
        for bad in ["page=0", "page=-1", "page=x", "per_page=0"] {
            app.get(&format!("{list}?{bad}")).await.refused(400, "parameter_invalid");
        }
        app.get(&format!("{list}?page=2147483647")).await.is_well_formed();
        // Clients keep numbers of pages in 32 bits.
        for beyond in ["page=2147483648", "page=9223372036854775807", "per_page=2147483648"] {
            app.get(&format!("{list}?{beyond}")).await.refused(400, "parameter_invalid");
        }
    }
}
