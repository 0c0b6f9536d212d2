//! Commands that show and change what an operator looks after: workspaces, admins, tokens; and how the program asks.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::process::Stdio;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use serde_json::{Value, json};

use crate::program::{Ended, Place, Server};

const DEMO: &str = include_str!("../../demo/workspace.toml");

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn what_there_is_can_be_listed() {
    let place = Place::new();
    let made = place.workspace();
    let all = lines(&place.run(&["workspace", "list", "--data", "d"]).ok());
    assert_eq!((&all[0]["workspace_id"], &all[0]["name"]), (&made["workspace_id"], &json!("Acme")));
    let all = lines(&place.run(&["admin", "list", "--data", "d"]).ok());
    assert_eq!((&all[0]["id"], &all[0]["email"]), (&made["admin_id"], &json!("admin@example.com")));
    let scopes = place.run(&["scopes", "list"]).ok();
    assert!(scopes.lines().any(|scope| scope == "read_tickets"), "{scopes}");

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
    let said = shown["conversation_parts"]["conversation_parts"].as_array().unwrap();
    assert!(said.iter().any(|part| part["author"]["name"] == "Eva"), "what she wrote keeps its author: {said:?}");
    // What was closed keeps her as its assignee until it opens again.
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

    // A file brings her back, and removes her.
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
    place.workspace();
    let more = "\n[[apps]]\nname = \"Sync\"\nclient_id = \"sync\"\nclient_secret = \"0123456789abcdef\"\nscopes = [\"read_users\"]\n\
                [[webhooks]]\napp = \"Sync\"\nurl = \"https://sync.test/\"\ntopics = [\"contact.user.created\"]\n";
    place.write("w.toml", &format!("{DEMO}{more}"));
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
    // Both have the admin of their making; the copy's has another place in the order.
    place.run(&[&copy[..], &["d"]].concat()).ok();
    place.run(&[&copy[..], &["e"]].concat()).ok();
    assert_eq!(export(&["--secrets"], "e"), export(&["--secrets"], "d"));
    place.write("export.toml", &plain);
    place.run(&["workspace", "create", "--name", "Copy", "--data", "f"]).ok();
    let refused = place.run(&["apply", "export.toml", "--data", "f"]).refused(1);
    assert!(refused.contains("a new app needs a client_secret"), "{refused}");
}

#[test]
fn a_mistyped_variable_is_refused() {
    let place = Place::new();
    let run =
        |name: &str, value: &str| Ended::new(place.command(&["scopes", "list"]).env(name, value).output().unwrap());
    let refused = run("DESKWIRE_RATE_LIMT", "5").refused(2);
    let words = "the environment variable DESKWIRE_RATE_LIMT is no setting; is DESKWIRE_RATE_LIMIT meant?";
    assert_eq!(refused, format!("deskwire: {words}"));
    let warned = run("DESKWIRE_SERVICE_HOST", "10.0.0.1");
    assert!(warned.err.contains("warning: the environment variable DESKWIRE_SERVICE_HOST is no setting"), "{warned:?}");
    warned.ok();
    assert_eq!(run("DESKWIRE_RATE_LIMIT", "5").err, "");
}

#[test]
fn help_tells_a_commands_own_options_from_those_of_all() {
    let place = Place::new();
    for command in [&["token", "create"][..], &["serve"], &["workspace", "export"]] {
        let help = place.run(&[command, &["--help"]].concat()).ok();
        let (own, global) = help.split_once("Global options:").expect("the global options have a heading");
        assert!(global.contains("--log-level") && !own.contains("--log-level"), "{help}");
        assert!(own.contains("--database"), "{help}");
    }
}

