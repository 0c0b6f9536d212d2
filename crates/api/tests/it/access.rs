//! `/ip_allowlist` and `/secure_mode_secrets`

use deskwire_api::Config;
use deskwire_domain::{Cx, workspaces};
use deskwire_testkit::{Database, NOW, TestApp, both, json};

use crate::support::id;

const LIST: &str = "/ip_allowlist";
const SECRETS: &str = "/secure_mode_secrets";

#[both]
async fn the_allowlist_is_enforced(app: TestApp) {
    let client = app.version("2.16");
    let (home, away) = (client.clone().at("192.0.2.7"), client.clone().at("198.51.100.1"));
    assert_eq!(client.get(LIST).await.ok(), json!({"type": "ip_allowlist", "enabled": false, "ip_allowlist": []}));
    // A list that is not enabled may hold anything, and changes nothing.
    let list = json!(["192.0.2.0/24", "2001:db8::/32"]);
    let off = home.put(LIST, json!({"ip_allowlist": list})).await.ok();
    assert_eq!(off, json!({"type": "ip_allowlist", "enabled": false, "ip_allowlist": list}));
    away.get(LIST).await.ok();
    // No caller locks itself out.
    for (from, shown) in [(&away, "198.51.100.1"), (&client, "unknown")] {
        let refused = from.put(LIST, json!({"enabled": true})).await;
        assert_eq!(
            refused.refused(422, "parameter_invalid"),
            format!("Your IP ({shown}) is not on the allowlist. Saving would lock you out of this workspace.")
        );
    }
    assert_eq!(away.get(LIST).await.ok(), off, "the refused request changed nothing");
    let on = home.put(LIST, json!({"enabled": true})).await.ok();
    assert_eq!(on, json!({"type": "ip_allowlist", "enabled": true, "ip_allowlist": list}));
    for version in ["2.14", "2.15", "2.16"] {
        assert_eq!(home.clone().with_version(version).get(LIST).await.ok(), on);
    }
    // It holds for every operation, and before a body is read.
    for path in [LIST, "/me", "/contacts", "/app/events"] {
        let refused = away.clone().off_the_record().get(path).await;
        let why = refused.refused(403, "forbidden");
        assert_eq!(why, "Your IP (198.51.100.1) is not on the allowlist of this workspace", "{path}");
    }
    away.clone().off_the_record().post("/contacts", json!({"role": "lead"})).await.refused(403, "forbidden");
    client.clone().off_the_record().get("/me").await.refused(403, "forbidden");
    for inside in ["192.0.2.255", "::ffff:192.0.2.1", "2001:db8:1::1"] {
        client.clone().at(inside).get("/me").await.ok();
    }
    let empty = home.put(LIST, json!({"ip_allowlist": []})).await;
    assert!(empty.refused(422, "parameter_invalid").starts_with("Your IP (192.0.2.7) is not on the allowlist."));
    // Another workspace is not affected.
    app.other_workspace().await.at("198.51.100.1").get("/me").await.ok();
    let logs = home.get("/admins/activity_logs?created_at_after=1").await.ok();
    let log = &logs["activity_logs"][0];
    assert_eq!(log["activity_type"], "security_settings_change");
    assert_eq!(log["metadata"]["after"], json!({"enabled": true, "ip_allowlist": list}));
    assert_eq!(log["performed_by"]["ip"], "192.0.2.7");
    // The operator can let everybody in again.
    let actor = app.actor();
    let declared = json!({"ip_allowlist_enabled": false});
    app.write(move |tx| {
        workspaces::declare(&mut Cx::new(tx, &actor), &serde_json::from_value(declared.clone()).unwrap())
    })
    .await;
    app.app.tokens.refresh(app.db()).await;
    assert_eq!(away.get(LIST).await.ok()["ip_allowlist"], list);
}

