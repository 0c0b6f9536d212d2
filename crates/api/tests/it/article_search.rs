//! `/articles/search`

use deskwire_testkit::{TestApp, Value, both, json};

use crate::articles::{create_article, path};

async fn find_titles(app: &TestApp, query: &str) -> Vec<String> {
    let answer = app.get(&format!("/articles/search?{query}")).await.ok();
    let all = answer["data"]["articles"].as_array().unwrap();
    assert_eq!(answer["data"]["highlights"], json!([]));
    all.iter().map(|article| article["title"].as_str().unwrap().to_owned()).collect()
}

#[both]
async fn titles_count_more_than_bodies(app: TestApp) {
    create_article(&app, "Billing", json!({"body": "How to export invoices, export them all, and export again"})).await;
    create_article(&app, "Export your contacts", json!({"body": "From the list"})).await;
    create_article(&app, "Lists", json!({"description": "Exporting a list", "body": "x"})).await;
    create_article(&app, "Passwords", json!({"body": "Nothing of the kind"})).await;
    assert_eq!(find_titles(&app, "phrase=export").await, ["Export your contacts", "Lists", "Billing"]);
    assert_eq!(find_titles(&app, "phrase=How%20do%20I%20export%20contacts%3F").await, ["Export your contacts"]);
    // If no article has all words, articles with any of them are found, rare words first.
    assert_eq!(find_titles(&app, "phrase=passwords%20zebra").await, ["Passwords"]);
    assert!(find_titles(&app, "phrase=zebra").await.is_empty());
    assert!(find_titles(&app, "phrase=how%20to").await.is_empty());
    assert_eq!(find_titles(&app, "").await.len(), 4, "no phrase finds all");
    let page = app.get("/articles/search?phrase=export&per_page=1&page=2").await.ok();
    assert_eq!(page["data"]["articles"][0]["title"], "Lists");
    assert_eq!((&page["total_count"], &page["pages"]["total_pages"]), (&json!(3), &json!(3)));
    assert_eq!(app.get("/articles/search?phrase=export").await.ok()["pages"]["per_page"], 10);
    let long = "x".repeat(1001);
    app.get(&format!("/articles/search?phrase={long}")).await.refused(400, "parameter_invalid");
}

#[both]
async fn stop_words_find_titles(app: TestApp) {
    create_article(&app, "How it works", json!({})).await;
    create_article(&app, "IT", json!({"body": "Who they are, and how to reach them"})).await;
    create_article(&app, "How to", json!({"body": "it"})).await;
    assert_eq!(find_titles(&app, "phrase=IT").await, ["IT", "How it works"]);
    assert_eq!(find_titles(&app, "phrase=how%20to").await, ["How to"], "it has both words");
    assert_eq!(find_titles(&app, "phrase=why%20it").await, ["IT", "How it works"], "nothing has both");
    assert_eq!(find_titles(&app, "phrase=how%20it%20works").await, ["How it works"]);
    let answer = app.get("/articles/search?phrase=it&highlight=true").await.ok();
    let title = &answer["data"]["highlights"][0]["highlighted_title"];
    assert_eq!(*title, json!([{"type": "highlight", "text": "IT"}]));
    assert_eq!(app.get("/content/search?query=how%20to").await.ok()["total_count"], 1);
    // An index of an older release does not have them.
    let workspace = app.workspace_id.clone();
    app.write(move |tx| {
        let sql = "DELETE FROM content_words WHERE workspace_id = $1 AND word LIKE '=%'";
        tx.execute(sql, &[(&*workspace).into()])?;
        Ok(())
    })
    .await;
    assert!(find_titles(&app, "phrase=it").await.is_empty());
    index_again(&app).await;
    app.run_jobs().await;
    assert_eq!(find_titles(&app, "phrase=it").await, ["IT", "How it works"]);
    assert_eq!(find_titles(&app, "phrase=reach").await, ["IT"]);
}

