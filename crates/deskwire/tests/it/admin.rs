//! The commands that administer a database.
#![expect(clippy::unwrap_used, reason = "a test that cannot continue must fail")]

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};

use serde_json::Value;

use crate::program::{Place, Server, exists, schema};

#[test]
fn a_workspace_is_made_with_an_admin_and_a_token() {
    let place = Place::new();
    let made = place.run(&[
        "workspace",
        "create",
        "--name",
        "Acme",
        "--admin-email",
        "eve@acme.test",
        "--database",
        "sqlite:a/b/c.db",
    ]);
    let made: Value = serde_json::from_str(&made.ok()).unwrap();
    assert!(exists(&place, "a/b/c.db"), "the directory is made");
    let keys: Vec<_> = made.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["workspace_id", "admin_id", "access_token"]);
    assert!(made["admin_id"].as_str().unwrap().bytes().all(|b| b.is_ascii_digit()));
    place.run(&["workspace", "create", "--name", " "]).refused(2);
    place.run(&["workspace", "create", "--name", "B", "--admin-name", " "]).refused(2);
    place.run(&["workspace", "create", "--name", "B", "--admin-email", "eve"]).refused(2);
    place.run(&["workspace", "create"]).refused(2);
}

#[test]
fn tokens_need_existing_admins_and_scopes() {
    let place = Place::new();
    let made = place.workspace();
    let workspace = made["workspace_id"].as_str().unwrap();
    let token =
        |more: &[&str]| place.run(&[&["token", "create", "--data", "d", "--workspace", workspace], more].concat());
    token(&["--scopes", "all", "--admin", "ADMIN@example.com"]).ok();
    assert!(
        token(&["--scopes", "all", "--admin", "no@acme.test"]).refused(1).contains("there is no admin no@acme.test")
    );
    assert!(token(&["--scopes", "read_minds"]).refused(2).contains("there is no scope read_minds"));
    token(&["--scopes", ","]).refused(2);
    let unknown = place.run(&["token", "create", "--data", "d", "--workspace", "nobody", "--scopes", "all"]);
    assert!(unknown.refused(1).contains("there is no workspace nobody"));
    let nowhere = place.run(&["token", "create", "--data", "e", "--workspace", workspace, "--scopes", "all"]);
    assert!(nowhere.refused(1).contains("there is no database at sqlite:e/deskwire.db"));
    assert!(!exists(&place, "e"), "nothing is made by asking");
}

#[test]
fn apps_are_registered() {
    let place = Place::new();
    let made = place.workspace();
    let workspace = made["workspace_id"].as_str().unwrap();
    let app = |uri: &str| {
        place.run(&[
            "app",
            "create",
            "--data",
            "d",
            "--workspace",
            workspace,
            "--name",
            "N",
            "--redirect-uri",
            uri,
            "--scopes",
            "read_tickets,write_tickets",
        ])
    };
    let made: Value = serde_json::from_str(&app("https://app.test/back").ok()).unwrap();
    assert!(made["client_id"].as_str().unwrap().len() >= 20);
    assert!(made["client_secret"].as_str().unwrap().len() >= 40);
    app("javascript:alert(1)").refused(2);
}

#[test]
fn migrations_run_once_and_are_asked_for() {
    let place = Place::new();
    let ran = place.run(&["migrate", "--data", "d"]).ok();
    assert!(ran.starts_with("0001_"), "{ran}");
    let again = place.run(&["migrate", "--data", "d"]);
    assert_eq!(again.out, "");
    assert!(again.err.contains("up to date"), "{again:?}");
    let why = place.run(&["migrate", "--data", "d", "--distribute"]).refused(1);
    assert!(why.contains("PostgreSQL with the extension citus"), "{why}");
    forget_the_last_migration(&place);
    let early = ["token", "create", "--data", "d", "--workspace", "x", "--scopes", "all"];
    assert!(place.run(&early).refused(1).contains("run `deskwire migrate`"));
}

#[test]
fn a_database_of_a_development_version_is_refused() {
    let place = Place::new();
    place.run(&["migrate", "--data", "d"]).ok();
    change(&place, "UPDATE schema_migrations SET name = '0001_people' WHERE number = 1");
    for command in ["migrate", "serve"] {
        let why = place.run(&[command, "--data", "d"]).refused(1);
        assert!(why.contains("0001_people") && why.contains("`deskwire restore`"), "{command}: {why}");
    }
    let found = place.run(&["doctor", "--data", "d"]);
    let wrong = "WRONG  database unavailable: the database was made by a development version";
    assert!(found.out.contains(wrong), "{found:?}");
}

