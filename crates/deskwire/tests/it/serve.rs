//! `serve` and `demo`

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use crate::program::{Place, Server};

#[test]
fn a_server_serves_and_stops_in_order() {
    let place = Place::new();
    let made = place.workspace();
    let token = made["access_token"].as_str().unwrap();
    let mut server = Server::start(&place, &["serve", "--database", "sqlite:d/deskwire.db"]);
    let (status, me) = server.get("/me", token);
    assert_eq!(status, 200);
    assert_eq!(me["id"], made["admin_id"]);
    assert_eq!(me["app"]["id_code"], made["workspace_id"]);
    assert_eq!(server.get("/me", "nonsense").0, 401);
    assert_eq!(server.get("/healthz", "").0, 200);
    server.signal("TERM");
    assert_eq!(server.wait(), Some(0));
    let log = server.log();
    let lines = log.lines().map(serde_json::from_str::<serde_json::Value>);
    let lines: Vec<_> = lines.collect::<Result<_, _>>().expect("logs are JSON off a terminal");
    let serving = lines.iter().find(|line| line["message"] == "serving").expect("it says that it serves");
    assert_eq!(serving["url"], format!("http://{}", server.addr));
    assert!(log.contains("stopping") && log.contains("stopped"), "{log}");
    assert!(!log.contains(token), "no secret is logged");
}

#[test]
fn the_startup_output_is_short_and_has_the_address() {
    let place = Place::new();
    let server = Server::start(&place, &["serve", "--data", "d"]);
    let log = server.log_with("serving");
    assert!(log.contains(&format!("http://{}", server.addr)), "{log}");
    assert!(log.lines().count() <= 20, "{log}");
    // The log says that the database has no workspace.
    assert!(log.contains("deskwire workspace create"), "{log}");
}

#[test]
fn two_servers_share_one_file_but_not_one_port() {
    let place = Place::new();
    let made = place.workspace();
    let token = made["access_token"].as_str().unwrap();
    let servers = [0, 1].map(|_| Server::start(&place, &["serve", "--data", "d"]));
    let contact = |number: usize| serde_json::json!({"external_id": number.to_string()});
    for (number, server) in servers.iter().cycle().take(10).enumerate() {
        assert_eq!(server.post("/contacts", token, &contact(number)).0, 200);
    }
    for server in &servers {
        assert_eq!(server.get("/contacts", token).1["total_count"], 10);
    }
    let taken = servers[0].addr.to_string();
    let refused = place.run(&["serve", "--data", "d", "--listen", &taken]).refused(1);
    assert!(refused.contains(&format!("cannot listen on {taken}: ")) && refused.contains("--listen"), "{refused}");
}

