//! The workspace itself, its brands and its office hours, as teammates manage them.

use deskwire_domain::{Cx, brands, help_centers};
use deskwire_testkit::{Browser, TestApp, Value, both, json};

use super::people::{logged, teammate};

#[both]
async fn the_workspace_is_named_and_timed(app: TestApp) {
    const WORKSPACE: &str = "/app/v1/settings/workspace";
    let ada = app.browser().await;
    let (_, of_grace) = teammate(&app, "Grace", "Agent").await;
    app.neighbour().await;
    ada.patch(WORKSPACE, json!({"name": "Acme Bikes", "timezone": "Europe/Berlin", "default_country": "DE"}))
        .await
        .ok();
    let found = of_grace.get(WORKSPACE).await.ok();
    assert_eq!(
        (&found["name"], &found["timezone"], &found["default_country"]),
        (&json!("Acme Bikes"), &json!("Europe/Berlin"), &json!("DE"))
    );
    for (field, bad) in [
        ("name", " "),
        ("name", "Acme\nBikes"),
        ("timezone", "Europe/Atlantis"),
        ("timezone", "localtime"),
        ("timezone", "posixrules"),
        ("timezone", "right/Europe/Berlin"),
        ("default_country", "Germany"),
        ("default_country", "XX"),
        ("default_country", "de"),
    ] {
        let refused = ada.patch(WORKSPACE, json!({field: bad})).await.declined(400, "parameter_invalid");
        assert_eq!(refused["error"]["field"], field);
    }
    ada.patch(WORKSPACE, json!({"name": "Other"})).await.declined(409, "conflict");
    of_grace.patch(WORKSPACE, json!({"name": "Mine"})).await.declined(403, "forbidden");
    assert_eq!(ada.get("/app/v1/start").await.ok()["workspace"]["name"], "Acme Bikes");
    assert_eq!(logged(&app, "app_name_change").await.len(), 1);
    assert_eq!(logged(&app, "workspace_update").await.len(), 1);
}

#[both]
async fn the_workspace_says_from_where_and_for_whom_it_is_used(app: TestApp) {
    const WORKSPACE: &str = "/app/v1/settings/workspace";
    let ada = app.browser().await;
    let (_, of_grace) = teammate(&app, "Grace", "Agent").await;
    for (field, bad) in [("region", json!("MARS")), ("ip_allowlist", json!(["10.0.0.0/8", "nowhere"]))] {
        let refused = ada.patch(WORKSPACE, json!({field: bad})).await;
        assert!(matches!(refused.status, 400 | 422), "{}", refused.body);
        assert_eq!(refused.body["error"]["field"], field);
    }
    let wanted = json!({
        "region": "EU",
        "identity_verification": true,
        "ip_allowlist": ["198.51.100.0/24"],
        "ip_allowlist_enabled": true,
    });
    ada.patch(WORKSPACE, wanted.clone()).await.ok();
    let found = ada.get(WORKSPACE).await.ok();
    for (field, value) in wanted.as_object().unwrap() {
        assert_eq!(&found[field], value, "{field}");
    }
    // The list is for those who may change it, and it does not limit the inbox.
    assert_eq!(of_grace.get(WORKSPACE).await.ok()["ip_allowlist"], Value::Null);
    let entries = ada.get("/app/v1/settings/activity").await.ok();
    let kinds: Vec<_> = entries["items"].as_array().unwrap().iter().map(|entry| &entry["kind"]).collect();
    for kind in ["workspace_update", "app_identity_verification_change", "security_settings_change"] {
        assert!(kinds.contains(&&json!(kind)), "{kind} {kinds:?}");
    }
}

