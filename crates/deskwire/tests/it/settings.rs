//! Settings: declared once, and checked wherever they come from.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::program::{Ended, Place};

/// A valid and an invalid value of each setting, with the error message.
const VALUES: &[(&str, &str, &str, &str)] = &[
    ("database", "sqlite:x.db", "sqlite://data/x.db", "sqlite:data/x.db for a path below the working directory"),
    ("listen", "[::1]:0", "8080", "must be HOST:PORT, like 127.0.0.1:8080"),
    ("files", "f", "", ""),
    ("public_url", "https://help.test", "foo", "must be a URL like https://"),
    ("trusted_proxies", "10.0.0.0/8,::1", "proxy", "neither an address nor a network like 10.0.0.0/8"),
    ("cors_origins", "https://tools.test", "tools.test", "not an origin like https://"),
    ("max_connections", "10", "0", "must be a whole number from 1 to 1000000"),
    ("connections_per_address", "10", "none", "must be a whole number from 1 to 1000000"),
    ("rate_limit", "7", "often", "must be a number of requests a minute, or off"),
    ("body_limit", "2048", "0", "must be a whole number from 1024 to 1073741824"),
    ("search_connections", "3", "0", "must be a whole number from 1 to 1024"),
    ("search_timeout", "3", "0", "must be seconds from 1 to 3600"),
    ("pg_pool", "3", "0", "must be a whole number from 1 to 1024"),
    ("database_timeout", "3", "3s", "must be seconds from 1 to 3600"),
    ("stop_delay", "5", "soon", "must be seconds from 0 to 3600"),
    ("stop_timeout", "0", "-1", "must be seconds from 0 to 86400"),
    ("disk_reserve", "0", "1%", "must be a whole number from 0 to 1152921504606846976"),
    ("outbound_allow", "hooks.test,10.0.0.1:80", "http://hooks.test/", "is not a host, host:port, address or network"),
    ("webhook_retries", "60,600", "60,0", "must be at most 32 numbers of seconds up to 604800, or off"),
    ("smtp_url", "smtp://127.0.0.1", "127.0.0.1", "not the URL of a mail server"),
    ("mail_from", "help@acme.test", "Help <help@acme.test>", "must be an address like support@example.org"),
    ("mail_reply_to", "help@acme.test", "help", "must be an address like support@example.org"),
    ("mail_domain", "acme.test", "help@acme.test", "must be a domain like example.org"),
    ("sms_url", "https://sms.test/send", "http://sms.test/send", "must be a URL like https://:secret@sms.example.com"),
    ("oidc_issuer", "https://id.test", "http://id.test", "must be a URL like https://id.example.com"),
    ("oidc_client_id", "desk", "", ""),
    // Any value is shown in this form.
    ("oidc_client_secret", "***", "", ""),
    (
        "oidc_name",
        "Acme ID",
        "a name that is longer than a button may ever be",
        "must be a name of at most 40 characters",
    ),
    ("test_mode", "on", "yes", "on, off"),
    ("access_log", "on", "yes", "on, off"),
    ("log_level", "deskwire_api=debug,warn", "foo", "must be error, warn, info, debug, trace or off"),
    ("log_format", "json", "xml", "text, json"),
];

fn flag(name: &str) -> String {
    format!("--{}", name.replace('_', "-"))
}

fn variable(name: &str) -> String {
    format!("DESKWIRE_{}", name.to_uppercase())
}

/// The output of `deskwire settings`, as (setting, value, source).
fn parse_settings(printed: &str) -> Vec<(String, String, String)> {
    let rows = printed.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    rows.map(|row| (text(&row["setting"]), text(&row["value"]), text(&row["source"]))).collect()
}

#[test]
fn the_documentation_lists_every_declared_setting() {
    let place = Place::new();
    let table = place.run(&["settings", "--table"]).ok();
    let page = include_str!("../../../../docs/SETTINGS.md");
    assert!(page.contains(&format!("\n{table}\n")), "put the output of `deskwire settings --table` there:\n{table}");
    let declared = parse_settings(&place.run(&["settings"]).ok());
    let declared: BTreeSet<&str> = declared.iter().map(|(name, _, _)| name.as_str()).collect();
    assert_eq!(declared, VALUES.iter().map(|(name, ..)| *name).collect(), "each has a test below");
}

