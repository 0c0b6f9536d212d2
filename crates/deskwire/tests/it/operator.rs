//! Commands for operators: workspaces, admins, tokens.
#![expect(clippy::unwrap_used, reason = "a test that cannot continue must fail")]

use std::fs::File;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::program::{Ended, Place, Server};

const DEMO: &str = include_str!("../../demo/workspace.toml");

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn workspaces_admins_and_tokens_are_listed() {
    let place = Place::new();
    let made = place.workspace();
    let all = lines(&place.run(&["workspace", "list", "--data", "d"]).ok());
    assert_eq!((&all[0]["workspace_id"], &all[0]["name"]), (&made["workspace_id"], &json!("Acme")));
    let all = lines(&place.run(&["admin", "list", "--data", "d"]).ok());
    assert_eq!((&all[0]["id"], &all[0]["email"]), (&made["admin_id"], &json!("admin@example.com")));
    let scopes = place.run(&["scopes", "list"]).ok();
    assert!(["all", "read_tickets"].iter().all(|name| scopes.lines().any(|scope| scope == *name)), "{scopes}");

    let create = ["token", "create", "--data", "d", "--scopes", "read_users,read_tags", "--name", "CI"];
    let token = place.run(&[&create[..], &["--api-version", "2.11"]].concat()).ok();
    let all = lines(&place.run(&["token", "list", "--data", "d"]).ok());
    assert_eq!(all.len(), 2);
    assert_eq!(all[1]["scopes"], json!(["read_users", "read_tags"]));
    assert_eq!((&all[1]["name"], &all[1]["admin"]), (&json!("CI"), &json!("admin@example.com")));
    assert_eq!(all[1]["api_version"], "2.11");
    let id = all[1]["id"].to_string();
    let revoke = ["token", "revoke", "--data", "d", "--id", &id];
    place.run(&revoke).ok();
    assert!(place.run(&revoke).refused(1).contains("has been revoked already"));
    assert_eq!(lines(&place.run(&["token", "list", "--data", "d"]).ok()).len(), 1);
    let all = lines(&place.run(&["token", "list", "--data", "d", "--revoked"]).ok());
    assert!(all[1]["revoked_at"].is_string(), "{all:?}");
    assert!(!all.iter().any(|t| t.to_string().contains(&token)), "no token is stored");
    let refused = place.run(&[&create[..], &["--api-version", "3.0"]].concat()).refused(2);
    assert!(refused.contains("there is no API version 3.0; the versions are 2.7, "), "{refused}");
}

#[test]
fn a_token_has_its_own_version() {
    let place = Place::new();
    place.workspace();
    let create = ["token", "create", "--data", "d", "--scopes", "all", "--api-version", "2.9"];
    let token = place.run(&create).ok();
    let server = Server::start(&place, &["serve", "--data", "d"]);
    // Jobs are of later versions.
    let (status, refused) = server.get("/jobs/status/1", &token);
    assert_eq!((status, &refused["errors"][0]["code"]), (400, &json!("intercom_version_invalid")), "{refused}");
}

