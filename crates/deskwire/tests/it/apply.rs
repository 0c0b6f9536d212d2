//! `apply`

use crate::program::{Place, Server};

const FILE: &str = r#"
[workspace]
name = "Acme"
timezone = "Europe/Dublin"
region = "EU"

[[admins]]
email = "ada@acme.test"
name = "Ada"
role = "Admin"

[[teams]]
name = "Support"
members = ["Ada@acme.test"]
primary = ["ada@acme.test"]
distribution_method = "round_robin"

[[away_status_reasons]]
label = "Lunch"
emoji = "🍔"

[[data_attributes]]
model = "contact"
name = "plan_tier"
data_type = "string"
options = ["gold", "silver"]

# It relates to a type that comes after it.
[[object_types]]
identifier = "Order"
attributes = [
  { name = "number", data_type = "string" },
  { name = "status", data_type = "list", options = ["open", "shipped"] },
  { name = "customer", data_type = "relation", to = "contact", reverse = "order" },
  { name = "parcels", data_type = "relation", to = "Parcel", cardinality = "many", reverse = "order" },
]

[[object_types]]
identifier = "Parcel"
name = "A parcel"

[[tags]]
name = "VIP"

[[subscription_types]]
name = "Newsletter"
consent_type = "opt_out"

[[segments]]
name = "Gold"
query = { operator = "AND", value = [{ field = "custom_attributes.plan_tier", operator = "=", value = "gold" }] }

[[audiences]]
name = "Gold VIPs"
predicates = [{ attribute = "tag_id", value = "VIP" }, { attribute = "segment_id", value = "Gold" }]
roles = [{ value = "user" }]

[[banners]]
name = "Review"
title = "Let us look at your year"
audiences = ["Gold VIPs"]

[fin]
webhook_url = "https://acme.test/fin"
webhook_secret = "a-secret-that-is-long"
team = "Support"

[fin.answerer]
url = "https://model.acme.test/v1"
model = "small"
key = "sk-not-shown"

[[procedures]]
name = "Refund"
state = "live"
steps = [
  { kind = "ask_human", instructions = "Refund it?", attributes = [{ name = "approved", data_type = "boolean" }] },
  { kind = "say", instructions = "It is refunded.", when = { name = "approved", is = true } },
]
"#;

