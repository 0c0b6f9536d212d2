//! A database file that is removed, and a disk that fills up, under a running server.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::program::{Place, Server};

/// How soon a server must notice.
const SOON: Duration = Duration::from_secs(5);

fn becomes(server: &Server, status: u16) -> String {
    let began = Instant::now();
    loop {
        let (found, body) = server.get("/readyz", "");
        if found == status {
            return body.as_str().unwrap_or_default().to_owned();
        }
        assert!(began.elapsed() < SOON, "/readyz is not {status} but {found}: {body}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

struct Running {
    place: Place,
    token: String,
    server: Server,
    database: PathBuf,
}

impl Running {
    fn start() -> Running {
        let place = Place::new();
        let token = place.workspace()["access_token"].as_str().unwrap().to_owned();
        let server = Server::start(&place, &["serve", "--data", "d"]);
        let running = Running { database: place.path("d/deskwire.db"), place, token, server };
        assert_eq!(running.create("before").0, 200);
        running
    }

    fn create(&self, external_id: &str) -> (u16, Value) {
        self.server.post("/contacts", &self.token, &json!({"external_id": external_id}))
    }

    fn contacts(&self) -> Value {
        self.server.get("/contacts", &self.token).1["total_count"].clone()
    }

    fn refuses(&self, why: &str) {
        let (status, refused) = self.create("lost");
        assert_eq!((status, &refused["errors"][0]["code"]), (503, &json!("service_unavailable")), "{refused}");
        let reason = becomes(&self.server, 503);
        assert!(reason.starts_with("not ready: ") && reason.contains(why), "{reason}");
        self.server.log_with(why);
    }
}

#[test]
fn writes_are_refused_until_a_moved_database_is_back() {
    let mut running = Running::start();
    let elsewhere = running.place.path("d/elsewhere.db");
    fs::rename(&running.database, &elsewhere).unwrap();
    running.refuses("d/deskwire.db was moved or removed while it was in use");
    fs::rename(&elsewhere, &running.database).unwrap();
    becomes(&running.server, 200);
    assert_eq!(running.create("after").0, 200);
    running.server.signal("TERM");
    assert_eq!(running.server.wait(), Some(0));
    let log = running.server.log();
    let errors = log.lines().filter(|line| line.contains("\"ERROR\"") && line.contains("moved or removed")).count();
    assert_eq!(errors, 1, "the error is logged once: {log}");
    running.server = Server::start(&running.place, &["serve", "--data", "d"]);
    assert_eq!(running.contacts(), 2);
}

#[test]
fn an_idle_server_notices_that_its_database_was_removed() {
    let running = Running::start();
    fs::remove_file(&running.database).unwrap();
    running.server.log_with("was moved or removed while it was in use");
    running.refuses("was moved or removed while it was in use");
}

#[test]
fn a_database_put_in_the_place_of_a_running_one_is_left_alone() {
    let mut running = Running::start();
    let made = running.place.run(&["workspace", "create", "--name", "Other", "--data", "other"]).ok();
    let other: Value = serde_json::from_str(&made).unwrap();
    fs::rename(running.place.path("other/deskwire.db"), &running.database).unwrap();
    running.refuses("was replaced while it was in use");
    running.server.signal("TERM");
    assert_eq!(running.server.wait(), Some(0));
    running.server = Server::start(&running.place, &["serve", "--data", "d"]);
    running.token = other["access_token"].as_str().unwrap().to_owned();
    assert_eq!(running.create("of the other").0, 200);
    assert_eq!(running.contacts(), 1);
    let found = running.place.run(&["doctor", "--data", "d"]).out;
    assert!(found.contains("ok     the file is whole"), "{found}");
}

#[test]
fn the_doctor_says_when_a_server_would_not_be_ready_for_want_of_space() {
    let place = Place::new();
    place.workspace();
    let found = place.run(&["doctor", "--data", "d", "--disk-reserve", "1152921504606846976"]);
    assert_eq!(found.code, Some(1), "{found:?}");
    assert!(found.out.contains("WRONG  free space for d: "), "{found:?}");
    assert!(found.out.contains("the server is not ready below 1099511627776 MiB (disk_reserve)"), "{found:?}");
}
