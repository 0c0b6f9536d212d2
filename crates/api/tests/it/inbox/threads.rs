//! Threads, and what teammates do with conversations.

use deskwire_domain::teams;
use deskwire_testkit::{Browser, NOW, TestApp, Value, both, json};

use super::lists::{act, conversation, listed};
use crate::conversations::started;
use crate::support::{id, user};
use crate::tickets::ticket_type;

#[both]
async fn a_thread_shows_the_newest_parts_and_earlier_ones_by_cursor(app: TestApp) {
    let browser = app.browser().await;
    let (path, contact) = started(&app, "ada@a.test").await;
    let number = path.rsplit('/').next().unwrap().to_owned();
    let admin = app.admin_id.to_string();
    for n in 0..60 {
        let body = format!("No. {n}");
        let message = json!({"message_type": "comment", "type": "admin", "admin_id": admin, "body": body});
        app.post(&format!("{path}/reply"), message).await.ok();
    }
    let shown = browser.get(&format!("/app/v1/conversations/{number}")).await.ok();
    let parts = shown["parts"].as_array().unwrap();
    assert_eq!(
        (parts.len(), &parts[49]["html"], &parts[0]["html"]),
        (50, &json!("<p>No. 59</p>"), &json!("<p>No. 10</p>"))
    );
    assert_eq!(shown["before"], parts[0]["id"]);
    assert_eq!(
        (&parts[0]["kind"], &parts[0]["author"]["type"], &parts[0]["author"]["id"]),
        (&json!("message"), &json!("admin"), &json!(admin))
    );
    assert_eq!((&shown["row"]["id"], &shown["contacts"][0]["id"]), (&json!(number), &json!(contact)));
    assert_eq!(shown["statistics"]["parts"], 60);

    let before = shown["before"].as_str().unwrap();
    let earlier = browser.get(&format!("/app/v1/conversations/{number}/parts?before={before}&limit=4")).await.ok();
    let bodies =
        |page: &Value| -> Vec<Value> { page["parts"].as_array().unwrap().iter().map(|p| p["html"].clone()).collect() };
    assert_eq!(bodies(&earlier), ["<p>No. 6</p>", "<p>No. 7</p>", "<p>No. 8</p>", "<p>No. 9</p>"]);
    let before = earlier["before"].as_str().unwrap();
    let first = browser.get(&format!("/app/v1/conversations/{number}/parts?before={before}")).await.ok();
    assert_eq!((first["parts"].as_array().unwrap().len(), &first["before"]), (7, &Value::Null));
    let source = &first["parts"][0];
    assert_eq!(
        (&source["id"], &source["html"], &source["author"]["type"]),
        (&json!("source"), &json!("<p>Help!</p>"), &json!("contact"))
    );

    browser.get("/app/v1/conversations/77").await.declined(404, "not_found");
    browser.get(&format!("/app/v1/conversations/{number}/parts?before=x")).await.declined(400, "client_error");
}

