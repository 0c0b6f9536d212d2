//! Wrong usage of commands, and their error messages.

use serde_json::Value;

use crate::program::Place;

/// Arguments, the exit code, and a part of the message.
const WRONG: &[(&[&str], i32, &str)] = &[
    (&["tokn", "list"], 2, "'token'"),
    (&["token", "lst"], 2, "'list'"),
    (&["token"], 2, "Usage: deskwire token"),
    (&["serve", "--listn", "127.0.0.1:0"], 2, "'--listen'"),
    (
        &["token", "revoke", "--data", "d", "--id", "abc"],
        2,
        "--id: must be a whole number, as the list shows it, not \"abc\"",
    ),
    (&["token", "revoke", "--data", "d", "--id", "17"], 1, "there is no such token"),
    (&["token", "revoke", "--data", "d", "--token", "x"], 1, "there is no such token"),
    (&["token", "revoke", "--data", "d"], 2, "no token came on standard input"),
    (&["app", "update", "--data", "d", "--client-id", "none"], 2, "--name"),
    (&["token", "create", "--data", "d", "--scopes", "all", "--admin", "eve@acme.test"], 1, "eve@acme.test"),
    (&["token", "create", "--data", "d", "--scopes", ""], 2, "--scopes must name a scope"),
    (&["admin", "update", "--data", "d", "--email", "eve@acme.test", "--name", "Eve"], 1, "eve@acme.test"),
    (&["admin", "update", "--data", "d", "--email", "admin@example.com"], 2, "--new-email"),
    (&["admin", "remove", "--data", "d", "--email", "eve@acme.test"], 1, "eve@acme.test"),
    (&["admin", "password", "--data", "d", "--email", "eve@acme.test"], 1, "eve@acme.test"),
    (&["admin", "list", "--data", "d", "--workspace", "nowhere"], 1, "there is no workspace nowhere"),
    (&["workspace", "export", "--data", "d", "--workspace", "nowhere"], 1, "there is no workspace nowhere"),
    (&["workspace", "list", "--data", "none"], 1, "there is no database at sqlite:none/deskwire.db"),
    (&["app", "uninstall", "--data", "d", "--client-id", "none"], 1, "none"),
    (&["webhooks", "list", "--data", "d", "--app", "none"], 1, "there is no app \"none\""),
    (&["webhooks", "list", "--data", "d", "--state", "failed"], 2, "add --deliveries"),
    (&["webhooks", "list", "--data", "d", "--deliveries", "--topic", "x.y"], 2, "--topic: there is no topic x.y"),
    (&["webhooks", "list", "--data", "d", "--deliveries", "--since", "noon"], 2, "--since: must be unix seconds"),
    (&["webhooks", "list", "--data", "d", "--deliveries", "--limit", "0"], 2, "--limit: must be a whole number from 1"),
    (&["webhooks", "replay", "--data", "d"], 2, "--delivery"),
    (&["webhooks", "replay", "--data", "d", "--delivery", "first"], 2, "--delivery: must be a whole number"),
    (&["changelog", "--from", "2.9", "--to", "2.8"], 2, "must be older"),
    (&["apply", "none.toml", "--data", "d"], 1, "none.toml"),
    (&["backup", "b.tgz", "--data", "none"], 1, "there is no database at"),
    (&["restore", "none.tgz", "--data", "new"], 1, "none.tgz"),
    (&["restore", "-", "--data", "new"], 2, "an archive is read more than once"),
    (&["files", "move", "--from", "none", "--to", "new", "--data", "d"], 1, "there is no directory none"),
    (&["scopes", "list", "--config", "none.toml"], 1, "cannot read none.toml: "),
    (&["scopes", "list", "--config", "d"], 1, "cannot read d: "),
];

#[test]
fn wrong_usage_and_failures_have_exit_codes_and_messages() {
    let place = Place::new();
    place.workspace();
    for (arguments, code, message) in WRONG {
        let ended = place.run(arguments);
        assert_eq!(ended.code, Some(*code), "{arguments:?}: {ended:?}");
        assert_eq!(ended.out, "", "{arguments:?}: {ended:?}");
        assert!(ended.err.contains(message), "{arguments:?}: {ended:?}");
        assert!(!ended.err.contains("panicked"), "{arguments:?}: {ended:?}");
    }
    assert!(!crate::program::exists(&place, "none"), "nothing is created");
}

#[test]
fn help_names_the_exit_codes() {
    let place = Place::new();
    let help = |command: &[&str]| place.run(&[command, &["--help"]].concat()).ok();
    let end = "Exit codes: 0 done, 1 failed, 2 wrong usage";
    assert!(help(&["serve"]).ends_with(end), "its settings are in docs/SETTINGS.md");
    let shown = [&[][..], &["token"], &["token", "revoke"], &["workspace", "create"], &["apply"], &["backup"]]
        .map(|command| format!("$ deskwire {}\n{}\n", [command, &["--help"]].concat().join(" "), help(command)));
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("help", shown.join("\n")));
    let alone = place.run(&[]);
    assert_eq!(alone.code, Some(2), "{alone:?}");
    assert!(alone.err.contains("Usage: deskwire") && alone.err.contains("Exit codes: "), "{alone:?}");
}

/// All fields in the output of a command whose names are those of times.
fn times(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| times(item, found)),
        Value::Object(fields) => {
            for (name, field) in fields {
                let is_time = name == "at" || name.ends_with("_at") || name.ends_with("_until");
                if is_time && !field.is_null() {
                    found.push(field.as_str().unwrap_or_else(|| panic!("{name} is {field}")).to_owned());
                }
                times(field, found);
            }
        }
        _ => {}
    }
}

#[test]
fn all_lists_show_times_alike() {
    let place = Place::new();
    place.workspace();
    let app = ["--data", "d", "--name", "Sync", "--redirect-uri", "https://sync.test/", "--scopes", "read_users"];
    place.run(&[&["app", "create"], &app[..]].concat()).ok();
    let webhooks = ["--data", "d", "--app", "Sync", "--url", "https://sync.test/", "--topics", "contact.user.created"];
    place.run(&[&["webhooks", "create", "--wait", "0"], &webhooks[..]].concat());
    for command in [["workspace", "list"], ["admin", "list"], ["token", "list"], ["app", "list"], ["webhooks", "list"]]
    {
        let printed = place.run(&[&command[..], &["--data", "d"]].concat()).ok();
        let mut found = Vec::new();
        for line in printed.lines() {
            times(&serde_json::from_str(line).unwrap(), &mut found);
        }
        assert!(!found.is_empty(), "{command:?}: {printed}");
        for time in found {
            assert!(time.ends_with("+00:00") && time.contains('T'), "{command:?}: {time}");
        }
    }
}