#[test]
fn an_admin_is_changed_and_removed() {
    let place = Place::new();
    let made = place.workspace();
    let owner = made["access_token"].as_str().unwrap();
    place.write("w.toml", "[[admins]]\nemail = \"eve@acme.test\"\nname = \"Eve\"\n[[teams]]\nname = \"T\"\nmembers = [\"eve@acme.test\"]\n");
    place.run(&["apply", "w.toml", "--data", "d"]).ok();
    let token = place.run(&["token", "create", "--data", "d", "--admin", "eve@acme.test", "--scopes", "all"]).ok();
    let server = Server::start(&place, &["serve", "--data", "d"]);
    let eve = server.get("/me", &token).1["id"].as_str().unwrap().to_owned();
    let user = server.post("/contacts", owner, &json!({"external_id": "u"})).1["id"].as_str().unwrap().to_owned();
    let new = json!({"from": {"type": "user", "id": user}, "body": "Hello"});
    let conversation = server.post("/conversations", owner, &new).1["conversation_id"].as_str().unwrap().to_owned();
    let parts = format!("/conversations/{conversation}/parts");
    let assign = json!({"message_type": "assignment", "type": "admin", "admin_id": eve, "assignee_id": eve});
    assert_eq!(server.post(&parts, owner, &assign).0, 200);
    let reply = json!({"message_type": "comment", "type": "admin", "admin_id": eve, "body": "Hello you"});
    assert_eq!(server.post(&format!("/conversations/{conversation}/reply"), owner, &reply).0, 200);

    let other = server.post("/conversations", owner, &new).1["conversation_id"].as_str().unwrap().to_owned();
    assert_eq!(server.post(&format!("/conversations/{other}/parts"), owner, &assign).0, 200);
    let close = json!({"message_type": "close", "type": "admin", "admin_id": eve});
    assert_eq!(server.post(&format!("/conversations/{other}/parts"), owner, &close).0, 200);

    let update = ["admin", "update", "--data", "d", "--email", "eve@acme.test"];
    assert!(
        place
            .run(&[&update[..], &["--new-email", "admin@example.com"]].concat())
            .refused(1)
            .contains("is the address of Admin")
    );
    place.run(&[&update[..], &["--new-email", "eva@acme.test", "--name", "Eva"]].concat()).ok();
    let removed = place.run(&["admin", "remove", "--data", "d", "--email", "EVA@acme.test"]);
    assert!(removed.err.contains("1 conversations are unassigned now"), "{removed:?}");
    server.within_a_second(&token, 401);
    let shown = server.get(&format!("/conversations/{conversation}"), owner).1;
    assert_eq!(shown["admin_assignee_id"], 0, "{shown}");
    let written = shown["conversation_parts"]["conversation_parts"].as_array().unwrap();
    assert!(written.iter().any(|part| part["author"]["name"] == "Eva"), "what she wrote keeps its author: {written:?}");
    // Closed conversations keep her as assignee until they are reopened.
    let closed = format!("/conversations/{other}");
    assert_eq!(server.get(&closed, owner).1["admin_assignee_id"].to_string(), eve);
    let again = json!({"message_type": "comment", "type": "user", "intercom_user_id": user, "body": "Once more"});
    let (status, opened) = server.post(&format!("{closed}/reply"), owner, &again);
    assert_eq!((status, &opened["state"], &opened["admin_assignee_id"]), (200, &json!("open"), &json!(0)), "{opened}");
    assert_eq!(server.post(&parts, owner, &assign).0, 404, "nothing is assigned to her");
    assert_eq!(server.get(&format!("/admins/{eve}"), owner).0, 404);
    assert_eq!(server.get("/admins", owner).1["admins"].as_array().unwrap().len(), 1);
    assert_eq!(server.get("/teams", owner).1["teams"][0]["admin_ids"], json!([]));
    assert_eq!(lines(&place.run(&["admin", "list", "--data", "d", "--removed"]).ok()).len(), 2);
    let last = place.run(&["admin", "remove", "--data", "d", "--email", "admin@example.com"]).refused(1);
    assert!(last.contains("is the last admin of the workspace"), "{last}");

    // A file restores her, and removes her.
    let file = |removed: bool| {
        place.write("w.toml", &format!("[[admins]]\nemail = \"eva@acme.test\"\nname = \"Eva\"\nremoved = {removed}\n"));
        place.run(&["apply", "w.toml", "--data", "d"]).err
    };
    assert!(file(false).contains("admin \"eva@acme.test\": changed"));
    assert_eq!(server.get(&format!("/admins/{eve}"), owner).0, 200);
    assert!(file(true).contains("admin \"eva@acme.test\": changed"));
    assert_eq!(file(true), "nothing changed\n");
}