#[both]
async fn brands_are_shown_made_and_given_help_centers(app: TestApp) {
    const BRANDS: &str = "/app/v1/settings/brands";
    let ada = app.browser().await;
    let (_, of_grace) = teammate(&app, "Grace", "Agent").await;
    let center = json!({"identifier": "labs", "display_name": "Labs Help"});
    let actor = app.actor();
    app.write(move |tx| {
        help_centers::declare(&mut Cx::new(tx, &actor), &serde_json::from_value(center.clone()).unwrap())
    })
    .await;
    let labs = json!({"name": "Labs", "help_center": "labs"});
    ada.post(BRANDS, labs.clone()).await.ok();
    ada.post(BRANDS, labs.clone()).await.declined(409, "conflict");
    of_grace.post(BRANDS, labs).await.declined(403, "forbidden");
    ada.post(BRANDS, json!({"name": "Odd", "help_center": "none"})).await.declined(400, "parameter_invalid");
    ada.put(BRANDS, json!({"name": "Acme Bikes", "is_default": true, "help_center": ""})).await.ok();
    let shown = of_grace.get(BRANDS).await.ok();
    let items: Vec<_> = shown["items"].as_array().unwrap().iter().map(|b| (&b["name"], &b["help_center"])).collect();
    assert_eq!(items, [(&json!("Acme Bikes"), &Value::Null), (&json!("Labs"), &json!("labs"))]);
    assert_eq!((&shown["items"][0]["is_default"], &shown["items"][0]["id"]), (&json!(true), &json!(app.workspace_id)));
    ada.put(BRANDS, json!({"name": "Labs", "help_center": ""})).await.ok();
    assert_eq!(ada.get(BRANDS).await.ok()["items"][1]["help_center"], Value::Null);
    assert_eq!(logged(&app, "customer_facing_name_change").await.len(), 3);
    let actor = app.actor();
    app.write(move |tx| {
        let cx = &mut Cx::new(tx, &actor);
        let mut names = (2..100).map(|n| json!({"name": format!("Brand {n}")}));
        names.try_for_each(|brand| brands::declare(cx, &serde_json::from_value(brand).unwrap()).map(drop))
    })
    .await;
    ada.post(BRANDS, json!({"name": "One more", "help_center": ""})).await.declined(409, "conflict");
}

#[both]
async fn office_hours_are_kept_by_the_week(app: TestApp) {
    const HOURS: &str = "/app/v1/settings/office-hours";
    let ada = app.browser().await;
    let (_, of_grace) = teammate(&app, "Grace", "Agent").await;
    let hours = json!({"name": "Berlin", "time_zone": "Europe/Berlin", "intervals": [[540, 1020], [1980, 2460]]});
    of_grace.post(HOURS, hours.clone()).await.declined(403, "forbidden");
    ada.post(HOURS, hours).await.ok();
    let listed = of_grace.get(HOURS).await.ok()["items"].clone();
    assert_eq!((&listed[0]["name"], &listed[0]["intervals"]), (&json!("Berlin"), &json!([[540, 1020], [1980, 2460]])));
    let path = format!("{HOURS}/{}", listed[0]["id"].as_str().unwrap());
    for (field, bad) in [
        ("time_zone_name", json!({"name": "x", "time_zone": "Mars", "intervals": []})),
        ("time_intervals", json!({"name": "x", "time_zone": "UTC", "intervals": [[0, 7]]})),
        ("time_intervals", json!({"name": "x", "time_zone": "UTC", "intervals": [[0, 60], [45, 90]]})),
        ("name", json!({"name": " ", "time_zone": "UTC", "intervals": []})),
    ] {
        assert_eq!(ada.put(&path, bad).await.declined(422, "data_invalid")["error"]["field"], field);
    }
    let days = format!("{path}/exceptions");
    let christmas = json!({"date": "2026-12-25", "name": "Christmas", "intervals": [], "recurring_annually": true});
    let half = json!({"date": "2026-12-24", "name": null, "intervals": [[540, 720]], "recurring_annually": false});
    of_grace.post(&days, christmas.clone()).await.declined(403, "forbidden");
    ada.post(&days, christmas.clone()).await.ok();
    ada.post(&days, half).await.ok();
    let twice = ada.post(&days, christmas).await.declined(422, "data_invalid");
    assert_eq!(twice["error"]["field"], "exception_date");
    let shown = of_grace.get(HOURS).await.ok()["items"][0]["exceptions"].clone();
    let (first, second) = (&shown[0], &shown[1]);
    assert_eq!((&first["date"], &first["intervals"]), (&json!("2026-12-24"), &json!([[540, 720]])));
    assert_eq!((&second["name"], &second["intervals"]), (&json!("Christmas"), &json!([])));
    assert_eq!((&first["recurring_annually"], &second["recurring_annually"]), (&json!(false), &json!(true)));
    let day = format!("{days}/{}", first["id"].as_str().unwrap());
    ada.delete(&day).await.ok();
    ada.delete(&day).await.declined(404, "not_found");
    assert_eq!(ada.get(HOURS).await.ok()["items"][0]["exceptions"].as_array().unwrap().len(), 1);
    ada.put(&path, json!({"name": "Always", "time_zone": "UTC", "intervals": [[0, 10080]]})).await.ok();
    assert_eq!(ada.get(HOURS).await.ok()["items"][0]["name"], "Always");
    let (_, outsider) = app.neighbour().await;
    let other = Browser::signed_in(&app, outsider.workspace(), outsider.admin_id().unwrap()).await;
    other.delete(&path).await.declined(404, "not_found");
    ada.delete(&path).await.ok();
    ada.delete(&path).await.declined(404, "not_found");
    assert_eq!(logged(&app, "office_hours_change").await.len(), 6);
}