#[test]
fn finishes_requests_in_flight_before_it_exits() {
    let place = Place::new();
    let made = place.workspace();
    let mut server = Server::start(&place, &["serve", "--data", "d"]);
    let mut stream = TcpStream::connect(server.addr).unwrap();
    let body = r#"{"email": "late@acme.test"}"#;
    let head = format!(
        "POST /contacts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        made["access_token"].as_str().unwrap(),
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(100));
    server.signal("TERM");
    std::thread::sleep(Duration::from_millis(300));
    assert!(TcpStream::connect(server.addr).is_err(), "no new connections are taken");
    stream.write_all(body.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(server.wait(), Some(0));
}

#[test]
fn a_second_signal_cuts_requests_off_unless_it_comes_at_once() {
    let place = Place::new();
    let made = place.workspace();
    let mut server = Server::start(&place, &["serve", "--data", "d", "--stop-timeout", "60"]);
    let body = r#"{"email": "late@acme.test"}"#;
    let begin = |length: usize| {
        let mut stream = TcpStream::connect(server.addr).unwrap();
        let head = format!(
            "POST /contacts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n",
            made["access_token"].as_str().unwrap()
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream
    };
    let (mut finished, _unfinished) = (begin(body.len()), begin(9));
    std::thread::sleep(Duration::from_millis(100));
    server.signal("TERM");
    server.log_with("stopping");
    server.signal("TERM");
    server.signal("INT");
    finished.write_all(body.as_bytes()).unwrap();
    let mut answer = String::new();
    finished.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    std::thread::sleep(Duration::from_secs(1));
    server.signal("TERM");
    assert_eq!(server.wait(), Some(0));
    assert!(server.log().contains("second signal to stop"), "{}", server.log());
}

#[test]
fn requests_that_take_too_long_are_cut_off() {
    let place = Place::new();
    let made = place.workspace();
    let mut server = Server::start(&place, &["serve", "--data", "d", "--stop-timeout", "1"]);
    let mut stream = TcpStream::connect(server.addr).unwrap();
    let head = format!(
        "POST /contacts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n",
        made["access_token"].as_str().unwrap()
    );
    stream.write_all(head.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(100));
    server.signal("INT");
    assert_eq!(server.wait(), Some(0));
}

#[test]
fn tokens_are_created_and_revoked_while_a_server_runs() {
    let place = Place::new();
    let made = place.workspace();
    let server = Server::start(&place, &["serve", "--data", "d"]);
    let workspace = made["workspace_id"].as_str().unwrap();
    let create = ["token", "create", "--workspace", workspace, "--scopes", "read_admins,read_tags", "--data", "d"];
    let token = place.run(&create).ok();
    assert_eq!(server.get("/me", &token).0, 200);
    assert_eq!(server.get("/admins", &token).0, 200);
    assert_eq!(server.get("/contacts", &token).0, 401);
    let ended = place.command(&["token", "revoke", "--data", "d"]).env("DESKWIRE_TOKEN", &token).status();
    assert!(ended.unwrap().success());
    server.within_a_second(&token, 401);
    let again = place.run(&["token", "revoke", "--data", "d", "--token", &token]);
    assert!(again.refused(1).contains("no such token"));
}

#[test]
fn settings_come_from_flags_then_environment_then_file() {
    let place = Place::new();
    place.workspace();
    let busy = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = busy.local_addr().unwrap().to_string();
    place.write(
        "deskwire.toml",
        &format!("listen = \"{addr}\"\ndatabase = \"sqlite:d/deskwire.db\"\nrate_limit = 60\n"),
    );
    let in_use = place.run(&["serve", "--log-level", "error"]).refused(1);
    assert!(in_use.starts_with(&format!("deskwire: cannot listen on {addr}: ")), "{in_use}");
    place.run(&["serve", "--log-level", "error", "--data", "new"]).refused(1);
    assert!(!crate::program::exists(&place, "new"), "no database is created or migrated for a port that is taken");
    let found = place.run(&["doctor"]).out;
    assert!(found.contains("rate limit: 60 a minute"), "{found}");
    let found = place.command(&["doctor"]).env("DESKWIRE_RATE_LIMIT", "off").output().unwrap();
    assert!(String::from_utf8(found.stdout).unwrap().contains("rate limit: off"));
    let found = place.command(&["doctor", "--rate-limit", "7"]).env("DESKWIRE_RATE_LIMIT", "off").output().unwrap();
    assert!(String::from_utf8(found.stdout).unwrap().contains("rate limit: 7 a minute"));
    place.write("else.toml", "rate_limit = \"often\"\n");
    let message = place.run(&["doctor", "--config", "else.toml"]).refused(1);
    assert!(message.starts_with("deskwire: else.toml:1: "), "{message}");
    assert!(place.run(&["doctor", "--config", "none.toml"]).refused(1).contains("cannot read none.toml"));
}

#[test]
fn a_server_that_cannot_start_says_why_in_one_line() {
    let place = Place::new();
    place.run(&["serve", "--listen", "127.0.0.1:0", "--database", "mysql://x"]).refused(2);
    place.run(&["serve", "--listen", "nowhere.invalid:0", "--data", "d", "--log-level", "error"]).refused(1);
    let no_files = ["serve", "--listen", "127.0.0.1:0", "--data", "d", "--files", "/proc/none"];
    assert!(place.run(&no_files).refused(1).contains("cannot write to the directory of files /proc/none"));
    assert!(!crate::program::exists(&place, "d"), "nothing was migrated");
    place.write("text", "this is no database, whatever its name is; and it is long enough to look like one");
    let message = place.run(&["serve", "--listen", "127.0.0.1:0", "--database", "sqlite:text"]).refused(1);
    assert!(message.contains("sqlite:text"), "{message}");
    // The log also says that the database does not answer, if there is time for it.
    let anonymous = ["serve", "--log-level", "error", "--listen", "127.0.0.1:0", "--database"];
    let message = place.run(&[&anonymous[..], &["postgres://me:secret@127.0.0.1:1/x"]].concat()).refused(1);
    assert!(message.contains("postgres://me@127.0.0.1:1/x") && !message.contains("secret"), "{message}");
    place.run(&["serve", "--rate-limit", "often"]).refused(2);
    place.run(&["serve", "--nonsense"]).refused(2);
    place.run(&["nonsense"]).refused(2);
}

/// The demo looks as if it had been in use for months.
#[test]
fn the_demo_has_months_of_history() {
    let (place, token) = (Place::new(), "dG9r-demo");
    let server = Server::start(&place, &["demo", "--ephemeral", "--token", token]);
    let (_, me) = server.get("/me", token);
    let present = i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_secs()).unwrap();
    assert_eq!(me["type"], "admin");
    let closed = serde_json::json!({"query": {"field": "state", "operator": "=", "value": "closed"}, "pagination": {"per_page": 150}});
    let (_, closed) = server.post("/conversations/search", token, &closed);
    let closed = closed["conversations"].as_array().unwrap();
    assert!(closed.len() > 60, "{} are closed", closed.len());
    let statistics = |of: &serde_json::Value, name: &str| of["statistics"][name].as_i64();
    let mut days: Vec<i64> =
        closed.iter().filter_map(|of| statistics(of, "last_close_at")).map(|at| at / 86_400).collect();
    assert!(closed.iter().all(|of| statistics(of, "last_close_at").is_some_and(|at| at <= present)));
    days.sort_unstable();
    days.dedup();
    assert!(days.len() > 30 && present / 86_400 - days[0] > 60, "conversations were closed on {} days", days.len());
    assert!(closed.iter().filter(|of| statistics(of, "time_to_admin_reply").is_some_and(|time| time > 0)).count() > 60);
    let in_hours = |of: &&serde_json::Value| {
        let times = of["statistics"]["assigned_team_first_response_time_in_office_hours"].as_array();
        times.is_some_and(|times| !times.is_empty())
    };
    assert!(closed.iter().filter(in_hours).count() > 10);

    let open = serde_json::json!({"query": {"field": "state", "operator": "=", "value": "open"}, "pagination": {"per_page": 150}});
    let (_, open) = server.post("/conversations/search", token, &open);
    let open = open["conversations"].as_array().unwrap();
    let waiting: Vec<i64> =
        open.iter().filter_map(|of| of["waiting_since"].as_i64()).map(|since| present - since).collect();
    assert!(waiting.iter().any(|time| *time < 900) && waiting.iter().any(|time| *time > 86_400), "{waiting:?}");
    let just_now = open.iter().filter(|of| of["updated_at"].as_i64().is_none_or(|at| present - at < 60)).count();
    assert!(just_now < 3, "{just_now} of {} were changed just now", open.len());

    let (_, connectors) = server.get("/data_connectors", token);
    let connector = connectors["data"][0]["id"].as_str().unwrap();
    let (_, results) = server
        .get(&format!("/data_connectors/{connector}/execution_results?start_ts={}", present - 90 * 86_400), token);
    let results = results["data"].as_array().unwrap();
    assert_eq!((results.len(), results.iter().filter(|result| result["success"] == true).count()), (6, 4));

    let period = serde_json::json!({"created_at_after": present - 90 * 86_400, "created_at_before": present});
    let (_, export) = server.post("/export/content/data", token, &period);
    let path = format!("/export/content/data/{}", export["job_identifier"].as_str().unwrap());
    let began = std::time::Instant::now();
    let status = loop {
        let status = server.get(&path, token).1["status"].clone();
        if !["pending", "in_progress"].contains(&status.as_str().unwrap()) || began.elapsed().as_secs() > 30 {
            break status;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    };
    assert_eq!(status, "completed");
}

#[test]
fn a_demo_in_memory_answers() {
    let place = Place::new();
    let server = Server::start(&place, &["demo", "--ephemeral", "--token", "dG9r-demo"]);
    let (_, me) = server.get("/me", "dG9r-demo");
    assert_eq!(me["app"]["name"], "Deskwire Demo");
    let (status, contacts) = server.get("/contacts", "dG9r-demo");
    assert_eq!((status, contacts["total_count"].as_i64()), (200, Some(200)));
    let (_, orders) = server.get("/custom_object_instances/Order", "dG9r-demo");
    assert_eq!(orders["total_count"], 4);
    let (_, shipment) = server.get("/custom_object_instances/Shipment/S-7", "dG9r-demo");
    assert_eq!(shipment["custom_attributes"]["orders"]["instances"][1]["external_id"], "1002", "{shipment}");
    let (_, admins) = server.get("/admins", "dG9r-demo");
    assert_eq!(admins["admins"].as_array().unwrap().len(), 3);
    let (_, teams) = server.get("/teams", "dG9r-demo");
    assert_eq!(teams["teams"].as_array().unwrap().len(), 2);
    let (_, companies) = server.get("/companies", "dG9r-demo");
    assert_eq!(companies["total_count"], 39);
    let (_, conversations) = server.get("/conversations", "dG9r-demo");
    // Tickets are conversations, too.
    assert_eq!(conversations["total_count"], 154);
    let count = |field: &str, value: &str| {
        let query = serde_json::json!({"query": {"field": field, "operator": "=", "value": value}});
        server.post("/conversations/search", "dG9r-demo", &query).1["total_count"].as_i64().unwrap_or_default()
    };
    // How many are snoozed depends on the day of the week.
    for (field, value, least) in
        [("state", "open", 5), ("state", "closed", 5), ("state", "snoozed", 1), ("priority", "high", 5)]
    {
        assert!(count(field, value) >= least, "{field} {value}: {}", count(field, value));
    }
    let log = server.log_with("/contacts\n");
    assert!(log.contains(&format!("URL:      http://{}", server.addr)) && log.contains("Token:    dG9r-demo"), "{log}");
    assert_eq!(log.lines().filter(|l| l.starts_with("curl ")).count(), 3, "{log}");
    assert!(!crate::program::exists(&place, "data"), "nothing is left behind");
}

#[test]
fn a_demo_is_filled_once_and_its_first_token_stays_valid() {
    let place = Place::new();
    let first = Server::start(&place, &["demo", "--data", "demo"]);
    let log = first.log_with("/contacts\n");
    let token = log.lines().find_map(|l| l.strip_prefix("Token:    ")).expect("the token is printed").to_owned();
    assert_eq!(first.get("/contacts", &token).1["total_count"], 200);
    drop(first);
    let second = Server::start(&place, &["demo", "--data", "demo", "--token", "kept-token"]);
    for token in [token.as_str(), "kept-token"] {
        assert_eq!(second.get("/contacts", token).1["total_count"], 200);
    }
    drop(second);
    let third = Server::start(&place, &["demo", "--data", "demo", "--token", "kept-token"]);
    assert_eq!(third.get("/me", "kept-token").0, 200);
}