#[test]
fn a_file_is_applied_and_a_running_server_knows() {
    let place = Place::new();
    let made = place.workspace();
    let token = made["access_token"].as_str().unwrap();
    let server = Server::start(&place, &["serve", "--data", "d"]);
    assert_eq!(server.get("/me", token).1["app"]["timezone"], "UTC");
    place.write("w.toml", FILE);
    let first = place.run(&["apply", "w.toml", "--data", "d"]);
    for line in ["workspace: changed", "team \"Support\": created", "object type \"Order\": created"] {
        assert!(first.err.contains(line), "{line} is missing in {first:?}");
    }
    assert_eq!(first.ok(), "");
    let again = place.run(&[
        "apply",
        "w.toml",
        "--data",
        "d",
        "--prune",
        "--yes",
        "--workspace",
        made["workspace_id"].as_str().unwrap(),
    ]);
    assert!(again.err.contains("admin \"admin@example.com\" stays"), "{again:?}");
    let again = place.run(&["apply", "w.toml", "--data", "d"]);
    assert_eq!((again.code, again.err.as_str()), (Some(0), "nothing changed\n"));

    let listed =
        place.run(&["object-types", "--data", "d", "--workspace", made["workspace_id"].as_str().unwrap()]).ok();
    let listed: Vec<serde_json::Value> = listed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let order = serde_json::json!({"identifier": "Order", "name": "Order", "attributes": [
        {"name": "number", "data_type": "string"},
        {"name": "status", "data_type": "list", "options": ["open", "shipped"]},
        {"name": "customer", "data_type": "relation", "to": "contact", "cardinality": "one", "reverse": "order", "reverse_cardinality": "many"},
        {"name": "parcels", "data_type": "relation", "to": "Parcel", "cardinality": "many", "reverse": "order", "reverse_cardinality": "many"},
    ]});
    assert_eq!(listed, [order, serde_json::json!({"identifier": "Parcel", "name": "A parcel", "attributes": []})]);

    let (_, me) = server.get("/me", token);
    assert_eq!((&me["app"]["timezone"], &me["app"]["region"]), (&"Europe/Dublin".into(), &"EU".into()));
    assert_eq!(server.get("/custom_object_instances/Order", token).1["total_count"], 0);
    let (_, teams) = server.get("/teams", token);
    let (_, admins) = server.get("/admins", token);
    let ada: i64 = admins["admins"][1]["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(teams["teams"][0]["admin_ids"], serde_json::json!([ada]));
    let (_, logs) = server.get("/admins/activity_logs?created_at_after=0", token);
    let types: Vec<_> =
        logs["activity_logs"].as_array().unwrap().iter().map(|l| l["activity_type"].as_str().unwrap()).collect();
    assert!(types.contains(&"app_timezone_change") && types.contains(&"app_team_creation"), "{types:?}");
}

#[test]
fn audiences_and_their_banners_are_the_same_in_another_workspace() {
    let place = Place::new();
    let mut shown = Vec::new();
    for data in ["d", "e"] {
        let made = place.run(&["workspace", "create", "--name", "Acme", "--data", data]).ok();
        let made: serde_json::Value = serde_json::from_str(&made).unwrap();
        let token = made["access_token"].as_str().unwrap();
        let server = Server::start(&place, &["serve", "--data", data]);
        // Ids differ by workspace, names do not.
        if data == "d" {
            server.post("/tags", token, &serde_json::json!({"name": "Other"}));
        }
        place.write(if data == "d" { "w.toml" } else { "unused.toml" }, FILE);
        place.run(&["apply", "w.toml", "--data", data]).ok();
        let contact =
            serde_json::json!({"role": "user", "email": "a@acme.test", "custom_attributes": {"plan_tier": "gold"}});
        let contact = server.post("/contacts", token, &contact).1["id"].as_str().unwrap().to_owned();
        let (_, tags) = server.get("/tags", token);
        let tag = tags["data"].as_array().unwrap().iter().find(|tag| tag["name"] == "VIP").unwrap()["id"].clone();
        server.post(&format!("/contacts/{contact}/tags"), token, &serde_json::json!({"id": tag}));
        let (_, banners) = server.get(&format!("/contacts/{contact}/banners"), token);
        assert_eq!(banners["data"][0]["title"], "Let us look at your year", "{banners}");
        let exported = place.run(&["workspace", "export", "--secrets", "--data", data]).ok();
        place.write("w.toml", &exported);
        let again = place.run(&["apply", "w.toml", "--data", data]);
        assert_eq!((again.code, again.err.as_str()), (Some(0), "nothing changed\n"));
        let part = |name: &str| exported.split("[[").filter(|part| part.starts_with(name)).map(str::to_owned).collect();
        let parts: [Vec<String>; 2] = [part("audiences"), part("banners")];
        shown.push(parts);
    }
    assert_eq!(shown[0], shown[1]);
    for (wrong, message) in [
        ("{ attribute = \"tag_id\", value = \"None\" }", "there is no tag \"None\""),
        ("{ attribute = \"segment_id\", value = \"None\" }", "there is no segment \"None\""),
        ("{ attribute = \"company.segment_id\", value = \"Gold\" }", "there is no segment \"Gold\""),
        ("{ attribute = \"nonsense\", value = \"1\" }", "nonsense"),
    ] {
        place.write("w.toml", &format!("[[audiences]]\nname = \"A\"\npredicates = [{wrong}]\n"));
        let refused = place.run(&["apply", "w.toml", "--data", "d"]).refused(1);
        assert!(refused.contains(message), "{refused}");
    }
}

#[test]
fn an_export_names_the_audiences_that_it_leaves_out() {
    let place = Place::new();
    let made = place.workspace();
    let token = made["access_token"].as_str().unwrap();
    let server = Server::start(&place, &["serve", "--data", "d"]);
    let twin = serde_json::json!({"name": "Twins"});
    let ids = [(); 2].map(|()| server.post("/audiences", token, &twin).1["id"].as_str().unwrap().to_owned());
    for command in [&["export-workspace", "--data", "d"][..], &["workspace", "export", "--data", "d"]] {
        let file = place.run(command).ok();
        let line = format!("# - the audience \"Twins\" with the id {}\n", ids[1]);
        assert!(file.contains(&line) && !file.contains(&format!("the id {}\n", ids[0])), "{file}");
        assert_eq!(file.matches("[[audiences]]").count(), 1, "{file}");
        place.write("w.toml", &file);
        assert_eq!(place.run(&["apply", "w.toml", "--data", "d"]).err, "nothing changed\n");
    }
}

#[test]
fn pruning_removes_what_a_file_does_not_mention() {
    let place = Place::new();
    let made = place.workspace();
    let token = made["access_token"].as_str().unwrap();
    place.write("w.toml", FILE);
    place.run(&["apply", "w.toml", "--data", "d"]).ok();
    place.write("less.toml", "[[admins]]\nemail = \"ada@acme.test\"\nname = \"Ada\"\n");
    let left = place.run(&["apply", "less.toml", "--data", "d"]);
    assert_eq!(left.err, "nothing changed\n");
    let tried = place.run(&["apply", "less.toml", "--data", "d", "--prune", "--dry-run"]);
    assert!(tried.err.contains("tag \"VIP\": would be removed"), "{tried:?}");
    let refused = place.run(&["apply", "less.toml", "--data", "d", "--prune"]);
    assert!(refused.err.contains("tag \"VIP\": would be removed") && refused.err.contains("add --yes"), "{refused:?}");
    assert_eq!(refused.code, Some(2));
    assert!(place.run(&["apply", "w.toml", "--data", "d", "--dry-run"]).err.contains("nothing would change"));
    let pruned = place.run(&["apply", "less.toml", "--data", "d", "--prune", "--yes"]);
    for line in [
        "team \"Support\": removed",
        "away status reason \"Lunch\": removed",
        "segment \"Gold\": removed",
        "tag \"VIP\": removed (affects nothing)",
        "object type \"Order\": removed (affects ",
        "object type \"Parcel\": removed",
        "procedure \"Refund\": removed",
        "data attribute \"plan_tier\" stays",
        "subscription type \"Newsletter\" stays",
        "audience \"Gold VIPs\" stays",
    ] {
        assert!(pruned.err.contains(line), "{line} is missing in {pruned:?}");
    }
    let server = Server::start(&place, &["serve", "--data", "d"]);
    assert_eq!(server.get("/teams", token).1["teams"], serde_json::json!([]));
    assert_eq!(server.get("/away_status_reasons", token).1["data"][0]["deleted"], true);
}

#[test]
fn reports_errors_with_their_line_and_applies_nothing() {
    let place = Place::new();
    let made = place.workspace();
    let cases = [
        ("[workspace]\nname = \"X\"\ncolour = \"red\"\n", 3, "unknown field `colour`"),
        ("[[colours]]\nname = \"red\"\n", 1, "unknown field `colours`"),
        ("[workspace]\ntimezone = \"Mars/Olympus\"\n", 1, "there is no time zone \"Mars/Olympus\""),
        (
            "[workspace]\nname = \"X\"\n\n[[teams]]\nname = \"T\"\nmembers = [\"no@acme.test\"]\n",
            4,
            "there is no admin no@acme.test",
        ),
        ("[[admins]]\nemail = \"x@acme.test\"\n", 1, "missing field `name`"),
        (&format!("[[teams]]\nname = \"{}\"\n", "T".repeat(256)), 1, "name is too long (maximum is 255 characters)"),
        ("[[admins]]\nemail = \"nonsense\"\nname = \"X\"\n", 1, "is not an email address"),
        ("[[tags]]\nname = \"A\"\n[[tags]]\nname = \"a\"\n", 3, "declared twice"),
        ("[[teams]]\nname = \"T\"\ndistribution_method = \"chance\"\n", 3, "unknown variant `chance`"),
        ("[[object_types]]\nidentifier = \"9\"\n", 1, "letters, digits and underscores"),
        ("[[object_types]]\nidentifier = \"Contact\"\n", 1, "is reserved"),
        ("[[object_types]]\nidentifier = \"A\"\n[[object_types]]\nidentifier = \"A\"\n", 3, "declared twice"),
        (
            "[[object_types]]\nidentifier = \"A\"\nattributes = [{ name = \"x\", data_type = \"text\" }]\n",
            1,
            "the attribute \"x\" has the unknown data_type \"text\"; it must be one of: string, integer, float, boolean, \
             datetime, list, relation",
        ),
        (
            "[[object_types]]\nidentifier = \"A\"\nattributes = [{ name = \"x\", data_type = \"relation\", to = \"B\" }]\n",
            1,
            "Custom object type `B` not found",
        ),
        ("[[segments]]\nname = \"S\"\nquery = { field = \"nonsense\", operator = \"=\", value = 1 }\n", 1, ""),
        ("[workspace\n", 1, ""),
    ];
    for (text, line, message) in cases {
        place.write("w.toml", text);
        let output = place.run(&["apply", "w.toml", "--data", "d"]).err;
        assert!(output.starts_with(&format!("deskwire: w.toml:{line}: ")), "{text:?}: {output}");
        assert!(output.contains(message), "{text:?}: {output}");
    }
    let server = Server::start(&place, &["serve", "--data", "d"]);
    assert_eq!(server.get("/me", made["access_token"].as_str().unwrap()).1["app"]["name"], "Acme");
}

#[test]
fn a_workspace_must_be_named_when_there_are_several() {
    let place = Place::new();
    place.write("w.toml", FILE);
    assert!(place.run(&["apply", "w.toml", "--data", "d"]).refused(1).contains("there is no database"));
    place.run(&["migrate", "--data", "d"]).ok();
    assert!(place.run(&["apply", "w.toml", "--data", "d"]).refused(1).contains("there is no workspace"));
    let made = place.workspace();
    // Repeating the quick start does not create a second one.
    let again = place.run(&["workspace", "create", "--name", " Acme", "--data", "d"]).refused(1);
    let id = made["workspace_id"].as_str().unwrap();
    assert_eq!(again, format!("deskwire: there is a workspace \"Acme\" already, with the id {id}"));
    place.run(&["workspace", "create", "--name", "Other", "--data", "d"]).ok();
    assert!(place.run(&["apply", "w.toml", "--data", "d"]).refused(2).contains("--workspace"));
    let unknown = place.run(&["apply", "w.toml", "--data", "d", "--workspace", "nobody"]);
    assert!(unknown.refused(1).contains("there is no workspace nobody"));
    assert!(place.run(&["apply", "none.toml", "--data", "d"]).refused(1).contains("cannot read none.toml"));
}

#[test]
fn object_types_grow_and_change_but_keep_what_instances_rely_on() {
    let place = Place::new();
    let made = place.workspace();
    let token = made["access_token"].as_str().unwrap();
    let apply = |attributes: &str| {
        let more = "{ name = \"customer\", data_type = \"relation\", to = \"contact\", reverse = \"order\" }, \
                    { name = \"parcel\", data_type = \"relation\", to = \"Parcel\" }";
        let parcel = "[[object_types]]\nidentifier = \"Parcel\"\n";
        let order = format!("[[object_types]]\nidentifier = \"Order\"\nattributes = [{attributes}, {more}]\n");
        place.write("w.toml", &format!("{order}{parcel}"));
        place.run(&["apply", "w.toml", "--data", "d", "--prune", "--yes"])
    };
    assert!(apply("{ name = \"size\", data_type = \"integer\" }").err.contains("object type \"Order\": created"));
    let server = Server::start(&place, &["serve", "--data", "d"]);
    let order = |body: serde_json::Value| server.post("/custom_object_instances/Order", token, &body);
    let (status, made) = order(serde_json::json!({"external_id": "1", "custom_attributes": {"size": 3}}));
    assert_eq!((status, &made["custom_attributes"]["size"]), (200, &3.into()), "{made}");

    let output = apply("{ name = \"size\", data_type = \"string\" }").err;
    assert!(output.contains("the attribute \"size\" exists with another type, which cannot change"), "{output}");
    let output = apply("{ name = \"colour\", data_type = \"list\", options = [\"red\", \"blue\"] }").err;
    assert!(output.contains("attribute \"size\" of object type \"Order\" stays: declare it as archived"), "{output}");
    let (_, made) = order(serde_json::json!({"external_id": "1", "custom_attributes": {"colour": "red"}}));
    assert_eq!(made["custom_attributes"], serde_json::json!({"size": 3, "colour": "red"}));
    assert!(apply("{ name = \"size\", data_type = \"integer\", archived = true }").err.contains("changed"));
    let (status, refused) = order(serde_json::json!({"external_id": "1", "custom_attributes": {"size": 4}}));
    assert_eq!((status, &refused["errors"][0]["message"]), (400, &"Custom attribute 'size' does not exist".into()));

    place.write("w.toml", "[[tags]]\nname = \"VIP\"\n");
    let output = place.run(&["apply", "w.toml", "--data", "d", "--prune", "--yes"]).err;
    assert!(output.contains("object type \"Order\" stays: it has instances"), "{output}");
    assert!(output.contains("object type \"Parcel\" stays: another type relates to it"), "{output}");
}

#[test]
fn output_says_what_was_created_changed_or_removed() {
    let place = Place::new();
    place.workspace();
    let file = |seats: bool, limit: u32| {
        place.write(
            "w.toml",
            &format!(
                "[[admins]]\nemail = \"ada@acme.test\"\nname = \"Ada\"\nhas_inbox_seat = {seats}\n\
                 [[teams]]\nname = \"T\"\nassignment_limit = {limit}\n[[visitors]]\nuser_id = \"v\"\n\
                 [[apps]]\nname = \"Sync\"\nclient_id = \"sync\"\nclient_secret = \"0123456789abcdef\"\n\
                 scopes = [\"read_users\"]\n[[webhooks]]\napp = \"Sync\"\nurl = \"https://sync.test/{limit}\"\n\
                 topics = [\"contact.user.created\"]\n"
            ),
        );
    };
    let apply = |more: &[&str]| place.run(&[&["apply", "w.toml", "--data", "d"], more].concat()).err;
    let all = |did: &str| {
        let one = |what: &str| format!("{what}: {did}\n");
        ["admin \"ada@acme.test\"", "team \"T\"", "visitor \"v\"", "app \"Sync\"", "webhooks \"Sync\""]
            .map(one)
            .concat()
    };
    file(true, 5);
    assert_eq!(apply(&["--dry-run"]), all("would be created"));
    assert_eq!(apply(&[]), all("created"));
    assert_eq!(apply(&[]), "nothing changed\n");
    file(false, 6);
    let would = apply(&["--dry-run"]);
    assert_eq!(
        would,
        "admin \"ada@acme.test\": would be changed\nteam \"T\": would be changed\nwebhooks \"Sync\": would be changed\n"
    );
    assert_eq!(apply(&[]), would.replace("would be ", ""));
}

#[test]
fn a_file_from_before_an_admin_was_removed_does_not_bring_them_back() {
    let place = Place::new();
    place.workspace();
    place.write(
        "w.toml",
        "[[admins]]\nemail = \"eve@acme.test\"\nname = \"Eve\"\nrole = \"Owner\"\n\
         [[teams]]\nname = \"T\"\nmembers = [\"eve@acme.test\", \"admin@example.com\"]\nprimary = [\"eve@acme.test\"]\n",
    );
    place.run(&["apply", "w.toml", "--data", "d"]).ok();
    let old = place.run(&["workspace", "export", "--data", "d"]).ok();
    place.write("old.toml", &old);
    place.run(&["admin", "remove", "--email", "eve@acme.test", "--data", "d"]).ok();
    let live = || place.run(&["admin", "list", "--data", "d"]).ok().lines().count();
    for file in ["old.toml", "w.toml"] {
        let applied = place.run(&["apply", file, "--data", "d"]);
        let message =
            "admin \"eve@acme.test\" stays removed: declare removed = false to bring them back\nnothing changed\n";
        assert_eq!((applied.code, applied.err.as_str()), (Some(0), message), "{file}");
        assert_eq!(live(), 1);
    }
    let back = "name = \"Eve\"\nremoved = false\n";
    place.write("w.toml", &format!("[[admins]]\nemail = \"EVE@acme.test\"\n{back}"));
    assert_eq!(place.run(&["apply", "w.toml", "--data", "d"]).err, "admin \"EVE@acme.test\": changed\n");
    assert_eq!(live(), 2);
}

#[test]
fn a_preview_counts_what_a_removal_affects() {
    let place = Place::new();
    let made = place.workspace();
    let token = made["access_token"].as_str().unwrap();
    place.write(
        "w.toml",
        "[[tags]]\nname = \"VIP\"\n[[segments]]\nname = \"All\"\nperson_type = \"company\"\n\
        query = { field = \"company_id\", operator = \"=\", value = \"c1\" }\n",
    );
    place.run(&["apply", "w.toml", "--data", "d"]).ok();
    let server = Server::start(&place, &["serve", "--data", "d"]);
    let tag = server.get("/tags", token).1["data"][0]["id"].clone();
    for number in 1..=2 {
        let contact = server.post("/contacts", token, &serde_json::json!({"external_id": number.to_string()})).1;
        let path = format!("/contacts/{}/tags", contact["id"].as_str().unwrap());
        assert_eq!(server.post(&path, token, &serde_json::json!({"id": tag})).0, 200);
    }
    let company = server.post("/companies", token, &serde_json::json!({"company_id": "c1", "name": "C"})).1;
    let contact = server.get("/contacts", token).1["data"][0]["id"].clone();
    let path = format!("/contacts/{}/companies", contact.as_str().unwrap());
    assert_eq!(server.post(&path, token, &serde_json::json!({"id": company["id"]})).0, 200);
    let tagging = serde_json::json!({"name": "VIP", "companies": [{"company_id": "c1"}]});
    assert_eq!(server.post("/tags", token, &tagging).0, 200);
    place.write("less.toml", "");
    let tried = place.run(&["apply", "less.toml", "--data", "d", "--prune", "--dry-run"]);
    assert!(tried.err.contains("tag \"VIP\": would be removed (affects 2 contacts, 1 company)\n"), "{tried:?}");
    assert!(tried.err.contains("segment \"All\": would be removed (affects 1 company)\n"), "{tried:?}");
    let pruned = place.run(&["apply", "less.toml", "--data", "d", "--prune", "--yes"]);
    assert!(pruned.err.contains("tag \"VIP\": removed (affects 2 contacts, 1 company)\n"), "{pruned:?}");
}

#[test]
fn conversations_of_a_removed_team_are_unassigned() {
    let place = Place::new();
    let made = place.workspace();
    let token = made["access_token"].as_str().unwrap();
    place.write("w.toml", "[[teams]]\nname = \"Support\"\n");
    place.run(&["apply", "w.toml", "--data", "d"]).ok();
    place.write("less.toml", "[[tags]]\nname = \"VIP\"\n");
    let server = Server::start(&place, &["serve", "--data", "d"]);
    let contact = server.post("/contacts", token, &serde_json::json!({"email": "ada@a.test"})).1;
    let from = serde_json::json!({"from": {"type": "user", "id": contact["id"]}, "body": "hi"});
    let conversation = server.post("/conversations", token, &from).1;
    let path = format!("/conversations/{}", conversation["conversation_id"].as_str().unwrap());
    let team = server.get("/teams", token).1["teams"][0]["id"].clone();
    let assign = serde_json::json!({"type": "team", "message_type": "assignment", "admin_id": made["admin_id"], "assignee_id": team});
    server.post(&format!("{path}/parts"), token, &assign);
    assert_eq!(server.get(&path, token).1["team_assignee_id"].to_string(), team.as_str().unwrap());
    let pruned = place.run(&["apply", "less.toml", "--data", "d", "--prune", "--yes"]);
    assert!(pruned.err.contains("team \"Support\": removed (affects 1 conversation)"), "{pruned:?}");
    assert_eq!(server.get(&path, token).1["team_assignee_id"], 0);
}

#[test]
fn calls_bring_their_recordings_along() {
    let place = Place::new();
    let made = place.workspace();
    let token = made["access_token"].as_str().unwrap();
    let call = "[[calls]]\nexternal_id = \"one\"\nphone = \"+353 83 234 5678\"\nrecording = \"one.wav\"\n";
    std::fs::create_dir(place.path("files")).unwrap();
    place.write("files/w.toml", call);
    let apply = &["apply", "files/w.toml", "--data", "d"];
    let missing = place.run(apply);
    assert!(missing.err.contains("files/w.toml:1: one.wav: "), "{missing:?}");
    place.write("files/one.wav", "sound");
    assert!(
        place
            .run(&["apply", "files/w.toml", "--data", "d", "--dry-run"])
            .err
            .contains("call \"one\": would be created")
    );
    assert!(place.run(apply).err.contains("call \"one\": created"));
    assert_eq!(place.run(apply).err, "nothing changed\n");
    place.write("files/one.wav", "another sound");
    assert!(place.run(apply).err.contains("call \"one\": changed"));
    place.write("files/w.toml", &call.replace("+353 83 234 5678", "12"));
    let wrong = place.run(apply);
    assert!(wrong.err.contains("files/w.toml:1: Invalid phone number"), "{wrong:?}");
    let server = Server::start(&place, &["serve", "--data", "d"]);
    let (_, calls) = server.get("/calls", token);
    assert_eq!((&calls["total_count"], &calls["data"][0]["phone"]), (&1.into(), &"+353832345678".into()));
    assert!(calls["data"][0]["recording_url"].as_str().unwrap().ends_with("/recording"));
}
