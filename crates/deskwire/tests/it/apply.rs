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

[[tags]]
name = "VIP"

[[subscription_types]]
name = "Newsletter"
consent_type = "opt_out"

[[segments]]
name = "Gold"
query = { operator = "AND", value = [{ field = "custom_attributes.plan_tier", operator = "=", value = "gold" }] }
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
    assert!(first.err.contains("team \"Support\": changed"), "{first:?}");
    assert_eq!(first.ok(), "");
    let again = place.run(&[
        "apply",
        "w.toml",
        "--data",
        "d",
        "--prune",
        "--workspace",
        made["workspace_id"].as_str().unwrap(),
    ]);
    assert!(again.err.contains("admin \"admin@example.com\" stays"), "{again:?}");
    let again = place.run(&["apply", "w.toml", "--data", "d"]);
    assert_eq!((again.code, again.err.as_str()), (Some(0), "nothing changed\n"));

    let (_, me) = server.get("/me", token);
    assert_eq!((&me["app"]["timezone"], &me["app"]["region"]), (&"Europe/Dublin".into(), &"EU".into()));
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
fn what_a_file_no_longer_mentions_goes_when_pruned() {
    let place = Place::new();
    let made = place.workspace();
    let token = made["access_token"].as_str().unwrap();
    place.write("w.toml", FILE);
    place.run(&["apply", "w.toml", "--data", "d"]).ok();
    place.write("less.toml", "[[admins]]\nemail = \"ada@acme.test\"\nname = \"Ada\"\n");
    let left = place.run(&["apply", "less.toml", "--data", "d"]);
    assert_eq!(left.err, "nothing changed\n");
    let pruned = place.run(&["apply", "less.toml", "--data", "d", "--prune"]);
    for line in [
        "team \"Support\": removed",
        "away status reason \"Lunch\": removed",
        "segment \"Gold\": removed",
        "tag \"VIP\": removed",
        "data attribute \"plan_tier\" stays",
        "subscription type \"Newsletter\" stays",
    ] {
        assert!(pruned.err.contains(line), "{line} is missing in {pruned:?}");
    }
    let server = Server::start(&place, &["serve", "--data", "d"]);
    assert_eq!(server.get("/teams", token).1["teams"], serde_json::json!([]));
    assert_eq!(server.get("/away_status_reasons", token).1["data"][0]["deleted"], true);
}

#[test]
fn what_is_wrong_is_told_with_its_line_and_nothing_is_done() {
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
        ("[[admins]]\nemail = \"nonsense\"\nname = \"X\"\n", 1, "is not an email address"),
        ("[[tags]]\nname = \"A\"\n[[tags]]\nname = \"a\"\n", 3, "declared twice"),
        ("[[teams]]\nname = \"T\"\ndistribution_method = \"chance\"\n", 3, "unknown variant `chance`"),
        ("[[segments]]\nname = \"S\"\nquery = { field = \"nonsense\", operator = \"=\", value = 1 }\n", 1, ""),
        ("[workspace\n", 1, ""),
    ];
    for (text, line, words) in cases {
        place.write("w.toml", text);
        let told = place.run(&["apply", "w.toml", "--data", "d"]).err;
        assert!(told.starts_with(&format!("deskwire: w.toml:{line}: ")), "{text:?}: {told}");
        assert!(told.contains(words), "{text:?}: {told}");
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
    place.workspace();
    place.workspace();
    assert!(place.run(&["apply", "w.toml", "--data", "d"]).refused(2).contains("--workspace"));
    let unknown = place.run(&["apply", "w.toml", "--data", "d", "--workspace", "nobody"]);
    assert!(unknown.refused(1).contains("there is no workspace nobody"));
    assert!(place.run(&["apply", "none.toml", "--data", "d"]).refused(1).contains("cannot read none.toml"));
}
