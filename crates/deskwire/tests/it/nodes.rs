//! Several servers on one PostgreSQL: their clocks, their limits, and the stop of one of them.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use deskwire_store::{Db, Error, Options};

use crate::program::{Place, Server, schema};

#[test]
fn a_server_with_a_wrong_clock_does_not_start() {
    let name = format!("clock_{}", std::process::id());
    let (place, url) = (Place::new(), schema(&name));
    place.run(&["migrate", "--database", &url]).ok();
    assert!(place.run(&["doctor", "--database", &url]).out.contains("ok     the clock differs"), "the clocks agree");
    // `clock_timestamp` of this schema hides that of the catalog: the database's clock seems to be ahead.
    let db = Db::open(&url, Options::default()).unwrap();
    let sql = format!(
        "CREATE FUNCTION {name}.clock_timestamp() RETURNS timestamptz LANGUAGE sql \
         AS $$ SELECT pg_catalog.clock_timestamp() + interval '60 seconds' $$"
    );
    db.write_sync::<_, Error>(move |tx| tx.execute_batch(&sql)).unwrap();
    db.close();
    let ahead = format!("{url}%2Cpg_catalog");
    let ended = place.run(&["serve", "--listen", "127.0.0.1:0", "--database", &ahead]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let why = ended.err.lines().last().unwrap_or_default();
    assert!(why.contains("s behind the clock of the database, and at most 5 s are allowed"), "{why}");
    let found = place.run(&["doctor", "--database", &ahead]);
    assert!(found.out.contains("WRONG  the clock differs from the database's by -"), "{found:?}");
}

#[test]
fn a_server_whose_clock_drifts_is_not_ready_until_it_is_right_again() {
    let name = format!("drift_{}", std::process::id());
    let (place, url) = (Place::new(), schema(&name));
    place.run(&["migrate", "--database", &url]).ok();
    let db = Db::open(&url, Options::default()).unwrap();
    let drift = |seconds: u32| {
        let sql = format!(
            "CREATE OR REPLACE FUNCTION {name}.clock_timestamp() RETURNS timestamptz LANGUAGE sql \
             AS $$ SELECT pg_catalog.clock_timestamp() + interval '{seconds} seconds' $$"
        );
        db.write_sync::<_, Error>(move |tx| tx.execute_batch(&sql)).unwrap();
    };
    drift(0);
    let server = Server::start(&place, &["serve", "--database", &format!("{url}%2Cpg_catalog"), "--files", "files"]);
    assert_eq!(server.get("/readyz", "").0, 200);
    for (seconds, status) in [(60, 503), (0, 200)] {
        drift(seconds);
        let began = Instant::now();
        let body = loop {
            let (found, body) = server.get("/readyz", "");
            if found == status {
                break body.to_string();
            }
            assert!(began.elapsed() < Duration::from_secs(5), "/readyz is not {status} but {found}: {body}");
            std::thread::sleep(Duration::from_millis(50));
        };
        assert_eq!(
            body.contains("s behind the clock of the database, and at most 5 s are allowed"),
            status == 503,
            "{body}"
        );
        server.log_with(if status == 503 {
            "not ready: the clock of this machine"
        } else {
            "agrees with that of the database"
        });
    }
    db.close();
}

#[test]
fn a_server_is_not_ready_before_it_stops() {
    let place = Place::new();
    let made = place.workspace();
    let token = made["access_token"].as_str().unwrap();
    let mut server = Server::start(&place, &["serve", "--data", "d", "--stop-delay", "2"]);
    assert_eq!(server.get("/readyz", token).0, 200);
    let signalled = Instant::now();
    server.signal("TERM");
    while server.get("/readyz", token).0 == 200 {
        assert!(signalled.elapsed() < Duration::from_millis(1_500), "it is still ready");
        std::thread::sleep(Duration::from_millis(20));
    }
    // New connections are still served.
    assert_eq!(server.get("/me", token).0, 200);
    assert_eq!(server.wait(), Some(0));
    assert!(signalled.elapsed() >= Duration::from_secs(2), "it stopped after {:?}", signalled.elapsed());
}

#[test]
fn two_servers_share_one_rate_limit() {
    let (place, url) = (Place::new(), schema(&format!("limit_{}", std::process::id())));
    place.run(&["migrate", "--database", &url]).ok();
    let made = place.run(&["workspace", "create", "--name", "Acme", "--database", &url]).ok();
    let made: serde_json::Value = serde_json::from_str(&made).unwrap();
    let token = made["access_token"].as_str().unwrap();
    // 60 requests in a window of ten seconds.
    let serve = ["serve", "--database", &url, "--files", "files", "--rate-limit", "360"];
    let servers = [Server::start(&place, &serve), Server::start(&place, &serve)];
    let mut admitted: BTreeMap<String, u32> = BTreeMap::new();
    let (mut over, began) = (BTreeMap::<String, [bool; 2]>::new(), Instant::now());
    // Until both have refused a request of the same window.
    let window = loop {
        assert!(began.elapsed() < Duration::from_secs(60), "{admitted:?}");
        for (at, server) in servers.iter().enumerate() {
            let (status, reset) = server.header("/me", token, "x-ratelimit-reset");
            match status {
                200 => *admitted.entry(reset).or_default() += 1,
                429 => over.entry(reset).or_default()[at] = true,
                other => panic!("{other}"),
            }
        }
        if let Some((window, _)) = over.iter().find(|(_, both)| **both == [true; 2]) {
            break window.clone();
        }
    };
    assert!(admitted.values().all(|count| *count <= 60), "{admitted:?}");
    // A window may begin before the first request, and both servers got requests until its limit was reached.
    assert_eq!(admitted[&window], 60, "{admitted:?}");
}
