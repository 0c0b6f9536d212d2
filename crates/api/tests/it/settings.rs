//! `/brands`, `/emails` and `/macros`

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use deskwire_domain::error::Result;
use deskwire_domain::{Cx, Removed, brands, emails, help_centers, macros, tags, teams};
use deskwire_testkit::{Client, NOW, TestApp, Value, both, json};
use serde::de::DeserializeOwned;

use crate::support::id;

/// Declares something as a workspace file does; whether something changed, or why it was rejected.
async fn declare<T: DeserializeOwned + 'static>(
    app: &TestApp,
    verb: fn(&mut Cx, &T) -> Result<bool>,
    declared: Value,
) -> Result<bool, String> {
    let actor = app.actor();
    app.write(move |tx| {
        let declared = serde_json::from_value(declared.clone()).unwrap();
        Ok(verb(&mut Cx::new(tx, &actor), &declared).map_err(|error| error.message.into_owned()))
    })
    .await
}

/// The things of a list by their name.
fn named<'a>(list: &'a Value, name: &str) -> &'a Value {
    let all = list["data"].as_array().unwrap();
    all.iter().find(|one| one["name"] == name || one["email"] == name).unwrap_or_else(|| panic!("{name}: {list}"))
}

async fn activities(client: &Client) -> Vec<String> {
    let logs = client.get("/admins/activity_logs?created_at_after=1").await.ok();
    let all = logs["activity_logs"].as_array().unwrap().iter();
    all.map(|log| log["activity_type"].as_str().unwrap().to_owned()).collect()
}

#[both]
async fn brands_are_declared(app: TestApp) {
    // Without an address, which the examples of the description have.
    let quiet = app.client().off_the_record();
    let workspace = app.workspace_id.clone();
    let list = quiet.get("/brands").await.ok();
    let name = list["data"][0]["name"].clone();
    assert_eq!(
        list,
        json!({"type": "list", "data": [{"type": "brand", "id": workspace, "name": name, "is_default": true,
            "created_at": NOW, "updated_at": NOW, "help_center_id": "1"}]})
    );
    app.clock.advance(5);
    assert_eq!(declare(&app, help_centers::declare, json!({"identifier": "labs"})).await, Ok(true));
    assert_eq!(declare(&app, brands::declare, json!({"name": " Northwind ", "default": true})).await, Ok(true));
    assert_eq!(declare(&app, brands::declare, json!({"name": "Northwind", "default": true})).await, Ok(false));
    let labs = json!({"name": "Labs", "help_center": "labs"});
    assert_eq!(declare(&app, brands::declare, labs.clone()).await, Ok(true));
    assert_eq!(declare(&app, brands::declare, labs).await, Ok(false));
    assert_eq!(activities(&app.client()).await[..2], ["customer_facing_name_change"; 2]);
    for (email, brand) in [("one@acme.test", "Northwind"), ("two@acme.test", "Labs")] {
        assert_eq!(declare(&app, emails::declare, json!({"email": email, "brand": brand})).await, Ok(true));
    }
    let centers = app.get("/help_center/help_centers").await.ok();
    let center = centers["data"].as_array().unwrap().iter().find(|c| c["identifier"] == "labs").unwrap();
    let addresses = app.get("/emails").await.ok();
    let list = app.get("/brands").await.ok();
    let (acme, labs) = (named(&list, "Northwind"), named(&list, "Labs"));
    assert_eq!(
        (&acme["id"], &acme["is_default"], &acme["updated_at"]),
        (&json!(workspace), &json!(true), &json!(NOW + 5))
    );
    assert_eq!(acme["default_address_settings_id"], named(&addresses, "one@acme.test")["id"]);
    assert_eq!((&labs["help_center_id"], &labs["is_default"]), (&center["id"], &json!(false)));
    assert_eq!(labs["default_address_settings_id"], named(&addresses, "two@acme.test")["id"]);
    for version in ["2.15", "2.16", "Unstable"] {
        let client = app.version(version);
        assert_eq!(client.get("/brands").await.ok(), list);
        for brand in [acme, labs] {
            assert_eq!(client.get(&format!("/brands/{}", id(brand))).await.ok(), *brand);
        }
    }
    for unknown in ["1", "999", "nobody"] {
        assert_eq!(app.get(&format!("/brands/{unknown}")).await.refused(404, "not_found"), "Brand not found");
    }
    app.version("2.14").off_the_record().get("/brands").await.refused(400, "intercom_version_invalid");
    app.scoped("read_users").await.get("/brands").await.refused(403, "forbidden");
    app.scoped("gather_app_data").await.get("/brands").await.ok();
    for (wrong, why) in [
        (json!({"name": " "}), "name must not be empty"),
        (json!({"name": "Labs", "default": true}), "name: there is another brand \"Labs\""),
        (json!({"name": "X", "help_center": "none"}), "help_center: there is no help center \"none\""),
    ] {
        assert_eq!(declare(&app, brands::declare, wrong).await, Err(why.to_owned()));
    }
    assert_eq!(declare(&app, brands::declare, json!({"name": "Spare"})).await, Ok(true));
    let actor = app.actor();
    let pruned = app
        .write(move |tx| {
            let cx = &mut Cx::new(tx, &actor);
            let centers = help_centers::prune(cx, &[])?;
            Ok((centers.1, brands::prune(cx, &[])?, emails::prune(cx, &["one@acme.test".to_owned()])?))
        })
        .await;
    let removed = |list: &[Removed]| list.iter().map(|one| one.name.clone()).collect::<Vec<_>>();
    let texts = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
    assert_eq!(pruned.0, texts(&["help-center", "labs"]), "brands keep their help centers");
    assert_eq!((removed(&pruned.1.0), pruned.1.1), (texts(&["Spare"]), texts(&["Labs"])), "brands with addresses stay");
    assert_eq!(removed(&pruned.2), texts(&["two@acme.test"]));
}