#[test]
fn an_exported_workspace_is_applied_unchanged() {
    let place = Place::new();
    let create = ["workspace", "create", "--name", " Acme ", "--admin-name", " Ada ", "--data", "d"];
    place.run(&[&create[..], &["--admin-email", " admin@example.com "]].concat()).ok();
    let export = place.run(&["workspace", "export", "--data", "d"]).ok();
    place.write("w.toml", &export);
    assert_eq!(place.run(&["apply", "w.toml", "--data", "d"]).err, "nothing changed\n");
    let more = "\n[[apps]]\nname = \"Sync\"\nclient_id = \"sync\"\nclient_secret = \"0123456789abcdef\"\nscopes = [\"read_users\"]\n\
                [[webhooks]]\napp = \"Sync\"\nurl = \"https://sync.test/\"\ntopics = [\"contact.user.created\"]\n";
    place.write("w.toml", &format!("{DEMO}{more}"));
    place.write("call.wav", "a recording");
    place.run(&["apply", "w.toml", "--data", "d"]).ok();
    place.run_with("a password of Ada", &["admin", "password", "--email", "ada@example.com", "--data", "d"]).ok();
    let export = |more: &[&str], data: &str| place.run(&[&["workspace", "export", "--data", data], more].concat()).ok();
    let plain = export(&[], "d");
    assert!(!plain.contains("0123456789abcdef") && !plain.contains("argon2id"), "{plain}");
    place.write("export.toml", &plain);
    let applied = place.run(&["apply", "export.toml", "--data", "d", "--prune"]);
    assert!(applied.code == Some(0) && applied.err.ends_with("nothing changed\n"), "{applied:?}");

    let whole = export(&["--secrets"], "d");
    place.write("export.toml", &whole);
    place.run(&["workspace", "create", "--name", "Copy", "--data", "e"]).ok();
    assert!(place.run(&["apply", "export.toml", "--data", "e"]).code == Some(0));
    let copy = ["admin", "remove", "--email", "admin@example.com", "--data"];
    // Both have the admin they were created with; in the copy, its position differs.
    place.run(&[&copy[..], &["d"]].concat()).ok();
    place.run(&[&copy[..], &["e"]].concat()).ok();
    assert_eq!(export(&["--secrets"], "e"), export(&["--secrets"], "d"));
    place.write("export.toml", &plain);
    place.run(&["workspace", "create", "--name", "Copy", "--data", "f"]).ok();
    let refused = place.run(&["apply", "export.toml", "--data", "f"]).refused(1);
    assert!(refused.contains("a new app needs a client_secret"), "{refused}");
}

/// Exports the demo's workspace, applies the file to an empty one, and exports that.
fn a_workspace_goes_elsewhere(place: &Place, here: &str, there: &str) {
    let make = |database: &str| {
        let create =
            ["workspace", "create", "--name", "New", "--admin-name", "Ada", "--admin-email", "ada@example.com"];
        place.run(&[&create[..], &["--database", database]].concat()).ok();
    };
    let export = |database: &str| place.run(&["export-workspace", "--database", database]).ok();
    make(here);
    let more = "\n[[apps]]\nname = \"Sync\"\nclient_id = \"sync\"\nclient_secret = \"0123456789abcdef\"\nscopes = [\"read_users\"]\n\
                [[webhooks]]\napp = \"Sync\"\nurl = \"https://sync.test/\"\ntopics = [\"contact.user.created\"]\n\
                [[macros]]\nname = \"Rich\"\nhtml = \"<ul><li>Dear {{user.name}}</li></ul>\"\n\
                [[macros]]\nname = \"Close\"\nactions = [{ type = \"close\" }]\n";
    place.write("w.toml", &format!("{DEMO}{more}"));
    place.write("call.wav", "a recording");
    place.run(&["apply", "w.toml", "--database", here]).ok();
    place.run_with("a password of Ada", &["admin", "password", "--email", "ada@example.com", "--database", here]).ok();

    let file = export(here);
    assert!(!file.contains("0123456789abcdef") && !file.contains("argon2id"), "{file}");
    assert!(file.contains("# - client_secret of the app \"Sync\"\n"), "{file}");
    assert!(file.contains("html = \"<ul><li>Dear {{user.name}}</li></ul>\""), "{file}");
    place.write("file.toml", &file);
    make(there);
    let refused = place.run(&["apply", "file.toml", "--database", there]).refused(1);
    assert!(refused.contains("a new app needs a client_secret"), "{refused}");
    let filled = file.replace("client_id = \"sync\"\n", "client_id = \"sync\"\nclient_secret = \"fedcba9876543210\"\n");
    assert_ne!(filled, file);
    place.write("file.toml", &filled);
    place.run(&["apply", "file.toml", "--database", there]).ok();
    assert_eq!(export(there), file);
    assert_eq!(place.run(&["apply", "file.toml", "--database", there]).err, "nothing changed\n");
}

