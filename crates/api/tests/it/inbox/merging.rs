//! Merging conversations, and undoing it.

use deskwire_testkit::{NOW, TestApp, Value, both, json};

use super::lists::{act, conversation};
use crate::conversations::started;

#[both]
async fn a_merge_is_undone(app: TestApp) {
    let browser = app.browser().await;
    let (ada, bob) = (conversation(&app, "ada").await, conversation(&app, "bob").await);
    act(&browser, &ada, json!({"type": "snooze", "until": NOW + 600})).await;
    let shown = |id: String| {
        let browser = browser.clone();
        async move { browser.get(&format!("/app/v1/conversations/{id}")).await.ok() }
    };
    let before = (shown(ada.clone()).await, shown(bob.clone()).await);
    let merged = browser.post(&format!("/app/v1/conversations/{ada}/merge"), json!({"into": bob})).await.ok();
    assert_eq!((&merged["row"]["state"], &merged["into"]["more_contacts"]), (&json!("closed"), &json!(1)));
    assert_eq!(shown(ada.clone()).await["merged_into"], json!(bob));
    assert_eq!(shown(bob.clone()).await["linked"][0]["id"], json!(ada), "messages from before the merge are linked");
    let thread = shown(bob.clone()).await;
    let part =
        thread["parts"].as_array().unwrap().iter().find(|part| part["part_type"] == "merged_primary_conversation");
    let merged = json!([{"id": ada, "part_id": part.unwrap()["id"], "excerpt": "Help!", "messages": 1}]);
    assert_eq!(thread["merged"], merged, "the thread shows where the words are");
    // The system is the author, as in the API, and the event names the teammate.
    for (id, kind) in [(&ada, "merged_secondary_conversation"), (&bob, "merged_primary_conversation")] {
        let thread = shown(id.clone()).await;
        let part = thread["parts"].as_array().unwrap().iter().find(|part| part["part_type"] == kind).unwrap();
        assert_eq!(part["author"]["type"], "system");
        assert_eq!(part["event"]["merged_by"], json!(app.admin_id.to_string()));
    }

    app.clock.advance(60);
    let undone = browser.post(&format!("/app/v1/conversations/{ada}/unmerge"), json!({})).await.ok();
    assert_eq!((&undone["row"]["state"], &undone["row"]["snoozed_until"]), (&json!("snoozed"), &json!(NOW + 600)));
    let after = (shown(ada.clone()).await, shown(bob.clone()).await);
    for (before, after) in [(&before.0, &after.0), (&before.1, &after.1)] {
        assert_eq!(after["merged_into"], Value::Null);
        for field in ["contacts", "attributes", "linked", "merged"] {
            assert_eq!(before[field], after[field], "{field}");
        }
        for field in ["state", "snoozed_until", "waiting_since", "more_contacts", "excerpt", "last_part_id", "title"] {
            assert_eq!(before["row"][field], after["row"][field], "{field}");
        }
        for field in ["last_close_at", "time_to_first_close", "reopens"] {
            assert_eq!(before["statistics"][field], after["statistics"][field], "{field}");
        }
        // The thread says that the merge was undone. The API has no word for it and leaves it out.
        let part = after["parts"].as_array().unwrap().iter().find(|part| part["part_type"] == "unmerged").unwrap();
        assert_eq!((&part["kind"], &part["author"]["type"]), (&json!("event"), &json!("system")));
        assert_eq!(part["event"]["merged_by"], json!(app.admin_id.to_string()));
        let public = app.get(&format!("/conversations/{}", after["row"]["id"].as_str().unwrap())).await.ok();
        let parts = public["conversation_parts"]["conversation_parts"].as_array().unwrap();
        assert!(parts.iter().all(|part| part["part_type"] != "unmerged"), "{public}");
        assert_eq!(public["conversation_parts"]["total_count"], json!(parts.len()));
    }
    browser.post(&format!("/app/v1/conversations/{ada}/unmerge"), json!({})).await.declined(422, "merge_failed");
    browser.post("/app/v1/conversations/77/unmerge", json!({})).await.declined(404, "not_found");
}