#[both]
async fn emails_are_declared(app: TestApp) {
    assert_eq!(app.get("/emails").await.ok(), json!({"type": "list", "data": []}));
    assert_eq!(declare(&app, brands::declare, json!({"name": "Labs"})).await, Ok(true));
    let first = json!({"email": "Help@Acme.test", "verified": true, "forwarding_enabled": true});
    assert_eq!(declare(&app, emails::declare, first.clone()).await, Ok(true));
    assert_eq!(declare(&app, emails::declare, first).await, Ok(false));
    let list = app.get("/emails").await.ok();
    let one = &list["data"][0];
    assert_eq!(
        *one,
        json!({"type": "email_setting", "id": one["id"], "email": "help@acme.test", "verified": true, "domain": "acme.test",
            "brand_id": app.workspace_id, "forwarding_enabled": true, "forwarded_email_last_received_at": null,
            "created_at": NOW, "updated_at": NOW})
    );
    // The default address of a brand is one; the first unless another is declared.
    let second = json!({"email": "second@acme.test", "default": true});
    let quiet = app.client().off_the_record();
    let default = || async { quiet.get("/brands").await.ok()["data"][0]["default_address_settings_id"].clone() };
    assert_eq!(default().await, one["id"]);
    assert_eq!(declare(&app, emails::declare, second).await, Ok(true));
    let list = app.get("/emails").await.ok();
    assert_eq!(default().await, named(&list, "second@acme.test")["id"]);
    app.clock.advance(5);
    let back = json!({"email": "help@acme.test", "default": true, "verified": false});
    assert_eq!(declare(&app, emails::declare, back).await, Ok(true));
    assert_eq!(default().await, one["id"]);
    let moved = json!({"email": "second@acme.test", "brand": "Labs"});
    assert_eq!(declare(&app, emails::declare, moved).await, Ok(true));
    let brands = quiet.get("/brands").await.ok();
    for version in ["2.15", "2.16", "Unstable"] {
        let list = app.version(version).get("/emails").await.ok();
        let (one, two) = (named(&list, "help@acme.test"), named(&list, "second@acme.test"));
        assert_eq!((&one["verified"], &one["updated_at"]), (&json!(false), &json!(NOW + 5)));
        assert_eq!(two["brand_id"], named(&brands, "Labs")["id"]);
        assert_eq!(app.version(version).get(&format!("/emails/{}", id(one))).await.ok(), *one);
    }
    assert_eq!(activities(&app.client()).await[0], "app_outbound_address_change");
    for unknown in ["999", "x"] {
        let answer = app.get(&format!("/emails/{unknown}")).await;
        assert_eq!(answer.refused(404, "not_found"), "Email setting not found");
    }
    app.version("2.14").off_the_record().get("/emails").await.refused(400, "intercom_version_invalid");
    app.scoped("read_users").await.get("/emails").await.refused(403, "forbidden");
    for wrong in ["x", "@acme.test", "a b@acme.test", "a@b@acme.test"] {
        let answer = declare(&app, emails::declare, json!({"email": wrong})).await;
        assert_eq!(answer, Err(format!("{wrong:?} is not an email address")));
    }
    let answer = declare(&app, emails::declare, json!({"email": "a@acme.test", "brand": "None"})).await;
    assert_eq!(answer, Err("brand: there is no brand \"None\"".to_owned()));
}