#[test]
fn a_workspace_goes_elsewhere_on_sqlite() {
    let place = Place::new();
    let database = |name: &str| format!("sqlite:{}", place.path(&format!("{name}/deskwire.db")).display());
    a_workspace_goes_elsewhere(&place, &database("a"), &database("b"));
}

#[test]
fn a_workspace_goes_elsewhere_on_postgresql() {
    let database = |name: &str| crate::program::schema(&format!("elsewhere_{name}_{}", std::process::id()));
    a_workspace_goes_elsewhere(&Place::new(), &database("a"), &database("b"));
}

/// Creates workspaces of the same name concurrently: one succeeds.
fn one_workspace_of_a_name(database: &str) {
    let place = Place::new();
    let create = |name: &str| {
        let mut command = place.command(&["workspace", "create", "--name", name, "--database", database]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    assert!(create("First").wait().unwrap().success());
    let all: Vec<_> = (0..6).map(|_| create("Same")).collect();
    let ended: Vec<Ended> = all.into_iter().map(|child| Ended::new(child.wait_with_output().unwrap())).collect();
    assert_eq!(ended.iter().filter(|one| one.code == Some(0)).count(), 1, "{ended:?}");
    for one in ended.into_iter().filter(|one| one.code != Some(0)) {
        assert!(one.refused(1).contains("there is a workspace \"Same\" already"));
    }
    let names = lines(&place.run(&["workspace", "list", "--database", database]).ok());
    assert_eq!(names.len(), 2, "{names:?}");
}

#[test]
fn one_workspace_of_a_name_is_created_on_sqlite() {
    let place = Place::new();
    one_workspace_of_a_name(&format!("sqlite:{}", place.path("d/deskwire.db").display()));
}

#[test]
fn one_workspace_of_a_name_is_created_on_postgresql() {
    one_workspace_of_a_name(&crate::program::schema(&format!("same_name_{}", std::process::id())));
}

#[test]
fn help_separates_the_options_of_a_command_from_global_options() {
    let place = Place::new();
    for command in [&["token", "create"][..], &["serve"], &["workspace", "export"]] {
        let help = place.run(&[command, &["--help"]].concat()).ok();
        let (own, global) = help.split_once("Global options:").expect("the global options have a heading");
        assert!(global.contains("--log-level") && !own.contains("--log-level"), "{help}");
        assert!(own.contains("--database"), "{help}");
    }
}

/// The files in a directory and in those below it, but for unfinished ones.
fn files_below(directory: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let entries = entries.filter(|path| !path.ends_with("unfinished"));
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

/// Removes one of two workspaces that share a database and have a file of the same content, and checks the rest.
fn a_workspace_is_removed(database: &str) {
    let place = Place::new();
    let (at, files) = (["--database", database], ["--files", "f"]);
    let create = |name: &str| -> Value {
        let made = place.run(&[&["workspace", "create", "--name", name], &at[..]].concat()).ok();
        serde_json::from_str(&made).unwrap()
    };
    let (gone, kept) = (create("Gone"), create("Kept"));
    let mut server = Server::start(&place, &[&["serve"], &at[..], &files[..]].concat());
    let token = |of: &Value| of["access_token"].as_str().unwrap().to_owned();
    for (of, texts) in [(&gone, ["shared", "own"]), (&kept, ["shared", "other"])] {
        let token = token(of);
        let user = server.post("/contacts", &token, &json!({"role": "user", "email": "ada@acme.test"})).1;
        for number in 0..30 {
            let contact = json!({"role": "user", "external_id": number.to_string(), "name": "Acme"});
            assert_eq!(server.post("/contacts", &token, &contact).0, 200);
        }
        let new = json!({"from": {"type": "user", "id": user["id"]}, "body": "Hello"});
        let conversation =
            server.post("/conversations", &token, &new).1["conversation_id"].as_str().unwrap().to_owned();
        for text in texts {
            // A multiple of three bytes is its own base64 without padding.
            let data = json!({"name": "n.txt", "content_type": "text/plain", "data": text.repeat(4)});
            let reply = json!({"message_type": "comment", "type": "admin", "admin_id": of["admin_id"], "body": "See",
                "attachment_files": [data]});
            let (status, answer) = server.post(&format!("/conversations/{conversation}/reply"), &token, &reply);
            assert_eq!(status, 200, "{answer}");
        }
    }
    let query = json!({"query": {"field": "name", "operator": "~", "value": "Acme"}});
    let found =
        |of: &Value| server.post("/contacts/search", &token(of), &query).1["total_count"].as_i64().unwrap_or(-1);
    assert_eq!((found(&gone), found(&kept)), (30, 30));
    let stored = || files_below(&place.path("f")).len();
    // Each of them has its own copy of equal contents.
    assert_eq!(stored(), 4);
    // A transaction in progress may still refer to a new file.
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
    for file in files_below(&place.path("f")) {
        File::open(file).unwrap().set_modified(old).unwrap();
    }
    let remove = |more: &[&str]| {
        let id = gone["workspace_id"].as_str().unwrap();
        place.run(&[&["workspace", "remove", "--workspace", id], &at[..], &files[..], more].concat())
    };
    assert!(remove(&[]).refused(2).contains("--confirm must be the name of the workspace"));
    assert!(
        remove(&["--confirm", "Kept"]).refused(1).contains("the workspace is called \"Gone\": nothing was removed")
    );
    assert_eq!(server.get("/me", &token(&gone)).0, 200);
    let removed = remove(&["--confirm", "Gone"]);
    assert!(removed.err.starts_with("Removed ") && removed.err.ends_with(" rows and 2 files\n"), "{removed:?}");
    removed.ok();
    assert_eq!(stored(), 2, "what the other workspace has stays");
    assert_eq!(server.get("/me", &token(&gone)).0, 401);
    assert!(remove(&["--confirm", "Gone"]).refused(1).contains("there is no workspace"));
    assert_eq!(found(&kept), 30);
    assert_eq!(server.get("/conversations", &token(&kept)).1["total_count"], 1);
    server.signal("TERM");
    assert_eq!(server.wait(), Some(0));
    // No table has a row of it.
    place.run(&[&["backup", "b.tgz"], &at[..], &files[..]].concat()).ok();
    let unpacked = std::process::Command::new("tar").arg("-xzOf").arg(place.path("b.tgz")).output().unwrap();
    let text = String::from_utf8_lossy(&unpacked.stdout).into_owned();
    assert!(text.contains(kept["workspace_id"].as_str().unwrap()));
    assert!(!text.contains(gone["workspace_id"].as_str().unwrap()), "a row is left");
    let found = place.run(&[&["doctor", "--verify-files"], &at[..], &files[..]].concat());
    assert!(found.out.contains("ok     2 files in f, 0 missing or damaged"), "{found:?}");
}

#[test]
fn a_workspace_is_removed_from_sqlite() {
    let place = Place::new();
    a_workspace_is_removed(&format!("sqlite:{}", place.path("d/deskwire.db").display()));
}

#[test]
fn a_workspace_is_removed_from_postgresql() {
    a_workspace_is_removed(&crate::program::schema(&format!("remove_{}", std::process::id())));
}

/// Removes the demo, which takes several transactions, while its server runs.
fn a_full_workspace_is_removed(database: &str) {
    let place = Place::new();
    let at = ["--database", database];
    let server = Server::start(&place, &[&["demo", "--token", "demo-token"], &at[..]].concat());
    assert_eq!(server.get("/contacts", "demo-token").1["total_count"], 200);
    let id = server.get("/me", "demo-token").1["app"]["id_code"].as_str().unwrap().to_owned();
    place.run(&[&["workspace", "create", "--name", "Kept"], &at[..]].concat()).ok();
    let remove = ["workspace", "remove", "--workspace", &id, "--confirm", "Deskwire Demo", "--files", "f"];
    let removed = place.run(&[&remove[..], &at[..]].concat());
    let rows = removed.err.split(' ').nth(1).and_then(|rows| rows.parse::<u64>().ok());
    assert!(rows.is_some_and(|rows| rows > 3_000), "{removed:?}");
    assert_eq!(server.get("/contacts", "demo-token").0, 401);
    drop(server);
    place.run(&[&["backup", "b.tgz", "--files", "f"], &at[..]].concat()).ok();
    let unpacked = std::process::Command::new("tar").arg("-xzOf").arg(place.path("b.tgz")).output().unwrap();
    assert!(!String::from_utf8_lossy(&unpacked.stdout).contains(&id), "a row is left");
}

#[test]
fn a_full_workspace_is_removed_from_sqlite() {
    let place = Place::new();
    a_full_workspace_is_removed(&format!("sqlite:{}", place.path("d/deskwire.db").display()));
}

#[test]
fn a_full_workspace_is_removed_from_postgresql() {
    a_full_workspace_is_removed(&crate::program::schema(&format!("remove_full_{}", std::process::id())));
}

#[test]
fn the_demo_keeps_its_token_and_password() {
    let place = Place::new();
    let banner = |more: &[&str]| {
        let server = Server::start(&place, &[&["demo"], more].concat());
        let log = server.log_with("/contacts\n");
        let line = |name: &str| log.lines().find_map(|l| l.strip_prefix(name)).map(str::to_owned).unwrap_or_default();
        let (token, sign_in, version) = (line("Token:    "), line("Sign-in:  "), line("Version:  "));
        assert_eq!(server.get("/me", &token).0, 200, "{log}");
        assert!(!log.contains("migrat"), "the banner stands alone: {log}");
        (token, sign_in, version)
    };
    let first = banner(&[]);
    assert!(first.2.starts_with("2.16,"), "{first:?}");
    assert_eq!(banner(&[]), first);
    let other = banner(&["--token", "my-own", "--api-version", "2.11"]);
    assert_eq!((other.0.as_str(), &other.1), ("my-own", &first.1));
    assert!(other.2.starts_with("2.11,"), "{other:?}");
    assert_eq!(banner(&[]), first);
    // Another version gets its own token: the first may be in use.
    let old = banner(&["--api-version", "2.9"]);
    assert!(old.0 != first.0 && old.2.starts_with("2.9,"), "{old:?}");
    assert_eq!(banner(&["--api-version", "2.9"]), old);
    assert_eq!(banner(&[]), first);
    let refused =
        place.run(&["demo", "--token", "my-own", "--api-version", "2.9", "--listen", "127.0.0.1:0"]).refused(1);
    assert!(refused.contains("this token has the API version 2.11, and may be in use"), "{refused}");
    let keys = place.path("data/demo/demo-keys.json");
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&keys).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    std::fs::remove_file(keys).unwrap();
    let second = banner(&[]);
    assert_ne!(second.0, first.0);
    let live = lines(&place.run(&["token", "list", "--data", "data/demo"]).ok());
    assert_eq!(live.iter().filter(|t| t["name"] == "demo").count(), 1, "the token before has ended: {live:?}");
}

#[test]
fn the_demo_on_postgresql_keeps_its_token_and_password() {
    let place = Place::new();
    let database = crate::program::schema(&format!("demo_keys_{}", std::process::id()));
    let credentials = || {
        let server = Server::start(&place, &["demo", "--database", &database]);
        let log = server.log_with("/contacts\n");
        let shown = log.lines().filter(|line| line.starts_with("Token: ") || line.starts_with("Sign-in: "));
        shown.map(str::to_owned).collect::<Vec<_>>()
    };
    let first = credentials();
    assert_eq!(first.len(), 2, "{first:?}");
    assert_eq!(credentials(), first);
}