#[both]
async fn the_second_page_of_an_any_word_search(app: TestApp) {
    for title in ["Apples 1", "Apples 2", "Pears 1", "Pears 2"] {
        create_article(&app, title, json!({})).await;
    }
    for (page, count) in [(1, 3), (2, 1), (3, 0)] {
        let answer = app.get(&format!("/articles/search?phrase=apples%20pears&per_page=3&page={page}")).await.ok();
        assert_eq!(answer["total_count"], 4, "page {page}");
        assert_eq!(answer["data"]["articles"].as_array().unwrap().len(), count);
    }
}

#[both]
async fn words_with_the_stem_of_a_stop_word_are_found(app: TestApp) {
    create_article(&app, "Wire transfers to Sony are due", json!({})).await;
    for word in ["wire", "sony", "due", "wiring"] {
        assert_eq!(find_titles(&app, &format!("phrase={word}")).await.len(), 1, "{word}");
    }
}

#[both]
async fn searches_see_the_current_rows(app: TestApp) {
    let article = create_article(&app, "Walrus", json!({"body": "tusks"})).await;
    let live = create_article(&app, "Walrus lives", json!({"state": "published"})).await;
    assert_eq!(find_titles(&app, "phrase=walrus&state=published").await, ["Walrus lives"]);
    assert_eq!(find_titles(&app, "phrase=walrus&state=draft").await, ["Walrus"]);
    assert_eq!(find_titles(&app, "phrase=walrus&state=all").await.len(), 2);
    app.get("/articles/search?phrase=x&state=gone").await.refused(400, "parameter_invalid");
    app.put(&path(&article), json!({"title": "Seal", "state": "published"})).await.ok();
    assert_eq!(find_titles(&app, "phrase=walrus").await, ["Walrus lives"]);
    assert_eq!(find_titles(&app, "phrase=seal&state=published").await, ["Seal"]);
    assert!(find_titles(&app, "phrase=seal&state=draft").await.is_empty());
    // Staged changes are not found before they are published.
    app.put(&format!("{}/draft", path(&live)), json!({"title": "Otter"})).await.ok();
    assert!(find_titles(&app, "phrase=otter").await.is_empty());
    app.post(&format!("{}/draft/publish", path(&live)), json!({})).await.ok();
    assert_eq!(find_titles(&app, "phrase=otter").await, ["Otter"]);
    app.delete(&path(&article)).await.ok();
    assert!(find_titles(&app, "phrase=tusks").await.is_empty());
    assert_eq!(find_titles(&app, "help_center_id=1").await, ["Otter"]);
    assert!(find_titles(&app, "help_center_id=99").await.is_empty());
    assert!(app.other_workspace().await.get("/articles/search?phrase=otter").await.ok()["total_count"] == 0);
    app.version("2.9").get("/articles/search?phrase=x").await.refused(400, "intercom_version_invalid");
}

#[both]
async fn every_language_is_searched(app: TestApp) {
    let more = json!({"translated_content": {"fr": {"title": "Réinitialiser votre mot de passe"}, "ja": {"title": "東京都の請求書"}}});
    create_article(&app, "Reset your password", more).await;
    for phrase in
        ["r%C3%A9initialiser", "mot%20de%20passe", "password", "RESET", "%E6%9D%B1%E4%BA%AC", "%E8%AB%8B%E6%B1%82"]
    {
        let answer = app.get(&format!("/articles/search?phrase={phrase}")).await.ok();
        assert_eq!(answer["total_count"], 1, "{phrase}");
    }
}

#[both]
async fn accents_make_no_difference(app: TestApp) {
    create_article(&app, "Réinitialiser un accès", json!({"body": "Überweisung auf die Straße"})).await;
    for phrase in ["reinitialiser", "acces", "uberweisung", "strasse", "%C3%9CBERWEISUNG", "r%C3%A9initialiser"] {
        assert_eq!(find_titles(&app, &format!("phrase={phrase}")).await.len(), 1, "{phrase}");
    }
    let answer = app.get("/articles/search?phrase=acces&highlight=true").await.ok();
    let title = &answer["data"]["highlights"][0]["highlighted_title"];
    assert_eq!(title[1], json!({"type": "highlight", "text": "accès"}), "{title}");
}

