//! Apps, and the passwords of the admins who authorize them.

use serde_json::{Value, json};

use crate::program::{Ended, Place, Server};

/// Runs a command in the only workspace.
fn run(place: &Place, made: &Value, arguments: &[&str]) -> Ended {
    let workspace = made["workspace_id"].as_str().unwrap_or_default();
    place.run(&[arguments, &["--workspace", workspace, "--data", "d"]].concat())
}

fn app(place: &Place, made: &Value) -> String {
    let create =
        ["app", "create", "--name", "Sync", "--redirect-uri", "https://sync.test/back", "--scopes", "read_tickets"];
    let app: Value = serde_json::from_str(&run(place, made, &create).ok()).expect("it prints JSON");
    app["client_id"].as_str().expect("apps have an id").to_owned()
}

fn listed(place: &Place, made: &Value) -> Vec<Value> {
    run(place, made, &["app", "list"])
        .ok()
        .lines()
        .map(|line| serde_json::from_str(line).expect("it prints JSON"))
        .collect()
}

#[test]
fn apps_are_changed_and_listed() {
    let place = Place::new();
    let made = place.workspace();
    assert!(listed(&place, &made).is_empty());
    let id = app(&place, &made);
    let create = ["app", "create", "--name", "Sync", "--redirect-uri", "https://b.test", "--scopes", "read_tickets"];
    let refused = run(&place, &made, &create).refused(1);
    assert_eq!(refused, format!("deskwire: the workspace has an app \"Sync\" already, with the client id {id}"));
    let create = ["app", "create", "--name", "Other", "--redirect-uri", "https://b.test", "--scopes", "read_tickets"];
    let other: Value = serde_json::from_str(&run(&place, &made, &create).ok()).unwrap();
    let other = other["client_id"].as_str().unwrap().to_owned();
    let update = |more: &[&str]| run(&place, &made, &[&["app", "update", "--client-id", &id], more].concat());
    update(&["--scopes", "read_tickets,write_tickets", "--name", " Sync 2 "]).ok();
    update(&["--redirect-uri", "https://a.test/1", "--redirect-uri", "http://localhost:3000/2"]).ok();
    let warned = update(&["--redirect-uri", "https://a.test/1", "--redirect-uri", "http://b.test/2"]);
    assert!(warned.err.contains("http://b.test/2 is not https://"), "{warned:?}");
    update(&["--uninstall-url", "https://a.test/gone", "--api-version", "unstable"]).ok();
    let all = listed(&place, &made);
    assert_eq!(all.len(), 2);
    assert_eq!((&all[0]["client_id"], &all[1]["client_id"]), (&json!(id), &json!(other)));
    assert_eq!(all[0]["name"], "Sync 2");
    assert_eq!(all[0]["scopes"], json!(["read_tickets", "write_tickets"]));
    assert_eq!(all[0]["redirect_uris"], json!(["https://a.test/1", "http://b.test/2"]));
    assert_eq!((&all[0]["uninstall_url"], &all[0]["api_version"]), (&json!("https://a.test/gone"), &json!("Unstable")));
    assert_eq!(all[0]["installs"], json!([]));
    assert!(all[0].get("secret_hash").is_none() && all[0].get("client_secret").is_none());
    update(&["--uninstall-url", "", "--api-version", ""]).ok();
    assert_eq!(listed(&place, &made)[0]["uninstall_url"], Value::Null);

    for bad in [
        ["--scopes", "read_minds"],
        ["--name", " "],
        ["--redirect-uri", "javascript:alert(1)"],
        ["--redirect-uri", "https://a.test/#x"],
        ["--redirect-uri", "https://a.test/\nhttps://b.test"],
        ["--uninstall-url", "gone"],
        ["--api-version", "3.0"],
    ] {
        update(&bad).refused(2);
    }
    assert!(
        run(&place, &made, &["app", "update", "--client-id", "nobody", "--name", "x"])
            .refused(1)
            .contains("no app nobody")
    );
    assert!(run(&place, &made, &["app", "uninstall", "--client-id", "nobody"]).refused(1).contains("no app nobody"));
    assert!(update(&["--name", "Other"]).refused(1).contains("has an app \"Other\" already"));
    run(&place, &made, &["app", "uninstall", "--client-id", &id]).ok();
    let webhooks = ["--app", "Other", "--url", "https://b.test", "--topics", "ticket.created", "--wait", "0"];
    run(&place, &made, &[&["webhooks", "create"], &webhooks[..]].concat()).ok();
    run(&place, &made, &["app", "remove", "--client-id", &other]).ok();
    assert_eq!(listed(&place, &made).len(), 1);
    assert_eq!(run(&place, &made, &["webhooks", "list"]).ok(), "");
}