#[test]
fn each_setting_has_a_flag_a_variable_and_a_key() {
    let place = Place::new();
    let wanted = |source: &str| -> Vec<_> {
        VALUES.iter().map(|(name, value, ..)| ((*name).to_owned(), (*value).to_owned(), source.to_owned())).collect()
    };
    let sorted = |mut rows: Vec<(String, String, String)>| {
        rows.sort();
        rows
    };
    let keys: String = VALUES.iter().map(|(name, value, ..)| format!("{name} = \"{value}\"\n")).collect();
    place.write("deskwire.toml", &keys);
    let file = place.run(&["settings"]).ok();
    assert_eq!(sorted(parse_settings(&file)), sorted(wanted("file")));
    place.write("deskwire.toml", &VALUES.iter().map(|(name, ..)| format!("{name} = \"off\"\n")).collect::<String>());
    std::fs::remove_file(place.path("deskwire.toml")).unwrap();

    let mut command = place.command(&["settings"]);
    command.envs(VALUES.iter().map(|(name, value, ..)| (variable(name), value)));
    let environment = Ended::new(command.output().unwrap()).ok();
    assert_eq!(sorted(parse_settings(&environment)), sorted(wanted("environment")));

    let flags: Vec<String> = VALUES.iter().map(|(name, value, ..)| format!("{}={value}", flag(name))).collect();
    let flags: Vec<&str> = std::iter::once("settings").chain(flags.iter().map(String::as_str)).collect();
    assert_eq!(sorted(parse_settings(&place.run(&flags).ok())), sorted(wanted("flag")));
}

#[test]
fn a_value_that_is_not_accepted_is_refused_wherever_it_comes_from() {
    let place = Place::new();
    for (name, _, wrong, expected) in VALUES.iter().filter(|(_, _, wrong, _)| !wrong.is_empty()) {
        let refused = place.run(&["settings", &format!("{}={wrong}", flag(name))]).refused(2);
        assert!(refused.contains(&flag(name)) && refused.contains(expected), "{name}: {refused}");
        // Even by commands that do not need it.
        let ended = Ended::new(place.command(&["scopes", "list"]).env(variable(name), wrong).output().unwrap());
        let refused = ended.refused(2);
        assert!(refused.starts_with(&format!("deskwire: {}: ", variable(name))), "{name}: {refused}");
        assert!(refused.contains(expected), "{name}: {refused}");
        place.write("deskwire.toml", &format!("\n{name} = \"{wrong}\"\n"));
        let refused = place.run(&["scopes", "list"]).refused(1);
        assert!(refused.starts_with(&format!("deskwire: deskwire.toml:2: {name}: ")), "{name}: {refused}");
        assert!(refused.contains(expected), "{name}: {refused}");
        std::fs::remove_file(place.path("deskwire.toml")).unwrap();
    }
    for (wrong, meant) in [("data/x.db", "sqlite:data/x.db"), ("sqlite:", "sqlite:PATH"), ("sqlite:d/", "sqlite:PATH")]
    {
        let refused = place.run(&["serve", "--database", wrong]).refused(2);
        assert!(refused.contains(meant), "{refused}");
    }
    assert!(!crate::program::exists(&place, "data"), "nothing was created");
}

#[test]
fn defaults_that_depend_on_something_are_shown_as_effective_values() {
    let place = Place::new();
    let rows_with = |more: &[&str]| parse_settings(&place.run(&[&["settings"], more].concat()).ok());
    let value = |rows: &[(String, String, String)], name: &str| {
        let row = rows.iter().find(|row| row.0 == name).unwrap();
        assert_eq!(row.2, "default", "{name}");
        row.1.clone()
    };
    let rows = rows_with(&[]);
    assert_eq!(value(&rows, "files"), "data/attachments");
    for name in ["max_connections", "search_connections"] {
        assert!(value(&rows, name).parse::<u32>().is_ok_and(|number| number > 0), "{rows:?}");
    }
    assert_eq!((value(&rows, "log_level").as_str(), value(&rows, "log_format").as_str()), ("info", "json"));
    let rows = rows_with(&["--data", "elsewhere", "--mail-from", "help@acme.test"]);
    assert_eq!(
        (value(&rows, "files").as_str(), value(&rows, "mail_domain").as_str()),
        ("elsewhere/attachments", "acme.test")
    );
}