/// Puts the database into the state after a migration that changes the index.
async fn forget_index(app: &TestApp) {
    let workspace = app.workspace_id.clone();
    app.write(move |tx| {
        for table in ["content_entries", "content_words"] {
            tx.execute(&format!("DELETE FROM {table} WHERE workspace_id = $1"), &[(&*workspace).into()])?;
        }
        Ok(())
    })
    .await;
    index_again(app).await;
}

/// Puts the database into the state after a migration that adds to the index.
async fn index_again(app: &TestApp) {
    let workspace = app.workspace_id.clone();
    app.write(move |tx| {
        let sql = "INSERT INTO jobs (workspace_id, id, kind, payload, state, attempts, run_at, lease_until, owner, error, created_at) \
                   VALUES ($1, 30, 'content.index', '{}', 'pending', 0, 0, 0, 0, NULL, 0)";
        tx.execute(sql, &[(&*workspace).into()])?;
        Ok(())
    })
    .await;
}

#[both]
async fn an_upgrade_indexes_what_is_there(app: TestApp) {
    let mut articles = Vec::new();
    for n in 1..=45 {
        articles.push(create_article(&app, &format!("Walrus {n}"), json!({"state": "published"})).await);
    }
    let more = json!({"translated_content": {"fr": {"title": "Morse", "body": "défenses"}}});
    app.put(&path(&articles[7]), more).await.ok();
    forget_index(&app).await;
    assert!(find_titles(&app, "phrase=walrus").await.is_empty());
    // An article that is changed before the job reaches it is indexed at once, and only once.
    app.put(&path(&articles[3]), json!({"title": "Seal"})).await.ok();
    app.delete(&path(&articles[4])).await.ok();
    assert_eq!(find_titles(&app, "phrase=seal").await, ["Seal"]);
    app.run_jobs().await;
    let answer = app.get("/articles/search?phrase=walrus&state=published").await.ok();
    assert_eq!(answer["total_count"], 43);
    assert_eq!(find_titles(&app, "phrase=defenses").await, ["Walrus 8"]);
    assert_eq!(find_titles(&app, "phrase=seal").await, ["Seal"]);
    app.put(&path(&articles[3]), json!({"title": "Otter"})).await.ok();
    assert!(find_titles(&app, "phrase=seal").await.is_empty());
}

#[both]
async fn highlights_show_where(app: TestApp) {
    let filler = "Nothing to see here, and more of the same follows until the page is full of it. ".repeat(5);
    let body = format!("<p>You can export all contacts.</p><p>{filler}</p><p>Exports are <b>CSV</b> files.</p>");
    let article = create_article(&app, "Export contacts", json!({"body": body})).await;
    let answer = app.get("/articles/search?phrase=exporting&highlight=true").await.ok();
    let highlight = &answer["data"]["highlights"][0];
    assert_eq!(highlight["article_id"], article["id"]);
    assert_eq!(
        highlight["highlighted_title"],
        json!([{"type": "highlight", "text": "Export"}, {"type": "plain", "text": " contacts"}])
    );
    let summary = highlight["highlighted_summary"].as_array().unwrap();
    assert_eq!(summary.len(), 2, "{highlight}");
    let marked = |passage: &Value| {
        let all = passage.as_array().unwrap().clone();
        all.into_iter()
            .filter(|p| p["type"] == "highlight")
            .map(|p| p["text"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!((marked(&summary[0]), marked(&summary[1])), (vec!["export".to_owned()], vec!["Exports".to_owned()]));
    assert_eq!(summary[0][0], json!({"type": "plain", "text": "You can "}));
}