/// Turns the database into one of an older version.
fn forget_the_last_migration(place: &Place) {
    change(place, "DELETE FROM schema_migrations WHERE number = (SELECT max(number) FROM schema_migrations)");
}

fn change(place: &Place, sql: &'static str) {
    let url = format!("sqlite:{}", place.path("d/deskwire.db").display());
    let db = deskwire_store::Db::open(&url, deskwire_store::Options::default()).unwrap();
    db.write_sync::<_, deskwire_store::Error>(move |tx| tx.execute_batch(sql)).unwrap();
    db.close();
}

#[test]
fn the_doctor_distinguishes_good_from_bad() {
    let place = Place::new();
    place.workspace();
    let found = place.run(&["doctor", "--data", "d"]);
    let said = found.out.clone();
    assert_eq!(found.code, Some(0), "{found:?}");
    for line in [
        "SQLite 3",
        "all migrations have run",
        "the file is whole",
        "workspaces: 1, live tokens: 1",
        "can be written",
        "open files",
        "free space",
        "write-ahead log",
    ] {
        assert!(said.contains(line), "{line} is missing in {said}");
    }
    let found = place.run(&["doctor", "--data", "nothing"]);
    assert_eq!(found.code, Some(1));
    assert!(found.out.contains("WRONG  there is no database at sqlite:nothing/deskwire.db"), "{found:?}");
    forget_the_last_migration(&place);
    let found = place.run(&["doctor", "--data", "d"]);
    assert!(found.out.contains("WRONG  migrations to run"), "{found:?}");
}

#[test]
fn the_doctor_reports_waiting_mail() {
    let place = Place::new();
    let made = place.workspace();
    let found = place.run(&["doctor", "--data", "d"]);
    assert!(found.out.contains("ok     mail: no mail server is set (smtp_url), and none is waiting"), "{found:?}");
    let url = format!("sqlite:{}", place.path("d/deskwire.db").display());
    let db = deskwire_store::Db::open(&url, deskwire_store::Options::default()).unwrap();
    let workspace = made["workspace_id"].as_str().unwrap().to_owned();
    db.write_sync::<_, deskwire_store::Error>(move |tx| {
        let mail = deskwire_store::mails::Mail {
            id: deskwire_store::ids::MailId::new(1),
            created_at: 1_772_366_400,
            ..Default::default()
        };
        deskwire_store::mails::insert_all(&mut tx.within(&workspace), std::slice::from_ref(&mail))
    })
    .unwrap();
    db.close();
    let found = place.run(&["doctor", "--data", "d"]);
    let message = "WRONG  mail: 1 waiting since 2026-03-01T12:00:00.000+00:00, and no mail server is set (smtp_url)";
    assert!(found.code == Some(1) && found.out.contains(message), "{found:?}");
    let found = place.run(&["doctor", "--data", "d", "--smtp-url", "smtp://me:secret@127.0.0.1:2525"]);
    assert!(found.out.contains("WRONG  smtp_url requires mail_from"), "{found:?}");
    let server = mail_server();
    let url = format!("smtp://{server}?tls=none");
    let set = ["--smtp-url", &url, "--mail-from", "help@acme.test"];
    let found = place.run(&[&["doctor", "--data", "d"], &set[..]].concat());
    assert!(found.out.contains(&format!("ok     mail server: smtp://{server} answers")), "{found:?}");
    assert!(found.out.contains("WRONG  mail: 1 waiting since"), "{found:?}");
    let set = ["--smtp-url", "smtp://me:secret@127.0.0.1:1", "--mail-from", "help@acme.test"];
    let found = place.run(&[&["doctor", "--data", "d"], &set[..]].concat());
    assert!(found.out.contains("WRONG  mail server: smtp://127.0.0.1:1: "), "{found:?}");
    assert!(!found.out.contains("secret"), "{found:?}");
    let bad = ["serve", "--data", "d", "--smtp-url", "smtp://127.0.0.1", "--mail-from", "Help <help@acme.test>"];
    assert!(
        place.run(&bad).refused(2).contains("--mail-from: must be an address like"),
        "settings are checked at the start"
    );
}