#[test]
fn passwords_are_read_or_generated() {
    let place = Place::new();
    let made = place.workspace();
    let workspace = made["workspace_id"].as_str().unwrap();
    let set = ["admin", "password", "--email", "Admin@example.com", "--workspace", workspace, "--data", "d"];
    let repeated = place.run_with("correct horse battery\nmore", &set);
    assert_eq!(repeated.ok(), "", "a password that is known is not repeated");
    place.run_with("short\n", &set).refused(2);
    place.run_with("", &set).refused(2);
    let generated = place.run(&[&set[..], &["--generate"]].concat()).ok();
    assert!(generated.len() >= 20, "{generated}");
    assert!(
        run(&place, &made, &["admin", "password", "--email", "no@acme.test", "--generate"])
            .refused(1)
            .contains("no admin no@acme.test")
    );

    let hash = place.run_with("from a file\n", &["admin", "hash"]).ok();
    assert!(hash.starts_with("$argon2id$v=19$"), "{hash}");
    let file =
        |hash: &str| format!("[[admins]]\nemail = \"admin@example.com\"\nname = \"Admin\"\npassword_hash = '{hash}'\n");
    place.write("w.toml", &file(&hash));
    assert!(place.run(&["apply", "w.toml", "--data", "d"]).err.contains("admin \"admin@example.com\": changed"));
    assert_eq!(place.run(&["apply", "w.toml", "--data", "d"]).err, "nothing changed\n");
    place.write("w.toml", &file("from a file"));
    let refused = place.run(&["apply", "w.toml", "--data", "d"]).refused(1);
    assert!(refused.contains("w.toml:1: password_hash is not a PHC string"), "{refused}");
}

#[test]
fn the_demo_prints_its_password() {
    let place = Place::new();
    let server = Server::start(&place, &["demo", "--ephemeral", "--token", "dG9r-demo"]);
    let log = server.log_with("/contacts\n");
    assert!(log.contains("Sign-in:  ada@example.com, password "), "{log}");
}

#[test]
fn a_client_secret_is_rotated() {
    let place = Place::new();
    let made = place.workspace();
    let create = ["app", "create", "--name", "Sync", "--redirect-uri", "https://a.test", "--scopes", "read_users"];
    let first: Value = serde_json::from_str(&run(&place, &made, &create).ok()).unwrap();
    let id = first["client_id"].as_str().unwrap();
    let rotated = run(&place, &made, &["app", "rotate-secret", "--client-id", id]).ok();
    let second: Value = serde_json::from_str(&rotated).unwrap();
    assert_eq!(second["client_id"], first["client_id"]);
    assert_ne!(second["client_secret"], first["client_secret"]);
    let server = Server::start(&place, &["serve", "--data", "d"]);
    let redeem = |app: &Value| {
        let body = json!({"client_id": id, "client_secret": app["client_secret"], "code": "none"});
        server.post("/auth/eagle/token", "", &body)
    };
    let (old, new) = (redeem(&first), redeem(&second));
    assert_ne!(old, new, "only the new one is known, and only then the code is looked at");
    assert!(new.1.to_string().contains("code"), "{new:?}");
    let secrets = run(&place, &made, &["workspace", "export", "--secrets"]).ok();
    assert!(secrets.contains(second["client_secret"].as_str().unwrap()), "webhooks are signed with it");
    assert!(!secrets.contains(first["client_secret"].as_str().unwrap()));
    run(&place, &made, &["app", "rotate-secret", "--client-id", "nobody"]).refused(1);
    // An id may look like an option.
    let dashed = "[[apps]]\nname = \"Dashed\"\nclient_id = \"-1x\"\nclient_secret = \"0123456789abcdef\"\nscopes = [\"read_users\"]\n";
    let file = place.write("dashed.toml", dashed);
    run(&place, &made, &["apply", &file]).ok();
    let rotated = run(&place, &made, &["app", "rotate-secret", "--client-id", "-1x"]).ok();
    assert!(rotated.contains("-1x"), "{rotated}");
}