#[both]
async fn the_allowlist_reaches_other_processes(app: TestApp) {
    let (other, client) = app.another_process();
    let away = client.clone().at("198.51.100.1").off_the_record();
    away.get("/me").await.ok();
    let home = app.version("2.16").at("192.0.2.7");
    home.put(LIST, json!({"enabled": true, "ip_allowlist": ["192.0.2.7"]})).await.ok();
    other.tokens.refresh(app.db()).await;
    away.get("/me").await.refused(403, "forbidden");
    client.at("192.0.2.7").get("/me").await.ok();
    home.put(LIST, json!({"enabled": false})).await.ok();
    other.tokens.refresh(app.db()).await;
    away.get("/me").await.ok();
}

#[tokio::test]
async fn the_allowlist_judges_callers_behind_trusted_proxies() {
    let config = Config { rate_limit: None, proxies: "10.0.0.0/8".parse().unwrap(), ..Config::default() };
    let app = TestApp::start_with(Database::Sqlite, config).await;
    let list = json!({"enabled": true, "ip_allowlist": ["192.0.2.7"]});
    app.version("2.16").at("192.0.2.7").put(LIST, list).await.ok();
    for (peer, forwarded, status) in [
        ("10.0.0.1", "192.0.2.7", 200),
        ("10.0.0.1", "192.0.2.7, 198.51.100.1", 403),
        ("10.0.0.1", "198.51.100.1, 192.0.2.7, 10.0.0.2", 200),
        // The header of an untrusted proxy is ignored.
        ("198.51.100.1", "192.0.2.7", 403),
    ] {
        let client = app.client().at(peer).off_the_record();
        let headers = [("x-forwarded-for", forwarded)];
        assert_eq!(client.raw("GET", "/me", &headers, "").await.status, status, "{peer} for {forwarded}");
    }
}

#[both]
async fn the_allowlist_holds_wherever_a_token_does(app: TestApp) {
    let away = app.client().at("198.51.100.1").off_the_record();
    let home = app.version("2.16").at("192.0.2.7");
    let mut outside = away.follow("/app/events", None).await;
    let mut inside = home.follow("/app/events?topics=contact.lead.created", None).await;
    home.put(LIST, json!({"enabled": true, "ip_allowlist": ["192.0.2.7"]})).await.ok();
    home.post("/contacts", json!({"role": "lead"})).await.ok();
    app.run_jobs().await;
    assert_eq!(inside.next().await.unwrap().event, "contact.lead.created");
    assert_eq!(outside.next().await, None, "it has ended");
    away.call("POST", "/auth/uninstall", None).await.refused(403, "forbidden");
    home.get("/me").await.ok();
}

#[both]
async fn the_allowlist_is_checked(app: TestApp) {
    let client = app.version("2.16").at("192.0.2.7");
    for wrong in ["x", "10.0.0.0/33", "10.0.0.1 10.0.0.2", "10.0.0.1,10.0.0.2", ",", ""] {
        let refused = client.put(LIST, json!({"ip_allowlist": ["10.0.0.1", wrong]})).await;
        let why = "ip_allowlist[1] is neither an IP address nor a CIDR range";
        assert_eq!(refused.refused(422, "parameter_invalid"), why);
    }
    let many: Vec<String> = (0..501).map(|n| format!("10.0.{}.{}", n / 256, n % 256)).collect();
    client.put(LIST, json!({"ip_allowlist": many})).await.refused(422, "parameter_invalid");
    let wrong = client.clone().off_the_record();
    wrong.put(LIST, json!({"ip_allowlist": "10.0.0.1"})).await.refused(400, "parameter_invalid");
    wrong.put(LIST, json!({"ip_allowlist": [1]})).await.refused(400, "parameter_invalid");
    wrong.put(LIST, json!({"enabled": "maybe"})).await.refused(400, "parameter_invalid");
    let spaced = client.put(LIST, json!({"ip_allowlist": [" 10.0.0.1 "]})).await.ok();
    assert_eq!(spaced["ip_allowlist"], json!(["10.0.0.1"]));
    assert_eq!(client.put(LIST, json!({"ip_allowlist": null})).await.ok()["ip_allowlist"], json!([]));
    for version in ["2.13", "Unstable"] {
        client.clone().with_version(version).off_the_record().get(LIST).await.refused(400, "intercom_version_invalid");
    }
    let reader = app.scoped("read_ip_allowlist").await.with_version("2.16");
    reader.get(LIST).await.ok();
    reader.off_the_record().put(LIST, json!({"enabled": false})).await.refused(401, "token_unauthorized");
}