/// Runs the program at a terminal, answers each question, and returns how it ended with what the terminal showed.
fn at_a_terminal(place: &Place, arguments: &[&str], answers: &[(&str, &str)]) -> (Ended, String) {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap();
    let open = || OwnedFd::from(File::options().read(true).write(true).open(name.to_str().unwrap()).unwrap());
    let mut command = place.command(arguments);
    let child = command.stdin(Stdio::from(open())).stdout(Stdio::piped()).stderr(Stdio::from(open())).spawn().unwrap();
    drop(command);
    let mut master = File::from(master);
    let (mut shown, mut buffer) = (String::new(), [0; 1024]);
    for (question, answer) in answers {
        while !shown.ends_with(question) {
            let read = master.read(&mut buffer).unwrap();
            shown.push_str(std::str::from_utf8(&buffer[..read]).unwrap());
        }
        master.write_all(format!("{answer}\n").as_bytes()).unwrap();
    }
    let output = child.wait_with_output().unwrap();
    // What is left is read until the other side is closed, which a terminal tells by an error.
    while let Ok(read @ 1..) = master.read(&mut buffer) {
        shown.push_str(std::str::from_utf8(&buffer[..read]).unwrap());
    }
    (Ended::new(output), shown)
}

#[test]
fn a_terminal_asks_for_passwords_without_showing_them() {
    let place = Place::new();
    place.workspace();
    let set = ["admin", "password", "--email", "admin@example.com", "--data", "d"];
    let secret = "correct horse battery";
    let answers = [("Password: ", secret), ("The same again: ", secret)];
    let (ended, shown) = at_a_terminal(&place, &set, &answers);
    assert_eq!(ended.code, Some(0), "{shown}");
    assert!(!shown.contains(secret), "{shown}");
    let (ended, shown) = at_a_terminal(&place, &set, &[answers[0], ("The same again: ", "another one")]);
    assert!(ended.code == Some(2) && shown.contains("the passwords differ"), "{shown}");
}

#[test]
fn a_terminal_asks_before_it_removes() {
    let place = Place::new();
    place.workspace();
    place.write("w.toml", "[[tags]]\nname = \"VIP\"\n");
    place.run(&["apply", "w.toml", "--data", "d"]).ok();
    // The tag and the three segments that every workspace starts with.
    place.write("w.toml", "");
    let prune = ["apply", "w.toml", "--data", "d", "--prune"];
    let question = "Remove 4 things and make the other changes? [y/N] ";
    let (ended, shown) = at_a_terminal(&place, &prune, &[(question, "")]);
    assert!(ended.code == Some(1) && shown.contains("nothing was changed"), "{shown}");
    let (ended, shown) = at_a_terminal(&place, &prune, &[(question, "y")]);
    assert!(ended.code == Some(0) && shown.contains("tag \"VIP\": removed"), "{shown}");
    assert!(place.run(&prune).err.ends_with("nothing changed\n"), "nothing is left to remove");
}

#[test]
fn the_demo_keeps_its_token_and_password() {
    let place = Place::new();
    let told = |more: &[&str]| {
        let server = Server::start(&place, &[&["demo"], more].concat());
        let log = server.log_with("/contacts\n");
        let line = |name: &str| log.lines().find_map(|l| l.strip_prefix(name)).map(str::to_owned).unwrap_or_default();
        let (token, sign_in, version) = (line("Token:    "), line("Sign-in:  "), line("Version:  "));
        assert_eq!(server.get("/me", &token).0, 200, "{log}");
        assert!(!log.contains("migrat"), "the banner stands alone: {log}");
        (token, sign_in, version)
    };
    let first = told(&[]);
    assert!(first.2.starts_with("2.16,"), "{first:?}");
    assert_eq!(told(&[]), first);
    let other = told(&["--token", "my-own", "--api-version", "2.11"]);
    assert_eq!((other.0.as_str(), &other.1), ("my-own", &first.1));
    assert!(other.2.starts_with("2.11,"), "{other:?}");
    assert_eq!(told(&[]), first);
    let keys = place.path("data/demo/demo-keys.json");
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&keys).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    std::fs::remove_file(keys).unwrap();
    let second = told(&[]);
    assert_ne!(second.0, first.0);
    let live = lines(&place.run(&["token", "list", "--data", "data/demo"]).ok());
    assert_eq!(live.iter().filter(|t| t["name"] == "demo").count(), 1, "the token before has ended: {live:?}");
}