#[both]
async fn each_action_changes_the_conversation_and_shows_its_parts(app: TestApp) {
    let browser = app.browser().await;
    let number = conversation(&app, "ada").await;
    let me = app.admin_id.to_string();
    let team = crate::teams::team(&app, "Two", &[], teams::Distribution::LoadBalanced).await;
    let team = team.strip_prefix("/teams/").unwrap().to_owned();
    let tag = id(&app.post("/tags", json!({"name": "VIP"})).await.ok());
    let eve = user(&app, "eve@a.test").await;
    let steps = vec![
        (json!({"type": "assign", "admin_id": me}), "admin_assignee_id", json!(me), "assignment"),
        (json!({"type": "assign", "admin_id": null}), "admin_assignee_id", Value::Null, "assignment"),
        (json!({"type": "snooze", "until": NOW + 60}), "snoozed_until", json!(NOW + 60), "snoozed"),
        (json!({"type": "open"}), "state", json!("open"), "open"),
        (json!({"type": "close"}), "state", json!("closed"), "close"),
        (json!({"type": "open"}), "state", json!("open"), "open"),
        (json!({"type": "priority", "priority": "urgent"}), "priority", json!("urgent"), "priority_changed"),
        (json!({"type": "tag", "tag_id": tag}), "tag_ids", json!([tag]), "conversation_tags_updated"),
        (json!({"type": "untag", "tag_id": tag}), "tag_ids", json!([]), "conversation_tags_updated"),
        (json!({"type": "add_contact", "contact_id": eve}), "more_contacts", json!(1), "participant_added"),
        (json!({"type": "remove_contact", "contact_id": eve}), "more_contacts", json!(0), "participant_removed"),
        (json!({"type": "title", "title": "Broken lamp"}), "title", json!("Broken lamp"), ""),
        (json!({"type": "assign_team", "team_id": team}), "team_assignee_id", json!(team), "assignment"),
    ];
    for (action, field, value, part) in steps {
        let done = act(&browser, &number, action.clone()).await;
        assert_eq!(done["row"][field], value, "{action}");
        let parts: Vec<&Value> = done["parts"].as_array().unwrap().iter().map(|part| &part["part_type"]).collect();
        let expected: Vec<&str> = Some(part).into_iter().filter(|part| !part.is_empty()).collect();
        assert_eq!(parts, expected, "{action}");
        if !part.is_empty() {
            let part = &done["parts"][0];
            assert_eq!((&part["author"]["id"], &part["kind"]), (&json!(me), &json!("event")), "{action}");
            assert_eq!(part["event"]["type"], part["part_type"], "{action}");
        }
    }
    // An action without effect writes nothing.
    for action in [
        json!({"type": "open"}),
        json!({"type": "assign", "admin_id": null}),
        json!({"type": "priority", "priority": "urgent"}),
    ] {
        assert_eq!(act(&browser, &number, action.clone()).await["parts"], json!([]), "{action}");
    }
    let path = format!("/app/v1/conversations/{number}/actions");
    for (action, status, code) in [
        (json!({"type": "assign", "admin_id": "77"}), 404, "assignee_not_found"),
        (json!({"type": "snooze", "until": NOW - 1}), 400, "parameter_invalid"),
        (json!({"type": "tag", "tag_id": "77"}), 404, "not_found"),
        (json!({"type": "explode"}), 400, "parameter_invalid"),
        (json!({}), 400, "parameter_not_found"),
        (json!({"type": "priority", "priority": "huge"}), 400, "parameter_invalid"),
        (json!({"type": "attribute", "name": "none", "value": 1}), 400, "parameter_invalid"),
        (json!({"type": "ticket_state", "state_id": "1"}), 404, "ticket_not_found"),
        (json!({"type": "convert", "ticket_type_id": "77"}), 404, "not_found"),
        (json!({"type": "remove_contact", "contact_id": eve}), 404, "not_found"),
    ] {
        let answer = browser.post(&path, action.clone()).await;
        assert_eq!((answer.status, &answer.body["error"]["code"]), (status, &json!(code)), "{action}");
    }
}

#[both]
async fn tickets_are_made_and_changed(app: TestApp) {
    let browser = app.browser().await;
    let number = conversation(&app, "ada").await;
    let kind = ticket_type(&app, "Bug", "Customer").await;
    let done = act(&browser, &number, json!({"type": "convert", "ticket_type_id": kind})).await;
    assert_eq!((&done["row"]["ticket"]["type"], &done["row"]["title"]), (&json!("Bug"), &json!("Help!")));
    let done = act(&browser, &number, json!({"type": "title", "title": "Dark"})).await;
    assert_eq!(done["row"]["title"], "Dark");
    act(&browser, &number, json!({"type": "ticket_attribute", "name": "Count", "value": 3})).await;
    let shown = browser.get(&format!("/app/v1/conversations/{number}")).await.ok();
    assert_eq!((&shown["ticket"]["type_id"], &shown["ticket"]["attributes"]["Count"]), (&json!(kind), &json!(3)));
    let states = app.get("/ticket_states").await.ok();
    let state = states["data"].as_array().unwrap().iter().find(|s| s["category"] == "resolved").unwrap().clone();
    let done = act(&browser, &number, json!({"type": "ticket_state", "state_id": id(&state)})).await;
    let ticket = &done["row"]["ticket"];
    assert_eq!((&ticket["state"], &done["row"]["state"]), (&state["internal_label"], &json!("closed")));
    let event = &done["parts"][0]["event"];
    assert_eq!((&event["ticket_state_id"], &event["ticket_state"]), (&ticket["state_id"], &json!("resolved")));
    assert_eq!(ticket["state_id"], state["id"]);
}