#[both]
async fn macros_are_declared(app: TestApp) {
    let empty = json!({"type": "list", "data": [], "pages": {"type": "pages", "per_page": 50, "next": null}});
    assert_eq!(app.get("/macros").await.ok(), empty);
    let text = "Hi {{user.name|fallback:\"there\"}},\n\n1 < 2: {{company.name}}";
    let hello = json!({"name": "Hello", "body": text});
    assert_eq!(declare(&app, macros::declare, hello.clone()).await, Ok(true));
    assert_eq!(declare(&app, macros::declare, hello).await, Ok(false));
    let list = app.get("/macros").await.ok();
    let hello = &list["data"][0];
    assert_eq!(
        *hello,
        json!({"type": "macro", "id": hello["id"], "name": "Hello", "body_text": text,
            "body": "<p>Hi <attribute key=\"user.name\" default=\"there\"/>,</p><p>1 &lt; 2: <attribute key=\"company.name\"/></p>",
            "created_at": "2026-03-01T12:00:00.000Z", "updated_at": "2026-03-01T12:00:00.000Z", "visible_to": "everyone",
            "visible_to_team_ids": [], "available_on": ["inbox", "messenger"]})
    );
    for version in ["2.16", "Unstable"] {
        assert_eq!(app.version(version).get(&format!("/macros/{}", id(hello))).await.ok(), *hello);
    }
    app.version("2.15").off_the_record().get("/macros").await.refused(400, "intercom_version_invalid");
    app.scoped("read_users").await.get("/macros").await.refused(403, "forbidden");
    for unknown in ["999", "x"] {
        assert_eq!(app.get(&format!("/macros/{unknown}")).await.refused(404, "not_found"), "Macro not found");
    }
    assert_eq!(activities(&app.version("2.16")).await[0], "macro_creation");
    // Other versions do not describe the type, and their clients could not read the entry.
    for version in ["2.13", "Unstable"] {
        assert!(!activities(&app.version(version)).await.contains(&"macro_creation".to_owned()));
    }
}