/// The address of a mail server that greets one client.
fn mail_server() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let mut client = BufReader::new(listener.accept().unwrap().0);
        client.get_mut().write_all(b"220 mail.test\r\n").unwrap();
        let mut line = String::new();
        while client.read_line(&mut line).unwrap() > 0 {
            let answer: &[u8] = if line.starts_with("QUIT") { b"221 bye\r\n" } else { b"250 mail.test\r\n" };
            client.get_mut().write_all(answer).unwrap();
            line.clear();
        }
    });
    address
}

#[test]
fn the_doctor_checks_webhooks_and_files() {
    let place = Place::new();
    let made = place.workspace();
    let found = place.run(&["doctor", "--data", "d"]);
    assert!(found.out.contains("ok     0 webhook subscriptions, 0 of them in trouble"), "{found:?}");
    assert!(found.out.contains("ok     0 files in d/attachments, 0 missing or unreadable"), "{found:?}");
    let url = format!("sqlite:{}", place.path("d/deskwire.db").display());
    let db = deskwire_store::Db::open(&url, deskwire_store::Options::default()).unwrap();
    let workspace = made["workspace_id"].as_str().unwrap().to_owned();
    let files = deskwire_store::Files::new(place.path("d/attachments"));
    let kept = files.put(&workspace, b"what somebody sent").unwrap();
    let lost = "0".repeat(64);
    let hashes = [kept.clone(), lost.clone()];
    db.write_sync::<_, deskwire_store::Error>(move |tx| {
        for (id, hash) in hashes.iter().enumerate() {
            let attachment = deskwire_store::attachments::Attachment {
                id: deskwire_store::ids::AttachmentId::new(i64::try_from(id).unwrap()),
                hash: Some(hash.clone()),
                ..Default::default()
            };
            deskwire_store::attachments::insert(&mut tx.within(&workspace), &attachment)?;
        }
        let sql = "INSERT INTO webhook_subscriptions (workspace_id, id, app_id, url, topics, state, reason, owner, owner_until, \
             paused_until, throttled_until, throttle_seconds, errors, errors_from, failing_since, next_at, created_at, updated_at) \
             VALUES ($1, $2, $2, $3, 'ping', $4, $5, 0, 0, 0, 0, 0, 0, 0, $6, 0, 0, 0)";
        let rows = [("refused", Some("the endpoint answered 500 to HEAD"), None), ("live", None, Some(1_772_366_400)), ("live", None, None)];
        for (id, (state, reason, failing)) in (1_i64..).zip(rows) {
            let url = format!("https://{id}.test/");
            let values = [(&*workspace).into(), id.into(), (&*url).into(), state.into(), reason.into(), failing.into()];
            tx.execute(sql, &values)?;
        }
        Ok(())
    })
    .unwrap();
    db.close();
    let found = place.run(&["doctor", "--data", "d"]);
    assert_eq!(found.code, Some(1), "{found:?}");
    for line in [
        "WRONG  webhooks to https://1.test/ (workspace ",
        "): refused: the endpoint answered 500 to HEAD",
        "): failing since 2026-03-01T12:00:00.000+00:00",
        "ok     3 webhook subscriptions, 2 of them in trouble",
        &format!("WRONG  file {lost}: No such file"),
        "WRONG  2 files in d/attachments, 1 missing or unreadable",
    ] {
        assert!(found.out.contains(line), "{line} is missing in {found:?}");
    }
    let found = place.run(&["doctor", "--data", "d", "--files", "elsewhere"]);
    assert!(found.out.contains("WRONG  2 files in elsewhere, 2 missing or unreadable"), "{found:?}");
    assert!(found.out.contains("WRONG  the directory of files, elsewhere, does not exist"), "{found:?}");
    // According to the rows, the existing file is empty.
    let found = place.run(&["doctor", "--data", "d", "--verify-files"]);
    let line = format!("WRONG  file {kept}: it has 18 bytes, and the database says 0 to 0");
    assert!(found.out.contains(&line), "{line} is missing in {found:?}");
    assert!(found.out.contains("WRONG  2 files in d/attachments, 2 missing or damaged"), "{found:?}");
    let own = made["workspace_id"].as_str().unwrap();
    let shard = place.path("d/attachments").join(&kept[..2]).join(own).join(&kept);
    std::fs::write(shard, "what somebody sont").unwrap();
    let found = place.run(&["doctor", "--data", "d", "--verify-files"]);
    assert!(found.out.contains(&format!("WRONG  file {kept}: its content has another hash")), "{found:?}");
}