#[both]
async fn a_title_or_attribute_that_somebody_else_changed_is_not_overwritten_silently(app: TestApp) {
    let browser = app.browser().await;
    let number = conversation(&app, "ada").await;
    let plan = json!({"name": "plan", "data_type": "string", "description": "What they pay"});
    app.post("/conversations/attributes", plan).await.ok();
    let path = format!("/app/v1/conversations/{number}/actions");
    let steps = [
        (json!({"type": "title", "title": "Lamp", "was": {"title": null}}), None),
        (json!({"type": "title", "title": "Light", "was": {"title": null}}), Some(json!("Lamp"))),
        (json!({"type": "title", "title": "Lamp", "was": {"title": null}}), None),
        (json!({"type": "title", "title": "Light", "was": {"title": "Lamp"}}), None),
        (json!({"type": "attribute", "name": "plan", "value": "gold", "was": {"value": null}}), None),
        (json!({"type": "attribute", "name": "plan", "value": "tin", "was": {"value": null}}), Some(json!("gold"))),
        (json!({"type": "attribute", "name": "plan", "value": "tin", "was": {"value": "gold"}}), None),
    ];
    edited_in_order(&browser, &path, &steps).await;
    let shown = browser.get(&format!("/app/v1/conversations/{number}")).await.ok();
    assert_eq!((&shown["row"]["title"], &shown["attributes"]["plan"]), (&json!("Light"), &json!("tin")));
    for wrong in [
        json!({"type": "title", "title": "Dark", "was": "Light"}),
        json!({"type": "assign", "admin_id": null, "was": {"admin_id": null}}),
        json!({"type": "title", "title": "Dark", "was": {"nope": 1}}),
        json!({"type": "title", "title": "Dark", "was": {"title": "Light", "type": "close"}}),
    ] {
        assert_eq!(browser.post(&path, wrong).await.declined(400, "parameter_invalid")["error"]["field"], "was");
    }

    let titled = json!({"type": "title", "title": "Dark"});
    let mut with_was = titled.clone();
    with_was["was"] = json!({"title": "Light"});
    for wrong in [
        json!({"ids": [number], "action": with_was}),
        json!({"ids": [number], "action": titled, "was": {"title": "Light"}}),
    ] {
        let refused = browser.post("/app/v1/conversations/actions", wrong).await.declined(400, "parameter_invalid");
        assert_eq!(refused["error"]["field"], "was");
    }

    // The title of a ticket is one of its attributes.
    let kind = ticket_type(&app, "Bug", "Customer").await;
    let made = act(&browser, &number, json!({"type": "convert", "ticket_type_id": kind})).await;
    let state = made["row"]["ticket"]["state_id"].clone();
    let states = app.get("/ticket_states").await.ok();
    let of = |category: &str| states["data"].as_array().unwrap().iter().find(|s| s["category"] == category).unwrap();
    let (resolved, other) = (of("resolved"), of("in_progress"));
    let steps = [
        (json!({"type": "title", "title": "Dark", "was": {"title": "Lamp"}}), Some(json!("Light"))),
        (json!({"type": "title", "title": "Dark", "was": {"title": "Light"}}), None),
        (json!({"type": "ticket_attribute", "name": "Count", "value": 3, "was": {"value": null}}), None),
        (json!({"type": "ticket_attribute", "name": "Count", "value": 4, "was": {"value": 2}}), Some(json!(3))),
        (json!({"type": "ticket_state", "state_id": resolved["id"], "was": {"state_id": state}}), None),
        (
            json!({"type": "ticket_state", "state_id": other["id"], "was": {"state_id": state}}),
            Some(resolved["id"].clone()),
        ),
    ];
    edited_in_order(&browser, &path, &steps).await;
}

/// Runs actions one after the other. Those that the server should decline come with the newer value.
async fn edited_in_order(browser: &Browser, path: &str, steps: &[(Value, Option<Value>)]) {
    for (action, newer) in steps {
        let answer = browser.post(path, action.clone()).await;
        match newer {
            Some(newer) => assert_eq!(&answer.declined(409, "newer_value")["value"], newer, "{action}"),
            None => drop(answer.ok()),
        }
    }
}

