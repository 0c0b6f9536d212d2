//! `/export/workflows`

use deskwire_domain::{Cx, workflows};
use deskwire_testkit::{NOW, TestApp, Value, both, json};

use crate::support::since;

#[both]
async fn workflows_are_declared_and_exported(app: TestApp) {
    let declare = |value: Value| {
        let (actor, declared) = (app.actor(), serde_json::from_value::<workflows::Declared>(value).unwrap());
        app.db().write(move |tx| {
            let mut cx = Cx::new(tx, &actor);
            Ok::<_, deskwire_domain::Error>((
                workflows::declare(&mut cx, &declared)?,
                deskwire_store::workflows::all(&mut cx)?[0].id,
            ))
        })
    };
    let full = json!({"title": "Ask", "description": "Asks", "trigger_type": "inbound_conversation", "state": "live",
        "target_channels": ["chat"], "preferred_devices": ["desktop"], "targeting": {"role": "user"},
        "snapshot": {"steps": [{"id": 1, "text": "Ünicode"}]}, "attributes": [{"name": "order"}], "embedded_rules": []});
    let (is_new, workflow) = declare(full.clone()).await.unwrap();
    assert!(is_new);
    assert!(!declare(full.clone()).await.unwrap().0, "it exists already");
    let path = format!("/export/workflows/{workflow}");
    for version in since(deskwire_api::versions::Version::V2_15) {
        let shown = app.version(version).get(&path).await.ok();
        let mut expected = full.clone();
        expected["id"] = json!(workflow);
        let at = shown["exported_at"].clone();
        (expected["created_at"], expected["updated_at"]) = (at.clone(), at.clone());
        assert_eq!(shown["workflow"], expected);
        assert_eq!((&shown["export_version"], at), (&json!("1.0"), json!(deskwire_domain::times::utc(NOW))));
        assert!((1..1 << 31).contains(&shown["app_id"].as_i64().unwrap()), "{}", shown["app_id"]);
    }
    app.clock.advance(60);
    let (changed, _) = declare(json!({"title": "Ask", "trigger_type": "button"})).await.unwrap();
    assert!(changed);
    let shown = app.get(&path).await.ok()["workflow"].clone();
    assert_eq!(
        (&shown["state"], &shown["targeting"], &shown["target_channels"]),
        (&json!("draft"), &Value::Null, &json!([]))
    );
    assert_ne!(shown["updated_at"], shown["created_at"]);
    for wrong in [json!({"title": " ", "trigger_type": "x"}), json!({"title": "x", "trigger_type": ""})] {
        declare(wrong).await.unwrap_err();
    }
    for unknown in ["999", "x"] {
        let refused = app.get(&format!("/export/workflows/{unknown}")).await.refused(404, "not_found");
        assert_eq!(refused, "Workflow not found");
    }
    app.scoped("read_jobs").await.get(&path).await.refused(403, "forbidden");
    let actor = app.actor();
    let deleted = app.write(move |tx| workflows::prune(&mut Cx::new(tx, &actor), &[])).await;
    assert_eq!(deleted.iter().map(|removed| removed.name.as_str()).collect::<Vec<_>>(), ["Ask"]);
    app.get(&path).await.refused(404, "not_found");
}