#[test]
fn everything_works_on_postgresql_too() {
    let url = schema(&format!("cli_{}", std::process::id()));
    let place = Place::new();
    let made: Value =
        serde_json::from_str(&place.run(&["workspace", "create", "--name", "Acme", "--database", &url]).ok()).unwrap();
    place.write(
        "w.toml",
        "[workspace]\ntimezone = \"Europe/Dublin\"\n[[teams]]\nname = \"T\"\nmembers = [\"admin@example.com\"]\n",
    );
    place.run(&["apply", "w.toml", "--database", &url]).ok();
    assert_eq!(place.run(&["apply", "w.toml", "--database", &url]).err, "nothing changed\n");
    let found = place.run(&["doctor", "--database", &url]);
    assert!(found.code == Some(0) && found.out.contains("PostgreSQL"), "{found:?}");
    assert!(
        found.out.contains("ok     the directory of files, data/attachments, is created by the server"),
        "{found:?}"
    );
    place.write("text", "");
    let found = place.run(&["doctor", "--database", &url, "--files", "text"]);
    assert!(found.out.contains("WRONG  the directory of files, text, is not a directory"), "{found:?}");
    let found = place.run(&["doctor", "--database", &url, "--files", "nope"]);
    assert!(found.out.contains("WRONG  the directory of files, nope, does not exist"), "{found:?}");
    assert_eq!(found.code, Some(1));
    let mut running = Server::start(&place, &["serve", "--database", &url]);
    assert_eq!(running.get("/me", made["access_token"].as_str().unwrap()).1["app"]["timezone"], "Europe/Dublin");
    let workspace = made["workspace_id"].as_str().unwrap();
    let token = place.run(&["token", "create", "--workspace", workspace, "--scopes", "all", "--database", &url]).ok();
    assert_eq!(running.get("/me", &token).0, 200);
    let ended = place.run(&["token", "revoke", "--token", &token, "--database", &url]);
    ended.ok();
    running.within_a_second(&token, 401);
    running.signal("TERM");
    assert_eq!(running.wait(), Some(0));
    assert!(place.run(&["demo", "--database", &url]).refused(1).contains("not the demo's"), "it is another workspace");
    let url = schema(&format!("demo_{}", std::process::id()));
    let demo = Server::start(&place, &["demo", "--database", &url, "--token", "demo-token"]);
    assert_eq!(demo.get("/contacts", "demo-token").1["total_count"], 200);
}

#[test]
fn a_lost_second_factor_is_reset() {
    let place = Place::new();
    let made = place.workspace();
    let reset = |email: &str| place.run(&["admin", "reset-second-factor", "--email", email, "--data", "d"]);
    let nothing = reset("admin@example.com");
    assert!(nothing.code == Some(0) && nothing.err.contains("was not set up"), "{nothing:?}");
    assert!(reset("nobody@example.com").refused(1).contains("there is no admin nobody@example.com"));
    let url = format!("sqlite:{}", place.path("d/deskwire.db").display());
    let db = deskwire_store::Db::open(&url, deskwire_store::Options::default()).unwrap();
    let workspace = made["workspace_id"].as_str().unwrap().to_owned();
    let admin_id = deskwire_store::ids::AdminId::parse(made["admin_id"].as_str().unwrap()).unwrap();
    db.write_sync::<_, deskwire_store::Error>(move |tx| {
        let factor = deskwire_store::second_factors::SecondFactor {
            admin_id,
            secret: "ABC".to_owned(),
            last_step: 0,
            created_at: 1_772_366_400,
            confirmed_at: Some(1_772_366_400),
        };
        deskwire_store::second_factors::insert(&mut tx.within(&workspace), &factor)
    })
    .unwrap();
    db.close();
    let removed = reset("ADMIN@example.com");
    assert!(removed.code == Some(0) && removed.err.contains("was removed"), "{removed:?}");
    assert!(reset("admin@example.com").err.contains("was not set up"));
}