#[both]
async fn contacts_without_a_name_are_labelled_by_email_or_phone(app: TestApp) {
    let browser = app.browser().await;
    for (more, called) in [
        (json!({}), ""),
        (json!({"phone": "+49301234567"}), "+49301234567"),
        (json!({"email": "x@acme.test"}), "x@acme.test"),
        (json!({"email": "y@acme.test", "name": "Contact"}), "Contact"),
    ] {
        let mut new = json!({"role": "user", "external_id": format!("unnamed {called}")});
        new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let contact = app.post("/contacts", new).await.ok();
        let begun = json!({"from": {"type": "user", "id": contact["id"]}, "body": "Hello"});
        let begun = app.post("/conversations", begun).await.ok();
        let path = format!("/app/v1/conversations/{}", begun["conversation_id"].as_str().unwrap());
        let shown = browser.get(&path).await.ok();
        for person in [&shown["row"]["contact"], &shown["contacts"][0], &shown["parts"][0]["author"]] {
            assert_eq!((&person["name"], &person["id"]), (&json!(called), &contact["id"]));
        }
    }
}

#[both]
async fn many_are_changed_at_once_each_by_itself(app: TestApp) {
    let browser = app.browser().await;
    let [a, b] = [conversation(&app, "a").await, conversation(&app, "b").await];
    let body = json!({"ids": [b, "77", a, b], "action": {"type": "close"}});
    let done = browser.post("/app/v1/conversations/actions", body).await.ok();
    let results = done["results"].as_array().unwrap();
    let ids: Vec<&Value> = results.iter().map(|result| &result["id"]).collect();
    assert_eq!(ids, [&json!(b), &json!("77"), &json!(a)]);
    for result in [&results[0], &results[2]] {
        assert_eq!((&result["row"]["state"], &result["error"]), (&json!("closed"), &Value::Null));
    }
    assert_eq!((&results[1]["row"], &results[1]["error"]["code"]), (&Value::Null, &json!("not_found")));
    for ids in [json!([]), json!((0..101).map(|n| n.to_string()).collect::<Vec<_>>()), json!(["x"])] {
        let body = json!({"ids": ids, "action": {"type": "open"}});
        let answer = browser.post("/app/v1/conversations/actions", body).await;
        assert_eq!(answer.declined(400, "parameter_invalid")["error"]["field"], "ids");
    }
}

#[both]
async fn conversations_are_deleted_for_good_as_far_as_the_role_permits(app: TestApp) {
    const DELETE: &str = "/app/v1/conversations/delete";
    let ada = app.browser().await;
    let [first, second, ticket] =
        [conversation(&app, "ada").await, conversation(&app, "bob").await, conversation(&app, "eve").await];
    let kind = ticket_type(&app, "Bug", "Customer").await;
    act(&ada, &ticket, json!({"type": "convert", "ticket_type_id": kind})).await;
    for bad in [json!([]), json!(["x"]), json!(vec!["1"; 101])] {
        let refused = ada.post(DELETE, json!({"ids": bad})).await.declined(400, "parameter_invalid");
        assert_eq!(refused["error"]["field"], "ids");
    }
    let reader = super::roles::permitted(&app, "Reader", &["read_conversations", "read_tickets"]).await;
    reader.post(DELETE, json!({"ids": [first]})).await.declined(403, "forbidden");
    let writer = super::roles::permitted(&app, "Writer", &["write_conversations", "read_tickets"]).await;
    let done = writer.post(DELETE, json!({"ids": [ticket, second, "77"]})).await.ok();
    let outcomes: Vec<(&Value, &Value)> =
        done["results"].as_array().unwrap().iter().map(|one| (&one["id"], &one["error"]["code"])).collect();
    assert_eq!(
        outcomes,
        [(&json!(ticket), &json!("forbidden")), (&json!(second), &Value::Null), (&json!("77"), &json!("not_found"))]
    );
    assert_eq!(done["results"][1]["row"], Value::Null);
    ada.get(&format!("/app/v1/conversations/{second}")).await.declined(404, "not_found");
    ada.post(DELETE, json!({"ids": [ticket]})).await.ok();
    assert_eq!(listed(&ada, "view=all&state=all").await, std::slice::from_ref(&first));
    // One entry for each request that deleted something.
    let entries = ada.get("/app/v1/settings/activity?area=exports").await.ok();
    let entries = entries["items"].as_array().unwrap();
    assert_eq!((entries.len(), &entries[0]["metadata"]["conversation_ids"]), (2, &json!([ticket])), "{entries:?}");
    assert!(entries[0]["text"].as_str().unwrap().ends_with(" deleted conversations."));
}