#[test]
fn the_settings_file_accepts_numbers_and_lists_and_names_invalid_values() {
    let place = Place::new();
    place.write("deskwire.toml", "rate_limit = 60\nwebhook_retries = [1, 2]\ncors_origins = []\n");
    let rows = parse_settings(&place.run(&["settings"]).ok());
    let value = |name: &str| rows.iter().find(|row| row.0 == name).map(|row| row.1.clone());
    assert_eq!(value("rate_limit").as_deref(), Some("60"));
    assert_eq!(value("webhook_retries").as_deref(), Some("1,2"));
    for (text, expected) in [
        ("listen = [\"127.0.0.1:1\"]", "deskwire.toml:1: listen: must be a string or a whole number"),
        ("access_log = true", "deskwire.toml:1: access_log: must be one of on, off"),
        ("\nport = 3", "deskwire.toml:2: there is no setting port; did you mean listen?"),
        ("rate_limt = 3", "deskwire.toml:1: there is no setting rate_limt; did you mean rate_limit?"),
        ("rate_limit = \"60", "deskwire.toml:1: "),
    ] {
        place.write("deskwire.toml", text);
        assert!(place.run(&["settings"]).refused(1).contains(expected), "{text}");
    }
}

#[test]
fn rejects_unknown_variables_except_those_of_kubernetes() {
    let place = Place::new();
    let run =
        |name: &str, value: &str| Ended::new(place.command(&["scopes", "list"]).env(name, value).output().unwrap());
    for (name, meant) in [
        ("DESKWIRE_RATE_LIMT", "did you mean DESKWIRE_RATE_LIMIT?"),
        ("DESKWIRE_DB", "did you mean DESKWIRE_DATABASE?"),
        ("DESKWIRE_DATABASE_URL", "did you mean DESKWIRE_DATABASE?"),
        ("DESKWIRE_DATA", "did you mean DESKWIRE_DATABASE?"),
        ("DESKWIRE_PORT", "did you mean DESKWIRE_LISTEN?"),
        ("DESKWIRE_SOMETHING", "`deskwire settings` lists them"),
    ] {
        let refused = run(name, "5").refused(2);
        assert_eq!(refused, format!("deskwire: the environment variable {name} is not a setting; {meant}"));
    }
    for (name, value) in [
        ("DESKWIRE_SERVICE_HOST", "10.0.0.1"),
        ("DESKWIRE_SERVICE_PORT_HTTP", "80"),
        ("DESKWIRE_PORT", "tcp://10.0.0.1:80"),
        ("DESKWIRE_WEB_PORT_80_TCP_ADDR", "10.0.0.1"),
        ("DATABASE_URL", "postgres://of-another-program"),
        ("DESKWIRE_RATE_LIMIT", "5"),
        ("DESKWIRE_RATE_LIMIT", ""),
    ] {
        let ended = run(name, value);
        assert_eq!(ended.err, "", "{name}");
        ended.ok();
    }
}

#[test]
fn passwords_are_neither_printed_nor_repeated() {
    let place = Place::new();
    let set = ["--smtp-url", "smtp://me:hunter2@127.0.0.1", "--mail-from", "help@acme.test"];
    let shown = [&["settings", "--database", "postgres://me:hunter2@127.0.0.1/x"], &set[..]].concat();
    let shown = place.run(&shown).ok();
    assert!(!shown.contains("hunter2") && shown.contains("postgres://me@127.0.0.1/x"), "{shown}");
    for wrong in [["--database", "mysql://me:hunter2@x"], ["--smtp-url", "http://me:hunter2@x"]] {
        assert!(!place.run(&[&["serve"], &wrong[..]].concat()).refused(2).contains("hunter2"));
    }
}