#[both]
async fn macros_keep_their_actions_and_teams(app: TestApp) {
    let actor = app.actor();
    app.write(move |tx| {
        let cx = &mut Cx::new(tx, &actor);
        for name in ["Mine", "Others"] {
            teams::declare(cx, &serde_json::from_value(json!({"name": name})).unwrap())?;
        }
        tags::declare(cx, &serde_json::from_value(json!({"name": "VIP"})).unwrap())
    })
    .await;
    let actions = json!([{"type": "assign_team", "team": "Mine"}, {"type": "tag", "tag": "vip"},
        {"type": "note", "body": "done"}, {"type": "snooze", "seconds": 60}, {"type": "close"}]);
    let full = json!({"name": "Full", "body": "x", "teams": ["Mine", "Others"], "available_on": ["messenger"], "actions": actions});
    assert_eq!(declare(&app, macros::declare, full.clone()).await, Ok(true));
    assert_eq!(declare(&app, macros::declare, full.clone()).await, Ok(false));
    let actor = app.actor();
    let exported = app.write(move |tx| macros::declared(&mut Cx::new(tx, &actor))).await;
    assert_eq!(serde_json::to_value(&exported).unwrap(), json!([full]));
    // The admin is in none of the teams yet.
    assert_eq!(app.get("/macros").await.ok()["data"], json!([]));
    let actor = app.actor();
    let email = app.get("/admins").await.ok()["admins"][0]["email"].clone();
    let mine = json!({"name": "Mine", "members": [email]});
    app.write(move |tx| teams::declare(&mut Cx::new(tx, &actor), &serde_json::from_value(mine.clone()).unwrap())).await;
    let list = app.get("/macros").await.ok();
    let seen = &list["data"][0];
    let all_teams = app.get("/teams").await.ok();
    let ids: Vec<&Value> = all_teams["teams"].as_array().unwrap().iter().map(|team| &team["id"]).collect();
    assert_eq!((&seen["visible_to"], &seen["visible_to_team_ids"]), (&json!("specific_teams"), &json!(ids)));
    assert_eq!(seen["available_on"], json!(["messenger"]));
    let path = format!("/macros/{}", id(seen));
    assert_eq!(app.get(&path).await.ok(), *seen);
    // A macro whose teams were all deleted is not visible to everyone.
    let actor = app.actor();
    let deleted = app
        .write(move |tx| {
            let cx = &mut Cx::new(tx, &actor);
            teams::prune(cx, &[])?;
            macros::declared(cx)
        })
        .await;
    assert_eq!(deleted[0].teams, None);
    app.get(&path).await.refused(404, "not_found");
    let change = json!({"name": "Full", "body": "y", "teams": []});
    assert_eq!(declare(&app, macros::declare, change).await, Ok(true));
    assert_eq!(app.get(&path).await.ok()["visible_to"], "everyone");
    assert_eq!(activities(&app.version("2.16")).await[0], "macro_update");
    for (wrong, why) in [
        (json!({"name": "", "body": "x"}), "name must not be empty"),
        (json!({"name": "x", "body": " "}), "body must not be empty"),
        (json!({"name": "x", "body": "x", "available_on": []}), "available_on must not be empty"),
        (json!({"name": "x", "body": "x", "teams": ["No"]}), "teams: there is no team \"No\""),
        (
            json!({"name": "x", "body": "x", "actions": [{"type": "tag", "tag": "No"}]}),
            "actions: there is no tag \"No\"",
        ),
        (
            json!({"name": "x", "body": "x", "actions": [{"type": "assign_team", "team": "No"}]}),
            "actions: there is no team \"No\"",
        ),
        (
            json!({"name": "x", "body": "x", "actions": [{"type": "assign_admin", "admin": "no"}]}),
            "actions: there is no admin \"no\"",
        ),
        (
            json!({"name": "x", "body": "x", "actions": [{"type": "snooze", "seconds": 0}]}),
            "actions: seconds must be positive, and five years at most",
        ),
    ] {
        assert_eq!(declare(&app, macros::declare, wrong).await, Err(why.to_owned()));
    }
    let actor = app.actor();
    let pruned = app.write(move |tx| macros::prune(&mut Cx::new(tx, &actor), &["Other"])).await;
    assert_eq!(pruned[0].name, "Full");
    assert_eq!(activities(&app.version("2.16")).await[0], "macro_deletion");
}

#[both]
async fn macros_have_pages(app: TestApp) {
    for n in 0..5 {
        // Two were changed in the same second.
        app.clock.advance(n % 2);
        let one = json!({"name": n.to_string(), "body": "x"});
        assert_eq!(declare(&app, macros::declare, one).await, Ok(true));
    }
    let mut seen = Vec::new();
    let mut path = "/macros?per_page=2".to_owned();
    loop {
        let page = app.get(&path).await.ok();
        assert_eq!(page["pages"]["per_page"], 2);
        seen.extend(page["data"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()));
        let Some(next) = page["pages"]["next"]["starting_after"].as_str() else { break };
        path = format!("/macros?per_page=2&starting_after={next}");
    }
    assert_eq!(seen, ["4", "3", "2", "1", "0"]);
    for list in ["/macros?page=2", "/data_connectors?page=2", "/messages/status?ruleset_id=1&page=2"] {
        assert_eq!(app.get(list).await.body["errors"][0]["field"], "page", "{list}");
    }
    // The description defines the content of a cursor.
    let cursor = app.get("/macros?per_page=4").await.ok()["pages"]["next"]["starting_after"].clone();
    let text = STANDARD.decode(cursor.as_str().unwrap()).unwrap();
    let last = id(named(&app.get("/macros").await.ok(), "1"));
    assert_eq!(String::from_utf8(text).unwrap(), format!("[{}.0, \"{last}\"]", NOW + 1));
    let since = app.get(&format!("/macros?updated_since={}", NOW + 2)).await.ok();
    assert_eq!(since["data"].as_array().unwrap().len(), 2);
    let wrong = app.get("/macros?updated_since=yesterday").await;
    assert_eq!(wrong.refused(400, "parameter_invalid"), "Invalid updated_since timestamp");
    app.get("/macros?starting_after=x").await.refused(400, "client_error");
    app.get("/macros?per_page=0").await.refused(400, "parameter_invalid");
    assert_eq!(app.get("/macros?per_page=500").await.ok()["pages"]["per_page"], 150);
}