#[both]
async fn secrets_are_shown_once(app: TestApp) {
    assert_eq!(app.get(SECRETS).await.ok(), json!({"type": "list", "data": []}));
    let made = app.post(SECRETS, json!({"name": " Web ", "supports_web": true})).await.with(201);
    let secret = made["secret"].as_str().unwrap().to_owned();
    assert_eq!(secret.len(), 43, "256 bits in base64url");
    let mut listed = json!({"type": "identity_verification_secret", "id": made["id"], "name": "Web",
        "supports_android": false, "supports_ios": false, "supports_web": true, "created_at": NOW});
    let all = app.get(SECRETS).await;
    assert!(!all.text.contains(&secret));
    assert_eq!(all.ok(), json!({"type": "list", "data": [listed]}));
    listed["secret"] = secret.clone().into();
    assert_eq!(made, listed);
    let other = json!({"name": "Web", "supports_ios": true, "supports_android": true});
    let other = app.post(SECRETS, other).await.with(201);
    assert_ne!(other["secret"], made["secret"]);
    let logs = app.get("/admins/activity_logs?created_at_after=1").await;
    assert!(!logs.text.contains(&secret));
    let path = format!("{SECRETS}/{}", id(&made));
    let deleted = app.delete(&path).await;
    assert_eq!((deleted.status, deleted.text.as_str()), (204, ""));
    for unknown in [path.as_str(), "/secure_mode_secrets/x"] {
        let refused = app.delete(unknown).await;
        let why = refused.refused(404, "identity_verification_secret_not_found");
        assert_eq!(why, "Identity verification secret not found");
    }
    assert_eq!(app.get(SECRETS).await.ok()["data"].as_array().unwrap().len(), 1);
    let logs = app.version("2.16").get("/admins/activity_logs?created_at_after=1").await.ok();
    let types: Vec<_> = logs["activity_logs"].as_array().unwrap().iter().map(|log| &log["activity_type"]).collect();
    assert_eq!(types[..2], ["messenger_api_secret_deletion", "messenger_api_secret_creation"]);
}

#[both]
async fn secrets_need_a_name_and_a_platform(app: TestApp) {
    for body in [json!({"supports_web": true}), json!({"name": " ", "supports_web": true}), json!({})] {
        assert_eq!(app.post(SECRETS, body).await.refused(422, "parameter_invalid"), "name is required");
    }
    let long = json!({"name": "x".repeat(256), "supports_web": true});
    app.post(SECRETS, long).await.refused(422, "parameter_invalid");
    for body in [json!({"name": "x"}), json!({"name": "x", "supports_web": false})] {
        let why = "At least one of supports_android, supports_ios and supports_web must be true";
        assert_eq!(app.post(SECRETS, body).await.refused(422, "parameter_invalid"), why);
    }
    for n in 0..100 {
        app.post(SECRETS, json!({"name": n.to_string(), "supports_web": true})).await.with(201);
    }
    app.post(SECRETS, json!({"name": "x", "supports_web": true})).await.refused(422, "parameter_invalid");
    app.version("2.16").off_the_record().get(SECRETS).await.refused(400, "intercom_version_invalid");
    let reader = app.scoped("read_secure_mode_secrets").await;
    reader.get(SECRETS).await.ok();
    reader.off_the_record().post(SECRETS, json!({"name": "x", "supports_web": true})).await.refused(403, "forbidden");
    app.scoped("write_secure_mode_secrets").await.get(SECRETS).await.ok();
}