#[both]
async fn undoing_a_merge_keeps_what_was_written_since(app: TestApp) {
    let browser = app.browser().await;
    let (ada, contact) = started(&app, "ada@a.test").await;
    let ada = ada.rsplit('/').next().unwrap().to_owned();
    let (bob, eve) = (conversation(&app, "bob").await, conversation(&app, "eve").await);
    let merge = |from: String, into: String| {
        let browser = browser.clone();
        async move { browser.post(&format!("/app/v1/conversations/{from}/merge"), json!({"into": into})).await }
    };
    merge(ada.clone(), bob.clone()).await.ok();
    // The contact continues in the other conversation.
    let message = json!({"message_type": "comment", "type": "user", "intercom_user_id": contact, "body": "Still here"});
    app.post(&format!("/conversations/{ada}/reply"), message).await.ok();
    merge(bob.clone(), eve.clone()).await.ok();
    // The merge after it has to be undone first.
    browser.post(&format!("/app/v1/conversations/{ada}/unmerge"), json!({})).await.declined(422, "merge_failed");
    browser.post(&format!("/app/v1/conversations/{bob}/unmerge"), json!({})).await.ok();
    let undone = browser.post(&format!("/app/v1/conversations/{ada}/unmerge"), json!({})).await.ok();
    assert_eq!((&undone["row"]["state"], &undone["into"]["more_contacts"]), (&json!("open"), &json!(1)));
    let shown = browser.get(&format!("/app/v1/conversations/{bob}")).await.ok();
    assert!(shown["parts"].as_array().unwrap().iter().any(|part| part["html"] == "<p>Still here</p>"), "{shown}");
    let shown = browser.get(&format!("/app/v1/conversations/{eve}")).await.ok();
    assert_eq!(shown["contacts"].as_array().unwrap().len(), 1);
}

#[both]
async fn undoing_a_merge_leaves_no_conversation_without_contacts(app: TestApp) {
    let browser = app.browser().await;
    let ((from, bob), (into, ada)) = (started(&app, "bob@a.test").await, started(&app, "ada@a.test").await);
    let [from, into] = [from, into].map(|path| path.rsplit('/').next().unwrap().to_owned());
    browser.post(&format!("/app/v1/conversations/{from}/merge"), json!({"into": into})).await.ok();
    app.delete(&format!("/contacts/{ada}")).await.ok();
    browser.post(&format!("/app/v1/conversations/{from}/unmerge"), json!({})).await.ok();
    for id in [from, into] {
        let shown = app.get(&format!("/conversations/{id}")).await.ok();
        let contacts = shown["contacts"]["contacts"].as_array().unwrap();
        assert_eq!((contacts.len(), &contacts[0]["id"]), (1, &json!(bob)), "{id}");
    }
}

#[both]
async fn a_conversation_says_that_the_one_it_was_merged_into_was_deleted(app: TestApp) {
    let browser = app.browser().await;
    let (ada, bob) = (conversation(&app, "ada").await, conversation(&app, "bob").await);
    let eve = conversation(&app, "eve").await;
    let merge = async |from: &str, into: &str| {
        browser.post(&format!("/app/v1/conversations/{from}/merge"), json!({"into": into})).await.ok()
    };
    merge(&ada, &bob).await;
    merge(&bob, &eve).await;
    app.delete(&format!("/conversations/{eve}")).await.ok();
    for id in [&ada, &bob] {
        let thread = browser.get(&format!("/app/v1/conversations/{id}")).await.ok();
        let parts = thread["parts"].as_array().unwrap();
        let part = parts.iter().find(|part| part["part_type"] == "merged_secondary_conversation").unwrap();
        assert_eq!((&part["event"]["into_deleted"], &thread["merged_into"]), (&json!(true), &Value::Null));
        assert_eq!(part["event"]["merged_by"], json!(app.admin_id.to_string()));
    }
    // Both can be used again.
    act(&browser, &bob, json!({"type": "open"})).await;
    merge(&ada, &bob).await;
    let thread = browser.get(&format!("/app/v1/conversations/{ada}")).await.ok();
    let mut parts = thread["parts"].as_array().unwrap().iter();
    let newest = parts.rfind(|part| part["part_type"] == "merged_secondary_conversation").unwrap();
    assert_eq!((&newest["event"]["into_deleted"], &thread["merged_into"]), (&Value::Null, &json!(bob)));
}
